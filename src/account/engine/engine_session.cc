#include "account/engine/engine_session.h"

#include "account/engine/bind_values.h"
#include "account/engine/execute.h"
#include "account/engine/statement_error.h"
#include "account/sql/parser.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

// RESULT_SCAN reaches back this far, and keeps no larger results than this.
constexpr size_t kPastResults = 20;
constexpr size_t kPastResultRows = 10'000;

SessionState StateOf(const SessionContext& context) {
  SessionState state;
  state.user = context.user_name;
  state.role = context.role;
  state.warehouse = context.warehouse;
  state.database = context.database;
  state.schema = context.schema;
  for (const auto& [name, value] : context.variables) state.variables[name] = value.ToSql();
  state.parameters = context.parameters;
  return state;
}

bool Differ(const SessionState& a, const SessionState& b) {
  return a.user != b.user || a.role != b.role || a.warehouse != b.warehouse || a.database != b.database ||
         a.schema != b.schema || a.variables != b.variables || a.parameters != b.parameters;
}

Status Cancelled() {
  return sql::MakeSqlError(StatusCode::kCancelled, "000604", "57014", "SQL execution canceled");
}

}  // namespace

EngineSession::EngineSession(std::shared_ptr<AccountEngine> engine, std::unique_ptr<DuckConnection> duck,
                             SessionContext context)
    : engine_(std::move(engine)),
      duck_(std::move(duck)),
      id_(context.id),
      context_(std::move(context)),
      state_(StateOf(context_)) {}

SessionState EngineSession::State() const {
  MutexLock lock(mutex_);
  return state_;
}

void EngineSession::Cancel(const std::string& query_id) {
  MutexLock lock(mutex_);
  if (running_query_id_ != query_id) return;
  cancelled_ = true;
  duck_->Interrupt();
}

Result<QueryResult> EngineSession::Execute(const StatementRequest& request) {
  MutexLock statement_lock(statement_mutex_);
  {
    MutexLock lock(mutex_);
    running_query_id_ = request.query_id;
    cancelled_ = false;
    duck_->Resume();
  }
  Result<QueryResult> result = Run(request);
  SessionState state = StateOf(context_);
  MutexLock lock(mutex_);
  running_query_id_.clear();
  if (result.ok()) result->session_changed = Differ(state, state_);
  state_ = std::move(state);
  // A statement that ended by itself just before it was cancelled keeps its result.
  if (!result.ok()) return cancelled_ ? Cancelled() : WithSqlError(result.status());
  return result;
}

Result<QueryResult> EngineSession::Run(const StatementRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::Statement statement, sql::Parse(request.sql));
  StatementContext context(*engine_, context_, *duck_, request.query_id);
  Result<QueryResult> result = RunParsed(context, statement, request);
  if (!result.ok()) return result;
  result->bind_count = static_cast<int>(statement.bind_names.size());
  result->warnings = context.TakeWarnings();
  if (!request.describe_only) Keep(request, *result);
  return result;
}

// Array binding runs the statement once for each row of values; the counts add up.
Result<QueryResult> EngineSession::RunParsed(StatementContext& context, const sql::Statement& statement,
                                             const StatementRequest& request) {
  if (request.bind_rows.size() <= 1) {
    if (!request.bind_rows.empty()) {
      LIFEBOAT_ASSIGN_OR_RETURN(context.binds, ToConstants(request.bind_rows[0]));
    }
    return ExecuteStatement(context, statement, request.describe_only);
  }
  const bool own_transaction = !duck_->in_transaction();
  if (own_transaction) LIFEBOAT_RETURN_IF_ERROR(duck_->Query("BEGIN TRANSACTION").status());
  QueryResult total;
  Status status;
  for (const auto& row : request.bind_rows) {
    Result<std::map<std::string, sql::Constant>> binds = ToConstants(row);
    status = binds.status();
    if (!status.ok()) break;
    context.binds = std::move(*binds);
    Result<QueryResult> one = ExecuteStatement(context, statement, request.describe_only);
    status = one.status();
    if (!status.ok()) break;
    AddCounts(*one, total);
  }
  if (own_transaction && duck_->in_transaction()) {
    const Status ended = status.ok() ? duck_->Query("COMMIT").status() : duck_->Rollback();
    if (status.ok()) status = ended;
  }
  if (!status.ok()) return status;
  return total;
}

void EngineSession::Keep(const StatementRequest& request, const QueryResult& result) {
  QueryResult kept;
  kept.columns = result.columns;
  kept.type = result.type;
  if (result.rows.size() <= kPastResultRows) kept.rows = result.rows;
  context_.past_results.push_back({request.query_id, std::make_shared<const QueryResult>(std::move(kept))});
  if (context_.past_results.size() > kPastResults) context_.past_results.pop_front();
}

}  // namespace lifeboat::account
