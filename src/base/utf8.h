// UTF-8: is a byte sequence well formed, and a replacement where it is not.
#ifndef LIFEBOAT_BASE_UTF8_H_
#define LIFEBOAT_BASE_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace lifeboat {

// Length in bytes (1 to 4) of the well-formed sequence `text` starts with; 0 when it is malformed or empty.
size_t Utf8SequenceLength(std::string_view text);

bool IsUtf8(std::string_view text);

// `text` with U+FFFD in the place of each byte that belongs to no well-formed sequence: for messages that
// quote what somebody sent.
std::string ReplaceInvalidUtf8(std::string_view text);

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_UTF8_H_
