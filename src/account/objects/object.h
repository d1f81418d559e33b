// The objects of an account: users, roles, warehouses, databases, schemas, tables, views, integrations and
// volumes, with the grants between them. Plain values; ObjectStore keeps them, Snapshot looks them up,
// Authorizer judges them.
//
// Names are stored as SQL resolved them: upper case unless they were quoted. Every object has an id that is
// never used again, so a grant cannot outlive the object it was made on. Source: SNOWFLAKE.md section 4.
#ifndef LIFEBOAT_ACCOUNT_OBJECTS_OBJECT_H_
#define LIFEBOAT_ACCOUNT_OBJECTS_OBJECT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lifeboat::account {

using ObjectId = int64_t;
inline constexpr ObjectId kAccountId = 1;  // the account itself: parent of what is in no database
inline constexpr ObjectId kNoObject = 0;

enum class ObjectKind {
  kAccount,
  kUser,
  kRole,
  kWarehouse,
  kDatabase,
  kSchema,
  kTable,
  kIcebergTable,
  kView,
  kIntegration,
  kExternalVolume
};

// "ICEBERG TABLE", as in GRANT … ON and SHOW GRANTS (there with '_' for ' ').
std::string_view KindName(ObjectKind kind);
std::optional<ObjectKind> KindFromName(std::string_view name);

struct User {
  std::string password_hash;  // password.h
  std::string default_role, default_warehouse, default_database, default_schema;
  bool secondary_roles_all = true;  // DEFAULT_SECONDARY_ROLES = ('ALL')
  bool disabled = false;
};

struct Role {
  bool is_system = false;  // cannot be dropped
};

struct Warehouse {
  std::string size = "X-Small";
  std::string type = "STANDARD";
  int64_t auto_suspend_seconds = 600;  // 0: never
  bool auto_resume = true;
  bool started = true;
  int64_t min_cluster_count = 1, max_cluster_count = 1;
  std::string scaling_policy = "STANDARD";
};

// What a catalog-linked database follows.
struct LinkedCatalog {
  std::string integration;
  std::string external_volume;
  std::vector<std::string> allowed_namespaces;  // empty: all
  std::vector<std::string> blocked_namespaces;
  std::string allowed_write_operations = "NONE";
  std::string namespace_mode = "IGNORE_NESTED_NAMESPACE";
  std::string flatten_delimiter;
  int64_t sync_interval_seconds = 30;
  bool case_sensitive = false;
  bool discovery_suspended = false;
};

struct Database {
  std::optional<LinkedCatalog> link;
  bool is_transient = false;
  int64_t retention_days = 1;
};

struct Schema {
  std::vector<std::string> catalog_namespace;  // of a linked schema
};

struct TableColumn {
  std::string name;
  std::string type;  // canonical: "NUMBER(38,0)", "VARCHAR(16777216)", "TIMESTAMP_NTZ(9)", …
  bool nullable = true;
  std::string default_sql;  // as written; empty: none
  std::string comment;
  bool primary_key = false;
  std::string source_type;  // Iceberg's own type of a linked column: "string", "decimal(10, 2)"
};

// A native table: its rows are in the account's DuckDB file, in the table named `storage`.
struct Table {
  std::string storage;
  std::vector<TableColumn> columns;
  std::string kind = "TABLE";  // or TRANSIENT, TEMPORARY
};

// A table that lives in a catalog; the columns are those last seen there.
struct IcebergTable {
  std::string integration;
  std::vector<std::string> catalog_namespace;
  std::string catalog_table;
  std::string external_volume;
  std::string location;
  int64_t format_version = 2;
  std::vector<TableColumn> columns;
};

struct View {
  std::string text;                  // the original CREATE VIEW statement
  std::string query;                 // what follows AS
  std::vector<TableColumn> columns;  // names and types when it was created
  bool is_secure = false;
};

// A property as DESCRIBE shows it and CREATE wrote it: a text, a list or a block of properties.
struct Property {
  std::string name;  // upper case; empty in lists of blocks
  std::variant<std::string, std::vector<std::string>, std::vector<Property>> value;
};

struct Integration {
  std::string category = "CATALOG";  // or STORAGE
  std::string type;                  // SHOW's `type`: CATALOG; EXTERNAL_STAGE
  bool enabled = false;
  std::vector<Property> properties;

  // The text of a top-level property, or empty.
  std::string Text(std::string_view name) const;
  // The properties of a block as a map; empty if there is none.
  std::map<std::string, std::string> Block(std::string_view name) const;
};

struct ExternalVolume {
  bool allow_writes = true;
  std::vector<Property> properties;  // STORAGE_LOCATIONS among them
};

struct AccountRoot {};

// Alternatives stand in ObjectKind's order.
using ObjectBody = std::variant<AccountRoot, User, Role, Warehouse, Database, Schema, Table, IcebergTable,
                                View, Integration, ExternalVolume>;

struct Object {
  ObjectId id = kNoObject;
  ObjectId parent = kAccountId;  // the database of a schema, the schema of a table
  std::string name;
  ObjectId owner = kNoObject;  // a role; none for the account and the system roles
  int64_t created_micros = 0;
  std::string comment;
  ObjectBody body;

  ObjectKind kind() const { return static_cast<ObjectKind>(body.index()); }
  template <typename T>
  const T& as() const {
    return std::get<T>(body);
  }
  template <typename T>
  const T* get_if() const {
    return std::get_if<T>(&body);
  }
};

// Privilege of a role on an object. OWNERSHIP is Object::owner and not stored as a grant.
struct Grant {
  std::string privilege;  // "SELECT", "CREATE DATABASE"
  ObjectId object = kNoObject;
  ObjectId grantee = kNoObject;  // a role
  bool with_grant_option = false;
  ObjectId granted_by = kNoObject;  // a role
  int64_t created_micros = 0;
};

// Membership: `role` granted to another role or to a user.
struct RoleGrant {
  ObjectId role = kNoObject;
  ObjectId grantee = kNoObject;
  ObjectId granted_by = kNoObject;
  int64_t created_micros = 0;
};

// Privilege given to a role on every object of `kind` that is created in a database or schema later.
struct FutureGrant {
  std::string privilege;
  ObjectKind kind = ObjectKind::kTable;
  ObjectId container = kNoObject;
  ObjectId grantee = kNoObject;
  bool with_grant_option = false;
  ObjectId granted_by = kNoObject;
  int64_t created_micros = 0;
};

// Tables, Iceberg tables and views of one schema share one name space; every other kind has its own.
bool SameNameSpace(ObjectKind a, ObjectKind b);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_OBJECTS_OBJECT_H_
