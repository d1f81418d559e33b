#include "catalog/access/sign_check.h"

#include <algorithm>
#include <initializer_list>
#include <map>

#include "storage/s3/service_endpoint.h"
#include "storage/s3/xml_scanner.h"

namespace lifeboat::catalog::access {
namespace {

using storage::s3::HeaderList;
using storage::s3::HeaderValue;

using Query = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view kAmzPrefix = "x-amz-";
constexpr std::string_view kContentHash = "x-amz-content-sha256";
constexpr std::string_view kCopySource = "x-amz-copy-source";
constexpr size_t kUriBytesMax = 16 * 1024;
constexpr size_t kDeletedKeysMax = 1000;

Status Malformed(std::string_view what, std::string_view why) {
  return Status::InvalidArgument("Cannot sign the request: its {} {}", what, why);
}

Status OutsideScope(std::string_view what, std::string_view bucket, std::string_view key) {
  return Status::PermissionDenied(
      "Not authorized: {} 's3://{}/{}' is outside the table's locations, so it is not signed", what, bucket,
      key);
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Decodes `text` once; an escape that is none, or that hides a slash, backslash or control character, is an
// error.
Result<std::string> DecodeStrictly(std::string_view text, std::string_view what) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    const bool escaped = c == '%';
    if (escaped) {
      const int high = i + 1 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return Malformed(what, "has a '%' without two hexadecimal digits");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (!escaped && byte >= 0x80))
      return Malformed(what, "has a control character or one that is not percent-encoded");
    if (c == '\\' || (escaped && c == '/')) return Malformed(what, "has an encoded slash or a backslash");
    decoded += c;
  }
  return decoded;
}

// Of an object; an empty last component ("folder/") is a name of its own.
Status CheckKey(std::string_view key, std::string_view what) {
  for (std::string_view rest = key; !rest.empty();) {
    const size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view component = rest.substr(0, end);
    if (component.empty() || component == "." || component == "..")
      return Malformed(what, "has an empty, '.' or '..' component");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return Status::Ok();
}

Result<Query> ParseQuery(std::string_view text) {
  Query query;
  if (text.find_first_of("+;") != std::string_view::npos)
    return Malformed("query", "has a '+' or ';' that is not percent-encoded");
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    std::string name = storage::s3::UriDecode(pair.substr(0, equals), false);
    std::string value = storage::s3::UriDecode(pair.substr(std::min(equals + 1, pair.size())), false);
    if (value.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos)
      return Malformed("query", "has a control character");
    if (!query.emplace(std::move(name), std::move(value)).second)
      return Malformed("query", "names a parameter twice");
  }
  return query;
}

struct Target {
  std::string bucket;
  std::string key;  // empty: the bucket
};

class Check {
 public:
  Check(const RemoteSignRequest& request, const CredentialScope& scope) : request_(request), scope_(scope) {}

  Result<RequestToSign> Run(const std::vector<SignableEndpoint>& endpoints) {
    if (!request_.provider.empty() && request_.provider != "s3")
      return Status::Unsupported("Cannot sign for provider '{}': this catalog signs for s3",
                                 request_.provider);
    LIFEBOAT_RETURN_IF_ERROR(ParseUri(endpoints));
    LIFEBOAT_RETURN_IF_ERROR(TakeHeaders());
    LIFEBOAT_RETURN_IF_ERROR(CheckOperation());
    if (result_.is_write && !scope_.allows_write()) {
      return Status::PermissionDenied(
          "Not authorized: {} changes the table's files, and only reading is granted; ask for the insert "
          "privilege",
          request_.method);
    }
    if (result_.is_delete && !scope_.allows_delete()) {
      return Status::PermissionDenied(
          "Not authorized: {} removes files of the table, and only adding some is granted; ask for the "
          "delete privilege",
          request_.method);
    }
    LIFEBOAT_RETURN_IF_ERROR(ChoosePayloadHash());
    return std::move(result_);
  }

