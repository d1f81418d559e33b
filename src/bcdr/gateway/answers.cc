#include "bcdr/gateway/answers.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace lifeboat::bcdr {

net::HttpResponse ErrorAnswer(Dialect dialect, int status, std::string_view type, std::string_view message) {
  boost::json::object body;
  if (dialect == Dialect::kDriverProtocol) {
    body = {{"data", nullptr}, {"code", std::to_string(status)}, {"message", message}, {"success", false}};
  } else {
    body = {{"error", {{"message", message}, {"type", type}, {"code", status}}}};
  }
  return net::HttpResponse::Json(status, boost::json::serialize(body));
}

net::HttpResponse TryAgainAnswer(Dialect dialect, std::string_view message) {
  net::HttpResponse answer = dialect == Dialect::kDriverProtocol
                                 ? ErrorAnswer(dialect, 503, "ServiceUnavailableException", message)
                                 : ErrorAnswer(dialect, 429, "TooManyRequestsException", message);
  answer.headers.Add("Retry-After", "1");
  return answer;
}

net::HttpResponse OutcomeUnknownAnswer(Dialect dialect, std::string_view message) {
  return ErrorAnswer(dialect, 502, "CommitStateUnknownException", message);
}

}  // namespace lifeboat::bcdr
