// Applying a commit's updates to metadata, after Java's TableMetadata.Builder.
#include <algorithm>
#include <limits>
#include <set>

#include "base/encoding.h"
#include "base/uuid.h"
#include "iceberg/model/table_update.h"

namespace lifeboat::iceberg {
namespace {

constexpr int32_t kLastAdded = -1;

class Builder {
 public:
  Builder(const TableMetadata* base, const Clock& clock) : base_(base), clock_(clock) {
    if (base != nullptr) {
      metadata_ = *base;
    } else {
      metadata_.current_schema_id = kNone;
      metadata_.default_spec_id = kNone;
      metadata_.default_sort_order_id = kNone;
    }
  }

  Status Apply(const TableUpdate& update) {
    return std::visit([&](const auto& one) { return One(one); }, update);
  }

  Result<TableMetadata> Build(const ApplyOptions& options);

 private:
  static constexpr int32_t kNone = -1;

  Status One(const update::AssignUuid& update);
  Status One(const update::UpgradeFormatVersion& update);
  Status One(const update::AddSchema& update);
  Status One(const update::SetCurrentSchema& update);
  Status One(const update::AddPartitionSpec& update);
  Status One(const update::SetDefaultSpec& update);
  Status One(const update::AddSortOrder& update);
  Status One(const update::SetDefaultSortOrder& update);
  Status One(const update::AddSnapshot& update);
  Status One(const update::SetSnapshotRef& update);
  Status One(const update::RemoveSnapshots& update);
  Status One(const update::RemoveSnapshotRef& update);
  Status One(const update::SetLocation& update);
  Status One(const update::SetProperties& update);
  Status One(const update::RemoveProperties& update);
  Status One(const update::SetStatistics& update);
  Status One(const update::RemoveStatistics& update);
  Status One(const update::SetPartitionStatistics& update);
  Status One(const update::RemovePartitionStatistics& update);
  Status One(const update::RemovePartitionSpecs& update);
  Status One(const update::RemoveSchemas& update);
  Status One(const update::AddEncryptionKey& update);
  Status One(const update::RemoveEncryptionKey& update);

  // What partition specs and sort orders are checked against; null before any schema is known. A new table's
  // updates may add them before set-current-schema, as DuckDB does.
  const Schema* BindingSchema() const;
  Status CheckShape(const Snapshot& snapshot) const;
  Status CheckSequence(const Snapshot& snapshot) const;
  Status CheckRowIds(const Snapshot& snapshot) const;
  void SetMain(int64_t snapshot_id, int64_t timestamp_ms);
  int64_t UpdateTime() const;
  void TidySnapshotLog();
  void AppendMetadataLog(const std::string& base_location);

