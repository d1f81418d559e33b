#include <utility>

#include "catalog/store/change_rows.h"
#include "catalog/store/postgres_image.h"

namespace lifeboat::catalog {
namespace {

constexpr int64_t kRowsPerPage = 1000;
constexpr int64_t kMetadataPerPage = 50;  // may be megabytes each

constexpr PostgresStatement kState{
    "image_state",
    "SELECT epoch, last_position, coalesce((SELECT min(position) FROM change_log), last_position + 1), "
    "records_version FROM catalog_state WHERE id = 1"};
constexpr PostgresStatement kNamespaces{
    "image_namespaces",
    "SELECT path, properties, version FROM namespaces WHERE path > $1 ORDER BY path LIMIT $2"};
constexpr PostgresStatement kTables{
    "image_tables",
    "SELECT t.namespace, t.name, t.kind, t.uuid, t.version, m.location, m.content, p.metadata_id IS NOT NULL "
    "FROM tables t JOIN metadata_files m ON m.id = t.metadata_id "
    "LEFT JOIN pending_files p ON p.metadata_id = t.metadata_id "
    "WHERE (t.namespace, t.name) > ($1, $2) ORDER BY t.namespace, t.name LIMIT $3"};
constexpr PostgresStatement kPendingFiles{
    "image_pending_files",
    "SELECT p.metadata_id, p.uuid, m.location, m.content FROM "
    "(SELECT metadata_id, uuid FROM pending_files WHERE superseded AND metadata_id > $1 "
    "ORDER BY metadata_id LIMIT $2) p JOIN metadata_files m ON m.id = p.metadata_id ORDER BY p.metadata_id"};
constexpr PostgresStatement kRecords{
    "image_records", "SELECT key, value, version FROM records WHERE key > $1 ORDER BY key LIMIT $2"};
constexpr PostgresStatement kLog{
    "image_log",
    "SELECT position, epoch, committed_micros, transaction_id, idempotency_key, changes FROM change_log "
    "WHERE position > $1 ORDER BY position LIMIT $2"};
constexpr PostgresStatement kIdempotency{"image_idempotency",
                                         "SELECT key, fingerprint, status, body, expires_micros FROM "
                                         "idempotency WHERE key > $1 ORDER BY key LIMIT $2"};

uint64_t Unsigned(const PostgresRows& rows, int row, int column) {
  return static_cast<uint64_t>(rows.Integer(row, column));
}

class Reader {
 public:
  Reader(PostgresConnection& connection, ImageSink& sink) : connection_(connection), sink_(sink) {}

  Status ReadState() {
    LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows rows, connection_.Query(kState));
    if (rows.size() != 1) return Status::Corruption("catalog store: its state row is missing");
    return sink_.Take(
        StoreState{Unsigned(rows, 0, 0), Unsigned(rows, 0, 1), Unsigned(rows, 0, 2), Unsigned(rows, 0, 3)});
  }

  Status ReadNamespaces() {
    return ReadByKey(kNamespaces, kRowsPerPage, [](const PostgresRows& rows, int row) -> Result<ImageRow> {
      LIFEBOAT_ASSIGN_OR_RETURN(Properties properties, PropertiesFromJson(rows.Text(row, 1)));
      return ImageRow(
          NamespaceRecord{DecodeNamespace(rows.Text(row, 0)), std::move(properties), Unsigned(rows, row, 2)});
    });
  }

  Status ReadTables() {
    std::string name_space;
    std::string name;
    for (;;) {
      LIFEBOAT_ASSIGN_OR_RETURN(
          const PostgresRows rows,
          connection_.Query(kTables,
                            PostgresParameters().Text(name_space).Text(name).Integer(kMetadataPerPage)));
      for (int row = 0; row < rows.size(); ++row) {
        name_space = rows.Text(row, 0);
        name = rows.Text(row, 1);
        LIFEBOAT_RETURN_IF_ERROR(
            sink_.Take(ImageTable{static_cast<ObjectKind>(rows.Integer(row, 2)),
                                  TableRecord{{DecodeNamespace(name_space), name},
                                              std::string(rows.Text(row, 3)),
                                              std::string(rows.Text(row, 5)),
                                              std::make_shared<const std::string>(rows.Text(row, 6)),
                                              Unsigned(rows, row, 4)},
                                  rows.Integer(row, 7) != 0}));
      }
      if (rows.size() < kMetadataPerPage) return Status::Ok();
    }
  }

