#include "catalog/store/sqlite_image.h"

#include "catalog/store/change_rows.h"
#include "catalog/store/sqlite_places.h"
#include "catalog/store/stored_metadata.h"

namespace lifeboat::catalog {
namespace {

uint64_t Unsigned(const SqliteRun& run, int column) {
  return static_cast<uint64_t>(run.Integer(column));
}

// Calls `take` for each row of `sql`.
template <typename Take>
Status ForEachRow(SqliteDatabase& database, const char* sql, const Take& take) {
  SqliteStatement statement(sql);
  SqliteRun run(database, statement);
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
    if (!found) return Status::Ok();
    LIFEBOAT_RETURN_IF_ERROR(take(run));
  }
}

TableIdentifier IdentifierOf(const SqliteRun& run) {
  return {DecodeNamespace(run.Text(0)), std::string(run.Text(1))};
}

Status ReadRows(SqliteDatabase& database, ImageSink& sink) {
  LIFEBOAT_RETURN_IF_ERROR(ForEachRow(
      database,
      "SELECT epoch, last_position, coalesce((SELECT min(position) FROM change_log), last_position + 1), "
      "records_version FROM catalog_state",
      [&](const SqliteRun& run) {
        return sink.Take(StoreState{Unsigned(run, 0), Unsigned(run, 1), Unsigned(run, 2), Unsigned(run, 3)});
      }));
  LIFEBOAT_RETURN_IF_ERROR(ForEachRow(
      database, "SELECT path, properties, version FROM namespaces ORDER BY path", [&](const SqliteRun& run) {
        Result<Properties> properties = PropertiesFromJson(run.Text(1));
        if (!properties.ok()) return properties.status();
        return sink.Take(
            NamespaceRecord{DecodeNamespace(run.Text(0)), std::move(properties).value(), Unsigned(run, 2)});
      }));
  LIFEBOAT_RETURN_IF_ERROR(ForEachRow(
      database,
      "SELECT t.namespace, t.name, t.kind, t.uuid, t.version, m.location, m.content, "
      "p.metadata_id IS NOT NULL "
      "FROM tables t JOIN metadata_files m ON m.id = t.metadata_id "
      "LEFT JOIN pending_files p ON p.metadata_id = t.metadata_id ORDER BY t.namespace, t.name",
      [&](const SqliteRun& run) {
        Result<std::string> json = FromStoredMetadata(run.Bytes(6));
        if (!json.ok()) return json.status();
        return sink.Take(ImageTable{
            static_cast<ObjectKind>(run.Integer(2)),
            TableRecord{IdentifierOf(run), std::string(run.Text(3)), std::string(run.Text(5)),
                        std::make_shared<const std::string>(std::move(json).value()), Unsigned(run, 4)},
            run.Integer(7) != 0});
      }));
  LIFEBOAT_RETURN_IF_ERROR(ForEachRow(database,
                                      "SELECT p.uuid, m.location, m.content FROM pending_files p JOIN "
                                      "metadata_files m ON m.id = p.metadata_id "
                                      "WHERE p.superseded = 1 ORDER BY p.metadata_id",
                                      [&](const SqliteRun& run) {
                                        Result<std::string> json = FromStoredMetadata(run.Bytes(2));
                                        if (!json.ok()) return json.status();
                                        return sink.Take(ImagePendingFile{std::string(run.Text(0)),
                                                                          std::string(run.Text(1)),
                                                                          std::move(json).value()});
                                      }));
  LIFEBOAT_RETURN_IF_ERROR(
      ForEachRow(database, "SELECT key, value, version FROM records ORDER BY key", [&](const SqliteRun& run) {
        return sink.Take(StoreRecord{std::string(run.Text(0)), std::string(run.Text(1)), Unsigned(run, 2)});
      }));
  LIFEBOAT_RETURN_IF_ERROR(
      ForEachRow(database,
                 "SELECT position, epoch, committed_micros, transaction_id, idempotency_key, changes FROM "
                 "change_log ORDER BY "
                 "position",
                 [&](const SqliteRun& run) {
                   Result<LoggedTransaction> logged = LoggedTransactionFromJson(run.Text(5));
                   if (!logged.ok()) return logged.status();
                   return sink.Take(ChangeLogEntry{Unsigned(run, 0), Unsigned(run, 1), run.Integer(2),
                                                   std::string(run.Text(3)), std::string(run.Text(4)),
                                                   std::move(logged->changes), std::move(logged->principal)});
                 }));
  return ForEachRow(database,
                    "SELECT key, fingerprint, status, body, expires_micros FROM idempotency ORDER BY key",
                    [&](const SqliteRun& run) {
                      return sink.Take(IdempotencyRecord{std::string(run.Text(0)), std::string(run.Text(1)),
                                                         static_cast<int>(run.Integer(2)),
                                                         std::string(run.Text(3)), run.Integer(4)});
                    });
}

class Writer {
 public:
  explicit Writer(SqliteDatabase& database) : database_(database), places_(database) {}

