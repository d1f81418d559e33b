// CatalogStore: the durable state of a catalog — namespaces, tables, views, the change log, idempotency
// records — and the one place where its order is decided.
//
// Every write is a Transaction of one or more changes. Apply() runs it as one atomic, durable step that
//   1. compares the transaction's epoch with the store's own (kFenced when they differ),
//   2. compares each object's version with the one the change was made from (kConflict when it moved on),
//   3. moves the pointers and stores the new metadata itself,
//   4. keeps the places of tables apart (catalog/api/table_places.h): none may overlap another table's,
//   5. appends exactly one change-log entry, and
//   6. records the idempotency key with the answer to repeat.
// When Apply returns a value, the transaction survives a power cut. When it returns an error, nothing of it
// happened — except kCommitStateUnknown, which means what it says. Independent transactions share a durable
// write (group commit).
//
// An object's version is the change-log position that last touched it: it never repeats, also when a table is
// dropped and made anew, so a cached copy is current exactly when its version is. Metadata is opaque here: a
// JSON text, the location it is published under, and the table's uuid.
//
// Implementations: SqliteCatalogStore, PostgresCatalogStore. All pass
// tests/conformance/catalog_store_conformance.h. Thread-safe. Errors carry the protocol's type
// (catalog/api/catalog_error.h). kUnavailable: nothing was done, try again; kResourceExhausted: the disk is
// full, nothing was done; kCorruption: the store is damaged.
#ifndef LIFEBOAT_CATALOG_STORE_CATALOG_STORE_H_
#define LIFEBOAT_CATALOG_STORE_CATALOG_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "catalog/api/change_log.h"
#include "catalog/api/identifier.h"

namespace lifeboat::catalog {

// A slice of a listing, in the order of encoded names.
struct PageRequest {
  std::string after;  // the encoded name (EncodeNamespace, or a table's) it begins behind; empty: from the start
  size_t limit = 0;   // 0: everything
};

template <typename T>
struct Page {
  std::vector<T> items;
  std::string next;  // where the next slice begins, as in PageRequest::after; empty: this was the last slice
};

struct NamespaceRecord {
  Namespace name_space;
  Properties properties;
  uint64_t version = 0;
};

// A table or a view.
struct TableRecord {
  TableIdentifier identifier;
  std::string uuid;
  std::string metadata_location;
  std::shared_ptr<const std::string> metadata_json;  // null when the caller knows this version
  uint64_t version = 0;
};

// Who has what was asked for.
struct PlaceHolder {
  TableIdentifier identifier;  // a table or view
  std::string place;           // the one asked for that overlaps one of its own
  bool operator==(const PlaceHolder&) const = default;
};

struct StoreRecord {
  std::string key;
  std::string value;
  uint64_t version = 0;
};

struct CreateNamespaceChange {
  Namespace name_space;
  Properties properties;
};
struct UpdateNamespaceChange {
  Namespace name_space;
  uint64_t expected_version = 0;
  Properties properties;  // all of them, replacing what was there
};
struct DropNamespaceChange {  // kFailedPrecondition while it holds a table, view or namespace
  Namespace name_space;
};
struct CreateTableChange {  // kNotFound without its namespace, kAlreadyExists when a table or view has the
                            // name
  ObjectKind object = ObjectKind::kTable;
  TableIdentifier identifier;
  std::string uuid;
  std::string metadata_location;
  std::string metadata_json;
  bool file_is_durable = false;          // or was there before (register): a restart need not restore it
  std::vector<std::string> places = {};  // kInvalidArgument when one overlaps another table's or view's
};
struct CommitTableChange {
  ObjectKind object = ObjectKind::kTable;
  TableIdentifier identifier;
  uint64_t expected_version = 0;
  std::string uuid;
  std::string metadata_location;
  std::string metadata_json;
  // Instead of expected_version, which is 0 then: the change was made from a version that is queued for the
  // store and has no number yet.
  std::string expected_metadata_location = {};
  bool file_is_durable = false;                         // as CreateTableChange's
  std::optional<std::vector<std::string>> places = {};  // when they change; as CreateTableChange's
};
struct RenameTableChange {  // as CreateTableChange for the new name
  ObjectKind object = ObjectKind::kTable;
  TableIdentifier identifier;
  TableIdentifier renamed_to;
};
struct DropTableChange {
  ObjectKind object = ObjectKind::kTable;
  TableIdentifier identifier;
  bool purge =
      false;  // recorded in the log; metadata files of the table are no longer restored after a crash
  std::optional<uint64_t> expected_version;  // kConflict when the object is in another
};
// A record is a small document about the catalog as a whole rather than one table: an access grant, a job
// under way. Its key is a path, "access/role/analyst"; its value is text, opaque here.
struct PutRecordChange {  // kConflict when the record is not in `expected_version`
  std::string key;
  std::string value;
  std::optional<uint64_t> expected_version;  // 0: it must not exist yet; none: whatever it is
  bool secret = false;                       // the change log names the key alone
};
struct DeleteRecordChange {  // kNotFound, kConflict
  std::string key;
  std::optional<uint64_t> expected_version;
};
using Change =
    std::variant<CreateNamespaceChange, UpdateNamespaceChange, DropNamespaceChange, CreateTableChange,
                 CommitTableChange, RenameTableChange, DropTableChange, PutRecordChange, DeleteRecordChange>;

// What was answered to a request that carried an idempotency key, to be answered again.
struct IdempotencyRecord {
  std::string key;
  std::string request_fingerprint;  // of method, path and body: a key reused for another request is an error
  int http_status = 0;
  std::string response_body;
  int64_t expires_micros = 0;
  bool operator==(const IdempotencyRecord&) const = default;
};

struct Transaction {
  uint64_t epoch = 0;
  std::string id;  // UUIDv7
  std::vector<Change> changes;
  std::optional<IdempotencyRecord> idempotency;
  bool places_may_overlap = false;  // they are kept, but not compared
  std::string principal;            // who asks for it, for the change log; may be empty
};

struct Applied {
  uint64_t position = 0;  // of the change-log entry, and the new version of every object it touched
  int64_t committed_micros = 0;
  // Set when the key was used before: nothing was done now, and this is the earlier answer.
  std::optional<IdempotencyRecord> replay;
};

// A metadata.json that was published without waiting for the disk.
struct PendingMetadataFile {
  uint64_t id = 0;
  std::string location;
  std::string metadata_json;
};

struct StoreState {
  uint64_t epoch = 0;
  uint64_t last_position = 0;  // 0: no transaction yet
  // Of the oldest entry the change log still holds; last_position + 1 when it holds none.
  uint64_t first_position = 1;
  uint64_t records_version = 0;  // the position that last put or deleted a record
};

class ImageSink;    // catalog/store/store_image.h
class ImageSource;  // there, too

class CatalogStore {
 public:
  virtual ~CatalogStore() = default;

