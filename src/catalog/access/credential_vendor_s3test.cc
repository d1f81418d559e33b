// Lent credentials at MinIO, which enforces what the session policy says.

#include <gtest/gtest.h>

#include "base/testing.h"
#include "catalog/access/credential_vendor.h"
#include "tests/support/minio_lake.h"

namespace lifeboat::catalog::access {
namespace {

using lifeboat::testing::MinioLake;
using storage::Storage;

class CredentialsAtMinio : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!MinioLake::Available()) GTEST_SKIP() << "LIFEBOAT_TEST_MINIO names no program";
    lake_ = std::make_unique<MinioLake>();
    sts_ = storage::s3::MakeStsClient(lake_->AdminStsOptions()).value();
    for (const char* table : {"a", "a2", "b"}) {
      ASSERT_OK(lake_->admin().Write(fmt::format("s3://lake/ads/{}/data/1", table), table));
    }
  }
  std::unique_ptr<Storage> Borrow(StorageAccess access,
                                  std::chrono::seconds lifetime = std::chrono::seconds(900)) {
    vendor_ = CredentialVendor::Make(
                  {.role_arn = "arn:aws:iam::000000000000:role/lake",
                   .external_id = "",
                   .lifetime = lifetime,
                   .kms_keys = {}},
                  [this](const auto& request) { return sts_->AssumeRole(request); }, SystemClock())
                  .value();
    const CredentialScope scope = CredentialScope::Make({"s3://lake/ads/a"}, access).value();
    storage::s3::S3Credentials credentials = vendor_->Lend(scope, "ada").value()->credentials;
    credentials.expires_micros = 0;  // the store decides, not our own client
    return lake_->As(credentials);
  }
  static std::vector<std::string> Listed(Storage& storage, const std::string& prefix, Status* status) {
    std::vector<std::string> seen;
    *status = storage.List(prefix, [&](const storage::ObjectInfo& object) {
      seen.push_back(object.location);
      return Status::Ok();
    });
    return seen;
  }

  std::unique_ptr<MinioLake> lake_;
  std::unique_ptr<storage::s3::StsClient> sts_;
  std::unique_ptr<CredentialVendor> vendor_;
};

TEST_F(CredentialsAtMinio, ReadersReadTheirTableAndNothingElse) {
  const auto storage = Borrow(StorageAccess::kRead);
  ASSERT_OK_AND_ASSIGN(const std::string read, storage->Read("s3://lake/ads/a/data/1"));
  EXPECT_EQ(read, "a");
  Status status;
  EXPECT_EQ(Listed(*storage, "s3://lake/ads/a/", &status),
            std::vector<std::string>{"s3://lake/ads/a/data/1"});
  EXPECT_OK(status);
  for (const char* neighbour : {"s3://lake/ads/b/data/1", "s3://lake/ads/a2/data/1"}) {
    EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Read(neighbour));
  }
  for (const char* prefix : {"s3://lake/ads/b/", "s3://lake/ads/", "s3://lake/ads/a"}) {
    Listed(*storage, prefix, &status);
    EXPECT_EQ(status.code(), StatusCode::kPermissionDenied) << prefix;
  }
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Write("s3://lake/ads/a/data/2", "x"));
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Delete("s3://lake/ads/a/data/1"));
  EXPECT_OK(lake_->admin().Stat("s3://lake/ads/a/data/1"));
}

TEST_F(CredentialsAtMinio, WritersWriteTheirTableAndNothingElse) {
  const auto storage = Borrow(StorageAccess::kReadWrite);
  ASSERT_OK(storage->Write("s3://lake/ads/a/data/2", "x"));
  ASSERT_OK_AND_ASSIGN(auto writer, storage->OpenWriter("s3://lake/ads/a/data/large"));
  ASSERT_OK(writer->Append(std::string(12 << 20, 'x')));
  ASSERT_OK(writer->Commit());
  ASSERT_OK_AND_ASSIGN(writer, storage->OpenWriter("s3://lake/ads/a/data/given up"));
  ASSERT_OK(writer->Append(std::string(12 << 20, 'x')));
  writer.reset();  // aborts the upload
  EXPECT_OK(storage->Delete("s3://lake/ads/a/data/2"));
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Write("s3://lake/ads/b/data/2", "x"));
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Write("s3://lake/ads/a2/data/2", "x"));
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Delete("s3://lake/ads/b/data/1"));
}

TEST_F(CredentialsAtMinio, WhoAppendsRemovesNothing) {
  const auto storage = Borrow(StorageAccess::kAppend);
  ASSERT_OK(storage->Write("s3://lake/ads/a/data/2", "x"));
  ASSERT_OK_AND_ASSIGN(auto writer, storage->OpenWriter("s3://lake/ads/a/data/given up"));
  ASSERT_OK(writer->Append(std::string(12 << 20, 'x')));
  writer.reset();
  ASSERT_OK(storage->Read("s3://lake/ads/a/data/1"));
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Delete("s3://lake/ads/a/data/2"));
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Delete("s3://lake/ads/a/data/1"));
  EXPECT_OK(lake_->admin().Stat("s3://lake/ads/a/data/1"));
}

TEST_F(CredentialsAtMinio, TheyStopWorkingWhenTheyExpire) {
  const auto storage = Borrow(StorageAccess::kReadWrite, std::chrono::seconds(3));
  ASSERT_OK(storage->Read("s3://lake/ads/a/data/1"));
  const int64_t give_up_micros = SystemClock().MonotonicMicros() + 30'000'000;
  Status status;
  while (status.ok() && SystemClock().MonotonicMicros() < give_up_micros) {
    SystemClock().SleepFor(std::chrono::milliseconds(100));
    status = storage->Read("s3://lake/ads/a/data/1").status();
  }
  EXPECT_EQ(status.code(), StatusCode::kPermissionDenied) << status.ToString();
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Write("s3://lake/ads/a/data/2", "x"));
}

}  // namespace
}  // namespace lifeboat::catalog::access
