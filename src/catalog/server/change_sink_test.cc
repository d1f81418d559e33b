#include "catalog/server/change_sink.h"

#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <sstream>
#include <thread>

#include "base/mutex.h"
#include "catalog/server/json_lines_sink.h"
#include "catalog/server/test_catalog.h"
#include "catalog/server/webhook_sink.h"
#include "net/http_server.h"

namespace lifeboat::catalog {
namespace {

std::vector<uint64_t> Count(uint64_t first, uint64_t last) {
  std::vector<uint64_t> numbers(last - first + 1);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

class ChangeSinkTest : public ::testing::Test {
 protected:
  ChangeSinkTest() {
    options_.name = "audit";
    options_.path = catalog_.folder + "/changes.jsonl";
    options_.position_path = catalog_.folder + "/audit.position";
  }
  void Commit(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_OK(catalog_.store->Apply(
          {.epoch = 1, .id = "t", .changes = {PutRecordChange{.key = "k", .value = std::to_string(i)}}}));
    }
  }
  std::vector<ChangeLogEntry> Entries(uint64_t after, size_t limit = 1000) {
    return catalog_.store->ReadChangeLog(after, limit).value_or({});
  }
  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  static std::vector<uint64_t> Positions(const std::string& path) {
    std::istringstream lines(Read(path));
    std::vector<uint64_t> positions;
    for (std::string line; std::getline(lines, line);) {
      const auto entry = ChangeLogEntryFromJson(line);
      EXPECT_TRUE(entry.ok()) << line;
      positions.push_back(entry.ok() ? entry->position : 0);
    }
    return positions;
  }
  void StartServer() {
    catalog_.clock.Advance(std::chrono::seconds(1));
    catalog_.options.change_sinks = {options_};
    catalog_.Start();
  }
  template <typename Condition>
  static void WaitUntil(const Condition& condition) {
    while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  TestCatalog catalog_;
  ChangeSinkOptions options_;
};

using JsonLinesSinkTest = ChangeSinkTest;

TEST_F(JsonLinesSinkTest, EveryCommitBecomesALineAcrossRestartsOfTheServer) {
  StartServer();
  for (int i = 0; i < 30; ++i) {
    catalog_.CreateNamespace(fmt::format("n{}", i));
    if (i % 10 == 9) StartServer();
  }
  WaitUntil([&] { return Positions(options_.path).size() >= 30; });
  EXPECT_EQ(Positions(options_.path), Count(1, 30));
}

TEST_F(JsonLinesSinkTest, AFileThatIsRotatedAwayIsFollowedByANewOne) {
  StartServer();
  catalog_.CreateNamespace("a");
  WaitUntil([&] { return Positions(options_.path).size() == 1; });
  std::filesystem::rename(options_.path, options_.path + ".1");
  catalog_.CreateNamespace("b");
  WaitUntil([&] { return std::filesystem::exists(options_.path) && Positions(options_.path).size() == 1; });
  EXPECT_EQ(Positions(options_.path + ".1"), Count(1, 1));
  EXPECT_EQ(Positions(options_.path), Count(2, 2));
  // Also when the server restarts between rotation and the next commit.
  WaitUntil([&] { return Read(options_.position_path) == "2\n"; });
  std::filesystem::rename(options_.path, options_.path + ".2");
  StartServer();
  catalog_.CreateNamespace("c");
  WaitUntil([&] { return std::filesystem::exists(options_.path) && Positions(options_.path).size() == 1; });
  EXPECT_EQ(Positions(options_.path), Count(3, 3));
}

// A crash may leave any beginning of what was to be appended, and the position of before.
TEST_F(JsonLinesSinkTest, AfterACrashNothingIsLostAndNothingRepeated) {
  Commit(4);
  std::string lines;
  for (const ChangeLogEntry& entry : Entries(0)) lines += ChangeLogEntryToJson(entry) + "\n";
  for (size_t length = 0; length <= lines.size(); length += 7) {
    std::ofstream(options_.path) << lines.substr(0, length);
    std::filesystem::remove(options_.position_path);
    JsonLinesSink sink(options_.path, options_.position_path);
    ASSERT_OK_AND_ASSIGN(const std::optional<uint64_t> position, sink.Position());
    if (position.value_or(0) < 4) ASSERT_OK(sink.Deliver(Entries(position.value_or(0))));
    EXPECT_EQ(Positions(options_.path), Count(1, 4)) << length;
  }
}

TEST_F(JsonLinesSinkTest, ALongLastLineIsFound) {
  std::vector<Change> changes;
  for (int i = 0; i < 5000; ++i)
    changes.push_back(PutRecordChange{.key = fmt::format("k{}", i), .value = "v"});
  Commit(1);
  ASSERT_OK(catalog_.store->Apply({.epoch = 1, .id = "t", .changes = std::move(changes)}));
  JsonLinesSink first(options_.path, options_.position_path);
  ASSERT_OK(first.Position());
  ASSERT_OK(first.Deliver(Entries(0)));
  ASSERT_GT(std::filesystem::file_size(options_.path), 200'000u);
  std::filesystem::remove(options_.position_path);
  JsonLinesSink second(options_.path, options_.position_path);
  ASSERT_OK_AND_ASSIGN(const std::optional<uint64_t> position, second.Position());
  EXPECT_EQ(position, 2u);
}

TEST_F(JsonLinesSinkTest, AFileOfSomethingElseIsNotTouched) {
  Commit(1);
  const std::string line = ChangeLogEntryToJson(Entries(0).front()) + "\n";
  for (const std::string& text : {std::string("some text\nmore text\n"), std::string("text"), line + "text",
                                  "text\n" + line.substr(0, 20), std::string("{\"a\":1}")}) {
    std::ofstream(options_.path) << text;
    JsonLinesSink sink(options_.path, options_.position_path);
    EXPECT_STATUS(StatusCode::kFailedPrecondition, sink.Position());
    EXPECT_STATUS(StatusCode::kFailedPrecondition, sink.Deliver(Entries(0)));
    EXPECT_EQ(Read(options_.path), text);
  }
}

TEST_F(JsonLinesSinkTest, WhatHalfABatchLeftBehindIsContinued) {
  Commit(3);
  JsonLinesSink sink(options_.path, options_.position_path);
  ASSERT_OK(sink.Position());
  // Somebody else's doing, between two deliveries: the name leads to another file, which ends within a line.
  std::filesystem::remove(options_.path);
  std::ofstream(options_.path) << ChangeLogEntryToJson(Entries(0)[0]) << "\n"
                               << ChangeLogEntryToJson(Entries(0)[1]).substr(0, 30);
  ASSERT_OK(sink.Deliver(Entries(0)));
  EXPECT_EQ(Positions(options_.path), Count(1, 3));
}

TEST_F(JsonLinesSinkTest, APositionBeyondTheLogIsSaidInsteadOfWaitedFor) {
  std::ofstream(options_.position_path) << "8\n";
  Commit(3);
  StartServer();
  WaitUntil([&] { return std::filesystem::exists(options_.path); });
  for (int i = 0; i < 7; ++i) catalog_.CreateNamespace(fmt::format("n{}", i));
  for (int i = 0; i < 3; ++i) {
    catalog_.clock.Advance(std::chrono::seconds(60));
    catalog_.CreateNamespace(fmt::format("m{}", i));
  }
  EXPECT_EQ(Read(options_.path), "");
  // Once that is out of the way, it works again.
  std::filesystem::remove(options_.position_path);
  WaitUntil([&] {
    catalog_.clock.Advance(std::chrono::seconds(1));
    return Positions(options_.path).size() == 13;
  });
  EXPECT_EQ(Positions(options_.path), Count(1, 13));
}

TEST_F(JsonLinesSinkTest, ASinkThatCannotWriteDelaysNoCommit) {
  options_.path = catalog_.folder + "/missing/changes.jsonl";
  StartServer();
  for (int i = 0; i < 5; ++i) catalog_.CreateNamespace(fmt::format("n{}", i));
  std::filesystem::create_directory(catalog_.folder + "/missing");
  WaitUntil([&] {
    catalog_.clock.Advance(std::chrono::seconds(1));
    return std::filesystem::exists(options_.path) && Positions(options_.path).size() == 5;
  });
}

TEST_F(JsonLinesSinkTest, ANewSinkMayStartNowAndASlowOneSkipsWhatWasTrimmed) {
  Commit(10);
  options_.start = ChangeSinkOptions::Start::kNow;
  StartServer();
  int made = 0;
  WaitUntil([&] {
    catalog_.CreateNamespace(fmt::format("n{}", made++));
    return std::filesystem::exists(options_.path) && !Positions(options_.path).empty();
  });
  const uint64_t last = catalog_.store->State()->last_position;
  WaitUntil([&] { return Read(options_.position_path) == fmt::format("{}\n", last); });
  std::vector<uint64_t> expected = Positions(options_.path);
  EXPECT_GT(expected.front(), 10u);
  EXPECT_EQ(expected, Count(expected.front(), last));
  catalog_.server.reset();
  Commit(9);
  ASSERT_OK(catalog_.store->TrimChangeLog(last + 7));
  StartServer();
  for (uint64_t position = last + 7; position <= last + 9; ++position) expected.push_back(position);
  WaitUntil([&] { return Positions(options_.path).size() >= expected.size(); });
  EXPECT_EQ(Positions(options_.path), expected);
}

// A receiver that fails when told to and checks signatures itself.
class WebhookSinkTest : public ChangeSinkTest {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(
        receiver_, net::HttpServer::Start({}, [this](net::HttpRequest request, net::Responder responder) {
          responder.Send(Receive(request));
        }));
    options_.kind = ChangeSinkOptions::Kind::kWebhook;
    options_.url = fmt::format("http://127.0.0.1:{}/hook", receiver_->port());
    options_.secret = "our secret";
  }
  void TearDown() override { catalog_.server.reset(); }
  net::HttpResponse Receive(const net::HttpRequest& request) {
    const std::string signature(request.headers.Get("Lifeboat-Signature"));
    const size_t comma = signature.find(',');
    const int64_t seconds = std::stoll(signature.substr(2, comma - 2));
    MutexLock lock(mutex_);
    deliveries_.emplace_back(request.headers.Get("Lifeboat-Delivery"));
    if (signature != WebhookSignature("our secret", seconds, request.body)) ++forged_;
    if (failures_left_ > 0) {
      --failures_left_;
      return net::HttpResponse::Text(500, "not now");
    }
    const boost::json::value body = iceberg::ParseJson(request.body).value_or({});
    for (const boost::json::value& entry : body.at("entries").as_array()) {
      received_.push_back(entry.at("position").to_number<uint64_t>());
    }
    return net::HttpResponse::Text(204, "");
  }
  std::vector<uint64_t> Received() {
    MutexLock lock(mutex_);
    return received_;
  }

  Mutex mutex_;
  int failures_left_ GUARDED_BY(mutex_) = 0;
  int forged_ GUARDED_BY(mutex_) = 0;
  std::vector<std::string> deliveries_ GUARDED_BY(mutex_);
  std::vector<uint64_t> received_ GUARDED_BY(mutex_);
  std::unique_ptr<net::HttpServer> receiver_;
};

TEST_F(WebhookSinkTest, DeliversEveryCommitInOrderAcrossRestarts) {
  StartServer();
  for (uint64_t i = 1; i <= 30; ++i) {
    catalog_.CreateNamespace(fmt::format("n{}", i));
    if (i % 10 == 0) {
      WaitUntil([&] { return Read(options_.position_path) == fmt::format("{}\n", i); });
      StartServer();
    }
  }
  EXPECT_EQ(Received(), Count(1, 30));
  MutexLock lock(mutex_);
  EXPECT_EQ(forged_, 0);
}

TEST_F(WebhookSinkTest, RepeatsWhatWasRefusedWithPausesAndLosesNothing) {
  {
    MutexLock lock(mutex_);
    failures_left_ = 3;
  }
  Commit(5);
  StartServer();
  // The pauses are those of the clock: each attempt needs it to move on.
  WaitUntil([&] {
    catalog_.clock.Advance(std::chrono::seconds(1));
    return Received().size() == 5;
  });
  EXPECT_EQ(Received(), Count(1, 5));
  MutexLock lock(mutex_);
  EXPECT_EQ(deliveries_, std::vector<std::string>(4, "1-5"));
}

TEST_F(WebhookSinkTest, AnUnreachableReceiverDelaysNoCommit) {
  receiver_.reset();
  StartServer();
  for (int i = 0; i < 20; ++i) catalog_.CreateNamespace(fmt::format("n{}", i));
  EXPECT_EQ(catalog_.store->State()->last_position, 20u);
}

TEST(WebhookSignature, IsTheHmacOfTimeAndBody) {
  // printf '%s' '1764028800.{"entries":[]}' | openssl dgst -sha256 -hmac key
  EXPECT_EQ(WebhookSignature("key", 1764028800, R"({"entries":[]})"),
            "t=1764028800,v1=052aa711e4b73924019d446707780f59bcac9a59ec99c9c2b8ed3b7423567a53");
}

}  // namespace
}  // namespace lifeboat::catalog
