#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> RenameView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  const boost::json::value* source = reader.Find("source");
  const boost::json::value* destination = reader.Find("destination");
  if (source == nullptr) return Status::InvalidArgument("source: missing");
  if (destination == nullptr) return Status::InvalidArgument("destination: missing");
  LIFEBOAT_ASSIGN_OR_RETURN(const TableIdentifier from, ParseIdentifier(*source, "source"));
  LIFEBOAT_ASSIGN_OR_RETURN(const TableIdentifier to, ParseIdentifier(*destination, "destination"));
  const TableLocks::Holder turn(service.locks(), {from, to});
  LIFEBOAT_RETURN_IF_ERROR(
      service
          .Apply({RenameTableChange{.object = ObjectKind::kView, .identifier = from, .renamed_to = to}},
                 {request.idempotency})
          .status());
  return NoContent();
}

}  // namespace lifeboat::catalog
