#include "catalog/store/sqlite_schema.h"

#include <iterator>

#include "catalog/store/change_rows.h"
#include "catalog/store/sqlite_places.h"
#include "catalog/store/stored_metadata.h"

namespace lifeboat::catalog {
namespace {

// "LBCS": tells a catalog store from any other SQLite file.
constexpr int64_t kApplicationId = 0x4C424353;

// Element n brings version n to n+1. A released element never changes.
constexpr const char* kMigrations[] = {
    R"sql(
-- One row: the term the catalog is in and the end of its log. Every commit updates it, which both checks the epoch and
-- allots the position.
CREATE TABLE catalog_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  last_micros INTEGER NOT NULL);
INSERT INTO catalog_state VALUES (1, 1, 0, 0);

-- path: the levels joined by U+001F; parent: the path without its last level, '' at the top.
CREATE TABLE namespaces (
  path TEXT NOT NULL,
  parent TEXT NOT NULL,
  properties TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (path)) WITHOUT ROWID;
CREATE INDEX namespaces_by_parent ON namespaces (parent, path);

-- Tables and views. Rows are small, so that listing and the version check of a cached table touch few pages.
CREATE TABLE tables (
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  kind INTEGER NOT NULL,
  uuid TEXT NOT NULL,
  metadata_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (namespace, name)) WITHOUT ROWID;

-- The metadata.json of every table, and superseded ones until their files are durable.
-- id: position * 65536 + index of the change in its transaction.
CREATE TABLE metadata_files (
  id INTEGER PRIMARY KEY,
  location TEXT NOT NULL,
  content TEXT NOT NULL);

-- Published without waiting for the disk; superseded: the content goes as soon as the file is durable.
CREATE TABLE pending_files (
  metadata_id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL,
  superseded INTEGER NOT NULL);

CREATE TABLE change_log (
  position INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  committed_micros INTEGER NOT NULL,
  transaction_id TEXT NOT NULL,
  idempotency_key TEXT,
  changes TEXT NOT NULL);

CREATE TABLE idempotency (
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  expires_micros INTEGER NOT NULL,
  PRIMARY KEY (key)) WITHOUT ROWID;
CREATE INDEX idempotency_by_expiry ON idempotency (expires_micros);
)sql",
    R"sql(
CREATE TABLE records (
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (key)) WITHOUT ROWID;
-- The position that last put or deleted a record: whether copies of them are current takes one look.
ALTER TABLE catalog_state ADD COLUMN records_version INTEGER NOT NULL DEFAULT 0;
)sql",
    // FillPlaces follows it.
    R"sql(
CREATE TABLE table_places (
  place TEXT NOT NULL,
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (place, namespace, name)) WITHOUT ROWID;
CREATE INDEX table_places_by_table ON table_places (namespace, name);
)sql",
    // Contents of metadata_files may be compressed from here on (stored_metadata.h); those that are there
    // stay.
    "",
};
constexpr int64_t kFirstVersionWithPlaces = 3;

constexpr int64_t kSchemaVersion = std::size(kMigrations);

// Of the tables and views that were there before places were kept.
Status FillPlaces(SqliteDatabase& database) {
  SqlitePlaces places(database);
  SqliteStatement tables(
      "SELECT t.namespace, t.name, m.content FROM tables t JOIN metadata_files m ON m.id = t.metadata_id");
  SqliteRun run(database, tables);
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
    if (!found) return Status::Ok();
    const TableIdentifier identifier{DecodeNamespace(run.Text(0)), std::string(run.Text(1))};
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string json, FromStoredMetadata(run.Bytes(2)));
    LIFEBOAT_RETURN_IF_ERROR(places.Add(identifier, StoredPlacesOf(json)));
  }
}

Status ApplyMigration(SqliteDatabase& database, int64_t from) {
  LIFEBOAT_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  // Another process may have done it while this one waited for the lock.
  Result<int64_t> version = database.QueryInteger("PRAGMA user_version");
  Status status = version.status();
  if (status.ok() && *version == from) {
    status = database.Execute(kMigrations[from]);
    if (status.ok() && from + 1 == kFirstVersionWithPlaces) status = FillPlaces(database);
    if (status.ok()) status = database.Execute(fmt::format("PRAGMA user_version = {}", from + 1).c_str());
    if (status.ok())
      status = database.Execute(fmt::format("PRAGMA application_id = {}", kApplicationId).c_str());
  }
  if (!status.ok()) {
    if (database.InTransaction()) (void)database.Execute("ROLLBACK");
    return status;
  }
  return database.Execute("COMMIT");
}

}  // namespace

Status MigrateSqliteCatalogStore(SqliteDatabase& database, const std::string& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t application, database.QueryInteger("PRAGMA application_id"));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t tables,
                            database.QueryInteger("SELECT count(*) FROM sqlite_schema"));
  if (application != kApplicationId && tables > 0) {
    return Status::Corruption("'{}' is a SQLite file but not a Lifeboat catalog store; name another file",
                              path);
  }
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(const int64_t version, database.QueryInteger("PRAGMA user_version"));
    if (version == kSchemaVersion) return Status::Ok();
    if (version > kSchemaVersion || version < 0) {
      return Status::FailedPrecondition(
          "catalog store '{}' has schema version {}, this program knows up to {}; use a newer Lifeboat", path,
          version, kSchemaVersion);
    }
    LIFEBOAT_RETURN_IF_ERROR(ApplyMigration(database, version));
  }
}

}  // namespace lifeboat::catalog
