#include "account/wire/endpoints/endpoint.h"
#include "account/wire/errors.h"
#include "account/wire/json_fields.h"
#include "account/wire/session_tokens.h"

namespace lifeboat::account::wire {
namespace {

void Abort(WireContext& context, const Call& call, const std::string& query_id) {
  if (context.queries.Cancel(query_id)) return call.responder.Send(EmptySuccess());
  call.responder.Send(
      ErrorResponse(kStatementNotRunning, "02000", "Identified SQL statement is not currently executing."));
}

}  // namespace

void AbortRequest(WireContext& context, Call call) {
  const WireSessionPtr session = Authenticate(context, call.request);
  if (session == nullptr) return call.responder.Send(SessionExpired());
  const auto body = ReadBody(context, call);
  if (!body.ok()) return AnswerBadRequest(call, body.status());
  Abort(context, call,
        context.queries.FindRequest(session->id(), StringField(*body, "requestId")).value_or(""));
}

void AbortStatement(WireContext& context, Call call) {
  const WireSessionPtr session = Authenticate(context, call.request);
  if (session == nullptr) return call.responder.Send(SessionExpired());
  const auto query = context.queries.Find(call.path.at(1));
  const bool own = query.has_value() && query->user == session->state().user;
  Abort(context, call, own ? query->id : "");
}

}  // namespace lifeboat::account::wire
