#include "catalog/store/sqlite_transaction.h"

#include <algorithm>

#include "catalog/api/catalog_error.h"
#include "catalog/api/table_places.h"
#include "catalog/store/change_rows.h"
#include "catalog/store/sqlite_image.h"

namespace lifeboat::catalog {

Result<Applied> SqliteTransactions::Apply(const Transaction& transaction, int64_t now_micros) {
  Applied applied;
  LIFEBOAT_RETURN_IF_ERROR(CheckNumberOfChanges(transaction.changes.size()));
  if (transaction.idempotency) {
    const IdempotencyRecord& record = *transaction.idempotency;
    SqliteRun run(database_, find_idempotency_);
    LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Bind(1, record.key).Step());
    if (found) {
      applied.replay =
          IdempotencyRecord{record.key, std::string(run.Text(0)), static_cast<int>(run.Integer(1)),
                            std::string(run.Text(2)), run.Integer(3)};
      return applied;
    }
  }
  LIFEBOAT_RETURN_IF_ERROR(CheckEpochAndAllotPosition(transaction.epoch, now_micros, &applied));
  std::vector<LoggedChange> logged;
  logged.reserve(transaction.changes.size());
  for (size_t i = 0; i < transaction.changes.size(); ++i) {
    const Place place{applied.position, i, transaction.places_may_overlap};
    LIFEBOAT_ASSIGN_OR_RETURN(LoggedChange change, std::visit([&](const auto& c) { return Run(c, place); },
                                                              transaction.changes[i]));
    logged.push_back(std::move(change));
  }
  LIFEBOAT_RETURN_IF_ERROR(AppendToLog(transaction, applied, logged));
  if (transaction.idempotency) LIFEBOAT_RETURN_IF_ERROR(RecordIdempotency(*transaction.idempotency));
  return applied;
}

Status SqliteTransactions::CheckEpochAndAllotPosition(uint64_t epoch, int64_t now_micros, Applied* applied) {
  {
    SqliteRun run(database_, allot_position_);
    LIFEBOAT_ASSIGN_OR_RETURN(const bool updated, run.Bind(1, now_micros).Bind(2, epoch).Step());
    if (updated) {
      applied->position = static_cast<uint64_t>(run.Integer(0));
      applied->committed_micros = run.Integer(1);
      return run.Run();
    }
  }
  SqliteRun run(database_, read_epoch_);
  LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
  if (!found) return Status::Corruption("catalog store: its state row is missing");
  return Status::Make(StatusCode::kFenced,
                      "epoch {} cannot commit: the catalog is in epoch {}; go to the primary", epoch,
                      run.Integer(0));
}

Status SqliteTransactions::AppendToLog(const Transaction& transaction, const Applied& applied,
                                       const std::vector<LoggedChange>& changes) {
  const std::string json = LoggedTransactionToJson(transaction.principal, changes);
  SqliteRun run(database_, append_log_);
  run.Bind(1, applied.position)
      .Bind(2, transaction.epoch)
      .Bind(3, applied.committed_micros)
      .Bind(4, transaction.id);
  if (transaction.idempotency) {
    run.Bind(5, transaction.idempotency->key);
  } else {
    run.BindNull(5);
  }
  return run.Bind(6, json).Run();
}

Result<LoggedChange> SqliteTransactions::Run(const CreateNamespaceChange& change, Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateNamespace(change.name_space));
  const std::string path = EncodeNamespace(change.name_space);
  const std::string parent = ParentPath(path);
  LIFEBOAT_ASSIGN_OR_RETURN(const bool exists, NamespaceExists(path));
  if (exists) return NamespaceAlreadyExists(change.name_space);
  if (!parent.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(const bool parent_exists, NamespaceExists(parent));
    if (!parent_exists) return NoSuchNamespace(DecodeNamespace(parent));
  }
  const std::string properties = PropertiesToJson(change.properties);
  SqliteRun run(database_, insert_namespace_);
  LIFEBOAT_RETURN_IF_ERROR(
      run.Bind(1, path).Bind(2, parent).Bind(3, properties).Bind(4, place.position).Run());
  return LoggedNamespace(ChangeKind::kCreate, change.name_space, change.properties);
}

