#include "catalog/server/view_commit.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> ReplaceView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  const TableLocks::Holder turn(service.locks(), {request.identifier()});
  LIFEBOAT_ASSIGN_OR_RETURN(const LoadedView base, LoadStoredView(service, request.identifier()));
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "requirements", /*required=*/false,
      [&](const boost::json::value& element, const iceberg::JsonPath& path) -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(const auto required, iceberg::ParseViewRequirement(element, path));
        return iceberg::CheckViewRequirement(base.metadata, required);
      }));
  std::vector<iceberg::ViewUpdate> updates;
  LIFEBOAT_RETURN_IF_ERROR(
      reader.ForEach("updates", /*required=*/true,
                     [&](const boost::json::value& element, const iceberg::JsonPath& path) -> Status {
                       LIFEBOAT_ASSIGN_OR_RETURN(auto update, iceberg::ParseViewUpdate(element, path));
                       updates.push_back(std::move(update));
                       return Status::Ok();
                     }));
  return CommitViewUpdates(service, request, request.identifier(), &base, updates);
}

}  // namespace lifeboat::catalog
