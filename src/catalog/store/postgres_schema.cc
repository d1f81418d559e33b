#include "catalog/store/postgres_schema.h"

#include <iterator>

#include "catalog/store/change_rows.h"
#include "catalog/store/postgres_places.h"

namespace lifeboat::catalog {
namespace {

// Names compare byte by byte (COLLATE "C"), so that listings have one order in every store. Contents that
// need not be text to the server are bytea.
//
// Element n brings version n to n+1. A released element never changes.
constexpr const char* kMigrations[] = {
    R"sql(
-- One row: the term the catalog is in and the end of its log. Every write locks it, which both checks the epoch and
-- allots the position. Half-empty pages let it be updated in place thousands of times a second.
CREATE TABLE catalog_state (
  id int8 PRIMARY KEY CHECK (id = 1),
  epoch int8 NOT NULL,
  last_position int8 NOT NULL,
  last_micros int8 NOT NULL,
  records_version int8 NOT NULL) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 5000);
INSERT INTO catalog_state VALUES (1, 1, 0, 0, 0);

-- path: the levels joined by U+001F; parent: the path without its last level, '' at the top.
CREATE TABLE namespaces (
  path text COLLATE "C" PRIMARY KEY,
  parent text COLLATE "C" NOT NULL,
  properties text NOT NULL,
  version int8 NOT NULL);
CREATE INDEX namespaces_by_parent ON namespaces (parent, path);

-- Tables and views. Rows are small, so that listing and the version check of a cached table touch few pages.
CREATE TABLE tables (
  namespace text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  kind int8 NOT NULL,
  uuid text NOT NULL,
  metadata_id int8 NOT NULL,
  version int8 NOT NULL,
  PRIMARY KEY (namespace, name)) WITH (fillfactor = 70);

-- The metadata.json of every table, and superseded ones until their files are durable. Ids come from a sequence, not
-- from positions: contents are sent before the position is allotted.
CREATE SEQUENCE metadata_file_ids;
CREATE TABLE metadata_files (
  id int8 PRIMARY KEY,
  location text NOT NULL,
  content bytea NOT NULL);

-- Published without waiting for the disk; superseded: the content goes as soon as the file is durable.
CREATE TABLE pending_files (
  metadata_id int8 PRIMARY KEY,
  uuid text NOT NULL,
  superseded bool NOT NULL) WITH (fillfactor = 70);

CREATE TABLE change_log (
  position int8 PRIMARY KEY,
  epoch int8 NOT NULL,
  committed_micros int8 NOT NULL,
  transaction_id text NOT NULL,
  idempotency_key text,
  changes text NOT NULL);

CREATE TABLE idempotency (
  key text COLLATE "C" PRIMARY KEY,
  fingerprint text NOT NULL,
  status int8 NOT NULL,
  body bytea NOT NULL,
  expires_micros int8 NOT NULL);
CREATE INDEX idempotency_by_expiry ON idempotency (expires_micros);

-- A server that lost several races for a table keeps the others from committing to it until it has, or for a moment.
-- Lost with a crash, which does no harm.
CREATE UNLOGGED TABLE reservations (
  namespace text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  holder text NOT NULL,
  expires timestamptz NOT NULL,
  PRIMARY KEY (namespace, name));

-- Whether copies of them are current, catalog_state.records_version tells.
CREATE TABLE records (
  key text COLLATE "C" PRIMARY KEY,
  value bytea NOT NULL,
  version int8 NOT NULL);

-- Faster than the default and smaller on disk; a server built without it keeps the default.
DO $$ BEGIN
  ALTER TABLE metadata_files ALTER content SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN NULL;
END $$;
)sql",
    // FillPlaces follows it.
    R"sql(
CREATE TABLE table_places (
  place text COLLATE "C" NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL);
CREATE INDEX table_places_by_place ON table_places (place);
CREATE INDEX table_places_by_table ON table_places (namespace, name);
)sql",
};
constexpr int64_t kFirstVersionWithPlaces = 2;

constexpr int64_t kSchemaVersion = std::size(kMigrations);

// "lifeboat": the servers of one database take turns by it.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(7811882048927490420)";

