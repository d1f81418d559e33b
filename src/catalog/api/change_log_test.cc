#include "catalog/api/change_log.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace lifeboat::catalog {
namespace {

ChangeLogEntry FullEntry() {
  ChangeLogEntry entry;
  entry.position = 7;
  entry.epoch = 3;
  entry.committed_micros = 1'700'000'000'000'001;
  entry.transaction_id = "0190a0c4-0000-7000-8000-000000000001";
  entry.idempotency_key = "0190a0c4-0000-7000-8000-000000000002";
  entry.changes.push_back({.kind = ChangeKind::kCreate,
                           .object = ObjectKind::kNamespace,
                           .identifier = {{"a", "b"}, ""},
                           .properties = {{"owner", "me"}, {"quote\"", "line\n"}}});
  entry.changes.push_back({.kind = ChangeKind::kCommit,
                           .object = ObjectKind::kTable,
                           .identifier = {{"a", "b"}, "t"},
                           .uuid = "u",
                           .previous_metadata_location = "file:///l/0.json",
                           .metadata_location = "file:///l/1.json"});
  entry.changes.push_back({.kind = ChangeKind::kRename,
                           .object = ObjectKind::kView,
                           .identifier = {{"a"}, "v"},
                           .renamed_to = TableIdentifier{{"b"}, "w"},
                           .uuid = "u2"});
  entry.changes.push_back(
      {.kind = ChangeKind::kDrop, .identifier = {{"a"}, "x"}, .uuid = "u3", .purge = true});
  entry.changes.push_back({.kind = ChangeKind::kCreate,
                           .object = ObjectKind::kRecord,
                           .identifier = {{}, "access/role/r"},
                           .value = ""});
  entry.principal = "ana \"l\" 日";
  return entry;
}

TEST(ChangeLog, JsonRoundTripKeepsEveryField) {
  const ChangeLogEntry entry = FullEntry();
  ASSERT_OK_AND_ASSIGN(const ChangeLogEntry back, ChangeLogEntryFromJson(ChangeLogEntryToJson(entry)));
  EXPECT_EQ(back, entry);
  for (const std::string& principal : {entry.principal, std::string()}) {
    ASSERT_OK_AND_ASSIGN(const LoggedTransaction logged,
                         LoggedTransactionFromJson(LoggedTransactionToJson(principal, entry.changes)));
    EXPECT_EQ(logged.principal, principal);
    EXPECT_EQ(logged.changes, entry.changes);
  }
}

TEST(ChangeLog, DamagedEntriesAreRefusedNamingTheField) {
  const char* damaged[] = {"",
                           "[]",
                           "{}",
                           R"({"position":-1,"epoch":1,"committed-micros":1,"changes":[]})",
                           R"({"position":1,"epoch":1,"committed-micros":1})",
                           R"({"position":1,"epoch":1,"committed-micros":1,"changes":[{"kind":"x"}]})"};
  for (const char* text : damaged) EXPECT_STATUS(StatusCode::kCorruption, ChangeLogEntryFromJson(text));
  EXPECT_STATUS(StatusCode::kCorruption, LoggedTransactionFromJson(R"({"principal":1,"changes":[]})"));
  EXPECT_STATUS(StatusCode::kCorruption, LoggedTransactionFromJson(R"({"principal":"p"})"));
  EXPECT_NE(LoggedTransactionFromJson(R"([{"kind":"drop","object":"table","namespace":["a"],"uuid":1}])")
                .status()
                .message()
                .find("'uuid'"),
            std::string::npos);
}

}  // namespace
}  // namespace lifeboat::catalog
