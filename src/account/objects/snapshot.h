// Snapshot: all objects and grants of an account at one moment. Immutable once published, so statements read
// it without locks while others change the account.
#ifndef LIFEBOAT_ACCOUNT_OBJECTS_SNAPSHOT_H_
#define LIFEBOAT_ACCOUNT_OBJECTS_SNAPSHOT_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "account/objects/object.h"

namespace lifeboat::account {

class Snapshot {
 public:
  // Null when there is none. Names are exact: SQL has resolved their case.
  const Object* Get(ObjectId id) const;
  const Object* Find(ObjectKind kind, ObjectId parent, std::string_view name) const;
  // The table, Iceberg table or view of that name.
  const Object* FindRelation(ObjectId schema, std::string_view name) const;
  // The one object of that kind whose name equals `name` but for case; null if none or several.
  const Object* FindIgnoringCase(ObjectKind kind, ObjectId parent, std::string_view name) const;
  const Object* FindRelationIgnoringCase(ObjectId schema, std::string_view name) const;

  // In order of name.
  std::vector<const Object*> Children(ObjectKind kind, ObjectId parent) const;
  std::vector<const Object*> All(ObjectKind kind) const;

  // The database an object is in (itself for a database); null for objects of the account.
  const Object* DatabaseOf(const Object& object) const;
  // Empty when there is none.
  std::string NameOf(ObjectId id) const;
  // "DB.SCHEMA.T", each part quoted when it has to be.
  std::string QualifiedName(const Object& object) const;

  const std::vector<Grant>& grants() const { return grants_; }
  const std::vector<RoleGrant>& role_grants() const { return role_grants_; }
  const std::vector<FutureGrant>& future_grants() const { return future_grants_; }

  // Grants on one object, or to one role.
  std::vector<const Grant*> GrantsOn(ObjectId object) const;
  std::vector<const Grant*> GrantsTo(ObjectId role) const;

  // Moves with every change; equal numbers mean equal contents.
  int64_t version() const { return version_; }

 private:
  friend class Transaction;
  friend class ObjectStore;

  using NameKey = std::tuple<ObjectId, ObjectKind, std::string>;
  static NameKey KeyOf(const Object& object);
  void Put(std::shared_ptr<const Object> object);
  void Erase(ObjectId id);

  std::map<ObjectId, std::shared_ptr<const Object>> by_id_;
  std::map<NameKey, ObjectId, std::less<>> by_name_;
  std::vector<Grant> grants_;
  std::vector<RoleGrant> role_grants_;
  std::vector<FutureGrant> future_grants_;
  int64_t version_ = 0;
};

// An identifier as SQL must write it: quoted unless it is upper case letters, digits, '_' and '$'.
std::string QuoteIdentifier(std::string_view name);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_OBJECTS_SNAPSHOT_H_
