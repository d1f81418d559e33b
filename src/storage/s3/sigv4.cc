#include "storage/s3/sigv4.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"
#include "storage/s3/s3_dates.h"

namespace lifeboat::storage::s3 {
namespace {

bool IsUnreserved(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// A header's value without outer blanks and with runs of inner ones made one.
std::string CanonicalHeaderValue(std::string_view value) {
  std::string canonical;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) {
      canonical += c;
    } else if (!canonical.empty() && canonical.back() != ' ') {
      canonical += ' ';
    }
  }
  if (canonical.ends_with(' ')) canonical.pop_back();
  return canonical;
}

// Removes "." and ".." segments and empty ones, as services other than S3 do.
std::string NormalizedPath(std::string_view path) {
  std::vector<std::string_view> segments;
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    begin = end + 1;
  }
  std::string normalized;
  for (const std::string_view segment : segments) {
    normalized += '/';
    normalized += segment;
  }
  if (normalized.empty() || path.ends_with('/')) normalized += '/';
  return normalized;
}

std::vector<std::string> NamesToSign(const HeaderList& headers) {
  std::vector<std::string> names;
  for (const auto& [name, value] : headers) {
    std::string lower = LowerCase(name);
    // An earlier signature is there when a request is signed again for another attempt.
    if (lower != "authorization") names.push_back(std::move(lower));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string ScopeText(std::string_view day, const SigningScope& scope) {
  return fmt::format("{}/{}/{}/aws4_request", day, scope.region, scope.service);
}

}  // namespace

PathEncoding PathEncodingOf(std::string_view service) {
  return service == "s3" || service == "s3-object-lambda" || service == "s3express" ? PathEncoding::kOnce
                                                                                    : PathEncoding::kTwice;
}

std::string Sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  unsigned int size = 0;
  LIFEBOAT_CHECK(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                            &size, EVP_sha256(), nullptr) == 1,
                 "SHA-256 failed");
  return digest;
}

std::string Sha256Hex(std::string_view bytes) {
  return HexEncode(Sha256(bytes));
}

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  std::string digest(32, '\0');
  unsigned int size = 0;
  LIFEBOAT_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      reinterpret_cast<unsigned char*>(digest.data()), &size) != nullptr,
                 "HMAC-SHA-256 failed");
  return digest;
}

std::string UriEncode(std::string_view text, bool keep_slash) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() + 16);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsUnreserved(byte) || (c == '/' && keep_slash)) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 15];
    }
  }
  return encoded;
}

std::string UriDecode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0;
    if (escape) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return decoded;
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> fields;
  size_t begin = 0;
  while (begin < query.size()) {
    const size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view field = query.substr(begin, end - begin);
    begin = end + 1;
    if (field.empty()) continue;
    const size_t equals = std::min(field.find('='), field.size());
    const std::string_view value = equals < field.size() ? field.substr(equals + 1) : "";
    // Form encoders send a space as '+' and sign it as %20.
    fields.emplace_back(UriEncode(UriDecode(field.substr(0, equals), true), false),
                        UriEncode(UriDecode(value, true), false));
  }
  std::sort(fields.begin(), fields.end());
  std::string canonical;
  for (const auto& [name, value] : fields) {
    if (!canonical.empty()) canonical += '&';
    canonical += name + "=" + value;
  }
  return canonical;
}

std::string CanonicalPath(std::string_view path, PathEncoding encoding) {
  if (path.empty()) return "/";
  if (encoding == PathEncoding::kTwice) return UriEncode(NormalizedPath(path), true);
  return UriEncode(UriDecode(path, false), true);
}

std::string CanonicalRequest(const SignableRequest& request, const std::vector<std::string>& signed_headers,
                             std::string_view payload_hash, PathEncoding encoding) {
  std::string headers;
  for (const std::string& name : signed_headers) {
    headers += name + ":";
    bool first = true;
    for (const auto& [key, value] : request.headers) {
      if (LowerCase(key) != name) continue;
      if (!first) headers += ',';
      headers += CanonicalHeaderValue(value);
      first = false;
    }
    headers += '\n';
  }
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, CanonicalPath(request.path, encoding),
                     CanonicalQuery(request.query), headers, fmt::join(signed_headers, ";"), payload_hash);
}

