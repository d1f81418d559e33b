#include "lifeboat/driver/driver_request.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "net/content_encoding.h"

namespace lifeboat::driver {
namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(100);
constexpr Duration kLongestPause = std::chrono::seconds(3);
constexpr uint64_t kAnswerBytesMax = uint64_t{1} << 30;

bool WorthRepeating(int http_status) {
  return http_status == 408 || http_status == 429 || http_status >= 500;
}

net::OutgoingRequest Outgoing(const DriverRequest& request, std::chrono::milliseconds time_limit) {
  net::OutgoingRequest out;
  out.method = request.method;
  out.url = request.url;
  auto query = request.query;
  if (request.retry_count > 0 && request.method == "POST") {
    query.emplace_back("clientStartTime", std::to_string(request.first_sent_millis));
    query.emplace_back("retryCount", std::to_string(request.retry_count));
  }
  char separator = '?';
  for (const auto& [name, value] : query) {
    out.url += separator + net::PercentEncode(name) + "=" + net::PercentEncode(value);
    separator = '&';
  }
  if (!request.token.empty()) out.headers.Set("Authorization", "Snowflake Token=\"" + request.token + "\"");
  out.headers.Set("Accept", "application/json");
  if (request.method == "POST") out.headers.Set("Content-Type", "application/json");
  out.body = request.body;
  out.timeout = time_limit;
  return out;
}

}  // namespace

RequestSender::RequestSender(const ConnectOptions& options, Clock& clock, Random& random,
                             DriverStatistics& statistics)
    : request_time_limit_(options.request_time_limit),
      retry_time_limit_(options.retry_time_limit),
      clock_(clock),
      random_(random),
      statistics_(statistics),
      http_(net::HttpClient::Make()) {}

Result<net::HttpResponse> RequestSender::SendUntilAnswered(DriverRequest& request) {
  const int64_t deadline = clock_.MonotonicMicros() + Duration(retry_time_limit_).count();
  Duration pause = kFirstPause;
  if (request.first_sent_millis == 0) request.first_sent_millis = clock_.NowMillis();
  while (true) {
    ++statistics_.requests;
    Result<net::HttpResponse> answer = http_->Send(Outgoing(request, request_time_limit_));
    if (answer.ok() && !WorthRepeating(answer->status)) return answer;
    const Status failure =
        answer.ok() ? Status::Unavailable("The server answered HTTP {}", answer->status) : answer.status();
    if (failure.code() == StatusCode::kCommitStateUnknown) request.may_have_run = true;
    if (failure.code() != StatusCode::kUnavailable && failure.code() != StatusCode::kCommitStateUnknown)
      return failure;
    // Half of the pause is random, so that clients cut off together do not come back together.
    const Duration wait =
        pause / 2 + Duration(static_cast<int64_t>(random_.Uniform() * (pause.count() / 2.0)));
    if (clock_.MonotonicMicros() + wait.count() >= deadline) {
      return Status::Make(request.may_have_run ? StatusCode::kCommitStateUnknown : StatusCode::kUnavailable,
                          "No answer from {} after {} attempts in {} s: {}", request.url,
                          request.retry_count + 1, retry_time_limit_.count() / 1000, failure.message());
    }
    clock_.SleepFor(wait);
    pause = std::min(pause * 2, kLongestPause);
    ++request.retry_count;
    ++statistics_.retries;
  }
}

Result<boost::json::object> RequestSender::Send(DriverRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(net::HttpResponse answer, SendUntilAnswered(request));
  LIFEBOAT_ASSIGN_OR_RETURN(
      const std::string body,
      net::DecodeContent(std::move(answer.body), answer.headers.Get("Content-Encoding"), kAnswerBytesMax));
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(body, error);
  if (error || !value.is_object() || !value.get_object().contains("success")) {
    return Status::InvalidArgument(
        "{} answered HTTP {} and not in the driver protocol. Check host, port and protocol.", request.url,
        answer.status);
  }
  return std::move(value.get_object());
}

Result<std::string> RequestSender::Download(const std::string& url) {
  DriverRequest request;
  request.method = "GET";
  request.url = url;
  LIFEBOAT_ASSIGN_OR_RETURN(net::HttpResponse answer, SendUntilAnswered(request));
  if (answer.status != 200) {
    return Status::NotFound("Part of the result is gone: {} answered HTTP {}. Run the statement again.", url,
                            answer.status);
  }
  return net::DecodeContent(std::move(answer.body), answer.headers.Get("Content-Encoding"), kAnswerBytesMax);
}

}  // namespace lifeboat::driver
