#include "catalog/store/postgres_catalog_store.h"

#include <utility>

#include "catalog/api/catalog_error.h"
#include "catalog/api/table_places.h"
#include "catalog/store/change_rows.h"
#include "catalog/store/postgres_image.h"
#include "catalog/store/postgres_places.h"
#include "catalog/store/postgres_pool.h"
#include "catalog/store/postgres_schema.h"
#include "catalog/store/postgres_writer.h"

namespace lifeboat::catalog {
namespace {

constexpr PostgresStatement kListNamespaces{
    "list_namespaces", "SELECT path FROM namespaces WHERE parent = $1 AND path > $2 ORDER BY path LIMIT $3"};
constexpr PostgresStatement kNamespaceExists{"namespace_exists", "SELECT 1 FROM namespaces WHERE path = $1"};
constexpr PostgresStatement kLoadNamespace{"load_namespace",
                                           "SELECT properties, version FROM namespaces WHERE path = $1"};
constexpr PostgresStatement kListTables{
    "list_tables",
    "SELECT name FROM tables WHERE namespace = $1 AND name > $2 AND kind = $3 ORDER BY name LIMIT $4"};
// The sub-selects run only for a version that the caller does not have, so metadata is neither read nor sent
// for one that it has.
constexpr PostgresStatement kLoadTable{
    "load_table",
    "SELECT version, uuid, "
    "CASE WHEN version <> $4 THEN (SELECT m.location FROM metadata_files m WHERE m.id = metadata_id) END, "
    "CASE WHEN version <> $4 THEN (SELECT m.content FROM metadata_files m WHERE m.id = metadata_id) END "
    "FROM tables WHERE namespace = $1 AND name = $2 AND kind = $3"};
constexpr PostgresStatement kFindTables{
    "find_tables",
    "SELECT namespace, name FROM tables WHERE uuid = $1 AND kind = $2 ORDER BY namespace, name"};
constexpr PostgresStatement kListRecords{
    "list_records",
    "SELECT key, value, version FROM records WHERE key >= $1 AND starts_with(key, $1) ORDER BY key"};
constexpr PostgresStatement kState{
    "state",
    "SELECT epoch, last_position, coalesce((SELECT min(position) FROM change_log), last_position + 1), "
    "records_version FROM catalog_state WHERE id = 1"};
constexpr PostgresStatement kReadLog{
    "read_log",
    "SELECT position, epoch, committed_micros, transaction_id, idempotency_key, changes FROM change_log "
    "WHERE position > $1 ORDER BY position LIMIT $2"};
constexpr PostgresStatement kLogBytes{
    "log_bytes",
    "SELECT coalesce(sum(octet_length(changes) + octet_length(transaction_id) + "
    "coalesce(octet_length(idempotency_key), 0)), 0)::int8 FROM change_log WHERE position BETWEEN $1 AND $2"};
constexpr PostgresStatement kFindIdempotency{
    "find_idempotency", "SELECT fingerprint, status, body, expires_micros FROM idempotency WHERE key = $1"};
// The inner select comes first whatever the planner believes: few files are pending, there is metadata of
// every table.
constexpr PostgresStatement kPendingFiles{
    "pending_files",
    "SELECT m.id, m.location, CASE WHEN $2::int8 <> 0 THEN m.content ELSE '' END "
    "FROM (SELECT metadata_id FROM pending_files ORDER BY metadata_id LIMIT $1) p "
    "JOIN metadata_files m ON m.id = p.metadata_id ORDER BY p.metadata_id"};

uint64_t Unsigned(const PostgresRows& rows, int row, int column) {
  return static_cast<uint64_t>(rows.Integer(row, column));
}

// LIMIT that also shows whether there is more.
int64_t LimitOf(const PageRequest& page) {
  return page.limit == 0 ? INT64_MAX : static_cast<int64_t>(page.limit) + 1;
}

// Cuts the one item too many that LimitOf asked for and notes where the next page starts.
template <typename T, typename NameOf>
void FinishPage(const PageRequest& request, Page<T>* page, NameOf name_of) {
  if (request.limit == 0 || page->items.size() <= request.limit) return;
  page->items.pop_back();
  page->next = name_of(page->items.back());
}

class PostgresCatalogStore final : public CatalogStore {
 public:
  PostgresCatalogStore(const PostgresOptions& options, std::unique_ptr<PostgresConnection> writing,
                       const Clock& clock)
      : options_(options), pool_(options), writer_(options, std::move(writing), clock) {}

