// Writing down what a group changed.
#include <string_view>

#include "catalog/store/change_rows.h"
#include "catalog/store/postgres_group.h"

namespace lifeboat::catalog {
namespace {

constexpr PostgresStatement kUpdateState{"update_state",
                                         "UPDATE catalog_state SET epoch = $1, last_position = $2, "
                                         "last_micros = $3, records_version = $4 WHERE id = 1"};
// What is reserved for another server stays so until it expires.
constexpr PostgresStatement kReserve{
    "reserve",
    "INSERT INTO reservations AS r (namespace, name, holder, expires) "
    "SELECT u.namespace, u.name, $3::text, clock_timestamp() + interval '300 milliseconds' "
    "FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS v(namespace, name)) u "
    "ON CONFLICT (namespace, name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires "
    "WHERE r.holder = excluded.holder OR r.expires <= clock_timestamp()"};
constexpr PostgresStatement kEndReservations{
    "end_reservations",
    "DELETE FROM reservations r USING unnest($1::text[], $2::text[]) AS u(namespace, name) "
    "WHERE r.namespace = u.namespace AND r.name = u.name AND r.holder = $3"};
// A reservation alone is not worth a disk write.
constexpr PostgresStatement kDoNotSync{"do_not_sync", "SET LOCAL synchronous_commit = off"};
constexpr PostgresStatement kDeleteNamespaces{"delete_namespaces",
                                              "DELETE FROM namespaces WHERE path = ANY ($1::text[])"};
constexpr PostgresStatement kPutNamespaces{
    "put_namespaces",
    "INSERT INTO namespaces (path, parent, properties, version) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[]) "
    "ON CONFLICT (path) DO UPDATE SET properties = excluded.properties, version = excluded.version"};
constexpr PostgresStatement kDeleteTables{
    "delete_tables",
    "DELETE FROM tables t USING unnest($1::text[], $2::text[]) AS u(namespace, name) "
    "WHERE t.namespace = u.namespace AND t.name = u.name"};
constexpr PostgresStatement kPutTables{
    "put_tables",
    "INSERT INTO tables (namespace, name, kind, uuid, metadata_id, version) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::int8[], $6::int8[]) "
    "ON CONFLICT (namespace, name) DO UPDATE SET kind = excluded.kind, uuid = excluded.uuid, "
    "metadata_id = excluded.metadata_id, version = excluded.version"};
constexpr PostgresStatement kDeleteRecords{"delete_records",
                                           "DELETE FROM records WHERE key = ANY ($1::text[])"};
constexpr PostgresStatement kPutRecords{
    "put_records",
    "INSERT INTO records (key, value, version) SELECT * FROM unnest($1::text[], $2::bytea[], $3::int8[]) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version"};
constexpr PostgresStatement kPurge{
    "purge",
    "WITH gone AS (DELETE FROM pending_files WHERE uuid = ANY ($1::text[]) AND superseded "
    "RETURNING metadata_id) DELETE FROM metadata_files WHERE id IN (SELECT metadata_id FROM gone)"};
constexpr PostgresStatement kInsertPending{"insert_pending",
                                           "INSERT INTO pending_files (metadata_id, uuid, superseded) "
                                           "SELECT u.id, u.uuid, u.superseded <> 0 FROM unnest($1::int8[], "
                                           "$2::text[], $3::int8[]) AS u(id, uuid, superseded)"};
// A superseded file keeps its content while it is pending.
constexpr PostgresStatement kSupersede{
    "supersede",
    "WITH kept AS (UPDATE pending_files SET superseded = true WHERE metadata_id = ANY ($1::int8[]) "
    "RETURNING metadata_id) "
    "DELETE FROM metadata_files WHERE id = ANY ($1::int8[]) AND id NOT IN (SELECT metadata_id FROM kept)"};
constexpr PostgresStatement kDeleteMetadata{"delete_metadata",
                                            "DELETE FROM metadata_files WHERE id = ANY ($1::int8[])"};
constexpr PostgresStatement kForget{
    "forget_files",
    "WITH gone AS (DELETE FROM pending_files WHERE metadata_id = ANY ($1::int8[]) RETURNING metadata_id, "
    "superseded) "
    "DELETE FROM metadata_files WHERE id IN (SELECT metadata_id FROM gone WHERE superseded)"};
constexpr PostgresStatement kAppendLog{
    "append_log",
    "INSERT INTO change_log (position, epoch, committed_micros, transaction_id, idempotency_key, changes) "
    "SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::text[])"};
constexpr PostgresStatement kInsertIdempotency{
    "insert_idempotency",
    "INSERT INTO idempotency (key, fingerprint, status, body, expires_micros) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::bytea[], $5::int8[])"};
constexpr PostgresStatement kExpireIdempotency{"expire_idempotency",
                                               "DELETE FROM idempotency WHERE expires_micros < $1"};
// The last entry stays, so that where the log ends is never in doubt.
constexpr PostgresStatement kTrimLog{
    "trim_log",
    "DELETE FROM change_log WHERE position < $1 AND position < (SELECT max(position) FROM change_log)"};

}  // namespace

void PostgresGroup::SendWrites(PostgresConnection& connection) {
  SendReservations(connection);
  if (!has_effects_) {
    connection.Send(kDoNotSync);
    SendMetadata(connection);  // takes back what was sent
    return;
  }
  connection.Send(kUpdateState, PostgresParameters()
                                    .Integer(static_cast<int64_t>(epoch_))
                                    .Integer(static_cast<int64_t>(position_))
                                    .Integer(micros_)
                                    .Integer(static_cast<int64_t>(records_version_)));
  SendNamespaces(connection);
  SendTables(connection);
  SendPlaces(connection);
  SendMetadata(connection);
  SendRecords(connection);
  SendLog(connection);
  SendIdempotency(connection);
  if (expire_before_micros_) {
    connection.Send(kExpireIdempotency, PostgresParameters().Integer(*expire_before_micros_));
  }
  if (!forgotten_files_.empty()) connection.Send(kForget, PostgresParameters().Integers(forgotten_files_));
  if (trim_before_ > 0) {
    connection.Send(kTrimLog, PostgresParameters().Integer(static_cast<int64_t>(trim_before_)));
  }
}

void PostgresGroup::SendReservations(PostgresConnection& connection) {
  const auto send = [&](const PostgresStatement& statement, const std::vector<TableKey>& tables) {
    if (tables.empty()) return;
    std::vector<std::string_view> namespaces;
    std::vector<std::string_view> names;
    for (const TableKey& table : tables) {
      namespaces.push_back(table.first);
      names.push_back(table.second);
    }
    connection.Send(statement, PostgresParameters().Texts(namespaces).Texts(names).Text(holder_));
  };
  std::vector<TableKey> ended;
  for (const TableKey& table : committed_) {
    if (reservations_.contains(table)) ended.push_back(table);
  }
  send(kEndReservations, ended);
  send(kReserve, reserved_);
}

void PostgresGroup::SendNamespaces(PostgresConnection& connection) {
  std::vector<std::string_view> deleted;
  std::vector<std::string_view> paths;
  std::vector<std::string> parents;
  std::vector<std::string_view> properties;
  std::vector<int64_t> versions;
  for (const auto& [path, slot] : namespaces_) {
    if (slot.current == slot.stored) continue;
    if (!slot.current) {
      deleted.push_back(path);
      continue;
    }
    paths.push_back(path);
    parents.push_back(ParentPath(path));
    properties.push_back(slot.current->properties);
    versions.push_back(static_cast<int64_t>(slot.current->version));
  }
  if (!deleted.empty()) connection.Send(kDeleteNamespaces, PostgresParameters().Texts(deleted));
  if (paths.empty()) return;
  const std::vector<std::string_view> parent_views(parents.begin(), parents.end());
  connection.Send(kPutNamespaces,
                  PostgresParameters().Texts(paths).Texts(parent_views).Texts(properties).Integers(versions));
}

void PostgresGroup::SendTables(PostgresConnection& connection) {
  struct Names {
    std::vector<std::string_view> namespaces;
    std::vector<std::string_view> names;
    void Add(const TableKey& key) {
      namespaces.push_back(key.first);
      names.push_back(key.second);
    }
  };
  Names deleted;
  Names put;
  std::vector<int64_t> kinds;
  std::vector<std::string_view> uuids;
  std::vector<int64_t> metadata_ids;
  std::vector<int64_t> versions;
  for (const auto& [key, slot] : tables_) {
    if (slot.current == slot.stored) continue;
    if (!slot.current) {
      deleted.Add(key);
      continue;
    }
    put.Add(key);
    kinds.push_back(static_cast<int64_t>(slot.current->kind));
    uuids.push_back(slot.current->uuid);
    metadata_ids.push_back(slot.current->metadata_id);
    versions.push_back(static_cast<int64_t>(slot.current->version));
  }
  if (!deleted.names.empty()) {
    connection.Send(kDeleteTables, PostgresParameters().Texts(deleted.namespaces).Texts(deleted.names));
  }
  if (put.names.empty()) return;
  connection.Send(kPutTables, PostgresParameters()
                                  .Texts(put.namespaces)
                                  .Texts(put.names)
                                  .Integers(kinds)
                                  .Texts(uuids)
                                  .Integers(metadata_ids)
                                  .Integers(versions));
}

void PostgresGroup::SendMetadata(PostgresConnection& connection) {
  std::vector<int64_t> pending;
  std::vector<std::string_view> uuids;
  std::vector<int64_t> superseded;
  std::vector<int64_t> unused;
  for (const SentMetadata& metadata : metadata_) {
    if (!metadata.kept) {
      unused.push_back(metadata.id);
    } else if (metadata.pending) {
      pending.push_back(metadata.id);
      uuids.push_back(metadata.uuid);
      superseded.push_back(metadata.superseded ? 1 : 0);
    }
  }
  if (!pending.empty()) {
    connection.Send(kInsertPending, PostgresParameters().Integers(pending).Texts(uuids).Integers(superseded));
  }
  if (!superseded_.empty()) connection.Send(kSupersede, PostgresParameters().Integers(superseded_));
  if (!unused.empty()) connection.Send(kDeleteMetadata, PostgresParameters().Integers(unused));
  // Last, because it tells the files of dropped tables from those of a table that shares the uuid by their
  // being superseded.
  if (!purged_uuids_.empty()) {
    const std::vector<std::string_view> purged(purged_uuids_.begin(), purged_uuids_.end());
    connection.Send(kPurge, PostgresParameters().Texts(purged));
  }
}

void PostgresGroup::SendRecords(PostgresConnection& connection) {
  std::vector<std::string_view> deleted;
  std::vector<std::string_view> keys;
  std::vector<std::string_view> values;
  std::vector<int64_t> versions;
  for (const auto& [key, slot] : records_) {
    if (slot.current == slot.stored) continue;
    if (!slot.current) {
      deleted.push_back(key);
      continue;
    }
    keys.push_back(key);
    values.push_back(slot.current->value);
    versions.push_back(static_cast<int64_t>(slot.current->version));
  }
  if (!deleted.empty()) connection.Send(kDeleteRecords, PostgresParameters().Texts(deleted));
  if (keys.empty()) return;
  connection.Send(kPutRecords, PostgresParameters().Texts(keys).ByteArrays(values).Integers(versions));
}

void PostgresGroup::SendLog(PostgresConnection& connection) {
  if (log_.empty()) return;
  std::vector<int64_t> positions;
  std::vector<int64_t> epochs;
  std::vector<int64_t> micros;
  std::vector<std::string_view> ids;
  std::vector<std::optional<std::string_view>> keys;
  std::vector<std::string_view> changes;
  for (const LogRow& row : log_) {
    positions.push_back(static_cast<int64_t>(row.position));
    epochs.push_back(static_cast<int64_t>(row.epoch));
    micros.push_back(row.micros);
    ids.push_back(row.transaction->id);
    const auto& idempotency = row.transaction->idempotency;
    keys.push_back(idempotency ? std::optional<std::string_view>(idempotency->key) : std::nullopt);
    changes.push_back(row.changes);
  }
  connection.Send(kAppendLog, PostgresParameters()
                                  .Integers(positions)
                                  .Integers(epochs)
                                  .Integers(micros)
                                  .Texts(ids)
                                  .OptionalTexts(keys)
                                  .Texts(changes));
}

void PostgresGroup::SendIdempotency(PostgresConnection& connection) {
  std::vector<std::string_view> keys;
  std::vector<std::string_view> fingerprints;
  std::vector<int64_t> statuses;
  std::vector<std::string_view> bodies;
  std::vector<int64_t> expiries;
  for (const auto& [key, slot] : idempotency_) {
    if (slot.stored || !slot.current) continue;
    keys.push_back(key);
    fingerprints.push_back(slot.current->request_fingerprint);
    statuses.push_back(slot.current->http_status);
    bodies.push_back(slot.current->response_body);
    expiries.push_back(slot.current->expires_micros);
  }
  if (keys.empty()) return;
  connection.Send(kInsertIdempotency, PostgresParameters()
                                          .Texts(keys)
                                          .Texts(fingerprints)
                                          .Integers(statuses)
                                          .ByteArrays(bodies)
                                          .Integers(expiries));
}

}  // namespace lifeboat::catalog
