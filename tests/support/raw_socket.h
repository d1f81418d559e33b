// RawSocket: a plain blocking TCP connection, for tests that must send exactly these bytes and see exactly
// what returns.
#ifndef LIFEBOAT_TESTS_SUPPORT_RAW_SOCKET_H_
#define LIFEBOAT_TESTS_SUPPORT_RAW_SOCKET_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "base/check.h"

namespace lifeboat::testing {

// A listening socket on a free port of 127.0.0.1 that the test itself accepts from.
class RawListener {
 public:
  RawListener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    LIFEBOAT_CHECK(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0, "bind failed");
    LIFEBOAT_CHECK(::listen(fd_, 16) == 0, "listen failed");
    socklen_t length = sizeof(address);
    LIFEBOAT_CHECK(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) == 0,
                   "getsockname failed");
    port_ = ntohs(address.sin_port);
  }
  ~RawListener() { Close(); }
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  uint16_t port() const { return port_; }
  int Accept() { return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }
  // From now on connections are refused.
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
  uint16_t port_ = 0;
};

class RawSocket {
 public:
  // Connects to 127.0.0.1.
  explicit RawSocket(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Thousands of connections a second use up the local ports until the system lets go of old ones.
    int attempts_left = 100;
    while (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      LIFEBOAT_CHECK(errno == EADDRNOTAVAIL && attempts_left-- > 0, "connect failed");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    SetTimeout();
  }
  // Takes an accepted connection.
  struct Accepted {
    int fd;
  };
  explicit RawSocket(Accepted accepted) : fd_(accepted.fd) { SetTimeout(); }
  ~RawSocket() { Close(); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  // False when the peer has closed.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return true;
  }
  void ShutdownSend() { ::shutdown(fd_, SHUT_WR); }
  void Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  // Closes with a reset instead of an orderly end.
  void Reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    Close();
  }

  // Until the peer closes, or a minute passes without a byte.
  std::string ReadAll() {
    while (Fill()) {
    }
    return std::move(unread_);
  }
  // Up to and including `end`; less when the peer closes before. What follows is kept for the next call.
  std::string ReadUntil(std::string_view end) {
    size_t found;
    while ((found = unread_.find(end)) == std::string::npos && Fill()) {
    }
    return Take(found == std::string::npos ? unread_.size() : found + end.size());
  }
  // One answer: its head and as many bytes as its Content-Length says.
  std::string ReadResponse(bool has_body = true) {
    std::string response = ReadUntil("\r\n\r\n");
    const size_t length_at = response.find("Content-Length: ");
    if (!has_body || length_at == std::string::npos) return response;
    const size_t length = std::strtoull(response.c_str() + length_at + 16, nullptr, 10);
    while (unread_.size() < length && Fill()) {
    }
    return response + Take(std::min(length, unread_.size()));
  }

 private:
  void SetTimeout() {
    const timeval timeout{60, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  }
  bool Fill() {
    char block[16 * 1024];
    ssize_t count;
    while ((count = ::recv(fd_, block, sizeof(block), 0)) < 0 && errno == EINTR) {  // libFuzzer's timer
    }
    if (count <= 0) return false;
    unread_.append(block, static_cast<size_t>(count));
    return true;
  }
  std::string Take(size_t count) {
    std::string taken = unread_.substr(0, count);
    unread_.erase(0, count);
    return taken;
  }

  int fd_ = -1;
  std::string unread_;
};

}  // namespace lifeboat::testing

#endif  // LIFEBOAT_TESTS_SUPPORT_RAW_SOCKET_H_
