#include "storage/s3/sts.h"

#include <algorithm>
#include <array>

#include "base/log.h"
#include "storage/s3/s3_client.h"
#include "storage/s3/s3_dates.h"
#include "storage/s3/s3_error.h"
#include "storage/s3/service_endpoint.h"
#include "storage/s3/sigv4.h"
#include "storage/s3/xml_scanner.h"

namespace lifeboat::storage::s3 {
namespace {

constexpr size_t kSessionNameMin = 2;
constexpr size_t kSessionNameMax = 64;

struct Meaning {
  std::string_view code;
  StatusCode status;
  std::string_view sentence;  // what is wrong and what to do
};

constexpr std::array kMeanings{
    // MinIO answers this to a wrong secret as well.
    Meaning{
        "AccessDenied", StatusCode::kPermissionDenied,
        "the configured credentials may not assume it, or their secret is wrong; let the role's trust policy "
        "name their user or role (and the external id that is configured, if it asks for one), and allow "
        "them "
        "sts:AssumeRole"},
    Meaning{"InvalidClientTokenId", StatusCode::kUnauthenticated,
            "the service does not know the configured access key id; check it, and that it belongs to this "
            "endpoint"},
    Meaning{"InvalidAccessKeyId", StatusCode::kUnauthenticated,
            "the service does not know the configured access key id; check it, and that it belongs to this "
            "endpoint"},
    Meaning{"SignatureDoesNotMatch", StatusCode::kUnauthenticated,
            "the configured secret access key is not the one of the access key id; check it"},
    Meaning{"ExpiredToken", StatusCode::kUnauthenticated,
            "the configured session token has expired; configure fresh credentials"},
    Meaning{"ExpiredTokenException", StatusCode::kUnauthenticated,
            "the configured session token has expired; configure fresh credentials"},
    Meaning{"RequestExpired", StatusCode::kUnauthenticated,
            "this machine's clock is too far from the service's; set it (NTP)"},
    Meaning{"RequestTimeTooSkewed", StatusCode::kUnauthenticated,
            "this machine's clock is too far from the service's; set it (NTP)"},
    Meaning{"MalformedPolicyDocument", StatusCode::kInvalidArgument,
            "the service does not accept the session policy"},
    Meaning{"PackedPolicyTooLarge", StatusCode::kResourceExhausted,
            "the session policy is too large; give the table fewer or shorter locations"},
    Meaning{"RegionDisabledException", StatusCode::kFailedPrecondition,
            "STS is not activated in this region; activate it there or set the endpoint of another region"},
    Meaning{"NotImplemented", StatusCode::kUnsupported,
            "there is no AssumeRole at this endpoint; set the endpoint of the store's STS"},
    Meaning{"MethodNotAllowed", StatusCode::kUnsupported,
            "there is no AssumeRole at this endpoint; set the endpoint of the store's STS"},
    Meaning{"NoSuchBucket", StatusCode::kUnsupported,
            "there is no AssumeRole at this endpoint; set the endpoint of the store's STS"},
};

bool MayPass(const S3Error& error) {
  return error.http_status >= 500 ? error.http_status != 501
                                  : error.http_status == 429 || error.code == "Throttling" ||
                                        error.code == "ThrottlingException" ||
                                        error.code == "RequestLimitExceeded" || error.code == "SlowDown";
}

bool IsExpired(const S3Error& error) {
  return error.code == "ExpiredToken" || error.code == "ExpiredTokenException";
}

Status StatusOf(const S3Error& error, const std::string& role_arn) {
  const auto meaning = std::find_if(kMeanings.begin(), kMeanings.end(),
                                    [&](const Meaning& m) { return m.code == error.code; });
  StatusCode code = error.http_status >= 500 ? StatusCode::kUnavailable : StatusCode::kInvalidArgument;
  std::string why = "the service refused without saying why";
  if (meaning != kMeanings.end()) {
    code = meaning->status;
    why = meaning->sentence;
  } else if (MayPass(error)) {
    code = StatusCode::kUnavailable;
    why = "the service asks for fewer requests or is out of order; try again later";
  } else if (error.http_status == 404 || error.http_status == 405) {
    code = StatusCode::kUnsupported;
    why = "there is no AssumeRole at this endpoint; set the endpoint of the store's STS";
  } else if (!error.message.empty()) {
    why = fmt::format("the service says: {}", error.message.substr(0, 300));
  }
  return Status(code, fmt::format("cannot assume role '{}': {} (HTTP {}{}{})", role_arn, why,
                                  error.http_status, error.code.empty() ? "" : " ", error.code));
}

Result<S3Credentials> ParseAnswer(std::string_view body, const std::string& role_arn) {
  S3Credentials credentials;
  std::string expiration;
  XmlScanner scanner(body);
  while (scanner.Next()) {
    constexpr std::string_view kCredentials = "AssumeRoleResponse/AssumeRoleResult/Credentials/";
    if (!scanner.path().starts_with(kCredentials)) continue;
    const std::string_view name = std::string_view(scanner.path()).substr(kCredentials.size());
    if (name == "AccessKeyId") credentials.access_key_id = scanner.text();
    if (name == "SecretAccessKey") credentials.secret_access_key = scanner.text();
    if (name == "SessionToken") credentials.session_token = scanner.text();
    if (name == "Expiration") expiration = scanner.text();
  }
  const Result<int64_t> expires = ParseIsoDate(expiration);
  if (!scanner.complete() || credentials.access_key_id.empty() || credentials.secret_access_key.empty() ||
      credentials.session_token.empty() || !expires.ok()) {
    return Status::Corruption(
        "cannot assume role '{}': the answer is not a whole AssumeRoleResponse; check that the endpoint is "
        "an "
        "STS",
        role_arn);
  }
  credentials.expires_micros = *expires;
  return credentials;
}

std::string FormOf(const AssumeRoleRequest& request) {
  std::string form = "Action=AssumeRole&Version=2011-06-15";
  const auto add = [&form](std::string_view name, std::string_view value) {
    if (!value.empty()) form += fmt::format("&{}={}", name, UriEncode(value, false));
  };
  add("RoleArn", request.role_arn);
  add("RoleSessionName", request.session_name);
  add("ExternalId", request.external_id);
  add("Policy", request.policy);
  add("DurationSeconds", std::to_string(request.duration.count()));
  return form;
}

class StsClientImpl final : public StsClient {
 public:
  StsClientImpl(StsOptions options, ServiceEndpoint endpoint, std::unique_ptr<HttpTransport> transport)
      : options_(std::move(options)),
        endpoint_(std::move(endpoint)),
        transport_(std::move(transport)),
        credentials_(options_.credentials, *options_.clock) {}

