// The endpoints of the driver protocol, one file each. Each answers its call once, now or later.
#ifndef LIFEBOAT_ACCOUNT_WIRE_ENDPOINTS_ENDPOINT_H_
#define LIFEBOAT_ACCOUNT_WIRE_ENDPOINTS_ENDPOINT_H_

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "account/wire/wire_context.h"
#include "base/result.h"
#include "net/http.h"
#include "net/http_server.h"

namespace lifeboat::account::wire {

struct Call {
  net::HttpRequest request;
  net::Responder responder;
  std::vector<std::string> path;  // decoded segments
};

void Login(WireContext& context, Call call);              // POST /session/v1/login-request
void RenewToken(WireContext& context, Call call);         // POST /session/token-request
void Heartbeat(WireContext& context, Call call);          // POST /session/heartbeat
void CloseSession(WireContext& context, Call call);       // POST /session?delete=true
void RunStatement(WireContext& context, Call call);       // POST /queries/v1/query-request
void AbortRequest(WireContext& context, Call call);       // POST /queries/v1/abort-request
void AbortStatement(WireContext& context, Call call);     // POST /queries/{id}/abort-request
void StatementResult(WireContext& context, Call call);    // GET /queries/{id}/result
void MonitorStatement(WireContext& context, Call call);   // GET /monitoring/queries/{id}
void MonitorStatements(WireContext& context, Call call);  // GET /monitoring/queries
void Telemetry(WireContext& context, Call call);          // POST /telemetry/send
void Health(WireContext& context, Call call);             // GET /healthz
void DownloadChunk(WireContext& context, Call call);      // GET /lifeboat/chunks/{id}

// The body as JSON, decompressed if need be.
Result<boost::json::object> ReadBody(const WireContext& context, Call& call);
// Answers 200 with "success": false.
void AnswerBadRequest(const Call& call, const Status& status);

// Waits for the statement as long as a request is held, then answers the call with its answer or "in
// progress".
void AnswerWhenDone(WireContext& context, const Call& call, const std::string& query_id);
// Answers at once that the statement is under way; `code` is kQueryInProgress or kQueryInProgressAsync.
void AnswerInProgress(const Call& call, const std::string& query_id, const char* code);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_ENDPOINTS_ENDPOINT_H_
