#include <curl/curl.h>

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "storage/s3/http_transport.h"

namespace lifeboat::storage::s3 {
namespace {

using EasyHandle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using HeaderFields = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// What the callbacks fill in while an exchange runs.
struct Receiver {
  HttpReply reply;
};

size_t OnHeader(char* data, size_t, size_t size, void* user) {
  auto* receiver = static_cast<Receiver*>(user);
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // a new head: an interim answer (100) came before
    receiver->reply.headers.clear();
    return size;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  receiver->reply.headers.emplace_back(line.substr(0, colon), value);
  return size;
}

size_t OnBody(char* data, size_t, size_t size, void* user) {
  auto* receiver = static_cast<Receiver*>(user);
  receiver->reply.body.append(data, size);
  return size;
}

// What the environment's http_proxy never means.
bool IsLoopback(std::string_view url) {
  url.remove_prefix(std::min(url.size(), url.find("://") + 3));
  return url.starts_with("127.") || url.starts_with("localhost") || url.starts_with("[::1]");
}

// Whether a failure happened before the server could have seen the request, after, or can never go away.
StatusCode CodeOf(CURLcode result) {
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
      return StatusCode::kUnavailable;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return StatusCode::kInvalidArgument;
    default:
      return StatusCode::kCommitStateUnknown;
  }
}

class CurlTransport final : public HttpTransport {
 public:
  explicit CurlTransport(const CurlTransportOptions& options) : options_(options) {
    LIFEBOAT_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl does not start");
  }
  ~CurlTransport() override {
    {
      MutexLock lock(mutex_);
      idle_.clear();
    }
    curl_global_cleanup();
  }

  Result<HttpReply> Send(const HttpExchange& exchange) override {
    EasyHandle handle = Take();
    Receiver receiver;
    const HeaderFields fields(MakeFields(exchange.headers), &curl_slist_free_all);
    char problem[CURL_ERROR_SIZE] = "";
    Prepare(handle.get(), exchange, fields.get(), &receiver);
    curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, problem);
    const CURLcode result = curl_easy_perform(handle.get());
    curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, nullptr);
    if (result != CURLE_OK) {
      long sent_bytes = 0;
      curl_easy_getinfo(handle.get(), CURLINFO_REQUEST_SIZE, &sent_bytes);
      const bool unseen = result == CURLE_OPERATION_TIMEDOUT && sent_bytes == 0;  // while connecting
      return Status(unseen ? StatusCode::kUnavailable : CodeOf(result),
                    problem[0] != '\0' ? problem : curl_easy_strerror(result));
    }
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    receiver.reply.status = static_cast<int>(status);
    GiveBack(std::move(handle));
    return std::move(receiver.reply);
  }

 private:
  static curl_slist* MakeFields(const HeaderList& headers) {
    curl_slist* fields = nullptr;
    for (const auto& [name, value] : headers) {
      // "Name;" is libcurl's way to send a field without a value.
      fields =
          curl_slist_append(fields, value.empty() ? (name + ";").c_str() : (name + ": " + value).c_str());
    }
    // Fields libcurl would add by itself: they are not signed, and waiting for "100 Continue" costs a round
    // trip.
    for (const char* unwanted : {"Expect:", "Content-Type:", "Accept:"}) {
      const std::string_view name(unwanted, std::string_view(unwanted).size() - 1);
      if (FindHeader(headers, name) == nullptr) fields = curl_slist_append(fields, unwanted);
    }
    return fields;
  }

  void Prepare(CURL* handle, const HttpExchange& exchange, curl_slist* fields, Receiver* receiver) const {
    curl_easy_reset(handle);  // keeps the connections
    const auto set = [handle](CURLoption option, auto value) {
      LIFEBOAT_CHECK(curl_easy_setopt(handle, option, value) == CURLE_OK, "libcurl lacks an option");
    };
    set(CURLOPT_URL, exchange.url.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);  // "/a/../b" is a key
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTPHEADER, fields);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(options_.stall_timeout.count() / 1000)));
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    if (IsLoopback(exchange.url)) set(CURLOPT_PROXY, "");
    set(CURLOPT_BUFFERSIZE, 256L << 10);
    set(CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
    if (!options_.ca_bundle_path.empty()) set(CURLOPT_CAINFO, options_.ca_bundle_path.c_str());
    if (exchange.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else {
      if (exchange.method == "PUT" || exchange.method == "POST") {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange.body.size()));
        set(CURLOPT_POSTFIELDS, exchange.body.empty() ? "" : exchange.body.data());
      }
      set(CURLOPT_CUSTOMREQUEST, exchange.method.c_str());
    }
    set(CURLOPT_HEADERFUNCTION, &OnHeader);
    set(CURLOPT_HEADERDATA, receiver);
    set(CURLOPT_WRITEFUNCTION, &OnBody);
    set(CURLOPT_WRITEDATA, receiver);
  }

  EasyHandle Take() {
    {
      MutexLock lock(mutex_);
      if (!idle_.empty()) {
        EasyHandle handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    EasyHandle handle(curl_easy_init(), &curl_easy_cleanup);
    LIFEBOAT_CHECK(handle != nullptr, "libcurl has no memory");
    return handle;
  }

  // A handle whose exchange failed is not given back: its connection is in doubt.
  void GiveBack(EasyHandle handle) {
    MutexLock lock(mutex_);
    if (idle_.size() < static_cast<size_t>(options_.max_idle_connections)) idle_.push_back(std::move(handle));
  }

  const CurlTransportOptions options_;
  Mutex mutex_;
  std::vector<EasyHandle> idle_ GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<HttpTransport> MakeCurlTransport(const CurlTransportOptions& options) {
  return std::make_unique<CurlTransport>(options);
}

}  // namespace lifeboat::storage::s3
