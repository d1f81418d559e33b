#include "account/wire/endpoints/endpoint.h"
#include "account/wire/errors.h"
#include "account/wire/session_tokens.h"

namespace lifeboat::account::wire {

// A token this server does not know is answered with success: what is to be closed is not open here, and
// 390112 would make the driver resume the session only to close it.
void CloseSession(WireContext& context, Call call) {
  if (call.request.QueryParameter("delete") != "true") {
    return AnswerBadRequest(call, Status::InvalidArgument("POST /session takes delete=true only."));
  }
  if (const WireSessionPtr session = Authenticate(context, call.request)) {
    context.sessions.Remove(session);
    context.queries.CancelSession(session->id());
  }
  call.responder.Send(EmptySuccess());
}

}  // namespace lifeboat::account::wire
