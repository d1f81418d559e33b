#include "catalog/access/signed_request.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "storage/s3/sigv4.h"

namespace lifeboat::catalog::access {
namespace {

storage::s3::SignableRequest Signable(const net::HttpRequest& request) {
  storage::s3::SignableRequest signable;
  signable.method = request.method;
  signable.path = request.Path();
  signable.query = request.Query();
  signable.headers = request.headers.fields();
  return signable;
}

}  // namespace

bool IsSignedRequest(const net::HttpRequest& request) {
  return request.headers.Get("Authorization").starts_with("AWS4-HMAC-SHA256") ||
         request.target.find("X-Amz-Signature=") != std::string::npos;
}

Result<std::string> VerifySignedRequest(
    const net::HttpRequest& request, const SignedRequestOptions& options, int64_t now_micros,
    const std::function<Result<std::string>(const std::string& access_key_id)>& secret_of) {
  storage::s3::VerifyOptions verify;
  verify.now_micros = now_micros;
  verify.required_region = options.region;
  static storage::s3::SigningKeyCache cache;
  LIFEBOAT_ASSIGN_OR_RETURN(
      const storage::s3::VerifiedRequest verified,
      storage::s3::VerifySignature(
          Signable(request), request.body,
          [&](const std::string& access_key_id, const std::string& session_token) -> Result<std::string> {
            if (!session_token.empty()) {
              return Status::Unauthenticated(
                  "Not authorized: the request carries a session token, but this catalog's access keys are "
                  "long-lived; "
                  "sign without one");
            }
            return secret_of(access_key_id);
          },
          verify, &cache));
  const std::vector<std::string>& services = options.services;
  if (!services.empty() &&
      std::find(services.begin(), services.end(), verified.scope.service) == services.end()) {
    return Status::Unauthenticated("Not authorized: the request is signed for service '{}'; sign for {}",
                                   verified.scope.service, fmt::join(services, " or "));
  }
  return verified.access_key_id;
}

}  // namespace lifeboat::catalog::access
