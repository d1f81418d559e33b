#include "account/wire/endpoints/endpoint.h"
#include "account/wire/errors.h"
#include "account/wire/session_tokens.h"

namespace lifeboat::account::wire {

// A user's statements may be fetched from any of that user's sessions.
void StatementResult(WireContext& context, Call call) {
  const WireSessionPtr session = Authenticate(context, call.request);
  if (session == nullptr) return call.responder.Send(SessionExpired());
  const std::string query_id = call.path.at(1);
  const auto query = context.queries.Find(query_id);
  if (!query.has_value() || query->user != session->state().user) {
    return call.responder.Send(
        ErrorResponse(kStatementNotFound, "02000", "Statement " + query_id + " not found"));
  }
  AnswerWhenDone(context, call, query_id);
}

}  // namespace lifeboat::account::wire
