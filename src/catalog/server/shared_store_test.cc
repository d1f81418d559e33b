// Two servers over one PostgreSQL store are one catalog: what one of them acknowledged, the other one serves.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/testing.h"
#include "catalog/server/two_servers_testing.h"
#include "iceberg/model/json.h"
#include "tests/support/postgres_server.h"

namespace lifeboat::catalog {
namespace {

class SharedStoreTest : public testing::TwoServersTest {
 protected:
  void SetUp() override {
    StartServers(postgres_.Uri(database_), SystemClock());
    ASSERT_EQ(
        Call(0, "POST", "/v1/namespaces/n/tables", R"({"name":"t","schema":{"type":"struct","fields":[]}})")
            .status,
        200);
  }
  net::HttpResponse SetProperty(int node, const std::string& key) {
    return Call(
        node, "POST", "/v1/namespaces/n/tables/t",
        fmt::format(
            R"({{"requirements":[],"updates":[{{"action":"set-properties","updates":{{"{}":"1"}}}}]}})",
            key));
  }
  std::set<std::string> Properties(int node) {
    const net::HttpResponse response = Call(node, "GET", "/v1/namespaces/n/tables/t");
    EXPECT_EQ(response.status, 200);
    std::set<std::string> keys;
    const boost::json::value body = iceberg::ParseJson(response.body).value_or({});
    for (const auto& [key, value] : body.at("metadata").at("properties").as_object()) keys.emplace(key);
    return keys;
  }

