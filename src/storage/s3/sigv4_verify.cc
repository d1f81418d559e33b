// The receiver's side of Signature Version 4.

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/encoding.h"
#include "storage/s3/s3_dates.h"
#include "storage/s3/sigv4.h"

namespace lifeboat::storage::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr int64_t kMicrosPerSecond = 1'000'000;

// What a request claims, from its header or its query.
struct Claim {
  std::string access_key_id;
  std::string session_token;
  std::string day;
  SigningScope scope;
  std::string amz_date;
  std::vector<std::string> signed_headers;
  std::string signature;
  std::optional<int64_t> valid_seconds;  // presigned only
};

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  size_t begin = 0;
  while (true) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == text.size()) return parts;
    begin = end + 1;
  }
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The decoded value of a query field.
std::optional<std::string> QueryField(std::string_view query, std::string_view name) {
  for (const std::string& field : Split(query, '&')) {
    const size_t equals = std::min(field.find('='), field.size());
    if (UriDecode(std::string_view(field).substr(0, equals), true) != name) continue;
    return UriDecode(equals < field.size() ? std::string_view(field).substr(equals + 1) : "", true);
  }
  return std::nullopt;
}

std::string QueryWithout(std::string_view query, std::string_view name) {
  std::string kept;
  for (const std::string& field : Split(query, '&')) {
    if (UriDecode(field.substr(0, field.find('=')), true) == name) continue;
    kept += (kept.empty() ? "" : "&") + field;
  }
  return kept;
}

Status ParseCredential(std::string_view credential, Claim* claim) {
  // The access key id comes first and may itself hold '/'.
  const std::vector<std::string> parts = Split(credential, '/');
  const size_t n = parts.size();
  if (n < 5 || parts[n - 1] != "aws4_request") {
    return Status::Unauthenticated(
        "the signature's Credential is malformed; it is KEY/DAY/REGION/SERVICE/aws4_request");
  }
  for (size_t i = 0; i + 4 < n; ++i) claim->access_key_id += (i == 0 ? "" : "/") + parts[i];
  claim->day = parts[n - 4];
  claim->scope = {parts[n - 3], parts[n - 2]};
  return Status::Ok();
}

Result<Claim> ParseHeaderClaim(const SignableRequest& request, std::string_view authorization) {
  Claim claim;
  for (const std::string& part : Split(authorization.substr(kAlgorithm.size()), ',')) {
    const std::string_view field = Trimmed(part);
    const size_t equals = std::min(field.find('='), field.size());
    const std::string_view name = field.substr(0, equals);
    const std::string_view value = equals < field.size() ? field.substr(equals + 1) : "";
    if (name == "Credential") LIFEBOAT_RETURN_IF_ERROR(ParseCredential(value, &claim));
    if (name == "SignedHeaders") claim.signed_headers = Split(value, ';');
    if (name == "Signature") claim.signature = value;
  }
  claim.amz_date = HeaderValue(request.headers, "x-amz-date");
  claim.session_token = HeaderValue(request.headers, "x-amz-security-token");
  if (claim.access_key_id.empty() || claim.signed_headers.empty() || claim.signature.empty()) {
    return Status::Unauthenticated(
        "the Authorization header is malformed; {} takes Credential, SignedHeaders and Signature",
        kAlgorithm);
  }
  return claim;
}

Result<Claim> ParseQueryClaim(const SignableRequest& request) {
  Claim claim;
  const auto field = [&request](std::string_view name) {
    return QueryField(request.query, name).value_or("");
  };
  LIFEBOAT_RETURN_IF_ERROR(ParseCredential(field("X-Amz-Credential"), &claim));
  claim.signed_headers = Split(field("X-Amz-SignedHeaders"), ';');
  claim.signature = field("X-Amz-Signature");
  claim.amz_date = field("X-Amz-Date");
  claim.session_token = field("X-Amz-Security-Token");
  const std::string expires = field("X-Amz-Expires");
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  if (error != std::errc() || end != expires.data() + expires.size() || seconds < 1 ||
      seconds > kMaxPresignSeconds) {
    return Status::Unauthenticated("X-Amz-Expires of the presigned URL must be 1 to {} seconds",
                                   kMaxPresignSeconds);
  }
  claim.valid_seconds = seconds;
  return claim;
}

Status CheckTime(const Claim& claim, int64_t signed_at_micros, const VerifyOptions& options) {
  const int64_t age_seconds = (options.now_micros - signed_at_micros) / kMicrosPerSecond;
  if (claim.valid_seconds.has_value()) {
    if (age_seconds < -options.max_skew_seconds)
      return Status::Unauthenticated(
          "the presigned URL is dated {} in the future; set the clock of its maker", claim.amz_date);
    if (age_seconds > *claim.valid_seconds)
      return Status::Unauthenticated("the presigned URL expired {} seconds ago; make a new one",
                                     age_seconds - *claim.valid_seconds);
    return Status::Ok();
  }
  if (age_seconds > options.max_skew_seconds || age_seconds < -options.max_skew_seconds) {
    return Status::Unauthenticated(
        "the request was signed at {}, more than {} seconds away from this server's {}; set the client's "
        "clock",
        claim.amz_date, options.max_skew_seconds, FormatAmzDate(options.now_micros));
  }
  return Status::Ok();
}

