#include "catalog/client/rest_session.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "catalog/api/catalog_error.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

std::string WithoutTrailingSlash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

bool IsSuccess(const net::HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

// {"error":{"message":…,"type":…}}; anything else leaves both as they are.
void ReadErrorBody(const std::string& body, std::string* message, std::string* type) {
  const Result<boost::json::value> value = iceberg::ParseJson(body, "error body");
  if (!value.ok() || !value->is_object()) return;
  const boost::json::value* error = value->get_object().if_contains("error");
  if (error == nullptr || !error->is_object()) return;
  const auto read = [&](const char* key, std::string* out) {
    const boost::json::value* member = error->get_object().if_contains(key);
    if (member != nullptr && member->is_string()) *out = std::string(std::string_view(member->get_string()));
  };
  read("message", message);
  read("type", type);
}

StatusCode CodeOf(int http_status, std::string_view type) {
  switch (http_status) {
    case 400:
      return StatusCode::kInvalidArgument;
    case 401:
    case 419:
      return StatusCode::kUnauthenticated;
    case 403:
      return StatusCode::kPermissionDenied;
    case 404:
    case 410:
      return StatusCode::kNotFound;
    case 405:
    case 406:
      return StatusCode::kUnsupported;
    case 409:
      if (type == "AlreadyExistsException") return StatusCode::kAlreadyExists;
      if (type == "NamespaceNotEmptyException") return StatusCode::kFailedPrecondition;
      return StatusCode::kConflict;
    case 413:
      return StatusCode::kResourceExhausted;
    case 422:
      return StatusCode::kFailedPrecondition;
    case 429:
    case 502:
    case 503:
    case 504:
      return StatusCode::kUnavailable;
    default:
      return http_status >= 500 ? StatusCode::kInternal : StatusCode::kInvalidArgument;
  }
}

Status ErrorOf(const net::HttpResponse& response, bool repeatable) {
  std::string message = fmt::format("the catalog answered HTTP {}", response.status);
  std::string type;
  ReadErrorBody(response.body, &message, &type);
  StatusCode code = CodeOf(response.status, type);
  const bool not_applied =
      response.status == 429 || (response.status == 503 && response.headers.Has("Retry-After"));
  if (response.status >= 500 && !repeatable && !not_applied) code = StatusCode::kCommitStateUnknown;
  return type.empty() ? Status(code, message) : CatalogError(code, type, std::move(message));
}

// "Retry-After: 3"; a date or nothing is zero.
std::chrono::milliseconds RetryAfter(const net::HttpResponse& response) {
  const std::string_view text = response.headers.Get("Retry-After");
  int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(std::clamp<int64_t>(seconds, 0, 60));
}

}  // namespace

RestSession::RestSession(const RestCatalogOptions& options, net::HttpClient& http, Clock& clock,
                         Random& random)
    : options_(options),
      http_(http),
      clock_(clock),
      random_(random),
      base_url_(WithoutTrailingSlash(options.uri) + "/v1") {}

Status RestSession::Configure() {
  std::string path = "config";
  if (!options_.warehouse.empty()) path += "?warehouse=" + net::PercentEncode(options_.warehouse);
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, Get(path));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(Properties settings, reader.GetOr<iceberg::StringMap>("defaults", {}));
  LIFEBOAT_ASSIGN_OR_RETURN(const Properties overrides, reader.GetOr<iceberg::StringMap>("overrides", {}));
  for (const auto& [key, setting] : overrides) settings[key] = setting;
  const std::string uri = settings.contains("uri") ? settings["uri"] : options_.uri;
  base_url_ = WithoutTrailingSlash(uri) + "/v1";
  if (!settings["prefix"].empty()) base_url_ += "/" + settings["prefix"];
  if (!settings["namespace-separator"].empty()) separator_ = settings["namespace-separator"];
  return Status::Ok();
}

std::string RestSession::EncodedNamespace(const Namespace& name_space) const {
  std::string encoded;
  for (size_t i = 0; i < name_space.size(); ++i) {
    if (i > 0) encoded += separator_;
    encoded += net::PercentEncode(name_space[i]);
  }
  return encoded;
}

std::string RestSession::NamespacePath(const Namespace& name_space) const {
  return "namespaces/" + EncodedNamespace(name_space);
}

std::string RestSession::TablePath(const TableIdentifier& identifier) const {
  return NamespacePath(identifier.name_space) + "/tables/" + net::PercentEncode(identifier.name);
}

Result<boost::json::value> RestSession::Get(const std::string& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response, Call("GET", path, ""));
  if (!IsSuccess(response)) return ErrorOf(response, true);
  return iceberg::ParseJson(response.body, "answer of the catalog");
}

Result<boost::json::value> RestSession::GetBelowRoot(const std::string& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response,
                            CallUrl("GET", WithoutTrailingSlash(options_.uri) + "/" + path, ""));
  if (!IsSuccess(response)) return ErrorOf(response, true);
  return iceberg::ParseJson(response.body, "answer of the catalog");
}

