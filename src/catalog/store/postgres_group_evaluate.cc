// Running the writes of a group, one after another, on the rows that it read.
#include <algorithm>

#include "catalog/api/catalog_error.h"
#include "catalog/store/change_rows.h"
#include "catalog/store/postgres_group.h"

namespace lifeboat::catalog {

void PostgresGroup::UndoAll() {
  for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) (*undo)();
  undo_.clear();
}

void PostgresGroup::Evaluate(int64_t now_micros) {
  for (size_t i = 0; i < writes_.size(); ++i) {
    met_reservation_ = false;
    results_[i] = Evaluate(writes_[i], now_micros);
    awaits_turn_[i] = met_reservation_;
    if (results_[i].ok()) {
      undo_.clear();
      has_effects_ = has_effects_ || !results_[i]->replay;
    } else {
      UndoAll();
    }
  }
}

Result<Applied> PostgresGroup::Evaluate(const PostgresWrite& write, int64_t now_micros) {
  if (const auto* transaction = std::get_if<const Transaction*>(&write)) {
    return Apply(**transaction, now_micros);
  }
  if (const auto* record = std::get_if<const IdempotencyRecord*>(&write)) return RecordIdempotency(**record);
  if (const auto* raise = std::get_if<RaiseEpochWrite>(&write)) return RaiseEpoch(raise->epoch);
  if (const auto* expire = std::get_if<ExpireIdempotencyWrite>(&write)) {
    expire_before_micros_ = std::max(expire_before_micros_.value_or(INT64_MIN), expire->now_micros);
  } else if (const auto* forget = std::get_if<ForgetFilesWrite>(&write)) {
    forgotten_files_.insert(forgotten_files_.end(), forget->ids->begin(), forget->ids->end());
  } else if (const auto* trim = std::get_if<TrimLogWrite>(&write)) {
    trim_before_ = std::max(trim_before_, trim->before_position);
  }
  return Applied();
}

Result<Applied> PostgresGroup::Apply(const Transaction& transaction, int64_t now_micros) {
  // The metadata that Begin() sent for this transaction starts where that of the transactions before it
  // ended.
  const size_t first_metadata = next_metadata_;
  for (const Change& change : transaction.changes) {
    next_metadata_ += std::holds_alternative<CreateTableChange>(change) ||
                      std::holds_alternative<CommitTableChange>(change);
  }
  LIFEBOAT_RETURN_IF_ERROR(CheckNumberOfChanges(transaction.changes.size()));
  Applied applied;
  if (transaction.idempotency) {
    applied.replay = idempotency_[transaction.idempotency->key].current;
    if (applied.replay) return applied;
  }
  if (transaction.epoch != epoch_) {
    return Status::Make(StatusCode::kFenced,
                        "epoch {} cannot commit: the catalog is in epoch {}; go to the primary",
                        transaction.epoch, epoch_);
  }
  Assign(position_, position_ + 1);
  Assign(micros_, std::max(micros_, now_micros));
  applied.position = position_;
  applied.committed_micros = micros_;
  std::vector<LoggedChange> logged;
  logged.reserve(transaction.changes.size());
  size_t metadata = first_metadata;
  for (const Change& change : transaction.changes) {
    Place place{position_, nullptr, transaction.places_may_overlap};
    if (std::holds_alternative<CreateTableChange>(change) ||
        std::holds_alternative<CommitTableChange>(change)) {
      place.metadata = &metadata_[metadata++];
    }
    LIFEBOAT_ASSIGN_OR_RETURN(LoggedChange done,
                              std::visit([&](const auto& c) { return Run(c, place); }, change));
    logged.push_back(std::move(done));
  }
  if (transaction.idempotency) LIFEBOAT_RETURN_IF_ERROR(RecordIdempotency(*transaction.idempotency).status());
  Append(log_,
         {position_, epoch_, micros_, &transaction, LoggedTransactionToJson(transaction.principal, logged)});
  log_mark_ = {position_, transaction.id};
  return applied;
}

Result<Applied> PostgresGroup::RaiseEpoch(uint64_t epoch) {
  if (epoch < epoch_) {
    return Status::Make(StatusCode::kFenced, "epoch {} is over: the catalog is in epoch {}", epoch, epoch_);
  }
  epoch_ = epoch;
  return Applied();
}

Result<Applied> PostgresGroup::RecordIdempotency(const IdempotencyRecord& record) {
  Slot<IdempotencyRecord>& slot = idempotency_[record.key];
  if (slot.current) return Status::AlreadyExists("idempotency key '{}' was used before", record.key);
  Assign(slot.current, std::optional(record));
  return Applied();
}

