#include "account/wire/statement_runner.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "account/sql/parser.h"
#include "account/sql/sql_error.h"
#include "account/wire/session_tokens.h"

namespace lifeboat::account::wire {
namespace {

// The id under which the account knows what a job is running just now: the job's own, or that of one of its
// statements.
class CurrentStatement {
 public:
  void Set(const std::string& query_id) {
    MutexLock lock(mutex_);
    query_id_ = query_id;
  }
  std::string query_id() const {
    MutexLock lock(mutex_);
    return query_id_;
  }

 private:
  mutable Mutex mutex_;
  std::string query_id_ GUARDED_BY(mutex_);
};

Status CancelledError() {
  return sql::MakeSqlError(StatusCode::kCancelled, kStatementCancelled, "57014", "SQL execution canceled");
}

bool IsDml(StatementType type) {
  return type == StatementType::kDml || type == StatementType::kInsert || type == StatementType::kUpdate ||
         type == StatementType::kDelete || type == StatementType::kMerge;
}

class Run {
 public:
  Run(WireContext& context, const WireSessionPtr& session, std::string query_id, StatementJob job,
      std::shared_ptr<CurrentStatement> current)
      : context_(context),
        session_(session),
        query_id_(std::move(query_id)),
        job_(std::move(job)),
        current_(std::move(current)) {}

  void operator()() {
    if (!context_.queries.MarkRunning(query_id_)) return End(CancelledError(), false);
    if (job_.statement_count == 1) return RunOne();
    RunSeveral();
  }

 private:
  void RunOne() {
    StatementRequest request{query_id_, std::move(job_.sql), job_.describe_only, std::move(job_.bind_rows)};
    bool changed = false;
    Result<QueryResult> result = Execute(request, changed);
    if (!result.ok()) return End(result.status(), changed);
    context_.queries.End(query_id_, Answer(query_id_, std::move(*result), changed));
  }

  void RunSeveral() {
    const std::vector<sql::ScriptStatement> statements = sql::SplitStatements(job_.sql);
    const auto count = static_cast<int64_t>(statements.size());
    if (count == 0) return RunOne();  // the account knows what an empty statement is answered
    if (job_.statement_count > 0 && job_.statement_count != count) {
      return End(sql::MakeSqlError(
                     StatusCode::kInvalidArgument, "000008", "0A000",
                     fmt::format("Actual statement count {} did not match the desired statement count {}.",
                                 count, job_.statement_count)),
                 false);
    }
    std::vector<ChildStatement> children;
    bool any_changed = false;
    for (const sql::ScriptStatement& statement : statements) {
      if (context_.queries.Cancelled(query_id_)) return End(CancelledError(), any_changed);
      const std::string child = BeginChild(std::string(statement.text));
      StatementRequest request{child, std::string(statement.text), job_.describe_only, {}};
      bool changed = false;
      Result<QueryResult> result = Execute(request, changed);
      any_changed |= changed;
      if (!result.ok()) {
        context_.queries.End(child, AnswerError(ToWireError(result.status()), child, ""));
        return End(result.status(), any_changed);
      }
      children.push_back({child, result->type});
      context_.queries.End(child, Answer(child, std::move(*result), changed));
    }
    const SessionState after = session_->state();
    AnswerContext answer;
    answer.query_id = query_id_;
    answer.after = &after;
    answer.session_state = SignedState(any_changed);
    context_.queries.End(query_id_, AnswerMultiStatement(children, answer));
  }

  std::string BeginChild(std::string sql) {
    QueryDescription description;
    description.session_id = session_->id();
    description.user = session_->state().user;
    description.sql = std::move(sql);
    std::string id = context_.queries.Begin(std::move(description)).id;
    context_.queries.MarkRunning(id);
    return id;
  }

  Result<QueryResult> Execute(const StatementRequest& request, bool& changed) {
    current_->Set(request.query_id);
    Result<QueryResult> result = session_->session().Execute(request);
    // Read back also after an error: a statement may fail half-way.
    changed = session_->RefreshState();
    if (result.ok()) changed |= result->session_changed;
    return result;
  }

  std::string SignedState(bool changed) const {
    return changed ? IssueToken(context_, *session_, TokenKind::kState) : std::string();
  }

  QueryAnswerPtr Answer(const std::string& query_id, QueryResult&& result, bool changed) {
    const SessionState after = session_->state();
    AnswerContext answer;
    answer.query_id = query_id;
    answer.after = &after;
    answer.session_state = SignedState(changed);
    answer.array_bind_supported = IsDml(result.type) && result.bind_count > 0;
    answer.inline_rowset_bytes = context_.options.inline_rowset_bytes;
    answer.chunk_bytes = context_.options.chunk_bytes;
    return AnswerResult(std::move(result), answer, context_.random);
  }

  void End(const Status& error, bool changed) {
    context_.queries.End(query_id_, AnswerError(ToWireError(error), query_id_, SignedState(changed)));
  }

  WireContext& context_;
  const WireSessionPtr session_;
  const std::string query_id_;
  StatementJob job_;
  const std::shared_ptr<CurrentStatement> current_;  // shared with the registry's cancel function
};

}  // namespace

std::string StartStatement(WireContext& context, const WireSessionPtr& session, StatementJob job) {
  auto current = std::make_shared<CurrentStatement>();
  QueryDescription description;
  description.session_id = session->id();
  description.user = session->state().user;
  description.request_id = job.request_id;
  description.sql = job.sql;
  description.cancel = [session, current] { session->session().Cancel(current->query_id()); };
  QueryRegistry::Beginning beginning = context.queries.Begin(std::move(description));
  if (beginning.repeated) return beginning.id;
  auto run = std::make_shared<Run>(context, session, beginning.id, std::move(job), std::move(current));
  session->Enqueue([run] { (*run)(); });
  return beginning.id;
}

}  // namespace lifeboat::account::wire
