// The ports of a deployment: kPortCount neighbours on 127.0.0.1, chosen once and kept.
#ifndef LIFEBOAT_DEPLOYMENT_PORTS_H_
#define LIFEBOAT_DEPLOYMENT_PORTS_H_

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace lifeboat::app {

// Free ports in a row, which no other deployment chooses while this lives, although the deployment's own
// servers can listen on them: it is held from the choice until they do.
class ReservedPorts {
 public:
  static Result<ReservedPorts> Choose(Random& random);

  ReservedPorts(ReservedPorts&&) = default;
  ReservedPorts& operator=(ReservedPorts&&) = default;

  int base() const { return base_; }

 private:
  // Owns a socket that is bound and never listens.
  class Socket {
   public:
    explicit Socket(int fd) : fd_(fd) {}
    Socket(Socket&& other) noexcept : fd_(other.Release()) {}
    Socket& operator=(Socket&& other) noexcept;
    ~Socket();
    int Release();

   private:
    int fd_;
  };

  ReservedPorts() = default;
  // Whether the port was free; it is held then.
  bool Reserve(uint16_t port);

  int base_ = 0;
  std::vector<Socket> sockets_;
};

// Whether a server could listen on 127.0.0.1:`port` now.
bool PortIsFree(uint16_t port);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEPLOYMENT_PORTS_H_