Status CheckScope(const Claim& claim, const VerifyOptions& options) {
  if (claim.amz_date.substr(0, 8) != claim.day)
    return Status::Unauthenticated("the signature is for day {} but the request is dated {}", claim.day,
                                   claim.amz_date);
  if (!options.required_region.empty() && claim.scope.region != options.required_region)
    return Status::Unauthenticated("the request is signed for region '{}'; sign it for '{}'",
                                   claim.scope.region, options.required_region);
  if (!options.required_service.empty() && claim.scope.service != options.required_service)
    return Status::Unauthenticated("the request is signed for service '{}'; sign it for '{}'",
                                   claim.scope.service, options.required_service);
  return Status::Ok();
}

// What the signature leaves out could be changed on the way.
Status CheckSignedHeaders(const SignableRequest& request, const Claim& claim) {
  const auto is_signed = [&claim](std::string_view name) {
    return std::find(claim.signed_headers.begin(), claim.signed_headers.end(), name) !=
           claim.signed_headers.end();
  };
  if (!std::is_sorted(claim.signed_headers.begin(), claim.signed_headers.end()))
    return Status::Unauthenticated("SignedHeaders of the request are not sorted");
  if (!is_signed("host")) return Status::Unauthenticated("the signature does not cover Host; sign it too");
  for (const auto& [name, value] : request.headers) {
    const std::string lower = LowerCase(name);
    if (lower.starts_with("x-amz-") && !is_signed(lower))
      return Status::Unauthenticated("the signature does not cover header '{}'; sign it too", lower);
  }
  return Status::Ok();
}

// The payload hashes the client may have put into its canonical request; empty if the body is not what it
// says.
std::vector<std::string> PayloadHashes(const SignableRequest& request, const Claim& claim,
                                       std::string_view body) {
  if (claim.valid_seconds.has_value()) {
    if (claim.scope.service == "s3") return {std::string(kUnsignedPayload)};
    return {Sha256Hex(body)};
  }
  const std::string digest = Sha256(body);
  const std::string hex = HexEncode(digest);
  const std::string* declared = FindHeader(request.headers, "x-amz-content-sha256");
  if (declared == nullptr || *declared == hex) return {hex};
  if (*declared == kUnsignedPayload) return {*declared};
  // The Java SDK's checksum support, and PyIceberg after it, write base64 into this header.
  if (*declared == Base64Encode(digest)) return {*declared, hex};
  return {};
}

}  // namespace

bool IsSigV4(const SignableRequest& request) {
  const std::string_view authorization = HeaderValue(request.headers, "authorization");
  return authorization.starts_with(kAlgorithm) ||
         QueryField(request.query, "X-Amz-Algorithm").value_or("") == kAlgorithm;
}

Result<VerifiedRequest> VerifySignature(const SignableRequest& request, std::string_view body,
                                        const SecretLookup& secret_of, const VerifyOptions& options,
                                        SigningKeyCache* cache) {
  const std::string_view authorization = HeaderValue(request.headers, "authorization");
  if (!IsSigV4(request))
    return Status::Unauthenticated("the request carries no {} signature; sign it with Signature Version 4",
                                   kAlgorithm);
  const bool presigned = !authorization.starts_with(kAlgorithm);
  LIFEBOAT_ASSIGN_OR_RETURN(const Claim claim,
                            presigned ? ParseQueryClaim(request) : ParseHeaderClaim(request, authorization));
  const Result<int64_t> signed_at = ParseAmzDate(claim.amz_date);
  if (!signed_at.ok())
    return Status::Unauthenticated("X-Amz-Date of the request is missing or not like 20130524T000000Z");
  LIFEBOAT_RETURN_IF_ERROR(CheckTime(claim, *signed_at, options));
  LIFEBOAT_RETURN_IF_ERROR(CheckScope(claim, options));
  LIFEBOAT_RETURN_IF_ERROR(CheckSignedHeaders(request, claim));

  const std::string_view declared = HeaderValue(request.headers, "x-amz-content-sha256");
  if (declared.starts_with("STREAMING-"))
    return Status::Unsupported("chunk-signed bodies ({}) are not accepted here; sign the whole body",
                               declared);
  const std::vector<std::string> hashes = PayloadHashes(request, claim, body);
  if (hashes.empty())
    return Status::Unauthenticated("X-Amz-Content-SHA256 is not the SHA-256 of the body that arrived");
  const bool payload_signed = hashes.front() != kUnsignedPayload;
  if (!payload_signed && !options.allow_unsigned_payload && !(body.empty() && presigned))
    return Status::Unauthenticated("the signature does not cover the body; sign its SHA-256");

  LIFEBOAT_ASSIGN_OR_RETURN(const std::string secret, secret_of(claim.access_key_id, claim.session_token));
  SignableRequest unsigned_request = request;
  if (presigned) unsigned_request.query = QueryWithout(request.query, "X-Amz-Signature");
  for (const std::string& hash : hashes) {
    const std::string expected = ComputeSignature(
        CanonicalRequest(unsigned_request, claim.signed_headers, hash, PathEncodingOf(claim.scope.service)),
        claim.amz_date, secret, claim.scope, cache);
    if (expected.size() == claim.signature.size() &&
        CRYPTO_memcmp(expected.data(), claim.signature.data(), expected.size()) == 0) {
      return VerifiedRequest{claim.access_key_id, claim.session_token, claim.scope,
                             *signed_at,          presigned,           payload_signed};
    }
  }
  return Status::Unauthenticated(
      "the request's signature is not the one its secret key makes; check the secret key, and that no proxy "
      "changes method, path, query or signed headers");
}

}  // namespace lifeboat::storage::s3
