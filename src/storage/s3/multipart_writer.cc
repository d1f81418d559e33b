#include "storage/s3/multipart_writer.h"

#include <algorithm>

#include "base/log.h"
#include "storage/s3/put_object.h"
#include "storage/s3/xml_scanner.h"

namespace lifeboat::storage::s3 {
namespace {

constexpr uint64_t kMaxPartBytes = uint64_t{5} << 30;
constexpr size_t kPartsBeforeDoubling = 1000;

}  // namespace

MultipartWriter::~MultipartWriter() {
  Abort();
}

Status MultipartWriter::CheckUsable() const {
  if (committed_)
    return Status::FailedPrecondition("the writer of '{}' is finished; open another", target_.ToString());
  return status_;  // what failed once stays failed: an object with a hole must not be published
}

uint64_t MultipartWriter::NextPartBytes() const {
  const size_t doublings = std::min<size_t>(part_etags_.size() / kPartsBeforeDoubling, 20);
  return std::min(client_.options().part_size_bytes << doublings, kMaxPartBytes);
}

Status MultipartWriter::Append(std::string_view bytes) {
  LIFEBOAT_RETURN_IF_ERROR(CheckUsable());
  status_ = AppendParts(bytes);
  if (!status_.ok()) Abort();
  return status_;
}

Status MultipartWriter::AppendParts(std::string_view bytes) {
  while (buffer_.size() + bytes.size() >= NextPartBytes()) {
    const size_t part_bytes = NextPartBytes();
    if (buffer_.empty()) {  // straight from the caller's memory
      LIFEBOAT_RETURN_IF_ERROR(UploadPart(bytes.substr(0, part_bytes)));
      bytes.remove_prefix(part_bytes);
      continue;
    }
    const size_t missing = part_bytes - buffer_.size();
    buffer_.append(bytes.substr(0, missing));
    bytes.remove_prefix(missing);
    LIFEBOAT_RETURN_IF_ERROR(UploadPart(buffer_));
    buffer_.clear();
  }
  buffer_.append(bytes);
  return Status::Ok();
}

Status MultipartWriter::Begin() {
  write_id_ = NewWriteId(client_.options());
  S3Call call;
  call.method = "POST";
  call.target = target_;
  call.query = "uploads=";
  call.action = "write";
  call.headers = {{"Content-Type", "application/octet-stream"}, {std::string(kWriteIdHeader), write_id_}};
  LIFEBOAT_ASSIGN_OR_RETURN(const HttpReply reply, client_.Do(call));
  upload_id_ = XmlText(reply.body, "InitiateMultipartUploadResult/UploadId").value_or("");
  if (upload_id_.empty())
    return Status::Unavailable("cannot write '{}': the store began a multipart upload without naming it",
                               target_.ToString());
  return Status::Ok();
}

Status MultipartWriter::UploadPart(std::string_view bytes) {
  if (upload_id_.empty()) LIFEBOAT_RETURN_IF_ERROR(Begin());
  S3Call call;
  call.method = "PUT";
  call.target = target_;
  call.query = fmt::format("partNumber={}&uploadId={}", part_etags_.size() + 1, UriEncode(upload_id_, false));
  call.body = bytes;
  call.action = "write";  // repeating a part replaces it, and nothing is visible yet: never in doubt
  LIFEBOAT_ASSIGN_OR_RETURN(const HttpReply reply, client_.Do(call));
  const std::string* etag = FindHeader(reply.headers, "ETag");
  if (etag == nullptr)
    return Status::Unavailable("cannot write '{}': the store took a part without naming its ETag",
                               target_.ToString());
  part_etags_.push_back(*etag);
  return Status::Ok();
}

Status MultipartWriter::Commit() {
  LIFEBOAT_RETURN_IF_ERROR(CheckUsable());
  committed_ = true;
  status_ = Publish();
  if (!status_.ok()) Abort();
  return status_;
}

Status MultipartWriter::Publish() {
  if (upload_id_.empty()) return PutObject(client_, target_, buffer_, if_absent_);
  if (!buffer_.empty()) LIFEBOAT_RETURN_IF_ERROR(UploadPart(buffer_));
  buffer_.clear();
  return Complete();
}

Status MultipartWriter::Complete() {
  std::string body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (size_t i = 0; i < part_etags_.size(); ++i) {
    body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i + 1,
                        XmlEscape(part_etags_[i]));
  }
  body += "</CompleteMultipartUpload>";
  S3Call call;
  call.method = "POST";
  call.target = target_;
  call.query = fmt::format("uploadId={}", UriEncode(upload_id_, false));
  call.body = body;
  call.action = "write";
  call.is_write = true;
  call.headers = {{"Content-Type", "application/xml"}};
  if (if_absent_) call.headers.emplace_back("If-None-Match", "*");
  S3Outcome outcome;
  const Status status = client_.Do(call, &outcome).status();
  if (status.ok()) {
    upload_id_.clear();
    return status;
  }
  const auto* detail = status.detail<S3ErrorDetail>();
  if (detail == nullptr) return status;
  if (detail->http_status == 412)
    return ResolveConflict(client_, target_, write_id_, outcome.earlier_attempt_in_doubt);
  if (detail->code == "NoSuchUpload") {
    // The upload ended: by an earlier attempt whose answer was lost, or by somebody's abort.
    upload_id_.clear();
    const Result<std::string> owner = WriteIdOf(client_, target_);
    if (owner.ok() && *owner == write_id_) return Status::Ok();
    if (outcome.earlier_attempt_in_doubt)
      return Status(StatusCode::kCommitStateUnknown,
                    fmt::format("'{}' may have been written and replaced since; look before repeating it",
                                target_.ToString()));
  }
  return status;
}

void MultipartWriter::Abort() {
  if (upload_id_.empty()) return;
  S3Call call;
  call.method = "DELETE";
  call.target = target_;
  call.query = fmt::format("uploadId={}", UriEncode(upload_id_, false));
  call.action = "abort the upload of";
  upload_id_.clear();
  const Status aborted = client_.Do(call).status();
  const auto* detail = aborted.detail<S3ErrorDetail>();
  if (aborted.ok() || (detail != nullptr && detail->http_status == 404)) return;
  log::Warning(
      "parts of an unfinished S3 upload remain; a lifecycle rule (AbortIncompleteMultipartUpload) removes "
      "them",
      {{"location", target_.ToString()}, {"reason", aborted}});
}

}  // namespace lifeboat::storage::s3
