#include "account/wire/errors.h"

#include <boost/json/serialize.hpp>

#include "account/sql/sql_error.h"
#include "account/wire/json_fields.h"

namespace lifeboat::account::wire {
namespace {

struct CodeAndState {
  const char* code;
  const char* sql_state;
};

// For errors that arose outside SQL and so carry no SqlError.
CodeAndState FromStatusCode(StatusCode code) {
  switch (code) {
    case StatusCode::kInvalidArgument:
      return {"001003", "42000"};
    case StatusCode::kNotFound:
      return {"002003", "42S02"};
    case StatusCode::kAlreadyExists:
      return {"002002", "42710"};
    case StatusCode::kPermissionDenied:
      return {"003001", "42501"};
    case StatusCode::kUnauthenticated:
      return {kBadCredentials, "08001"};
    case StatusCode::kUnsupported:
      return {"000002", "0A000"};
    case StatusCode::kCancelled:
      return {kStatementCancelled, "57014"};
    default:
      return {"000603", "58000"};
  }
}

}  // namespace

WireError ToWireError(const Status& status) {
  if (const auto* detail = status.detail<sql::SqlError>()) {
    return {detail->code, detail->sql_state, status.message(), detail->line, detail->position};
  }
  const CodeAndState fallback = FromStatusCode(status.code());
  return {fallback.code, fallback.sql_state, status.message()};
}

std::string ErrorBody(const WireError& error, std::string_view query_id) {
  boost::json::object data{
      {"internalError", false}, {"errorCode", error.code}, {"sqlState", error.sql_state}, {"age", 0}};
  if (!query_id.empty()) data.emplace("queryId", query_id);
  if (error.line >= 0) {
    data.emplace("line", error.line);
    data.emplace("pos", error.position);
    data.emplace("type", "COMPILATION");
  }
  return boost::json::serialize(boost::json::object{{"data", std::move(data)},
                                                    {"code", error.code},
                                                    {"message", error.message},
                                                    {"success", false},
                                                    {"headers", nullptr}});
}

net::HttpResponse ErrorResponse(std::string_view code, std::string_view sql_state, std::string_view message) {
  return net::HttpResponse::Json(
      200, ErrorBody({std::string(code), std::string(sql_state), std::string(message)}));
}

net::HttpResponse SessionExpired() {
  return ErrorResponse(kSessionExpired, "08001", "Your session has expired. Renew it with the master token.");
}

net::HttpResponse EmptySuccess() {
  return net::HttpResponse::Json(200, R"({"data":null,"code":null,"message":null,"success":true})");
}

net::HttpResponse TryAgainLater(std::string_view message) {
  net::HttpResponse response = net::HttpResponse::Json(
      503, boost::json::serialize(boost::json::object{
               {"data", nullptr}, {"code", nullptr}, {"message", message}, {"success", false}}));
  response.headers.Set("Retry-After", "1");
  return response;
}

}  // namespace lifeboat::account::wire
