// Statuses as answers of the REST protocol: {"error":{"message":…,"type":…,"code":…}}.
//
// A status after which nothing was applied never becomes a bare 5xx, because clients would have to treat
// their commit as unknown: fenced, starting and out-of-space nodes answer 503 with Retry-After. Source:
// Iceberg REST specification, "IcebergErrorResponse".
#ifndef LIFEBOAT_CATALOG_SERVER_REST_ERROR_H_
#define LIFEBOAT_CATALOG_SERVER_REST_ERROR_H_

#include <string_view>

#include "base/status.h"
#include "net/http.h"

namespace lifeboat::catalog {

// Of a kResourceExhausted status: not this server but the request has to become smaller.
inline constexpr std::string_view kBodyTooLarge = "ContentTooLargeException";

int HttpStatusOf(const Status& status);
net::HttpResponse ErrorResponse(const Status& status);
// An error that no Status code stands for (405).
net::HttpResponse ErrorResponse(int http_status, std::string_view error_type, std::string_view message);
// What the HTTP server answers to a request that no operation gets to see; see net::HttpServerOptions.
net::HttpResponse OwnAnswer(int http_status, std::string_view message);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_REST_ERROR_H_
