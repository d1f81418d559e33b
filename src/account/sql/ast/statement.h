// Statement: one parsed SQL statement. Each family is parsed by its own parse_<family>.cc.
#ifndef LIFEBOAT_ACCOUNT_SQL_AST_STATEMENT_H_
#define LIFEBOAT_ACCOUNT_SQL_AST_STATEMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "account/sql/ast/expression.h"
#include "account/sql/ast/name.h"
#include "account/sql/ast/property.h"
#include "account/sql/ast/query.h"
#include "account/sql/object_kind.h"

namespace lifeboat::account::sql {

// Nothing, or only comments.
struct EmptyStatement {};

struct SelectStatement {
  QueryPtr query;
};

// EXPLAIN [USING TEXT|TABULAR|JSON] query.
struct ExplainStatement {
  QueryPtr query;
};

// --- session
// ---------------------------------------------------------------------------------------------------------

enum class UseKind { kRole, kWarehouse, kDatabase, kSchema, kSecondaryRoles };
enum class SecondaryRoles { kAll, kNone, kList };
// USE x and USE DATABASE x are the same; USE a.b is kSchema with two parts.
struct UseStatement {
  UseKind kind = UseKind::kDatabase;
  ObjectName name;
  SecondaryRoles secondary = SecondaryRoles::kAll;  // kSecondaryRoles only
  std::vector<Identifier> roles;                    // kList
};

// SET a = e, SET (a, b) = (e, f), SET (a, b) = (SELECT …).
struct SetStatement {
  std::vector<std::string> names;  // upper-case
  std::vector<ExpressionPtr> values;
};
struct UnsetStatement {
  std::vector<std::string> names;
};

struct AlterSessionStatement {
  Properties set;
  std::vector<std::string> unset;
};

enum class TransactionKind { kBegin, kCommit, kRollback };
struct TransactionStatement {
  TransactionKind kind = TransactionKind::kBegin;
  std::string name;  // BEGIN … NAME x; empty: none
};

// --- account and database objects made of properties
// -----------------------------------------------------------------

struct CreateFlags {
  bool or_replace = false;
  bool or_alter = false;
  bool if_not_exists = false;
};

// CREATE of ROLE, DATABASE ROLE, USER, WAREHOUSE, DATABASE, SCHEMA, … INTEGRATION, EXTERNAL VOLUME. COMMENT
// and, for databases, LINKED_CATALOG are among the properties.
struct CreateObjectStatement {
  ObjectKind kind = ObjectKind::kRole;
  CreateFlags flags;
  ObjectName name;
  Properties properties;
  bool transient = false;       // DATABASE, SCHEMA
  bool managed_access = false;  // SCHEMA … WITH MANAGED ACCESS
  ObjectName clone_of;          // DATABASE, SCHEMA; empty: none
  ObjectName replica_of;        // DATABASE … AS REPLICA OF org.account.name
};

enum class AlterVerb {
  kSet,                  // properties
  kUnset,                // names
  kRenameTo,             // target
  kSwapWith,             // target
  kRefresh,              // REFRESH [SCHEMA/TABLE name …]: target may be empty
  kSuspend,              // SUSPEND
  kResume,               // RESUME [IF SUSPENDED]
  kSuspendDiscovery,     // ALTER DATABASE … SUSPEND DISCOVERY
  kResumeDiscovery,      // ALTER DATABASE … RESUME DISCOVERY
  kUpdateLinkedCatalog,  // ALTER DATABASE … UPDATE LINKED_CATALOG [SET] properties
  kPrimary,              // PRIMARY
  kAbortAllQueries,      // WAREHOUSE, USER
  kResetPassword,        // USER
};

// ALTER of the kinds above and of views.
struct AlterObjectStatement {
  ObjectKind kind = ObjectKind::kRole;
  bool if_exists = false;
  ObjectName name;  // empty for ALTER USER SET … (the current user)
  AlterVerb verb = AlterVerb::kSet;
  Properties properties;           // a view's SET SECURE is the property SECURE = TRUE
  std::vector<std::string> names;  // kUnset, upper-case
  ObjectName target;
  bool if_suspended = false;
};

// DROP and UNDROP of any kind.
struct DropStatement {
  ObjectKind kind = ObjectKind::kTable;
  bool undrop = false;
  bool if_exists = false;
  bool cascade = false;
  bool restrict = false;
  ObjectName name;
  std::optional<std::vector<TypeName>> signature;  // functions and procedures: the types in parentheses
};

// --- tables and views
// ------------------------------------------------------------------------------------------------

struct Autoincrement {
  int64_t start = 1;
  int64_t step = 1;
};

struct ColumnDefinition {
  Identifier name;
  std::optional<TypeName> type;  // nothing: taken from the query of a CTAS
  bool not_null = false;
  ExpressionPtr default_value;  // may be null
  std::string default_text;     // its source text
  std::optional<Autoincrement> autoincrement;
  bool primary_key = false;
  bool unique = false;
  std::optional<std::string> comment;
  std::string collation;
};

enum class ConstraintKind { kPrimaryKey, kUnique, kForeignKey };
struct TableConstraint {
  ConstraintKind kind = ConstraintKind::kPrimaryKey;
  Identifier name;  // empty text: unnamed
  std::vector<Identifier> columns;
  ObjectName references;
  std::vector<Identifier> referenced_columns;
};

// CREATE TABLE and CREATE ICEBERG TABLE; exactly one of columns, like_table, clone_of, or a query (which
// columns may accompany), or for Iceberg tables just properties (EXTERNAL_VOLUME, CATALOG,
// CATALOG_TABLE_NAME, …).
struct CreateTableStatement {
  ObjectKind kind = ObjectKind::kTable;  // or kIcebergTable
  CreateFlags flags;
  bool temporary = false;
  bool transient = false;
  ObjectName name;
  std::vector<ColumnDefinition> columns;
  std::vector<TableConstraint> constraints;
  ObjectName like_table;
  ObjectName clone_of;
  QueryPtr query;  // AS query; may be null
  std::vector<ExpressionPtr> cluster_by;
  bool copy_grants = false;
  Properties properties;
};

enum class TableActionKind {
  kAddColumns,
  kDropColumns,
  kRenameColumn,
  kSetType,
  kSetNotNull,
  kDropNotNull,
  kSetDefault,
  kDropDefault,
  kCommentColumn,
  kUnsetColumnComment,
  kRenameTo,
  kSwapWith,
  kSet,
  kUnset,
  kRefresh,
  kAddConstraint,
  kDropPrimaryKey,
  kDropConstraint,
  kClusterBy,
  kDropClusteringKey
};
struct TableAction {
  TableActionKind kind = TableActionKind::kSet;
  bool if_exists = false;                 // kAddColumns: IF NOT EXISTS
  std::vector<ColumnDefinition> columns;  // kAddColumns; kSetType and kSetDefault use the first
  std::vector<Identifier> names;   // kDropColumns, the column of column actions, old name of kRenameColumn
  Identifier new_name;             // kRenameColumn
  ObjectName target;               // kRenameTo, kSwapWith
  Properties properties;           // kSet
  std::vector<std::string> unset;  // kUnset
  std::string comment;             // kCommentColumn
  std::optional<TableConstraint> constraint;
  std::vector<ExpressionPtr> cluster_by;
  ExpressionPtr refresh_path;  // REFRESH 'metadata/…'; may be null
};
struct AlterTableStatement {
  ObjectKind kind = ObjectKind::kTable;
  bool if_exists = false;
  ObjectName name;
  std::vector<TableAction> actions;
};

struct ViewColumn {
  Identifier name;
  std::optional<std::string> comment;
};
struct CreateViewStatement {
  CreateFlags flags;
  bool secure = false;
  bool materialized = false;
  bool temporary = false;
  bool recursive = false;
  bool copy_grants = false;
  ObjectName name;
  std::vector<ViewColumn> columns;
  std::optional<std::string> comment;
  std::vector<ExpressionPtr> cluster_by;
  QueryPtr query;
  std::string query_text;  // what follows AS, byte for byte, without the final semicolon
  std::string text;  // the whole statement, byte for byte, without the final semicolon: what SHOW VIEWS shows
};

// --- access control
// --------------------------------------------------------------------------------------------------

enum class GranteeKind { kRole, kDatabaseRole, kUser, kShare };
struct Grantee {
  GranteeKind kind = GranteeKind::kRole;
  ObjectName name;
};

// GRANT ROLE r TO ROLE|USER g; REVOKE ROLE r FROM ….
struct GrantRoleStatement {
  bool revoke = false;
  bool database_role = false;
  ObjectName role;
  Grantee grantee;
};

enum class GrantScope { kAccount, kObject, kAllIn, kFutureIn };
struct GrantTarget {
  GrantScope scope = GrantScope::kObject;
  ObjectKind kind = ObjectKind::kTable;  // of the object, or of the ALL/FUTURE objects
  ObjectName name;                       // kObject
  std::optional<std::vector<TypeName>> signature;
  ObjectKind container_kind = ObjectKind::kSchema;  // kAllIn, kFutureIn: kSchema or kDatabase
  ObjectName container;
};

struct GrantPrivilegesStatement {
  bool revoke = false;
  bool all_privileges = false;
  std::vector<std::string> privileges;  // upper-case, one space between words: "CREATE ICEBERG TABLE"
  GrantTarget target;
  Grantee grantee;
  bool grant_option = false;  // WITH GRANT OPTION, or REVOKE GRANT OPTION FOR
  bool cascade = false;       // REVOKE … CASCADE
};

enum class CurrentGrants { kUnspecified, kCopy, kRevoke };
struct GrantOwnershipStatement {
  GrantTarget target;
  Grantee grantee;
  CurrentGrants current_grants = CurrentGrants::kUnspecified;
};

// --- inspection
// ------------------------------------------------------------------------------------------------------

// What SHOW lists: objects of a kind, or one of the lists that are not of one kind.
enum class ShowKind {
  kObjectsOfKind,  // SHOW DATABASES, SHOW EXTERNAL VOLUMES, …: object_kind says which
  kObjects,        // SHOW OBJECTS: tables and views
  kColumns,
  kPrimaryKeys,
  kImportedKeys,
  kExportedKeys,
  kUniqueKeys,
  kGrants,
  kFutureGrants,
  kParameters,
  kVariables,
  kTransactions,
  kLocks,
  kOrganizationAccounts,
  kAccounts,
  kManagedAccounts,
  kReplicationAccounts,
  kReplicationDatabases,
  kRegions
};

enum class ScopeKind {
  kNone,  // no IN clause
  kAccount,
  kDatabase,
  kSchema,
  kTable,
  kView,
  kFailoverGroup,
  kReplicationGroup,
  kSession,
  kUser,
  kWarehouse,
  kTask,
  kUnspecified  // IN name without a keyword: a schema, or a database, or for COLUMNS and keys a table
};

enum class GrantsOf {
  kCurrentUser,  // SHOW GRANTS
  kOn,           // ON ACCOUNT / ON kind name
  kTo,           // TO ROLE / USER name
  kOf,           // OF ROLE name
  kIn            // SHOW FUTURE GRANTS IN SCHEMA/DATABASE: see in_kind, in_name
};

struct ShowStatement {
  ShowKind kind = ShowKind::kObjectsOfKind;
  ObjectKind object_kind = ObjectKind::kTable;
  bool terse = false;
  bool history = false;
  ExpressionPtr like;  // a constant; may be null
  ScopeKind in_kind = ScopeKind::kNone;
  ObjectName in_name;         // may be empty: IN DATABASE alone is the current one
  ExpressionPtr starts_with;  // may be null
  std::optional<int64_t> limit;
  ExpressionPtr limit_from;  // may be null

