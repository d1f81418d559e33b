// Status: the outcome of an operation that can fail.
//
// Errors are values. A code is named for what the caller should do next, not for where the error arose; the message
// names the thing that is wrong and the remedy, in one sentence a user can act on. A module that has more to say
// (a Snowflake error number, a line and position) attaches a StatusDetail; layers that do not know the detail pass it
// through untouched.
#ifndef LIFEBOAT_BASE_STATUS_H_
#define LIFEBOAT_BASE_STATUS_H_

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace lifeboat {

enum class StatusCode {
  kOk = 0,
  kInvalidArgument,     // The request itself is wrong: correct it; repeating it unchanged fails again.
  kNotFound,            // The named thing does not exist (or may not be seen): name another or create it.
  kAlreadyExists,       // The name is taken: choose another or use the existing thing.
  kFailedPrecondition,  // The system's state forbids it: change that state first (empty the namespace, …).
  kConflict,            // Somebody else changed it first: reload, reapply, try again.
  kCommitStateUnknown,  // A write may or may not have happened: look before repeating it.
  kFenced,              // This node is not primary (any more): nothing was applied; go to the primary.
  kUnauthenticated,     // Log in (again).
  kPermissionDenied,    // Ask somebody for the privilege.
  kUnavailable,         // Nothing was applied: repeat the same request later.
  kResourceExhausted,   // Free the named resource (disk, memory, size limit) or ask for less.
  kUnsupported,         // Valid, but this program does not do it.
  kCorruption,          // Stored bytes are damaged: restore them from another copy.
  kCancelled,           // Somebody asked for it to stop.
  kInternal,            // A defect in Lifeboat: report it.
};

// "NotFound" etc.
std::string_view StatusCodeName(StatusCode code);

// Extra, module-specific information about an error; immutable once attached.
class StatusDetail {
 public:
  virtual ~StatusDetail() = default;
};

class [[nodiscard]] Status {
 public:
  Status() = default;  // OK
  Status(StatusCode code, std::string message, std::shared_ptr<const StatusDetail> detail = nullptr);

  static Status Ok() { return Status(); }

  template <typename... Args>
  static Status Make(StatusCode code, fmt::format_string<Args...> format, Args&&... args) {
    return Status(code, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  static Status InvalidArgument(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kInvalidArgument, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status NotFound(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kNotFound, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status AlreadyExists(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kAlreadyExists, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status FailedPrecondition(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kFailedPrecondition, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status Conflict(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kConflict, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status Unavailable(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kUnavailable, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status ResourceExhausted(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kResourceExhausted, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status Unsupported(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kUnsupported, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status Corruption(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kCorruption, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status PermissionDenied(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kPermissionDenied, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status Unauthenticated(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kUnauthenticated, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  static Status Internal(fmt::format_string<Args...> format, Args&&... args) {
    return Make(StatusCode::kInternal, format, std::forward<Args>(args)...);
  }

  bool ok() const { return state_ == nullptr; }
  StatusCode code() const { return state_ == nullptr ? StatusCode::kOk : state_->code; }
  const std::string& message() const;  // empty when ok

  // The attached detail if it is a T, else null.
  template <typename T>
  const T* detail() const {
    return state_ == nullptr ? nullptr : dynamic_cast<const T*>(state_->detail.get());
  }

  // The same error with "context: " put before its message; an OK status stays OK.
  Status WithContext(std::string_view context) const;
  // The same error with `detail` attached in place of any earlier one.
  Status WithDetail(std::shared_ptr<const StatusDetail> detail) const;

  // "NotFound: table 'x' does not exist", or "OK".
  std::string ToString() const;

 private:
  struct State {
    StatusCode code;
    std::string message;
    std::shared_ptr<const StatusDetail> detail;
  };
  std::shared_ptr<const State> state_;
};

}  // namespace lifeboat

// Returns from the current function if `expr` (a Status) is an error.
#define LIFEBOAT_RETURN_IF_ERROR(expr)                              \
  do {                                                              \
    ::lifeboat::Status lifeboat_status_ = (expr);                   \
    if (!lifeboat_status_.ok()) [[unlikely]] return lifeboat_status_; \
  } while (false)

#endif  // LIFEBOAT_BASE_STATUS_H_