Result<boost::json::value> RestSession::Post(const std::string& path, std::string body) {
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response, Call("POST", path, std::move(body)));
  if (!IsSuccess(response)) return ErrorOf(response, false);
  if (response.body.empty()) return boost::json::value(nullptr);
  return iceberg::ParseJson(response.body, "answer of the catalog");
}

Status RestSession::Delete(const std::string& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response, Call("DELETE", path, ""));
  return IsSuccess(response) ? Status::Ok() : ErrorOf(response, false);
}

Result<bool> RestSession::Exists(const std::string& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response, Call("HEAD", path, ""));
  if (IsSuccess(response)) return true;
  if (response.status == 404) return false;
  return ErrorOf(response, true);
}

Result<net::HttpResponse> RestSession::Call(std::string_view method, const std::string& path,
                                            std::string body) {
  return CallUrl(method, base_url_ + "/" + path, std::move(body));
}

Result<net::HttpResponse> RestSession::CallUrl(std::string_view method, std::string url, std::string body) {
  net::OutgoingRequest request;
  request.method = std::string(method);
  request.url = std::move(url);
  request.body = std::move(body);
  request.timeout = options_.request_timeout;
  request.headers.Set("Accept", "application/json");
  if (!request.body.empty()) request.headers.Set("Content-Type", "application/json");
  const bool repeatable = method == "GET" || method == "HEAD";
  for (bool renewed = false;; renewed = true) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string token, Token());
    if (!token.empty()) request.headers.Set("Authorization", "Bearer " + token);
    LIFEBOAT_ASSIGN_OR_RETURN(net::HttpResponse response, Exchange(request, repeatable));
    const bool expired = response.status == 401 || response.status == 419;
    if (!expired || token.empty() || renewed) return response;
    ForgetToken(token);
  }
}

Result<net::HttpResponse> RestSession::Exchange(net::OutgoingRequest request, bool repeatable) {
  std::chrono::milliseconds backoff = options_.backoff_initial;
  for (int attempt = 1;; ++attempt) {
    std::chrono::milliseconds wait{0};
    Result<net::HttpResponse> response = Attempt(request, repeatable, &wait);
    const bool again = response.status().code() == StatusCode::kUnavailable || wait.count() > 0;
    if (!again || attempt >= options_.attempts_max) return response;
    // Full jitter, so that clients that failed together do not come back together.
    const auto jittered = std::chrono::milliseconds(
        backoff.count() / 2 +
        static_cast<int64_t>(random_.Below(static_cast<uint64_t>(backoff.count() / 2 + 1))));
    clock_.SleepFor(std::max(wait, jittered));
    backoff = std::min(backoff * 2, options_.backoff_max);
  }
}

Result<net::HttpResponse> RestSession::Attempt(const net::OutgoingRequest& request, bool repeatable,
                                               std::chrono::milliseconds* wait) {
  Result<net::HttpResponse> response = http_.Send(request);
  if (!response.ok()) {
    const bool broke_off = response.status().code() == StatusCode::kCommitStateUnknown;
    if (broke_off && repeatable) return Status(StatusCode::kUnavailable, response.status().message());
    return response;
  }
  const int status = response->status;
  const bool not_applied = status == 429 || (status == 503 && response->headers.Has("Retry-After"));
  const bool passing = status == 502 || status == 503 || status == 504;
  if (not_applied || (passing && repeatable))
    *wait = std::max(RetryAfter(*response), std::chrono::milliseconds(1));
  return response;
}

Result<std::string> RestSession::Token() {
  if (options_.client_id.empty()) return std::string();
  MutexLock lock(mutex_);
  if (!token_.empty() && clock_.MonotonicMicros() < token_good_until_micros_) return token_;
  return RequestToken();
}

Result<std::string> RestSession::RequestToken() {
  net::OutgoingRequest request;
  request.method = "POST";
  request.url = options_.oauth2_server_uri.empty() ? WithoutTrailingSlash(options_.uri) + "/v1/oauth/tokens"
                                                   : options_.oauth2_server_uri;
  request.timeout = options_.request_timeout;
  request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=client_credentials&client_id=" + net::PercentEncode(options_.client_id) +
                 "&client_secret=" + net::PercentEncode(options_.client_secret) +
                 "&scope=" + net::PercentEncode(options_.scope);
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response, Exchange(std::move(request), true));
  if (response.status == 400 || response.status == 401) {
    return Status::Unauthenticated("the catalog refused client '{}'; check its id and secret",
                                   options_.client_id);
  }
  if (!IsSuccess(response)) return ErrorOf(response, true);
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value,
                            iceberg::ParseJson(response.body, "token answer"));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(token_, reader.Get<std::string>("access_token"));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t lifetime_seconds, reader.GetOr<int64_t>("expires_in", 3600));
  // Renewed while the old one still has a tenth of its life.
  token_good_until_micros_ = clock_.MonotonicMicros() + lifetime_seconds * 900'000;
  return token_;
}

void RestSession::ForgetToken(const std::string& token) {
  MutexLock lock(mutex_);
  if (token_ == token) token_.clear();
}

}  // namespace lifeboat::catalog
