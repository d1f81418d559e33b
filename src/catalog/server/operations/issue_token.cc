#include "base/encoding.h"
#include "base/utf8.h"
#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

constexpr std::string_view kAccessToken = "urn:ietf:params:oauth:token-type:access_token";
constexpr std::string_view kBasic = "Basic ";
constexpr std::string_view kTokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

// RFC 6749 section 5.2: this endpoint has an error body of its own.
net::HttpResponse OAuthError(int http_status, std::string_view error, std::string_view description) {
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("error", error);
  writer.Member("error_description", description);
  writer.EndObject();
  return net::HttpResponse::Json(http_status, std::move(body));
}

struct Presented {
  std::string id;
  std::string secret;
};

bool IsBasic(std::string_view authorization) {
  return net::EqualsIgnoringCase(authorization.substr(0, kBasic.size()), kBasic);
}

// From the form, or from an Authorization header of scheme Basic.
Presented PresentedCredentials(const RestRequest& request, const net::HttpRequest& form) {
  const std::string_view authorization = request.http.headers.Get("Authorization");
  if (IsBasic(authorization)) {
    const std::string pair = Base64Decode(authorization.substr(kBasic.size())).value_or("");
    const size_t colon = pair.find(':');
    if (colon != std::string::npos) return {pair.substr(0, colon), pair.substr(colon + 1)};
  }
  return {form.QueryParameter("client_id"), form.QueryParameter("client_secret")};
}

}  // namespace

Result<net::HttpResponse> IssueToken(CatalogService& service, const RestRequest& request) {
  // A form has the syntax of a query.
  net::HttpRequest form;
  form.target = "?" + request.http.body;
  const std::string grant = form.QueryParameter("grant_type");
  const std::shared_ptr<const access::Policy> policy = service.policy().Current();
  Result<std::string> token = Status::Internal("no grant");
  if (grant == "client_credentials") {
    const Presented presented = PresentedCredentials(request, form);
    token = service.tokens().Issue(presented.id, presented.secret, *policy);
  } else if (grant == kTokenExchange) {
    token = service.tokens().Renew(form.QueryParameter("subject_token"), *policy);
  } else if (grant.empty()) {
    return OAuthError(400, "invalid_request",
                      "the body must be a form (application/x-www-form-urlencoded) with a grant_type");
  } else {
    return OAuthError(400, "unsupported_grant_type",
                      "grant_type must be client_credentials or token-exchange");
  }
  if (!token.ok()) {
    net::HttpResponse refused = OAuthError(401, "invalid_client", token.status().message());
    // To a client that came with such a header, it is said in which scheme to come again.
    if (request.http.headers.Has("Authorization"))
      refused.headers.Set("WWW-Authenticate", "Basic realm=\"lifeboat\"");
    return refused;
  }
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("access_token", *token);
  writer.Member("token_type", "bearer");
  writer.Member("expires_in", service.tokens().lifetime().count());
  writer.Member("issued_token_type", kAccessToken);
  const std::string scope = form.QueryParameter("scope");
  if (!scope.empty()) writer.Member("scope", ReplaceInvalidUtf8(scope));
  writer.EndObject();
  net::HttpResponse response = net::HttpResponse::Json(200, std::move(body));
  response.headers.Set("Cache-Control", "no-store");
  return response;
}

}  // namespace lifeboat::catalog
