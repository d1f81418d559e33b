#include "net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "net/response_head.h"

namespace lifeboat::net {
namespace {

using Done = std::function<void(Result<HttpResponse>)>;

struct CurlListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, CurlListDeleter>;

struct CurlHandleDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlHandle = std::unique_ptr<CURL, CurlHandleDeleter>;

// One request under way. Its address is known to curl, so it does not move.
struct Transfer {
  OutgoingRequest request;
  Done done;
  CurlHandle handle;
  CurlList header_lines;
  HttpResponse response;
  bool too_large = false;
  int sends = 0;  // attempts curl has made: a second one follows a kept-alive connection that died
  char error_text[CURL_ERROR_SIZE] = "";
};

bool IsSafeToRepeat(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool BytesWereSent(CURL* handle) {
  long request_bytes = 0;  // summed over the attempts of one transfer
  curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &request_bytes);
  return request_bytes > 0;
}

// Called once connected and before anything is sent. curl by itself repeats any request whose kept-alive
// connection broke before the first byte of an answer, although the server may have acted on it; only reads
// may be repeated.
int OnBeforeSend(void* user, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(user);
  const bool repeats = transfer.sends++ > 0 && BytesWereSent(transfer.handle.get());
  return repeats && !IsSafeToRepeat(transfer.request.method) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

size_t OnBody(char* bytes, size_t, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.response.body.size() + count > transfer.request.max_response_bytes) {
    transfer.too_large = true;
    return 0;  // ends the transfer
  }
  transfer.response.body.append(bytes, count);
  return count;
}

size_t OnHeaderLine(char* bytes, size_t, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string_view line(bytes, count);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    // A status line: what came before belongs to an interim answer (100 Continue).
    transfer.response.headers = Headers();
    return count;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  const std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  transfer.response.headers.Add(name, value);
  return count;
}

// Loopback is never reached through a proxy, whatever the environment says.
bool IsLoopback(std::string_view url) {
  const size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return false;
  std::string_view authority = url.substr(scheme_end + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const size_t user_end = authority.rfind('@');
  if (user_end != std::string_view::npos) authority.remove_prefix(user_end + 1);
  return authority.starts_with("127.") || authority.starts_with("[::1]") ||
         EqualsIgnoringCase(authority.substr(0, authority.find(':')), "localhost");
}

// The header lines as curl wants them, with those it would add by itself switched off.
CurlList HeaderLines(const OutgoingRequest& request) {
  curl_slist* list = nullptr;
  for (const auto& [name, value] : request.headers.fields()) {
    // curl reads "Name:" as "send none" and "Name;" as "send it empty".
    list = curl_slist_append(list, (value.empty() ? name + ";" : name + ": " + value).c_str());
  }
  for (const char* added_by_curl : {"Accept", "Content-Type", "Expect", "User-Agent"}) {
    if (!request.headers.Has(added_by_curl))
      list = curl_slist_append(list, fmt::format("{}:", added_by_curl).c_str());
  }
  return CurlList(list);
}

Status CheckRequest(const OutgoingRequest& request) {
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://")) {
    return Status::InvalidArgument("'{}' is not an http or https URL", request.url);
  }
  if (!IsSafeField(request.method, ""))
    return Status::InvalidArgument("'{}' is not an HTTP method", request.method);
  for (const auto& [name, value] : request.headers.fields()) {
    if (!IsSafeField(name, value))
      return Status::InvalidArgument("header '{}' has a line break or a bad name", name);
  }
  return Status::Ok();
}

void Prepare(Transfer& transfer) {
  CURL* handle = transfer.handle.get();
  const OutgoingRequest& request = transfer.request;
  transfer.header_lines = HeaderLines(request);
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 1L);
  if (IsLoopback(request.url)) curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, transfer.header_lines.get());
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer.error_text);
  curl_easy_setopt(handle, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, OnBeforeSend);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, OnHeaderLine);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  const bool expects_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (expects_body || !request.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  } else if (request.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

// The URL without its query, which may carry secrets.
std::string_view Loggable(const std::string& url) {
  return std::string_view(url).substr(0, url.find('?'));
}

Status TransferError(const Transfer& transfer, CURLcode code) {
  const std::string_view url = Loggable(transfer.request.url);
  const std::string_view reason =
      transfer.error_text[0] != '\0' ? transfer.error_text : curl_easy_strerror(code);
  if (transfer.too_large) {
    return Status::ResourceExhausted("the answer of {} is larger than {} bytes; ask for less", url,
                                     transfer.request.max_response_bytes);
  }
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    return Status::InvalidArgument("'{}' is not a URL that can be requested: {}", url, reason);
  }
  if (BytesWereSent(transfer.handle.get())) {
    return Status::Make(
        StatusCode::kCommitStateUnknown,
        "{} {} was sent but no complete answer came ({}); look whether it took effect before repeating it",
        transfer.request.method, url, reason);
  }
  return Status::Unavailable("cannot reach {}: {}; nothing was sent", url, reason);
}

