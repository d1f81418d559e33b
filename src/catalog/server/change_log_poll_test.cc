#include "catalog/server/change_log_poll.h"

#include <gtest/gtest.h>

#include <future>
#include <numeric>
#include <thread>
#include <vector>

#include "catalog/client/change_log_reader.h"
#include "catalog/server/test_catalog.h"
#include "tests/support/reserved_port.h"

namespace lifeboat::catalog {
namespace {

class ChangeLogPollTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // With one worker, a poll that kept it would block everything else.
    catalog_.options.worker_threads = 1;
    catalog_.Start();
  }

  using Pending = std::future<boost::json::value>;
  Pending Poll(const std::string& query) {
    auto promise = std::make_shared<std::promise<boost::json::value>>();
    catalog_.http->SendAsync(catalog_.Request("GET", "/lifeboat/v1/changes?" + query),
                             [promise](Result<net::HttpResponse> response) {
                               EXPECT_OK(response);
                               const net::HttpResponse answer = std::move(response).value_or({});
                               EXPECT_EQ(answer.status, 200) << answer.body;
                               promise->set_value(iceberg::ParseJson(answer.body).value_or({}));
                             });
    return promise->get_future();
  }
  static std::vector<int64_t> Positions(const boost::json::value& answer) {
    std::vector<int64_t> positions;
    for (const boost::json::value& entry : answer.at("entries").as_array()) {
      positions.push_back(entry.at("position").as_int64());
    }
    return positions;
  }
  static bool IsWaiting(Pending& pending) {
    return pending.wait_for(std::chrono::milliseconds(0)) == std::future_status::timeout;
  }

  TestCatalog catalog_;
};

TEST_F(ChangeLogPollTest, WhatIsThereIsAnsweredAtOnce) {
  catalog_.CreateNamespace("a");
  catalog_.CreateNamespace("b");
  const boost::json::value answer = Poll("after=1&wait=60").get();
  EXPECT_EQ(Positions(answer), std::vector<int64_t>({2}));
  EXPECT_EQ(answer.at("first-position").as_int64(), 1);
  EXPECT_EQ(answer.at("last-position").as_int64(), 2);
  EXPECT_EQ(Positions(Poll("after=0&limit=1&wait=60").get()), std::vector<int64_t>({1}));
  EXPECT_TRUE(Positions(Poll("after=2").get()).empty()) << "without `wait` nobody waits";
}

TEST_F(ChangeLogPollTest, ManyWaitWithoutKeepingAWorkerAndAllAreToldOfACommit) {
  std::vector<Pending> polls;
  for (int i = 0; i < 50; ++i) polls.push_back(Poll("after=0&wait=60"));
  Pending later = Poll("after=1&wait=60");
  catalog_.CreateNamespace("a");
  for (Pending& poll : polls) EXPECT_EQ(Positions(poll.get()), std::vector<int64_t>({1}));
  EXPECT_TRUE(IsWaiting(later));
  catalog_.CreateNamespace("b");
  EXPECT_EQ(Positions(later.get()), std::vector<int64_t>({2}));
}

TEST_F(ChangeLogPollTest, TheEndOfTheWaitIsAnEmptyList) {
  Pending poll = Poll("after=0&wait=30");
  while (IsWaiting(poll)) catalog_.clock.Advance(std::chrono::seconds(10));
  const boost::json::value answer = poll.get();
  EXPECT_TRUE(Positions(answer).empty());
  EXPECT_EQ(answer.at("last-position").as_int64(), 0);
}

TEST_F(ChangeLogPollTest, CommitsOfAnotherServerOverTheStoreAreNoticed) {
  auto other = CatalogServer::Start(catalog_.options, *catalog_.store, *catalog_.storage, catalog_.guard,
                                    catalog_.clock);
  ASSERT_OK(other);
  Pending poll = Poll("after=0&wait=60");
  net::OutgoingRequest request = catalog_.Request("POST", "/v1/namespaces", R"({"namespace":["a"]})");
  request.url = fmt::format("http://127.0.0.1:{}/v1/namespaces", (*other)->port());
  ASSERT_OK_AND_ASSIGN(const net::HttpResponse created, catalog_.http->Send(request));
  ASSERT_EQ(created.status, 200);
  EXPECT_EQ(Positions(poll.get()), std::vector<int64_t>({1}));
}

