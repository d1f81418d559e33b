#include "catalog/server/purge_job.h"

#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

constexpr std::string_view kStateNames[] = {"queued", "running", "done"};

}  // namespace

std::string_view StateName(PurgeJob::State state) {
  return kStateNames[static_cast<size_t>(state)];
}

std::string PurgeJobToJson(const PurgeJob& job) {
  std::string json;
  iceberg::JsonWriter writer(&json);
  writer.BeginObject();
  writer.Member("id", job.id);
  writer.Member("kind", "purge");
  writer.Member("state", StateName(job.state));
  writer.Member("namespace", job.identifier.name_space);
  writer.Member("name", job.identifier.name);
  writer.Member("table-uuid", job.table_uuid);
  writer.Member("metadata-location", job.metadata_location);
  writer.Member("owner", job.owner);
  writer.Member("created-micros", job.created_micros);
  writer.Member("updated-micros", job.updated_micros);
  writer.Member("files-found", job.files_found);
  writer.Member("files-deleted", job.files_deleted);
  writer.Member("files-kept", job.files_kept);
  if (!job.error.empty()) writer.Member("error", job.error);
  writer.EndObject();
  return json;
}

Result<PurgeJob> PurgeJobFromJson(std::string_view json) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, iceberg::ParseJson(json, "purge job"));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  PurgeJob job;
  LIFEBOAT_ASSIGN_OR_RETURN(job.id, reader.Get<std::string>("id"));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string state, reader.Get<std::string>("state"));
  bool known = false;
  for (const auto candidate : {PurgeJob::State::kQueued, PurgeJob::State::kRunning, PurgeJob::State::kDone}) {
    if (StateName(candidate) != state) continue;
    job.state = candidate;
    known = true;
  }
  if (!known) return reader.PathOf("state").Error("unknown state '" + state + "'");
  LIFEBOAT_ASSIGN_OR_RETURN(job.identifier.name_space, reader.Get<std::vector<std::string>>("namespace"));
  LIFEBOAT_ASSIGN_OR_RETURN(job.identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_ASSIGN_OR_RETURN(job.table_uuid, reader.Get<std::string>("table-uuid"));
  LIFEBOAT_ASSIGN_OR_RETURN(job.metadata_location, reader.Get<std::string>("metadata-location"));
  LIFEBOAT_ASSIGN_OR_RETURN(job.owner, reader.GetOr<std::string>("owner", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(job.created_micros, reader.Get<int64_t>("created-micros"));
  LIFEBOAT_ASSIGN_OR_RETURN(job.updated_micros, reader.Get<int64_t>("updated-micros"));
  for (const auto& [key, number] :
       {std::pair{"files-found", &job.files_found}, std::pair{"files-deleted", &job.files_deleted},
        std::pair{"files-kept", &job.files_kept}}) {
    LIFEBOAT_ASSIGN_OR_RETURN(const int64_t count, reader.GetOr<int64_t>(key, 0));
    *number = static_cast<uint64_t>(count);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(job.error, reader.GetOr<std::string>("error", ""));
  return job;
}

}  // namespace lifeboat::catalog
