// SignCheck: whether a request that a client wants signed stays inside a CredentialScope.
//
// A signature is made with credentials that can do more than the client may, so what cannot be read in
// exactly one way is refused: a URI of another endpoint, encoded slashes, empty or dotted path components,
// repeated or unknown query parameters, unknown x-amz-* headers, XML that two parsers may read differently.
// Signed are operations on objects below the table's locations and no others: get, head, list, put, multipart
// upload, copy within the scope, delete, batch delete.
//
// Source: Iceberg REST specification, "RemoteSignRequest"; Amazon S3 API Reference, "Actions".
#ifndef LIFEBOAT_CATALOG_ACCESS_SIGN_CHECK_H_
#define LIFEBOAT_CATALOG_ACCESS_SIGN_CHECK_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/access/credential_scope.h"
#include "storage/s3/sigv4.h"

namespace lifeboat::catalog::access {

// As the client sends it.
struct RemoteSignRequest {
  std::string region;
  std::string method;
  std::string uri;
  storage::s3::HeaderList headers;
  std::string body;      // of a batch delete; the body of anything else is not sent along
  std::string provider;  // "s3" or empty
};

// Where clients may send what was signed: "https://s3.eu-west-1.amazonaws.com", "http://127.0.0.1:9000".
// Each takes both path-style ("/bucket/key") and virtual-host ("bucket.host") requests.
struct SignableEndpoint {
  std::string scheme;
  std::string authority;
  std::string path;
};
// Those of `endpoint`, or of Amazon's region when that is empty.
Result<std::vector<SignableEndpoint>> SignableEndpoints(std::string_view endpoint, std::string_view region);

struct RequestToSign {
  // With the headers that the signature covers and no others: Host, Content-MD5, x-amz-*.
  storage::s3::SignableRequest request;
  std::string payload_hash;
  bool is_write = false;
  bool is_delete = false;  // of objects; giving up an upload is none
  // The same signature may serve the same request again while it is valid.
  bool repeatable = false;
};

// kPermissionDenied for what the scope does not cover, kInvalidArgument for what cannot be read or is no S3
// object operation. Messages name the offending part.
Result<RequestToSign> CheckRequestToSign(const RemoteSignRequest& request, const CredentialScope& scope,
                                         const std::vector<SignableEndpoint>& endpoints);

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_SIGN_CHECK_H_
