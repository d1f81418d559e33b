// RequestSigner: signs a client's S3 request on the catalog's behalf, if SignCheck lets it pass.
//
// With a CredentialVendor it signs with credentials that the vendor lends for the same scope, so that the
// store enforces the scope as well; without one, with the catalog's own.
#ifndef LIFEBOAT_CATALOG_ACCESS_REQUEST_SIGNER_H_
#define LIFEBOAT_CATALOG_ACCESS_REQUEST_SIGNER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/access/credential_vendor.h"
#include "catalog/access/sign_check.h"
#include "storage/s3/s3_storage.h"
#include "storage/s3/sigv4.h"

namespace lifeboat::catalog::access {

struct RequestSignerOptions {
  std::vector<std::string> endpoints;  // that clients may use; "" stands for Amazon's of the region
  std::string region;
  storage::s3::CredentialsProvider credentials;  // the catalog's own; unused with a vendor
};

struct SignedRequest {
  std::string uri;
  storage::s3::HeaderList headers;  // to be added to those of the request
  bool repeatable = false;          // the client may use them for the same request again
};

class RequestSigner {
 public:
  // `vendor` may be null; it and `clock` must outlive the signer.
  static Result<std::unique_ptr<RequestSigner>> Make(RequestSignerOptions options, CredentialVendor* vendor,
                                                     const Clock& clock);

  // Errors are those of CheckRequestToSign and CredentialVendor::Lend, and kInvalidArgument for a request to
  // another region. May wait for STS.
  Result<SignedRequest> Sign(const RemoteSignRequest& request, const CredentialScope& scope,
                             std::string_view principal);

 private:
  RequestSigner(RequestSignerOptions options, std::vector<SignableEndpoint> endpoints,
                CredentialVendor* vendor, const Clock& clock)
      : options_(std::move(options)), endpoints_(std::move(endpoints)), vendor_(vendor), clock_(clock) {}

  const RequestSignerOptions options_;
  const std::vector<SignableEndpoint> endpoints_;
  CredentialVendor* const vendor_;
  const Clock& clock_;
  storage::s3::SigningKeyCache keys_;
};

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_REQUEST_SIGNER_H_
