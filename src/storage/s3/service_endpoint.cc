#include "storage/s3/service_endpoint.h"

#include <algorithm>
#include <charconv>

namespace lifeboat::storage::s3 {

Result<ServiceEndpoint> ParseServiceEndpoint(std::string_view service, std::string_view url) {
  const size_t colon = url.find("://");
  const std::string_view scheme = url.substr(0, std::min(colon, url.size()));
  const std::string_view rest = colon == std::string_view::npos ? "" : url.substr(colon + 3);
  std::string_view authority = rest.substr(0, rest.find('/'));
  std::string_view path = rest.substr(authority.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  if ((scheme != "http" && scheme != "https") || authority.empty() ||
      rest.find_first_of("?#@ ") != std::string_view::npos) {
    return Status::InvalidArgument(
        "{} endpoint '{}' is not a URL like https://host or http://host:9000 (without user, query or blanks)",
        service, url);
  }
  // Host is sent and signed without the scheme's own port.
  const std::string_view default_port = scheme == "http" ? ":80" : ":443";
  if (authority.ends_with(default_port)) authority.remove_suffix(default_port.size());
  return ServiceEndpoint{std::string(scheme), std::string(authority), std::string(path)};
}

std::string AmazonEndpoint(std::string_view service, std::string_view region) {
  const std::string_view domain = region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return fmt::format("https://{}.{}.{}", service, region, domain);
}

int64_t RetryAfterMillis(const HttpReply& reply) {
  const std::string_view text = HeaderValue(reply.headers, "Retry-After");
  int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::clamp<int64_t>(seconds, 0, 3600) * 1000;
}

void WaitBeforeAttempt(const RetryOptions& retry, int attempt, int64_t retry_after_millis, Clock& clock,
                       Random& random) {
  const int64_t cap_millis = retry.max_backoff.count();
  const int64_t ceiling_millis = std::min<int64_t>(
      cap_millis, retry.initial_backoff.count() * (int64_t{1} << std::min(attempt - 2, 20)));
  const int64_t jitter_micros =
      static_cast<int64_t>(random.Uniform() * static_cast<double>(ceiling_millis) * 1000);
  clock.SleepFor(Duration(std::max(jitter_micros, std::min(retry_after_millis, cap_millis) * 1000)));
}

}  // namespace lifeboat::storage::s3