Result<LoggedChange> PostgresGroup::Run(const CreateNamespaceChange& change, Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateNamespace(change.name_space));
  const std::string path = EncodeNamespace(change.name_space);
  const std::string parent = ParentPath(path);
  if (FindNamespace(path) != nullptr) return NamespaceAlreadyExists(change.name_space);
  if (!parent.empty() && FindNamespace(parent) == nullptr) return NoSuchNamespace(DecodeNamespace(parent));
  Assign(namespaces_[path].current,
         std::optional(NamespaceRow{PropertiesToJson(change.properties), place.position}));
  return LoggedNamespace(ChangeKind::kCreate, change.name_space, change.properties);
}

Result<LoggedChange> PostgresGroup::Run(const UpdateNamespaceChange& change, Place place) {
  const std::string path = EncodeNamespace(change.name_space);
  const NamespaceRow* current = FindNamespace(path);
  if (current == nullptr) return NoSuchNamespace(change.name_space);
  if (current->version != change.expected_version) {
    return CommitFailed("Namespace was changed meanwhile: " + ToString(change.name_space));
  }
  Assign(namespaces_[path].current,
         std::optional(NamespaceRow{PropertiesToJson(change.properties), place.position}));
  return LoggedNamespace(ChangeKind::kCommit, change.name_space, change.properties);
}

Result<LoggedChange> PostgresGroup::Run(const DropNamespaceChange& change, Place) {
  const std::string path = EncodeNamespace(change.name_space);
  if (FindNamespace(path) == nullptr) return NoSuchNamespace(change.name_space);
  if (HasChildren(path)) return NamespaceNotEmpty(change.name_space);
  Assign(namespaces_[path].current, std::optional<NamespaceRow>());
  return LoggedNamespace(ChangeKind::kDrop, change.name_space);
}

Result<LoggedChange> PostgresGroup::Run(const CreateTableChange& change, Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(change.identifier));
  LIFEBOAT_ASSIGN_OR_RETURN(const TableRow* holder, HolderOf(change.identifier));
  if (holder != nullptr) return NameIsTaken(change.identifier, change.object, holder->kind);
  LIFEBOAT_RETURN_IF_ERROR(
      MoveTo({EncodeNamespace(change.identifier.name_space), change.identifier.name}, change.places, place));
  Keep(*place.metadata, change.uuid, !change.file_is_durable);
  Assign(tables_[{EncodeNamespace(change.identifier.name_space), change.identifier.name}].current,
         std::optional(TableRow{change.object, change.uuid, place.metadata->id, change.metadata_location,
                                place.position}));
  LoggedChange logged = Logged(ChangeKind::kCreate, change.object, change.identifier);
  logged.uuid = change.uuid;
  logged.metadata_location = change.metadata_location;
  return logged;
}

Result<LoggedChange> PostgresGroup::Run(const CommitTableChange& change, Place place) {
  LIFEBOAT_ASSIGN_OR_RETURN(TableRow current, Current(change.identifier, change.object));
  TableKey key{EncodeNamespace(change.identifier.name_space), change.identifier.name};
  const auto reservation = reservations_.find(key);
  const bool is_anothers =
      reservation != reservations_.end() && reservation->second == Holder::kAnotherServer;
  if (!IsMadeFrom(change, current.version, current.metadata_location) || is_anothers) {
    met_reservation_ = is_anothers;
    outrun_.push_back(std::move(key));
    return CommitFailed(ToString(change.identifier) +
                        " was changed by another commit: reload it and try again");
  }
  if (change.places) LIFEBOAT_RETURN_IF_ERROR(MoveTo(key, *change.places, place));
  Keep(*place.metadata, change.uuid, !change.file_is_durable);
  Append(committed_, key);
  Assign(tables_[key].current, std::optional(TableRow{change.object, change.uuid, place.metadata->id,
                                                      change.metadata_location, place.position}));
  Supersede(current.metadata_id);
  LoggedChange logged = Logged(ChangeKind::kCommit, change.object, change.identifier);
  logged.uuid = change.uuid;
  logged.previous_metadata_location = std::move(current.metadata_location);
  logged.metadata_location = change.metadata_location;
  return logged;
}

Result<LoggedChange> PostgresGroup::Run(const RenameTableChange& change, Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(change.renamed_to));
  LIFEBOAT_ASSIGN_OR_RETURN(TableRow current, Current(change.identifier, change.object));
  LIFEBOAT_ASSIGN_OR_RETURN(const TableRow* holder, HolderOf(change.renamed_to));
  if (holder != nullptr) return RenameTargetIsTaken(change.identifier, change.renamed_to, holder->kind);
  const auto key = [](const TableIdentifier& identifier) {
    return TableKey{EncodeNamespace(identifier.name_space), identifier.name};
  };
  LoggedChange logged = Logged(ChangeKind::kRename, change.object, change.identifier);
  logged.renamed_to = change.renamed_to;
  logged.uuid = current.uuid;
  logged.previous_metadata_location = current.metadata_location;
  logged.metadata_location = current.metadata_location;
  current.version = place.position;
  Assign(tables_[key(change.identifier)].current, std::optional<TableRow>());
  Assign(tables_[key(change.renamed_to)].current, std::optional(std::move(current)));
  std::vector<std::string> places = places_[key(change.identifier)].current;
  SetPlaces(key(change.identifier), {});
  SetPlaces(key(change.renamed_to), std::move(places));
  return logged;
}