  const TableMetadata* base_;
  const Clock& clock_;
  TableMetadata metadata_;
  bool changed_ = false;
  std::optional<int64_t> last_updated_ms_;
  std::optional<int32_t> last_added_schema_, last_added_spec_, last_added_order_;
  std::set<int64_t> added_snapshots_;
  std::set<int64_t> passed_snapshots_;  // were current for a moment within this commit
  bool snapshots_removed_ = false;
};

Status Builder::One(const update::AssignUuid& update) {
  const Result<Uuid> assigned = Uuid::Parse(update.uuid);
  if (!assigned.ok()) {
    return Status::InvalidArgument("Cannot assign UUID '{}': it is not a UUID", update.uuid);
  }
  if (update.uuid == metadata_.table_uuid) return Status::Ok();
  // Clients and replicas know a table by its UUID: one that has got one keeps it.
  if (base_ != nullptr && !base_->table_uuid.empty()) {
    const Result<Uuid> present = Uuid::Parse(base_->table_uuid);
    if (present.ok() && *present == *assigned) return Status::Ok();
    return Status::InvalidArgument("Cannot assign UUID {}: the table has UUID {}", update.uuid,
                                   base_->table_uuid);
  }
  metadata_.table_uuid = update.uuid;
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::UpgradeFormatVersion& update) {
  if (update.format_version > kMaxFormatVersion) {
    return Status::InvalidArgument("Cannot upgrade table to unsupported format version: v{} (supported: v{})",
                                   update.format_version, kMaxFormatVersion);
  }
  // A table that is being created has the version its updates say.
  if (base_ != nullptr && update.format_version < metadata_.format_version) {
    return Status::InvalidArgument("Cannot downgrade v{} table to v{}", metadata_.format_version,
                                   update.format_version);
  }
  if (update.format_version < 1)
    return Status::InvalidArgument("Invalid format version: v{}", update.format_version);
  if (update.format_version == metadata_.format_version) return Status::Ok();
  metadata_.format_version = update.format_version;
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::AddSchema& update) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateSchema(update.schema, metadata_.format_version));
  const int32_t last_column_id =
      std::max({metadata_.last_column_id, update.schema.HighestFieldId(), update.last_column_id.value_or(0)});
  int32_t id = std::max(metadata_.current_schema_id, 0);
  for (const auto& schema : metadata_.schemas) {
    if (schema->SameAs(update.schema)) {
      last_added_schema_ = schema->schema_id;
      if (last_column_id != metadata_.last_column_id) {
        metadata_.last_column_id = last_column_id;
        changed_ = true;
      }
      return Status::Ok();
    }
    id = std::max(id, schema->schema_id + 1);
  }
  Schema schema = update.schema;
  schema.schema_id = id;
  metadata_.schemas.push_back(std::make_shared<const Schema>(std::move(schema)));
  metadata_.last_column_id = last_column_id;
  last_added_schema_ = id;
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::SetCurrentSchema& update) {
  int32_t id = update.schema_id;
  if (id == kLastAdded) {
    if (!last_added_schema_) {
      return Status::InvalidArgument("Cannot set last added schema: no schema has been added");
    }
    id = *last_added_schema_;
  }
  if (id == metadata_.current_schema_id) return Status::Ok();
  if (metadata_.FindSchema(id) == nullptr) {
    return Status::InvalidArgument("Cannot set current schema to unknown schema: {}", id);
  }
  metadata_.current_schema_id = id;
  changed_ = true;
  return Status::Ok();
}

const Schema* Builder::BindingSchema() const {
  if (const auto* current = metadata_.FindSchema(metadata_.current_schema_id)) return current;
  return last_added_schema_ ? metadata_.FindSchema(*last_added_schema_) : nullptr;
}

Status Builder::One(const update::AddPartitionSpec& update) {
  const Schema* schema = BindingSchema();
  if (schema == nullptr)
    return Status::InvalidArgument("Cannot add a partition spec before a schema is added");
  LIFEBOAT_RETURN_IF_ERROR(ValidatePartitionSpec(update.spec, *schema));
  int32_t id = 0;
  for (const auto& spec : metadata_.partition_specs) {
    if (spec->CompatibleWith(update.spec)) {
      last_added_spec_ = spec->spec_id;
      return Status::Ok();
    }
    id = std::max(id, spec->spec_id + 1);
  }
  PartitionSpec spec = update.spec;
  spec.spec_id = id;
  for (PartitionField& field : spec.fields) {
    if (field.field_id != 0) continue;
    if (metadata_.last_partition_id == std::numeric_limits<int32_t>::max())
      return Status::InvalidArgument("Cannot add a partition spec: no partition field id is left");
    field.field_id = ++metadata_.last_partition_id;
  }
  metadata_.last_partition_id = std::max(metadata_.last_partition_id, spec.HighestFieldId());
  metadata_.partition_specs.push_back(std::make_shared<const PartitionSpec>(std::move(spec)));
  last_added_spec_ = id;
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::SetDefaultSpec& update) {
  int32_t id = update.spec_id;
  if (id == kLastAdded) {
    if (!last_added_spec_) {
      return Status::InvalidArgument("Cannot set last added spec: no spec has been added");
    }
    id = *last_added_spec_;
  }
  if (id == metadata_.default_spec_id) return Status::Ok();
  if (metadata_.FindSpec(id) == nullptr) {
    return Status::InvalidArgument("Cannot set default partition spec to unknown spec: {}", id);
  }
  metadata_.default_spec_id = id;
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::AddSortOrder& update) {
  const Schema* schema = BindingSchema();
  if (schema == nullptr) return Status::InvalidArgument("Cannot add a sort order before a schema is added");
  LIFEBOAT_RETURN_IF_ERROR(ValidateSortOrder(update.sort_order, *schema));
  int32_t id = update.sort_order.is_unsorted() ? 0 : 1;  // 0 is always the unsorted order
  for (const auto& order : metadata_.sort_orders) {
    if (order->SameOrder(update.sort_order)) {
      last_added_order_ = order->order_id;
      return Status::Ok();
    }
    if (!update.sort_order.is_unsorted()) id = std::max(id, order->order_id + 1);
  }
  SortOrder order = update.sort_order;
  order.order_id = id;
  metadata_.sort_orders.push_back(std::make_shared<const SortOrder>(std::move(order)));
  last_added_order_ = id;
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::SetDefaultSortOrder& update) {
  int32_t id = update.sort_order_id;
  if (id == kLastAdded) {
    if (!last_added_order_) {
      return Status::InvalidArgument("Cannot set last added sort order: no sort order has been added");
    }
    id = *last_added_order_;
  }
  if (id == metadata_.default_sort_order_id) return Status::Ok();
  if (metadata_.FindSortOrder(id) == nullptr) {
    return Status::InvalidArgument("Cannot set default sort order to unknown sort order: {}", id);
  }
  metadata_.default_sort_order_id = id;
  changed_ = true;
  return Status::Ok();
}

