#include "account/wire/endpoints/endpoint.h"
#include "account/wire/errors.h"

namespace lifeboat::account::wire {

// Some drivers send it whatever they are told; it is accepted and not kept.
void Telemetry(WireContext&, Call call) {
  call.responder.Send(EmptySuccess());
}

}  // namespace lifeboat::account::wire
