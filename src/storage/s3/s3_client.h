// S3Client: one S3 operation at a time: addressed, signed, sent, repeated while that may help, and its
// failure turned into a Status. The operations above it (PutObject, ListObjects, …) say only what to send and
// what the answer means.
#ifndef LIFEBOAT_STORAGE_S3_S3_CLIENT_H_
#define LIFEBOAT_STORAGE_S3_S3_CLIENT_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"
#include "storage/s3/http_transport.h"
#include "storage/s3/s3_error.h"
#include "storage/s3/s3_location.h"
#include "storage/s3/s3_storage.h"
#include "storage/s3/service_endpoint.h"
#include "storage/s3/sigv4.h"

namespace lifeboat::storage::s3 {

// Keeps what the provider gave until shortly before it expires. Thread-safe.
class CredentialsCache {
 public:
  CredentialsCache(CredentialsProvider provider, const Clock& clock)
      : provider_(std::move(provider)), clock_(clock) {}
  Result<S3Credentials> Get();
  // The store refused `used` as expired: the next Get() asks the provider, unless somebody else has done so.
  void Drop(const S3Credentials& used);

 private:
  const CredentialsProvider provider_;
  const Clock& clock_;
  Mutex mutex_;
  bool have_ GUARDED_BY(mutex_) = false;
  S3Credentials current_ GUARDED_BY(mutex_);
  int64_t renew_at_micros_ GUARDED_BY(mutex_) = 0;
};

struct S3Call {
  std::string method;
  S3Location target;            // an empty key addresses the bucket
  std::string query;            // percent-encoded
  HeaderList headers;           // besides Host and those of the signature
  std::string_view body;        // must outlive the call
  std::string body_sha256_hex;  // if the caller has it
  std::string_view action;      // for messages: "read", "write", "list", "delete"
  // It changes something: when no attempt was answered clearly, the outcome is kCommitStateUnknown.
  bool is_write = false;
  // Looks at a 2xx answer; kCorruption makes the call be repeated, other errors end it.
  std::function<Status(const HttpReply&)> check;
};

struct S3Outcome {
  // An attempt before the last may have been carried out.
  bool earlier_attempt_in_doubt = false;
};

class S3Client {
 public:
  static Result<std::unique_ptr<S3Client>> Make(S3Options options, std::unique_ptr<HttpTransport> transport);

  // The 2xx answer; otherwise a Status with an S3ErrorDetail, if the store answered.
  Result<HttpReply> Do(const S3Call& call, S3Outcome* outcome = nullptr);

  const S3Options& options() const { return options_; }

 private:
  struct Attempt {
    Disposition disposition = Disposition::kFinal;
    Status status;  // OK: reply is good
    HttpReply reply;
    int64_t retry_after_millis = 0;
  };

  S3Client(S3Options options, ServiceEndpoint endpoint, std::unique_ptr<HttpTransport> transport);
  SignableRequest Address(const S3Call& call) const;
  Attempt Try(const S3Call& call, const S3Credentials& credentials);
  Attempt Judge(const S3Call& call, Result<HttpReply> reply) const;

  const S3Options options_;
  const ServiceEndpoint endpoint_;
  const std::unique_ptr<HttpTransport> transport_;
  CredentialsCache credentials_;
  SigningKeyCache keys_;
};

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_S3_CLIENT_H_
