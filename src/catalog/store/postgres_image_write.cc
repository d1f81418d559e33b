#include <string_view>

#include "catalog/store/change_rows.h"
#include "catalog/store/postgres_image.h"
#include "catalog/store/postgres_places.h"

namespace lifeboat::catalog {
namespace {

constexpr size_t kBatchRowsMax = 1000;
constexpr size_t kBatchBytesMax = 8 << 20;

// Nothing else is written while this transaction holds the row.
constexpr PostgresStatement kLock{"image_lock",
                                  "SELECT last_position FROM catalog_state WHERE id = 1 FOR NO KEY UPDATE"};
constexpr PostgresStatement kSetState{
    "image_set_state",
    "UPDATE catalog_state SET epoch = $1, last_position = $2, records_version = $3 WHERE id = 1"};
constexpr PostgresStatement kPutNamespaces{
    "image_put_namespaces",
    "INSERT INTO namespaces (path, parent, properties, version) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[])"};
constexpr PostgresStatement kPutMetadata{"image_put_metadata",
                                         "INSERT INTO metadata_files (id, location, content) SELECT * FROM "
                                         "unnest($1::int8[], $2::text[], $3::bytea[])"};
constexpr PostgresStatement kPutTables{
    "image_put_tables",
    "INSERT INTO tables (namespace, name, kind, uuid, metadata_id, version) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::int8[], $6::int8[])"};
constexpr PostgresStatement kPutPending{
    "image_put_pending",
    "INSERT INTO pending_files (metadata_id, uuid, superseded) "
    "SELECT u.id, u.uuid, $3::int8 <> 0 FROM unnest($1::int8[], $2::text[]) AS u(id, uuid)"};
constexpr PostgresStatement kPutRecords{
    "image_put_records",
    "INSERT INTO records (key, value, version) SELECT * FROM unnest($1::text[], $2::bytea[], $3::int8[])"};
constexpr PostgresStatement kPutLog{
    "image_put_log",
    "INSERT INTO change_log (position, epoch, committed_micros, transaction_id, idempotency_key, changes) "
    "SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::text[])"};
constexpr PostgresStatement kSetMicros{"image_set_micros",
                                       "UPDATE catalog_state SET last_micros = $1 WHERE id = 1"};
constexpr PostgresStatement kPutIdempotency{
    "image_put_idempotency",
    "INSERT INTO idempotency (key, fingerprint, status, body, expires_micros) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::bytea[], $5::int8[]) ON CONFLICT DO "
    "NOTHING"};
constexpr PostgresStatement kSetNextMetadataId{
    "image_set_next_metadata_id",
    "SELECT setval('metadata_file_ids', greatest(nextval('metadata_file_ids'), $1))"};

int64_t Signed(uint64_t value) {
  return static_cast<int64_t>(value);
}

size_t SizeOf(const ImageRow& row) {
  if (const auto* table = std::get_if<ImageTable>(&row)) return table->record.metadata_json->size();
  if (const auto* file = std::get_if<ImagePendingFile>(&row)) return file->metadata_json.size();
  if (const auto* record = std::get_if<StoreRecord>(&row)) return record->value.size();
  return 200;
}

// Writes runs of rows of one kind.
class Writer {
 public:
  explicit Writer(PostgresConnection& connection) : connection_(connection) {}

  Status Add(ImageRow row) {
    const size_t bytes = SizeOf(row);
    const bool other_kind = !batch_.empty() && batch_.front().index() != row.index();
    if (other_kind || batch_.size() >= kBatchRowsMax || batch_bytes_ + bytes > kBatchBytesMax) {
      LIFEBOAT_RETURN_IF_ERROR(Flush());
    }
    batch_.push_back(std::move(row));
    batch_bytes_ += bytes;
    return Status::Ok();
  }

  Status Flush() {
    if (batch_.empty()) return Status::Ok();
    std::visit([this](const auto& first) { Send(first); }, batch_.front());
    batch_.clear();
    batch_bytes_ = 0;
    return connection_.Finish().status();
  }

