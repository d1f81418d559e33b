// ReservedPort: a free port of 127.0.0.1 that the system gives to nobody else while this lives, for a server
// that a test stops and starts again.
//
// The socket is bound and never listens: a server that sets SO_REUSEADDR, as all of ours do, can bind the
// port all the same, as often as it is started, while the system hands it out to no other server and to no
// outgoing connection. Until it does, connections to the port are refused.
#ifndef LIFEBOAT_TESTS_SUPPORT_RESERVED_PORT_H_
#define LIFEBOAT_TESTS_SUPPORT_RESERVED_PORT_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

#include "base/check.h"

namespace lifeboat::testing {

class ReservedPort {
 public:
  ReservedPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    LIFEBOAT_CHECK(::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                       ::bind(fd_, generic, size) == 0 && ::getsockname(fd_, generic, &size) == 0,
                   "no free port");
    number_ = ntohs(address.sin_port);
  }
  ~ReservedPort() { ::close(fd_); }
  ReservedPort(const ReservedPort&) = delete;
  ReservedPort& operator=(const ReservedPort&) = delete;

  uint16_t number() const { return number_; }

 private:
  const int fd_;
  uint16_t number_ = 0;
};

}  // namespace lifeboat::testing

#endif  // LIFEBOAT_TESTS_SUPPORT_RESERVED_PORT_H_