 private:
  Status ParseUri(const std::vector<SignableEndpoint>& endpoints) {
    const std::string_view uri = request_.uri;
    if (uri.size() > kUriBytesMax) return Malformed("URI", "is too long");
    if (uri.find('#') != std::string_view::npos) return Malformed("URI", "has a fragment");
    const std::string_view address = uri.substr(0, uri.find('?'));
    result_.request.query = uri.substr(std::min(address.size() + 1, uri.size()));
    const size_t scheme_end = std::min(address.find("://"), address.size());
    const size_t path_begin = address.find('/', std::min(scheme_end + 3, address.size()));
    const std::string_view path = path_begin == std::string_view::npos ? "/" : address.substr(path_begin);
    const Result<storage::s3::ServiceEndpoint> sent_to =
        storage::s3::ParseServiceEndpoint("S3", address.substr(0, path_begin));
    if (!sent_to.ok()) return Malformed("URI", "is not an absolute http or https URL without a user");
    LIFEBOAT_ASSIGN_OR_RETURN(query_, ParseQuery(result_.request.query));
    for (const SignableEndpoint& endpoint : endpoints) {
      if (endpoint.scheme != sent_to->scheme) continue;
      if (sent_to->authority == endpoint.authority && path.starts_with(endpoint.path + "/"))
        return TakeTarget(sent_to->authority, path, path.substr(endpoint.path.size() + 1), "");
      const std::string suffix = "." + endpoint.authority;
      if (endpoint.path.empty() && sent_to->authority.ends_with(suffix) && sent_to->authority != suffix) {
        const size_t length = sent_to->authority.size() - suffix.size();
        return TakeTarget(sent_to->authority, path, path.substr(1), sent_to->authority.substr(0, length));
      }
    }
    return Status::PermissionDenied(
        "Not authorized: '{}' is not the storage of this catalog, so it is not signed", sent_to->authority);
  }

  // `rest`: the path behind the endpoint's; it begins with the bucket unless the host named one.
  Status TakeTarget(const std::string& authority, std::string_view path, std::string_view rest,
                    std::string bucket) {
    result_.request.method = request_.method;
    result_.request.path = path;
    storage::s3::SetHeader(&result_.request.headers, "Host", authority);
    if (bucket.empty()) {
      bucket = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(bucket.size() + 1, rest.size()));
    }
    target_.bucket = std::move(bucket);
    LIFEBOAT_ASSIGN_OR_RETURN(target_.key, DecodeStrictly(rest, "path"));
    return CheckKey(target_.key, "path");
  }

  Status TakeHeaders() {
    for (const auto& [name, value] : request_.headers) {
      const std::string lower = storage::s3::LowerCase(name);
      if (value.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos)
        return Malformed("header " + lower, "has a line break");
      if (lower == "content-md5") storage::s3::SetHeader(&result_.request.headers, lower, value);
      if (!lower.starts_with(kAmzPrefix)) continue;
      // Ours take their place.
      if (IsOneOf(lower, {"x-amz-date", "x-amz-security-token"})) continue;
      if (storage::s3::FindHeader(result_.request.headers, lower) != nullptr)
        return Malformed("header " + lower, "comes twice");
      LIFEBOAT_RETURN_IF_ERROR(CheckAmzHeader(lower, value));
      storage::s3::SetHeader(&result_.request.headers, lower, value);
    }
    return Status::Ok();
  }

  static Status CheckAmzHeader(std::string_view name, std::string_view value) {
    constexpr std::string_view kPrefixes[] = {"x-amz-meta-", "x-amz-checksum-",
                                              "x-amz-server-side-encryption", "x-amz-copy-source-if-"};
    for (const std::string_view prefix : kPrefixes) {
      if (name.starts_with(prefix)) return Status::Ok();
    }
    // It may only leave the object to the bucket's owner.
    if (name == "x-amz-acl" && IsOneOf(value, {"private", "bucket-owner-full-control"})) return Status::Ok();
    if (IsOneOf(name,
                {kContentHash, kCopySource, "x-amz-copy-source-range", "x-amz-metadata-directive",
                 "x-amz-sdk-checksum-algorithm", "x-amz-decoded-content-length", "x-amz-trailer",
                 "x-amz-storage-class", "x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner",
                 "x-amz-request-payer", "x-amz-user-agent", "x-amz-te", "x-amz-object-attributes"}))
      return Status::Ok();
    return Status::PermissionDenied("Not authorized: header '{}: {}' is not signed; leave it out", name,
                                    value);
  }

