#include "catalog/store/sqlite_log_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/testing.h"
#include "catalog/store/sqlite_database.h"

namespace lifeboat::catalog {
namespace {

class SqliteLogFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/d.db";
    writing_ = Open(SqliteDatabase::Mode::kReadWrite);
    ASSERT_NE(SqliteLogFileVfs(), nullptr);
    for (const char* sql : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                            "CREATE TABLE t (id INTEGER PRIMARY KEY, bytes BLOB)"}) {
      ASSERT_OK(writing_->Execute(sql));
    }
    reading_ = Open(SqliteDatabase::Mode::kReadOnly);
  }
  void TearDown() override {
    writing_.reset();
    reading_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<SqliteDatabase> Open(SqliteDatabase::Mode mode) {
    auto database = SqliteDatabase::Open(path_, mode);
    EXPECT_OK(database);
    return database.ok() ? std::move(database).value() : nullptr;
  }
  static int64_t RowsIn(SqliteDatabase& database) {
    return database.QueryInteger("SELECT count(*) FROM t").value_or(-1);
  }
  uint64_t LogBytes() const { return std::filesystem::file_size(path_ + "-wal"); }

  std::string folder_ = ::testing::TempDir() + "sqlite_log_XXXXXX";
  std::string path_;
  std::unique_ptr<SqliteDatabase> writing_;
  std::unique_ptr<SqliteDatabase> reading_;  // knows the log by SQLite's own VFS
};

TEST_F(SqliteLogFileTest, OtherConnectionsSeeWhatIsCommitted) {
  for (int64_t i = 1; i <= 50; ++i) {
    ASSERT_OK(writing_->Execute("INSERT INTO t (bytes) VALUES (randomblob(3000))"));
    ASSERT_EQ(RowsIn(*reading_), i);
  }
  EXPECT_EQ(reading_->QueryInteger("SELECT min(length(bytes)) FROM t").value_or(0), 3000);
}

TEST_F(SqliteLogFileTest, TransactionsOfEverySizeComeBack) {
  // Around what SQLite's VFS takes by one call, what is held in memory, and what SQLite's own cache holds.
  ASSERT_OK(writing_->Execute("PRAGMA cache_size = 300"));
  int64_t bytes = 0;
  for (const int64_t pages : {1, 14, 15, 16, 17, 30, 31, 32, 33, 250, 1'100, 3'000}) {
    ASSERT_OK(writing_->Execute("BEGIN"));
    for (int64_t i = 0; i < pages; ++i)
      ASSERT_OK(writing_->Execute("INSERT INTO t (bytes) VALUES (zeroblob(4000))"));
    // Pages that were written to the log before the end are read and changed again.
    ASSERT_OK(writing_->Execute("UPDATE t SET bytes = randomblob(4001)"));
    bytes = RowsIn(*writing_) * 4001;
    ASSERT_OK(writing_->Execute("COMMIT"));
    ASSERT_EQ(reading_->QueryInteger("SELECT sum(length(bytes)) FROM t").value_or(0), bytes) << pages;
  }
  EXPECT_EQ(writing_
                ->QueryInteger("SELECT count(*) FROM pragma_integrity_check "
                               "WHERE integrity_check != 'ok'")
                .value_or(-1),
            0);
  const std::string copy = folder_ + "/copy.db";
  std::filesystem::copy_file(path_, copy);
  std::filesystem::copy_file(path_ + "-wal", copy + "-wal");
  // As after a crash: the log alone tells what was committed.
  ASSERT_OK_AND_ASSIGN(const auto recovered, SqliteDatabase::Open(copy, SqliteDatabase::Mode::kReadWrite));
  EXPECT_EQ(recovered->QueryInteger("SELECT sum(length(bytes)) FROM t").value_or(0), bytes);
}

TEST_F(SqliteLogFileTest, ACheckpointAndANewLogAfterItKeepEverything) {
  for (int64_t i = 1; i <= 20; ++i) {
    ASSERT_OK(writing_->Execute("INSERT INTO t (bytes) VALUES (randomblob(9000))"));
    if (i % 5 == 0) ASSERT_OK(writing_->Execute("PRAGMA wal_checkpoint(RESTART)"));
    ASSERT_EQ(RowsIn(*reading_), i);
  }
}

TEST_F(SqliteLogFileTest, NothingOfACommitReachesTheFileBeforeItIsReady) {
  const uint64_t before = LogBytes();
  int asked = 0;
  {
    const std::function<bool()> ready = [&] {
      EXPECT_EQ(LogBytes(), before);
      EXPECT_EQ(RowsIn(*reading_), 0);
      ++asked;
      return true;
    };
    const SqliteLogGate gate = writing_->GateLog(ready);
    ASSERT_TRUE(gate.is_installed());
    ASSERT_OK(writing_->Execute("INSERT INTO t (bytes) VALUES (randomblob(50000))"));
  }
  EXPECT_GT(asked, 0);
  EXPECT_GT(LogBytes(), before);
  EXPECT_EQ(RowsIn(*reading_), 1);
}

TEST_F(SqliteLogFileTest, ACommitThatIsNotReadyIsRolledBackAndLeavesTheFileAsItIs) {
  ASSERT_OK(writing_->Execute("INSERT INTO t VALUES (1, 'kept')"));
  const uint64_t before = LogBytes();
  for (int attempt = 0; attempt < 3; ++attempt) {
    const std::function<bool()> never = [] { return false; };
    const SqliteLogGate gate = writing_->GateLog(never);
    EXPECT_FALSE(writing_->Execute("INSERT INTO t (bytes) VALUES (randomblob(50000))").ok());
    EXPECT_FALSE(writing_->InTransaction());
    EXPECT_EQ(LogBytes(), before);
  }
  EXPECT_EQ(RowsIn(*writing_), 1);
  EXPECT_EQ(RowsIn(*reading_), 1);
  ASSERT_OK(writing_->Execute("INSERT INTO t VALUES (2, 'after')"));
  EXPECT_EQ(RowsIn(*reading_), 2);
}

TEST_F(SqliteLogFileTest, ATransactionThatChangesNothingAsksForNothing) {
  const std::function<bool()> ready = [] {
    ADD_FAILURE() << "asked";
    return true;
  };
  const SqliteLogGate gate = writing_->GateLog(ready);
  ASSERT_OK(writing_->Execute("BEGIN IMMEDIATE"));
  EXPECT_EQ(RowsIn(*writing_), 0);
  ASSERT_OK(writing_->Execute("COMMIT"));
}

TEST_F(SqliteLogFileTest, AConnectionWithoutALogHasNoGate) {
  ASSERT_OK_AND_ASSIGN(const auto other,
                       SqliteDatabase::Open(folder_ + "/other.db", SqliteDatabase::Mode::kReadWrite));
  ASSERT_OK(other->Execute("CREATE TABLE t (x)"));
  const std::function<bool()> ready = [] { return true; };
  EXPECT_FALSE(other->GateLog(ready).is_installed());
  ASSERT_OK(other->Execute("INSERT INTO t VALUES (1)"));
}

}  // namespace
}  // namespace lifeboat::catalog
