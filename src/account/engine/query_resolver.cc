#include "account/engine/query_resolver.h"

#include <algorithm>

#include "account/engine/native_tables.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/parser.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

constexpr const char* kInformationSchema = "INFORMATION_SCHEMA";

std::vector<sql::ResolvedColumn> ToResolved(const std::vector<TableColumn>& columns) {
  std::vector<sql::ResolvedColumn> resolved;
  for (const TableColumn& column : columns) resolved.push_back({column.name, ParseColumnType(column.type)});
  return resolved;
}

// A result the engine made itself, as a table.
sql::ResolvedTable ToResolvedTable(const QueryResult& result) {
  sql::ResolvedTable table;
  table.duckdb_sql = ToRelationSql(result);
  for (const Column& column : result.columns) {
    table.columns.push_back({column.name, ParseColumnType(ColumnTypeText(column))});
  }
  return table;
}

}  // namespace

QueryResolver::QueryResolver(StatementContext& context)
    : QueryResolver(context, context.authorizer(), SessionScope(context), 0) {}

QueryResolver::QueryResolver(StatementContext& context, const Authorizer& authorizer, NameScope scope,
                             int depth)
    : context_(context), authorizer_(authorizer), scope_(std::move(scope)), depth_(depth) {}

Result<const Object*> QueryResolver::FindReadable(const sql::ObjectName& name, const std::string& privilege) {
  LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target, ResolveInSchema(context_, name, scope_, "SELECT"));
  const Object* relation = FindRelation(context_.snapshot(), target);
  // Whoever may not enter the schema, or holds nothing on the table, does not learn that it exists.
  if (relation == nullptr || !authorizer_.CanReach(*relation)) {
    return DoesNotExist(ObjectKind::kTable, target.text, nullptr);
  }
  if (!authorizer_.Has(privilege, relation->id)) {
    if (!authorizer_.CanSee(*relation)) return DoesNotExist(ObjectKind::kTable, target.text, nullptr);
    return InsufficientPrivileges(relation->kind(), relation->name);
  }
  return relation;
}

Result<sql::ResolvedTable> QueryResolver::ResolveTable(const sql::ObjectName& name) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<sql::Identifier> parts, context_.Parts(name));
  const std::string& schema = parts.size() >= 2 ? parts[parts.size() - 2].text : scope_.schema;
  if (schema == kInformationSchema) {
    const std::string database_name = parts.size() == 3 ? parts[0].text : scope_.database;
    const Object* database = context_.snapshot().Find(ObjectKind::kDatabase, kAccountId, database_name);
    if (database == nullptr || !authorizer_.Has("USAGE", database->id)) {
      if (parts.size() == 2 && database_name.empty()) return NoCurrentDatabase("SELECT");
      return DoesNotExist(ObjectKind::kDatabase, QuoteIdentifier(database_name), nullptr);
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<QueryResult> view,
                              InformationSchemaView(context_, *database, parts.back().text));
    if (!view) return DoesNotExist(ObjectKind::kTable, NameText(parts), nullptr);
    return ToResolvedTable(*view);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* relation, FindReadable(name, "SELECT"));
  read_anything_ = true;
  switch (relation->kind()) {
    case ObjectKind::kView:
      return FromView(*relation);
    case ObjectKind::kIcebergTable:
      return FromIcebergTable(*relation);
    default:
      return FromTable(*relation);
  }
}

Result<sql::ResolvedTable> QueryResolver::ResolveTarget(const sql::ObjectName& name) {
  LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target, ResolveInSchema(context_, name, scope_, "DML"));
  const Object* relation = FindRelation(context_.snapshot(), target);
  if (relation == nullptr || !authorizer_.CanReach(*relation) || !authorizer_.CanSee(*relation)) {
    return DoesNotExist(ObjectKind::kTable, target.text, nullptr);
  }
  for (const std::string& privilege : target_privileges_) {
    if (!authorizer_.Has(privilege, relation->id))
      return InsufficientPrivileges(relation->kind(), relation->name);
  }
  if (relation->kind() == ObjectKind::kIcebergTable) {
    return UnsupportedFeature("writing to table " + target.text +
                              ", which belongs to a linked catalog; write to it through the catalog");
  }
  if (relation->kind() != ObjectKind::kTable) return UnsupportedFeature("DML on view " + target.text);
  return FromTable(*relation);
}

Result<sql::ResolvedTable> QueryResolver::FromTable(const Object& table) {
  sql::ResolvedTable resolved;
  resolved.duckdb_sql = table.as<Table>().storage;
  resolved.columns = ToResolved(table.as<Table>().columns);
  return resolved;
}

