#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "account/wire/endpoints/endpoint.h"
#include "account/wire/errors.h"
#include "account/wire/session_tokens.h"

namespace lifeboat::account::wire {
namespace {

constexpr size_t kListMax = 1000;

const char* StatusName(QueryStatus status) {
  switch (status) {
    case QueryStatus::kQueued:
      return "QUEUED";
    case QueryStatus::kRunning:
      return "RUNNING";
    case QueryStatus::kSucceeded:
      return "SUCCESS";
    case QueryStatus::kFailed:
      return "FAILED_WITH_ERROR";
  }
  return "";
}

boost::json::object Describe(const WireContext& context, const QueryView& query) {
  const int64_t end_millis = query.end_millis > 0 ? query.end_millis : context.clock.NowMillis();
  boost::json::object object{{"id", query.id},
                             {"status", StatusName(query.status)},
                             {"state", StatusName(query.status)},
                             {"sqlText", query.sql},
                             {"userName", query.user},
                             {"startTime", query.start_millis},
                             {"endTime", query.end_millis},
                             {"totalDuration", end_millis - query.start_millis}};
  if (query.status == QueryStatus::kFailed) {
    object.emplace("errorCode", query.answer->code());
    object.emplace("errorMessage", query.answer->message());
  }
  return object;
}

net::HttpResponse Listing(boost::json::array queries) {
  return net::HttpResponse::Json(
      200, boost::json::serialize(boost::json::object{{"data", {{"queries", std::move(queries)}}},
                                                      {"code", nullptr},
                                                      {"message", nullptr},
                                                      {"success", true}}));
}

}  // namespace

void MonitorStatement(WireContext& context, Call call) {
  const WireSessionPtr session = Authenticate(context, call.request);
  if (session == nullptr) return call.responder.Send(SessionExpired());
  boost::json::array queries;
  const auto query = context.queries.Find(call.path.at(2));
  if (query.has_value() && query->user == session->state().user) queries.push_back(Describe(context, *query));
  call.responder.Send(Listing(std::move(queries)));
}

void MonitorStatements(WireContext& context, Call call) {
  const WireSessionPtr session = Authenticate(context, call.request);
  if (session == nullptr) return call.responder.Send(SessionExpired());
  size_t max = 25;
  const std::string wanted = call.request.QueryParameter("max");
  std::from_chars(wanted.data(), wanted.data() + wanted.size(), max);
  boost::json::array queries;
  for (const QueryView& query : context.queries.List(session->state().user, std::min(max, kListMax))) {
    queries.push_back(Describe(context, query));
  }
  call.responder.Send(Listing(std::move(queries)));
}

}  // namespace lifeboat::account::wire
