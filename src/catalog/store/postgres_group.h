// PostgresGroup: what a group of waiting writes does to the PostgreSQL store, in one database transaction and
// two round trips however many they are.
//
//   1. Begin() sends the new metadata, locks the state row — which admits one group at a time, across all
//   servers —
//      and reads the rows that the writes name.
//   2. Evaluate() runs the writes one after another on those rows in memory; one that is refused leaves no
//   trace.
//   3. SendWrites() queues what all of them changed. The caller commits.
//
// Metadata goes first so that the time the row is locked does not depend on its size; that of a refused write
// is deleted again. Nobody else can change rows between 1 and 3, because every write of every server locks
// the state row first and each statement sees what was committed before it.
#ifndef LIFEBOAT_CATALOG_STORE_POSTGRES_GROUP_H_
#define LIFEBOAT_CATALOG_STORE_POSTGRES_GROUP_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "catalog/api/change_log.h"
#include "catalog/store/catalog_store.h"
#include "catalog/store/postgres_connection.h"

namespace lifeboat::catalog {

struct RaiseEpochWrite {
  uint64_t epoch = 0;
};
struct ExpireIdempotencyWrite {
  int64_t now_micros = 0;
};
struct ForgetFilesWrite {
  const std::vector<uint64_t>* ids = nullptr;
};
struct TrimLogWrite {
  uint64_t before_position = 0;
};
// Pointers belong to the waiting caller.
using PostgresWrite = std::variant<const Transaction*, const IdempotencyRecord*, RaiseEpochWrite,
                                   ExpireIdempotencyWrite, ForgetFilesWrite, TrimLogWrite>;

class PostgresGroup {
 public:
  using TableKey = std::pair<std::string, std::string>;  // encoded namespace, name

  // `holder`: names the server, for reservations.
  PostgresGroup(std::vector<PostgresWrite> writes, std::string holder);

  Status Begin(PostgresConnection& connection);
  void Evaluate(int64_t now_micros);
  // Tables whose commits were refused because another was faster, and those that were committed to.
  const std::vector<TableKey>& outrun() const { return outrun_; }
  const std::vector<TableKey>& committed() const { return committed_; }
  // Keeps other servers from committing to the table until this one has, or for 0.3 s.
  void Reserve(const TableKey& table) { reserved_.push_back(table); }
  // False when nothing is to be written: roll back.
  bool HasEffects() const { return has_effects_ || !reserved_.empty(); }
  void SendWrites(PostgresConnection& connection);

  // Write `index` was refused because a table is reserved for another server: trying again at once is of no
  // use.
  bool MustAwaitTurn(size_t index) const { return awaits_turn_[index]; }
  // Of write `index`, valid once the group is committed (or has no effects).
  Result<Applied> ResultOf(size_t index) const { return results_[index]; }

  // How the outcome of a commit that went unanswered shows: the log holds this transaction at this position.
  struct LogMark {
    uint64_t position = 0;
    std::string transaction_id;
  };
  const std::optional<LogMark>& log_mark() const { return log_mark_; }

 private:
  struct NamespaceRow {
    std::string properties;
    uint64_t version = 0;
    bool operator==(const NamespaceRow&) const = default;
  };
  struct TableRow {
    ObjectKind kind = ObjectKind::kTable;
    std::string uuid;
    int64_t metadata_id = 0;
    std::string metadata_location;
    uint64_t version = 0;
    bool operator==(const TableRow&) const = default;
  };
  struct RecordRow {
    std::string_view value;  // of the change that put it; empty when it is as stored
    uint64_t version = 0;
    bool operator==(const RecordRow&) const = default;
  };
  template <typename Row>
  struct Slot {
    std::optional<Row> stored;   // in the database
    std::optional<Row> current;  // after the writes so far
  };
  struct PlacesSlot {
    std::vector<std::string> stored;   // sorted
    std::vector<std::string> current;  // sorted
  };
  // Metadata that Begin() inserted.
  struct SentMetadata {
    std::string_view location;
    std::string_view content;
    int64_t id = 0;
    std::string uuid;
    bool kept = false;
    bool pending = false;
    bool superseded = false;
  };
  // Where a change stands.
  struct Place {
    uint64_t position = 0;
    SentMetadata* metadata = nullptr;  // of a change that brings some
    bool places_may_overlap = false;
  };

  void CollectKeys(const Transaction& transaction);
  void CollectKeys(const TableIdentifier& identifier);
  void SendReads(PostgresConnection& connection);
  Status TakeReads(const std::vector<PostgresRows>& rows);
  // postgres_group_places.cc
  void CollectPlaces(const Transaction& transaction);
  void SendPlaceReads(PostgresConnection& connection);
  void TakePlaceReads(const std::vector<PostgresRows>& rows, size_t next);
  void SendPlaces(PostgresConnection& connection);
  Status MoveTo(const TableKey& key, std::vector<std::string> places, Place place);
  void SetPlaces(const TableKey& key, std::vector<std::string> places);
  bool IsTaken(const std::string& place, const TableKey& except) const;

