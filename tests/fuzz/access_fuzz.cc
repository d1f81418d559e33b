// Fuzz target: whatever a caller shows to prove who it is, or asks to have signed, nobody gets in or out who
// should not. Signed requests and tokens are accepted only when they say what one of the seeds says, which
// were made with the keys; what is signed for a table names an object of that table. The documents of an
// access policy are read, or refused by name, and are the same when they are written again.
#include <boost/json/value.hpp>
#include <set>

#include "base/check.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "catalog/access/external_issuer.h"
#include "catalog/access/policy_records.h"
#include "catalog/access/sign_check.h"
#include "catalog/access/signed_request.h"
#include "catalog/server/bearer_token.h"
#include "iceberg/model/json.h"
#include "storage/s3/sigv4.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/request_text.h"

namespace {

using namespace lifeboat;                   // NOLINT: a program of its own
using namespace lifeboat::catalog::access;  // NOLINT
using catalog::BearerTokens;
using fuzz::ReadRequest;
using fuzz::RequestText;

constexpr int64_t kNowMicros = 1'300'819'000'000'000;
constexpr std::string_view kSecret = "the secret of key AKIA1";
constexpr std::string_view kTablePrefix = "ads/t/";  // in bucket "lake"

// A key and a token signed with it: RFC 7515 appendix A.3.
constexpr char kKeySet[] = R"json({"keys": [
  {"kty": "EC", "crv": "P-256", "kid": "ec", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
   "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})json";
constexpr char kElliptic[] =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb2"
    "90Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFcgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

const ManualClock& Now() {
  static const ManualClock clock(kNowMicros);
  return clock;
}

std::string_view input;  // of this run

void CheckRefusal(const Status& status) {
  LIFEBOAT_CHECK(status.code() == StatusCode::kUnauthenticated || status.code() == StatusCode::kUnsupported,
                 status.ToString());
  // A run that has guessed the secret may get its own words back.
  LIFEBOAT_CHECK(
      status.message().find(kSecret) == std::string::npos || input.find(kSecret) != std::string::npos,
      status.ToString());
}

// ---- Requests signed with an access key ------------------------------------------------------------------

storage::s3::SignableRequest SignableOf(const net::HttpRequest& request) {
  return {request.method, std::string(request.Path()), std::string(request.Query()),
          request.headers.fields()};
}

std::string SignedText(std::string_view method, std::string_view target, std::string_view body,
                       bool presigned) {
  net::HttpRequest request = ReadRequest(RequestText(method, target, body, "Host: catalog\n"));
  storage::s3::SignableRequest signable = SignableOf(request);
  const storage::s3::SigningCredentials credentials{"AKIA1", std::string(kSecret), ""};
  const storage::s3::SigningScope scope{"eu-west-1", "glue"};
  const std::string hash = storage::s3::Sha256Hex(body);
  if (presigned) {
    storage::s3::Presign(&signable, 600, credentials, scope, kNowMicros, nullptr);
  } else {
    storage::s3::SetHeader(&signable.headers, "X-Amz-Content-Sha256", hash);
    storage::s3::SignHeaders(&signable, hash, credentials, scope, kNowMicros, nullptr);
  }
  std::string headers;
  for (const auto& [name, value] : signable.headers) headers += fmt::format("{}: {}\n", name, value);
  return RequestText(method, signable.path + (signable.query.empty() ? "" : "?" + signable.query), body,
                     headers);
}

const std::vector<std::string>& SignedSeeds() {
  static const std::vector<std::string> seeds = {
      SignedText("GET", "/v1/namespaces?parent=a%1Fb&pageSize=2", "", false),
      SignedText("POST", "/iceberg/v1/catalogs/lake/namespaces", R"({"namespace":["n"]})", false),
      SignedText("GET", "/v1/config?warehouse=lake", "", true),
  };
  return seeds;
}

// What the receiver acts upon.
std::string Meaning(const net::HttpRequest& request) {
  std::string query = storage::s3::CanonicalQuery(request.Query());
  for (size_t at; (at = query.find("X-Amz-Signature=")) != std::string::npos;)
    query.erase(at, std::min(query.find('&', at), query.size() - 1) + 1 - at);
  return fmt::format("{} {}?{} {}", request.method,
                     storage::s3::CanonicalPath(request.Path(), storage::s3::PathEncoding::kTwice), query,
                     request.body);
}

void FuzzSignedRequest(const net::HttpRequest& request) {
  if (!IsSignedRequest(request)) return;
  const Result<std::string> key =
      VerifySignedRequest(request, {}, kNowMicros, [](const std::string& id) -> Result<std::string> {
        if (id == "AKIA1") return std::string(kSecret);
        return Status::Unauthenticated("access key '{}' is not known", id);
      });
  if (!key.ok()) return CheckRefusal(key.status());
  static const std::set<std::string> signed_meanings = [] {
    std::set<std::string> meanings;
    for (const std::string& seed : SignedSeeds()) meanings.insert(Meaning(ReadRequest(seed)));
    return meanings;
  }();
  LIFEBOAT_CHECK(signed_meanings.contains(Meaning(request)), Meaning(request) + " was never signed");
}

// ---- Bearer tokens ---------------------------------------------------------------------------------------

const BearerTokens& OwnTokens() {
  static const std::vector<catalog::ClientCredentials> clients = {{"etl", "a secret"}};
  static const BearerTokens tokens(clients, std::chrono::hours(1), Now());
  return tokens;
}

const Policy& NobodyElse() {
  static const Policy policy{PolicyModel{}};
  return policy;
}

const std::string& OwnToken() {
  static const std::string token = OwnTokens().Issue("etl", "a secret", NobodyElse()).value();
  return token;
}

std::string_view SignedPart(std::string_view token) {
  return token.substr(0, std::min(token.rfind('.'), token.size()));
}

void FuzzToken(std::string_view text) {
  static ExternalIssuer issuer(
      {.issuer = "joe", .audience = "", .key_set = "", .subject_claim = "iss"},
      [] { return Result<std::string>(kKeySet); }, Now());
  const Result<Caller> own = OwnTokens().Verify(text, NobodyElse());
  if (!own.ok()) {
    CheckRefusal(own.status());
  } else {
    LIFEBOAT_CHECK(SignedPart(text) == SignedPart(OwnToken()), "a token was forged");
    LIFEBOAT_CHECK(own->principal == "etl", own->principal);
  }
  (void)BearerTokens::IsOwn(text);
  (void)IsPublicKeyToken(text);
  const Result<std::string> subject = issuer.Verify(text);
  if (!subject.ok()) return CheckRefusal(subject.status());
  LIFEBOAT_CHECK(SignedPart(text) == SignedPart(kElliptic), "a token of the issuer was forged");
}

void FuzzKeySet(std::string_view text) {
  static const JsonWebToken token = JsonWebToken::Parse(kElliptic).value();
  const Result<JsonWebKeySet> keys = JsonWebKeySet::Parse(text);
  if (!keys.ok()) {
    LIFEBOAT_CHECK(keys.status().code() == StatusCode::kInvalidArgument, keys.status().ToString());
    return;
  }
  const Status verified = keys->VerifySignature(token);
  if (!verified.ok()) CheckRefusal(verified);
}

// ---- Requests to be signed for a table's files -----------------------------------------------------------

// Where S3 looks for what the signed request names, by its rules alone: the path decoded once, the bucket
// in the host or in front. "s3.eu-west-1.amazonaws.com" is the endpoint.
std::string ObjectNamed(const RequestToSign& signed_request) {
  const std::string host(storage::s3::HeaderValue(signed_request.request.headers, "Host"));
  const std::string path = storage::s3::UriDecode(signed_request.request.path, false);
  const size_t suffix = host.find(".s3.");
  if (suffix == std::string::npos) return path;
  return "/" + host.substr(0, suffix) + path;
}

void FuzzSigning(const net::HttpRequest& sent) {
  static const std::vector<SignableEndpoint> endpoints = SignableEndpoints("", "eu-west-1").value();
  RemoteSignRequest request;
  request.method = sent.method;
  request.uri = sent.target;
  request.headers = sent.headers.fields();
  request.body = sent.body;
  for (const StorageAccess access : {StorageAccess::kRead, StorageAccess::kReadWrite}) {
    static const CredentialScope readable =
        CredentialScope::Make({"s3://lake/ads/t"}, StorageAccess::kRead).value();
    static const CredentialScope writable =
        CredentialScope::Make({"s3://lake/ads/t"}, StorageAccess::kReadWrite).value();
    const Result<RequestToSign> checked =
        CheckRequestToSign(request, access == StorageAccess::kRead ? readable : writable, endpoints);
    if (!checked.ok()) {
      const StatusCode code = checked.status().code();
      LIFEBOAT_CHECK(code == StatusCode::kPermissionDenied || code == StatusCode::kInvalidArgument ||
                         code == StatusCode::kUnsupported,
                     checked.status().ToString());
      continue;
    }
    const std::string object = ObjectNamed(*checked);
    const std::string query = storage::s3::UriDecode(checked->request.query, false);
    const std::string story = fmt::format("{} {}?{}", request.method, object, query);
    const bool in_table = object.starts_with(fmt::format("/lake/{}", kTablePrefix));
    const bool of_bucket = object == "/lake" || object == "/lake/";
    LIFEBOAT_CHECK(in_table || of_bucket, story + " was signed");
    LIFEBOAT_CHECK(object.find("/../") == std::string::npos && !object.ends_with("/.."), story);
    const bool reads = request.method == "GET" || request.method == "HEAD";
    LIFEBOAT_CHECK(reads || checked->is_write, story);
    LIFEBOAT_CHECK(access == StorageAccess::kReadWrite || reads, story + " was signed for a reader");
    if (of_bucket && reads)
      LIFEBOAT_CHECK(query.find(fmt::format("prefix={}", kTablePrefix)) != std::string::npos, story);
  }
}

// ---- Documents of a policy -------------------------------------------------------------------------------

std::vector<PolicyRecord> RecordsOf(const PolicyModel& model) {
  std::vector<PolicyRecord> records;
  const auto add = [&](const auto& list) {
    for (const auto& one : list) records.push_back(ToRecord(one));
  };
  add(model.principals);
  add(model.roles);
  add(model.memberships);
  add(model.grants);
  add(model.locations);
  add(model.trust);
  for (const auto& [principal, secret] : model.secrets) records.push_back(ToRecord(principal, secret));
  return records;
}

std::string TextOf(const boost::json::value& value) {
  std::string text;
  iceberg::JsonWriter(&text).Value(value);
  return text;
}

// "access/role/x {…}": a record's key and its document.
void FuzzRecord(std::string_view text) {
  const size_t space = std::min(text.find(' '), text.size());
  const std::string_view key = text.substr(0, space);
  const Result<boost::json::value> value = iceberg::ParseJson(text.substr(space));
  if (!value.ok()) return;
  PolicyModel model;
  const Status added = AddRecord(key, *value, &model);
  if (!added.ok()) {
    LIFEBOAT_CHECK(added.code() == StatusCode::kCorruption, added.ToString());
    return;
  }
  for (const PolicyRecord& record : RecordsOf(model)) {
    PolicyModel again;
    LIFEBOAT_CHECK(AddRecord(record.key, record.value, &again).ok(), record.key);
    const std::vector<PolicyRecord> written = RecordsOf(again);
    LIFEBOAT_CHECK(written.size() == 1 && written[0].key == record.key, record.key);
    LIFEBOAT_CHECK(TextOf(written[0].value) == TextOf(record.value), TextOf(record.value));
  }
  const Policy policy(std::move(model));
  (void)policy.Allows(Caller{.principal = "etl", .administrator = false, .external_id = ""},
                      Privilege::kSelect, Securable::OfTable({{"n"}, "t"}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  input = {reinterpret_cast<const char*>(data), size};
  const net::HttpRequest request = ReadRequest(input);
  FuzzSignedRequest(request);
  FuzzSigning(request);
  FuzzToken(input);
  FuzzKeySet(input);
  FuzzRecord(input);
  return 0;
}

std::vector<std::string> SeedInputs() {
  const std::string store = "https://s3.eu-west-1.amazonaws.com";
  std::vector<std::string> seeds = SignedSeeds();
  for (const std::string& text : {OwnToken(), std::string(kElliptic), std::string(kKeySet)})
    seeds.push_back(text);
  seeds.push_back(
      fmt::format(R"({{"keys":[{{"kty":"RSA","kid":"r","use":"sig","alg":"RS256","n":"{}","e":"AQAB"}}]}})",
                  Base64UrlEncode(std::string(256, '\xA5'))));
  for (
      const char* record :
      {R"(access/principal/etl {"id":"etl","kind":"access-key","access-key-id":"A","disabled":true})",
       R"(access/principal/x {"id":"x","kind":"external","subject":"s","created-micros":5})",
       R"(access/role/r {"id":"r","description":"d"})",
       R"(access/member/r/principal/etl {"role":"r","member":{"principal":"etl"}})",
       R"(access/grant/role/r/table/n {"grantee":{"role":"r"},"object":{"kind":"table","namespace":["n"],"name":"t"},
           "privileges":["select","insert"],"grant-option":["select"]})",
       R"(access/location/x {"location":"s3://b/f"})",
       R"(access/setting/external {"external-full-table-access":true,"external-allow-list":["r"]})",
       R"(access/trust/etl {"principal":"etl","external-id":"x"})",
       R"(access/secret/x {"scheme":"scrypt","cost":16,"salt":"AAAA","hash":"AAAA"})",
       R"(access/secret/etl {"scheme":"readable","secret":"AAAA"})"})
    seeds.push_back(record);
  for (const char* target :
       {"/lake/ads/t/data/a%20b.parquet", "/lake/ads/t/a?versionId=1", "/lake?list-type=2&prefix=ads/t/x"})
    seeds.push_back(RequestText("GET", store + target));
  seeds.push_back(RequestText("GET", "https://lake.s3.eu-west-1.amazonaws.com/ads/t/a"));
  seeds.push_back(RequestText("PUT", store + "/lake/ads/t/a", "", "x-amz-copy-source: /lake/ads/t/b\n"));
  seeds.push_back(
      RequestText("POST", store + "/lake?delete",
                  "<?xml version=\"1.0\"?><Delete><Object><Key>ads/t/c&amp;d</Key></Object></Delete>"));
  return seeds;
}

std::vector<std::string> Fragments() {
  return {"%2F",      "%2e%2e/", "../",  "//",          "%00",     "&prefix=",   "prefix=ads/t2/",
          "?acl",     "#",       "@",    ":443",        "\r\n",    "x-amz-acl",  "UNSIGNED-PAYLOAD",
          "99991231", "none",    "alg",  "\"crit\":[]", "HS256",   ".",          "=",
          "ads/t2/",  "&#x2e;",  "<!--", "<Key>x",      "1e400",   "{}",         "[]",
          "null",     "role",    "kind", "super",       "catalog", "\"\\u0000\""};
}