  GrantsOf grants = GrantsOf::kCurrentUser;
  GrantTarget on;   // kOn
  Grantee grantee;  // kTo, kOf (the role)
};

struct DescribeStatement {
  ObjectKind kind = ObjectKind::kTable;
  ObjectName name;
  std::optional<std::vector<TypeName>> signature;
  bool stage_type = false;  // DESCRIBE TABLE … TYPE = STAGE
  ExpressionPtr result_of;  // DESCRIBE RESULT 'query id'; else null
};

// --- data
// ------------------------------------------------------------------------------------------------------------

struct InsertStatement {
  bool overwrite = false;
  ObjectName table;
  std::vector<Identifier> columns;
  QueryPtr query;  // VALUES is a Query too
};

struct Assignment {
  std::vector<Identifier> column;  // c or t.c
  ExpressionPtr value;             // null: DEFAULT
};

struct UpdateStatement {
  ObjectName table;
  TableAlias alias;
  std::vector<Assignment> assignments;
  TableRefPtr from;     // may be null
  ExpressionPtr where;  // may be null
};

struct DeleteStatement {
  ObjectName table;
  TableAlias alias;
  TableRefPtr using_tables;  // may be null
  ExpressionPtr where;       // may be null
};

enum class MergeActionKind { kUpdate, kDelete, kInsert };
struct MergeClause {
  bool matched = true;
  ExpressionPtr condition;  // may be null
  MergeActionKind action = MergeActionKind::kUpdate;
  std::vector<Assignment> assignments;  // kUpdate
  std::vector<Identifier> columns;      // kInsert
  std::vector<ExpressionPtr> values;    // kInsert; null elements: DEFAULT
};
struct MergeStatement {
  ObjectName table;
  TableAlias alias;
  TableRefPtr source;
  ExpressionPtr on;
  std::vector<MergeClause> clauses;
};

struct TruncateStatement {
  bool if_exists = false;
  ObjectName table;
};

// COMMENT [IF EXISTS] ON kind name IS 'text'.
struct CommentStatement {
  bool if_exists = false;
  ObjectKind kind = ObjectKind::kTable;  // kColumn: the last part of name is the column
  ObjectName name;
  std::optional<std::vector<TypeName>> signature;
  ExpressionPtr text;  // a constant
};

// CALL p(args).
struct CallStatement {
  FunctionCall call;
};

// EXECUTE IMMEDIATE 'text' | $v | $$…$$ [USING (…)].
struct ExecuteImmediateStatement {
  ExpressionPtr text;
  std::vector<Identifier> using_variables;
};

struct Statement {
  using Node =
      std::variant<EmptyStatement, SelectStatement, ExplainStatement, UseStatement, SetStatement,
                   UnsetStatement, AlterSessionStatement, TransactionStatement, CreateObjectStatement,
                   AlterObjectStatement, DropStatement, CreateTableStatement, AlterTableStatement,
                   CreateViewStatement, GrantRoleStatement, GrantPrivilegesStatement, GrantOwnershipStatement,
                   ShowStatement, DescribeStatement, InsertStatement, UpdateStatement, DeleteStatement,
                   MergeStatement, TruncateStatement, CommentStatement, CallStatement,
                   ExecuteImmediateStatement>;
  Node node;
  std::string text;                     // byte for byte, without leading blanks and the final semicolon
  std::vector<std::string> bind_names;  // distinct placeholders in order of appearance: "1", "2", "NAME"
};

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_AST_STATEMENT_H_
