#include "bcdr/gateway/replay_policy.h"

namespace lifeboat::bcdr {

bool IsRead(const net::HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
}

bool IsDriverProtocol(const net::HttpRequest& request) {
  const std::vector<std::string> segments = net::PathSegments(request.Path());
  if (segments.empty()) return false;
  for (const char* family : {"session", "queries", "monitoring", "telemetry"}) {
    if (segments[0] == family) return true;
  }
  return false;
}

}  // namespace lifeboat::bcdr
