// MinioLake: a MinIO of its own with an empty bucket "lake", for tests of what needs an STS.
// LIFEBOAT_TEST_MINIO names the program; Available() is false without it.
#ifndef LIFEBOAT_TESTS_SUPPORT_MINIO_LAKE_H_
#define LIFEBOAT_TESTS_SUPPORT_MINIO_LAKE_H_

#include <stdlib.h>

#include <memory>
#include <string>

#include "base/check.h"
#include "storage/s3/s3_client.h"
#include "storage/s3/s3_storage.h"
#include "storage/s3/sts.h"
#include "tests/support/s3_server.h"

namespace lifeboat::testing {

class MinioLake {
 public:
  static bool Available() {
    const char* program = ::getenv("LIFEBOAT_TEST_MINIO");
    return program != nullptr && *program != '\0';
  }

  MinioLake() : server_(S3Server::Kind::kMinio, ::getenv("LIFEBOAT_TEST_MINIO")) {
    storage::s3::S3Options options = AdminOptions();
    options.retry = {.max_attempts = 300, .max_backoff = std::chrono::milliseconds(200)};  // until it is up
    auto client = storage::s3::S3Client::Make(options, storage::s3::MakeCurlTransport({}));
    storage::s3::S3Call call;
    call.method = "PUT";
    call.target = {"s3", "lake", ""};
    call.action = "create";
    const Status created = (*client)->Do(call).status();
    LIFEBOAT_CHECK(created.ok(), created.ToString());
    admin_ = As(options.credentials().value());
  }

  const std::string& endpoint() const { return server_.endpoint(); }
  // May do everything.
  storage::Storage& admin() { return *admin_; }

  storage::s3::S3Options AdminOptions() const {
    storage::s3::S3Options options;
    options.endpoint = server_.endpoint();
    options.path_style = true;
    options.credentials = storage::s3::StaticCredentials(S3Server::kAccessKeyId, S3Server::kSecretAccessKey);
    options.retry.max_attempts = 3;
    return options;
  }
  std::unique_ptr<storage::Storage> As(const storage::s3::S3Credentials& credentials) const {
    storage::s3::S3Options options = AdminOptions();
    options.credentials = [credentials]() -> Result<storage::s3::S3Credentials> { return credentials; };
    return storage::s3::MakeS3Storage(options).value();
  }
  storage::s3::StsOptions AdminStsOptions() const {
    storage::s3::StsOptions options;
    options.endpoint = server_.endpoint();
    options.credentials = AdminOptions().credentials;
    return options;
  }

 private:
  S3Server server_;
  std::unique_ptr<storage::Storage> admin_;
};

}  // namespace lifeboat::testing

#endif  // LIFEBOAT_TESTS_SUPPORT_MINIO_LAKE_H_
