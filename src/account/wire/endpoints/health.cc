#include <boost/json/serialize.hpp>

#include "account/wire/endpoints/endpoint.h"

namespace lifeboat::account::wire {

void Health(WireContext& context, Call call) {
  call.responder.Send(net::HttpResponse::Json(
      200,
      boost::json::serialize(boost::json::object{{"status", "ok"},
                                                 {"account", context.service.account_name()},
                                                 {"organization", context.service.organization_name()}})));
}

}  // namespace lifeboat::account::wire
