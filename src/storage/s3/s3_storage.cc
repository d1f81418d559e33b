#include "storage/s3/s3_storage.h"

#include <charconv>
#include <optional>

#include "base/encoding.h"
#include "storage/s3/delete_objects.h"
#include "storage/s3/http_transport.h"
#include "storage/s3/list_objects.h"
#include "storage/s3/multipart_writer.h"
#include "storage/s3/put_object.h"
#include "storage/s3/s3_client.h"
#include "storage/s3/s3_dates.h"

namespace lifeboat::storage::s3 {
namespace {

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The store's SHA-256 of a whole object, if it has one: one of a multipart object is made of its parts' and
// says nothing about the bytes as a whole.
Status CheckWholeBody(const HttpReply& reply, std::string_view location) {
  const std::string_view expected = HeaderValue(reply.headers, "x-amz-checksum-sha256");
  const bool composite = HeaderValue(reply.headers, "x-amz-checksum-type") == "COMPOSITE" ||
                         expected.find('-') != std::string_view::npos;
  if (expected.empty() || composite || Base64Encode(Sha256(reply.body)) == expected) return Status::Ok();
  return Status::Corruption(
      "object '{}' does not have the SHA-256 the store recorded when it was written; restore it from another "
      "copy",
      location);
}

// The bytes of "Content-Range: bytes 3-6/10", or of a whole body from a store that ignores ranges.
Status CheckRange(const HttpReply& reply, uint64_t offset, std::string_view location) {
  if (reply.status != 206) return Status::Ok();
  const std::string_view range = HeaderValue(reply.headers, "Content-Range");
  const size_t dash = range.find('-');
  const std::optional<uint64_t> begin = range.starts_with("bytes ") && dash != std::string_view::npos
                                            ? ParseNumber(range.substr(6, dash - 6))
                                            : std::nullopt;
  if (begin == offset) return Status::Ok();
  return Status::Corruption("cannot read '{}': the store sent range '{}' when asked for bytes from {}",
                            location, range, offset);
}

class S3Storage final : public Storage {
 public:
  explicit S3Storage(std::unique_ptr<S3Client> client) : client_(std::move(client)) {}

  Result<ObjectInfo> Stat(const std::string& location) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const S3Location target, ParseS3ObjectLocation(location));
    S3Call call = Reading("HEAD", target);
    Result<HttpReply> reply = client_->Do(call);
    if (!reply.ok()) return ReasonOfRefusedHead(call, reply.status());
    const std::optional<uint64_t> size = ParseNumber(HeaderValue(reply->headers, "Content-Length"));
    const Result<int64_t> modified = ParseHttpDate(HeaderValue(reply->headers, "Last-Modified"));
    if (!size.has_value() || !modified.ok())
      return Status::Corruption("cannot read '{}': the store does not tell its length and time", location);
    return ObjectInfo{location, *size, *modified};
  }

