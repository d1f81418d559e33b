#include "catalog/store/sqlite_catalog_store.h"

#include <utility>

#include "base/mutex.h"
#include "catalog/api/catalog_error.h"
#include "catalog/store/change_rows.h"
#include "catalog/store/sqlite_change_counter.h"
#include "catalog/store/sqlite_database.h"
#include "catalog/store/sqlite_image.h"
#include "catalog/store/sqlite_places.h"
#include "catalog/store/sqlite_schema.h"
#include "catalog/store/sqlite_transaction.h"
#include "catalog/store/sqlite_writer.h"
#include "catalog/store/stored_metadata.h"

namespace lifeboat::catalog {
namespace {

// A reading connection and its statements, used by one thread at a time.
struct Reader {
  explicit Reader(std::unique_ptr<SqliteDatabase> db) : database(std::move(db)), places(*database) {}

  std::unique_ptr<SqliteDatabase> database;
  SqlitePlaces places;
  SqliteStatement namespace_exists{"SELECT 1 FROM namespaces WHERE path = ?1"};
  SqliteStatement list_namespaces{
      "SELECT path FROM namespaces WHERE parent = ?1 AND path > ?2 ORDER BY path LIMIT ?3"};
  SqliteStatement load_namespace{"SELECT properties, version FROM namespaces WHERE path = ?1"};
  SqliteStatement list_tables{
      "SELECT name FROM tables WHERE namespace = ?1 AND name > ?2 AND kind = ?3 ORDER BY name LIMIT ?4"};
  SqliteStatement table_version{
      "SELECT version FROM tables WHERE namespace = ?1 AND name = ?2 AND kind = ?3"};
  SqliteStatement load_table{
      "SELECT t.version, t.uuid, m.location, m.content FROM tables t JOIN metadata_files m ON m.id = "
      "t.metadata_id "
      "WHERE t.namespace = ?1 AND t.name = ?2 AND t.kind = ?3"};
  SqliteStatement find_tables{
      "SELECT namespace, name FROM tables WHERE uuid = ?1 AND kind = ?2 ORDER BY namespace, name"};
  SqliteStatement state{
      "SELECT epoch, last_position, coalesce((SELECT min(position) FROM change_log), last_position + 1), "
      "records_version FROM catalog_state WHERE id = 1"};
  SqliteStatement list_records{
      "SELECT key, value, version FROM records WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY "
      "key"};
  SqliteStatement read_log{
      "SELECT position, epoch, committed_micros, transaction_id, idempotency_key, changes FROM change_log "
      "WHERE position > ?1 ORDER BY position LIMIT ?2"};
  SqliteStatement log_bytes{
      "SELECT coalesce(sum(length(CAST(changes AS BLOB)) + length(transaction_id) + "
      "coalesce(length(idempotency_key), 0)), 0) FROM change_log WHERE position BETWEEN ?1 AND ?2"};
  SqliteStatement find_idempotency{
      "SELECT fingerprint, status, body, expires_micros FROM idempotency WHERE key = ?1"};
  SqliteStatement pending_files{
      "SELECT m.id, m.location, CASE WHEN ?2 THEN m.content ELSE '' END FROM pending_files p "
      "JOIN metadata_files m ON m.id = p.metadata_id ORDER BY p.metadata_id LIMIT ?1"};
};

// LIMIT that also shows whether there is more; -1 is no limit.
int64_t LimitOf(const PageRequest& page) {
  return page.limit == 0 ? -1 : static_cast<int64_t>(page.limit) + 1;
}

// Cuts the one item too many that LimitOf asked for and notes where the next page starts.
template <typename T, typename NameOf>
void FinishPage(const PageRequest& request, Page<T>* page, NameOf name_of) {
  if (request.limit == 0 || page->items.size() <= request.limit) return;
  page->items.pop_back();
  page->next = name_of(page->items.back());
}

void CompressMetadata(Transaction* transaction) {
  for (Change& change : transaction->changes) {
    if (auto* create = std::get_if<CreateTableChange>(&change)) {
      create->metadata_json = ToStoredMetadata(std::move(create->metadata_json));
    } else if (auto* commit = std::get_if<CommitTableChange>(&change)) {
      commit->metadata_json = ToStoredMetadata(std::move(commit->metadata_json));
    }
  }
}

class SqliteCatalogStore final : public CatalogStore {
 public:
  SqliteCatalogStore(std::string path, std::unique_ptr<SqliteDatabase> writing,
                     std::unique_ptr<SqliteChangeCounter> changes, const Clock& clock)
      : path_(std::move(path)),
        clock_(clock),
        changes_(std::move(changes)),
        writer_(std::move(writing), *changes_) {}