  Status ReadPendingFiles() {
    return ReadByNumber(
        kPendingFiles, kMetadataPerPage, [](const PostgresRows& rows, int row) -> Result<ImageRow> {
          return ImageRow(ImagePendingFile{std::string(rows.Text(row, 1)), std::string(rows.Text(row, 2)),
                                           std::string(rows.Text(row, 3))});
        });
  }

  Status ReadRecords() {
    return ReadByKey(kRecords, kRowsPerPage, [](const PostgresRows& rows, int row) -> Result<ImageRow> {
      return ImageRow(StoreRecord{std::string(rows.Text(row, 0)), std::string(rows.Text(row, 1)),
                                  Unsigned(rows, row, 2)});
    });
  }

  Status ReadLog() {
    return ReadByNumber(kLog, kRowsPerPage, [](const PostgresRows& rows, int row) -> Result<ImageRow> {
      LIFEBOAT_ASSIGN_OR_RETURN(LoggedTransaction logged, LoggedTransactionFromJson(rows.Text(row, 5)));
      return ImageRow(ChangeLogEntry{Unsigned(rows, row, 0), Unsigned(rows, row, 1), rows.Integer(row, 2),
                                     std::string(rows.Text(row, 3)), std::string(rows.Text(row, 4)),
                                     std::move(logged.changes), std::move(logged.principal)});
    });
  }

  Status ReadIdempotency() {
    return ReadByKey(kIdempotency, kRowsPerPage, [](const PostgresRows& rows, int row) -> Result<ImageRow> {
      return ImageRow(IdempotencyRecord{std::string(rows.Text(row, 0)), std::string(rows.Text(row, 1)),
                                        static_cast<int>(rows.Integer(row, 2)),
                                        std::string(rows.Text(row, 3)), rows.Integer(row, 4)});
    });
  }

 private:
  // Pages of a statement whose $1 is the first column of the row before.
  template <typename Decode>
  Status ReadByKey(const PostgresStatement& statement, int64_t limit, const Decode& decode) {
    std::string after;
    for (;;) {
      LIFEBOAT_ASSIGN_OR_RETURN(
          const PostgresRows rows,
          connection_.Query(statement, PostgresParameters().Text(after).Integer(limit)));
      LIFEBOAT_RETURN_IF_ERROR(TakePage(rows, decode));
      if (rows.size() < limit) return Status::Ok();
      after = rows.Text(rows.size() - 1, 0);
    }
  }
  template <typename Decode>
  Status ReadByNumber(const PostgresStatement& statement, int64_t limit, const Decode& decode) {
    int64_t after = 0;
    for (;;) {
      LIFEBOAT_ASSIGN_OR_RETURN(
          const PostgresRows rows,
          connection_.Query(statement, PostgresParameters().Integer(after).Integer(limit)));
      LIFEBOAT_RETURN_IF_ERROR(TakePage(rows, decode));
      if (rows.size() < limit) return Status::Ok();
      after = rows.Integer(rows.size() - 1, 0);
    }
  }
  template <typename Decode>
  Status TakePage(const PostgresRows& rows, const Decode& decode) {
    for (int row = 0; row < rows.size(); ++row) {
      LIFEBOAT_ASSIGN_OR_RETURN(ImageRow image_row, decode(rows, row));
      LIFEBOAT_RETURN_IF_ERROR(sink_.Take(std::move(image_row)));
    }
    return Status::Ok();
  }

  PostgresConnection& connection_;
  ImageSink& sink_;
};

}  // namespace

Status ReadPostgresImage(PostgresConnection& connection, ImageSink& sink) {
  LIFEBOAT_RETURN_IF_ERROR(
      connection.Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
                         "SET LOCAL idle_in_transaction_session_timeout = 0"));
  Reader reader(connection, sink);
  LIFEBOAT_RETURN_IF_ERROR(reader.ReadState());
  LIFEBOAT_RETURN_IF_ERROR(reader.ReadNamespaces());
  LIFEBOAT_RETURN_IF_ERROR(reader.ReadTables());
  LIFEBOAT_RETURN_IF_ERROR(reader.ReadPendingFiles());
  LIFEBOAT_RETURN_IF_ERROR(reader.ReadRecords());
  LIFEBOAT_RETURN_IF_ERROR(reader.ReadLog());
  LIFEBOAT_RETURN_IF_ERROR(reader.ReadIdempotency());
  return connection.Execute("COMMIT");
}

}  // namespace lifeboat::catalog
