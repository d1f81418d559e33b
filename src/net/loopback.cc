#include "net/loopback.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "net/http.h"

namespace lifeboat::net {

bool IsLoopbackHost(std::string_view host) {
  if (EqualsIgnoringCase(host, "localhost")) return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string text(host);
  in_addr v4;
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6;
  return ::inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

std::string_view WithoutPort(std::string_view host_and_port) {
  if (host_and_port.starts_with('[')) return host_and_port.substr(0, host_and_port.find(']') + 1);
  if (std::count(host_and_port.begin(), host_and_port.end(), ':') != 1) return host_and_port;
  return host_and_port.substr(0, host_and_port.find(':'));
}

}  // namespace lifeboat::net