  using CatalogStore::Apply;
  Result<Applied> Apply(Transaction transaction, const Queued& queued) override {
    CompressMetadata(&transaction);  // here, since the writer's thread is what all commits wait for
    Result<Applied> applied = Status::Internal("the writer did not run the transaction");
    const Status status = writer_.Run(
        [&](SqliteTransactions& transactions) {
          applied = transactions.Apply(transaction, clock_.NowMicros());
          return applied.status();
        },
        queued);
    if (!status.ok()) return status;
    return applied;
  }

  Result<Page<Namespace>> ListNamespaces(const Namespace& parent, const PageRequest& request) override {
    return Read<Page<Namespace>>([&](Reader& reader) -> Result<Page<Namespace>> {
      const std::string path = EncodeNamespace(parent);
      if (!parent.empty()) LIFEBOAT_RETURN_IF_ERROR(CheckNamespace(reader, parent));
      Page<Namespace> page;
      SqliteRun run(*reader.database, reader.list_namespaces);
      run.Bind(1, path).Bind(2, request.after).Bind(3, LimitOf(request));
      for (;;) {
        LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
        if (!found) break;
        page.items.push_back(DecodeNamespace(run.Text(0)));
      }
      FinishPage(request, &page, EncodeNamespace);
      return page;
    });
  }

  Result<NamespaceRecord> LoadNamespace(const Namespace& name_space) override {
    return Read<NamespaceRecord>([&](Reader& reader) -> Result<NamespaceRecord> {
      const std::string path = EncodeNamespace(name_space);
      SqliteRun run(*reader.database, reader.load_namespace);
      LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Bind(1, path).Step());
      if (!found) return NoSuchNamespace(name_space);
      LIFEBOAT_ASSIGN_OR_RETURN(Properties properties, PropertiesFromJson(run.Text(0)));
      return NamespaceRecord{name_space, std::move(properties), static_cast<uint64_t>(run.Integer(1))};
    });
  }

  Result<Page<TableIdentifier>> ListTables(const Namespace& name_space, ObjectKind object,
                                           const PageRequest& request) override {
    return Read<Page<TableIdentifier>>([&](Reader& reader) -> Result<Page<TableIdentifier>> {
      LIFEBOAT_RETURN_IF_ERROR(CheckNamespace(reader, name_space));
      const std::string path = EncodeNamespace(name_space);
      Page<TableIdentifier> page;
      SqliteRun run(*reader.database, reader.list_tables);
      run.Bind(1, path).Bind(2, request.after).Bind(3, static_cast<int>(object)).Bind(4, LimitOf(request));
      for (;;) {
        LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
        if (!found) break;
        page.items.push_back({name_space, std::string(run.Text(0))});
      }
      FinishPage(request, &page, [](const TableIdentifier& identifier) { return identifier.name; });
      return page;
    });
  }

  Result<TableRecord> LoadTable(const TableIdentifier& identifier, ObjectKind object,
                                uint64_t known_version) override {
    return Read<TableRecord>([&](Reader& reader) -> Result<TableRecord> {
      const std::string path = EncodeNamespace(identifier.name_space);
      if (known_version != 0) {
        SqliteRun run(*reader.database, reader.table_version);
        run.Bind(1, path).Bind(2, identifier.name).Bind(3, static_cast<int>(object));
        LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
        if (found && static_cast<uint64_t>(run.Integer(0)) == known_version) {
          return TableRecord{.identifier = identifier, .version = known_version};
        }
      }
      SqliteRun run(*reader.database, reader.load_table);
      run.Bind(1, path).Bind(2, identifier.name).Bind(3, static_cast<int>(object));
      LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
      if (!found) return object == ObjectKind::kView ? NoSuchView(identifier) : NoSuchTable(identifier);
      LIFEBOAT_ASSIGN_OR_RETURN(std::string json, FromStoredMetadata(run.Bytes(3)));
      return TableRecord{identifier, std::string(run.Text(1)), std::string(run.Text(2)),
                         std::make_shared<const std::string>(std::move(json)),
                         static_cast<uint64_t>(run.Integer(0))};
    });
  }

  Result<std::optional<PlaceHolder>> FindPlaceHolder(const std::vector<std::string>& places,
                                                     const TableIdentifier& except) override {
    return Read<std::optional<PlaceHolder>>(
        [&](Reader& reader) { return reader.places.FindHolder(places, except); });
  }

