// PurgeJob: the removal of a dropped table's files, as a document in the store (record "job/purge/<id>").
//
// It is written in the transaction that drops the table, so a crash can lose neither without the other, and
// names everything that is needed to go on after one: the table's last metadata.json.
#ifndef LIFEBOAT_CATALOG_SERVER_PURGE_JOB_H_
#define LIFEBOAT_CATALOG_SERVER_PURGE_JOB_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/api/identifier.h"

namespace lifeboat::catalog {

inline constexpr std::string_view kPurgeJobPrefix = "job/purge/";

struct PurgeJob {
  enum class State { kQueued, kRunning, kDone };

  std::string id;  // UUIDv7
  TableIdentifier identifier;
  std::string table_uuid;
  std::string metadata_location;
  State state = State::kQueued;
  std::string owner;  // the server that runs it
  int64_t created_micros = 0;
  int64_t updated_micros = 0;
  uint64_t files_found = 0;
  uint64_t files_deleted = 0;
  uint64_t files_kept = 0;  // another table needs them
  // Of the last attempt, which is made again; of a finished job: what had to be left, and why.
  std::string error;

  std::string key() const { return std::string(kPurgeJobPrefix) + id; }
};

std::string_view StateName(PurgeJob::State state);  // "queued", "running", "done"

// One JSON object, {"id":…,"kind":"purge","state":…}: the record's value, and an item of GET
// /lifeboat/v1/jobs.
std::string PurgeJobToJson(const PurgeJob& job);
Result<PurgeJob> PurgeJobFromJson(std::string_view json);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PURGE_JOB_H_