Result<sql::ResolvedTable> QueryResolver::FromIcebergTable(const Object& table) {
  std::string warning;
  Result<std::shared_ptr<const IcebergScan>> scan =
      context_.engine().links->Scan(context_.snapshot(), table, &warning);
  if (!scan.ok()) {
    if (scan.status().code() == StatusCode::kNotFound) {
      return DoesNotExist(ObjectKind::kIcebergTable, context_.snapshot().QualifiedName(table), nullptr);
    }
    return sql::MakeSqlError(scan.status().code(), "094120", "XX000",
                             fmt::format("SQL execution error:\nTable {} cannot be read: {}",
                                         context_.snapshot().QualifiedName(table), scan.status().message()));
  }
  if (!warning.empty()) context_.Warn(std::move(warning));
  const Object* database = context_.snapshot().DatabaseOf(table);
  const auto& link = database->as<Database>().link;
  const bool case_sensitive = link && link->case_sensitive;
  sql::ResolvedTable resolved;
  // The scan's own schema, which may be newer than what discovery last saw.
  resolved.columns = ToResolved(ToTableColumns(*(*scan)->plan->schema, case_sensitive));
  resolved.case_insensitive_columns = !case_sensitive;
  resolved.duckdb_sql = context_.AddScan(std::move(*scan));
  return resolved;
}

Result<sql::ResolvedTable> QueryResolver::FromView(const Object& object) {
  const auto& view = object.as<View>();
  const Snapshot& snapshot = context_.snapshot();
  const std::string name = snapshot.QualifiedName(object);
  if (depth_ >= kMaxViewDepth) {
    return sql::MakeSqlError(
        StatusCode::kInvalidArgument, "002055", "42601",
        fmt::format("SQL compilation error:\nView {} is defined in terms of itself, or views are "
                    "nested more than {} deep.",
                    name, kMaxViewDepth));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::Statement statement, sql::Parse(view.query));
  const auto* select = std::get_if<sql::SelectStatement>(&statement.node);
  if (select == nullptr) return Status::Corruption("the stored text of view {} is no query", name);
  const Object* schema = snapshot.Get(object.parent);
  const Object* database = snapshot.DatabaseOf(object);
  const Authorizer owner = context_.AuthorizerFor(object.owner);
  QueryResolver inner(context_, owner, {database->name, schema->name}, depth_ + 1);
  Result<sql::TranslatedQuery> query = sql::TranslateQuery(*select->query, inner);
  if (!query.ok()) {
    // Say which view is broken; positions inside its text would mislead.
    const auto* detail = query.status().detail<sql::SqlError>();
    return sql::MakeSqlError(query.status().code(), detail == nullptr ? "002037" : detail->code,
                             detail == nullptr ? "42601" : detail->sql_state,
                             fmt::format("SQL compilation error:\nFailure during expansion of view '{}': {}",
                                         object.name, query.status().message()));
  }
  if (query->columns.size() != view.columns.size()) {
    return sql::MakeSqlError(
        StatusCode::kFailedPrecondition, "002057", "42601",
        fmt::format("SQL compilation error:\nView definition for '{}' declared {} column(s), but "
                    "view query produces {} column(s).",
                    name, view.columns.size(), query->columns.size()));
  }
  sql::ResolvedTable resolved;
  resolved.columns = ToResolved(view.columns);
  std::string names;
  for (const TableColumn& column : view.columns)
    names += (names.empty() ? "" : ", ") + DuckIdentifier(column.name);
  resolved.duckdb_sql = fmt::format("(SELECT * FROM ({}) AS v({}))", query->duckdb_sql, names);
  return resolved;
}

Result<sql::ResolvedTable> QueryResolver::ResolveTableFunction(
    const sql::ObjectName& name, const std::vector<TableFunctionArgument>& arguments) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<sql::Identifier> parts, context_.Parts(name));
  const std::string function = parts.empty() ? "" : parts.back().text;
  if (function == "RESULT_SCAN" && arguments.size() == 1) {
    for (const SessionContext::PastResult& past : context_.session().past_results) {
      if (past.query_id == arguments[0].value.text) return ToResolvedTable(*past.result);
    }
    return sql::MakeSqlError(StatusCode::kNotFound, "000709", "02000",
                             fmt::format("Statement {} not found", arguments[0].value.text));
  }
  return sql::MakeSqlError(StatusCode::kNotFound, "002141", "42601",
                           fmt::format("SQL compilation error:\nUnknown table function {}", NameText(parts)));
}

std::optional<sql::Constant> QueryResolver::Variable(std::string_view name) {
  return context_.constant_scope().variable(name);
}

std::optional<sql::Constant> QueryResolver::BindValue(std::string_view name) {
  return context_.constant_scope().bind(name);
}

Result<std::optional<sql::Constant>> QueryResolver::SessionFunction(
    const std::string& name, const std::vector<sql::Constant>& arguments) {
  return EvaluateSessionFunction(context_, name, arguments);
}

}  // namespace lifeboat::account
