#include "account/objects/object_store.h"

#include <algorithm>
#include <set>

#include "account/objects/object_json.h"
#include "account/objects/privileges.h"
#include "account/objects/sqlite_file.h"

namespace lifeboat::account {
namespace {

constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS objects(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, parent INTEGER NOT NULL, name TEXT NOT NULL, owner INTEGER NOT NULL,
  created_micros INTEGER NOT NULL, comment TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS grants(
  privilege TEXT NOT NULL, object INTEGER NOT NULL, grantee INTEGER NOT NULL, with_grant_option INTEGER NOT NULL,
  granted_by INTEGER NOT NULL, created_micros INTEGER NOT NULL, PRIMARY KEY(object, grantee, privilege)) STRICT;
CREATE TABLE IF NOT EXISTS role_grants(
  role INTEGER NOT NULL, grantee INTEGER NOT NULL, granted_by INTEGER NOT NULL, created_micros INTEGER NOT NULL,
  PRIMARY KEY(role, grantee)) STRICT;
CREATE TABLE IF NOT EXISTS future_grants(
  privilege TEXT NOT NULL, kind TEXT NOT NULL, container INTEGER NOT NULL, grantee INTEGER NOT NULL,
  with_grant_option INTEGER NOT NULL, granted_by INTEGER NOT NULL, created_micros INTEGER NOT NULL,
  PRIMARY KEY(container, kind, grantee, privilege)) STRICT;
CREATE TABLE IF NOT EXISTS linked_metadata(
  object INTEGER PRIMARY KEY, metadata_location TEXT NOT NULL, metadata_json TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
)";

int64_t Number(const SqliteFile::Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

std::string Text(const SqliteFile::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::to_string(std::get<int64_t>(value)) : *text;
}

Status InsertObject(SqliteFile& file, const Object& object) {
  return file.Run("INSERT OR REPLACE INTO objects VALUES(?,?,?,?,?,?,?,?)",
                  {object.id, std::string(KindName(object.kind())), object.parent, object.name, object.owner,
                   object.created_micros, object.comment, BodyToJson(object.body)});
}

Status InsertGrant(SqliteFile& file, const Grant& grant) {
  return file.Run("INSERT OR REPLACE INTO grants VALUES(?,?,?,?,?,?)",
                  {grant.privilege, grant.object, grant.grantee, int64_t{grant.with_grant_option},
                   grant.granted_by, grant.created_micros});
}

bool IsRelationKind(ObjectKind kind) {
  return SameNameSpace(kind, ObjectKind::kTable);
}

// FUTURE TABLES covers linked tables as well, as linked tables are tables to whoever queries them.
bool Covers(ObjectKind granted, ObjectKind created) {
  return granted == created || (granted == ObjectKind::kTable && created == ObjectKind::kIcebergTable);
}

}  // namespace

// ---- ObjectStore
// ----------------------------------------------------------------------------------------------------

ObjectStore::ObjectStore(std::unique_ptr<SqliteFile> file, Clock& clock)
    : clock_(clock), file_(std::move(file)) {}
ObjectStore::~ObjectStore() = default;

Result<std::unique_ptr<ObjectStore>> ObjectStore::Open(const std::string& path, Clock& clock) {
  LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteFile> file, SqliteFile::Open(path));
  std::unique_ptr<ObjectStore> store(new ObjectStore(std::move(file), clock));
  LIFEBOAT_RETURN_IF_ERROR(store->file_->Script(kTables));
  LIFEBOAT_RETURN_IF_ERROR(store->Load());
  if (store->Current()->Get(kAccountId) == nullptr) LIFEBOAT_RETURN_IF_ERROR(store->Bootstrap());
  return store;
}

std::shared_ptr<const Snapshot> ObjectStore::Current() const {
  MutexLock lock(mutex_);
  return current_;
}

Status ObjectStore::Load() {
  auto snapshot = std::make_shared<Snapshot>();
  Status damage;
  LIFEBOAT_RETURN_IF_ERROR(file_->Run("SELECT * FROM objects", {}, [&](const SqliteFile::Row& row) {
    const std::optional<ObjectKind> kind = KindFromName(Text(row[1]));
    if (!kind) {
      damage = Status::Corruption("the account holds an object of unknown kind '{}'", Text(row[1]));
      return;
    }
    Result<ObjectBody> body = BodyFromJson(*kind, Text(row[7]));
    if (!body.ok()) {
      damage = body.status().WithContext(Text(row[3]));
      return;
    }
    snapshot->Put(
        std::make_shared<const Object>(Object{Number(row[0]), Number(row[2]), Text(row[3]), Number(row[4]),
                                              Number(row[5]), Text(row[6]), std::move(*body)}));
  }));
  LIFEBOAT_RETURN_IF_ERROR(damage);
  LIFEBOAT_RETURN_IF_ERROR(file_->Run("SELECT * FROM grants", {}, [&](const SqliteFile::Row& row) {
    snapshot->grants_.push_back(
        {Text(row[0]), Number(row[1]), Number(row[2]), Number(row[3]) != 0, Number(row[4]), Number(row[5])});
  }));
  LIFEBOAT_RETURN_IF_ERROR(file_->Run("SELECT * FROM role_grants", {}, [&](const SqliteFile::Row& row) {
    snapshot->role_grants_.push_back({Number(row[0]), Number(row[1]), Number(row[2]), Number(row[3])});
  }));
  LIFEBOAT_RETURN_IF_ERROR(file_->Run("SELECT * FROM future_grants", {}, [&](const SqliteFile::Row& row) {
    snapshot->future_grants_.push_back({Text(row[0]), KindFromName(Text(row[1])).value_or(ObjectKind::kTable),
                                        Number(row[2]), Number(row[3]), Number(row[4]) != 0, Number(row[5]),
                                        Number(row[6])});
  }));
  MutexLock lock(mutex_);
  current_ = std::move(snapshot);
  return Status::Ok();
}

Status ObjectStore::Bootstrap() {
  const std::unique_ptr<Transaction> transaction = Begin();
  LIFEBOAT_ASSIGN_OR_RETURN(const ObjectId account,
                            transaction->Create({.parent = kNoObject, .name = "ACCOUNT"}));
  LIFEBOAT_CHECK(account == kAccountId, "the first object is the account");
  std::map<std::string, ObjectId> roles;
  for (const char* name : {"ACCOUNTADMIN", "SYSADMIN", "SECURITYADMIN", "USERADMIN", "PUBLIC"}) {
    LIFEBOAT_ASSIGN_OR_RETURN(roles[name],
                              transaction->Create({.name = name, .body = Role{.is_system = true}}));
  }
  const auto inherit = [&](const char* role, const char* grantee) {
    transaction->AddRoleGrant(roles[role], roles[grantee], kNoObject);
  };
  inherit("SYSADMIN", "ACCOUNTADMIN");
  inherit("SECURITYADMIN", "ACCOUNTADMIN");
  inherit("USERADMIN", "SECURITYADMIN");
  const auto allow = [&](const std::string& privilege, const char* role) {
    transaction->AddGrant(
        {.privilege = privilege, .object = kAccountId, .grantee = roles[role], .with_grant_option = true});
  };
  for (const std::string_view privilege : PrivilegesOn(ObjectKind::kAccount)) {
    allow(std::string(privilege), "ACCOUNTADMIN");
  }
  allow("CREATE DATABASE", "SYSADMIN");
  allow("CREATE WAREHOUSE", "SYSADMIN");
  allow("MANAGE GRANTS", "SECURITYADMIN");
  allow("CREATE ROLE", "USERADMIN");
  allow("CREATE USER", "USERADMIN");
  return transaction->Commit();
}

std::unique_ptr<Transaction> ObjectStore::Begin() NO_THREAD_SAFETY_ANALYSIS {
  writer_.Lock();
  return std::unique_ptr<Transaction>(new Transaction(*this));
}

Result<std::optional<ObjectStore::LinkedMetadata>> ObjectStore::ReadLinkedMetadata(ObjectId table) const {
  std::optional<LinkedMetadata> result;
  MutexLock lock(file_mutex_);
  LIFEBOAT_RETURN_IF_ERROR(
      file_->Run("SELECT metadata_location, metadata_json FROM linked_metadata WHERE object = ?", {table},
                 [&](const SqliteFile::Row& row) {
                   result = LinkedMetadata{Text(row[0]), Text(row[1])};
                 }));
  return result;
}

Status ObjectStore::WriteLinkedMetadata(ObjectId table, const LinkedMetadata& metadata) {
  MutexLock lock(file_mutex_);
  // Nothing is kept for a table that has been dropped meanwhile.
  return file_->Run("INSERT OR REPLACE INTO linked_metadata SELECT id, ?, ? FROM objects WHERE id = ?",
                    {metadata.metadata_location, metadata.metadata_json, table});
}

// ---- Transaction
// ----------------------------------------------------------------------------------------------------

Transaction::Transaction(ObjectStore& store)
    : store_(store), working_(std::make_shared<Snapshot>(*store.Current())) {
  ++working_->version_;
  // Ids are never used again, not even those of objects that are gone: the counter is stored with the
  // objects.
  int64_t highest = 0;
  MutexLock lock(store_.file_mutex_);
  const Status read = store_.file_->Run("SELECT value FROM counters WHERE name = 'object'", {},
                                        [&](const SqliteFile::Row& row) { highest = Number(row[0]); });
  LIFEBOAT_CHECK(read.ok(), read.ToString());
  next_id_ = highest + 1;
}

Transaction::~Transaction() NO_THREAD_SAFETY_ANALYSIS {
  store_.writer_.Unlock();
}

Result<ObjectId> Transaction::Create(Object object) {
  const auto key = Snapshot::KeyOf(object);
  if (working_->by_name_.contains(key)) {
    return Status::AlreadyExists("{} '{}' already exists", KindName(object.kind()), object.name);
  }
  object.id = next_id_++;
  if (object.created_micros == 0) object.created_micros = store_.clock_.NowMicros();
  auto stored = std::make_shared<const Object>(std::move(object));
  working_->Put(stored);
  Write([stored](SqliteFile& file) { return InsertObject(file, *stored); });
  ApplyFutureGrants(*stored);
  return stored->id;
}

Status Transaction::Update(Object object) {
  const Object* old = working_->Get(object.id);
  if (old == nullptr) return Status::NotFound("{} '{}' does not exist", KindName(object.kind()), object.name);
  const auto clash = working_->by_name_.find(Snapshot::KeyOf(object));
  if (clash != working_->by_name_.end() && clash->second != object.id) {
    return Status::AlreadyExists("{} '{}' already exists", KindName(object.kind()), object.name);
  }
  auto stored = std::make_shared<const Object>(std::move(object));
  working_->Put(stored);
  Write([stored](SqliteFile& file) { return InsertObject(file, *stored); });
  return Status::Ok();
}

Status Transaction::Drop(ObjectId id) {
  const Object* object = working_->Get(id);
  if (object == nullptr) return Status::NotFound("object {} does not exist", id);
  if (const Role* role = object->get_if<Role>(); role != nullptr && role->is_system) {
    return Status::FailedPrecondition("system role '{}' cannot be dropped", object->name);
  }
  std::set<ObjectId> dropped{id};
  std::vector<ObjectId> open{id};
  while (!open.empty()) {
    const ObjectId parent = open.back();
    open.pop_back();
    for (const auto& [child_id, child] : working_->by_id_) {
      if (child->parent == parent && dropped.insert(child_id).second) open.push_back(child_id);
    }
  }
  std::erase_if(working_->grants_, [&](const Grant& grant) {
    return dropped.contains(grant.object) || dropped.contains(grant.grantee);
  });
  std::erase_if(working_->role_grants_, [&](const RoleGrant& grant) {
    return dropped.contains(grant.role) || dropped.contains(grant.grantee);
  });
  std::erase_if(working_->future_grants_, [&](const FutureGrant& grant) {
    return dropped.contains(grant.container) || dropped.contains(grant.grantee);
  });
  for (const ObjectId gone : dropped) {
    working_->Erase(gone);
    Write([gone](SqliteFile& file) -> Status {
      LIFEBOAT_RETURN_IF_ERROR(file.Run("DELETE FROM objects WHERE id = ?", {gone}));
      LIFEBOAT_RETURN_IF_ERROR(file.Run("DELETE FROM linked_metadata WHERE object = ?", {gone}));
      LIFEBOAT_RETURN_IF_ERROR(file.Run("DELETE FROM grants WHERE object = ?1 OR grantee = ?1", {gone}));
      LIFEBOAT_RETURN_IF_ERROR(file.Run("DELETE FROM role_grants WHERE role = ?1 OR grantee = ?1", {gone}));
      return file.Run("DELETE FROM future_grants WHERE container = ?1 OR grantee = ?1", {gone});
    });
  }
  return Status::Ok();
}

void Transaction::ApplyFutureGrants(const Object& object) {
  const bool in_schema = IsRelationKind(object.kind());
  if (!in_schema && object.kind() != ObjectKind::kSchema) return;
  std::vector<FutureGrant> applicable;
  const auto collect = [&](ObjectId container) {
    for (const FutureGrant& grant : working_->future_grants_) {
      if (grant.container == container && Covers(grant.kind, object.kind())) applicable.push_back(grant);
    }
  };
  collect(object.parent);
  // What a schema says about a type of object replaces what its database says about it.
  if (applicable.empty() && in_schema) {
    if (const Object* schema = working_->Get(object.parent)) collect(schema->parent);
  }
  for (const FutureGrant& grant : applicable) {
    if (grant.privilege == "OWNERSHIP") {
      Object owned = *working_->Get(object.id);
      owned.owner = grant.grantee;
      const Status updated = Update(std::move(owned));
      LIFEBOAT_CHECK(updated.ok(), updated.ToString());
      continue;
    }
    AddGrant({.privilege = grant.privilege,
              .object = object.id,
              .grantee = grant.grantee,
              .with_grant_option = grant.with_grant_option,
              .granted_by = grant.granted_by});
  }
}

void Transaction::AddGrant(const Grant& grant) {
  Grant stored = grant;
  if (stored.created_micros == 0) stored.created_micros = store_.clock_.NowMicros();
  const auto same = [&](const Grant& other) {
    return other.privilege == grant.privilege && other.object == grant.object &&
           other.grantee == grant.grantee;
  };
  const auto found = std::find_if(working_->grants_.begin(), working_->grants_.end(), same);
  if (found != working_->grants_.end()) {
    if (found->with_grant_option || !grant.with_grant_option) return;
    found->with_grant_option = true;
    stored = *found;
  } else {
    working_->grants_.push_back(stored);
  }
  Write([stored](SqliteFile& file) { return InsertGrant(file, stored); });
}

bool Transaction::RemoveGrant(const std::string& privilege, ObjectId object, ObjectId grantee) {
  const size_t removed = std::erase_if(working_->grants_, [&](const Grant& grant) {
    return grant.privilege == privilege && grant.object == object && grant.grantee == grantee;
  });
  if (removed == 0) return false;
  Write([=](SqliteFile& file) {
    return file.Run("DELETE FROM grants WHERE privilege = ? AND object = ? AND grantee = ?",
                    {privilege, object, grantee});
  });
  return true;
}

void Transaction::RemoveGrantsOn(ObjectId object) {
  std::erase_if(working_->grants_, [&](const Grant& grant) { return grant.object == object; });
  Write([=](SqliteFile& file) { return file.Run("DELETE FROM grants WHERE object = ?", {object}); });
}

void Transaction::AddRoleGrant(ObjectId role, ObjectId grantee, ObjectId granted_by) {
  for (const RoleGrant& grant : working_->role_grants_) {
    if (grant.role == role && grant.grantee == grantee) return;
  }
  const RoleGrant stored{role, grantee, granted_by, store_.clock_.NowMicros()};
  working_->role_grants_.push_back(stored);
  Write([stored](SqliteFile& file) {
    return file.Run("INSERT OR REPLACE INTO role_grants VALUES(?,?,?,?)",
                    {stored.role, stored.grantee, stored.granted_by, stored.created_micros});
  });
}

bool Transaction::RemoveRoleGrant(ObjectId role, ObjectId grantee) {
  const size_t removed = std::erase_if(working_->role_grants_, [&](const RoleGrant& grant) {
    return grant.role == role && grant.grantee == grantee;
  });
  if (removed == 0) return false;
  Write([=](SqliteFile& file) {
    return file.Run("DELETE FROM role_grants WHERE role = ? AND grantee = ?", {role, grantee});
  });
  return true;
}

void Transaction::AddFutureGrant(const FutureGrant& grant) {
  for (const FutureGrant& other : working_->future_grants_) {
    if (other.privilege == grant.privilege && other.kind == grant.kind &&
        other.container == grant.container && other.grantee == grant.grantee) {
      return;
    }
  }
  FutureGrant stored = grant;
  if (stored.created_micros == 0) stored.created_micros = store_.clock_.NowMicros();
  working_->future_grants_.push_back(stored);
  Write([stored](SqliteFile& file) {
    return file.Run("INSERT OR REPLACE INTO future_grants VALUES(?,?,?,?,?,?,?)",
                    {stored.privilege, std::string(KindName(stored.kind)), stored.container, stored.grantee,
                     int64_t{stored.with_grant_option}, stored.granted_by, stored.created_micros});
  });
}

bool Transaction::RemoveFutureGrant(const std::string& privilege, ObjectKind kind, ObjectId container,
                                    ObjectId grantee) {
  const size_t removed = std::erase_if(working_->future_grants_, [&](const FutureGrant& grant) {
    return grant.privilege == privilege && grant.kind == kind && grant.container == container &&
           grant.grantee == grantee;
  });
  if (removed == 0) return false;
  Write([=](SqliteFile& file) {
    return file.Run(
        "DELETE FROM future_grants WHERE privilege = ? AND kind = ? AND container = ? AND grantee = ?",
        {privilege, std::string(KindName(kind)), container, grantee});
  });
  return true;
}

Status Transaction::Commit() {
  if (changes_.empty()) return Status::Ok();
  {
    MutexLock lock(store_.file_mutex_);
    SqliteFile& file = *store_.file_;
    LIFEBOAT_RETURN_IF_ERROR(file.Script("BEGIN IMMEDIATE"));
    Status written;
    for (const auto& change : changes_) {
      written = change(file);
      if (!written.ok()) break;
    }
    if (written.ok())
      written = file.Run("INSERT OR REPLACE INTO counters VALUES('object', ?)", {next_id_ - 1});
    if (written.ok()) written = file.Script("COMMIT");
    if (!written.ok()) {
      const Status ignored = file.Script("ROLLBACK");  // fails when SQLite has rolled back by itself
      (void)ignored;
      return written;
    }
  }
  changes_.clear();
  MutexLock lock(store_.mutex_);
  store_.current_ = working_;
  // Later changes of this transaction go into a copy: what is published stays as it is.
  working_ = std::make_shared<Snapshot>(*working_);
  ++working_->version_;
  return Status::Ok();
}

}  // namespace lifeboat::account
