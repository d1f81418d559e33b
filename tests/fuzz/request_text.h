// Requests as the text of fuzz inputs: "GET /path\nName: value\n\nbody".
#ifndef LIFEBOAT_TESTS_FUZZ_REQUEST_TEXT_H_
#define LIFEBOAT_TESTS_FUZZ_REQUEST_TEXT_H_

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "net/http.h"

namespace lifeboat::fuzz {

// Any text is a request; what is missing is empty, and a header line without ": " is left out.
inline net::HttpRequest ReadRequest(std::string_view text) {
  net::HttpRequest request;
  const auto line = [&] {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
  };
  const std::string_view first = line();
  const size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.target = space == std::string_view::npos ? std::string_view("/") : first.substr(space + 1);
  for (std::string_view header = line(); !header.empty(); header = line()) {
    const size_t colon = header.find(": ");
    if (colon == std::string_view::npos) continue;
    request.headers.Add(header.substr(0, colon), header.substr(colon + 2));
  }
  request.body = text;
  return request;
}

// `headers`: whole lines.
inline std::string RequestText(std::string_view method, std::string_view target, std::string_view body = "",
                               std::string_view headers = "") {
  return fmt::format("{} {}\n{}\n{}", method, target, headers, body);
}

}  // namespace lifeboat::fuzz

#endif  // LIFEBOAT_TESTS_FUZZ_REQUEST_TEXT_H_