  // The query holds none but these.
  Status OnlyParameters(std::initializer_list<std::string_view> allowed) const {
    for (const auto& [name, value] : query_) {
      if (name == "x-id" || IsOneOf(name, allowed)) continue;  // x-id is the SDK's name for the operation
      return Status::PermissionDenied(
          "Not authorized: {} with query parameter '{}' is no operation that is signed for a table's files",
          request_.method, name);
    }
    return Status::Ok();
  }

  bool Has(std::string_view parameter) const { return query_.contains(parameter); }

  Status CheckOperation() {
    const std::string& method = request_.method;
    if (method != "PUT" && storage::s3::FindHeader(result_.request.headers, kCopySource) != nullptr)
      return Malformed("copy source", "belongs to a PUT alone");
    if (target_.key.empty()) {
      if (method == "GET") return CheckList();
      if (method == "POST" && Has("delete")) return CheckBatchDelete();
      return Status::PermissionDenied("Not authorized: {} of a whole bucket is not signed", method);
    }
    if (!scope_.Covers(target_.bucket, target_.key))
      return OutsideScope("object", target_.bucket, target_.key);
    const bool in_upload = Has("uploadId");
    result_.is_write = true;
    if (method == "GET" || method == "HEAD") {
      if (method == "GET" && in_upload)
        return OnlyParameters({"uploadId", "max-parts", "part-number-marker"});
      result_.is_write = false;
      result_.repeatable = true;
      return OnlyParameters({"versionId", "partNumber"});
    }
    if (method == "PUT") {
      if (in_upload != Has("partNumber")) return Malformed("query", "names one of uploadId and partNumber");
      LIFEBOAT_RETURN_IF_ERROR(CheckCopySource());
      return OnlyParameters({"uploadId", "partNumber"});
    }
    if (method == "POST") {
      if (in_upload == Has("uploads"))
        return Status::PermissionDenied(
            "Not authorized: POST is signed for multipart uploads and batch deletes");
      return OnlyParameters({"uploadId", "uploads"});
    }
    if (method == "DELETE") {
      result_.is_delete = !in_upload;
      return OnlyParameters({"uploadId"});
    }
    return Status::PermissionDenied("Not authorized: method {} is not signed", method);
  }

  Status CheckList() {
    LIFEBOAT_RETURN_IF_ERROR(
        OnlyParameters({"list-type", "prefix", "delimiter", "max-keys", "start-after", "continuation-token",
                        "encoding-type", "fetch-owner", "marker"}));
    const auto prefix = query_.find("prefix");
    const std::string_view key = prefix == query_.end() ? std::string_view() : prefix->second;
    LIFEBOAT_RETURN_IF_ERROR(CheckKey(key, "prefix"));
    if (!scope_.Covers(target_.bucket, key)) return OutsideScope("listing", target_.bucket, key);
    return Status::Ok();
  }

  Status CheckCopySource() {
    std::string_view source = HeaderValue(result_.request.headers, kCopySource);
    if (source.empty()) {
      if (storage::s3::FindHeader(result_.request.headers, kCopySource) == nullptr) return Status::Ok();
      return Malformed("copy source", "is empty");
    }
    if (source.find_first_of("?+") != std::string_view::npos)
      return Malformed("copy source", "has a '?' or a '+' that is not percent-encoded");
    if (source.starts_with('/')) source.remove_prefix(1);
    const std::string_view bucket = source.substr(0, source.find('/'));
    LIFEBOAT_ASSIGN_OR_RETURN(
        const std::string key,
        DecodeStrictly(source.substr(std::min(bucket.size() + 1, source.size())), "copy source"));
    LIFEBOAT_RETURN_IF_ERROR(CheckKey(key, "copy source"));
    if (!scope_.Covers(bucket, key)) return OutsideScope("copy source", bucket, key);
    return Status::Ok();
  }