  Status Write(const StoreState& state) {
    SqliteRun run(database_, set_state_);
    return run.Bind(1, state.epoch).Bind(2, state.last_position).Bind(3, state.records_version).Run();
  }
  Status Write(const NamespaceRecord& row) {
    const std::string path = EncodeNamespace(row.name_space);
    const std::string parent = ParentPath(path);
    const std::string properties = PropertiesToJson(row.properties);
    SqliteRun run(database_, put_namespace_);
    return run.Bind(1, path).Bind(2, parent).Bind(3, properties).Bind(4, row.version).Run();
  }
  Status Write(const ImageTable& row) {
    const TableRecord& table = row.record;
    LIFEBOAT_RETURN_IF_ERROR(WriteMetadata(table.metadata_location, *table.metadata_json));
    if (row.pending) LIFEBOAT_RETURN_IF_ERROR(WritePending(table.uuid, 0));
    const std::string path = EncodeNamespace(table.identifier.name_space);
    SqliteRun run(database_, put_table_);
    run.Bind(1, path)
        .Bind(2, table.identifier.name)
        .Bind(3, static_cast<int>(row.object))
        .Bind(4, table.uuid);
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(5, metadata_id_).Bind(6, table.version).Run());
    return places_.Add(table.identifier, StoredPlacesOf(*table.metadata_json));
  }
  Status Write(const ImagePendingFile& row) {
    LIFEBOAT_RETURN_IF_ERROR(WriteMetadata(row.metadata_location, row.metadata_json));
    return WritePending(row.uuid, 1);
  }
  Status Write(const StoreRecord& row) {
    SqliteRun run(database_, put_record_);
    return run.Bind(1, row.key).Bind(2, row.value).Bind(3, row.version).Run();
  }
  Status Write(const ChangeLogEntry& row) {
    const std::string changes = LoggedTransactionToJson(row.principal, row.changes);
    SqliteRun run(database_, put_entry_);
    run.Bind(1, row.position).Bind(2, row.epoch).Bind(3, row.committed_micros).Bind(4, row.transaction_id);
    if (row.idempotency_key.empty()) {
      run.BindNull(5);
    } else {
      run.Bind(5, row.idempotency_key);
    }
    LIFEBOAT_RETURN_IF_ERROR(run.Bind(6, changes).Run());
    SqliteRun touch(database_, set_micros_);
    return touch.Bind(1, row.committed_micros).Run();
  }
  Status Write(const IdempotencyRecord& row) {
    SqliteRun run(database_, put_idempotency_);
    run.Bind(1, row.key).Bind(2, row.request_fingerprint).Bind(3, row.http_status);
    return run.Bind(4, row.response_body).Bind(5, row.expires_micros).Run();
  }

 private:
  // Ids of later transactions are larger: every file here came with a change of an earlier position.
  Status WriteMetadata(const std::string& location, const std::string& json) {
    SqliteRun run(database_, put_metadata_);
    const std::string stored = ToStoredMetadata(json);
    return run.Bind(1, ++metadata_id_).Bind(2, location).BindBytes(3, stored).Run();
  }
  Status WritePending(const std::string& uuid, int superseded) {
    SqliteRun run(database_, put_pending_);
    return run.Bind(1, metadata_id_).Bind(2, uuid).Bind(3, superseded).Run();
  }

  SqliteDatabase& database_;
  SqlitePlaces places_;
  int64_t metadata_id_ = 0;
  SqliteStatement set_state_{
      "UPDATE catalog_state SET epoch = ?1, last_position = ?2, records_version = ?3 WHERE id = 1"};
  SqliteStatement set_micros_{"UPDATE catalog_state SET last_micros = ?1 WHERE id = 1"};
  SqliteStatement put_namespace_{"INSERT INTO namespaces VALUES (?1, ?2, ?3, ?4)"};
  SqliteStatement put_table_{"INSERT INTO tables VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
  SqliteStatement put_metadata_{"INSERT INTO metadata_files VALUES (?1, ?2, ?3)"};
  SqliteStatement put_pending_{"INSERT INTO pending_files VALUES (?1, ?2, ?3)"};
  SqliteStatement put_record_{"INSERT INTO records VALUES (?1, ?2, ?3)"};
  SqliteStatement put_entry_{"INSERT INTO change_log VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
  SqliteStatement put_idempotency_{"INSERT OR IGNORE INTO idempotency VALUES (?1, ?2, ?3, ?4, ?5)"};
};

}  // namespace

Status ReadSqliteImage(SqliteDatabase& database, ImageSink& sink) {
  LIFEBOAT_RETURN_IF_ERROR(database.Execute("BEGIN"));
  const Status status = ReadRows(database, sink);
  const Status ended = database.Execute("COMMIT");
  return status.ok() ? ended : status;
}

Status WriteSqliteImage(SqliteDatabase& database, ImageSource& source) {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t position,
                            database.QueryInteger("SELECT last_position FROM catalog_state"));
  LIFEBOAT_RETURN_IF_ERROR(CheckStoreIsEmpty({.last_position = static_cast<uint64_t>(position)}));
  Writer writer(database);
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<ImageRow> row, source.Next());
    if (!row) return Status::Ok();
    LIFEBOAT_RETURN_IF_ERROR(std::visit([&](const auto& r) { return writer.Write(r); }, *row));
  }
}

}  // namespace lifeboat::catalog
