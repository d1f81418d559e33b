// AssumeRole against a transport that plays a script.
#include "storage/s3/sts.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/testing.h"

namespace lifeboat::storage::s3 {
namespace {

// The answer of the API reference, shortened.
constexpr std::string_view kAnswer = R"(<?xml version="1.0" encoding="UTF-8"?>
<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>
<Arn>arn:aws:sts::123456789012:assumed-role/demo/John</Arn></AssumedRoleUser><Credentials>
<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>wJalrXUtnFEMI/K7MDENG</SecretAccessKey>
<SessionToken>AQoDYXdzEPT//////////wEXAMPLE&lt;</SessionToken><Expiration>2026-11-09T13:34:41Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>)";

HttpReply Refusal(int status, std::string_view code) {
  return {
      status,
      {},
      fmt::format("<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>said so</Message></Error>"
                  "</ErrorResponse>",
                  code)};
}

class ScriptedTransport final : public HttpTransport {
 public:
  Result<HttpReply> Send(const HttpExchange& exchange) override {
    sent.push_back(exchange);
    bodies.emplace_back(exchange.body);
    if (replies.empty()) return Status::Unavailable("connection refused");
    Result<HttpReply> reply = std::move(replies.front());
    replies.pop_front();
    return reply;
  }
  std::deque<Result<HttpReply>> replies;
  std::vector<HttpExchange> sent;
  std::vector<std::string> bodies;
};

class StsTest : public ::testing::Test {
 protected:
  StsTest() {
    auto transport = std::make_unique<ScriptedTransport>();
    transport_ = transport.get();
    StsOptions options;
    options.endpoint = "https://sts.example:443/";
    options.credentials = [this]() -> Result<S3Credentials> {
      return S3Credentials{"KEY", "SECRET", fmt::format("TOKEN{}", ++credentials_given_), 0};
    };
    options.clock = &clock_;
    options.random = &random_;
    sts_ = MakeStsClient(options, std::move(transport)).value();
  }
  Result<S3Credentials> Assume() { return sts_->AssumeRole(request_); }

  ManualClock clock_;
  SeededRandom random_{1};
  int credentials_given_ = 0;
  ScriptedTransport* transport_ = nullptr;
  std::unique_ptr<StsClient> sts_;
  AssumeRoleRequest request_{.role_arn = "arn:aws:iam::1:role/lake",
                             .session_name = "ada",
                             .external_id = "x y",
                             .policy = R"({"a":"ä&"})",
                             .duration = std::chrono::seconds(900)};
};

TEST_F(StsTest, SendsASignedFormAndReadsTheCredentials) {
  transport_->replies.emplace_back(HttpReply{200, {}, std::string(kAnswer)});
  ASSERT_OK_AND_ASSIGN(const S3Credentials credentials, Assume());
  EXPECT_EQ(credentials.access_key_id, "ASIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(credentials.secret_access_key, "wJalrXUtnFEMI/K7MDENG");
  EXPECT_EQ(credentials.session_token, "AQoDYXdzEPT//////////wEXAMPLE<");
  EXPECT_EQ(FormatUtc(credentials.expires_micros), "2026-11-09T13:34:41.000000Z");
  EXPECT_EQ(transport_->sent[0].url, "https://sts.example/");
  EXPECT_NE(HeaderValue(transport_->sent[0].headers, "Authorization").find("/us-east-1/sts/aws4_request"),
            std::string_view::npos);
  EXPECT_EQ(
      transport_->bodies[0],
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Flake&"
      "RoleSessionName=ada&ExternalId=x%20y&Policy=%7B%22a%22%3A%22%C3%A4%26%22%7D&DurationSeconds=900");
}

TEST_F(StsTest, RefusalsNameTheRoleAndWhatToDo) {
  const std::vector<std::tuple<int, std::string_view, StatusCode, std::string_view>> cases = {
      {403, "AccessDenied", StatusCode::kPermissionDenied, "trust policy"},
      {403, "InvalidClientTokenId", StatusCode::kUnauthenticated, "access key id"},
      {400, "PackedPolicyTooLarge", StatusCode::kResourceExhausted, "fewer or shorter locations"},
      {400, "MalformedPolicyDocument", StatusCode::kInvalidArgument, "session policy"},
      {400, "ValidationError", StatusCode::kInvalidArgument, "said so"},
      {405, "MethodNotAllowed", StatusCode::kUnsupported, "endpoint of the store's STS"},
      {404, "", StatusCode::kUnsupported, "endpoint of the store's STS"},
      {501, "NotImplemented", StatusCode::kUnsupported, "endpoint of the store's STS"},
  };
  for (const auto& [http_status, code, expected, remedy] : cases) {
    transport_->sent.clear();
    transport_->replies.emplace_back(Refusal(http_status, code));
    const Status status = Assume().status();
    EXPECT_EQ(status.code(), expected) << status.ToString();
    EXPECT_NE(status.message().find(remedy), std::string::npos) << status.ToString();
    EXPECT_NE(status.message().find("arn:aws:iam::1:role/lake"), std::string::npos);
    EXPECT_EQ(transport_->sent.size(), 1u) << code << " is final";
  }
}

TEST_F(StsTest, WhatMayPassIsRepeated) {
  transport_->replies.emplace_back(Status(StatusCode::kCommitStateUnknown, "reset"));
  transport_->replies.emplace_back(Refusal(400, "Throttling"));
  transport_->replies.emplace_back(HttpReply{503, {{"Retry-After", "2"}}, ""});
  transport_->replies.emplace_back(HttpReply{200, {}, std::string(kAnswer)});
  const int64_t before_micros = clock_.NowMicros();
  EXPECT_OK(Assume());
  EXPECT_GE(clock_.NowMicros() - before_micros, 2'000'000);
  EXPECT_STATUS(StatusCode::kUnavailable, Assume());
  EXPECT_EQ(transport_->sent.size(), 8u);
}

TEST_F(StsTest, OurOwnExpiredCredentialsAreRenewedOnce) {
  transport_->replies.emplace_back(Refusal(403, "ExpiredToken"));
  transport_->replies.emplace_back(HttpReply{200, {}, std::string(kAnswer)});
  EXPECT_OK(Assume());
  EXPECT_EQ(credentials_given_, 2);
  transport_->replies.emplace_back(Refusal(403, "ExpiredToken"));
  transport_->replies.emplace_back(Refusal(403, "ExpiredToken"));
  const Status status = Assume().status();
  EXPECT_EQ(status.code(), StatusCode::kUnauthenticated);
  EXPECT_EQ(status.message().find("TOKEN"), std::string::npos);
}

TEST_F(StsTest, AnAnswerThatIsNotWholeIsNoCredential) {
  transport_->replies.emplace_back(HttpReply{200, {}, std::string(kAnswer.substr(0, kAnswer.size() - 30))});
  EXPECT_STATUS(StatusCode::kCorruption, Assume());
  transport_->replies.emplace_back(HttpReply{200, {}, "<html></html>"});
  EXPECT_STATUS(StatusCode::kCorruption, Assume());
}

TEST(SessionName, KeepsWhatIsAllowed) {
  EXPECT_EQ(SessionNameOf("a.b@c_d-e,f=g+1"), "a.b@c_d-e,f=g+1");
  EXPECT_EQ(SessionNameOf("a/b ä"), "a-b---");
  EXPECT_EQ(SessionNameOf(""), "--");
  EXPECT_EQ(SessionNameOf(std::string(80, 'x')).size(), 64u);
}

}  // namespace
}  // namespace lifeboat::storage::s3