  lifeboat::testing::PostgresServer postgres_;
  const std::string database_ = postgres_.NewDatabase();
};

TEST_F(SharedStoreTest, ACachedTableIsServedOnlyWhileTheStoreConfirmsIt) {
  EXPECT_TRUE(Properties(0).empty());
  EXPECT_TRUE(Properties(1).empty());
  for (int i = 0; i < 6; ++i) {
    const std::string key = fmt::format("p{}", i);
    ASSERT_EQ(SetProperty(i % 2, key).status, 200);
    EXPECT_TRUE(Properties(1 - i % 2).contains(key));
  }
  const std::string etag(Call(1, "GET", "/v1/namespaces/n/tables/t").headers.Get("ETag"));
  net::Headers known;
  known.Set("If-None-Match", etag);
  EXPECT_EQ(Call(0, "GET", "/v1/namespaces/n/tables/t", "", known).status, 304) << "one version, one tag";
  ASSERT_EQ(SetProperty(0, "more").status, 200);
  EXPECT_EQ(Call(1, "GET", "/v1/namespaces/n/tables/t", "", known).status, 200);
  ASSERT_EQ(Call(1, "DELETE", "/v1/namespaces/n/tables/t").status, 204);
  EXPECT_EQ(Call(0, "GET", "/v1/namespaces/n/tables/t").status, 404);
}

TEST_F(SharedStoreTest, ContendingCommitsThroughBothAreAllApplied) {
  constexpr int kWriters = 6;
  constexpr int kRounds = 15;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kRounds; ++i) {
        const net::HttpResponse response = SetProperty(w % 2, fmt::format("p{}-{}", w, i));
        EXPECT_EQ(response.status, 200) << response.body;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Properties(0).size(), static_cast<size_t>(kWriters * kRounds));
  EXPECT_EQ(Properties(1), Properties(0));
  ASSERT_OK_AND_ASSIGN(const StoreState state, nodes_[0].store->State());
  EXPECT_EQ(state.last_position, 2u + kWriters * kRounds) << "one transaction a commit";
}

// A server builds a commit upon the version its last one made; what the other server did since must show.
TEST_F(SharedStoreTest, ACommitIsJudgedByWhatTheOtherServerLeft) {
  const std::string table = "/v1/namespaces/n/tables/t";
  const auto uuid = [&] {
    const boost::json::value body = iceberg::ParseJson(Call(1, "GET", table).body).value_or({});
    return std::string(std::string_view(body.at("metadata").at("table-uuid").as_string()));
  };
  const auto commit_to = [&](const std::string& expected_uuid, const std::string& updates) {
    return Call(
        0, "POST", table,
        fmt::format(R"({{"requirements":[{{"type":"assert-table-uuid","uuid":"{}"}}],"updates":[{}]}})",
                    expected_uuid, updates));
  };
  const std::string set_c = R"({"action":"set-properties","updates":{"c":"1"}})";
  const std::string first = uuid();
  ASSERT_EQ(SetProperty(0, "a").status, 200);
  ASSERT_EQ(SetProperty(1, "b").status, 200);
  ASSERT_EQ(commit_to(first, set_c).status, 200);
  EXPECT_EQ(Properties(1), (std::set<std::string>{"a", "b", "c"}));

  // What would change nothing in the version this server made changes something in the other's.
  ASSERT_EQ(Call(1, "POST", table,
                 R"({"requirements":[],"updates":[{"action":"remove-properties","removals":["c"]}]})")
                .status,
            200);
  ASSERT_EQ(commit_to(first, set_c).status, 200);
  EXPECT_TRUE(Properties(1).contains("c"));

  ASSERT_EQ(Call(1, "POST", "/v1/tables/rename",
                 R"({"source":{"namespace":["n"],"name":"t"},"destination":{"namespace":["n"],"name":"u"}})")
                .status,
            204);
  EXPECT_EQ(commit_to(first, set_c).status, 404);
  ASSERT_EQ(Call(1, "POST", "/v1/tables/rename",
                 R"({"source":{"namespace":["n"],"name":"u"},"destination":{"namespace":["n"],"name":"t"}})")
                .status,
            204);
  EXPECT_EQ(commit_to(first, set_c).status, 200);

  ASSERT_EQ(Call(1, "DELETE", table).status, 204);
  EXPECT_EQ(SetProperty(0, "d").status, 404);
  ASSERT_EQ(
      Call(
          1, "POST", "/v1/namespaces/n/tables",
          fmt::format(
              R"({{"name":"t","location":"file://{}/elsewhere/t","schema":{{"type":"struct","fields":[]}}}})",
              folder_))
          .status,
      200)
      << "another table of the name";
  EXPECT_EQ(commit_to(first, set_c).status, 409);
  EXPECT_EQ(commit_to(uuid(), set_c).status, 200);
  EXPECT_EQ(Properties(1), std::set<std::string>{"c"});
}

TEST_F(SharedStoreTest, ARequestSentAgainToTheOtherServerTakesEffectOnce) {
  net::Headers key;
  key.Set("Idempotency-Key", "01920000-0000-7000-8000-000000000001");
  const std::string body = R"({"namespace":["once"]})";
  const net::HttpResponse first = Call(0, "POST", "/v1/namespaces", body, key);
  const net::HttpResponse second = Call(1, "POST", "/v1/namespaces", body, key);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(first.body, second.body);
  EXPECT_EQ(Call(1, "POST", "/v1/namespaces", body).status, 409);
}

TEST_F(SharedStoreTest, AStoreThatIsAwayIsA503AndComesBackByItself) {
  EXPECT_TRUE(Properties(0).empty());
  postgres_.Crash();
  for (int node : {0, 1}) {
    const net::HttpResponse read = Call(node, "GET", "/v1/namespaces/n/tables/t");
    EXPECT_EQ(read.status, 503) << read.body;
    EXPECT_TRUE(read.headers.Has("Retry-After"));
    const net::HttpResponse write = SetProperty(node, "lost");
    EXPECT_EQ(write.status, 503) << write.body;
    EXPECT_TRUE(write.headers.Has("Retry-After"));
  }
  postgres_.Start();
  for (int node : {0, 1}) {
    EXPECT_EQ(SetProperty(node, fmt::format("p{}", node)).status, 200);
    EXPECT_EQ(Properties(1 - node).size(), static_cast<size_t>(node + 1));
  }
}

// Whatever breaks, a client is told 200 for what is there, and 503 with Retry-After for what is not.
TEST_F(SharedStoreTest, CommitsUnderCrashesAndCutConnectionsAreAnsweredTruly) {
  constexpr int kWriters = 4;
  std::atomic<bool> stop = false;
  Mutex mutex;
  std::set<std::string> acknowledged;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; !stop; ++i) {
        const std::string key = fmt::format("p{}-{}", w, i);
        const net::HttpResponse response = SetProperty(w % 2, key);
        if (response.status == 200) {
          MutexLock lock(mutex);
          acknowledged.insert(key);
          continue;
        }
        ++refused;
        EXPECT_EQ(response.status, 503) << response.body;
        EXPECT_TRUE(response.headers.Has("Retry-After"));
      }
    });
  }
  // Every blow falls into work, and work goes on after the last one.
  const auto wait_for_commits = [&](size_t more) {
    const auto count = [&] {
      MutexLock lock(mutex);
      return acknowledged.size();
    };
    for (const size_t wanted = count() + more; count() < wanted;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  };
  for (int round = 0; round < 6; ++round) {
    wait_for_commits(5);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (round % 2 == 0) {
      postgres_.CutConnections();
    } else {
      postgres_.Crash();
      postgres_.Start();
    }
  }
  wait_for_commits(5);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  MutexLock lock(mutex);
  EXPECT_EQ(Properties(0), acknowledged);
  EXPECT_EQ(Properties(1), acknowledged);
  fmt::print("{} commits acknowledged, {} refused\n", acknowledged.size(), refused.load());
}

}  // namespace
}  // namespace lifeboat::catalog
