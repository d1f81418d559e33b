// GoogleTest helpers for Status and Result: ASSERT_OK(expr), EXPECT_OK(expr), ASSERT_OK_AND_ASSIGN(lhs, expr),
// EXPECT_STATUS(code, expr). Included by tests only.
#ifndef LIFEBOAT_BASE_TESTING_H_
#define LIFEBOAT_BASE_TESTING_H_

#include "base/result.h"

namespace lifeboat::testing {
inline Status ToStatus(const Status& status) { return status; }
template <typename T>
Status ToStatus(const Result<T>& result) {
  return result.status();
}
}  // namespace lifeboat::testing

#define ASSERT_OK(expr)                                                           \
  do {                                                                            \
    const ::lifeboat::Status lifeboat_status_ = ::lifeboat::testing::ToStatus(expr); \
    ASSERT_TRUE(lifeboat_status_.ok()) << lifeboat_status_.ToString();            \
  } while (false)
#define EXPECT_OK(expr)                                                           \
  do {                                                                            \
    const ::lifeboat::Status lifeboat_status_ = ::lifeboat::testing::ToStatus(expr); \
    EXPECT_TRUE(lifeboat_status_.ok()) << lifeboat_status_.ToString();            \
  } while (false)
#define EXPECT_STATUS(expected, expr)                                             \
  do {                                                                            \
    const ::lifeboat::Status lifeboat_status_ = ::lifeboat::testing::ToStatus(expr); \
    EXPECT_EQ(lifeboat_status_.code(), (expected)) << lifeboat_status_.ToString(); \
  } while (false)
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  ASSERT_OK_AND_ASSIGN_(LIFEBOAT_CONCAT_(lifeboat_test_result_, __LINE__), lhs, expr)
#define ASSERT_OK_AND_ASSIGN_(result, lhs, expr)                 \
  auto result = (expr);                                          \
  ASSERT_TRUE(result.ok()) << result.status().ToString();        \
  lhs = std::move(result).value()

#endif  // LIFEBOAT_BASE_TESTING_H_
