// WebhookSink: the change log sent to a URL, in batches, by POST.
//
//   POST <url>
//   Content-Type: application/json
//   Lifeboat-Delivery: 1201-1250                 first and last position: the same batch has the same name
//   Lifeboat-Signature: t=1764028800,v1=5257a8…  HMAC-SHA256 in hex, over "<t>.<body>", keyed with the secret
//
//   {"entries":[{"position":1201,…},…]}
//
// Any 2xx answer within 10 seconds is a receipt; anything else is sent again. A receiver must be prepared for
// a batch, or one that overlaps it, to come twice, and should refuse signatures whose time is long past.
#ifndef LIFEBOAT_CATALOG_SERVER_WEBHOOK_SINK_H_
#define LIFEBOAT_CATALOG_SERVER_WEBHOOK_SINK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/server/change_sink.h"
#include "catalog/server/sink_position.h"
#include "net/http_client.h"

namespace lifeboat::catalog {

class WebhookSink : public ChangeSink {
 public:
  WebhookSink(std::string url, std::string secret, std::string position_path, const Clock& clock);

  Result<std::optional<uint64_t>> Position() override { return position_.Read(); }
  Status Deliver(const std::vector<ChangeLogEntry>& entries) override;

 private:
  const std::string url_;
  const std::string secret_;
  SinkPosition position_;
  const Clock& clock_;
  const std::unique_ptr<net::HttpClient> http_;
  uint64_t received_ = 0;  // by the receiver, though the position may not be written down yet
};

// "t=<seconds>,v1=<hex>"
std::string WebhookSignature(std::string_view secret, int64_t unix_seconds, std::string_view body);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_WEBHOOK_SINK_H_
