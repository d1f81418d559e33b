// Health: whether a server process of a deployment answers, and what the gateway says about the connection.
#ifndef LIFEBOAT_DEPLOYMENT_HEALTH_H_
#define LIFEBOAT_DEPLOYMENT_HEALTH_H_

#include <cstdint>
#include <string>

#include "base/result.h"

namespace lifeboat::app {

// GET /healthz answers 200.
bool IsHealthy(uint16_t port);

struct ConnectionSummary {
  std::string name;
  std::string primary;  // account; empty while there is none
  int64_t epoch = 0;
};
Result<ConnectionSummary> DescribeConnection(uint16_t gateway_port);
// Makes an account the connection's primary.
Status PromoteConnection(uint16_t gateway_port, const std::string& account);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEPLOYMENT_HEALTH_H_
