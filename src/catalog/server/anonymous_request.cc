#include "catalog/server/anonymous_request.h"

#include <string_view>

#include "net/loopback.h"

namespace lifeboat::catalog {
namespace {

Status Refused(std::string_view why) {
  return Status::Unauthenticated(
      "Not authorized: the request carries no credentials, and {}; only programs on this machine are served "
      "without",
      why);
}

// "client, proxy, proxy"
bool AreAllLoopback(std::string_view addresses) {
  while (true) {
    std::string_view address = addresses.substr(0, addresses.find(','));
    addresses.remove_prefix(address.size());
    while (address.starts_with(' ')) address.remove_prefix(1);
    while (address.ends_with(' ')) address.remove_suffix(1);
    if (!net::IsLoopbackHost(address)) return false;
    if (addresses.empty()) return true;
    addresses.remove_prefix(1);
  }
}

}  // namespace

Status CheckMayBeAnonymous(const net::HttpRequest& request) {
  // What a program hands to the server inside its own process has no peer.
  if (!request.peer.empty() && !net::IsLoopbackHost(net::WithoutPort(request.peer)))
    return Refused("it comes from another machine");
  if (request.headers.Has("Origin")) return Refused("a page in a browser sends it");
  for (const auto& [name, value] : request.headers.fields()) {
    if (net::EqualsIgnoringCase(name, "Host") && !net::IsLoopbackHost(net::WithoutPort(value)))
      return Refused("its Host is no loopback address");
    if (net::EqualsIgnoringCase(name, "Sec-Fetch-Site") && value != "none")
      return Refused("a page in a browser sends it");
    if (net::EqualsIgnoringCase(name, "Forwarded") ||
        (net::EqualsIgnoringCase(name, "X-Forwarded-For") && !AreAllLoopback(value)))
      return Refused("a proxy passes it on for somebody");
  }
  return Status::Ok();
}

}  // namespace lifeboat::catalog
