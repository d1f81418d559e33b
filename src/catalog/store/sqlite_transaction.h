// SqliteTransactions: what one Transaction does to the rows of the SQLite store.
//
// Runs on the writing connection inside a transaction that its caller began, and leaves commit and rollback
// to it: an error means the caller must roll back to where it was before.
#ifndef LIFEBOAT_CATALOG_STORE_SQLITE_TRANSACTION_H_
#define LIFEBOAT_CATALOG_STORE_SQLITE_TRANSACTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/api/change_log.h"
#include "catalog/store/catalog_store.h"
#include "catalog/store/sqlite_database.h"
#include "catalog/store/sqlite_places.h"

namespace lifeboat::catalog {

class SqliteTransactions {
 public:
  explicit SqliteTransactions(SqliteDatabase& database) : database_(database), places_(database) {}

  // Metadata in it is stored metadata (stored_metadata.h).
  Result<Applied> Apply(const Transaction& transaction, int64_t now_micros);
  Status RaiseEpoch(uint64_t epoch);
  Status RecordIdempotency(const IdempotencyRecord& record);
  Status RemoveExpiredIdempotencyRecords(int64_t now_micros);
  Status TrimChangeLog(uint64_t before_position);
  Status ForgetPendingMetadataFiles(const std::vector<uint64_t>& ids);
  Status WriteImage(ImageSource& source);

 private:
  struct CurrentTable {
    uint64_t version = 0;
    int64_t metadata_id = 0;
    std::string uuid;
    std::string metadata_location;
  };
  // Where a change stands in its transaction.
  struct Place {
    uint64_t position = 0;
    size_t index = 0;
    bool places_may_overlap = false;
  };

  Status CheckEpochAndAllotPosition(uint64_t epoch, int64_t now_micros, Applied* applied);
  Status AppendToLog(const Transaction& transaction, const Applied& applied,
                     const std::vector<LoggedChange>& changes);

  Result<LoggedChange> Run(const CreateNamespaceChange& change, Place place);
  Result<LoggedChange> Run(const UpdateNamespaceChange& change, Place place);
  Result<LoggedChange> Run(const DropNamespaceChange& change, Place place);
  Result<LoggedChange> Run(const CreateTableChange& change, Place place);
  Result<LoggedChange> Run(const CommitTableChange& change, Place place);
  Result<LoggedChange> Run(const RenameTableChange& change, Place place);
  Result<LoggedChange> Run(const DropTableChange& change, Place place);
  Result<LoggedChange> Run(const PutRecordChange& change, Place place);
  Result<LoggedChange> Run(const DeleteRecordChange& change, Place place);

  // The record's version; 0 when there is none.
  Result<uint64_t> RecordVersion(const std::string& key);
  Result<LoggedChange> LoggedRecord(ChangeKind kind, const std::string& key, Place place);
  Result<bool> NamespaceExists(const std::string& path);
  // What has the name, or nothing; kNotFound when its namespace does not exist.
  Result<std::optional<ObjectKind>> HolderOf(const TableIdentifier& identifier);
  Result<CurrentTable> Current(const TableIdentifier& identifier, ObjectKind object);
  // `pending`: the store keeps the bytes until the file is known to be durable.
  Result<int64_t> StoreMetadata(Place place, const std::string& uuid, const std::string& location,
                                const std::string& stored, bool pending);
  // Gives the table these places in place of those it has; kInvalidArgument when another has one.
  Status MoveTo(const TableIdentifier& identifier, const std::vector<std::string>& places, Place place);
  // The metadata is no table's any more: its bytes go now, or when its file is durable.
  Status Supersede(int64_t metadata_id);

