#include "catalog/access/access_errors.h"
#include "catalog/server/operations.h"
#include "catalog/server/storage_grant.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

Result<access::RemoteSignRequest> ParseRequest(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  access::RemoteSignRequest parsed;
  LIFEBOAT_ASSIGN_OR_RETURN(parsed.region, reader.Get<std::string>("region"));
  LIFEBOAT_ASSIGN_OR_RETURN(parsed.method, reader.Get<std::string>("method"));
  LIFEBOAT_ASSIGN_OR_RETURN(parsed.uri, reader.Get<std::string>("uri"));
  LIFEBOAT_ASSIGN_OR_RETURN(parsed.body, reader.GetOr<std::string>("body", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(parsed.provider, reader.GetOr<std::string>("provider", ""));
  const iceberg::JsonPath path = reader.PathOf("headers");
  const boost::json::value* headers = reader.Find("headers");
  if (headers == nullptr) return path.Error("missing");
  if (!headers->is_object()) return path.Mismatch("an object", *headers);
  for (const auto& member : headers->get_object()) {
    const std::string name(member.key());
    const iceberg::JsonPath here(path, name);
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<std::string> values,
                              iceberg::JsonAs<std::vector<std::string>>(member.value(), here));
    for (const std::string& one : values) parsed.headers.emplace_back(name, one);
  }
  return parsed;
}

// Clients keep a signature that is "private" and use it for the same request again.
constexpr std::string_view CacheControlOf(const access::SignedRequest& answer) {
  return answer.repeatable ? "private" : "no-cache";
}

}  // namespace

Result<net::HttpResponse> SignRequest(CatalogService& service, const RestRequest& request) {
  access::RequestSigner* signer = service.options().lending.signer;
  if (signer == nullptr) {
    return Status::Unsupported(
        "The catalog of warehouse '{}' signs no requests; its administrator can turn "
        "remote signing on",
        service.options().warehouse);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const access::RemoteSignRequest to_sign, ParseRequest(service, request));
  LIFEBOAT_ASSIGN_OR_RETURN(const access::CredentialScope scope, ScopeOfRequest(service, request));
  LIFEBOAT_ASSIGN_OR_RETURN(const access::SignedRequest answer,
                            signer->Sign(to_sign, scope, request.principal));
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("uri", answer.uri);
  writer.Key("headers");
  writer.BeginObject();
  for (const auto& [name, value] : answer.headers) writer.Member(name, std::vector<std::string>{value});
  writer.EndObject();
  writer.EndObject();
  net::HttpResponse response = net::HttpResponse::Json(200, std::move(body));
  response.headers.Set("Cache-Control", CacheControlOf(answer));
  return response;
}

}  // namespace lifeboat::catalog
