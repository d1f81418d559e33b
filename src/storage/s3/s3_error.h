// What a failed S3 exchange means: whether to repeat it, and the Status a caller gets.
//
// Source: Amazon S3 API Reference, "Error responses"; the extra codes of MinIO and versitygw.
#ifndef LIFEBOAT_STORAGE_S3_S3_ERROR_H_
#define LIFEBOAT_STORAGE_S3_S3_ERROR_H_

#include <string>
#include <string_view>

#include "base/status.h"
#include "storage/s3/http_transport.h"

namespace lifeboat::storage::s3 {

// Attached to every Status made here: the store's own words, for callers that decide by them.
class S3ErrorDetail : public StatusDetail {
 public:
  S3ErrorDetail(int status, std::string code) : http_status(status), code(std::move(code)) {}
  int http_status;
  std::string code;  // "NoSuchKey"; empty when the answer had no body
};

// An answer that is not the success its operation expects, taken apart.
struct S3Error {
  int http_status = 0;
  std::string code;     // of the XML body, or empty
  std::string message;  // the same
  std::string request_id;
  std::string bucket_region;  // where the bucket is, if the store said so
};
S3Error ParseS3Error(const HttpReply& reply);

enum class Disposition {
  kFinal,           // repeating it gives the same answer
  kRetry,           // it was not carried out, or carrying it out twice does no harm
  kRetryAmbiguous,  // may have been carried out
  kRefreshCredentials,
};
Disposition DispositionOf(const S3Error& error);

// The Status of a final error, for somebody who wanted to `action` ("read", "write", "list", "delete")
// `location`.
Status S3ErrorStatus(const S3Error& error, std::string_view action, std::string_view location);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_S3_ERROR_H_
