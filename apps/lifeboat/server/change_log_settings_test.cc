#include <gtest/gtest.h>

#include "base/testing.h"
#include "lifeboat/server/server_part.h"

namespace lifeboat::app {
namespace {

Result<catalog::CatalogServerOptions> Read(const std::string& text, const std::string& folder = "/store") {
  LIFEBOAT_ASSIGN_OR_RETURN(const Config config, Config::Parse(text, "server.toml"));
  catalog::CatalogServerOptions options;
  LIFEBOAT_RETURN_IF_ERROR(ReadChangeLogSettings(config.root(), folder, &options));
  LIFEBOAT_RETURN_IF_ERROR(config.CheckAllKeysRead());
  return options;
}

TEST(ChangeLogSettings, SevenDaysAreKeptUnlessToldOtherwise) {
  ASSERT_OK_AND_ASSIGN(const auto usual, Read(""));
  EXPECT_EQ(usual.change_log.age_max, std::chrono::hours(7 * 24));
  EXPECT_EQ(usual.change_log.entries_max, 0u);
  EXPECT_TRUE(usual.change_sinks.empty());
  ASSERT_OK_AND_ASSIGN(const auto set, Read("change_log_retention = '12h'\nchange_log_max_entries = 10\n"
                                            "change_log_max_bytes = 20"));
  EXPECT_EQ(set.change_log.age_max, std::chrono::hours(12));
  EXPECT_EQ(set.change_log.entries_max, 10u);
  EXPECT_EQ(set.change_log.bytes_max, 20u);
  ASSERT_OK_AND_ASSIGN(const auto forever, Read("change_log_retention = 'forever'"));
  EXPECT_EQ(forever.change_log.age_max.count(), 0);
  for (const char* wrong : {"change_log_retention = '0'", "change_log_retention = 'a week'",
                            "change_log_retention = 7", "change_log_max_entries = -1"}) {
    EXPECT_EQ(Read(wrong).status().code(), StatusCode::kInvalidArgument) << wrong;
  }
}

TEST(ChangeLogSettings, SinksAreRead) {
  const std::string file =
      "[[sinks]]\nname = 'audit'\nkind = 'json-lines'\npath = '/var/log/changes.jsonl'\n";
  const std::string hook =
      "[[sinks]]\nname = 'hook'\nkind = 'webhook'\nurl = 'https://h.example/x'\nsecret = 's'\nstart = "
      "'now'\n";
  ASSERT_OK_AND_ASSIGN(const auto options, Read(file + hook));
  ASSERT_EQ(options.change_sinks.size(), 2u);
  EXPECT_EQ(options.change_sinks[0].path, "/var/log/changes.jsonl");
  EXPECT_EQ(options.change_sinks[0].position_path, "/store/sink-audit.position");
  EXPECT_EQ(options.change_sinks[0].start, catalog::ChangeSinkOptions::Start::kBeginning);
  EXPECT_EQ(options.change_sinks[1].url, "https://h.example/x");
  EXPECT_EQ(options.change_sinks[1].start, catalog::ChangeSinkOptions::Start::kNow);
  EXPECT_STATUS(StatusCode::kInvalidArgument, Read(file + file));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Read(file, ""));
  EXPECT_OK(Read(file + "position = '/p/audit'\n", ""));
  for (const char* wrong :
       {"name = 'a'\nkind = 'kafka'", "name = '../a'\nkind = 'json-lines'\npath = '/x'",
        "name = 'a'\nkind = 'json-lines'\npath = 'x'", "name = 'a'\nkind = 'webhook'\nurl = 'ftp://x'",
        "name = 'a'\nkind = 'webhook'\nurl = 'http://x'\nsecret = ''"}) {
    EXPECT_EQ(Read(std::string("[[sinks]]\n") + wrong).status().code(), StatusCode::kInvalidArgument)
        << wrong;
  }
}

}  // namespace
}  // namespace lifeboat::app
