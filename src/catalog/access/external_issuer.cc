#include "catalog/access/external_issuer.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/encoding.h"
#include "base/log.h"
#include "iceberg/model/json.h"
#include "net/http_client.h"

namespace lifeboat::catalog::access {
namespace {

constexpr uint64_t kKeySetBytesMax = 1 << 20;
constexpr int64_t kMicros = 1'000'000;

Status NotAuthorized(std::string_view problem) {
  return Status::Unauthenticated("Not authorized: {}", problem);
}

// A NumericDate (RFC 7519 section 2), which may have a fraction.
bool ReadSeconds(const boost::json::object& claims, std::string_view name, double* seconds) {
  const boost::json::value* value = claims.if_contains(name);
  if (value == nullptr || !value->is_number()) return false;
  *seconds = value->to_number<double>();
  return true;
}

bool Names(const boost::json::value* audience, std::string_view wanted) {
  if (audience == nullptr) return false;
  if (audience->is_string()) return audience->get_string() == wanted;
  if (!audience->is_array()) return false;
  return std::any_of(
      audience->get_array().begin(), audience->get_array().end(),
      [&](const boost::json::value& item) { return item.is_string() && item.get_string() == wanted; });
}

Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status::Unavailable("the issuer's key set '{}' cannot be opened", path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

ExternalIssuer::ExternalIssuer(ExternalIssuerOptions options, std::function<Result<std::string>()> fetch,
                               const Clock& clock)
    : options_(std::move(options)), fetch_(std::move(fetch)), clock_(clock) {}

std::shared_ptr<const JsonWebKeySet> ExternalIssuer::UsableKeys(const JsonWebToken& token) {
  const MutexLock lock(mutex_);
  if (keys_.set == nullptr) return nullptr;
  const int64_t now = clock_.NowMicros();
  const bool fresh = now - keys_.fetched_micros < kKeysLifetime.count() * kMicros;
  const bool asked_just_now = now - keys_.asked_micros < kRefreshInterval.count() * kMicros;
  return asked_just_now || (fresh && keys_.set->HasKeyFor(token)) ? keys_.set : nullptr;
}

Result<std::shared_ptr<const JsonWebKeySet>> ExternalIssuer::KeysFor(const JsonWebToken& token) {
  if (auto known = UsableKeys(token)) return known;
  const MutexLock fetching(fetching_);
  if (auto known = UsableKeys(token)) return known;  // somebody else has fetched meanwhile
  Result<std::string> text = fetch_();
  Result<JsonWebKeySet> parsed =
      text.ok() ? JsonWebKeySet::Parse(*text) : Result<JsonWebKeySet>(text.status());
  const MutexLock lock(mutex_);
  keys_.asked_micros = clock_.NowMicros();
  if (parsed.ok()) {
    keys_.set = std::make_shared<const JsonWebKeySet>(std::move(parsed).value());
    keys_.fetched_micros = keys_.asked_micros;
    return keys_.set;
  }
  log::Warning("the keys of the token issuer cannot be had",
               {{"issuer", options_.issuer}, {"error", parsed.status()}});
  // What is known goes on working while the issuer is away.
  if (keys_.set != nullptr) return keys_.set;
  return Status::Unavailable("the keys of token issuer '{}' cannot be had: {}", options_.issuer,
                             parsed.status().message());
}

Status ExternalIssuer::CheckClaims(const boost::json::object& claims) const {
  const boost::json::value* issuer = claims.if_contains("iss");
  if (issuer == nullptr || !issuer->is_string() || issuer->get_string() != options_.issuer) {
    return NotAuthorized("the token is of another issuer than the configured one");
  }
  if (!options_.audience.empty() && !Names(claims.if_contains("aud"), options_.audience)) {
    return NotAuthorized("the token is meant for another audience than this catalog");
  }
  const double now = static_cast<double>(clock_.NowMicros()) / kMicros;
  const auto skew = static_cast<double>(kClockSkew.count());
  double seconds = 0;
  if (!ReadSeconds(claims, "exp", &seconds)) return NotAuthorized("the token has no expiry (claim exp)");
  if (now >= seconds + skew)
    return NotAuthorized("the bearer token has expired; get a new one from its issuer");
  if (claims.contains("nbf") && (!ReadSeconds(claims, "nbf", &seconds) || now < seconds - skew)) {
    return NotAuthorized(
        "the bearer token is not valid yet (claim nbf); compare the clocks of issuer and catalog");
  }
  return Status::Ok();
}

Result<std::string> ExternalIssuer::Verify(std::string_view text) {
  LIFEBOAT_ASSIGN_OR_RETURN(const JsonWebToken token, JsonWebToken::Parse(text));
  if (token.algorithm != "RS256" && token.algorithm != "ES256") {
    return NotAuthorized("the token is signed by an algorithm other than RS256 and ES256");
  }
  // Cheap and telling first; nothing of the token is used before its signature is checked.
  LIFEBOAT_RETURN_IF_ERROR(CheckClaims(token.claims));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto keys, KeysFor(token));
  LIFEBOAT_RETURN_IF_ERROR(keys->VerifySignature(token));
  const boost::json::value* subject = token.claims.if_contains(options_.subject_claim);
  if (subject == nullptr || !subject->is_string() || subject->get_string().empty()) {
    return Status::Unauthenticated("Not authorized: the token has no claim '{}'", options_.subject_claim);
  }
  return std::string(subject->get_string());
}

bool IsPublicKeyToken(std::string_view token) {
  const Result<std::string> header = Base64Decode(token.substr(0, token.find('.')));
  if (!header.ok()) return false;
  const Result<boost::json::value> value = iceberg::ParseJson(*header);
  if (!value.ok() || !value->is_object()) return false;
  const boost::json::value* algorithm = value->get_object().if_contains("alg");
  return algorithm != nullptr && algorithm->is_string() && algorithm->get_string() != "HS256";
}

std::function<Result<std::string>()> KeySetSource(const std::string& key_set) {
  if (!key_set.starts_with("http://") && !key_set.starts_with("https://")) {
    return [key_set] { return ReadFile(key_set); };
  }
  return
      [key_set, client = std::shared_ptr<net::HttpClient>(net::HttpClient::Make())]() -> Result<std::string> {
        net::OutgoingRequest request;
        request.url = key_set;
        request.timeout = std::chrono::seconds(10);
        request.max_response_bytes = kKeySetBytesMax;
        LIFEBOAT_ASSIGN_OR_RETURN(net::HttpResponse response, client->Send(std::move(request)));
        if (response.status == 200) return std::move(response.body);
        return Status::Unavailable("the issuer's key set at {} answers {}", key_set, response.status);
      };
}

}  // namespace lifeboat::catalog::access