// Not to_regclass(): within a transaction it may answer from a cache that is older than the lock.
constexpr PostgresStatement kVersionTableExists{
    "version_table_exists",
    "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
    "c.relnamespace "
    "WHERE n.nspname = 'lifeboat_catalog' AND c.relname = 'schema_version')"};
constexpr PostgresStatement kReadVersion{"read_schema_version",
                                         "SELECT version FROM lifeboat_catalog.schema_version"};

Result<int64_t> ReadVersion(PostgresConnection& connection) {
  LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows exists, connection.Query(kVersionTableExists));
  if (exists.Integer(0, 0) == 0) return 0;
  LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows version, connection.Query(kReadVersion));
  if (version.size() != 1) return Status::Corruption("catalog store: its schema version is missing");
  return version.Integer(0, 0);
}

constexpr int64_t kFilledPerPage = 50;  // metadata may be megabytes each
constexpr PostgresStatement kReadMetadata{
    "fill_places_read",
    "SELECT t.namespace, t.name, m.content FROM tables t JOIN metadata_files m ON m.id = t.metadata_id "
    "WHERE (t.namespace, t.name) > ($1, $2) ORDER BY t.namespace, t.name LIMIT $3"};

// Of the tables and views that were there before places were kept.
Status FillPlaces(PostgresConnection& connection) {
  std::string name_space;
  std::string name;
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(
        const PostgresRows rows,
        connection.Query(kReadMetadata,
                         PostgresParameters().Text(name_space).Text(name).Integer(kFilledPerPage)));
    for (int row = 0; row < rows.size(); ++row) {
      name_space = rows.Text(row, 0);
      name = rows.Text(row, 1);
      const std::vector<std::string> places = StoredPlacesOf(rows.Text(row, 2));
      const std::vector<std::string_view> views(places.begin(), places.end());
      const std::vector<std::string_view> namespaces(places.size(), name_space);
      const std::vector<std::string_view> names(places.size(), name);
      connection.Send(kPutPlaces, PostgresParameters().Texts(views).Texts(namespaces).Texts(names));
    }
    LIFEBOAT_RETURN_IF_ERROR(connection.Finish().status());
    if (rows.size() < kFilledPerPage) return Status::Ok();
  }
}

// Holding the lock and in a transaction.
Result<int64_t> ApplyNextMigration(PostgresConnection& connection) {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t version, ReadVersion(connection));
  if (version >= kSchemaVersion) return version;
  if (version == 0) {
    LIFEBOAT_RETURN_IF_ERROR(
        connection.Execute("CREATE SCHEMA IF NOT EXISTS lifeboat_catalog; "
                           "CREATE TABLE schema_version (version int8 NOT NULL); "
                           "INSERT INTO schema_version VALUES (0)"));
  }
  LIFEBOAT_RETURN_IF_ERROR(connection.Execute(kMigrations[version]));
  if (version + 1 == kFirstVersionWithPlaces) LIFEBOAT_RETURN_IF_ERROR(FillPlaces(connection));
  LIFEBOAT_RETURN_IF_ERROR(
      connection.Execute(fmt::format("UPDATE schema_version SET version = {}", version + 1)));
  return version + 1;
}

}  // namespace

Status MigratePostgresCatalogStore(PostgresConnection& connection) {
  LIFEBOAT_ASSIGN_OR_RETURN(int64_t version, ReadVersion(connection));
  while (version < kSchemaVersion) {
    LIFEBOAT_RETURN_IF_ERROR(connection.Execute(fmt::format("BEGIN; {}", kLock)));
    const Result<int64_t> migrated = ApplyNextMigration(connection);
    if (!migrated.ok()) {
      if (!IsConnectionLost(migrated.status())) (void)connection.Execute("ROLLBACK");
      return migrated.status().WithContext("making the catalog's tables");
    }
    LIFEBOAT_RETURN_IF_ERROR(connection.Execute("COMMIT"));
    version = *migrated;
  }
  if (version > kSchemaVersion) {
    return Status::FailedPrecondition(
        "the catalog store's schema has version {}, this program knows up to {}; use a newer Lifeboat",
        version, kSchemaVersion);
  }
  return Status::Ok();
}

}  // namespace lifeboat::catalog
