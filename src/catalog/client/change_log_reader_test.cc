#include "catalog/client/change_log_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/testing.h"
#include "catalog/api/catalog_error.h"
#include "net/http_server.h"

namespace lifeboat::catalog {
namespace {

// A server that gives one answer until the test puts another in its place.
class ChangeLogReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(
        server_, net::HttpServer::Start({}, [this](net::HttpRequest request, net::Responder responder) {
          MutexLock lock(mutex_);
          targets_.push_back(request.target);
          responder.Send(answer_);
        }));
    options_.uri = fmt::format("http://127.0.0.1:{}/", server_->port());
  }
  void Answer(int status, std::string body) {
    MutexLock lock(mutex_);
    answer_ = net::HttpResponse::Json(status, std::move(body));
  }
  // Entries first … last of a log that has `log_last`.
  void AnswerEntries(uint64_t first, uint64_t last, uint64_t log_last) {
    std::string entries;
    for (uint64_t position = first; position <= last; ++position) {
      ChangeLogEntry entry;
      entry.position = position;
      entry.epoch = 1;
      entry.transaction_id = fmt::format("t{}", position);
      entry.changes = {{ChangeKind::kCreate, ObjectKind::kNamespace, {{"n"}, ""}}};
      if (position > first) entries += ",";
      entries += ChangeLogEntryToJson(entry);
    }
    Answer(200,
           fmt::format(R"({{"first-position":1,"last-position":{},"entries":[{}]}})", log_last, entries));
  }
  ChangeLogReader Reader(uint64_t after) { return {options_, *http_, after, clock_, random_}; }

  ManualClock clock_;
  SeededRandom random_{1};
  RestCatalogOptions options_;
  Mutex mutex_;
  net::HttpResponse answer_ GUARDED_BY(mutex_) = net::HttpResponse::Text(418, "nothing set");
  std::vector<std::string> targets_ GUARDED_BY(mutex_);
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<net::HttpClient> http_ = net::HttpClient::Make();
};

using std::chrono::seconds;

TEST_F(ChangeLogReaderTest, ReturnsEntriesInOrderAndAsksBehindTheLast) {
  AnswerEntries(6, 8, 20);
  ChangeLogReader reader = Reader(5);
  EXPECT_EQ(reader.position(), 5u);
  for (const uint64_t position : {6, 7, 8}) {
    ASSERT_OK_AND_ASSIGN(const std::optional<ChangeLogEntry> entry, reader.Next(seconds(90)));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->position, position);
    EXPECT_EQ(reader.position(), position);
  }
  EXPECT_EQ(reader.bounds().last_position, 20u);
  AnswerEntries(9, 9, 20);
  ASSERT_OK(reader.Next(seconds(30)));
  EXPECT_EQ(reader.position(), 9u);
  MutexLock lock(mutex_);
  EXPECT_EQ(targets_, (std::vector<std::string>{"/lifeboat/v1/changes?after=5&limit=500&wait=60",
                                                "/lifeboat/v1/changes?after=8&limit=500&wait=30"}));
}

TEST_F(ChangeLogReaderTest, TheEndOfTheLogIsNothingAfterTheTimeout) {
  AnswerEntries(1, 0, 3);
  ChangeLogReader reader = Reader(3);
  ASSERT_OK_AND_ASSIGN(const std::optional<ChangeLogEntry> entry, reader.Next(seconds(2)));
  EXPECT_FALSE(entry);
  EXPECT_EQ(reader.position(), 3u);
}

TEST_F(ChangeLogReaderTest, AServerThatDoesNotAnswerIsWaitedFor) {
  ChangeLogReader reader = Reader(0);
  Answer(503, "{}");
  EXPECT_STATUS(StatusCode::kUnavailable, reader.Next(seconds(1)));
  EXPECT_EQ(reader.position(), 0u);
  AnswerEntries(1, 1, 1);
  ASSERT_OK_AND_ASSIGN(const std::optional<ChangeLogEntry> entry, reader.Next(seconds(1)));
  EXPECT_TRUE(entry);
}

TEST_F(ChangeLogReaderTest, APlaceThatCannotBeGoneOnFromIsSaid) {
  ChangeLogReader reader = Reader(7);
  Answer(410, R"({"error":{"message":"gone","type":"ChangesTrimmedException","code":410}})");
  const Status trimmed = reader.Next(seconds(1)).status();
  EXPECT_EQ(trimmed.code(), StatusCode::kNotFound);
  EXPECT_EQ(ErrorTypeOf(trimmed), "ChangesTrimmedException");
  AnswerEntries(1, 0, 6);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, reader.Next(seconds(1)));
  Answer(404, R"({"error":{"message":"No route","type":"NotFoundException","code":404}})");
  EXPECT_STATUS(StatusCode::kNotFound, reader.Next(seconds(1)));
  EXPECT_EQ(reader.position(), 7u);
}

TEST_F(ChangeLogReaderTest, TheBoundsAreAskedForWithoutMoving) {
  AnswerEntries(1, 0, 6);
  ChangeLogReader reader = Reader(2);
  ASSERT_OK_AND_ASSIGN(const ChangeLogBounds bounds, reader.ReadBounds());
  EXPECT_EQ(bounds.first_position, 1u);
  EXPECT_EQ(bounds.last_position, 6u);
  EXPECT_EQ(reader.position(), 2u);
}

TEST_F(ChangeLogReaderTest, AGapIsAnError) {
  AnswerEntries(9, 9, 9);
  ChangeLogReader reader = Reader(7);
  EXPECT_FALSE(reader.Next(seconds(1)).ok());
  EXPECT_EQ(reader.position(), 7u);
}

}  // namespace
}  // namespace lifeboat::catalog
