// Loopback: addresses that only programs on this machine can use.
#ifndef LIFEBOAT_NET_LOOPBACK_H_
#define LIFEBOAT_NET_LOOPBACK_H_

#include <string_view>

namespace lifeboat::net {

// "localhost", an address of 127.0.0.0/8 in four parts, "::1" with or without brackets. Any other name is
// none, whatever it resolves to: "127.example.com" is not.
bool IsLoopbackHost(std::string_view host);

// "127.0.0.1:80" → "127.0.0.1", "[::1]:80" → "[::1]", "::1" → "::1": what stands before the port, if there is
// one.
std::string_view WithoutPort(std::string_view host_and_port);

}  // namespace lifeboat::net

#endif  // LIFEBOAT_NET_LOOPBACK_H_
