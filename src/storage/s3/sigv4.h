// AWS Signature Version 4: proves that a request comes from whoever holds a secret key, without sending the
// key.
//
// The signer reduces a request to one canonical text (method, path, sorted query, signed headers, payload
// hash), and puts an HMAC of it, by a key derived from secret, day, region and service, into the
// Authorization header or (presigned) into the query. The receiver, who knows the same secret, computes it
// again. Everything here is pure: no clock, no I/O. Signatures and secrets never appear in a Status.
//
// Source: "AWS Signature Version 4 for API requests" (IAM user guide), "Authenticating Requests" (S3 API).
#ifndef LIFEBOAT_STORAGE_S3_SIGV4_H_
#define LIFEBOAT_STORAGE_S3_SIGV4_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "storage/s3/header_list.h"

namespace lifeboat::storage::s3 {

struct SigningCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty: a long-lived key
};

// What a signature is valid for: a day (from the request's time), a region and a service ("s3", "glue",
// "execute-api").
struct SigningScope {
  std::string region;
  std::string service;
};

// How the path enters the canonical text: S3 takes its percent-encoding once, every other service normalises
// the path as sent and encodes it again.
enum class PathEncoding { kOnce, kTwice };
PathEncoding PathEncodingOf(std::string_view service);

// A request as it goes over the wire.
struct SignableRequest {
  std::string method;
  std::string path = "/";  // percent-encoded, without query
  std::string query;       // percent-encoded, without '?'
  HeaderList headers;      // must hold Host
};

// In place of a payload hash: the body is not covered by the signature.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view kEmptyPayloadHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
inline constexpr int64_t kMaxPresignSeconds = 7 * 24 * 3600;

std::string Sha256(std::string_view bytes);  // 32 bytes
std::string Sha256Hex(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view bytes);  // 32 bytes

// Percent-encodes all but A–Z a–z 0–9 - . _ ~ (and '/' if asked), byte by byte, with upper-case digits.
std::string UriEncode(std::string_view text, bool keep_slash);
// The reverse; `plus_is_space` for query strings. A '%' without two digits stands for itself.
std::string UriDecode(std::string_view text, bool plus_is_space);

std::string CanonicalQuery(std::string_view query);
std::string CanonicalPath(std::string_view path, PathEncoding encoding);
// `signed_headers`: lower-case names, sorted.
std::string CanonicalRequest(const SignableRequest& request, const std::vector<std::string>& signed_headers,
                             std::string_view payload_hash, PathEncoding encoding);

// Derived signing keys, one a (secret, day, region, service): deriving costs four HMACs. Thread-safe,
// bounded.
class SigningKeyCache {
 public:
  // `day` is "20130524".
  std::string Get(std::string_view secret_access_key, std::string_view day, const SigningScope& scope);

 private:
  static constexpr size_t kMaxKeys = 256;
  Mutex mutex_;
  std::map<std::string, std::string, std::less<>> keys_ GUARDED_BY(mutex_);
};
std::string DeriveSigningKey(std::string_view secret_access_key, std::string_view day,
                             const SigningScope& scope);

// The signature, in hexadecimal, of a canonical request made at `amz_date` ("20130524T000000Z").
std::string ComputeSignature(const std::string& canonical_request, std::string_view amz_date,
                             std::string_view secret_access_key, const SigningScope& scope,
                             SigningKeyCache* cache);

// Adds X-Amz-Date, X-Amz-Security-Token and Authorization to the request. All its headers are signed; for S3
// the caller has put X-Amz-Content-Sha256 among them. `cache` may be null.
void SignHeaders(SignableRequest* request, std::string_view payload_hash,
                 const SigningCredentials& credentials, const SigningScope& scope, int64_t now_micros,
                 SigningKeyCache* cache);

// Puts the signature into the query instead: whoever has the URL may make this request for `valid_seconds`
// (1…kMaxPresignSeconds). The request's headers are signed too, so the bearer must send them.
void Presign(SignableRequest* request, int64_t valid_seconds, const SigningCredentials& credentials,
             const SigningScope& scope, int64_t now_micros, SigningKeyCache* cache);

// ---- The receiver's side ---------------------------------------------------------------------------------

// True if the request claims a SigV4 signature, in its header or its query.
bool IsSigV4(const SignableRequest& request);

struct VerifyOptions {
  int64_t now_micros = 0;
  int64_t max_skew_seconds = 15 * 60;
  std::string required_region;   // empty: any
  std::string required_service;  // empty: any
  // Accept a body that the signature does not cover (UNSIGNED-PAYLOAD); sensible over TLS only.
  bool allow_unsigned_payload = false;
};

// The secret of an access key id; the session token (may be empty) comes along for keys that are only valid
// with one. kUnauthenticated for an unknown key or a token that does not belong to it.
using SecretLookup =
    std::function<Result<std::string>(const std::string& access_key_id, const std::string& session_token)>;

struct VerifiedRequest {
  std::string access_key_id;
  std::string session_token;
  SigningScope scope;
  int64_t signed_at_micros = 0;
  bool presigned = false;
  bool payload_signed = true;
};

// Checks the signature of a received request with this body. kUnauthenticated names what is wrong (missing or
// malformed fields, skew, expiry, scope, signature, payload hash) and the remedy; kUnsupported for
// chunk-signed (STREAMING-…) bodies. Host and every x-amz-* header of the request must be among the signed
// ones.
Result<VerifiedRequest> VerifySignature(const SignableRequest& request, std::string_view body,
                                        const SecretLookup& secret_of, const VerifyOptions& options,
                                        SigningKeyCache* cache);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_SIGV4_H_