  void SendReservations(PostgresConnection& connection);
  void SendNamespaces(PostgresConnection& connection);
  void SendTables(PostgresConnection& connection);
  void SendMetadata(PostgresConnection& connection);
  void SendLog(PostgresConnection& connection);
  void SendRecords(PostgresConnection& connection);
  void SendIdempotency(PostgresConnection& connection);

  Result<Applied> Evaluate(const PostgresWrite& write, int64_t now_micros);
  Result<Applied> Apply(const Transaction& transaction, int64_t now_micros);
  Result<Applied> RaiseEpoch(uint64_t epoch);
  Result<Applied> RecordIdempotency(const IdempotencyRecord& record);

  Result<LoggedChange> Run(const CreateNamespaceChange& change, Place place);
  Result<LoggedChange> Run(const UpdateNamespaceChange& change, Place place);
  Result<LoggedChange> Run(const DropNamespaceChange& change, Place place);
  Result<LoggedChange> Run(const CreateTableChange& change, Place place);
  Result<LoggedChange> Run(const CommitTableChange& change, Place place);
  Result<LoggedChange> Run(const RenameTableChange& change, Place place);
  Result<LoggedChange> Run(const DropTableChange& change, Place place);
  Result<LoggedChange> Run(const PutRecordChange& change, Place place);
  Result<LoggedChange> Run(const DeleteRecordChange& change, Place place);

  const NamespaceRow* FindNamespace(const std::string& path) const;
  const TableRow* FindTable(const TableIdentifier& identifier) const;
  Result<TableRow> Current(const TableIdentifier& identifier, ObjectKind object) const;
  // What has the name, or null; kNotFound when its namespace does not exist.
  Result<const TableRow*> HolderOf(const TableIdentifier& identifier) const;
  bool HasChildren(const std::string& path) const;
  void Keep(SentMetadata& metadata, const std::string& uuid, bool pending);
  void Supersede(int64_t metadata_id);
  void Purge(const std::string& uuid);
  // Changes a value of this group so that a refused transaction's changes can be taken back.
  template <typename T>
  void Assign(T& target, T value);
  template <typename T>
  void Append(std::vector<T>& target, T value);
  void UndoAll();

  std::vector<PostgresWrite> writes_;
  const std::string holder_;
  std::vector<Result<Applied>> results_;
  std::vector<bool> awaits_turn_;

  // State row.
  uint64_t epoch_ = 0;
  uint64_t position_ = 0;
  int64_t micros_ = 0;
  uint64_t records_version_ = 0;

  std::map<std::string, Slot<NamespaceRow>> namespaces_;
  std::map<TableKey, Slot<TableRow>> tables_;
  std::map<std::string, Slot<RecordRow>> records_;
  // Places, where a write of the group changes some: those of the tables above, whose they are now, and
  // whether one that is asked for overlaps that of another table.
  bool changes_places_ = false;
  std::map<TableKey, PlacesSlot> places_;
  std::map<std::string, std::vector<TableKey>> place_holders_;
  std::map<std::string, bool> taken_elsewhere_;
  std::map<std::string, Slot<IdempotencyRecord>> idempotency_;
  enum class Holder { kThisServer, kAnotherServer };
  std::map<TableKey, Holder> reservations_;  // that there are
  // Namespaces to be dropped: whether they hold anything that is not in the maps above.
  std::map<std::string, bool> other_children_;
  std::vector<SentMetadata> metadata_;
  std::map<int64_t, SentMetadata*> metadata_by_id_;
  size_t next_metadata_ = 0;  // of the next transaction to be evaluated

  std::vector<std::function<void()>> undo_;  // of the transaction being evaluated

  bool met_reservation_ = false;  // of another server, by the write being evaluated
  std::vector<TableKey> outrun_;
  std::vector<TableKey> committed_;
  std::vector<TableKey> reserved_;
  std::vector<int64_t> superseded_;
  std::vector<std::string> purged_uuids_;
  struct LogRow {
    uint64_t position;
    uint64_t epoch;
    int64_t micros;
    const Transaction* transaction;
    std::string changes;
  };
  std::vector<LogRow> log_;
  std::optional<int64_t> expire_before_micros_;
  std::vector<int64_t> forgotten_files_;
  uint64_t trim_before_ = 0;
  bool has_effects_ = false;
  std::optional<LogMark> log_mark_;
};

template <typename T>
void PostgresGroup::Assign(T& target, T value) {
  undo_.push_back([&target, before = std::move(target)]() mutable { target = std::move(before); });
  target = std::move(value);
}

template <typename T>
void PostgresGroup::Append(std::vector<T>& target, T value) {
  undo_.push_back([&target] { target.pop_back(); });
  target.push_back(std::move(value));
}

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_POSTGRES_GROUP_H_
