#include "lifeboat/deployment/ports.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "base/testing.h"
#include "lifeboat/deployment/settings.h"

namespace lifeboat::app {
namespace {

// A server on a port, as the servers of a deployment listen.
class Listener {
 public:
  explicit Listener(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, kHost, &address.sin_addr);
    listens_ =
        bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && listen(fd_, 8) == 0;
  }
  ~Listener() { close(fd_); }
  bool listens() const { return listens_; }

 private:
  int fd_;
  bool listens_ = false;
};

// From equal seeds come equal wishes: only what the other holds makes the second choose anew.
TEST(ReservedPortsTest, TwoDeploymentsChooseDifferentPorts) {
  SeededRandom one(7);
  SeededRandom two(7);
  ASSERT_OK_AND_ASSIGN(const ReservedPorts first, ReservedPorts::Choose(one));
  ASSERT_OK_AND_ASSIGN(const ReservedPorts second, ReservedPorts::Choose(two));
  EXPECT_GE(std::abs(first.base() - second.base()), static_cast<int>(kPortCount));
}

TEST(ReservedPortsTest, ServersListenOnThemAndAreNotDisplaced) {
  SeededRandom one(8);
  SeededRandom two(8);
  ASSERT_OK_AND_ASSIGN(std::optional<ReservedPorts> ports, ReservedPorts::Choose(one));
  const int base = ports->base();
  for (int offset = 0; offset < kPortCount; ++offset) {
    EXPECT_TRUE(PortIsFree(static_cast<uint16_t>(base + offset)));
    const Listener server(base + offset);
    EXPECT_TRUE(server.listens());
    EXPECT_FALSE(PortIsFree(static_cast<uint16_t>(base + offset)));
  }
  const Listener server(base + kPrimaryPort);
  ports.reset();
  EXPECT_TRUE(server.listens());
  ASSERT_OK_AND_ASSIGN(const ReservedPorts other, ReservedPorts::Choose(two));
  EXPECT_NE(other.base(), base);
}

TEST(ReservedPortsTest, GivenUpTheyAreFreeAgain) {
  SeededRandom one(9);
  SeededRandom two(9);
  ASSERT_OK_AND_ASSIGN(std::optional<ReservedPorts> ports, ReservedPorts::Choose(one));
  const int base = ports->base();
  ports.reset();
  ASSERT_OK_AND_ASSIGN(const ReservedPorts again, ReservedPorts::Choose(two));
  EXPECT_EQ(again.base(), base);
}

}  // namespace
}  // namespace lifeboat::app