  int64_t last_metadata_id() const { return metadata_id_; }

 private:
  // Calls `take` for each row of the batch, whose kind is Row.
  template <typename Row, typename Take>
  void ForEach(const Take& take) {
    for (const ImageRow& row : batch_) take(std::get<Row>(row));
  }

  void Send(const StoreState& state) {
    connection_.Send(kSetState, PostgresParameters()
                                    .Integer(Signed(state.epoch))
                                    .Integer(Signed(state.last_position))
                                    .Integer(Signed(state.records_version)));
  }

  void Send(const NamespaceRecord&) {
    std::vector<std::string> texts;  // path, parent, properties of each
    texts.reserve(batch_.size() * 3);
    std::vector<std::string_view> columns[3];
    std::vector<int64_t> versions;
    ForEach<NamespaceRecord>([&](const NamespaceRecord& row) {
      const std::string path = EncodeNamespace(row.name_space);
      columns[0].push_back(texts.emplace_back(path));
      columns[1].push_back(texts.emplace_back(ParentPath(path)));
      columns[2].push_back(texts.emplace_back(PropertiesToJson(row.properties)));
      versions.push_back(Signed(row.version));
    });
    connection_.Send(
        kPutNamespaces,
        PostgresParameters().Texts(columns[0]).Texts(columns[1]).Texts(columns[2]).Integers(versions));
  }

  void Send(const ImageTable&) {
    std::vector<std::string> paths;
    paths.reserve(batch_.size());
    std::vector<std::string_view> path_views, names, uuids, locations, contents, pending_uuids;
    std::vector<int64_t> kinds, ids, versions, pending_ids;
    ForEach<ImageTable>([&](const ImageTable& row) {
      const TableRecord& table = row.record;
      path_views.push_back(paths.emplace_back(EncodeNamespace(table.identifier.name_space)));
      names.push_back(table.identifier.name);
      uuids.push_back(table.uuid);
      locations.push_back(table.metadata_location);
      contents.push_back(*table.metadata_json);
      kinds.push_back(static_cast<int64_t>(row.object));
      ids.push_back(++metadata_id_);
      versions.push_back(Signed(table.version));
      if (!row.pending) return;
      pending_ids.push_back(metadata_id_);
      pending_uuids.push_back(table.uuid);
    });
    connection_.Send(kPutMetadata, PostgresParameters().Integers(ids).Texts(locations).ByteArrays(contents));
    connection_.Send(kPutTables, PostgresParameters()
                                     .Texts(path_views)
                                     .Texts(names)
                                     .Integers(kinds)
                                     .Texts(uuids)
                                     .Integers(ids)
                                     .Integers(versions));
    SendPlaces();
    if (pending_ids.empty()) return;
    connection_.Send(kPutPending, PostgresParameters().Integers(pending_ids).Texts(pending_uuids).Integer(0));
  }

  void SendPlaces() {
    ForEach<ImageTable>([&](const ImageTable& row) {
      const std::vector<std::string> places = StoredPlacesOf(*row.record.metadata_json);
      const std::string path = EncodeNamespace(row.record.identifier.name_space);
      const std::vector<std::string_view> views(places.begin(), places.end());
      const std::vector<std::string_view> paths(places.size(), path);
      const std::vector<std::string_view> names(places.size(), row.record.identifier.name);
      connection_.Send(kPutPlaces, PostgresParameters().Texts(views).Texts(paths).Texts(names));
    });
  }

  void Send(const ImagePendingFile&) {
    std::vector<std::string_view> uuids, locations, contents;
    std::vector<int64_t> ids;
    ForEach<ImagePendingFile>([&](const ImagePendingFile& row) {
      uuids.push_back(row.uuid);
      locations.push_back(row.metadata_location);
      contents.push_back(row.metadata_json);
      ids.push_back(++metadata_id_);
    });
    connection_.Send(kPutMetadata, PostgresParameters().Integers(ids).Texts(locations).ByteArrays(contents));
    connection_.Send(kPutPending, PostgresParameters().Integers(ids).Texts(uuids).Integer(1));
  }

