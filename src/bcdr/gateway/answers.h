// What a gateway says by itself, in the shape that the clients of each listener understand.
#ifndef LIFEBOAT_BCDR_GATEWAY_ANSWERS_H_
#define LIFEBOAT_BCDR_GATEWAY_ANSWERS_H_

#include <string>
#include <string_view>

#include "net/http.h"

namespace lifeboat::bcdr {

enum class Dialect {
  kDriverProtocol,  // {"success": false, "code": …, "message": …, "data": null}
  kIcebergRest,     // {"error": {"message": …, "type": …, "code": …}}
};

// Nothing was applied: repeat later. 503 to drivers; 429 to Iceberg clients, which take a 503 of a commit for
// "may have happened" and do not repeat it. Carries Retry-After.
net::HttpResponse TryAgainAnswer(Dialect dialect, std::string_view message);

// 502: the request was sent and its outcome is unknown.
net::HttpResponse OutcomeUnknownAnswer(Dialect dialect, std::string_view message);

net::HttpResponse ErrorAnswer(Dialect dialect, int status, std::string_view type, std::string_view message);

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_ANSWERS_H_
