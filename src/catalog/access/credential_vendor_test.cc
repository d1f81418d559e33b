#include "catalog/access/credential_vendor.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/testing.h"

namespace lifeboat::catalog::access {
namespace {

using storage::s3::AssumeRoleRequest;
using storage::s3::S3Credentials;

CredentialScope Scope(const std::vector<std::string>& locations,
                      StorageAccess access = StorageAccess::kRead) {
  return CredentialScope::Make(locations, access).value();
}

TEST(CredentialScope, CoversWhatLiesBelowAndNothingBeside) {
  const CredentialScope scope = Scope({"s3://lake/ads/t", "s3a://other/x"});
  EXPECT_TRUE(scope.Covers("lake", "ads/t/data/a.parquet"));
  EXPECT_TRUE(scope.Covers("lake", "ads/t/"));
  EXPECT_TRUE(scope.Covers("other", "x/y"));
  for (const char* key : {"ads/t", "ads/t2/a", "ads/", "ads", "", "x/y"}) {
    EXPECT_FALSE(scope.Covers("lake", key)) << key;
  }
  EXPECT_FALSE(scope.Covers("other", "ads/t/a"));
}

TEST(CredentialScope, LeavesOutWhatLiesInsideAnotherLocation) {
  const CredentialScope scope = Scope({"s3://lake/t/data", "s3://lake/t", "s3://lake/tt"});
  EXPECT_EQ(scope.locations(), (std::vector<std::string>{"s3://lake/t", "s3://lake/tt"}));
  EXPECT_EQ(scope.CommonPrefix(), "s3://lake/t");
}

TEST(CredentialScope, RefusesLocationsThatStoresReadDifferently) {
  for (const char* location : {"s3://lake", "s3://lake/", "s3://lake//t", "s3://lake/a//t",
                               "s3://lake/a/../t", "s3://lake/./t", "s3://lake/t/", "file:///lake/t"}) {
    EXPECT_STATUS(StatusCode::kInvalidArgument, CredentialScope::Make({location}, StorageAccess::kRead));
  }
}

TEST(CredentialScope, ComesFromTheTablesPaths) {
  iceberg::TableMetadata metadata;
  metadata.location = "s3://lake/t/";
  metadata.properties = {{"write.data.path", "s3://fast/t"},
                         {"write.metadata.path", "s3://lake/t/meta"},
                         {"write.object-storage.path", ""},
                         {"owner", "s3://lake/private"}};
  EXPECT_EQ(TableLocations(metadata),
            (std::vector<std::string>{"s3://lake/t", "s3://fast/t", "s3://lake/t/meta"}));
}

TEST(SessionPolicy, ReadingAllowsNoWrite) {
  ASSERT_OK_AND_ASSIGN(const std::string policy, SessionPolicyJson(Scope({"s3://lake/ads/t"}), {}));
  EXPECT_EQ(policy,
            R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],)"
            R"("Resource":["arn:aws:s3:::lake/ads/t/*"]},{"Effect":"Allow","Action":["s3:ListBucket"],)"
            R"("Resource":["arn:aws:s3:::lake"],"Condition":{"StringLike":{"s3:prefix":["ads/t/*"]}}}]})");
}

TEST(SessionPolicy, WritingEncryptingAndEndingAreAdded) {
  ASSERT_OK_AND_ASSIGN(
      const std::string policy,
      SessionPolicyJson(
          Scope({"s3://aaa/t", "s3://bbb/t"}, StorageAccess::kReadWrite),
          {.partition = "aws-cn", .kms_keys = {"arn:key"}, .not_after_micros = 1'700'000'000'999'999}));
  EXPECT_EQ(
      policy,
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject",)"
      R"("s3:AbortMultipartUpload","s3:DeleteObject"],)"
      R"("Resource":["arn:aws-cn:s3:::aaa/t/*","arn:aws-cn:s3:::bbb/t/*"],)"
      R"("Condition":{"DateLessThan":{"aws:CurrentTime":["2023-11-14T22:13:20Z"]}}},)"
      R"({"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws-cn:s3:::aaa"],)"
      R"("Condition":{"StringLike":{"s3:prefix":["t/*"]},)"
      R"("DateLessThan":{"aws:CurrentTime":["2023-11-14T22:13:20Z"]}}},)"
      R"({"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws-cn:s3:::bbb"],)"
      R"("Condition":{"StringLike":{"s3:prefix":["t/*"]},)"
      R"("DateLessThan":{"aws:CurrentTime":["2023-11-14T22:13:20Z"]}}},)"
      R"({"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":["arn:key"],)"
      R"("Condition":{"DateLessThan":{"aws:CurrentTime":["2023-11-14T22:13:20Z"]}}}]})");
}

TEST(SessionPolicy, WhoAppendsMayRemoveNothing) {
  ASSERT_OK_AND_ASSIGN(const std::string policy,
                       SessionPolicyJson(Scope({"s3://lake/t"}, StorageAccess::kAppend), {}));
  EXPECT_NE(policy.find(R"(["s3:GetObject","s3:PutObject","s3:AbortMultipartUpload"])"), std::string::npos);
  EXPECT_EQ(policy.find("Delete"), std::string::npos);
}

TEST(SessionPolicy, PatternsInALocationAreRefused) {
  for (const char* location : {"s3://lake/*", "s3://lake/t?", "s3://lake/${aws:username}"}) {
    EXPECT_STATUS(StatusCode::kInvalidArgument, SessionPolicyJson(Scope({location}), {}));
  }
}

class CredentialVendorTest : public ::testing::Test {
 protected:
  void Open(std::chrono::seconds lifetime, size_t entries_max = 100) {
    vendor_ = CredentialVendor::Make(
                  {.role_arn = "arn:aws:iam::1:role/lake",
                   .external_id = "x",
                   .lifetime = lifetime,
                   .kms_keys = {},
                   .cache_entries_max = entries_max},
                  [this](const AssumeRoleRequest& request) { return Answer(request); }, clock_)
                  .value();
  }
  Result<S3Credentials> Answer(const AssumeRoleRequest& request) {
    MutexLock lock(mutex_);
    requests_.push_back(request);
    arrived_.NotifyAll();
    while (held_) released_.Wait(mutex_);
    if (!refusal_.ok()) return refusal_;
    return S3Credentials{fmt::format("ID{}", requests_.size()), "SECRET", "TOKEN",
                         clock_.NowMicros() + std::chrono::microseconds(request.duration).count()};
  }
  std::string Id(const CredentialScope& scope, std::string_view principal = "ada") {
    return vendor_->Lend(scope, principal).value()->credentials.access_key_id;
  }

  ManualClock clock_;
  Mutex mutex_;
  CondVar arrived_, released_;
  bool held_ = false;
  Status refusal_;
  std::vector<AssumeRoleRequest> requests_;
  std::unique_ptr<CredentialVendor> vendor_;
  const CredentialScope scope_ = Scope({"s3://lake/t"});
};

TEST_F(CredentialVendorTest, AsksForExactlyTheScope) {
  Open(std::chrono::seconds(3600));
  ASSERT_OK_AND_ASSIGN(const auto lent, vendor_->Lend(scope_, "ada/etl"));
  ASSERT_EQ(requests_.size(), 1u);
  EXPECT_EQ(requests_[0].policy, SessionPolicyJson(scope_, {}).value());
  EXPECT_EQ(requests_[0].session_name, "lifeboat-ada-etl");
  EXPECT_EQ(requests_[0].external_id, "x");
  EXPECT_EQ(requests_[0].duration, std::chrono::seconds(3600));
  EXPECT_EQ(lent->fingerprint.size(), 16u);
}

TEST_F(CredentialVendorTest, KeepsThemForTheSameCallerAndScopeUntilShortlyBeforeTheyExpire) {
  Open(std::chrono::seconds(3600));
  EXPECT_EQ(vendor_->FindKept(scope_, "ada"), nullptr);
  EXPECT_EQ(Id(scope_), "ID1");
  EXPECT_EQ(Id(scope_), "ID1");
  EXPECT_EQ(Id(scope_, "bob"), "ID2");
  EXPECT_EQ(Id(Scope({"s3://lake/t"}, StorageAccess::kReadWrite)), "ID3");
  EXPECT_EQ(Id(Scope({"s3://lake/t2"})), "ID4");
  clock_.Advance(std::chrono::seconds(2999));
  EXPECT_EQ(Id(scope_), "ID1");
  EXPECT_NE(vendor_->FindKept(scope_, "ada"), nullptr);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(vendor_->FindKept(scope_, "ada"), nullptr);
  EXPECT_EQ(Id(scope_), "ID5");
}

TEST_F(CredentialVendorTest, ALifetimeBelowTheFloorOfStsIsInThePolicy) {
  Open(std::chrono::seconds(30));
  ASSERT_OK_AND_ASSIGN(const auto lent, vendor_->Lend(scope_, "ada"));
  EXPECT_EQ(requests_[0].duration, storage::s3::kMinSessionDuration);
  EXPECT_EQ(lent->credentials.expires_micros, clock_.NowMicros() + 30'000'000);
  EXPECT_NE(requests_[0].policy.find(R"("DateLessThan":{"aws:CurrentTime":["2023-11-14T22:13:50Z"]})"),
            std::string::npos);
}

TEST_F(CredentialVendorTest, CallersAtTheSameTimeShareOneRequest) {
  Open(std::chrono::seconds(3600));
  held_ = true;
  std::vector<std::thread> callers;
  std::vector<std::string> ids(4);
  for (std::string& id : ids) callers.emplace_back([&] { id = Id(scope_); });
  {
    MutexLock lock(mutex_);
    while (requests_.empty()) arrived_.Wait(mutex_);
    held_ = false;
    released_.NotifyAll();
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(ids, std::vector<std::string>(4, "ID1"));
  EXPECT_EQ(requests_.size(), 1u);
}

TEST_F(CredentialVendorTest, KeptOnesServeWhileStsIsAwayButNotLonger) {
  Open(std::chrono::seconds(3600));
  EXPECT_EQ(Id(scope_), "ID1");
  refusal_ = Status::Unavailable("away");
  clock_.Advance(std::chrono::seconds(3500));
  EXPECT_EQ(Id(scope_), "ID1");
  clock_.Advance(std::chrono::seconds(100));
  EXPECT_STATUS(StatusCode::kUnavailable, vendor_->Lend(scope_, "ada"));
  refusal_ = Status::Ok();
  EXPECT_EQ(Id(scope_), "ID4");
}

TEST_F(CredentialVendorTest, KeepsNoMoreThanItsLimit) {
  Open(std::chrono::seconds(3600), 2);
  for (const char* location : {"s3://lake/a", "s3://lake/b", "s3://lake/c"}) {
    Id(Scope({location}));
    clock_.Advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(vendor_->FindKept(Scope({"s3://lake/a"}), "ada"), nullptr);
  EXPECT_NE(vendor_->FindKept(Scope({"s3://lake/b"}), "ada"), nullptr);
  EXPECT_NE(vendor_->FindKept(Scope({"s3://lake/c"}), "ada"), nullptr);
}

TEST_F(CredentialVendorTest, ImpossibleOptionsAreNamed) {
  const storage::s3::AssumeRole none;
  EXPECT_STATUS(StatusCode::kInvalidArgument, CredentialVendor::Make({}, none, clock_));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                CredentialVendor::Make(
                    {.role_arn = "r", .external_id = "", .lifetime = std::chrono::hours(13), .kms_keys = {}},
                    none, clock_));
}

}  // namespace
}  // namespace lifeboat::catalog::access
