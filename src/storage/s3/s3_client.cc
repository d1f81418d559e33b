#include "storage/s3/s3_client.h"

#include <algorithm>

#include "base/log.h"

namespace lifeboat::storage::s3 {
namespace {

constexpr int64_t kRenewMarginMicros = 5 * 60 * int64_t{1'000'000};

bool HostNamesBucket(const S3Options& options, std::string_view bucket) {
  // A wildcard certificate covers one label; upper case and '_' are no host names.
  const bool label = std::all_of(bucket.begin(), bucket.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  return !options.path_style && label && bucket.size() <= 63;
}

}  // namespace

CredentialsProvider StaticCredentials(std::string access_key_id, std::string secret_access_key,
                                      std::string session_token) {
  S3Credentials credentials{std::move(access_key_id), std::move(secret_access_key), std::move(session_token),
                            0};
  return [credentials = std::move(credentials)]() -> Result<S3Credentials> { return credentials; };
}

Result<S3Credentials> CredentialsCache::Get() {
  MutexLock lock(mutex_);
  const int64_t now_micros = clock_.NowMicros();
  if (have_ && (current_.expires_micros == 0 || now_micros < renew_at_micros_)) return current_;
  Result<S3Credentials> fresh = provider_();
  if (!fresh.ok()) {
    // The old ones may still serve while whoever issues new ones is away.
    if (have_ && now_micros < current_.expires_micros) return current_;
    return fresh.status().WithContext("cannot get S3 credentials");
  }
  current_ = *std::move(fresh);
  have_ = true;
  const int64_t life_micros = current_.expires_micros - now_micros;
  if (current_.expires_micros != 0 && life_micros <= 0) {
    have_ = false;
    return Status::Unauthenticated("the S3 credentials expired at {}; get new temporary credentials",
                                   FormatUtc(current_.expires_micros));
  }
  renew_at_micros_ = current_.expires_micros - std::min(kRenewMarginMicros, life_micros / 4);
  return current_;
}

void CredentialsCache::Drop(const S3Credentials& used) {
  MutexLock lock(mutex_);
  if (current_.access_key_id == used.access_key_id && current_.session_token == used.session_token)
    have_ = false;
}

Result<std::unique_ptr<S3Client>> S3Client::Make(S3Options options,
                                                 std::unique_ptr<HttpTransport> transport) {
  if (options.credentials == nullptr)
    return Status::InvalidArgument(
        "S3 needs credentials; give a provider (one with an empty key for public data)");
  if (options.region.empty()) return Status::InvalidArgument("S3 needs a region; write us-east-1 if unsure");
  if (options.part_size_bytes < (5 << 20))
    return Status::InvalidArgument("an S3 part size of {} bytes is below the protocol's 5 MiB",
                                   options.part_size_bytes);
  if (options.retry.max_attempts < 1)
    return Status::InvalidArgument("S3 needs at least one attempt a request");
  LIFEBOAT_ASSIGN_OR_RETURN(
      ServiceEndpoint endpoint,
      ParseServiceEndpoint(
          "S3", options.endpoint.empty() ? AmazonEndpoint("s3", options.region) : options.endpoint));
  return std::unique_ptr<S3Client>(
      new S3Client(std::move(options), std::move(endpoint), std::move(transport)));
}

S3Client::S3Client(S3Options options, ServiceEndpoint endpoint, std::unique_ptr<HttpTransport> transport)
    : options_(std::move(options)),
      endpoint_(std::move(endpoint)),
      transport_(std::move(transport)),
      credentials_(options_.credentials, *options_.clock) {}

SignableRequest S3Client::Address(const S3Call& call) const {
  SignableRequest request;
  request.method = call.method;
  request.query = call.query;
  request.headers = call.headers;
  std::string host = endpoint_.authority;
  request.path = endpoint_.path;
  if (HostNamesBucket(options_, call.target.bucket)) {
    host = call.target.bucket + "." + host;
  } else {
    request.path += "/" + UriEncode(call.target.bucket, false);
  }
  if (!call.target.key.empty() || request.path.empty())
    request.path += "/" + UriEncode(call.target.key, true);
  SetHeader(&request.headers, "Host", host);
  return request;
}

S3Client::Attempt S3Client::Try(const S3Call& call, const S3Credentials& credentials) {
  SignableRequest request = Address(call);
  if (!credentials.access_key_id.empty()) {
    std::string payload_hash(kEmptyPayloadHash);
    if (!call.body_sha256_hex.empty()) {
      payload_hash = call.body_sha256_hex;
    } else if (!call.body.empty()) {
      payload_hash = options_.sign_payload ? Sha256Hex(call.body) : std::string(kUnsignedPayload);
    }
    SetHeader(&request.headers, "X-Amz-Content-SHA256", payload_hash);
    SignHeaders(&request, payload_hash,
                {credentials.access_key_id, credentials.secret_access_key, credentials.session_token},
                {options_.region, "s3"}, options_.clock->NowMicros(), &keys_);
  }
  HttpExchange exchange;
  exchange.method = call.method;
  exchange.url = fmt::format("{}://{}{}{}{}", endpoint_.scheme, HeaderValue(request.headers, "Host"),
                             request.path, request.query.empty() ? "" : "?", request.query);
  exchange.headers = std::move(request.headers);
  exchange.body = call.body;
  return Judge(call, transport_->Send(exchange));
}

S3Client::Attempt S3Client::Judge(const S3Call& call, Result<HttpReply> reply) const {
  const std::string location = call.target.ToString();
  Attempt attempt;
  if (!reply.ok()) {
    const Status& broken = reply.status();
    const bool hopeless = broken.code() == StatusCode::kInvalidArgument;
    attempt.disposition = hopeless                                           ? Disposition::kFinal
                          : broken.code() == StatusCode::kCommitStateUnknown ? Disposition::kRetryAmbiguous
                                                                             : Disposition::kRetry;
    attempt.status = Status(hopeless ? StatusCode::kFailedPrecondition : StatusCode::kUnavailable,
                            fmt::format("cannot {} '{}': the store at {} does not answer ({}){}", call.action,
                                        location, endpoint_.authority, broken.message(),
                                        hopeless ? "; check the endpoint and the CA bundle" : ""));
    return attempt;
  }
  attempt.reply = *std::move(reply);
  const bool success = attempt.reply.status >= 200 && attempt.reply.status < 300;
  // A long operation (CompleteMultipartUpload) sends its 200 before it knows how it ends.
  const bool may_fail_in_body = success && call.method == "POST";
  S3Error error;
  if (!success || may_fail_in_body) error = ParseS3Error(attempt.reply);
  if (!success || !error.code.empty()) {
    if (success)
      error.http_status = error.code == "InternalError" ? 500 : error.code == "SlowDown" ? 503 : 400;
    attempt.disposition = DispositionOf(error);
    attempt.status = S3ErrorStatus(error, call.action, location);
    attempt.retry_after_millis = RetryAfterMillis(attempt.reply);
  } else if (call.check != nullptr) {
    attempt.status = call.check(attempt.reply);
    attempt.disposition =
        attempt.status.code() == StatusCode::kCorruption ? Disposition::kRetry : Disposition::kFinal;
  }
  return attempt;
}

Result<HttpReply> S3Client::Do(const S3Call& call, S3Outcome* outcome) {
  bool in_doubt = false;
  bool refreshed = false;
  for (int number = 1;; ++number) {
    LIFEBOAT_ASSIGN_OR_RETURN(const S3Credentials credentials, credentials_.Get());
    Attempt attempt = Try(call, credentials);
    if (outcome != nullptr) outcome->earlier_attempt_in_doubt = in_doubt;
    if (attempt.status.ok()) return std::move(attempt.reply);

    in_doubt = in_doubt || attempt.disposition == Disposition::kRetryAmbiguous;
    bool repeat =
        attempt.disposition == Disposition::kRetry || attempt.disposition == Disposition::kRetryAmbiguous;
    if (attempt.disposition == Disposition::kRefreshCredentials && !refreshed) {
      credentials_.Drop(credentials);
      refreshed = repeat = true;
    }
    if (!repeat || number >= options_.retry.max_attempts) {
      const auto* detail = attempt.status.detail<S3ErrorDetail>();
      const bool condition_failed =
          detail != nullptr && (detail->http_status == 412 || detail->http_status == 404);
      if (!call.is_write || !in_doubt || condition_failed) return attempt.status;
      return Status(StatusCode::kCommitStateUnknown,
                    fmt::format("{}; an attempt may have been carried out, so look before repeating it",
                                attempt.status.message()));
    }
    log::Debug("S3 request failed and is repeated",
               {{"location", call.target.ToString()}, {"attempt", number}, {"reason", attempt.status}});
    WaitBeforeAttempt(options_.retry, number + 1, attempt.retry_after_millis, *options_.clock,
                      *options_.random);
  }
}

}  // namespace lifeboat::storage::s3