TEST_F(ChangeLogPollTest, NoCommitIsLostBetweenTwoPolls) {
  // Commits race with the moment a poll is put aside.
  std::thread writer([this] {
    for (int i = 0; i < 200; ++i) catalog_.CreateNamespace(fmt::format("n{}", i));
  });
  int64_t position = 0;
  while (position < 200) {
    for (const int64_t next : Positions(Poll(fmt::format("after={}&limit=3&wait=60", position)).get())) {
      ASSERT_EQ(next, position + 1);
      position = next;
    }
  }
  writer.join();
}

TEST_F(ChangeLogPollTest, AFollowerSeesEveryCommitOnceAcrossRestartsOfTheServer) {
  constexpr uint64_t kCommits = 60;
  const testing::ReservedPort port;
  catalog_.options.port = port.number();
  catalog_.Start();
  catalog_.CreateNamespace("first");
  RestCatalogOptions options;
  options.uri = catalog_.uri();
  std::vector<uint64_t> seen;
  std::thread follower([&] {
    auto http = net::HttpClient::Make();
    auto reader = std::make_unique<ChangeLogReader>(options, *http, 0);
    while (seen.size() < kCommits) {
      const Result<std::optional<ChangeLogEntry>> entry = reader->Next(std::chrono::seconds(120));
      ASSERT_OK(entry);
      ASSERT_TRUE(*entry);
      seen.push_back((*entry)->position);
      // A follower that was stopped goes on from its position.
      if (seen.size() % 7 == 0) {
        reader = std::make_unique<ChangeLogReader>(options, *http, reader->position());
      }
    }
  });
  for (uint64_t i = 2; i <= kCommits; ++i) {
    catalog_.CreateNamespace(fmt::format("n{}", i));
    if (i % 20 == 0) catalog_.Start();
  }
  follower.join();
  std::vector<uint64_t> expected(kCommits);
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_EQ(seen, expected);
}

TEST_F(ChangeLogPollTest, StoppingAnswersWhoeverWaits) {
  std::vector<Pending> polls;
  for (int i = 0; i < 5; ++i) polls.push_back(Poll("after=0&wait=60"));
  EXPECT_EQ(catalog_.Call("GET", "/healthz").status, 200);
  catalog_.server->Stop(std::chrono::seconds(10));
  for (Pending& poll : polls) EXPECT_TRUE(Positions(poll.get()).empty());
}

TEST_F(ChangeLogPollTest, WhatRetentionRemovedIsGone) {
  for (int i = 0; i < 5; ++i) catalog_.CreateNamespace(fmt::format("n{}", i));
  ASSERT_OK(catalog_.store->TrimChangeLog(4));
  const net::HttpResponse gone = catalog_.Call("GET", "/lifeboat/v1/changes?after=2&wait=60");
  EXPECT_EQ(gone.status, 410);
  ASSERT_OK_AND_ASSIGN(const boost::json::value body, iceberg::ParseJson(gone.body));
  EXPECT_EQ(body.at("error").at("type").as_string(), "ChangesTrimmedException");
  EXPECT_EQ(body.at("error").at("code").as_int64(), 410);
  const boost::json::value answer = Poll("after=3").get();
  EXPECT_EQ(Positions(answer), std::vector<int64_t>({4, 5}));
  EXPECT_EQ(answer.at("first-position").as_int64(), 4);
  EXPECT_EQ(catalog_.Call("GET", "/lifeboat/v1/changes?after=3&wait=soon").status, 400);
}

}  // namespace
}  // namespace lifeboat::catalog
