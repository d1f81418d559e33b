#include "catalog/access/request_signer.h"

namespace lifeboat::catalog::access {

using storage::s3::S3Credentials;

Result<std::unique_ptr<RequestSigner>> RequestSigner::Make(RequestSignerOptions options,
                                                           CredentialVendor* vendor, const Clock& clock) {
  if (vendor == nullptr && options.credentials == nullptr)
    return Status::InvalidArgument("signing needs credentials; configure an access key or a role");
  std::vector<SignableEndpoint> endpoints;
  for (const std::string& url : options.endpoints) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<SignableEndpoint> parsed,
                              SignableEndpoints(url, options.region));
    endpoints.insert(endpoints.end(), parsed.begin(), parsed.end());
  }
  return std::unique_ptr<RequestSigner>(
      new RequestSigner(std::move(options), std::move(endpoints), vendor, clock));
}

Result<SignedRequest> RequestSigner::Sign(const RemoteSignRequest& request, const CredentialScope& scope,
                                          std::string_view principal) {
  if (request.region != options_.region) {
    return Status::InvalidArgument("Cannot sign for region '{}': the table's files are in region '{}'",
                                   request.region, options_.region);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(RequestToSign checked, CheckRequestToSign(request, scope, endpoints_));
  S3Credentials credentials;
  if (vendor_ != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto lent, vendor_->Lend(scope, principal));
    credentials = lent->credentials;
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(credentials, options_.credentials());
  }
  storage::s3::SignHeaders(
      &checked.request, checked.payload_hash,
      {credentials.access_key_id, credentials.secret_access_key, credentials.session_token},
      {options_.region, "s3"}, clock_.NowMicros(), &keys_);
  SignedRequest answer;
  answer.uri = request.uri;
  answer.repeatable = checked.repeatable;
  for (auto& [name, value] : checked.request.headers) {
    // The client has its own headers already, and its HTTP library sets Host.
    const std::string lower = storage::s3::LowerCase(name);
    if (lower == "host" || storage::s3::HeaderValue(request.headers, name) == value) continue;
    answer.headers.emplace_back(std::move(name), std::move(value));
  }
  return answer;
}

}  // namespace lifeboat::catalog::access
