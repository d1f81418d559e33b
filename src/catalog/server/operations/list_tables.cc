#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> ListTables(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const PageRequest page_request, ParsePage(request));
  LIFEBOAT_ASSIGN_OR_RETURN(const Page<TableIdentifier> page,
                            service.store().ListTables(request.name_space, ObjectKind::kTable, page_request));
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Key("identifiers");
  writer.BeginArray();
  for (const TableIdentifier& identifier : page.items) {
    if (!request.MaySee(access::Securable::OfTable(identifier))) continue;
    writer.BeginObject();
    writer.Member("namespace", identifier.name_space);
    writer.Member("name", identifier.name);
    writer.EndObject();
  }
  writer.EndArray();
  writer.OptionalMember("next-page-token", NextPageToken(page.next));
  writer.EndObject();
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