std::string DeriveSigningKey(std::string_view secret_access_key, std::string_view day,
                             const SigningScope& scope) {
  const std::string day_key = HmacSha256(fmt::format("AWS4{}", secret_access_key), day);
  const std::string region_key = HmacSha256(day_key, scope.region);
  const std::string service_key = HmacSha256(region_key, scope.service);
  return HmacSha256(service_key, "aws4_request");
}

std::string SigningKeyCache::Get(std::string_view secret_access_key, std::string_view day,
                                 const SigningScope& scope) {
  const std::string name = fmt::format("{}\n{}\n{}\n{}", day, scope.region, scope.service, secret_access_key);
  {
    MutexLock lock(mutex_);
    if (const auto found = keys_.find(name); found != keys_.end()) return found->second;
  }
  std::string key = DeriveSigningKey(secret_access_key, day, scope);
  MutexLock lock(mutex_);
  // Names begin with the day: what falls out first is what expired first.
  if (keys_.size() >= kMaxKeys) keys_.erase(keys_.begin());
  keys_.emplace(name, key);
  return key;
}

std::string ComputeSignature(const std::string& canonical_request, std::string_view amz_date,
                             std::string_view secret_access_key, const SigningScope& scope,
                             SigningKeyCache* cache) {
  const std::string_view day = amz_date.substr(0, 8);
  const std::string text = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", amz_date, ScopeText(day, scope),
                                       Sha256Hex(canonical_request));
  const std::string key = cache != nullptr ? cache->Get(secret_access_key, day, scope)
                                           : DeriveSigningKey(secret_access_key, day, scope);
  return HexEncode(HmacSha256(key, text));
}

void SignHeaders(SignableRequest* request, std::string_view payload_hash,
                 const SigningCredentials& credentials, const SigningScope& scope, int64_t now_micros,
                 SigningKeyCache* cache) {
  const std::string date = FormatAmzDate(now_micros);
  SetHeader(&request->headers, "X-Amz-Date", date);
  if (!credentials.session_token.empty())
    SetHeader(&request->headers, "X-Amz-Security-Token", credentials.session_token);
  const std::vector<std::string> names = NamesToSign(request->headers);
  const std::string canonical =
      CanonicalRequest(*request, names, payload_hash, PathEncodingOf(scope.service));
  SetHeader(&request->headers, "Authorization",
            fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                        credentials.access_key_id, ScopeText(date.substr(0, 8), scope), fmt::join(names, ";"),
                        ComputeSignature(canonical, date, credentials.secret_access_key, scope, cache)));
}

void Presign(SignableRequest* request, int64_t valid_seconds, const SigningCredentials& credentials,
             const SigningScope& scope, int64_t now_micros, SigningKeyCache* cache) {
  LIFEBOAT_CHECK(valid_seconds >= 1 && valid_seconds <= kMaxPresignSeconds,
                 "a presigned URL is valid for one second to seven days");
  const std::string date = FormatAmzDate(now_micros);
  const std::vector<std::string> names = NamesToSign(request->headers);
  std::string& query = request->query;
  const auto add = [&query](std::string_view name, std::string_view value) {
    query += fmt::format("{}{}={}", query.empty() ? "" : "&", name, UriEncode(value, false));
  };
  add("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
  add("X-Amz-Credential", credentials.access_key_id + "/" + ScopeText(date.substr(0, 8), scope));
  add("X-Amz-Date", date);
  add("X-Amz-Expires", fmt::format("{}", valid_seconds));
  if (!credentials.session_token.empty()) add("X-Amz-Security-Token", credentials.session_token);
  add("X-Amz-SignedHeaders", fmt::format("{}", fmt::join(names, ";")));
  const std::string_view payload_hash = scope.service == "s3" ? kUnsignedPayload : kEmptyPayloadHash;
  const std::string canonical =
      CanonicalRequest(*request, names, payload_hash, PathEncodingOf(scope.service));
  add("X-Amz-Signature", ComputeSignature(canonical, date, credentials.secret_access_key, scope, cache));
}

}  // namespace lifeboat::storage::s3
