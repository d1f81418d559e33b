#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> ListJobs(CatalogService& service, const RestRequest&) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<PurgeJob> jobs, service.purges().ListJobs());
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Key("jobs");
  writer.BeginArray();
  for (const PurgeJob& job : jobs) writer.Raw(PurgeJobToJson(job));
  writer.EndArray();
  writer.EndObject();
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