  Result<std::string> Read(const std::string& location) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const S3Location target, ParseS3ObjectLocation(location));
    S3Call call = Reading("GET", target);
    if (client_->options().checksums) {
      call.headers = {{"x-amz-checksum-mode", "ENABLED"}};
      call.check = [&location](const HttpReply& reply) { return CheckWholeBody(reply, location); };
    }
    LIFEBOAT_ASSIGN_OR_RETURN(HttpReply reply, client_->Do(call));
    return std::move(reply.body);
  }

  Result<std::string> ReadRange(const std::string& location, uint64_t offset, uint64_t length) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const S3Location target, ParseS3ObjectLocation(location));
    if (length == 0 || length > INT64_MAX || offset > INT64_MAX - length) {  // what Range cannot say
      LIFEBOAT_ASSIGN_OR_RETURN(const ObjectInfo info, Stat(location));
      if (length == 0 && offset <= info.size_bytes) return std::string();
      return BeyondTheEnd(location, offset, length);
    }
    S3Call call = Reading("GET", target);
    call.headers = {{"Range", fmt::format("bytes={}-{}", offset, offset + length - 1)}};
    call.check = [&](const HttpReply& reply) { return CheckRange(reply, offset, location); };
    Result<HttpReply> reply = client_->Do(call);
    if (!reply.ok()) {
      const auto* detail = reply.status().detail<S3ErrorDetail>();
      if (detail != nullptr && detail->http_status == 416) return BeyondTheEnd(location, offset, length);
      return reply.status();
    }
    std::string bytes = std::move(reply->body);
    if (reply->status != 206) bytes = offset < bytes.size() ? bytes.substr(offset, length) : "";
    if (bytes.size() != length) return BeyondTheEnd(location, offset, length);
    return bytes;
  }

  Status Write(const std::string& location, std::string_view bytes, const WriteOptions& options) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const S3Location target, ParseS3ObjectLocation(location));
    if (bytes.size() <= client_->options().single_put_max_bytes)
      return PutObject(*client_, target, bytes, options.if_absent);
    MultipartWriter writer(*client_, target, options.if_absent);
    LIFEBOAT_RETURN_IF_ERROR(writer.Append(bytes));
    return writer.Commit();
  }

  Result<std::unique_ptr<ObjectWriter>> OpenWriter(const std::string& location,
                                                   const WriteOptions& options) override {
    LIFEBOAT_ASSIGN_OR_RETURN(S3Location target, ParseS3ObjectLocation(location));
    return std::unique_ptr<ObjectWriter>(
        std::make_unique<MultipartWriter>(*client_, std::move(target), options.if_absent));
  }

  Status Sync(const std::vector<std::string>& locations) override {
    for (const std::string& location : locations)
      LIFEBOAT_RETURN_IF_ERROR(ParseS3ObjectLocation(location).status());
    return Status::Ok();
  }

  bool WritesAreDurable(const std::string&) const override { return true; }

  Status Delete(const std::string& location) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const S3Location target, ParseS3ObjectLocation(location));
    return DeleteObject(*client_, target);
  }

  std::vector<Status> DeleteMany(const std::vector<std::string>& locations) override {
    return DeleteObjects(*client_, locations);
  }

  Status List(const std::string& prefix, const std::function<Status(const ObjectInfo&)>& visit) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const S3Location target, ParseS3Location(prefix));
    return ListObjects(*client_, target, visit);
  }

 private:
  static S3Call Reading(std::string method, const S3Location& target) {
    S3Call call;
    call.method = std::move(method);
    call.target = target;
    call.action = "read";
    return call;
  }

  static Status BeyondTheEnd(const std::string& location, uint64_t offset, uint64_t length) {
    return Status::Corruption("object '{}' ends before byte {} + {}", location, offset, length);
  }

  // A HEAD has no body to say why it was refused; the same request as a GET of one byte has.
  Status ReasonOfRefusedHead(S3Call call, const Status& refused) {
    const auto* detail = refused.detail<S3ErrorDetail>();
    if (detail == nullptr || detail->http_status == 404 || detail->http_status >= 500) return refused;
    call.method = "GET";
    call.headers = {{"Range", "bytes=0-0"}};
    const Status reason = client_->Do(call).status();
    const auto* reason_detail = reason.detail<S3ErrorDetail>();
    return reason.ok() || (reason_detail != nullptr && reason_detail->http_status == 416) ? refused : reason;
  }

  const std::unique_ptr<S3Client> client_;
};

}  // namespace

Result<std::unique_ptr<Storage>> MakeS3Storage(S3Options options) {
  const CurlTransportOptions transport_options{options.ca_bundle_path, options.connect_timeout,
                                               options.stall_timeout, options.max_idle_connections};
  LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<S3Client> client,
                            S3Client::Make(std::move(options), MakeCurlTransport(transport_options)));
  return std::unique_ptr<Storage>(std::make_unique<S3Storage>(std::move(client)));
}

}  // namespace lifeboat::storage::s3
