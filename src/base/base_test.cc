#include <gtest/gtest.h>

#include <memory>

#include "base/clock.h"
#include "base/config.h"
#include "base/encoding.h"
#include "base/json_string.h"
#include "base/random.h"
#include "base/result.h"
#include "base/testing.h"
#include "base/uuid.h"

namespace lifeboat {
namespace {

Result<int> Half(int n) {
  if (n % 2 != 0) return Status::InvalidArgument("{} is odd", n);
  return n / 2;
}

Result<int> Quarter(int n) {
  LIFEBOAT_ASSIGN_OR_RETURN(const int half, Half(n));
  return Half(half);
}

TEST(Result, PropagatesTheFirstError) {
  ASSERT_OK_AND_ASSIGN(const int value, Quarter(12));
  EXPECT_EQ(value, 3);
  EXPECT_EQ(Quarter(6).status().message(), "3 is odd");
}

TEST(Result, HoldsMoveOnlyValues) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  ASSERT_OK(result);
  std::unique_ptr<int> value = std::move(result).value();
  EXPECT_EQ(*value, 7);
}

struct Position : StatusDetail {
  int line = 3;
};

TEST(Status, ContextKeepsCodeAndDetail) {
  const Status status = Status::NotFound("no table '{}'", "t").WithDetail(std::make_shared<Position>());
  const Status wrapped = status.WithContext("loading");
  EXPECT_EQ(wrapped.ToString(), "NotFound: loading: no table 't'");
  ASSERT_NE(wrapped.detail<Position>(), nullptr);
  EXPECT_EQ(wrapped.detail<Position>()->line, 3);
}

TEST(Config, ErrorsNameFileLineAndKey) {
  ASSERT_OK_AND_ASSIGN(const Config config, Config::Parse("[server]\nport = \"x\"\nprot = 1\n", "c.toml"));
  EXPECT_EQ(config.root().Integer("server.port").status().message(),
            "c.toml:2: key 'server.port' must be an integer");
  EXPECT_EQ(config.root().String("server.host").status().message(),
            "c.toml:1: key 'server.host' is missing; add it");
  EXPECT_EQ(config.CheckAllKeysRead().message(),
            "c.toml:3: unknown key 'server.prot'; remove it or correct its spelling");
  EXPECT_STATUS(StatusCode::kInvalidArgument, Config::Parse("a = [", "c.toml"));
  EXPECT_STATUS(StatusCode::kNotFound, Config::Load("/nonexistent/c.toml"));
}

TEST(Config, ReadsTablesAndLists) {
  ASSERT_OK_AND_ASSIGN(
      const Config config,
      Config::Parse("names = ['a', 'b']\n[[accounts]]\nsite = 'P'\n[[accounts]]\nsite = 'S'\n", "c"));
  ASSERT_OK_AND_ASSIGN(const auto names, config.root().Strings("names"));
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
  ASSERT_OK_AND_ASSIGN(const auto accounts, config.root().Tables("accounts"));
  ASSERT_EQ(accounts.size(), 2u);
  EXPECT_EQ(accounts[1].String("site").value(), "S");
  EXPECT_EQ(accounts[1].String("port").status().message(), "c:4: key 'accounts[1].port' is missing; add it");
  EXPECT_FALSE(config.CheckAllKeysRead().ok());
  EXPECT_EQ(accounts[0].String("site").value(), "P");
  EXPECT_OK(config.CheckAllKeysRead());
}

TEST(Uuid, RoundTripsAndCarriesItsVersion) {
  const Uuid v4 = Uuid::V4();
  EXPECT_EQ(v4.version(), 4);
  EXPECT_EQ(Uuid::Parse(v4.ToString()).value(), v4);
  ManualClock clock(1'000'000'000'000);
  const Uuid earlier = Uuid::V7(clock);
  clock.Advance(std::chrono::milliseconds(1));
  EXPECT_LT(earlier, Uuid::V7(clock));
  EXPECT_FALSE(Uuid::Parse("0123").ok());
  EXPECT_FALSE(Uuid::Parse("zzzzzzzz-0000-0000-0000-000000000000").ok());
}

TEST(Encoding, RoundTripsEveryLength) {
  SeededRandom random(1);
  for (size_t length = 0; length < 40; ++length) {
    std::string bytes(length, '\0');
    random.Fill({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)).value(), bytes);
    EXPECT_EQ(Base64Decode(Base64UrlEncode(bytes)).value(), bytes);
    EXPECT_EQ(HexDecode(HexEncode(bytes)).value(), bytes);
  }
  EXPECT_FALSE(Base64Decode("a").ok());
  EXPECT_FALSE(Base64Decode("ab*d").ok());
  EXPECT_FALSE(HexDecode("abc").ok());
}

TEST(JsonString, EscapesWhatJsonCannotHold) {
  const auto quoted = [](std::string_view text) {
    std::string out = "a";
    AppendJsonString(out, text);
    return out;
  };
  EXPECT_EQ(quoted(""), "a\"\"");
  EXPECT_EQ(quoted("é/\x7f"), "a\"é/\x7f\"");
  EXPECT_EQ(quoted(std::string_view("\0\x1f", 2)), R"(a"\u0000\u001f")");
  // Wherever they stand within eight bytes, and next to each other.
  for (size_t before = 0; before < 17; ++before) {
    const std::string plain(before, 'x');
    EXPECT_EQ(quoted(plain + "\"\\\n\r\t" + plain), "a\"" + plain + R"(\"\\\n\r\t)" + plain + "\"");
  }
}

TEST(Random, SameSeedSameSequence) {
  SeededRandom a(42), b(42), c(43);
  EXPECT_EQ(a.Next(), b.Next());
  EXPECT_NE(a.Next(), c.Next());
  for (int i = 0; i < 1000; ++i) EXPECT_LT(a.Below(7), 7u);
}

TEST(Clock, FormatsUtc) {
  EXPECT_EQ(FormatUtc(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(FormatUtc(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatUtc(1'700'000'000'123'456), "2023-11-14T22:13:20.123456Z");
}

}  // namespace
}  // namespace lifeboat