Result<LoggedChange> SqliteTransactions::Run(const UpdateNamespaceChange& change, Place place) {
  const std::string path = EncodeNamespace(change.name_space);
  const std::string properties = PropertiesToJson(change.properties);
  {
    SqliteRun run(database_, update_namespace_);
    run.Bind(1, path).Bind(2, properties).Bind(3, place.position).Bind(4, change.expected_version);
    LIFEBOAT_RETURN_IF_ERROR(run.Run());
  }
  if (database_.Changes() == 0) {
    LIFEBOAT_ASSIGN_OR_RETURN(const bool exists, NamespaceExists(path));
    if (!exists) return NoSuchNamespace(change.name_space);
    return CommitFailed("Namespace was changed meanwhile: " + ToString(change.name_space));
  }
  return LoggedNamespace(ChangeKind::kCommit, change.name_space, change.properties);
}

Result<LoggedChange> SqliteTransactions::Run(const DropNamespaceChange& change, Place) {
  const std::string path = EncodeNamespace(change.name_space);
  LIFEBOAT_ASSIGN_OR_RETURN(const bool exists, NamespaceExists(path));
  if (!exists) return NoSuchNamespace(change.name_space);
  {
    SqliteRun run(database_, namespace_in_use_);
    LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Bind(1, path).Step());
    if (found && run.Integer(0) != 0) return NamespaceNotEmpty(change.name_space);
  }
  SqliteRun run(database_, delete_namespace_);
  LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, path).Run());
  return LoggedNamespace(ChangeKind::kDrop, change.name_space);
}

Result<LoggedChange> SqliteTransactions::Run(const CreateTableChange& change, Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(change.identifier));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<ObjectKind> holder, HolderOf(change.identifier));
  if (holder) return NameIsTaken(change.identifier, change.object, *holder);
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t metadata_id,
                            StoreMetadata(place, change.uuid, change.metadata_location, change.metadata_json,
                                          !change.file_is_durable));
  const std::string path = EncodeNamespace(change.identifier.name_space);
  SqliteRun run(database_, insert_table_);
  run.Bind(1, path)
      .Bind(2, change.identifier.name)
      .Bind(3, static_cast<int>(change.object))
      .Bind(4, change.uuid);
  LIFEBOAT_RETURN_IF_ERROR(run.Bind(5, metadata_id).Bind(6, place.position).Run());
  LIFEBOAT_RETURN_IF_ERROR(MoveTo(change.identifier, change.places, place));
  LoggedChange logged = Logged(ChangeKind::kCreate, change.object, change.identifier);
  logged.uuid = change.uuid;
  logged.metadata_location = change.metadata_location;
  return logged;
}

Result<LoggedChange> SqliteTransactions::Run(const CommitTableChange& change, Place place) {
  LIFEBOAT_ASSIGN_OR_RETURN(CurrentTable current, Current(change.identifier, change.object));
  if (!IsMadeFrom(change, current.version, current.metadata_location)) {
    return CommitFailed(ToString(change.identifier) +
                        " was changed by another commit: reload it and try again");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t metadata_id,
                            StoreMetadata(place, change.uuid, change.metadata_location, change.metadata_json,
                                          !change.file_is_durable));
  const std::string path = EncodeNamespace(change.identifier.name_space);
  {
    SqliteRun run(database_, update_table_);
    run.Bind(1, path).Bind(2, change.identifier.name).Bind(3, change.uuid).Bind(4, metadata_id);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(5, place.position).Run());
  }
  LIFEBOAT_RETURN_IF_ERROR(Supersede(current.metadata_id));
  if (change.places) LIFEBOAT_RETURN_IF_ERROR(MoveTo(change.identifier, *change.places, place));
  LoggedChange logged = Logged(ChangeKind::kCommit, change.object, change.identifier);
  logged.uuid = change.uuid;
  logged.previous_metadata_location = std::move(current.metadata_location);
  logged.metadata_location = change.metadata_location;
  return logged;
}

