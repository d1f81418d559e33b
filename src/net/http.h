// HTTP messages as the rest of Lifeboat sees them; the library that speaks HTTP stays behind this module.
#ifndef LIFEBOAT_NET_HTTP_H_
#define LIFEBOAT_NET_HTTP_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lifeboat::net {

// Ordered, repeated names allowed, looked up without regard to case.
class Headers {
 public:
  void Add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }
  void Set(std::string_view name, std::string_view value);  // replaces every field of that name
  void Remove(std::string_view name);
  // The first value, or "" when absent.
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const;
  // `token` is an item of the comma-separated values of that name: "Connection: keep-alive, close".
  bool HasToken(std::string_view name, std::string_view token) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct HttpRequest {
  std::string method;  // "GET"
  std::string target;  // as sent: path and query, still percent-encoded
  Headers headers;
  std::string body;  // as sent: still compressed when Content-Encoding says so; see net/content_encoding.h
  std::string peer;  // "127.0.0.1:53212", "[::1]:53212"

  std::string_view Path() const;   // target up to '?', still encoded
  std::string_view Query() const;  // target after '?', or ""
  // Decoded value of a query parameter ('+' is a space), or nothing.
  bool HasQueryParameter(std::string_view name) const;
  std::string QueryParameter(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
  // Sent in place of `body` when set: bytes that somebody keeps, of which no answer needs its own copy.
  std::shared_ptr<const std::string> shared_body;

  std::string_view content() const { return shared_body != nullptr ? *shared_body : body; }

  static HttpResponse Json(int status, std::string body);
  static HttpResponse Text(int status, std::string body);
};

// "Not Found" for 404; "Status" for a number HTTP does not name.
std::string_view ReasonPhrase(int status);

// ASCII letters only, as header names compare.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

// "%41b" → "Ab"; a broken escape is left as it is.
std::string PercentDecode(std::string_view text, bool plus_is_space = false);
// Encodes everything but unreserved characters (RFC 3986).
std::string PercentEncode(std::string_view text);
// Decoded segments of an encoded path: "/v1/a%2Fb/c" → {"v1", "a/b", "c"}; empty segments are dropped.
std::vector<std::string> PathSegments(std::string_view path);

}  // namespace lifeboat::net

#endif  // LIFEBOAT_NET_HTTP_H_
