#include "catalog/server/catalog_service.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/uuid.h"
#include "catalog/api/catalog_error.h"
#include "catalog/api/table_places.h"
#include "catalog/server/grant_changes.h"
#include "net/http.h"

namespace lifeboat::catalog {
namespace {

// Whom the thread works for, or null.
thread_local const access::Caller* acting_caller = nullptr;

// The principal that owns what the thread creates; empty for administrators.
std::string ActingPrincipal() {
  return acting_caller == nullptr || acting_caller->administrator ? std::string() : acting_caller->principal;
}

// A name as one component of a location.
std::string LocationComponent(std::string_view name) {
  return net::PercentEncode(name);
}

}  // namespace

CatalogService::CatalogService(const CatalogServerOptions& options, CatalogStore& store,
                               storage::Storage& storage, CommitGuard& guard, const Clock& clock)
    : options_(options),
      store_(store),
      storage_(storage),
      guard_(guard),
      clock_(clock),
      tokens_(options.clients, options.token_lifetime, clock),
      policy_(store, options.warehouse_location),
      cache_(options.cache_bytes_max),
      append_rebase_(storage, options.rebase_asserted_appends),
      purges_(
          store, storage, guard,
          [this](std::vector<Change> changes) { return Apply(std::move(changes), {std::nullopt}); }, clock),
      plan_task_key_(store,
                     [this](std::vector<Change> changes) {
                       return Apply(std::move(changes), {.request = std::nullopt}).status();
                     }),
      plans_(std::make_unique<PlanRegistry>(options.planning.plans, clock)) {}

Result<std::shared_ptr<const LoadedTableVersion>> CatalogService::Load(const TableIdentifier& identifier) {
  std::shared_ptr<const LoadedTableVersion> cached = cache_.Find(identifier);
  const Result<TableRecord> record =
      store_.LoadTable(identifier, ObjectKind::kTable, cached == nullptr ? 0 : cached->version());
  if (!record.ok()) {
    if (cached != nullptr) cache_.Erase(identifier);
    return record.status();
  }
  if (record->metadata_json == nullptr) return cached;
  auto loaded = std::make_shared<const LoadedTableVersion>(record->version, record->metadata_location,
                                                           *record->metadata_json);
  cache_.Put(identifier, loaded);
  return loaded;
}

std::shared_ptr<const LoadedTableVersion> CatalogService::LoadIfCached(const TableIdentifier& identifier) {
  if (!store_.ReadsAreLocal()) return nullptr;
  std::shared_ptr<const LoadedTableVersion> cached = cache_.Find(identifier);
  if (cached == nullptr) return nullptr;
  const std::optional<uint64_t> change_count = store_.ChangeCount();
  if (change_count && cached->IsConfirmedAt(*change_count)) return cached;
  const Result<TableRecord> record = store_.LoadTable(identifier, ObjectKind::kTable, cached->version());
  if (!record.ok() || record->metadata_json != nullptr) return nullptr;
  if (change_count) cached->ConfirmAt(*change_count);
  return cached;
}

CatalogService::ActingFor::ActingFor(const access::Caller& caller) {
  acting_caller = &caller;
}

CatalogService::ActingFor::~ActingFor() {
  acting_caller = nullptr;
}

bool CatalogService::ActingCallerMayDescribe(const TableIdentifier& identifier) {
  return acting_caller != nullptr && policy_.Current()->Allows(*acting_caller, access::Privilege::kDescribe,
                                                               access::Securable::OfTable(identifier));
}

Result<Applied> CatalogService::Apply(std::vector<Change> changes, const AnswerToKeep& answer,
                                      const CatalogStore::Queued& queued) {
  if (MayChangeGrants(changes)) {
    // Another server may have granted something on these objects just now.
    LIFEBOAT_RETURN_IF_ERROR(policy_.Refresh());
    AddGrantChanges(*policy_.Current(), ActingPrincipal(), &changes);
  }
  const bool changes_records = std::any_of(changes.begin(), changes.end(), [](const Change& change) {
    return std::holds_alternative<PutRecordChange>(change) ||
           std::holds_alternative<DeleteRecordChange>(change);
  });
  LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t epoch, guard_.CurrentEpoch());
  Transaction transaction{.epoch = epoch,
                          .id = Uuid::V7(clock_).ToString(),
                          .changes = std::move(changes),
                          .idempotency = {},
                          .places_may_overlap = options_.allow_overlapping_locations};
  if (acting_caller != nullptr) transaction.principal = acting_caller->principal;
  if (answer.request) {
    transaction.idempotency = answer.request->Answer(answer.http_status, std::string(answer.body));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(Applied applied, store_.Apply(std::move(transaction), queued));
  if (applied.replay) return AnsweredEarlier(*answer.request, *applied.replay);
  if (on_applied_) on_applied_(applied.position);
  if (changes_records) {
    // What was decided about access holds before its answer is given.
    const Status refreshed = policy_.Refresh();
    if (!refreshed.ok()) log::Warning("the access policy is not refreshed", {{"error", refreshed}});
  }
  return applied;
}

Result<CatalogService::Published> CatalogService::Publish(std::string location, std::string json) {
  LIFEBOAT_ASSIGN_OR_RETURN(Published published, BeginPublish(std::move(location), std::move(json)));
  LIFEBOAT_RETURN_IF_ERROR(FinishPublish(published));
  return published;
}

Result<CatalogService::Published> CatalogService::BeginPublish(std::string location, std::string json) {
  Published published{std::move(location), std::move(json)};
  LIFEBOAT_RETURN_IF_ERROR(ValidateTableLocation(published.location));
  published.is_durable = storage_.WritesAreDurable(published.location);
  if (published.is_durable) LIFEBOAT_RETURN_IF_ERROR(WriteMetadataFile(published));
  return published;
}

Status CatalogService::FinishPublish(const Published& published) {
  return published.is_durable ? Status::Ok() : WriteMetadataFile(published);
}

Status CatalogService::WriteMetadataFile(const Published& published) {
  const Status written =
      storage_.Write(published.location, published.json, {.durable = false, .unknown_yet = true});
  switch (written.code()) {
    case StatusCode::kCommitStateUnknown:
    case StatusCode::kCorruption:
    case StatusCode::kInternal: {
      const Status unavailable = Status::Unavailable("nothing was committed: {}", written.message());
      Unpublish(published.location, unavailable);
      return unavailable;
    }
    default:
      return written;
  }
}

Result<std::string> CatalogService::ReadMetadataFile(const std::string& location) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateTableLocation(location));
  Result<std::string> content = storage_.Read(location);
  if (content.status().code() == StatusCode::kNotFound) {
    return CatalogError(StatusCode::kNotFound, "NotFoundException",
                        "Metadata file does not exist: " + location);
  }
  return content;
}

