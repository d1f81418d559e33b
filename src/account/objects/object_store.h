// ObjectStore: keeps an account's objects and grants in an SQLite file, and serves them as snapshots.
//
// All changes of one SQL statement go through one Transaction: after Commit() they are on disk (WAL,
// synchronous=FULL) and in the next Snapshot; without Commit(), or after a crash before it returned, none of
// them is.
//
// Errors: kAlreadyExists (name taken), kNotFound, kFailedPrecondition (dropping a system role), kUnavailable
// (another process has the file open), kCorruption, kResourceExhausted (disk full). Thread-safe; transactions
// exclude one another.
#ifndef LIFEBOAT_ACCOUNT_OBJECTS_OBJECT_STORE_H_
#define LIFEBOAT_ACCOUNT_OBJECTS_OBJECT_STORE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account/objects/object.h"
#include "account/objects/snapshot.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"

namespace lifeboat::account {

class SqliteFile;
class Transaction;

class ObjectStore {
 public:
  // Opens or creates `path`. A new account has the system roles (ACCOUNTADMIN, SYSADMIN, SECURITYADMIN,
  // USERADMIN, PUBLIC), their hierarchy and their global privileges, and no user.
  static Result<std::unique_ptr<ObjectStore>> Open(const std::string& path, Clock& clock);
  ~ObjectStore();

  std::shared_ptr<const Snapshot> Current() const;

  // Waits for the transaction before. REQUIRES: this thread has none open.
  std::unique_ptr<Transaction> Begin();

  // What a linked table's catalog last said, kept so that the table answers while the catalog is down. Not
  // part of snapshots; dropped with the table.
  struct LinkedMetadata {
    std::string metadata_location;
    std::string metadata_json;
  };
  Result<std::optional<LinkedMetadata>> ReadLinkedMetadata(ObjectId table) const;
  Status WriteLinkedMetadata(ObjectId table, const LinkedMetadata& metadata);

 private:
  friend class Transaction;
  ObjectStore(std::unique_ptr<SqliteFile> file, Clock& clock);
  Status Load();
  Status Bootstrap();

  Clock& clock_;
  Mutex writer_;  // held by the open transaction
  std::unique_ptr<SqliteFile> file_;
  mutable Mutex file_mutex_;  // the SQLite connection; inside writer_
  mutable Mutex mutex_;
  std::shared_ptr<const Snapshot> current_ GUARDED_BY(mutex_);
};

class Transaction {
 public:
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // The account with the changes made so far.
  const Snapshot& view() const { return *working_; }

  // Stores a new object (its id and, if zero, its creation time are chosen here) and makes the future grants
  // of its containers true for it: those of the schema, and for privileges of kinds the schema says nothing
  // about, those of the database.
  Result<ObjectId> Create(Object object);
  // Replaces the object of that id; its kind stays.
  Status Update(Object object);
  // Drops it with everything in it and all grants on or to it.
  Status Drop(ObjectId id);

  // Granting what is granted already changes nothing but adds the grant option if asked.
  void AddGrant(const Grant& grant);
  bool RemoveGrant(const std::string& privilege, ObjectId object, ObjectId grantee);
  void AddRoleGrant(ObjectId role, ObjectId grantee, ObjectId granted_by);
  bool RemoveRoleGrant(ObjectId role, ObjectId grantee);
  void AddFutureGrant(const FutureGrant& grant);
  bool RemoveFutureGrant(const std::string& privilege, ObjectKind kind, ObjectId container, ObjectId grantee);
  // Drops every grant on the object (GRANT OWNERSHIP … REVOKE CURRENT GRANTS).
  void RemoveGrantsOn(ObjectId object);

  Status Commit();

 private:
  friend class ObjectStore;
  explicit Transaction(ObjectStore& store);
  void ApplyFutureGrants(const Object& object);
  void Write(std::function<Status(SqliteFile&)> change) { changes_.push_back(std::move(change)); }

  ObjectStore& store_;
  std::shared_ptr<Snapshot> working_;
  std::vector<std::function<Status(SqliteFile&)>> changes_;
  ObjectId next_id_;
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_OBJECTS_OBJECT_STORE_H_