class CurlHttpClient final : public HttpClient {
 public:
  CurlHttpClient() : multi_(curl_multi_init()) {
    LIFEBOAT_CHECK(multi_ != nullptr, "curl_multi_init failed");
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kMaxIdleConnections);
    thread_ = std::thread([this] { Run(); });
  }

  ~CurlHttpClient() override {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  void SendAsync(OutgoingRequest request, Done done) override {
    const Status valid = CheckRequest(request);
    if (!valid.ok()) return done(valid);
    auto transfer = std::make_unique<Transfer>();
    transfer->request = std::move(request);
    transfer->done = std::move(done);
    bool wake = false;
    {
      MutexLock lock(mutex_);
      wake = incoming_.empty();
      incoming_.push_back(std::move(transfer));
    }
    // A request from within `done` is picked up by the loop that runs it.
    if (wake && std::this_thread::get_id() != thread_.get_id()) curl_multi_wakeup(multi_);
  }

 private:
  static constexpr long kMaxIdleConnections = 1'024;
  static constexpr size_t kMaxSpareHandles = 256;

  void Run() {
    while (TakeIncoming()) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      if (FinishTransfers()) continue;  // what `done` has sent is already waiting
      curl_multi_poll(multi_, nullptr, 0, 1'000, nullptr);
    }
    CancelAll();
  }

  // False once the client is being destroyed.
  bool TakeIncoming() {
    std::vector<std::unique_ptr<Transfer>> incoming;
    {
      MutexLock lock(mutex_);
      if (stopping_) return false;
      incoming.swap(incoming_);
    }
    for (auto& transfer : incoming) Begin(std::move(transfer));
    return true;
  }

  void Begin(std::unique_ptr<Transfer> transfer) {
    if (spare_handles_.empty()) {
      transfer->handle.reset(curl_easy_init());
    } else {
      transfer->handle = std::move(spare_handles_.back());
      spare_handles_.pop_back();
    }
    if (transfer->handle == nullptr)
      return transfer->done(Status::ResourceExhausted("no memory for an HTTP request"));
    Prepare(*transfer);
    CURL* handle = transfer->handle.get();
    curl_multi_add_handle(multi_, handle);
    transfers_.emplace(handle, std::move(transfer));
  }

  // Whether any transfer ended.
  bool FinishTransfers() {
    bool any = false;
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      any = true;
      const CURLcode code = message->data.result;  // `message` dies with the removal of its handle
      std::unique_ptr<Transfer> transfer = Remove(message->easy_handle);
      Finish(std::move(transfer), code);
    }
    return any;
  }

  std::unique_ptr<Transfer> Remove(CURL* handle) {
    curl_multi_remove_handle(multi_, handle);
    const auto found = transfers_.find(handle);
    std::unique_ptr<Transfer> transfer = std::move(found->second);
    transfers_.erase(found);
    return transfer;
  }

  void Finish(std::unique_ptr<Transfer> transfer, CURLcode code) {
    Result<HttpResponse> outcome = Status::Internal("not finished");
    if (code == CURLE_OK) {
      long status = 0;
      curl_easy_getinfo(transfer->handle.get(), CURLINFO_RESPONSE_CODE, &status);
      transfer->response.status = static_cast<int>(status);
      outcome = std::move(transfer->response);
    } else {
      outcome = TransferError(*transfer, code);
    }
    if (spare_handles_.size() < kMaxSpareHandles) {
      curl_easy_reset(transfer->handle.get());
      spare_handles_.push_back(std::move(transfer->handle));
    }
    transfer->done(std::move(outcome));
  }

  void CancelAll() {
    std::vector<std::unique_ptr<Transfer>> cancelled;
    {
      MutexLock lock(mutex_);
      cancelled.swap(incoming_);
    }
    while (!transfers_.empty()) cancelled.push_back(Remove(transfers_.begin()->first));
    for (auto& transfer : cancelled) {
      transfer->done(Status(StatusCode::kCancelled, fmt::format("{} was abandoned: the client stops",
                                                                Loggable(transfer->request.url))));
    }
  }

  CURLM* const multi_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Transfer>> incoming_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  // The thread's own.
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> transfers_;
  std::vector<CurlHandle> spare_handles_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<HttpClient> HttpClient::Make() {
  [[maybe_unused]] static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  return std::make_unique<CurlHttpClient>();
}

Result<HttpResponse> HttpClient::Send(OutgoingRequest request) {
  Mutex mutex;
  CondVar finished;
  std::optional<Result<HttpResponse>> outcome;
  SendAsync(std::move(request), [&](Result<HttpResponse> result) {
    MutexLock lock(mutex);
    outcome.emplace(std::move(result));
    finished.NotifyOne();
  });
  MutexLock lock(mutex);
  while (!outcome.has_value()) finished.Wait(mutex);
  return *std::move(outcome);
}

}  // namespace lifeboat::net
