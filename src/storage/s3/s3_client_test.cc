// What the client does when the store misbehaves, on a transport that plays a script.
#include "storage/s3/s3_client.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/testing.h"
#include "storage/s3/delete_objects.h"
#include "storage/s3/list_objects.h"
#include "storage/s3/multipart_writer.h"
#include "storage/s3/put_object.h"

namespace lifeboat::storage::s3 {
namespace {

class ScriptedTransport final : public HttpTransport {
 public:
  using Step = std::function<Result<HttpReply>(const HttpExchange&)>;
  Result<HttpReply> Send(const HttpExchange& exchange) override {
    sent.push_back(exchange);
    if (steps.empty()) return Status::Unavailable("connection refused");
    Step step = std::move(steps.front());
    steps.pop_front();
    return step(exchange);
  }
  std::deque<Step> steps;
  std::vector<HttpExchange> sent;
};

HttpReply ErrorReply(int status, std::string_view code) {
  return {
      status,
      {},
      fmt::format("<?xml version=\"1.0\"?><Error><Code>{}</Code><Message>m &amp; m</Message></Error>", code)};
}

class S3ClientTest : public ::testing::Test {
 protected:
  S3ClientTest() {
    auto transport = std::make_unique<ScriptedTransport>();
    transport_ = transport.get();
    S3Options options;
    options.endpoint = "http://store:9000";
    options.path_style = true;
    options.credentials = [this]() -> Result<S3Credentials> {
      return S3Credentials{"KEY", "SECRET", fmt::format("TOKEN{}", ++credentials_given_), 0};
    };
    options.clock = &clock_;
    options.random = &random_;
    options.retry.max_attempts = 4;
    client_ = S3Client::Make(options, std::move(transport)).value();
  }
  void Then(Result<HttpReply> reply) {
    transport_->steps.push_back([reply](const HttpExchange&) { return reply; });
  }
  Status Put(bool if_absent = false) { return PutObject(*client_, target_, "bytes", if_absent); }