Result<LoggedChange> SqliteTransactions::Run(const RenameTableChange& change, Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(change.renamed_to));
  LIFEBOAT_ASSIGN_OR_RETURN(CurrentTable current, Current(change.identifier, change.object));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<ObjectKind> holder, HolderOf(change.renamed_to));
  if (holder) return RenameTargetIsTaken(change.identifier, change.renamed_to, *holder);
  const std::string path = EncodeNamespace(change.identifier.name_space);
  const std::string new_path = EncodeNamespace(change.renamed_to.name_space);
  SqliteRun run(database_, rename_table_);
  run.Bind(1, path).Bind(2, change.identifier.name).Bind(3, new_path).Bind(4, change.renamed_to.name);
  LIFEBOAT_RETURN_IF_ERROR(run.Bind(5, place.position).Run());
  LIFEBOAT_RETURN_IF_ERROR(places_.Rename(change.identifier, change.renamed_to));
  LoggedChange logged = Logged(ChangeKind::kRename, change.object, change.identifier);
  logged.renamed_to = change.renamed_to;
  logged.uuid = std::move(current.uuid);
  logged.previous_metadata_location = current.metadata_location;
  logged.metadata_location = std::move(current.metadata_location);
  return logged;
}

Result<LoggedChange> SqliteTransactions::Run(const DropTableChange& change, Place) {
  LIFEBOAT_ASSIGN_OR_RETURN(CurrentTable current, Current(change.identifier, change.object));
  if (change.expected_version && current.version != *change.expected_version) {
    return CommitFailed(ToString(change.identifier) +
                        " was changed by another commit: reload it and try again");
  }
  const std::string path = EncodeNamespace(change.identifier.name_space);
  {
    SqliteRun run(database_, delete_table_);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, path).Bind(2, change.identifier.name).Run());
  }
  LIFEBOAT_RETURN_IF_ERROR(places_.Remove(change.identifier));
  LIFEBOAT_RETURN_IF_ERROR(Supersede(current.metadata_id));
  if (change.purge) {
    for (SqliteStatement* statement : {&delete_metadata_of_uuid_, &delete_pending_of_uuid_}) {
      SqliteRun run(database_, *statement);
      LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, current.uuid).Run());
    }
  }
  LoggedChange logged = Logged(ChangeKind::kDrop, change.object, change.identifier);
  logged.uuid = std::move(current.uuid);
  logged.previous_metadata_location = std::move(current.metadata_location);
  logged.purge = change.purge;
  return logged;
}

Result<LoggedChange> SqliteTransactions::Run(const PutRecordChange& change, Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateRecordKey(change.key));
  LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t version, RecordVersion(change.key));
  if (change.expected_version && *change.expected_version != version) return RecordChanged(change.key);
  {
    SqliteRun run(database_, put_record_);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, change.key).Bind(2, change.value).Bind(3, place.position).Run());
  }
  LIFEBOAT_ASSIGN_OR_RETURN(
      LoggedChange logged,
      LoggedRecord(version == 0 ? ChangeKind::kCreate : ChangeKind::kCommit, change.key, place));
  if (!change.secret) logged.value = change.value;
  return logged;
}

Result<LoggedChange> SqliteTransactions::Run(const DeleteRecordChange& change, Place place) {
  LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t version, RecordVersion(change.key));
  if (version == 0) return NoSuchRecord(change.key);
  if (change.expected_version && *change.expected_version != version) return RecordChanged(change.key);
  {
    SqliteRun run(database_, delete_record_);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, change.key).Run());
  }
  return LoggedRecord(ChangeKind::kDrop, change.key, place);
}

Result<uint64_t> SqliteTransactions::RecordVersion(const std::string& key) {
  SqliteRun run(database_, record_version_);
  LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Bind(1, key).Step());
  return found ? static_cast<uint64_t>(run.Integer(0)) : 0;
}

Result<LoggedChange> SqliteTransactions::LoggedRecord(ChangeKind kind, const std::string& key, Place place) {
  SqliteRun run(database_, touch_records_);
  LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, place.position).Run());
  return Logged(kind, ObjectKind::kRecord, {{}, key});
}

Result<bool> SqliteTransactions::NamespaceExists(const std::string& path) {
  SqliteRun run(database_, find_namespace_);
  return run.Bind(1, path).Step();
}

