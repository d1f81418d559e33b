#include "catalog/server/operations.h"
#include "catalog/server/visible_page.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> ListNamespaces(CatalogService& service, const RestRequest& request) {
  const Namespace parent = DecodeNamespace(request.http.QueryParameter("parent"));
  if (!parent.empty()) LIFEBOAT_RETURN_IF_ERROR(ValidateNamespace(parent));
  LIFEBOAT_ASSIGN_OR_RETURN(const PageRequest page_request, ParsePage(request));
  LIFEBOAT_ASSIGN_OR_RETURN(
      const Page<Namespace> page,
      VisiblePage<Namespace>(
          page_request,
          [&](const PageRequest& slice) { return service.store().ListNamespaces(parent, slice); },
          [&](const Namespace& one) { return request.MaySee(access::Securable::OfNamespace(one)); },
          EncodeNamespace));
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Key("namespaces");
  writer.BeginArray();
  for (const Namespace& name_space : page.items) {
    writer.BeginArray();
    for (const std::string& level : name_space) writer.String(level);
    writer.EndArray();
  }
  writer.EndArray();
  writer.OptionalMember("next-page-token", NextPageToken(page.next));
  writer.EndObject();
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
