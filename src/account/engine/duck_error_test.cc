#include "account/engine/duck_error.h"

#include <gtest/gtest.h>

#include <duckdb/common/exception.hpp>

namespace lifeboat::account {
namespace {

TEST(DuckErrorTest, LeavesOutTheTranslatedStatement) {
  const Status status = ToStatus(
      duckdb::ErrorData(duckdb::ExceptionType::BINDER,
                        "Could not choose a best candidate function for \"+\". Add explicit type casts.\n"
                        "\tCandidate functions:\n\t+(DATE, INTEGER) -> DATE\n\n\nLINE 1: SELECT ('a' + 1) AS "
                        "\"'A' + 1\"\n      ^"));
  EXPECT_EQ(status.message(),
            "SQL compilation error:\n"
            "Could not choose a best candidate function for \"+\". Add explicit type casts.");
}

TEST(DuckErrorTest, KeepsTheValueOfAFailedConversion) {
  const Status status = ToStatus(duckdb::ErrorData(
      duckdb::ExceptionType::CONVERSION,
      "Could not convert string 'abc' to INT32\n\nLINE 1: SELECT CAST('abc' AS INTEGER)\n               ^"));
  EXPECT_EQ(status.message(), "Numeric value 'abc' is not recognized");
}

}  // namespace
}  // namespace lifeboat::account