Result<std::optional<ObjectKind>> SqliteTransactions::HolderOf(const TableIdentifier& identifier) {
  const std::string path = EncodeNamespace(identifier.name_space);
  LIFEBOAT_ASSIGN_OR_RETURN(const bool exists, NamespaceExists(path));
  if (!exists) return NoSuchNamespace(identifier.name_space);
  SqliteRun run(database_, find_kind_);
  LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Bind(1, path).Bind(2, identifier.name).Step());
  if (!found) return std::optional<ObjectKind>();
  return std::optional<ObjectKind>(static_cast<ObjectKind>(run.Integer(0)));
}

Result<SqliteTransactions::CurrentTable> SqliteTransactions::Current(const TableIdentifier& identifier,
                                                                     ObjectKind object) {
  const std::string path = EncodeNamespace(identifier.name_space);
  SqliteRun run(database_, find_table_);
  run.Bind(1, path).Bind(2, identifier.name).Bind(3, static_cast<int>(object));
  LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
  if (!found) return object == ObjectKind::kView ? NoSuchView(identifier) : NoSuchTable(identifier);
  return CurrentTable{static_cast<uint64_t>(run.Integer(0)), run.Integer(1), std::string(run.Text(2)),
                      std::string(run.Text(3))};
}

Result<int64_t> SqliteTransactions::StoreMetadata(Place place, const std::string& uuid,
                                                  const std::string& location, const std::string& stored,
                                                  bool pending) {
  // The index of a change fits 16 bits.
  const int64_t id = static_cast<int64_t>(place.position * kMaxChanges + place.index);
  {
    SqliteRun run(database_, insert_metadata_);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, id).Bind(2, location).BindBytes(3, stored).Run());
  }
  if (!pending) return id;
  SqliteRun run(database_, insert_pending_);
  LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, id).Bind(2, uuid).Run());
  return id;
}

Status SqliteTransactions::MoveTo(const TableIdentifier& identifier, const std::vector<std::string>& places,
                                  Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidatePlaces(places));
  if (!place.places_may_overlap) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto holder, places_.FindHolder(places, identifier));
    if (holder) return PlaceIsTaken(identifier, holder->place, nullptr);
  }
  LIFEBOAT_RETURN_IF_ERROR(places_.Remove(identifier));
  return places_.Add(identifier, places);
}

Status SqliteTransactions::Supersede(int64_t metadata_id) {
  {
    SqliteRun run(database_, supersede_pending_);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, metadata_id).Run());
  }
  if (database_.Changes() > 0) return Status::Ok();
  SqliteRun run(database_, delete_metadata_);
  return run.Bind(1, metadata_id).Run();
}

Status SqliteTransactions::RaiseEpoch(uint64_t epoch) {
  {
    SqliteRun run(database_, raise_epoch_);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, epoch).Run());
  }
  if (database_.Changes() > 0) return Status::Ok();
  SqliteRun run(database_, read_epoch_);
  LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
  if (!found) return Status::Corruption("catalog store: its state row is missing");
  return Status::Make(StatusCode::kFenced, "epoch {} is over: the catalog is in epoch {}", epoch,
                      run.Integer(0));
}

Status SqliteTransactions::RecordIdempotency(const IdempotencyRecord& record) {
  {
    SqliteRun run(database_, insert_idempotency_);
    run.Bind(1, record.key).Bind(2, record.request_fingerprint).Bind(3, record.http_status);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(4, record.response_body).Bind(5, record.expires_micros).Run());
  }
  if (database_.Changes() > 0) return Status::Ok();
  return Status::AlreadyExists("idempotency key '{}' was used before", record.key);
}

Status SqliteTransactions::RemoveExpiredIdempotencyRecords(int64_t now_micros) {
  SqliteRun run(database_, expire_idempotency_);
  return run.Bind(1, now_micros).Run();
}

Status SqliteTransactions::TrimChangeLog(uint64_t before_position) {
  SqliteRun run(database_, trim_log_);
  return run.Bind(1, before_position).Run();
}

Status SqliteTransactions::WriteImage(ImageSource& source) {
  return WriteSqliteImage(database_, source);
}

Status SqliteTransactions::ForgetPendingMetadataFiles(const std::vector<uint64_t>& ids) {
  for (const uint64_t id : ids) {
    for (SqliteStatement* statement : {&delete_superseded_, &delete_pending_}) {
      SqliteRun run(database_, *statement);
      LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, id).Run());
    }
  }
  return Status::Ok();
}

}  // namespace lifeboat::catalog