  Result<std::vector<TableIdentifier>> FindTables(const std::string& uuid) override {
    return Read<std::vector<TableIdentifier>>([&](Reader& reader) -> Result<std::vector<TableIdentifier>> {
      std::vector<TableIdentifier> tables;
      SqliteRun run(*reader.database, reader.find_tables);
      run.Bind(1, uuid).Bind(2, static_cast<int>(ObjectKind::kTable));
      for (;;) {
        LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
        if (!found) return tables;
        tables.push_back({DecodeNamespace(run.Text(0)), std::string(run.Text(1))});
      }
    });
  }

  Result<std::vector<StoreRecord>> ListRecords(const std::string& prefix) override {
    return Read<std::vector<StoreRecord>>([&](Reader& reader) -> Result<std::vector<StoreRecord>> {
      std::vector<StoreRecord> records;
      SqliteRun run(*reader.database, reader.list_records);
      run.Bind(1, prefix);
      for (;;) {
        LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
        if (!found) return records;
        records.push_back(
            {std::string(run.Text(0)), std::string(run.Text(1)), static_cast<uint64_t>(run.Integer(2))});
      }
    });
  }

  std::optional<uint64_t> ChangeCount() const override { return changes_->Value(); }

  bool ReadsAreLocal() const override { return true; }

  Result<StoreState> State() override { return Read<StoreState>(ReadState); }

  Status RaiseEpoch(uint64_t epoch) override {
    return writer_.Run([&](SqliteTransactions& transactions) { return transactions.RaiseEpoch(epoch); });
  }

  Result<std::vector<ChangeLogEntry>> ReadChangeLog(uint64_t after, size_t limit) override {
    return Read<std::vector<ChangeLogEntry>>([&](Reader& reader) -> Result<std::vector<ChangeLogEntry>> {
      std::vector<ChangeLogEntry> entries;
      SqliteRun run(*reader.database, reader.read_log);
      run.Bind(1, after).Bind(2, static_cast<int64_t>(limit));
      for (;;) {
        LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
        if (!found) break;
        // Positions have no gaps but the one that trimming leaves at the beginning.
        const auto position = static_cast<uint64_t>(run.Integer(0));
        if (entries.empty() && position != after + 1) return ChangesTrimmed(after, position);
        LIFEBOAT_ASSIGN_OR_RETURN(LoggedTransaction logged, LoggedTransactionFromJson(run.Text(5)));
        entries.push_back({position, static_cast<uint64_t>(run.Integer(1)), run.Integer(2),
                           std::string(run.Text(3)), std::string(run.Text(4)), std::move(logged.changes),
                           std::move(logged.principal)});
      }
      if (!entries.empty()) return entries;
      LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, ReadState(reader));
      if (after + 1 < state.first_position) return ChangesTrimmed(after, state.first_position);
      return entries;
    });
  }

  Status TrimChangeLog(uint64_t before_position) override {
    return writer_.Run(
        [&](SqliteTransactions& transactions) { return transactions.TrimChangeLog(before_position); });
  }

  Result<uint64_t> ChangeLogBytes(uint64_t first_position, uint64_t last_position) override {
    return Read<uint64_t>([&](Reader& reader) -> Result<uint64_t> {
      SqliteRun run(*reader.database, reader.log_bytes);
      LIFEBOAT_RETURN_IF_ERROR(run.Bind(1, first_position).Bind(2, last_position).Step().status());
      return static_cast<uint64_t>(run.Integer(0));
    });
  }

