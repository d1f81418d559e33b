// HttpTransport: one blocking HTTP exchange. The seam below the S3 client; MakeCurlTransport is the real one.
#ifndef LIFEBOAT_STORAGE_S3_HTTP_TRANSPORT_H_
#define LIFEBOAT_STORAGE_S3_HTTP_TRANSPORT_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/s3/header_list.h"

namespace lifeboat::storage::s3 {

struct HttpExchange {
  std::string method;
  std::string url;
  HeaderList headers;
  std::string_view body;  // must outlive the call
};

struct HttpReply {
  int status = 0;
  HeaderList headers;
  std::string body;
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  // An answer of any status is a success. kUnavailable: the server has not seen the request (no connection);
  // kCommitStateUnknown: the exchange broke after that; kInvalidArgument: TLS or URL settings make it
  // impossible. Thread-safe.
  virtual Result<HttpReply> Send(const HttpExchange& exchange) = 0;
};

struct CurlTransportOptions {
  std::string ca_bundle_path;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds stall_timeout{30'000};
  int max_idle_connections = 32;
};
std::unique_ptr<HttpTransport> MakeCurlTransport(const CurlTransportOptions& options);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_HTTP_TRANSPORT_H_