  Result<S3Credentials> AssumeRole(const AssumeRoleRequest& request) override {
    const std::string form = FormOf(request);
    bool refreshed = false;
    for (int attempt = 1;; ++attempt) {
      LIFEBOAT_ASSIGN_OR_RETURN(const S3Credentials own, credentials_.Get());
      const Result<HttpReply> reply = transport_->Send(Sign(form, own));
      if (reply.ok() && reply->status == 200) return ParseAnswer(reply->body, request.role_arn);
      bool repeat = reply.status().code() != StatusCode::kInvalidArgument;
      Status status = Unanswered(reply.status(), request.role_arn);
      if (reply.ok()) {
        const S3Error error = ParseS3Error(*reply);
        status = StatusOf(error, request.role_arn);
        repeat = MayPass(error) || (IsExpired(error) && !refreshed);
        if (IsExpired(error)) {
          credentials_.Drop(own);
          refreshed = true;
        }
      }
      if (!repeat || attempt >= options_.retry.max_attempts) return status;
      log::Debug("AssumeRole failed and is repeated",
                 {{"role", request.role_arn}, {"attempt", attempt}, {"reason", status}});
      WaitBeforeAttempt(options_.retry, attempt + 1, reply.ok() ? RetryAfterMillis(*reply) : 0,
                        *options_.clock, *options_.random);
    }
  }

 private:
  HttpExchange Sign(const std::string& form, const S3Credentials& own) {
    SignableRequest request{.method = "POST", .path = endpoint_.path + "/", .query = "", .headers = {}};
    SetHeader(&request.headers, "Host", endpoint_.authority);
    SetHeader(&request.headers, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    SignHeaders(&request, Sha256Hex(form), {own.access_key_id, own.secret_access_key, own.session_token},
                {options_.region, "sts"}, options_.clock->NowMicros(), &keys_);
    return {"POST", fmt::format("{}://{}{}", endpoint_.scheme, endpoint_.authority, request.path),
            std::move(request.headers), form};
  }

  Status Unanswered(const Status& broken, const std::string& role_arn) const {
    if (broken.ok()) return broken;
    const bool hopeless = broken.code() == StatusCode::kInvalidArgument;
    return Status(
        hopeless ? StatusCode::kFailedPrecondition : StatusCode::kUnavailable,
        fmt::format("cannot assume role '{}': the security token service at {} does not answer ({}); "
                    "check the endpoint{}",
                    role_arn, endpoint_.authority, broken.message(), hopeless ? " and the CA bundle" : ""));
  }

  const StsOptions options_;
  const ServiceEndpoint endpoint_;
  const std::unique_ptr<HttpTransport> transport_;
  CredentialsCache credentials_;
  SigningKeyCache keys_;
};

}  // namespace

Result<std::unique_ptr<StsClient>> MakeStsClient(StsOptions options,
                                                 std::unique_ptr<HttpTransport> transport) {
  if (options.credentials == nullptr) {
    return Status::InvalidArgument("AssumeRole needs credentials of our own; configure an access key");
  }
  if (options.region.empty()) return Status::InvalidArgument("STS needs a region; write us-east-1 if unsure");
  LIFEBOAT_ASSIGN_OR_RETURN(
      ServiceEndpoint endpoint,
      ParseServiceEndpoint(
          "STS", options.endpoint.empty() ? AmazonEndpoint("sts", options.region) : options.endpoint));
  return std::unique_ptr<StsClient>(
      std::make_unique<StsClientImpl>(std::move(options), std::move(endpoint), std::move(transport)));
}

Result<std::unique_ptr<StsClient>> MakeStsClient(StsOptions options) {
  auto transport = MakeCurlTransport({.ca_bundle_path = options.ca_bundle_path,
                                      .connect_timeout = options.connect_timeout,
                                      .stall_timeout = options.stall_timeout});
  return MakeStsClient(std::move(options), std::move(transport));
}

std::string SessionNameOf(std::string_view text) {
  std::string name(text.substr(0, kSessionNameMax));
  for (char& c : name) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         std::string_view("_+=,.@-").find(c) != std::string_view::npos;
    if (!allowed) c = '-';
  }
  name.resize(std::max(name.size(), kSessionNameMin), '-');
  return name;
}

}  // namespace lifeboat::storage::s3
