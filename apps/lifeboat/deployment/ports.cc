#include "lifeboat/deployment/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "lifeboat/deployment/settings.h"

namespace lifeboat::app {
namespace {

// Below the range Linux takes outgoing ports from, so that a deployment that is down keeps its ports.
constexpr int kLowestPort = 20'000;
constexpr int kHighestPort = 32'000;
constexpr int kAttempts = 200;

bool Bind(int fd, uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, kHost, &address.sin_addr);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void ShareWithListeners(int fd) {
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

}  // namespace

ReservedPorts::Socket& ReservedPorts::Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

ReservedPorts::Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

int ReservedPorts::Socket::Release() {
  return std::exchange(fd_, -1);
}

// Without SO_REUSEADDR the bind is refused where anybody else has the port, listening or not. Set afterwards,
// it lets a server in that sets it too, while others who bind as this does are still refused.
bool ReservedPorts::Reserve(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockets_.emplace_back(fd);
  if (!Bind(fd, port)) return false;
  ShareWithListeners(fd);
  return true;
}

Result<ReservedPorts> ReservedPorts::Choose(Random& random) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ReservedPorts ports;
    ports.base_ = kLowestPort + static_cast<int>(random.Below(kHighestPort - kLowestPort - kPortCount));
    int offset = 0;
    while (offset < kPortCount && ports.Reserve(static_cast<uint16_t>(ports.base_ + offset))) ++offset;
    if (offset == kPortCount) return ports;
  }
  return Status::ResourceExhausted(
      "found no {} free ports in a row between {} and {}; name them with --port-base",
      static_cast<int>(kPortCount), kLowestPort, kHighestPort);
}

bool PortIsFree(uint16_t port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return false;
  ShareWithListeners(listener);
  const bool free = Bind(listener, port) && listen(listener, 1) == 0;
  close(listener);
  return free;
}

}  // namespace lifeboat::app
