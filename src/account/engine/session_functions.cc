// Functions about the session and the account: CURRENT_ROLE(), SYSTEM$…, evaluated before a query runs.
#include <boost/json.hpp>
#include <cstdlib>
#include <set>

#include "account/engine/query_resolver.h"
#include "account/engine/statement_error.h"
#include "account/objects/snapshot.h"
#include "account/sql/parser.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

using sql::Constant;
using sql::LiteralKind;

constexpr const char* kRegion = "LIFEBOAT_LOCAL";
constexpr const char* kVersion = "9.99.0";

Constant Text(std::string text) {
  return {LiteralKind::kString, std::move(text)};
}
// Snowflake answers NULL where nothing is selected.
Constant TextOrNull(const std::string& text) {
  return text.empty() ? Constant() : Text(text);
}

std::string QuotedList(const std::vector<std::string>& values) {
  boost::json::array array;
  for (const std::string& value : values) array.emplace_back(value);
  return boost::json::serialize(array);
}

std::vector<std::string> AvailableRoles(const StatementContext& context) {
  std::set<std::string> names;
  for (const ObjectId role : Authorizer::RolesOf(context.snapshot(), context.session().user)) {
    for (const ObjectId inherited : Authorizer::Closure(context.snapshot(), role)) {
      names.insert(context.snapshot().NameOf(inherited));
    }
  }
  return {names.begin(), names.end()};
}

Result<Constant> CatalogLinkStatus(StatementContext& context, const std::vector<Constant>& arguments) {
  if (arguments.size() != 1) {
    return sql::MakeSqlError(
        StatusCode::kInvalidArgument, "001044", "42601",
        "SQL compilation error:\nSYSTEM$CATALOG_LINK_STATUS takes one argument, the name of a "
        "catalog-linked database");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::ObjectName name, sql::ParseObjectName(arguments[0].text));
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* database, GetDatabase(context, name));
  if (!database->as<Database>().link)
    return UnsupportedFeature("link status of a database that is not linked");
  const LinkStatus status = context.engine().links->StatusOf(*database);
  boost::json::object json;
  json["executionState"] = status.execution_state;
  if (!status.failure_reason.empty()) {
    json["failedExecutionStateReason"] = status.failure_reason;
    json["failedExecutionStateErrorCode"] = status.failure_code;
  }
  if (status.last_attempt_micros != 0)
    json["lastLinkAttemptStartTime"] = FormatUtc(status.last_attempt_micros);
  boost::json::array failures;
  for (const LinkStatus::Failure& failure : status.failures) {
    failures.push_back({{"qualifiedEntityName", failure.entity},
                        {"entityDomain", failure.domain},
                        {"operation", failure.operation},
                        {"errorCode", failure.code},
                        {"errorMessage", failure.message}});
  }
  json["failureDetails"] = std::move(failures);
  return Text(boost::json::serialize(json));
}

}  // namespace

Result<std::optional<Constant>> EvaluateSessionFunction(StatementContext& context, const std::string& name,
                                                        const std::vector<Constant>& arguments) {
  const SessionContext& session = context.session();
  const EmbeddedAccountOptions& options = context.engine().options;
  if (name == "SYSTEM$CATALOG_LINK_STATUS") {
    LIFEBOAT_ASSIGN_OR_RETURN(Constant status, CatalogLinkStatus(context, arguments));
    return std::optional(std::move(status));
  }
  if (name == "CURRENT_ACCOUNT") return std::optional(Text(context.engine().locator));
  if (name == "CURRENT_ACCOUNT_NAME") return std::optional(Text(options.account));
  if (name == "CURRENT_ORGANIZATION_NAME") return std::optional(Text(options.organization));
  if (name == "CURRENT_REGION") return std::optional(Text(kRegion));
  if (name == "CURRENT_VERSION") return std::optional(Text(kVersion));
  if (name == "CURRENT_USER") return std::optional(Text(session.user_name));
  if (name == "CURRENT_ROLE") return std::optional(TextOrNull(session.role));
  if (name == "CURRENT_WAREHOUSE") return std::optional(TextOrNull(session.warehouse));
  if (name == "CURRENT_DATABASE") return std::optional(TextOrNull(session.database));
  if (name == "CURRENT_SCHEMA") return std::optional(TextOrNull(session.schema));
  if (name == "CURRENT_SESSION") return std::optional(Text(std::to_string(session.id)));
  if (name == "CURRENT_CLIENT") return std::optional(Text("Lifeboat"));
  if (name == "CURRENT_STATEMENT") return std::optional<Constant>();
  if (name == "CURRENT_AVAILABLE_ROLES") return std::optional(Text(QuotedList(AvailableRoles(context))));
  if (name == "CURRENT_SECONDARY_ROLES") {
    return std::optional(
        Text(session.secondary_roles_all ? R"({"roles":"","value":"ALL"})" : R"({"roles":"","value":""})"));
  }
  if (name == "CURRENT_SCHEMAS") {
    std::vector<std::string> schemas;
    if (!session.schema.empty()) {
      schemas.push_back(QuoteIdentifier(session.database) + "." + QuoteIdentifier(session.schema));
    }
    return std::optional(Text(QuotedList(schemas)));
  }
  if (name == "LAST_QUERY_ID") {
    // Without an argument, or with -1: the newest; 1: the first of the session.
    const auto& past = session.past_results;
    const long wanted = arguments.empty() ? -1 : std::strtol(arguments[0].text.c_str(), nullptr, 10);
    const long index = wanted < 0 ? static_cast<long>(past.size()) + wanted : wanted - 1;
    if (index < 0 || index >= static_cast<long>(past.size())) return std::optional(Constant());
    return std::optional(Text(past[static_cast<size_t>(index)].query_id));
  }
  if (name == "IS_ROLE_IN_SESSION" && arguments.size() == 1) {
    const Object* role = context.snapshot().Find(ObjectKind::kRole, kAccountId, arguments[0].text);
    const bool in_session = role != nullptr && context.authorizer().HasRole(role->id);
    return std::optional(Constant{LiteralKind::kBoolean, in_session ? "TRUE" : "FALSE"});
  }
  return std::optional<Constant>();
}

}  // namespace lifeboat::account