  // Every key of the body, read so that the store cannot read another.
  Status CheckBatchDelete() {
    LIFEBOAT_RETURN_IF_ERROR(OnlyParameters({"delete"}));
    result_.is_write = true;
    result_.is_delete = true;
    std::string_view body = request_.body;
    if (body.starts_with("<?xml")) body.remove_prefix(std::min(body.find("?>"), body.size()));
    if (body.find("<!") != std::string_view::npos || body.find("<?") != std::string_view::npos)
      return Malformed("body", "holds more than XML elements");
    size_t objects = 0;
    size_t keys = 0;
    storage::s3::XmlScanner scanner(request_.body);
    while (scanner.Next()) {
      if (scanner.Is("Delete/Object/Key")) {
        ++keys;
        LIFEBOAT_RETURN_IF_ERROR(CheckKey(scanner.text(), "body"));
        if (!scope_.Covers(target_.bucket, scanner.text()))
          return OutsideScope("object", target_.bucket, scanner.text());
      } else if (scanner.Is("Delete/Object")) {
        if (++objects != keys) return Malformed("body", "has an object without exactly one key");
      } else if (!scanner.Is("Delete/Quiet") && !scanner.Is("Delete")) {
        return Malformed("body", fmt::format("has an element {}, which is not signed", scanner.path()));
      }
    }
    if (!scanner.complete() || objects == 0 || objects != keys || objects > kDeletedKeysMax)
      return Malformed("body", "is not a whole Delete of 1 to 1000 objects; send it along");
    return Status::Ok();
  }

  Status ChoosePayloadHash() {
    const std::string sent(HeaderValue(result_.request.headers, kContentHash));
    const bool batch_delete = target_.key.empty() && request_.method == "POST";
    std::string hash = sent;
    if (batch_delete) {
      hash = storage::s3::Sha256Hex(request_.body);  // the body that was checked, and no other
      if (sent.size() == hash.size() && sent != hash)
        return Malformed("body", "is not the one of its x-amz-content-sha256");
      if (!sent.empty() && sent != hash)
        return Malformed("header x-amz-content-sha256", "must be the SHA-256 of a batch delete's body");
    } else if (sent.empty()) {
      hash = request_.method == "PUT" || request_.method == "POST" ? storage::s3::kUnsignedPayload
                                                                   : storage::s3::kEmptyPayloadHash;
    } else if (sent.starts_with("STREAMING-") && sent != "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
      return Status::Unsupported(
          "Cannot sign chunks: turn chunked encoding off, or send the payload unsigned");
    }
    storage::s3::SetHeader(&result_.request.headers, std::string(kContentHash), hash);
    result_.payload_hash = std::move(hash);
    return Status::Ok();
  }

  const RemoteSignRequest& request_;
  const CredentialScope& scope_;
  RequestToSign result_;
  Query query_;
  Target target_;
};

}  // namespace

Result<std::vector<SignableEndpoint>> SignableEndpoints(std::string_view endpoint, std::string_view region) {
  std::vector<std::string> urls;
  if (!endpoint.empty()) {
    urls.emplace_back(endpoint);
  } else {
    urls.push_back(storage::s3::AmazonEndpoint("s3", region));
    urls.push_back(storage::s3::AmazonEndpoint("s3.dualstack", region));
    if (region == "us-east-1") urls.emplace_back("https://s3.amazonaws.com");
  }
  std::vector<SignableEndpoint> endpoints;
  for (const std::string& url : urls) {
    LIFEBOAT_ASSIGN_OR_RETURN(storage::s3::ServiceEndpoint parsed,
                              storage::s3::ParseServiceEndpoint("S3", url));
    endpoints.push_back({std::move(parsed.scheme), std::move(parsed.authority), std::move(parsed.path)});
  }
  return endpoints;
}

Result<RequestToSign> CheckRequestToSign(const RemoteSignRequest& request, const CredentialScope& scope,
                                         const std::vector<SignableEndpoint>& endpoints) {
  return Check(request, scope).Run(endpoints);
}

}  // namespace lifeboat::catalog::access
