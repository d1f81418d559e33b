#include "catalog/server/rest_error.h"

#include "base/utf8.h"
#include "catalog/api/catalog_error.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

int HttpStatusOf(const Status& status) {
  switch (status.code()) {
    case StatusCode::kOk:
      return 200;
    case StatusCode::kInvalidArgument:
      return 400;
    case StatusCode::kUnauthenticated:
      return 401;
    case StatusCode::kPermissionDenied:
      return 403;
    case StatusCode::kNotFound:
      return ErrorTypeOf(status) == "ChangesTrimmedException" ? 410 : 404;
    case StatusCode::kUnsupported:
      return 406;
    case StatusCode::kAlreadyExists:
    case StatusCode::kConflict:
      return 409;
    case StatusCode::kFailedPrecondition:
      return ErrorTypeOf(status) == "NamespaceNotEmptyException" ? 409 : 422;
    case StatusCode::kFenced:
    case StatusCode::kUnavailable:
    case StatusCode::kCancelled:
      return 503;
    case StatusCode::kResourceExhausted:
      return ErrorTypeOf(status) == kBodyTooLarge ? 413 : 503;
    case StatusCode::kCommitStateUnknown:
    case StatusCode::kCorruption:
    case StatusCode::kInternal:
      return 500;
  }
  return 500;
}

net::HttpResponse ErrorResponse(int http_status, std::string_view error_type, std::string_view message) {
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Key("error");
  writer.BeginObject();
  writer.Member("message", ReplaceInvalidUtf8(message));
  writer.Member("type", error_type);
  writer.Member("code", http_status);
  writer.EndObject();
  writer.EndObject();
  net::HttpResponse response = net::HttpResponse::Json(http_status, std::move(body));
  if (http_status == 503) response.headers.Set("Retry-After", "1");
  if (http_status == 401) response.headers.Set("WWW-Authenticate", "Bearer realm=\"lifeboat\"");
  return response;
}

net::HttpResponse OwnAnswer(int http_status, std::string_view message) {
  const std::string_view type = http_status == 413   ? kBodyTooLarge
                                : http_status == 503 ? "ServiceUnavailableException"
                                : http_status >= 500 ? "ServiceFailureException"
                                                     : "BadRequestException";
  return ErrorResponse(http_status, type, message);
}

net::HttpResponse ErrorResponse(const Status& status) {
  return ErrorResponse(HttpStatusOf(status), ErrorTypeOf(status), status.message());
}

}  // namespace lifeboat::catalog
