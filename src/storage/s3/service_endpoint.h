// Where an AWS-like service answers, and how long to wait before asking it again. Shared by the S3 and the
// STS client.
#ifndef LIFEBOAT_STORAGE_S3_SERVICE_ENDPOINT_H_
#define LIFEBOAT_STORAGE_S3_SERVICE_ENDPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "storage/s3/http_transport.h"
#include "storage/s3/s3_storage.h"

namespace lifeboat::storage::s3 {

struct ServiceEndpoint {
  std::string scheme;
  std::string authority;  // host and port; without the scheme's own port
  std::string path;       // without '/' at its end
};

// `service` names it in errors. kInvalidArgument unless `url` is http(s)://host[:port][/path].
Result<ServiceEndpoint> ParseServiceEndpoint(std::string_view service, std::string_view url);

// "https://s3.eu-west-1.amazonaws.com".
std::string AmazonEndpoint(std::string_view service, std::string_view region);

// What an answer's Retry-After asks for, at most an hour; 0: nothing.
int64_t RetryAfterMillis(const HttpReply& reply);

// Sleeps before attempt number `attempt` (2, 3, …): full jitter below an exponentially growing ceiling, and
// at least `retry_after_millis` up to the largest backoff.
void WaitBeforeAttempt(const RetryOptions& retry, int attempt, int64_t retry_after_millis, Clock& clock,
                       Random& random);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_SERVICE_ENDPOINT_H_
