#include "bcdr/gateway/connection_state_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/testing.h"
#include "storage/local_storage.h"

namespace lifeboat::bcdr {
namespace {

class ConnectionStateFileTest : public ::testing::Test {
 protected:
  ConnectionStateFileTest() { LIFEBOAT_CHECK(::mkdtemp(folder_.data()) != nullptr, "mkdtemp failed"); }
  ~ConnectionStateFileTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_ = ::testing::TempDir() + "lifeboat-state-XXXXXX";
  const std::unique_ptr<storage::Storage> storage_ = storage::MakeLocalStorage();
  std::string location() const { return storage::FileLocation(folder_) + "/gateway/connection.json"; }
};

TEST_F(ConnectionStateFileTest, NothingUntilSavedThenTheSame) {
  EXPECT_EQ(LoadConnectionRecord(*storage_, location()).value(), std::nullopt);
  const ConnectionRecord record{
      "DEMO",
      3,
      "SECONDARY",
      {{2, "A", "B", "2026-01-01T00:00:00.000000Z", "promoted"}, {3, "B", "SECONDARY", "x", "y"}}};
  ASSERT_OK(SaveConnectionRecord(*storage_, location(), record));
  EXPECT_EQ(LoadConnectionRecord(*storage_, location()).value(), record);
}

TEST_F(ConnectionStateFileTest, KeepsTheLatestMoves) {
  ConnectionRecord record{"DEMO", 200, "A", {}};
  for (uint64_t epoch = 2; epoch <= 200; ++epoch) record.moves.push_back({epoch, "A", "B", "t", "r"});
  ASSERT_OK(SaveConnectionRecord(*storage_, location(), record));
  ASSERT_OK_AND_ASSIGN(const auto loaded, LoadConnectionRecord(*storage_, location()));
  EXPECT_EQ(loaded->moves.size(), ConnectionRecord::kMaxMoves);
  EXPECT_EQ(loaded->moves.back().epoch, 200u);
}

TEST_F(ConnectionStateFileTest, DamageIsCorruptionThatNamesTheFile) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"format":1,"name":"D","epoch":0,"primary":"A","moves":[]})",
        R"({"format":2,"name":"D","epoch":1,"primary":"A","moves":[]})",
        R"({"format":1,"name":"D","epoch":1,"primary":7,"moves":[]})",
        R"({"format":1,"name":"D","epoch":1,"primary":"A","moves":[{}]})"}) {
    ASSERT_OK(storage_->Write(location(), text));
    const Status status = LoadConnectionRecord(*storage_, location()).status();
    EXPECT_EQ(status.code(), StatusCode::kCorruption) << text;
    EXPECT_NE(status.message().find(location()), std::string::npos);
  }
}

}  // namespace
}  // namespace lifeboat::bcdr