// What would leave a table that Java's library refuses to read.
Status Builder::CheckShape(const Snapshot& snapshot) const {
  if (snapshot.snapshot_id < 0) {
    return Status::InvalidArgument("Cannot add a snapshot with a negative id: {}", snapshot.snapshot_id);
  }
  if (metadata_.format_version == 1 && snapshot.sequence_number != 0) {
    return Status::InvalidArgument("Sequence number must be 0 in v1: {}", snapshot.sequence_number);
  }
  if (snapshot.sequence_number < 0) {
    return Status::InvalidArgument("Cannot add a snapshot with a negative sequence number: {}",
                                   snapshot.sequence_number);
  }
  if (snapshot.manifest_list.empty() && (metadata_.format_version > 1 || snapshot.manifests.empty())) {
    return Status::InvalidArgument("Cannot add snapshot {} without a manifest list", snapshot.snapshot_id);
  }
  return Status::Ok();
}

// A snapshot made from an older table must not be put after a newer one: the client reloads and tries again.
Status Builder::CheckSequence(const Snapshot& snapshot) const {
  if (metadata_.format_version == 1 || !snapshot.parent_snapshot_id ||
      snapshot.sequence_number > metadata_.last_sequence_number) {
    return Status::Ok();
  }
  return Status::Conflict("Cannot add snapshot with sequence number {} older than last sequence number {}",
                          snapshot.sequence_number, metadata_.last_sequence_number);
}

Status Builder::CheckRowIds(const Snapshot& snapshot) const {
  if (metadata_.format_version < 3) return Status::Ok();
  if (!snapshot.first_row_id) return Status::InvalidArgument("Cannot add a snapshot: first-row-id is null");
  if (*snapshot.first_row_id < metadata_.next_row_id) {
    return Status::Conflict("Cannot add a snapshot with first-row-id behind table next-row-id: {} < {}",
                            *snapshot.first_row_id, metadata_.next_row_id);
  }
  if (!snapshot.added_rows || *snapshot.added_rows < 0) {
    return Status::InvalidArgument("Cannot add a snapshot: added-rows is null or negative");
  }
  if (*snapshot.added_rows > std::numeric_limits<int64_t>::max() - *snapshot.first_row_id) {
    return Status::InvalidArgument(
        "Cannot add a snapshot: {} rows from first-row-id {} exceed the row ids there are",
        *snapshot.added_rows, *snapshot.first_row_id);
  }
  return Status::Ok();
}

