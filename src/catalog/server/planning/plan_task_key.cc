#include "catalog/server/planning/plan_task_key.h"

#include <array>

#include "base/encoding.h"
#include "base/log.h"
#include "base/random.h"

namespace lifeboat::catalog {
namespace {

constexpr const char* kRecord = "planning/task-key";

std::string NewKey() {
  std::array<uint8_t, 32> bytes;
  SystemRandom().Fill(bytes);
  return HexEncode(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

Result<std::string> PlanTaskKey::Find() {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<StoreRecord> records, store_.ListRecords(kRecord));
  for (const StoreRecord& record : records) {
    if (record.key == kRecord) key_ = record.value;
  }
  return key_;
}

Result<std::string> PlanTaskKey::Get() {
  const MutexLock lock(mutex_);
  if (!key_.empty()) return key_;
  LIFEBOAT_RETURN_IF_ERROR(Find().status());
  if (!key_.empty()) return key_;
  if (own_key_.empty()) own_key_ = NewKey();
  PutRecordChange put;
  put.key = kRecord;
  put.value = own_key_;
  put.expected_version = 0;
  put.secret = true;
  const Status applied = apply_({std::move(put)});
  if (!applied.ok() && applied.code() != StatusCode::kConflict) {
    log::Debug("plan tasks are signed with a key of this server alone", {{"error", applied}});
    return own_key_;
  }
  return Find();
}

}  // namespace lifeboat::catalog
