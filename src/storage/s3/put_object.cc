#include "storage/s3/put_object.h"

#include "base/encoding.h"
#include "base/uuid.h"

namespace lifeboat::storage::s3 {

std::string NewWriteId(const S3Options& options) {
  return Uuid::V4(*options.random).ToString();
}

Result<std::string> WriteIdOf(S3Client& client, const S3Location& target) {
  S3Call call;
  call.method = "HEAD";
  call.target = target;
  call.action = "read";
  LIFEBOAT_ASSIGN_OR_RETURN(const HttpReply reply, client.Do(call));
  return std::string(HeaderValue(reply.headers, kWriteIdHeader));
}

Status ResolveConflict(S3Client& client, const S3Location& target, std::string_view write_id, bool in_doubt) {
  const Result<std::string> owner = WriteIdOf(client, target);
  if (owner.ok() && *owner == write_id) return Status::Ok();
  if (owner.ok() || !in_doubt) return Status::AlreadyExists("object '{}' exists already", target.ToString());
  return Status(
      StatusCode::kCommitStateUnknown,
      fmt::format("'{}' may have been written by this call or by another, and the store does not tell ({}); "
                  "look before repeating it",
                  target.ToString(), owner.status().message()));
}

Status PutObject(S3Client& client, const S3Location& target, std::string_view bytes, bool if_absent) {
  S3Call call;
  call.method = "PUT";
  call.target = target;
  call.body = bytes;
  call.action = "write";
  call.is_write = true;
  call.headers = {{"Content-Type", "application/octet-stream"}};
  if (client.options().checksums) {
    const std::string digest = Sha256(bytes);
    call.headers.emplace_back("x-amz-checksum-sha256", Base64Encode(digest));
    if (client.options().sign_payload) call.body_sha256_hex = HexEncode(digest);
  }
  if (!if_absent) return client.Do(call).status();

  const std::string write_id = NewWriteId(client.options());
  call.headers.emplace_back(kWriteIdHeader, write_id);
  call.headers.emplace_back("If-None-Match", "*");
  S3Outcome outcome;
  const Status status = client.Do(call, &outcome).status();
  const auto* detail = status.detail<S3ErrorDetail>();
  if (detail == nullptr || detail->http_status != 412) return status;
  // Also without a doubtful attempt: libcurl repeats a request by itself when a kept-alive connection breaks.
  return ResolveConflict(client, target, write_id, outcome.earlier_attempt_in_doubt);
}

}  // namespace lifeboat::storage::s3
