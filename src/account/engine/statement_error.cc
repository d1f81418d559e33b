#include "account/engine/statement_error.h"

#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

using sql::MakeSqlError;

std::string_view MissingWord(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kDatabase:
      return "Database";
    case ObjectKind::kSchema:
      return "Schema";
    case ObjectKind::kRole:
      return "Role";
    case ObjectKind::kUser:
      return "User";
    case ObjectKind::kWarehouse:
      return "Warehouse";
    case ObjectKind::kIntegration:
      return "Integration";
    case ObjectKind::kExternalVolume:
      return "External volume";
    default:
      return "Object";
  }
}

std::string_view PrivilegeWord(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kAccount:
      return "account";
    case ObjectKind::kUser:
      return "user";
    case ObjectKind::kRole:
      return "role";
    case ObjectKind::kWarehouse:
      return "warehouse";
    case ObjectKind::kDatabase:
      return "database";
    case ObjectKind::kSchema:
      return "schema";
    case ObjectKind::kTable:
    case ObjectKind::kIcebergTable:
      return "table";
    case ObjectKind::kView:
      return "view";
    case ObjectKind::kIntegration:
      return "integration";
    case ObjectKind::kExternalVolume:
      return "external volume";
  }
  return "object";
}

bool IsRelation(ObjectKind kind) {
  return SameNameSpace(kind, ObjectKind::kTable);
}

}  // namespace

Status DoesNotExist(ObjectKind kind, std::string_view name, const sql::Location* location) {
  return MakeSqlError(StatusCode::kNotFound, "002003", IsRelation(kind) ? "42S02" : "02000",
                      fmt::format("SQL compilation error:\n{} '{}' does not exist or not authorized.",
                                  MissingWord(kind), name),
                      location == nullptr ? -1 : location->line,
                      location == nullptr ? -1 : location->position);
}

Status CannotBePerformed() {
  return MakeSqlError(StatusCode::kNotFound, "002043", "02000",
                      "SQL compilation error:\nObject does not exist, or operation cannot be performed.");
}

Status ObjectExists(std::string_view name) {
  return MakeSqlError(StatusCode::kAlreadyExists, "002002", "42710",
                      fmt::format("SQL compilation error:\nObject '{}' already exists.", name));
}

Status InsufficientPrivileges(ObjectKind kind, std::string_view name) {
  return MakeSqlError(StatusCode::kPermissionDenied, "003001", "42501",
                      fmt::format("SQL access control error:\nInsufficient privileges to operate on {} '{}'.",
                                  PrivilegeWord(kind), name));
}

Status RoleNotAssigned(std::string_view role) {
  return MakeSqlError(
      StatusCode::kPermissionDenied, "003013", "42501",
      fmt::format("SQL access control error:\nRequested role '{}' is not assigned to the executing "
                  "user.  Specify another role to activate.",
                  role));
}

Status NoCurrentDatabase(std::string_view action) {
  return MakeSqlError(
      StatusCode::kFailedPrecondition, "090105", "22000",
      fmt::format("Cannot perform {}. This session does not have a current database. Call 'USE "
                  "DATABASE', or use a qualified name.",
                  action));
}

Status NoCurrentSchema(std::string_view action) {
  return MakeSqlError(
      StatusCode::kFailedPrecondition, "090106", "22000",
      fmt::format("Cannot perform {}. This session does not have a current schema. Call 'USE SCHEMA', "
                  "or use a qualified name.",
                  action));
}

Status NoActiveWarehouse() {
  return MakeSqlError(
      StatusCode::kFailedPrecondition, "000606", "57P03",
      "No active warehouse selected in the current session.  Select an active warehouse with the 'use "
      "warehouse' command.");
}

Status UnsupportedFeature(std::string_view feature) {
  return MakeSqlError(StatusCode::kUnsupported, "000002", "0A000",
                      fmt::format("SQL compilation error:\nUnsupported feature '{}'.", feature));
}

Status InvalidProperty(std::string_view name, std::string_view remedy) {
  return MakeSqlError(
      StatusCode::kInvalidArgument, "001008", "22023",
      fmt::format("SQL compilation error:\ninvalid value for property '{}'; {}", name, remedy));
}

Status MissingOption(std::string_view options) {
  return MakeSqlError(StatusCode::kInvalidArgument, "002029", "42601",
                      fmt::format("SQL compilation error:\nMissing option(s): [{}]", options));
}

Status WithSqlError(const Status& status) {
  if (status.ok() || status.detail<sql::SqlError>() != nullptr) return status;
  const auto make = [&](const char* code, const char* sql_state) {
    return MakeSqlError(status.code(), code, sql_state, status.message());
  };
  switch (status.code()) {
    case StatusCode::kInvalidArgument:
      return make("001007", "22023");
    case StatusCode::kNotFound:
      return make("002003", "02000");
    case StatusCode::kAlreadyExists:
      return make("002002", "42710");
    case StatusCode::kPermissionDenied:
      return make("003001", "42501");
    case StatusCode::kUnsupported:
      return make("000002", "0A000");
    case StatusCode::kResourceExhausted:
      return make("000603", "53100");
    case StatusCode::kConflict:
      return make("000625", "57014");
    case StatusCode::kCancelled:
      return make("000604", "57014");
    default:
      return make("000603", "XX000");
  }
}

}  // namespace lifeboat::account