  using CatalogStore::Apply;
  Result<Applied> Apply(Transaction transaction, const Queued& queued) override {
    return writer_.Run(&transaction, queued);
  }

  Result<Page<Namespace>> ListNamespaces(const Namespace& parent, const PageRequest& request) override {
    return pool_.Read<Page<Namespace>>([&](PostgresConnection& connection) -> Result<Page<Namespace>> {
      if (!parent.empty()) LIFEBOAT_RETURN_IF_ERROR(CheckNamespace(connection, parent));
      LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows rows,
                                connection.Query(kListNamespaces, PostgresParameters()
                                                                      .Text(EncodeNamespace(parent))
                                                                      .Text(request.after)
                                                                      .Integer(LimitOf(request))));
      Page<Namespace> page;
      for (int row = 0; row < rows.size(); ++row) page.items.push_back(DecodeNamespace(rows.Text(row, 0)));
      FinishPage(request, &page, EncodeNamespace);
      return page;
    });
  }

  Result<NamespaceRecord> LoadNamespace(const Namespace& name_space) override {
    if (!ValidateNamespace(name_space).ok()) return NoSuchNamespace(name_space);
    return pool_.Read<NamespaceRecord>([&](PostgresConnection& connection) -> Result<NamespaceRecord> {
      LIFEBOAT_ASSIGN_OR_RETURN(
          const PostgresRows rows,
          connection.Query(kLoadNamespace, PostgresParameters().Text(EncodeNamespace(name_space))));
      if (rows.size() == 0) return NoSuchNamespace(name_space);
      LIFEBOAT_ASSIGN_OR_RETURN(Properties properties, PropertiesFromJson(rows.Text(0, 0)));
      return NamespaceRecord{name_space, std::move(properties), Unsigned(rows, 0, 1)};
    });
  }

  Result<Page<TableIdentifier>> ListTables(const Namespace& name_space, ObjectKind object,
                                           const PageRequest& request) override {
    return pool_.Read<Page<TableIdentifier>>(
        [&](PostgresConnection& connection) -> Result<Page<TableIdentifier>> {
          LIFEBOAT_RETURN_IF_ERROR(CheckNamespace(connection, name_space));
          LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows rows,
                                    connection.Query(kListTables, PostgresParameters()
                                                                      .Text(EncodeNamespace(name_space))
                                                                      .Text(request.after)
                                                                      .Integer(static_cast<int64_t>(object))
                                                                      .Integer(LimitOf(request))));
          Page<TableIdentifier> page;
          for (int row = 0; row < rows.size(); ++row) {
            page.items.push_back({name_space, std::string(rows.Text(row, 0))});
          }
          FinishPage(request, &page, [](const TableIdentifier& identifier) { return identifier.name; });
          return page;
        });
  }

  Result<TableRecord> LoadTable(const TableIdentifier& identifier, ObjectKind object,
                                uint64_t known_version) override {
    const auto missing = [&] {
      return object == ObjectKind::kView ? NoSuchView(identifier) : NoSuchTable(identifier);
    };
    if (!ValidateIdentifier(identifier).ok()) return missing();
    return pool_.Read<TableRecord>([&](PostgresConnection& connection) -> Result<TableRecord> {
      LIFEBOAT_ASSIGN_OR_RETURN(
          const PostgresRows rows,
          connection.Query(kLoadTable, PostgresParameters()
                                           .Text(EncodeNamespace(identifier.name_space))
                                           .Text(identifier.name)
                                           .Integer(static_cast<int64_t>(object))
                                           .Integer(static_cast<int64_t>(known_version))));
      if (rows.size() == 0) return missing();
      const uint64_t version = Unsigned(rows, 0, 0);
      if (version == known_version) return TableRecord{.identifier = identifier, .version = version};
      if (rows.IsNull(0, 3)) {
        return Status::Corruption("catalog store: the metadata of {} is missing", ToString(identifier));
      }
      return TableRecord{identifier, std::string(rows.Text(0, 1)), std::string(rows.Text(0, 2)),
                         std::make_shared<const std::string>(rows.Text(0, 3)), version};
    });
  }