Status Builder::One(const update::AddSnapshot& update) {
  const Snapshot& snapshot = update.snapshot;
  if (metadata_.schemas.empty() || metadata_.partition_specs.empty() || metadata_.sort_orders.empty()) {
    return Status::InvalidArgument(
        "Attempting to add a snapshot before a schema, partition spec and sort order");
  }
  if (metadata_.FindSnapshot(snapshot.snapshot_id) != nullptr) {
    return Status::InvalidArgument("Snapshot already exists for id: {}", snapshot.snapshot_id);
  }
  LIFEBOAT_RETURN_IF_ERROR(CheckShape(snapshot));
  LIFEBOAT_RETURN_IF_ERROR(CheckSequence(snapshot));
  LIFEBOAT_RETURN_IF_ERROR(CheckRowIds(snapshot));
  last_updated_ms_ = snapshot.timestamp_ms;
  metadata_.last_sequence_number = std::max(metadata_.last_sequence_number, snapshot.sequence_number);
  if (metadata_.format_version >= 3) metadata_.next_row_id = *snapshot.first_row_id + *snapshot.added_rows;
  metadata_.snapshots.push_back(std::make_shared<const Snapshot>(snapshot));
  added_snapshots_.insert(snapshot.snapshot_id);
  changed_ = true;
  return Status::Ok();
}

// Writers' clocks differ, but time in the log never goes back: Java's library refuses to read such a table.
void Builder::SetMain(int64_t snapshot_id, int64_t timestamp_ms) {
  if (metadata_.current_snapshot_id && added_snapshots_.contains(*metadata_.current_snapshot_id)) {
    passed_snapshots_.insert(*metadata_.current_snapshot_id);
  }
  metadata_.current_snapshot_id = snapshot_id;
  std::vector<SnapshotLogEntry>& log = metadata_.snapshot_log;
  if (!log.empty()) timestamp_ms = std::max(timestamp_ms, log.back().timestamp_ms);
  log.push_back({timestamp_ms, snapshot_id, {}});
}

Status CheckRetention(const SnapshotRef& ref) {
  if (ref.min_snapshots_to_keep.value_or(1) <= 0)
    return Status::InvalidArgument("Min snapshots to keep must be greater than 0");
  if (ref.max_snapshot_age_ms.value_or(1) <= 0)
    return Status::InvalidArgument("Max snapshot age must be greater than 0 ms");
  if (ref.max_ref_age_ms.value_or(1) <= 0)
    return Status::InvalidArgument("Max reference age must be greater than 0");
  return Status::Ok();
}

Status Builder::One(const update::SetSnapshotRef& update) {
  const auto existing = metadata_.refs.find(update.ref_name);
  if (existing != metadata_.refs.end() && existing->second == update.ref) return Status::Ok();
  const Snapshot* snapshot = metadata_.FindSnapshot(update.ref.snapshot_id);
  if (snapshot == nullptr) {
    return Status::InvalidArgument("Cannot set {} to unknown snapshot: {}", update.ref_name,
                                   update.ref.snapshot_id);
  }
  LIFEBOAT_RETURN_IF_ERROR(CheckRetention(update.ref));
  const bool is_tag = update.ref.kind == SnapshotRef::Kind::kTag;
  if (is_tag && update.ref_name == kMainBranch) {
    return Status::InvalidArgument("Cannot set {} as a tag: it is the main branch", kMainBranch);
  }
  if (is_tag && (update.ref.min_snapshots_to_keep || update.ref.max_snapshot_age_ms)) {
    return Status::InvalidArgument("Tags do not support setting minSnapshotsToKeep or maxSnapshotAgeMs");
  }
  if (added_snapshots_.contains(snapshot->snapshot_id)) last_updated_ms_ = snapshot->timestamp_ms;
  if (update.ref_name == kMainBranch) {
    if (!last_updated_ms_) last_updated_ms_ = clock_.NowMillis();
    if (metadata_.current_snapshot_id != snapshot->snapshot_id)
      SetMain(snapshot->snapshot_id, *last_updated_ms_);
  }
  metadata_.refs.insert_or_assign(update.ref_name, update.ref);
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::RemoveSnapshots& update) {
  const std::set<int64_t> removed(update.snapshot_ids.begin(), update.snapshot_ids.end());
  const auto gone = [&](int64_t id) { return removed.contains(id); };
  const size_t before = metadata_.snapshots.size();
  std::erase_if(metadata_.snapshots, [&](const auto& snapshot) { return gone(snapshot->snapshot_id); });
  if (metadata_.snapshots.size() == before) return Status::Ok();
  std::erase_if(metadata_.statistics, [&](const auto& file) { return gone(file->snapshot_id); });
  std::erase_if(metadata_.partition_statistics, [&](const auto& file) { return gone(file->snapshot_id); });
  if (metadata_.current_snapshot_id && gone(*metadata_.current_snapshot_id))
    metadata_.current_snapshot_id.reset();
  std::erase_if(metadata_.refs, [&](const auto& ref) { return gone(ref.second.snapshot_id); });
  snapshots_removed_ = true;
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::RemoveSnapshotRef& update) {
  // The log keeps telling what was current before, as a replaced table's history needs it.
  if (update.ref_name == kMainBranch) metadata_.current_snapshot_id.reset();
  if (metadata_.refs.erase(update.ref_name) > 0) changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::SetLocation& update) {
  std::string location = update.location;
  while (location.size() > 1 && location.ends_with('/')) location.pop_back();
  if (location.empty()) return Status::InvalidArgument("Cannot set an empty location");
  if (location == metadata_.location) return Status::Ok();
  metadata_.location = std::move(location);
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::SetProperties& update) {
  for (const auto& [key, value] : update.updates) {
    metadata_.properties.insert_or_assign(key, value);
    changed_ = true;
  }
  return Status::Ok();
}

