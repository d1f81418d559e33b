#include "account/wire/endpoints/endpoint.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "account/wire/errors.h"
#include "account/wire/json_fields.h"
#include "account/wire/session_tokens.h"
#include "net/content_encoding.h"

namespace lifeboat::account::wire {
namespace {

// Where the client found this server, through whatever stands between.
std::string BaseUrl(const net::HttpRequest& request) {
  const bool tls = request.headers.Get("X-Forwarded-Proto") == "https";
  return std::string(tls ? "https://" : "http://") + std::string(request.headers.Get("Host"));
}

}  // namespace

Result<boost::json::object> ReadBody(const WireContext& context, Call& call) {
  LIFEBOAT_ASSIGN_OR_RETURN(
      const std::string body,
      net::DecodeContent(std::move(call.request.body), call.request.headers.Get("Content-Encoding"),
                         context.options.max_request_bytes));
  return ParseObject(body);
}

void AnswerBadRequest(const Call& call, const Status& status) {
  call.responder.Send(net::HttpResponse::Json(200, ErrorBody(ToWireError(status))));
}

void AnswerInProgress(const Call& call, const std::string& query_id, const char* code) {
  const boost::json::object body{
      {"data",
       {{"queryId", query_id},
        {"getResultUrl", "/queries/" + query_id + "/result"},
        {"queryAbortsAfterSecs", 0},
        {"progressDesc", nullptr}}},
      {"code", code},
      {"message", "Query execution in progress. Use the query id to ask for its status and result."},
      {"success", true}};
  call.responder.Send(net::HttpResponse::Json(200, boost::json::serialize(body)));
}

void AnswerWhenDone(WireContext& context, const Call& call, const std::string& query_id) {
  const auto query = context.queries.Find(query_id);
  const std::string session_id = query.has_value() ? query->session_id : "";
  context.queries.Wait(
      query_id, context.options.hold, [call, query_id, session_id](const QueryAnswerPtr& answer) {
        if (answer == nullptr) return AnswerInProgress(call, query_id, kQueryInProgress);
        net::HttpResponse response = net::HttpResponse::Json(200, answer->Body(BaseUrl(call.request)));
        AddSessionHeaders(response, session_id, answer->session_state());
        call.responder.Send(std::move(response));
      });
}

}  // namespace lifeboat::account::wire