  Result<std::optional<PlaceHolder>> FindPlaceHolder(const std::vector<std::string>& places,
                                                     const TableIdentifier& except) override {
    using Holder = std::optional<PlaceHolder>;
    LIFEBOAT_RETURN_IF_ERROR(ValidatePlaces(places));
    LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(except));
    return pool_.Read<Holder>([&](PostgresConnection& connection) -> Result<Holder> {
      const std::string path = EncodeNamespace(except.name_space);
      const std::string_view namespaces[] = {path};
      const std::string_view names[] = {except.name};
      for (const std::string& place : places) {
        const std::string end = EndOfPlacesBelow(place);
        LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows rows,
                                  connection.Query(kFindPlaceHolder, PostgresParameters()
                                                                         .Texts(namespaces)
                                                                         .Texts(names)
                                                                         .Texts(PlacesAtOrAbove(place))
                                                                         .Text(place)
                                                                         .Text(end)));
        if (rows.size() == 0) continue;
        return Holder({{DecodeNamespace(rows.Text(0, 0)), std::string(rows.Text(0, 1))}, place});
      }
      return Holder();
    });
  }

  Result<std::vector<TableIdentifier>> FindTables(const std::string& uuid) override {
    using Identifiers = std::vector<TableIdentifier>;
    return pool_.Read<Identifiers>([&](PostgresConnection& connection) -> Result<Identifiers> {
      LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows rows,
                                connection.Query(kFindTables, PostgresParameters().Text(uuid).Integer(
                                                                  static_cast<int64_t>(ObjectKind::kTable))));
      Identifiers tables;
      for (int row = 0; row < rows.size(); ++row) {
        tables.push_back({DecodeNamespace(rows.Text(row, 0)), std::string(rows.Text(row, 1))});
      }
      return tables;
    });
  }

  Result<std::vector<StoreRecord>> ListRecords(const std::string& prefix) override {
    using Records = std::vector<StoreRecord>;
    if (!prefix.empty() && !ValidateRecordKey(prefix).ok()) return Records();
    return pool_.Read<Records>([&](PostgresConnection& connection) -> Result<Records> {
      LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows rows,
                                connection.Query(kListRecords, PostgresParameters().Text(prefix)));
      Records records;
      for (int row = 0; row < rows.size(); ++row) {
        records.push_back(
            {std::string(rows.Text(row, 0)), std::string(rows.Text(row, 1)), Unsigned(rows, row, 2)});
      }
      return records;
    });
  }

  bool ReadsAreLocal() const override { return false; }

  Result<StoreState> State() override { return pool_.Read<StoreState>(ReadState); }

  Status RaiseEpoch(uint64_t epoch) override { return writer_.Run(RaiseEpochWrite{epoch}).status(); }

  Result<std::vector<ChangeLogEntry>> ReadChangeLog(uint64_t after, size_t limit) override {
    using Entries = std::vector<ChangeLogEntry>;
    return pool_.Read<Entries>([&](PostgresConnection& connection) -> Result<Entries> {
      LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows rows,
                                connection.Query(kReadLog, PostgresParameters()
                                                               .Integer(static_cast<int64_t>(after))
                                                               .Integer(static_cast<int64_t>(limit))));
      Entries entries;
      for (int row = 0; row < rows.size(); ++row) {
        // Positions have no gaps but the one that trimming leaves at the beginning.
        const uint64_t position = Unsigned(rows, row, 0);
        if (row == 0 && position != after + 1) return ChangesTrimmed(after, position);
        LIFEBOAT_ASSIGN_OR_RETURN(LoggedTransaction logged, LoggedTransactionFromJson(rows.Text(row, 5)));
        entries.push_back({position, Unsigned(rows, row, 1), rows.Integer(row, 2),
                           std::string(rows.Text(row, 3)), std::string(rows.Text(row, 4)),
                           std::move(logged.changes), std::move(logged.principal)});
      }
      if (!entries.empty()) return entries;
      LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, ReadState(connection));
      if (after + 1 < state.first_position) return ChangesTrimmed(after, state.first_position);
      return entries;
    });
  }

  Status TrimChangeLog(uint64_t before_position) override {
    return writer_.Run(TrimLogWrite{before_position}).status();
  }

  Result<uint64_t> ChangeLogBytes(uint64_t first_position, uint64_t last_position) override {
    return pool_.Read<uint64_t>([&](PostgresConnection& connection) -> Result<uint64_t> {
      LIFEBOAT_ASSIGN_OR_RETURN(
          const PostgresRows rows,
          connection.Query(kLogBytes, PostgresParameters()
                                          .Integer(static_cast<int64_t>(first_position))
                                          .Integer(static_cast<int64_t>(last_position))));
      return Unsigned(rows, 0, 0);
    });
  }

  Result<std::optional<IdempotencyRecord>> FindIdempotencyRecord(const std::string& key) override {
    using Found = std::optional<IdempotencyRecord>;
    return pool_.Read<Found>([&](PostgresConnection& connection) -> Result<Found> {
      LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows rows,
                                connection.Query(kFindIdempotency, PostgresParameters().Text(key)));
      if (rows.size() == 0) return Found();
      return Found(IdempotencyRecord{key, std::string(rows.Text(0, 0)), static_cast<int>(rows.Integer(0, 1)),
                                     std::string(rows.Text(0, 2)), rows.Integer(0, 3)});
    });
  }

  Status RecordIdempotency(const IdempotencyRecord& record) override { return writer_.Run(&record).status(); }

  Status RemoveExpiredIdempotencyRecords(int64_t now_micros) override {
    return writer_.Run(ExpireIdempotencyWrite{now_micros}).status();
  }

  Result<std::vector<PendingMetadataFile>> PendingMetadataFiles(size_t limit, PendingDetail detail) override {
    using Files = std::vector<PendingMetadataFile>;
    return pool_.Read<Files>([&](PostgresConnection& connection) -> Result<Files> {
      LIFEBOAT_ASSIGN_OR_RETURN(
          const PostgresRows rows,
          connection.Query(kPendingFiles, PostgresParameters()
                                              .Integer(static_cast<int64_t>(limit))
                                              .Integer(detail == PendingDetail::kMetadata ? 1 : 0)));
      Files files;
      for (int row = 0; row < rows.size(); ++row) {
        files.push_back(
            {Unsigned(rows, row, 0), std::string(rows.Text(row, 1)), std::string(rows.Text(row, 2))});
      }
      return files;
    });
  }

  Status ForgetPendingMetadataFiles(const std::vector<uint64_t>& ids) override {
    if (ids.empty()) return Status::Ok();
    return writer_.Run(ForgetFilesWrite{&ids}).status();
  }

  // On connections of their own, which are in a transaction for long.
  Status ReadImage(ImageSink& sink) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto connection, PostgresConnection::Open(options_));
    return ReadPostgresImage(*connection, sink);
  }
  Status WriteImage(ImageSource& source) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto connection, PostgresConnection::Open(options_));
    return WritePostgresImage(*connection, source);
  }

 private:
  static Status CheckNamespace(PostgresConnection& connection, const Namespace& name_space) {
    if (!ValidateNamespace(name_space).ok()) return NoSuchNamespace(name_space);
    LIFEBOAT_ASSIGN_OR_RETURN(
        const PostgresRows rows,
        connection.Query(kNamespaceExists, PostgresParameters().Text(EncodeNamespace(name_space))));
    return rows.size() > 0 ? Status::Ok() : NoSuchNamespace(name_space);
  }

  static Result<StoreState> ReadState(PostgresConnection& connection) {
    LIFEBOAT_ASSIGN_OR_RETURN(const PostgresRows rows, connection.Query(kState));
    if (rows.size() != 1) return Status::Corruption("catalog store: its state row is missing");
    return StoreState{.epoch = Unsigned(rows, 0, 0),
                      .last_position = Unsigned(rows, 0, 1),
                      .first_position = Unsigned(rows, 0, 2),
                      .records_version = Unsigned(rows, 0, 3)};
  }

  const PostgresOptions options_;
  PostgresPool pool_;
  PostgresWriter writer_;
};

}  // namespace

Result<std::unique_ptr<CatalogStore>> OpenPostgresCatalogStore(const PostgresOptions& options,
                                                               const Clock& clock) {
  LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<PostgresConnection> connection,
                            PostgresConnection::Open(options));
  LIFEBOAT_RETURN_IF_ERROR(MigratePostgresCatalogStore(*connection));
  return std::make_unique<PostgresCatalogStore>(options, std::move(connection), clock);
}

}  // namespace lifeboat::catalog
