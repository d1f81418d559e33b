#include "catalog/server/policy_source.h"

#include <utility>

#include "catalog/access/policy_records.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

std::shared_ptr<const access::Policy> MakePolicy(access::PolicyModel model) {
  return std::make_shared<const access::Policy>(std::move(model));
}

}  // namespace

PolicySource::PolicySource(CatalogStore& store, std::string warehouse_location)
    : store_(store), warehouse_location_(std::move(warehouse_location)) {
  access::PolicyModel model;
  model.warehouse_location = warehouse_location_;
  current_ = MakePolicy(std::move(model));
}

std::shared_ptr<const access::Policy> PolicySource::Current() const {
  const MutexLock lock(mutex_);
  return current_;
}

Status PolicySource::Refresh() {
  const MutexLock refreshing(refreshing_);
  // Taken before the records are listed: what changes in between is read again the next time.
  LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, store_.State());
  if (state.records_version == records_version_) return Status::Ok();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<StoreRecord> records,
                            store_.ListRecords(std::string(access::kAccessPrefix)));
  access::PolicyModel model;
  model.warehouse_location = warehouse_location_;
  for (const StoreRecord& record : records) {
    LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, iceberg::ParseJson(record.value, record.key));
    LIFEBOAT_RETURN_IF_ERROR(access::AddRecord(record.key, value, &model));
  }
  auto policy = MakePolicy(std::move(model));
  records_version_ = state.records_version;
  const MutexLock lock(mutex_);
  current_ = std::move(policy);
  return Status::Ok();
}

}  // namespace lifeboat::catalog
