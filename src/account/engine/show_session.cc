// SHOW PARAMETERS and SHOW VARIABLES.
#include "account/engine/show.h"

namespace lifeboat::account {
namespace {

struct Parameter {
  const char* name;
  const char* value;
  const char* description;
};

// What a session has unless ALTER SESSION or the login changed it. In order of name.
constexpr Parameter kParameters[] = {
    {"AUTOCOMMIT", "true", "Whether each statement outside BEGIN … COMMIT is a transaction of its own."},
    {"BINARY_OUTPUT_FORMAT", "HEX", "How BINARY values are written as text."},
    {"CLIENT_SESSION_KEEP_ALIVE", "false", "Whether the client keeps the session alive."},
    {"DATE_OUTPUT_FORMAT", "YYYY-MM-DD", "How dates are written as text."},
    {"QUERY_TAG", "", "A text that marks the session's statements."},
    {"ROWS_PER_RESULTSET", "0", "The largest number of rows in a result; 0: no limit."},
    {"STATEMENT_TIMEOUT_IN_SECONDS", "172800", "How long a statement may run."},
    {"TIMESTAMP_NTZ_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF3",
     "How TIMESTAMP_NTZ values are written as text."},
    {"TIMESTAMP_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", "How timestamps are written as text."},
    {"TIMESTAMP_TYPE_MAPPING", "TIMESTAMP_NTZ", "The type that TIMESTAMP stands for."},
    {"TIMEZONE", "UTC", "The session's time zone."},
};

}  // namespace

Result<QueryResult> ShowParameters(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(
      ShowResult result,
      ShowResult::Make(context, statement,
                       {{"key"}, {"value"}, {"default"}, {"level"}, {"description"}, {"type"}}));
  const auto& changed = context.session().parameters;
  std::map<std::string, Parameter> all;
  for (const Parameter& parameter : kParameters) all.emplace(parameter.name, parameter);
  for (const auto& [name, value] : changed) all.try_emplace(name, Parameter{name.c_str(), "", ""});
  for (const auto& [name, parameter] : all) {
    if (!result.Wants(name)) continue;
    const auto own = changed.find(name);
    const std::string value = own == changed.end() ? parameter.value : own->second;
    const bool is_switch = value == "true" || value == "false";
    result.Add({name, value, parameter.value, own == changed.end() ? "" : "SESSION", parameter.description,
                is_switch ? "BOOLEAN" : "STRING"});
  }
  return result.Take();
}

Result<QueryResult> ShowVariables(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(
      ShowResult result,
      ShowResult::Make(context, statement, {{"session_id"}, {"name"}, {"value"}, {"type"}, {"comment"}}));
  for (const auto& [name, value] : context.session().variables) {
    if (!result.Wants(name)) continue;
    const char* type = value.kind == sql::LiteralKind::kNumber    ? "fixed"
                       : value.kind == sql::LiteralKind::kBoolean ? "boolean"
                                                                  : "text";
    result.Add({std::to_string(context.session().id), name, value.text, type, ""});
  }
  return result.Take();
}

}  // namespace lifeboat::account
