// JSON strings (RFC 8259 section 7): text with quotes around it, and escapes where JSON asks for them.
#ifndef LIFEBOAT_BASE_JSON_STRING_H_
#define LIFEBOAT_BASE_JSON_STRING_H_

#include <string>
#include <string_view>

namespace lifeboat {

// Appends `text`, UTF-8 that stays as it is, as a JSON string, quotes included.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_JSON_STRING_H_
