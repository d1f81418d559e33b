// LIFEBOAT_CHECK: an invariant that holds in every build. A violation is a defect; the process stops rather than go on
// with wrong state. Bad input is never a CHECK: it is a Status.
#ifndef LIFEBOAT_BASE_CHECK_H_
#define LIFEBOAT_BASE_CHECK_H_

#include <string_view>

namespace lifeboat::internal {
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition, std::string_view message);
}  // namespace lifeboat::internal

#define LIFEBOAT_CHECK(condition, message)                                                        \
  do {                                                                                            \
    if (!(condition)) [[unlikely]]                                                                \
      ::lifeboat::internal::CheckFailed(__FILE__, __LINE__, #condition, (message));               \
  } while (false)

#endif  // LIFEBOAT_BASE_CHECK_H_
