#include <algorithm>
#include <utility>

#include "account/wire/bindings.h"
#include "account/wire/endpoints/endpoint.h"
#include "account/wire/errors.h"
#include "account/wire/json_fields.h"
#include "account/wire/session_tokens.h"
#include "account/wire/statement_runner.h"
#include "base/uuid.h"

namespace lifeboat::account::wire {
namespace {

// How the 4.x python connector fetches the result of an asynchronous statement: not SQL that somebody wrote,
// but the driver's way of saying GET /queries/{id}/result. Returns the id, or "".
std::string FetchedQueryId(std::string_view sql) {
  static constexpr std::string_view kBefore = "select * from table(result_scan('";
  static constexpr std::string_view kAfter = "'))";
  if (!sql.starts_with(kBefore) || !sql.ends_with(kAfter)) return "";
  const std::string_view id = sql.substr(kBefore.size(), sql.size() - kBefore.size() - kAfter.size());
  return Uuid::Parse(id).ok() ? std::string(id) : "";
}

// MULTI_STATEMENT_COUNT of the request, else of the session, else 1.
int64_t StatementCount(const boost::json::object& body, const WireSession& session) {
  int64_t count = 1;
  const SessionState state = session.state();
  const auto it = state.parameters.find("MULTI_STATEMENT_COUNT");
  if (it != state.parameters.end()) {
    count = IntField(boost::json::object{{"count", it->second}}, "count", count);
  }
  if (const auto* parameters = ObjectField(body, "parameters")) {
    count = IntField(*parameters, "MULTI_STATEMENT_COUNT", count);
  }
  return std::max<int64_t>(count, 0);
}

Result<StatementJob> ReadJob(const boost::json::object& body, const WireSession& session,
                             std::string request_id) {
  StatementJob job;
  job.request_id = std::move(request_id);
  job.sql = StringField(body, "sqlText");
  job.describe_only = BoolField(body, "describeOnly");
  job.statement_count = StatementCount(body, session);
  if (!StringField(body, "bindStage").empty()) {
    return Status::Unsupported("Binding through a stage is not supported. Bind values inline.");
  }
  if (const auto* bindings = ObjectField(body, "bindings")) {
    LIFEBOAT_ASSIGN_OR_RETURN(job.bind_rows, ReadBindings(*bindings));
  }
  return job;
}

}  // namespace

void RunStatement(WireContext& context, Call call) {
  const WireSessionPtr session = Authenticate(context, call.request);
  if (session == nullptr) return call.responder.Send(SessionExpired());
  const auto body = ReadBody(context, call);
  if (!body.ok()) return AnswerBadRequest(call, body.status());

  const std::string fetched = FetchedQueryId(StringField(*body, "sqlText"));
  if (const auto query = context.queries.Find(fetched);
      query.has_value() && query->user == session->state().user) {
    return AnswerWhenDone(context, call, fetched);
  }
  Result<StatementJob> job = ReadJob(*body, *session, call.request.QueryParameter("requestId"));
  if (!job.ok()) return AnswerBadRequest(call, job.status());
  const std::string query_id = StartStatement(context, session, *std::move(job));
  if (BoolField(*body, "asyncExec")) return AnswerInProgress(call, query_id, kQueryInProgressAsync);
  AnswerWhenDone(context, call, query_id);
}

}  // namespace lifeboat::account::wire
