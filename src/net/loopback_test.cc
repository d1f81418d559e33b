#include "net/loopback.h"

#include <gtest/gtest.h>

namespace lifeboat::net {
namespace {

TEST(LoopbackTest, OnlyNamesAndAddressesOfThisMachineAreLoopback) {
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.255.3.4", "::1", "[::1]"})
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  for (const char* host : {"", "0.0.0.0", "::", "127.example.com", "127.0.0.1.example.com", "localhost.",
                           "128.0.0.1", "127.1", "10.0.0.1", "::2", "[::1", "example.com"})
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
}

TEST(LoopbackTest, APortIsTakenOff) {
  EXPECT_EQ(WithoutPort("localhost:8080"), "localhost");
  EXPECT_EQ(WithoutPort("localhost"), "localhost");
  EXPECT_EQ(WithoutPort("[::1]:8080"), "[::1]");
  EXPECT_EQ(WithoutPort("[::1]"), "[::1]");
  EXPECT_EQ(WithoutPort("::1"), "::1");
  EXPECT_EQ(WithoutPort("[::1"), "");
  EXPECT_EQ(WithoutPort(""), "");
}

}  // namespace
}  // namespace lifeboat::net