  void Send(const StoreRecord&) {
    std::vector<std::string_view> keys, values;
    std::vector<int64_t> versions;
    ForEach<StoreRecord>([&](const StoreRecord& row) {
      keys.push_back(row.key);
      values.push_back(row.value);
      versions.push_back(Signed(row.version));
    });
    connection_.Send(kPutRecords, PostgresParameters().Texts(keys).ByteArrays(values).Integers(versions));
  }

  void Send(const ChangeLogEntry&) {
    std::vector<std::string> changes;
    changes.reserve(batch_.size());
    std::vector<std::string_view> ids, change_views;
    std::vector<std::optional<std::string_view>> keys;
    std::vector<int64_t> positions, epochs, micros;
    ForEach<ChangeLogEntry>([&](const ChangeLogEntry& row) {
      positions.push_back(Signed(row.position));
      epochs.push_back(Signed(row.epoch));
      micros.push_back(row.committed_micros);
      ids.push_back(row.transaction_id);
      keys.push_back(row.idempotency_key.empty() ? std::nullopt
                                                 : std::optional<std::string_view>(row.idempotency_key));
      change_views.push_back(changes.emplace_back(LoggedTransactionToJson(row.principal, row.changes)));
    });
    connection_.Send(kPutLog, PostgresParameters()
                                  .Integers(positions)
                                  .Integers(epochs)
                                  .Integers(micros)
                                  .Texts(ids)
                                  .OptionalTexts(keys)
                                  .Texts(change_views));
    connection_.Send(kSetMicros, PostgresParameters().Integer(micros.back()));
  }

  void Send(const IdempotencyRecord&) {
    std::vector<std::string_view> keys, fingerprints, bodies;
    std::vector<int64_t> statuses, expiries;
    ForEach<IdempotencyRecord>([&](const IdempotencyRecord& row) {
      keys.push_back(row.key);
      fingerprints.push_back(row.request_fingerprint);
      statuses.push_back(row.http_status);
      bodies.push_back(row.response_body);
      expiries.push_back(row.expires_micros);
    });
    connection_.Send(kPutIdempotency, PostgresParameters()
                                          .Texts(keys)
                                          .Texts(fingerprints)
                                          .Integers(statuses)
                                          .ByteArrays(bodies)
                                          .Integers(expiries));
  }

  PostgresConnection& connection_;
  std::vector<ImageRow> batch_;
  size_t batch_bytes_ = 0;
  int64_t metadata_id_ = 0;
};

Status WriteRows(PostgresConnection& connection, ImageSource& source) {
  LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows state, connection.Query(kLock));
  if (state.size() != 1) return Status::Corruption("catalog store: its state row is missing");
  LIFEBOAT_RETURN_IF_ERROR(CheckStoreIsEmpty({.last_position = static_cast<uint64_t>(state.Integer(0, 0))}));
  Writer writer(connection);
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(std::optional<ImageRow> row, source.Next());
    if (!row) break;
    LIFEBOAT_RETURN_IF_ERROR(writer.Add(std::move(*row)));
  }
  LIFEBOAT_RETURN_IF_ERROR(writer.Flush());
  if (writer.last_metadata_id() == 0) return Status::Ok();
  return connection.Query(kSetNextMetadataId, PostgresParameters().Integer(writer.last_metadata_id()))
      .status();
}

}  // namespace

Status WritePostgresImage(PostgresConnection& connection, ImageSource& source) {
  LIFEBOAT_RETURN_IF_ERROR(connection.Execute("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0"));
  const Status written = WriteRows(connection, source);
  if (!written.ok()) {
    if (!IsConnectionLost(written)) (void)connection.Execute("ROLLBACK");
    return written;
  }
  const Status committed = connection.Execute("COMMIT");
  if (!IsConnectionLost(committed)) return committed;
  return Status::Make(StatusCode::kCommitStateUnknown,
                      "{}; the import may be complete: a store that refuses it as not empty has all of it",
                      committed.message());
}

}  // namespace lifeboat::catalog
