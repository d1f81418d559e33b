#include "net/response_head.h"

#include <fmt/compile.h>
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <iterator>

#include "base/log.h"

namespace lifeboat::net {
namespace {

bool IsFramingField(std::string_view name) {
  switch (name.size()) {
    case 4:
      return EqualsIgnoringCase(name, "Date");
    case 10:
      return EqualsIgnoringCase(name, "Connection") || EqualsIgnoringCase(name, "Keep-Alive");
    case 14:
      return EqualsIgnoringCase(name, "Content-Length");
    case 17:
      return EqualsIgnoringCase(name, "Transfer-Encoding");
    default:
      return false;
  }
}

}  // namespace

bool StatusForbidsBody(int status) {
  return status / 100 == 1 || status == 204 || status == 304;
}

bool IsSafeField(std::string_view name, std::string_view value) {
  const auto breaks_line = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  return !name.empty() && name.find_first_of(": \t") == std::string_view::npos &&
         std::none_of(name.begin(), name.end(), breaks_line) &&
         std::none_of(value.begin(), value.end(), breaks_line);
}

std::string ResponseHead(const HttpResponse& response, const ResponseFraming& framing) {
  std::string head;
  head.reserve(256);
  auto out = std::back_inserter(head);
  fmt::format_to(out, FMT_COMPILE("HTTP/1.1 {} {}\r\nDate: {}\r\n"), response.status,
                 ReasonPhrase(response.status), framing.date);
  for (const auto& [name, value] : response.headers.fields()) {
    if (IsFramingField(name)) continue;
    if (!IsSafeField(name, value)) {
      log::Error("a response header with a line break was left out", {{"name", name}});
      continue;
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }
  // A proxied HEAD answer carries the length of the body that GET would have.
  const std::string_view declared_length = response.headers.Get("Content-Length");
  if (framing.answers_head && response.content().empty() && !declared_length.empty() &&
      std::all_of(declared_length.begin(), declared_length.end(),
                  [](char c) { return c >= '0' && c <= '9'; })) {
    head.append("Content-Length: ").append(declared_length).append("\r\n");
  } else if (!StatusForbidsBody(response.status)) {
    fmt::format_to(out, FMT_COMPILE("Content-Length: {}\r\n"), response.content().size());
  }
  if (!framing.keep_alive) {
    head.append("Connection: close\r\n");
  } else if (framing.http_1_0) {
    head.append("Connection: keep-alive\r\n");
  }
  head.append("\r\n");
  return head;
}

std::string HttpDate(int64_t unix_seconds) {
  // Not strftime: its names of days and months depend on the locale.
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const time_t seconds = unix_seconds;
  struct tm utc;
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[utc.tm_wday], utc.tm_mday,
                     kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace lifeboat::net
