// Result<T>: a T or the Status that says why there is none.
#ifndef LIFEBOAT_BASE_RESULT_H_
#define LIFEBOAT_BASE_RESULT_H_

#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/status.h"

namespace lifeboat {

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // Implicit, so that `return value;` and `return Status::NotFound(…);` both read naturally.
  template <typename U = T>
    requires(std::is_constructible_v<T, U &&> && !std::is_same_v<std::remove_cvref_t<U>, Status> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result<T>>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {
    LIFEBOAT_CHECK(!std::get<1>(state_).ok(), "a Result cannot hold an OK status instead of a value");
  }

  bool ok() const { return state_.index() == 0; }
  Status status() const { return ok() ? Status::Ok() : std::get<1>(state_); }

  // REQUIRES: ok()
  T& value() & { return Get(); }
  const T& value() const& { return const_cast<Result*>(this)->Get(); }
  T&& value() && { return std::move(Get()); }
  T& operator*() & { return Get(); }
  const T& operator*() const& { return const_cast<Result*>(this)->Get(); }
  T&& operator*() && { return std::move(Get()); }
  T* operator->() { return &Get(); }
  const T* operator->() const { return &const_cast<Result*>(this)->Get(); }

  T value_or(T fallback) && { return ok() ? std::move(Get()) : std::move(fallback); }

 private:
  T& Get() {
    LIFEBOAT_CHECK(ok(), std::get<1>(state_).ToString());
    return std::get<0>(state_);
  }
  std::variant<T, Status> state_;
};

}  // namespace lifeboat

#define LIFEBOAT_CONCAT_INNER_(a, b) a##b
#define LIFEBOAT_CONCAT_(a, b) LIFEBOAT_CONCAT_INNER_(a, b)

// LIFEBOAT_ASSIGN_OR_RETURN(auto x, Compute()); declares or assigns x, or returns the error.
#define LIFEBOAT_ASSIGN_OR_RETURN(lhs, expr) \
  LIFEBOAT_ASSIGN_OR_RETURN_(LIFEBOAT_CONCAT_(lifeboat_result_, __LINE__), lhs, expr)
#define LIFEBOAT_ASSIGN_OR_RETURN_(result, lhs, expr)  \
  auto result = (expr);                                \
  if (!result.ok()) [[unlikely]] return result.status(); \
  lhs = std::move(result).value()

#endif  // LIFEBOAT_BASE_RESULT_H_
