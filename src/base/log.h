// Structured log lines: one message in plain words and named fields, as key=value text or one JSON object a line.
//
//   log::Info("commit applied", {{"table", name}, {"position", position}});
//
// Secrets never go into fields. Lines go to standard error unless log::Configure named a file.
#ifndef LIFEBOAT_BASE_LOG_H_
#define LIFEBOAT_BASE_LOG_H_

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/status.h"

namespace lifeboat::log {

enum class Level { kDebug, kInfo, kWarning, kError };

struct Options {
  Level level = Level::kInfo;
  bool json = false;
  std::string process;  // put into every line; empty: left out
};

// Call once, before threads start.
void Configure(const Options& options);

struct Field {
  template <typename T>
  Field(std::string_view field_key, const T& field_value) : key(field_key) {
    if constexpr (std::is_same_v<T, Status>) {
      value = field_value.ToString();
    } else {
      value = fmt::format("{}", field_value);
      is_number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char>;
    }
  }
  std::string_view key;
  std::string value;
  bool is_number = false;
};

void Write(Level level, std::string_view message, std::initializer_list<Field> fields);

inline void Debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kDebug, message, fields);
}
inline void Info(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kInfo, message, fields);
}
inline void Warning(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kWarning, message, fields);
}
inline void Error(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kError, message, fields);
}

}  // namespace lifeboat::log

#endif  // LIFEBOAT_BASE_LOG_H_