  SqliteDatabase& database_;
  SqlitePlaces places_;
  SqliteStatement find_idempotency_{
      "SELECT fingerprint, status, body, expires_micros FROM idempotency WHERE key = ?1"};
  SqliteStatement insert_idempotency_{
      "INSERT INTO idempotency VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING"};
  SqliteStatement expire_idempotency_{"DELETE FROM idempotency WHERE expires_micros < ?1"};
  SqliteStatement allot_position_{
      "UPDATE catalog_state SET last_position = last_position + 1, last_micros = max(last_micros, ?1) "
      "WHERE id = 1 AND epoch = ?2 RETURNING last_position, last_micros"};
  SqliteStatement read_epoch_{"SELECT epoch FROM catalog_state WHERE id = 1"};
  SqliteStatement raise_epoch_{"UPDATE catalog_state SET epoch = ?1 WHERE id = 1 AND epoch <= ?1"};
  SqliteStatement append_log_{"INSERT INTO change_log VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
  SqliteStatement trim_log_{
      "DELETE FROM change_log WHERE position < ?1 AND position < (SELECT max(position) FROM change_log)"};
  SqliteStatement find_namespace_{"SELECT 1 FROM namespaces WHERE path = ?1"};
  SqliteStatement insert_namespace_{"INSERT INTO namespaces VALUES (?1, ?2, ?3, ?4)"};
  SqliteStatement update_namespace_{
      "UPDATE namespaces SET properties = ?2, version = ?3 WHERE path = ?1 AND version = ?4"};
  SqliteStatement namespace_in_use_{
      "SELECT EXISTS (SELECT 1 FROM namespaces WHERE parent = ?1) OR EXISTS (SELECT 1 FROM tables WHERE "
      "namespace = ?1)"};
  SqliteStatement delete_namespace_{"DELETE FROM namespaces WHERE path = ?1"};
  SqliteStatement find_kind_{"SELECT kind FROM tables WHERE namespace = ?1 AND name = ?2"};
  SqliteStatement find_table_{
      "SELECT t.version, t.metadata_id, t.uuid, m.location FROM tables t JOIN metadata_files m ON m.id = "
      "t.metadata_id "
      "WHERE t.namespace = ?1 AND t.name = ?2 AND t.kind = ?3"};
  SqliteStatement insert_table_{"INSERT INTO tables VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
  SqliteStatement update_table_{
      "UPDATE tables SET uuid = ?3, metadata_id = ?4, version = ?5 WHERE namespace = ?1 AND name = ?2"};
  SqliteStatement rename_table_{
      "UPDATE tables SET namespace = ?3, name = ?4, version = ?5 WHERE namespace = ?1 AND name = ?2"};
  SqliteStatement delete_table_{"DELETE FROM tables WHERE namespace = ?1 AND name = ?2"};
  SqliteStatement record_version_{"SELECT version FROM records WHERE key = ?1"};
  SqliteStatement put_record_{"INSERT OR REPLACE INTO records VALUES (?1, ?2, ?3)"};
  SqliteStatement delete_record_{"DELETE FROM records WHERE key = ?1"};
  SqliteStatement touch_records_{"UPDATE catalog_state SET records_version = ?1 WHERE id = 1"};
  SqliteStatement insert_metadata_{"INSERT INTO metadata_files VALUES (?1, ?2, ?3)"};
  SqliteStatement delete_metadata_{"DELETE FROM metadata_files WHERE id = ?1"};
  SqliteStatement insert_pending_{"INSERT INTO pending_files VALUES (?1, ?2, 0)"};
  SqliteStatement supersede_pending_{"UPDATE pending_files SET superseded = 1 WHERE metadata_id = ?1"};
  SqliteStatement delete_superseded_{
      "DELETE FROM metadata_files WHERE id = ?1 AND "
      "EXISTS (SELECT 1 FROM pending_files WHERE metadata_id = ?1 AND superseded = 1)"};
  SqliteStatement delete_pending_{"DELETE FROM pending_files WHERE metadata_id = ?1"};
  // Tables that were registered twice share a uuid: those that live have files that are not superseded.
  SqliteStatement delete_metadata_of_uuid_{
      "DELETE FROM metadata_files WHERE id IN "
      "(SELECT metadata_id FROM pending_files WHERE uuid = ?1 AND superseded = 1)"};
  SqliteStatement delete_pending_of_uuid_{"DELETE FROM pending_files WHERE uuid = ?1 AND superseded = 1"};
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_SQLITE_TRANSACTION_H_
