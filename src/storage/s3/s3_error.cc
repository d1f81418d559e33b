#include "storage/s3/s3_error.h"

#include <algorithm>
#include <array>
#include <memory>

#include "storage/s3/xml_scanner.h"

namespace lifeboat::storage::s3 {
namespace {

struct Meaning {
  std::string_view code;
  StatusCode status;
  std::string_view sentence;  // what is wrong and what to do
};

constexpr std::array kMeanings{
    Meaning{"NoSuchKey", StatusCode::kNotFound, "there is no such object"},
    Meaning{"NoSuchVersion", StatusCode::kNotFound, "there is no such object"},
    Meaning{"NoSuchBucket", StatusCode::kNotFound,
            "the bucket does not exist at this endpoint; create it, or correct its name or the endpoint"},
    Meaning{
        "NoSuchUpload", StatusCode::kUnavailable,
        "the multipart upload is gone (aborted by somebody, or by a lifecycle rule); write the object again"},
    Meaning{
        "AccessDenied", StatusCode::kPermissionDenied,
        "access is denied; grant the credentials s3:GetObject, s3:PutObject, s3:DeleteObject and "
        "s3:ListBucket there as the operation needs (without s3:ListBucket a missing object is denied too)"},
    Meaning{"AllAccessDisabled", StatusCode::kPermissionDenied,
            "all access to the bucket is disabled; ask its owner"},
    Meaning{"AccountProblem", StatusCode::kPermissionDenied,
            "the store's account is suspended; ask its owner"},
    Meaning{"InvalidAccessKeyId", StatusCode::kUnauthenticated,
            "the store does not know the access key id; check it, and that it belongs to this endpoint"},
    Meaning{
        "SignatureDoesNotMatch", StatusCode::kUnauthenticated,
        "the secret access key is not the one of the access key id (or a proxy changes requests); check it"},
    Meaning{"ExpiredToken", StatusCode::kUnauthenticated,
            "the session token has expired; get new temporary credentials"},
    Meaning{"TokenRefreshRequired", StatusCode::kUnauthenticated,
            "the session token must be refreshed; get new temporary credentials"},
    Meaning{"InvalidToken", StatusCode::kUnauthenticated,
            "the session token is invalid; get new temporary credentials"},
    Meaning{"InvalidTokenId", StatusCode::kUnauthenticated,
            "the session token is invalid or expired; get new temporary credentials"},
    Meaning{"RequestTimeTooSkewed", StatusCode::kUnauthenticated,
            "this machine's clock is too far from the store's; set it (NTP)"},
    Meaning{"RequestExpired", StatusCode::kUnauthenticated,
            "the signature is too old for the store; set this machine's clock (NTP)"},
    Meaning{"PreconditionFailed", StatusCode::kConflict, "somebody else changed the object first"},
    Meaning{"ConditionalRequestConflict", StatusCode::kConflict,
            "somebody else writes the object at the same time; write it again"},
    Meaning{"OperationAborted", StatusCode::kConflict,
            "somebody else changes the same thing at the same time; try again"},
    Meaning{"RequestTimeout", StatusCode::kUnavailable,
            "the store waited too long for the request's body; check the network"},
    Meaning{"InvalidRange", StatusCode::kCorruption, "the object ends before the wanted range"},
    Meaning{"KeyTooLongError", StatusCode::kInvalidArgument, "the key is longer than the store allows"},
    Meaning{"InvalidBucketName", StatusCode::kInvalidArgument, "the store does not allow the bucket's name"},
    Meaning{"XMinioInvalidObjectName", StatusCode::kInvalidArgument, "the store does not allow the key"},
    Meaning{"EntityTooLarge", StatusCode::kResourceExhausted, "the object is larger than the store allows"},
    Meaning{"QuotaExceeded", StatusCode::kResourceExhausted,
            "the bucket's quota is used up; raise it or delete"},
    Meaning{"XAdminBucketQuotaExceeded", StatusCode::kResourceExhausted,
            "the bucket's quota is used up; raise it or delete"},
    Meaning{"XMinioStorageFull", StatusCode::kResourceExhausted,
            "the store's disks are full; free some space"},
    // MinIO and versitygw keep objects as files.
    Meaning{"XMinioParentIsObject", StatusCode::kFailedPrecondition,
            "an object stands where this one needs a folder; choose another location"},
    Meaning{"XMinioObjectExistsAsDirectory", StatusCode::kFailedPrecondition,
            "a folder of objects stands where this one should be; choose another location"},
    Meaning{"ObjectParentIsFile", StatusCode::kFailedPrecondition,
            "an object stands where this one needs a folder; choose another location"},
    Meaning{"ExistingObjectIsDirectory", StatusCode::kFailedPrecondition,
            "a folder of objects stands where this one should be; choose another location"},
    Meaning{"PermanentRedirect", StatusCode::kFailedPrecondition,
            "the bucket is not served by this endpoint; set its region and endpoint"},
    Meaning{"TemporaryRedirect", StatusCode::kFailedPrecondition,
            "the bucket is not served by this endpoint yet; set its region and endpoint"},
    Meaning{"AuthorizationHeaderMalformed", StatusCode::kFailedPrecondition,
            "requests are signed for another region than the bucket's; set its region"},
    Meaning{"NotImplemented", StatusCode::kUnsupported,
            "the store does not implement what the request asks for"},
    Meaning{"BadDigest", StatusCode::kUnavailable, "the body was damaged on its way to the store"},
    Meaning{"XAmzContentSHA256Mismatch", StatusCode::kUnavailable,
            "the body was damaged on its way to the store"},
    Meaning{"SlowDown", StatusCode::kUnavailable, "the store asks for fewer requests; try again later"},
};

// What a status means when no body says more (HEAD, proxies).
std::string_view CodeOfHttpStatus(int status) {
  switch (status) {
    case 301:
      return "PermanentRedirect";
    case 307:
      return "TemporaryRedirect";
    case 401:
    case 403:
      return "AccessDenied";
    case 404:
      return "NoSuchKey";
    case 412:
      return "PreconditionFailed";
    case 416:
      return "InvalidRange";
    case 429:
      return "SlowDown";
    case 501:
      return "NotImplemented";
    default:
      return "";
  }
}

const Meaning* FindMeaning(std::string_view code) {
  const auto found = std::find_if(kMeanings.begin(), kMeanings.end(),
                                  [code](const Meaning& meaning) { return meaning.code == code; });
  return found == kMeanings.end() ? nullptr : &*found;
}

bool IsOneOf(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

StatusCode DefaultStatusCode(int http_status) {
  if (http_status >= 500) return StatusCode::kUnavailable;
  if (http_status >= 400) return StatusCode::kInvalidArgument;
  return StatusCode::kInternal;
}

}  // namespace

S3Error ParseS3Error(const HttpReply& reply) {
  S3Error error;
  error.http_status = reply.status;
  XmlScanner scanner(reply.body);
  while (scanner.Next()) {
    // STS wraps the same element.
    if (scanner.Is("Error/Code") || scanner.Is("ErrorResponse/Error/Code")) error.code = scanner.text();
    if (scanner.Is("Error/Message") || scanner.Is("ErrorResponse/Error/Message"))
      error.message = scanner.text();
    if (scanner.Is("Error/Region")) error.bucket_region = scanner.text();
  }
  error.request_id = HeaderValue(reply.headers, "x-amz-request-id");
  if (const std::string* region = FindHeader(reply.headers, "x-amz-bucket-region"))
    error.bucket_region = *region;
  return error;
}

Disposition DispositionOf(const S3Error& error) {
  if (IsOneOf(error.code, {"ExpiredToken", "TokenRefreshRequired", "InvalidToken", "InvalidTokenId"}))
    return Disposition::kRefreshCredentials;
  if (error.http_status == 503 || error.http_status == 429 ||
      IsOneOf(error.code, {"SlowDown", "RequestTimeout", "OperationAborted", "ConditionalRequestConflict",
                           "BadDigest", "XAmzContentSHA256Mismatch"})) {
    return Disposition::kRetry;
  }
  if (error.code == "XMinioStorageFull" || error.http_status == 501) return Disposition::kFinal;
  if (error.http_status >= 500 || error.code == "InternalError") return Disposition::kRetryAmbiguous;
  return Disposition::kFinal;
}

Status S3ErrorStatus(const S3Error& error, std::string_view action, std::string_view location) {
  const std::string_view code = error.code.empty() ? CodeOfHttpStatus(error.http_status) : error.code;
  const Meaning* meaning = FindMeaning(code);
  std::string why;
  if (meaning != nullptr) {
    why = meaning->sentence;
  } else if (!error.message.empty()) {
    why = fmt::format("the store says: {}", error.message.substr(0, 300));
  } else {
    why = "the store refused without saying why";
  }
  if (!error.bucket_region.empty() && meaning != nullptr &&
      meaning->status == StatusCode::kFailedPrecondition)
    why += fmt::format(" (the bucket is in region '{}')", error.bucket_region);
  std::string source = fmt::format("HTTP {}", error.http_status);
  if (!error.code.empty()) source += " " + error.code;
  if (!error.request_id.empty()) source += ", request id " + error.request_id;
  return Status(meaning != nullptr ? meaning->status : DefaultStatusCode(error.http_status),
                fmt::format("cannot {} '{}': {} ({})", action, location, why, source),
                std::make_shared<S3ErrorDetail>(error.http_status, std::string(code)));
}

}  // namespace lifeboat::storage::s3