Status Builder::One(const update::RemoveProperties& update) {
  for (const std::string& key : update.removals) {
    metadata_.properties.erase(key);
    changed_ = true;
  }
  return Status::Ok();
}

Status Builder::One(const update::SetStatistics& update) {
  std::erase_if(metadata_.statistics,
                [&](const auto& file) { return file->snapshot_id == update.statistics.snapshot_id; });
  metadata_.statistics.push_back(std::make_shared<const StatisticsFile>(update.statistics));
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::RemoveStatistics& update) {
  changed_ |= std::erase_if(metadata_.statistics,
                            [&](const auto& file) { return file->snapshot_id == update.snapshot_id; }) > 0;
  return Status::Ok();
}

Status Builder::One(const update::SetPartitionStatistics& update) {
  std::erase_if(metadata_.partition_statistics, [&](const auto& file) {
    return file->snapshot_id == update.partition_statistics.snapshot_id;
  });
  metadata_.partition_statistics.push_back(
      std::make_shared<const PartitionStatisticsFile>(update.partition_statistics));
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::RemovePartitionStatistics& update) {
  changed_ |= std::erase_if(metadata_.partition_statistics,
                            [&](const auto& file) { return file->snapshot_id == update.snapshot_id; }) > 0;
  return Status::Ok();
}

Status Builder::One(const update::RemovePartitionSpecs& update) {
  for (const int32_t id : update.spec_ids) {
    if (id == metadata_.default_spec_id)
      return Status::InvalidArgument("Cannot remove the default partition spec");
  }
  changed_ |= std::erase_if(metadata_.partition_specs, [&](const auto& spec) {
                return std::find(update.spec_ids.begin(), update.spec_ids.end(), spec->spec_id) !=
                       update.spec_ids.end();
              }) > 0;
  return Status::Ok();
}

Status Builder::One(const update::RemoveSchemas& update) {
  for (const int32_t id : update.schema_ids) {
    if (id == metadata_.current_schema_id) return Status::InvalidArgument("Cannot remove the current schema");
  }
  changed_ |= std::erase_if(metadata_.schemas, [&](const auto& schema) {
                return std::find(update.schema_ids.begin(), update.schema_ids.end(), schema->schema_id) !=
                       update.schema_ids.end();
              }) > 0;
  return Status::Ok();
}

Status Builder::One(const update::AddEncryptionKey& update) {
  for (const EncryptedKey& key : metadata_.encryption_keys) {
    if (key.key_id == update.key.key_id) return Status::Ok();  // keys are written once
  }
  // Readers decode it when they parse the table, and know no other alphabet than this one.
  const std::string& encoded = update.key.encrypted_key_metadata;
  if (encoded.find_first_of("-_") != std::string::npos || !Base64Decode(encoded).ok()) {
    return Status::InvalidArgument("Invalid encryption key {}: encrypted-key-metadata is not base64",
                                   update.key.key_id);
  }
  metadata_.encryption_keys.push_back(update.key);
  changed_ = true;
  return Status::Ok();
}

Status Builder::One(const update::RemoveEncryptionKey& update) {
  changed_ |= std::erase_if(metadata_.encryption_keys,
                            [&](const EncryptedKey& key) { return key.key_id == update.key_id; }) > 0;
  return Status::Ok();
}