void CatalogService::Unpublish(const std::string& location, const Status& reason) {
  if (reason.code() == StatusCode::kCommitStateUnknown) return;
  const Status deleted = storage_.Delete(location);
  if (!deleted.ok())
    log::Warning("an unused metadata file is left over", {{"file", location}, {"error", deleted}});
}

std::string CatalogService::WarehouseFolder(const Namespace& name_space) const {
  std::string location = options_.warehouse_location;
  for (const std::string& level : name_space) {
    location = storage::JoinLocation(location, LocationComponent(level));
  }
  return location;
}

std::string CatalogService::NamespaceLocation(const NamespaceRecord& record) const {
  const auto own = record.properties.find("location");
  return own != record.properties.end() ? own->second : WarehouseFolder(record.name_space);
}

Result<std::string> CatalogService::DefaultLocation(const TableIdentifier& identifier) {
  LIFEBOAT_ASSIGN_OR_RETURN(const NamespaceRecord record, store_.LoadNamespace(identifier.name_space));
  return storage::JoinLocation(NamespaceLocation(record), LocationComponent(identifier.name));
}

Result<std::string> CatalogService::ChooseTableLocation(const TableIdentifier& identifier) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string location, DefaultLocation(identifier));
  const auto is_apart = [&](const std::string& candidate) -> Result<bool> {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto holder, store_.FindPlaceHolder({PlaceOf(candidate)}, identifier));
    return !holder;
  };
  LIFEBOAT_ASSIGN_OR_RETURN(bool apart, is_apart(location));
  if (apart) {
    // A dropped table's files may still be there; a new table must not mix with them.
    const Status occupied = Status::AlreadyExists("occupied");
    const Status listed = storage_.List(location + "/", [&](const storage::ObjectInfo&) { return occupied; });
    if (listed.ok()) return location;
    if (listed.code() != StatusCode::kAlreadyExists) return listed;
  }
  // Beside it; or beside the folder above it that is a table's, as that of table "b" in namespace "a" is to
  // the tables of namespace "a.b".
  const std::string mark = "-" + Uuid::V4().ToString();
  const bool in_warehouse = location.starts_with(options_.warehouse_location + "/");
  const size_t top = in_warehouse ? options_.warehouse_location.size() : location.rfind('/');
  for (size_t end = location.size(); end > top; end = location.rfind('/', end - 1)) {
    const std::string candidate = location.substr(0, end) + mark + location.substr(end);
    LIFEBOAT_ASSIGN_OR_RETURN(apart, is_apart(candidate));
    if (apart) return candidate;
  }
  return location + mark;
}

Status ValidateTableLocation(std::string_view location) {
  for (const char c : location) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      return Status::InvalidArgument("Invalid location: it holds control character 0x{:02X}", byte);
    }
  }
  if (storage::SchemeOf(location).empty()) {
    return Status::InvalidArgument("Invalid location '{}': write an absolute one, such as s3://bucket/folder",
                                   location);
  }
  for (std::string_view rest = location; !rest.empty();) {
    const size_t end = std::min(rest.find_first_of("/\\"), rest.size());
    if (rest.substr(0, end) == "..") {
      return Status::InvalidArgument("Invalid location '{}': it contains '..'", location);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return Status::Ok();
}

}  // namespace lifeboat::catalog
