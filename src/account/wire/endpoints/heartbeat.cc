#include "account/wire/endpoints/endpoint.h"
#include "account/wire/errors.h"
#include "account/wire/session_tokens.h"

namespace lifeboat::account::wire {

void Heartbeat(WireContext& context, Call call) {
  call.responder.Send(Authenticate(context, call.request) == nullptr ? SessionExpired() : EmptySuccess());
}

}  // namespace lifeboat::account::wire