// The log tells which snapshot was current when. A snapshot that was current only between two updates of one
// commit never was; and before an entry whose snapshot is gone, history cannot be told.
void Builder::TidySnapshotLog() {
  if (passed_snapshots_.empty() && !snapshots_removed_) return;
  std::vector<SnapshotLogEntry> log;
  for (SnapshotLogEntry& entry : metadata_.snapshot_log) {
    if (metadata_.FindSnapshot(entry.snapshot_id) == nullptr) {
      log.clear();
    } else if (!passed_snapshots_.contains(entry.snapshot_id) ||
               entry.snapshot_id == metadata_.current_snapshot_id) {
      log.push_back(std::move(entry));
    }
  }
  metadata_.snapshot_log = std::move(log);
}

// Never before what the two logs end with; see SetMain.
int64_t Builder::UpdateTime() const {
  int64_t time = last_updated_ms_ ? *last_updated_ms_ : clock_.NowMillis();
  if (base_ != nullptr) time = std::max(time, base_->last_updated_ms);
  if (!metadata_.snapshot_log.empty()) time = std::max(time, metadata_.snapshot_log.back().timestamp_ms);
  return time;
}

void Builder::AppendMetadataLog(const std::string& base_location) {
  if (base_ == nullptr || base_location.empty()) return;
  const int64_t keep =
      std::max<int64_t>(1, metadata_.IntProperty("write.metadata.previous-versions-max", 100));
  std::vector<MetadataLogEntry>& log = metadata_.metadata_log;
  log.push_back({base_->last_updated_ms, base_location, {}});
  if (log.size() > static_cast<size_t>(keep)) log.erase(log.begin(), log.end() - keep);
}

Result<TableMetadata> Builder::Build(const ApplyOptions& options) {
  if (base_ != nullptr && !changed_) return *base_;
  if (metadata_.location.empty()) return Status::InvalidArgument("Cannot create a table without a location");
  if (metadata_.FindSchema(metadata_.current_schema_id) == nullptr) {
    return Status::InvalidArgument("Cannot create a table without a current schema");
  }
  if (metadata_.FindSpec(metadata_.default_spec_id) == nullptr) {
    return Status::InvalidArgument("Cannot create a table without a default partition spec");
  }
  if (metadata_.FindSortOrder(metadata_.default_sort_order_id) == nullptr) {
    return Status::InvalidArgument("Cannot create a table without a default sort order");
  }
  if (metadata_.table_uuid.empty() && metadata_.format_version > 1) {
    return Status::InvalidArgument("Cannot create a table without a UUID");
  }
  TidySnapshotLog();
  metadata_.last_updated_ms = UpdateTime();
  AppendMetadataLog(options.base_location);
  return std::move(metadata_);
}

}  // namespace

Result<TableMetadata> ApplyUpdates(const TableMetadata* base, const std::vector<TableUpdate>& updates,
                                   const ApplyOptions& options, const Clock& clock) {
  Builder builder(base, clock);
  for (const TableUpdate& update : updates) {
    LIFEBOAT_RETURN_IF_ERROR(builder.Apply(update));
  }
  return builder.Build(options);
}

std::vector<TableUpdate> UpdatesToCreate(const TableMetadata& metadata) {
  std::vector<TableUpdate> updates;
  updates.push_back(update::AssignUuid{metadata.table_uuid});
  updates.push_back(update::UpgradeFormatVersion{metadata.format_version});
  updates.push_back(update::AddSchema{metadata.schema(), metadata.last_column_id});
  updates.push_back(update::SetCurrentSchema{kLastAdded});
  updates.push_back(update::AddPartitionSpec{metadata.spec()});
  updates.push_back(update::SetDefaultSpec{kLastAdded});
  updates.push_back(update::AddSortOrder{metadata.sort_order()});
  updates.push_back(update::SetDefaultSortOrder{kLastAdded});
  updates.push_back(update::SetLocation{metadata.location});
  if (!metadata.properties.empty()) updates.push_back(update::SetProperties{metadata.properties});
  for (const auto& snapshot : metadata.snapshots) updates.push_back(update::AddSnapshot{*snapshot});
  for (const auto& [name, ref] : metadata.refs) updates.push_back(update::SetSnapshotRef{name, ref});
  return updates;
}

}  // namespace lifeboat::iceberg
