// The gateway's own endpoints on the SQL listener: /healthz and everything below /lifeboat/.
#ifndef LIFEBOAT_BCDR_GATEWAY_ADMIN_ENDPOINTS_H_
#define LIFEBOAT_BCDR_GATEWAY_ADMIN_ENDPOINTS_H_

#include <optional>
#include <string>

#include "bcdr/gateway/connection_control.h"
#include "net/http.h"

namespace lifeboat::bcdr {

class AdminEndpoints {
 public:
  AdminEndpoints(std::string connection_name, ConnectionControl& control, HoldingProxy& proxy)
      : connection_name_(std::move(connection_name)), control_(control), proxy_(proxy) {}

  // The answer, or nothing when the request is not for the gateway itself.
  std::optional<net::HttpResponse> Answer(const net::HttpRequest& request);

 private:
  net::HttpResponse Describe();
  net::HttpResponse Promote(const net::HttpRequest& request);

  const std::string connection_name_;
  ConnectionControl& control_;
  HoldingProxy& proxy_;
};

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_ADMIN_ENDPOINTS_H_
