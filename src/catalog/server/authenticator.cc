#include "catalog/server/authenticator.h"

#include <algorithm>
#include <optional>

#include "catalog/access/signed_request.h"
#include "catalog/server/anonymous_request.h"

namespace lifeboat::catalog {
namespace {

constexpr std::string_view kExternalIdHeader = "X-Lifeboat-External-Id";
constexpr size_t kSmallBodyBytes = 64 * 1024;  // hashed in some 0.1 ms

// PyIceberg without a token sends Python's name for nothing.
bool IsNoCredentials(std::string_view authorization) {
  return authorization.empty() || authorization == "Bearer None";
}

// The token of an Authorization field; nothing when its scheme is another. Schemes have no case (RFC
// 9110, 11.1).
std::optional<std::string_view> BearerTokenOf(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return std::nullopt;
  for (size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != kScheme[i]) return std::nullopt;
  }
  return authorization.substr(kScheme.size());
}

}  // namespace

Authenticator::Authenticator(const CatalogServerOptions& options, const BearerTokens& tokens,
                             const Clock& clock)
    : options_(options), tokens_(tokens), clock_(clock) {
  if (options.issuer) {
    issuer_ = std::make_unique<access::ExternalIssuer>(*options.issuer,
                                                       access::KeySetSource(options.issuer->key_set), clock);
  }
}

bool Authenticator::MayTakeLong(const net::HttpRequest& request) const {
  if (const auto token = BearerTokenOf(request.headers.Get("Authorization"))) {
    return issuer_ != nullptr && !BearerTokens::IsOwn(*token);
  }
  return request.body.size() > kSmallBodyBytes && access::IsSignedRequest(request);
}

Result<access::Caller> Authenticator::Identify(const net::HttpRequest& request,
                                               const access::Policy& policy) const {
  if (access::IsSignedRequest(request)) return IdentifyBySignature(request, policy);
  const std::string_view authorization = request.headers.Get("Authorization");
  if (IsNoCredentials(authorization) && options_.allow_anonymous) return IdentifyAnonymous(request, policy);
  const std::optional<std::string_view> token = BearerTokenOf(authorization);
  if (!token) {
    return Status::Unauthenticated(
        "Not authorized: the request carries neither a bearer token nor a signature");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(access::Caller caller, IdentifyByToken(*token, policy));
  caller.external_id = request.headers.Get(kExternalIdHeader);
  return caller;
}

Result<access::Caller> Authenticator::IdentifyAnonymous(const net::HttpRequest& request,
                                                        const access::Policy& policy) const {
  LIFEBOAT_RETURN_IF_ERROR(CheckMayBeAnonymous(request));
  const std::string& id = options_.anonymous_principal;
  if (id.empty()) return access::Caller{.principal = "", .administrator = true};
  const access::Principal* principal = policy.FindPrincipal(id);
  if (principal == nullptr || principal->disabled) {
    return Status::Unauthenticated(
        "Not authorized: requests without credentials are those of principal '{0}', which {1}; its "
        "administrator can change that: lifeboat access {2} {0}",
        id, principal == nullptr ? "does not exist" : "is disabled",
        principal == nullptr ? "create-principal" : "enable-principal");
  }
  return access::Caller{.principal = id};
}

Result<access::Caller> Authenticator::IdentifyByToken(std::string_view token,
                                                      const access::Policy& policy) const {
  if (issuer_ == nullptr || BearerTokens::IsOwn(token)) return tokens_.Verify(token, policy);
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string subject, issuer_->Verify(token));
  const access::Principal* principal = policy.FindExternalPrincipal(subject);
  if (principal == nullptr || principal->disabled) {
    return Status::Unauthenticated(
        "Not authorized: '{}' is no principal of this catalog; add it: lifeboat access create-principal ID "
        "--kind external --subject '{}'",
        subject, subject);
  }
  return access::Caller{.principal = principal->id};
}

Result<std::string> Authenticator::SecretOf(const std::string& access_key_id,
                                            const access::Policy& policy) const {
  const auto client = std::find_if(options_.clients.begin(), options_.clients.end(),
                                   [&](const ClientCredentials& known) { return known.id == access_key_id; });
  if (client != options_.clients.end()) return client->secret;
  const access::Principal* principal = policy.FindAccessKey(access_key_id);
  const access::PrincipalSecret* secret = principal == nullptr ? nullptr : policy.FindSecret(principal->id);
  if (secret == nullptr || principal->disabled) {
    return Status::Unauthenticated("Not authorized: access key '{}' is not one of this catalog",
                                   access_key_id);
  }
  return secret->Open(options_.secret_key);
}

Result<access::Caller> Authenticator::IdentifyBySignature(const net::HttpRequest& request,
                                                          const access::Policy& policy) const {
  LIFEBOAT_ASSIGN_OR_RETURN(
      const std::string access_key_id,
      access::VerifySignedRequest(request, options_.signed_requests, clock_.NowMicros(),
                                  [&](const std::string& id) { return SecretOf(id, policy); }));
  access::Caller caller;
  if (tokens_.IsConfiguredClient(access_key_id)) {
    caller.principal = access_key_id;
    caller.administrator = true;
  } else {
    caller.principal = policy.FindAccessKey(access_key_id)->id;
  }
  caller.external_id = request.headers.Get(kExternalIdHeader);
  return caller;
}

}  // namespace lifeboat::catalog
