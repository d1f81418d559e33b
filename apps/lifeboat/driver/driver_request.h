// DriverRequest: one request of the driver protocol with all its repetitions.
//
// A request that got no answer, or HTTP 408, 429 or 5xx, is sent again after a growing pause, under the same
// requestId and with retryCount, until the time limit: what the vendor's drivers do, and what servers
// deduplicate by.
#ifndef LIFEBOAT_DRIVER_DRIVER_REQUEST_H_
#define LIFEBOAT_DRIVER_DRIVER_REQUEST_H_

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "lifeboat/driver/driver_client.h"
#include "net/http_client.h"

namespace lifeboat::driver {

struct DriverRequest {
  std::string method = "POST";
  std::string url;  // without query
  std::vector<std::pair<std::string, std::string>> query;
  std::string token;  // "": none
  std::string body;
  // Carried over when the caller sends the request again for a reason of its own (a renewed session).
  int retry_count = 0;
  int64_t first_sent_millis = 0;  // 0: not sent yet
  bool may_have_run = false;      // some repetition broke off after the server had seen it
};

class RequestSender {
 public:
  RequestSender(const ConnectOptions& options, Clock& clock, Random& random, DriverStatistics& statistics);

  // The answer's JSON object, whatever it says. kUnavailable when the time limit passed and no server can
  // have acted, kCommitStateUnknown when one may have; kInvalidArgument when what answers does not speak the
  // protocol.
  Result<boost::json::object> Send(DriverRequest& request);
  // A download by a URL that is its own permission.
  Result<std::string> Download(const std::string& url);

 private:
  Result<net::HttpResponse> SendUntilAnswered(DriverRequest& request);

  const std::chrono::milliseconds request_time_limit_;
  const std::chrono::milliseconds retry_time_limit_;
  Clock& clock_;
  Random& random_;
  DriverStatistics& statistics_;
  const std::unique_ptr<net::HttpClient> http_;
};

}  // namespace lifeboat::driver

#endif  // LIFEBOAT_DRIVER_DRIVER_REQUEST_H_