  // `queued`, unless empty, is called once, before Apply returns, as soon as every Apply that begins after
  // the call is ordered behind this one: a change made from this transaction's may be queued from then on. A
  // transaction that ends in an error may never call it. Nothing of the transaction is made durable before it
  // has returned, and nothing at all when it returns an error, which is Apply's then: what must exist before
  // the transaction does, and takes less time than it, can be made there. It must not call the store.
  using Queued = std::function<Status()>;
  virtual Result<Applied> Apply(Transaction transaction, const Queued& queued) = 0;
  Result<Applied> Apply(Transaction transaction) { return Apply(std::move(transaction), nullptr); }

  // The direct children of `parent`; {} lists the top level. kNotFound when `parent` does not exist.
  virtual Result<Page<Namespace>> ListNamespaces(const Namespace& parent, const PageRequest& page) = 0;
  virtual Result<NamespaceRecord> LoadNamespace(const Namespace& name_space) = 0;
  // kNotFound when the namespace does not exist.
  virtual Result<Page<TableIdentifier>> ListTables(const Namespace& name_space, ObjectKind object,
                                                   const PageRequest& page) = 0;
  // Leaves metadata_json null when the table's version is `known_version`: how a cache asks whether it is
  // current.
  virtual Result<TableRecord> LoadTable(const TableIdentifier& identifier, ObjectKind object,
                                        uint64_t known_version = 0) = 0;

  // One that has a place which overlaps one of `places`, other than `except`. What it says may be out of date
  // when it is used: Apply() looks again.
  virtual Result<std::optional<PlaceHolder>> FindPlaceHolder(const std::vector<std::string>& places,
                                                             const TableIdentifier& except) = 0;

  // The tables with this uuid, in the order of encoded names: more than one when metadata was registered
  // twice. Looks at every table.
  virtual Result<std::vector<TableIdentifier>> FindTables(const std::string& uuid) = 0;

  // The records whose key starts with `prefix`, by key.
  virtual Result<std::vector<StoreRecord>> ListRecords(const std::string& prefix) = 0;

  // A number that stays the same as long as nothing is committed to the store, by this process or another
  // one; read from memory. Nothing when that is not known at the moment, or never for this kind of store.
  virtual std::optional<uint64_t> ChangeCount() const { return std::nullopt; }

  // LoadTable answers from this machine, in microseconds: an I/O thread may call it.
  virtual bool ReadsAreLocal() const = 0;

  virtual Result<StoreState> State() = 0;
  // Moves the store to a later term; kFenced when it is in a later one already. Naming the present term is no
  // change.
  virtual Status RaiseEpoch(uint64_t epoch) = 0;
  // Entries with position > `after`, in order and without a gap. ChangesTrimmed (kNotFound) when the entry
  // behind `after` is no longer kept.
  virtual Result<std::vector<ChangeLogEntry>> ReadChangeLog(uint64_t after, size_t limit) = 0;
  // Forgets entries with position < `before_position`, never the last one; forgetting what is gone succeeds.
  // One call is one write: take small steps.
  virtual Status TrimChangeLog(uint64_t before_position) = 0;
  // Bytes that the entries first … last take in the store.
  virtual Result<uint64_t> ChangeLogBytes(uint64_t first_position, uint64_t last_position) = 0;

  virtual Result<std::optional<IdempotencyRecord>> FindIdempotencyRecord(const std::string& key) = 0;
  // For an answer that changed nothing (a deterministic 4xx); kAlreadyExists when the key was used meanwhile.
  virtual Status RecordIdempotency(const IdempotencyRecord& record) = 0;
  virtual Status RemoveExpiredIdempotencyRecords(int64_t now_micros) = 0;

  // Metadata files not yet known to be durable, oldest first; see catalog/store/metadata_files.h.
  // kLocation leaves metadata_json empty.
  enum class PendingDetail { kMetadata, kLocation };
  virtual Result<std::vector<PendingMetadataFile>> PendingMetadataFiles(
      size_t limit, PendingDetail detail = PendingDetail::kMetadata) = 0;
  // They are durable now (or their table was purged): their bytes need not be kept for a restart.
  virtual Status ForgetPendingMetadataFiles(const std::vector<uint64_t>& ids) = 0;

  // Everything the store holds, as it was at one moment.
  virtual Status ReadImage(ImageSink& sink) = 0;
  // Makes a store to which nothing was ever written (kFailedPrecondition otherwise) what the image says, in
  // one transaction; versions, positions and the epoch are the image's.
  virtual Status WriteImage(ImageSource& source) = 0;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_CATALOG_STORE_H_
