// AssumeRole at MinIO, which enforces session policies.

#include <gtest/gtest.h>

#include "base/testing.h"
#include "storage/s3/sts.h"
#include "tests/support/minio_lake.h"

namespace lifeboat::storage::s3 {
namespace {

using lifeboat::testing::MinioLake;

AssumeRoleRequest Request(std::string policy) {
  return {.role_arn = "arn:aws:iam::000000000000:role/lake",
          .session_name = "test",
          .external_id = "",
          .policy = std::move(policy),
          .duration = kMinSessionDuration};
}

TEST(StsAtMinio, TheSessionPolicyBoundsWhatTheCredentialsMayDo) {
  if (!MinioLake::Available()) GTEST_SKIP() << "LIFEBOAT_TEST_MINIO names no program";
  MinioLake lake;
  ASSERT_OK(lake.admin().Write("s3://lake/mine/a", "1"));
  ASSERT_OK(lake.admin().Write("s3://lake/other/a", "2"));
  const auto sts = MakeStsClient(lake.AdminStsOptions()).value();
  ASSERT_OK_AND_ASSIGN(
      const S3Credentials credentials,
      sts->AssumeRole(
          Request(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],)"
                  R"("Resource":["arn:aws:s3:::lake/mine/*"]}]})")));
  const int64_t life_micros = credentials.expires_micros - SystemClock().NowMicros();
  EXPECT_GT(life_micros, 0);
  EXPECT_LE(life_micros, 910'000'000);
  const auto storage = lake.As(credentials);
  ASSERT_OK_AND_ASSIGN(const std::string read, storage->Read("s3://lake/mine/a"));
  EXPECT_EQ(read, "1");
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Read("s3://lake/other/a"));
  EXPECT_STATUS(StatusCode::kPermissionDenied, storage->Write("s3://lake/mine/a", "x"));

  S3Credentials without_token = credentials;
  without_token.session_token.clear();
  EXPECT_FALSE(lake.As(without_token)->Read("s3://lake/mine/a").ok());
}

TEST(StsAtMinio, WrongSecretsAndImpossibleRequestsAreNamed) {
  if (!MinioLake::Available()) GTEST_SKIP() << "LIFEBOAT_TEST_MINIO names no program";
  MinioLake lake;
  const auto sts = MakeStsClient(lake.AdminStsOptions()).value();
  EXPECT_STATUS(StatusCode::kInvalidArgument, sts->AssumeRole(Request("{no policy")));
  AssumeRoleRequest brief = Request("");
  brief.duration = std::chrono::seconds(60);
  EXPECT_STATUS(StatusCode::kInvalidArgument, sts->AssumeRole(brief));
  StsOptions options = lake.AdminStsOptions();
  options.credentials = StaticCredentials(lifeboat::testing::S3Server::kAccessKeyId, "wrong-secret");
  const Status refused = MakeStsClient(options).value()->AssumeRole(Request("")).status();
  EXPECT_EQ(refused.code(), StatusCode::kPermissionDenied) << refused.ToString();
  EXPECT_NE(refused.message().find("secret is wrong"), std::string::npos);
  EXPECT_EQ(refused.message().find("wrong-secret"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::storage::s3
