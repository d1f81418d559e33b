#include "catalog/server/webhook_sink.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <chrono>
#include <utility>

#include "base/encoding.h"

namespace lifeboat::catalog {
namespace {

constexpr std::chrono::milliseconds kTimeout{10'000};
constexpr uint64_t kMaxAnswerBytes = 1024 * 1024;

}  // namespace

std::string WebhookSignature(std::string_view secret, int64_t unix_seconds, std::string_view body) {
  const std::string message = fmt::format("{}.{}", unix_seconds, body);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest, &length);
  return fmt::format("t={},v1={}", unix_seconds,
                     HexEncode(std::string_view(reinterpret_cast<const char*>(digest), length)));
}

WebhookSink::WebhookSink(std::string url, std::string secret, std::string position_path, const Clock& clock)
    : url_(std::move(url)),
      secret_(std::move(secret)),
      position_(std::move(position_path)),
      clock_(clock),
      http_(net::HttpClient::Make()) {}

Status WebhookSink::Deliver(const std::vector<ChangeLogEntry>& entries) {
  const uint64_t last = entries.back().position;
  if (received_ < last) {
    std::string body = R"({"entries":[)";
    for (const ChangeLogEntry& entry : entries) {
      if (entry.position != entries.front().position) body.push_back(',');
      body += ChangeLogEntryToJson(entry);
    }
    body += "]}";
    net::OutgoingRequest request;
    request.method = "POST";
    request.url = url_;
    request.timeout = kTimeout;
    request.max_response_bytes = kMaxAnswerBytes;
    request.headers.Set("Content-Type", "application/json");
    request.headers.Set("Lifeboat-Delivery", fmt::format("{}-{}", entries.front().position, last));
    request.headers.Set("Lifeboat-Signature",
                        WebhookSignature(secret_, clock_.NowMicros() / 1'000'000, body));
    request.body = std::move(body);
    LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response, http_->Send(std::move(request)));
    if (response.status < 200 || response.status > 299) {
      return Status::Unavailable("the webhook answered HTTP {}", response.status);
    }
    received_ = last;
  }
  return position_.Write(last);
}

}  // namespace lifeboat::catalog