  ManualClock clock_;
  SeededRandom random_{1};
  int credentials_given_ = 0;
  ScriptedTransport* transport_ = nullptr;
  std::unique_ptr<S3Client> client_;
  const S3Location target_{"s3", "lake", "a b+ä/%2F"};
};

TEST_F(S3ClientTest, AddressesAndSignsEveryByteOfTheKey) {
  Then(HttpReply{200, {}, ""});
  ASSERT_OK(Put());
  EXPECT_EQ(transport_->sent[0].url, "http://store:9000/lake/a%20b%2B%C3%A4/%252F");
  EXPECT_NE(FindHeader(transport_->sent[0].headers, "Authorization"), nullptr);
}

TEST_F(S3ClientTest, ThrottlingIsWaitedOutOnTheClock) {
  Then(ErrorReply(503, "SlowDown"));
  Then(HttpReply{503, {{"Retry-After", "2"}}, ""});
  Then(HttpReply{200, {}, ""});
  const int64_t before_micros = clock_.NowMicros();
  EXPECT_OK(Put());
  EXPECT_GE(clock_.NowMicros() - before_micros, 2'000'000);
  EXPECT_EQ(transport_->sent.size(), 3u);
}

TEST_F(S3ClientTest, GivesUpAsUnavailableOrUnknownByWhatTheStoreMayHaveDone) {
  EXPECT_STATUS(StatusCode::kUnavailable, Put());  // never connected
  EXPECT_EQ(transport_->sent.size(), 4u);
  for (int i = 0; i < 4; ++i) Then(ErrorReply(500, "InternalError"));
  EXPECT_STATUS(StatusCode::kCommitStateUnknown, Put());
  for (int i = 0; i < 4; ++i) Then(Status(StatusCode::kCommitStateUnknown, "reset"));
  EXPECT_STATUS(StatusCode::kUnavailable, WriteIdOf(*client_, target_).status());
}

TEST_F(S3ClientTest, AConditionalWriteWhoseAnswerWasLostKnowsItsOwnObject) {
  for (const bool ours : {true, false}) {
    auto id = std::make_shared<std::string>("somebody else's");
    transport_->steps.push_back([id, ours](const HttpExchange& exchange) -> Result<HttpReply> {
      if (ours) *id = HeaderValue(exchange.headers, kWriteIdHeader);
      return Status(StatusCode::kCommitStateUnknown, "reset");
    });
    Then(ErrorReply(412, "PreconditionFailed"));
    transport_->steps.push_back([id](const HttpExchange&) -> Result<HttpReply> {
      return HttpReply{200, {{std::string(kWriteIdHeader), *id}}, ""};
    });
    EXPECT_STATUS(ours ? StatusCode::kOk : StatusCode::kAlreadyExists, Put(true));
  }
}

TEST_F(S3ClientTest, AnExpiredTokenIsRenewedOnceAndNamedOtherwise) {
  Then(ErrorReply(400, "ExpiredToken"));
  Then(HttpReply{200, {}, ""});
  EXPECT_OK(Put());
  EXPECT_EQ(credentials_given_, 2);
  Then(ErrorReply(400, "ExpiredToken"));
  Then(ErrorReply(400, "ExpiredToken"));
  const Status status = Put();
  EXPECT_EQ(status.code(), StatusCode::kUnauthenticated);
  EXPECT_NE(status.message().find("expired"), std::string::npos);
  EXPECT_EQ(status.message().find("TOKEN"), std::string::npos);
}

TEST_F(S3ClientTest, ACutListingIsAskedForAgain) {
  const std::string page =
      "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</"
      "IsTruncated><Contents><Key>a+b%2B</Key>"
      "<Size>3</Size><LastModified>2026-01-31T00:00:00.000Z</LastModified></Contents></ListBucketResult>";
  Then(HttpReply{200, {}, page.substr(0, page.size() - 20)});
  Then(HttpReply{200, {}, page});
  std::vector<std::string> seen;
  ASSERT_OK(ListObjects(*client_, {"s3a", "lake", "a"}, [&](const ObjectInfo& object) {
    seen.push_back(object.location);
    return Status::Ok();
  }));
  EXPECT_EQ(seen, std::vector<std::string>{"s3a://lake/a b+"});
}

TEST_F(S3ClientTest, ManyKeysGoInOneRequestAndEachHasItsOutcome) {
  Then(HttpReply{200,
                 {},
                 "<DeleteResult><Error><Key>b</Key><Code>AccessDenied</Code></Error><Error><Key>c&amp;</Key>"
                 "<Code>InternalError</Code></Error><Error><Key>d</Key><Code>NoSuchKey</Code></Error>"
                 "</DeleteResult>"});
  Then(HttpReply{204, {}, ""});  // "c&" again, alone
  const std::vector<Status> outcomes =
      DeleteObjects(*client_, {"s3://lake/a", "s3://lake/b", "no location", "s3://lake/c&", "s3://lake/d"});
  ASSERT_EQ(outcomes.size(), 5u);
  EXPECT_OK(outcomes[0]);
  EXPECT_STATUS(StatusCode::kPermissionDenied, outcomes[1]);
  EXPECT_NE(outcomes[1].message().find("s3://lake/b"), std::string::npos);
  EXPECT_STATUS(StatusCode::kInvalidArgument, outcomes[2]);
  EXPECT_OK(outcomes[3]);
  EXPECT_OK(outcomes[4]);
  ASSERT_EQ(transport_->sent.size(), 2u);
  EXPECT_EQ(transport_->sent[0].url, "http://store:9000/lake?delete=");
  EXPECT_NE(FindHeader(transport_->sent[0].headers, "Content-MD5"), nullptr);
  EXPECT_EQ(transport_->sent[1].url, "http://store:9000/lake/c%26");
}

TEST_F(S3ClientTest, ACutAnswerToADeleteIsAskedForAgain) {
  Then(HttpReply{200, {}, "<DeleteResult><Error><Key>a</Key><Code>AccessDe"});
  Then(HttpReply{200, {}, "<DeleteResult/>"});
  for (const Status& outcome : DeleteObjects(*client_, {"s3://lake/a", "s3://lake/b"})) EXPECT_OK(outcome);
  EXPECT_EQ(transport_->sent.size(), 2u);
}

TEST_F(S3ClientTest, AStoreWithoutDeleteObjectsIsAskedOnceAndThenKeyByKey) {
  Then(ErrorReply(501, "NotImplemented"));
  std::vector<std::string> locations;
  for (size_t i = 0; i < 2 * kMaxKeysPerDelete; ++i) {
    locations.push_back(fmt::format("s3://lake/{}", i));
    Then(HttpReply{204, {}, ""});
  }
  for (const Status& outcome : DeleteObjects(*client_, locations)) EXPECT_OK(outcome);
  EXPECT_EQ(transport_->sent.size(), 1 + locations.size());
}

TEST_F(S3ClientTest, AnErrorInsideA200AbortsTheUpload) {
  Then(HttpReply{
      200, {}, "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>"});
  Then(HttpReply{200, {{"ETag", "\"e\""}}, ""});
  Then(ErrorReply(200, "AccessDenied"));
  Then(HttpReply{204, {}, ""});
  MultipartWriter writer(*client_, target_, false);
  ASSERT_OK(writer.Append(std::string(client_->options().part_size_bytes, 'x')));
  EXPECT_STATUS(StatusCode::kPermissionDenied, writer.Commit());
  EXPECT_EQ(transport_->sent.back().method, "DELETE");
  EXPECT_TRUE(transport_->sent.back().url.ends_with("uploadId=u%2F1"));
}

}  // namespace
}  // namespace lifeboat::storage::s3
