#include "catalog/access/audit_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/testing.h"

namespace lifeboat::catalog::access {
namespace {

class AuditLogTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string Read(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  static AuditEvent Event(std::string_view principal) {
    return {.allowed = false,
            .principal = principal,
            .action = "GET /x",
            .object = "table \"a\".b",
            .reason = "no",
            .request_id = "1",
            .remote = "127.0.0.1:1"};
  }

  std::string folder_ = ::testing::TempDir() + "audit_log_XXXXXX";
  ManualClock clock_{0};
};

TEST_F(AuditLogTest, OneLineEach) {
  const std::string path = folder_ + "/audit";
  {
    ASSERT_OK_AND_ASSIGN(const auto log, AuditLog::Open(path, clock_));
    log->Record(Event("eva"));
    log->Record(
        {.allowed = true, .action = "GET /y", .object = "the catalog", .request_id = "2", .remote = "r"});
  }
  EXPECT_EQ(
      Read(path),
      R"({"time":"1970-01-01T00:00:00.000000Z","decision":"deny","principal":"eva","action":"GET /x",)"
      R"("object":"table \"a\".b","reason":"no","request-id":"1","remote":"127.0.0.1:1"})"
      "\n"
      R"({"time":"1970-01-01T00:00:00.000000Z","decision":"allow","principal":"anonymous","action":"GET /y",)"
      R"("object":"the catalog","request-id":"2","remote":"r"})"
      "\n");
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(AuditLogTest, AFileThatWasMovedAwayIsLeftAndANewOneBegun) {
  const std::string path = folder_ + "/audit";
  ASSERT_OK_AND_ASSIGN(const auto log, AuditLog::Open(path, clock_));
  log->Record(Event("first"));
  log->Flush();
  std::filesystem::rename(path, path + ".1");
  log->Record(Event("second"));
  log->Flush();
  EXPECT_NE(Read(path + ".1").find("first"), std::string::npos);
  EXPECT_EQ(Read(path + ".1").find("second"), std::string::npos);
  EXPECT_NE(Read(path).find("second"), std::string::npos);
}

TEST_F(AuditLogTest, WhatOpenedBeforeIsContinued) {
  const std::string path = folder_ + "/audit";
  for (const char* name : {"first", "second"}) {
    ASSERT_OK_AND_ASSIGN(const auto log, AuditLog::Open(path, clock_));
    log->Record(Event(name));
  }
  EXPECT_NE(Read(path).find("first"), std::string::npos);
  EXPECT_NE(Read(path).find("second"), std::string::npos);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, AuditLog::Open(folder_ + "/none/audit", clock_));
}

TEST_F(AuditLogTest, ADiskThatDoesNotFollowLosesReadsOnlyAndSaysHowMany) {
  // Nobody reads this pipe, so that writing to it blocks once its buffer is full.
  const std::string path = folder_ + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int reader = open(path.c_str(), O_RDWR);
  ASSERT_GE(reader, 0);
  std::string everything;
  std::thread drain;
  {
    ASSERT_OK_AND_ASSIGN(const auto log, AuditLog::Open(path, clock_));
    const std::string large(64 * 1024, 'x');
    for (int i = 0; i < 200; ++i) log->Record(Event(large));
    // All of it is recorded or counted by now; let it out.
    drain = std::thread([&] {
      std::string chunk(1 << 16, '\0');
      while (!everything.ends_with("END")) {
        const ssize_t count = read(reader, chunk.data(), chunk.size());
        if (count <= 0) break;
        everything.append(chunk, 0, static_cast<size_t>(count));
      }
    });
  }
  EXPECT_EQ(write(reader, "END", 3), 3);
  drain.join();
  close(reader);
  EXPECT_NE(everything.find("\"lost-lines\":"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::catalog::access