Result<LoggedChange> PostgresGroup::Run(const DropTableChange& change, Place) {
  LIFEBOAT_ASSIGN_OR_RETURN(TableRow current, Current(change.identifier, change.object));
  if (change.expected_version && current.version != *change.expected_version) {
    return CommitFailed(ToString(change.identifier) +
                        " was changed by another commit: reload it and try again");
  }
  Assign(tables_[{EncodeNamespace(change.identifier.name_space), change.identifier.name}].current,
         std::optional<TableRow>());
  SetPlaces({EncodeNamespace(change.identifier.name_space), change.identifier.name}, {});
  Supersede(current.metadata_id);
  if (change.purge) Purge(current.uuid);
  LoggedChange logged = Logged(ChangeKind::kDrop, change.object, change.identifier);
  logged.uuid = std::move(current.uuid);
  logged.previous_metadata_location = std::move(current.metadata_location);
  logged.purge = change.purge;
  return logged;
}

Result<LoggedChange> PostgresGroup::Run(const PutRecordChange& change, Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateRecordKey(change.key));
  Slot<RecordRow>& slot = records_[change.key];
  const uint64_t version = slot.current ? slot.current->version : 0;
  if (change.expected_version && *change.expected_version != version) return RecordChanged(change.key);
  Assign(slot.current, std::optional(RecordRow{change.value, place.position}));
  Assign(records_version_, place.position);
  LoggedChange logged =
      Logged(version == 0 ? ChangeKind::kCreate : ChangeKind::kCommit, ObjectKind::kRecord, {{}, change.key});
  if (!change.secret) logged.value = change.value;
  return logged;
}

Result<LoggedChange> PostgresGroup::Run(const DeleteRecordChange& change, Place place) {
  const auto found = records_.find(change.key);
  if (found == records_.end() || !found->second.current) return NoSuchRecord(change.key);
  if (change.expected_version && *change.expected_version != found->second.current->version) {
    return RecordChanged(change.key);
  }
  Assign(found->second.current, std::optional<RecordRow>());
  Assign(records_version_, place.position);
  return Logged(ChangeKind::kDrop, ObjectKind::kRecord, {{}, change.key});
}

const PostgresGroup::NamespaceRow* PostgresGroup::FindNamespace(const std::string& path) const {
  const auto found = namespaces_.find(path);
  return found == namespaces_.end() || !found->second.current ? nullptr : &*found->second.current;
}

const PostgresGroup::TableRow* PostgresGroup::FindTable(const TableIdentifier& identifier) const {
  const auto found = tables_.find({EncodeNamespace(identifier.name_space), identifier.name});
  return found == tables_.end() || !found->second.current ? nullptr : &*found->second.current;
}

Result<PostgresGroup::TableRow> PostgresGroup::Current(const TableIdentifier& identifier,
                                                       ObjectKind object) const {
  const TableRow* row = FindTable(identifier);
  if (row != nullptr && row->kind == object) return *row;
  return object == ObjectKind::kView ? NoSuchView(identifier) : NoSuchTable(identifier);
}

Result<const PostgresGroup::TableRow*> PostgresGroup::HolderOf(const TableIdentifier& identifier) const {
  if (FindNamespace(EncodeNamespace(identifier.name_space)) == nullptr) {
    return NoSuchNamespace(identifier.name_space);
  }
  return FindTable(identifier);
}

bool PostgresGroup::HasChildren(const std::string& path) const {
  if (other_children_.at(path)) return true;
  const std::string first_child = path + kLevelSeparator;
  for (auto child = namespaces_.lower_bound(first_child);
       child != namespaces_.end() && child->first.starts_with(first_child); ++child) {
    if (child->second.current) return true;
  }
  for (auto table = tables_.lower_bound({path, ""}); table != tables_.end() && table->first.first == path;
       ++table) {
    if (table->second.current) return true;
  }
  return false;
}

void PostgresGroup::Keep(SentMetadata& metadata, const std::string& uuid, bool pending) {
  Assign(metadata.uuid, uuid);
  Assign(metadata.pending, pending);
  Assign(metadata.kept, true);
}

void PostgresGroup::Supersede(int64_t metadata_id) {
  const auto sent = metadata_by_id_.find(metadata_id);
  if (sent == metadata_by_id_.end()) {
    Append(superseded_, metadata_id);
  } else if (sent->second->pending) {
    Assign(sent->second->superseded, true);
  } else {
    Assign(sent->second->kept, false);
  }
}

void PostgresGroup::Purge(const std::string& uuid) {
  Append(purged_uuids_, uuid);
  for (SentMetadata& metadata : metadata_) {
    if (metadata.kept && metadata.superseded && metadata.uuid == uuid) Assign(metadata.kept, false);
  }
}

}  // namespace lifeboat::catalog
