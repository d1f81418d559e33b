#include "catalog/store/sqlite_change_counter.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/testing.h"

namespace lifeboat::catalog {
namespace {

class SqliteChangeCounterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "change-counter-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_F(SqliteChangeCounterTest, ACommitIsSeenByEverybodyAndNothingElseIs) {
  ASSERT_OK_AND_ASSIGN(const auto one, SqliteChangeCounter::Open(folder_ + "/store"));
  ASSERT_OK_AND_ASSIGN(const auto two, SqliteChangeCounter::Open(folder_ + "/store"));
  const auto before = two->Value();
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(two->Value(), before);
  const uint64_t begun = one->Begin();
  EXPECT_EQ(two->Value(), std::nullopt) << "a commit under way may or may not be seen";
  one->End(begun);
  ASSERT_TRUE(two->Value().has_value());
  EXPECT_NE(two->Value(), before);
}

TEST_F(SqliteChangeCounterTest, AWriterThatDiedLeavesItUnknownUntilTheNextCommit) {
  {
    ASSERT_OK_AND_ASSIGN(const auto dead, SqliteChangeCounter::Open(folder_ + "/store"));
    (void)dead->Begin();
  }
  ASSERT_OK_AND_ASSIGN(const auto counter, SqliteChangeCounter::Open(folder_ + "/store"));
  EXPECT_EQ(counter->Value(), std::nullopt);
  counter->End(counter->Begin());
  EXPECT_TRUE(counter->Value().has_value());
}

TEST_F(SqliteChangeCounterTest, AWriterThatIsLateDoesNotSpeakForTheNextOne) {
  ASSERT_OK_AND_ASSIGN(const auto one, SqliteChangeCounter::Open(folder_ + "/store"));
  ASSERT_OK_AND_ASSIGN(const auto two, SqliteChangeCounter::Open(folder_ + "/store"));
  const uint64_t first = one->Begin();
  const uint64_t second = two->Begin();
  one->End(first);
  EXPECT_EQ(one->Value(), std::nullopt) << "the second commit is still under way";
  two->End(second);
  EXPECT_TRUE(one->Value().has_value());
}

TEST_F(SqliteChangeCounterTest, AFolderThatIsMissingIsNamed) {
  const auto counter = SqliteChangeCounter::Open(folder_ + "/missing/store");
  EXPECT_STATUS(StatusCode::kFailedPrecondition, counter);
  EXPECT_NE(counter.status().message().find("/missing/store-changes"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::catalog