  Result<std::optional<IdempotencyRecord>> FindIdempotencyRecord(const std::string& key) override {
    using Found = std::optional<IdempotencyRecord>;
    return Read<Found>([&](Reader& reader) -> Result<Found> {
      SqliteRun run(*reader.database, reader.find_idempotency);
      LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Bind(1, key).Step());
      if (!found) return Found();
      return Found(IdempotencyRecord{key, std::string(run.Text(0)), static_cast<int>(run.Integer(1)),
                                     std::string(run.Text(2)), run.Integer(3)});
    });
  }

  Status RecordIdempotency(const IdempotencyRecord& record) override {
    return writer_.Run(
        [&](SqliteTransactions& transactions) { return transactions.RecordIdempotency(record); });
  }

  Status RemoveExpiredIdempotencyRecords(int64_t now_micros) override {
    return writer_.Run([&](SqliteTransactions& transactions) {
      return transactions.RemoveExpiredIdempotencyRecords(now_micros);
    });
  }

  Result<std::vector<PendingMetadataFile>> PendingMetadataFiles(size_t limit, PendingDetail detail) override {
    return Read<std::vector<PendingMetadataFile>>([&](Reader& reader)
                                                      -> Result<std::vector<PendingMetadataFile>> {
      std::vector<PendingMetadataFile> files;
      SqliteRun run(*reader.database, reader.pending_files);
      run.Bind(1, static_cast<int64_t>(limit)).Bind(2, detail == PendingDetail::kMetadata ? 1 : 0);
      for (;;) {
        LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
        if (!found) return files;
        LIFEBOAT_ASSIGN_OR_RETURN(std::string json, FromStoredMetadata(run.Bytes(2)));
        files.push_back({static_cast<uint64_t>(run.Integer(0)), std::string(run.Text(1)), std::move(json)});
      }
    });
  }

  Status ForgetPendingMetadataFiles(const std::vector<uint64_t>& ids) override {
    if (ids.empty()) return Status::Ok();
    return writer_.Run(
        [&](SqliteTransactions& transactions) { return transactions.ForgetPendingMetadataFiles(ids); });
  }

  Status ReadImage(ImageSink& sink) override {
    // A connection of its own, closed afterwards: it may be in a transaction for long.
    LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<SqliteDatabase> database,
                              SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadOnly));
    return ReadSqliteImage(*database, sink);
  }

  Status WriteImage(ImageSource& source) override {
    return writer_.Run([&](SqliteTransactions& transactions) { return transactions.WriteImage(source); });
  }

 private:
  static Result<StoreState> ReadState(Reader& reader) {
    SqliteRun run(*reader.database, reader.state);
    LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
    if (!found) return Status::Corruption("catalog store: its state row is missing");
    return StoreState{.epoch = static_cast<uint64_t>(run.Integer(0)),
                      .last_position = static_cast<uint64_t>(run.Integer(1)),
                      .first_position = static_cast<uint64_t>(run.Integer(2)),
                      .records_version = static_cast<uint64_t>(run.Integer(3))};
  }

  static Status CheckNamespace(Reader& reader, const Namespace& name_space) {
    const std::string path = EncodeNamespace(name_space);
    SqliteRun run(*reader.database, reader.namespace_exists);
    LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Bind(1, path).Step());
    return found ? Status::Ok() : NoSuchNamespace(name_space);
  }

  // Runs `query` on a connection of its own.
  template <typename T, typename Query>
  Result<T> Read(const Query& query) {
    LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader, BorrowReader());
    Result<T> result = query(*reader);
    MutexLock lock(mutex_);
    idle_readers_.push_back(std::move(reader));
    return result;
  }

  Result<std::unique_ptr<Reader>> BorrowReader() {
    {
      MutexLock lock(mutex_);
      if (!idle_readers_.empty()) {
        std::unique_ptr<Reader> reader = std::move(idle_readers_.back());
        idle_readers_.pop_back();
        return reader;
      }
    }
    LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteDatabase> database,
                              SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadOnly));
    LIFEBOAT_RETURN_IF_ERROR(database->Execute("PRAGMA cache_size = -8000"));
    return std::make_unique<Reader>(std::move(database));
  }

  const std::string path_;
  const Clock& clock_;
  Mutex mutex_;
  // One per thread that ever read at the same time as others; the most recently used one is on top.
  std::vector<std::unique_ptr<Reader>> idle_readers_ GUARDED_BY(mutex_);
  const std::unique_ptr<SqliteChangeCounter> changes_;
  SqliteWriter writer_;
};

}  // namespace

Result<std::unique_ptr<CatalogStore>> OpenSqliteCatalogStore(const std::string& path, const Clock& clock) {
  LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteDatabase> database,
                            SqliteDatabase::Open(path, SqliteDatabase::Mode::kReadWrite));
  LIFEBOAT_RETURN_IF_ERROR(database->Execute("PRAGMA journal_mode = WAL"));
  LIFEBOAT_RETURN_IF_ERROR(database->Execute("PRAGMA synchronous = FULL"));
  // Checkpoints run in the writing thread; rarer ones with more pages write each hot page once instead of
  // many times.
  LIFEBOAT_RETURN_IF_ERROR(database->Execute("PRAGMA wal_autocheckpoint = 8000"));
  LIFEBOAT_RETURN_IF_ERROR(database->Execute("PRAGMA cache_size = -64000"));
  // What a savepoint needs to be undone stays in memory; SQLite would put all but a little of it into a file.
  LIFEBOAT_RETURN_IF_ERROR(database->Execute("PRAGMA temp_store = MEMORY"));
  LIFEBOAT_RETURN_IF_ERROR(MigrateSqliteCatalogStore(*database, path));
  LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteChangeCounter> changes, SqliteChangeCounter::Open(path));
  return std::make_unique<SqliteCatalogStore>(path, std::move(database), std::move(changes), clock);
}

}  // namespace lifeboat::catalog
