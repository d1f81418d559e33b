#include "storage/s3/sigv4.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/testing.h"
#include "storage/s3/s3_dates.h"

namespace lifeboat::storage::s3 {
namespace {

// ---- AWS's test suite for Signature Version 4 ("aws-sig-v4-test-suite")
// ------------------------------------

const SigningCredentials kSuiteKey{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
const SigningScope kSuiteScope{"us-east-1", "service"};

std::string SuiteSignature(std::string method, std::string path, std::string query, HeaderList headers = {},
                           std::string_view body = "") {
  SignableRequest request{
      std::move(method), std::move(path), std::move(query), {{"Host", "example.amazonaws.com"}}};
  for (auto& header : headers) request.headers.push_back(std::move(header));
  SignHeaders(&request, Sha256Hex(body), kSuiteKey, kSuiteScope, ParseAmzDate("20150830T123600Z").value(),
              nullptr);
  const std::string_view authorization = HeaderValue(request.headers, "Authorization");
  return std::string(authorization.substr(authorization.rfind('=') + 1));
}

TEST(SigV4Suite, GetVanilla) {
  EXPECT_EQ(SuiteSignature("GET", "/", ""),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}
TEST(SigV4Suite, PostVanilla) {
  EXPECT_EQ(SuiteSignature("POST", "/", ""),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}
TEST(SigV4Suite, GetVanillaQueryOrderKey) {
  EXPECT_EQ(SuiteSignature("GET", "/", "Param2=value2&Param1=value1"),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}
TEST(SigV4Suite, GetVanillaEmptyQueryKey) {
  EXPECT_EQ(SuiteSignature("GET", "/", "Param1=value1"),
            "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb");
}
TEST(SigV4Suite, GetUtf8) {
  EXPECT_EQ(SuiteSignature("GET", "/\xE1\x88\xB4", ""),
            "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
}
TEST(SigV4Suite, GetSpace) {
  EXPECT_EQ(SuiteSignature("GET", "/example space/", ""),
            "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741");
}
TEST(SigV4Suite, NormalizePathVariantsSignLikeTheRoot) {
  for (const char* path : {"/", "/./", "//", "/example/..", "/example1/example2/../..", ""}) {
    EXPECT_EQ(SuiteSignature("GET", path, ""),
              "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
        << path;
  }
}

TEST(SigV4, SigningKeyOfTheDocumentation) {
  const std::string_view secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  EXPECT_EQ(HexEncode(DeriveSigningKey(secret, "20120215", {"us-east-1", "iam"})),
            "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
  EXPECT_EQ(HexEncode(DeriveSigningKey(secret, "20150830", {"us-east-1", "iam"})),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

// ---- The examples of the S3 API reference ("Signature Calculations for the Authorization Header")
// ------------

const SigningCredentials kS3Key{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
const SigningScope kS3Scope{"us-east-1", "s3"};
const int64_t kS3ExampleTime = ParseAmzDate("20130524T000000Z").value();

std::string S3Authorization(std::string method, std::string path, std::string query, HeaderList headers,
                            std::string_view body, SigningKeyCache* cache = nullptr) {
  SignableRequest request{
      std::move(method), std::move(path), std::move(query), {{"Host", "examplebucket.s3.amazonaws.com"}}};
  for (auto& header : headers) request.headers.push_back(std::move(header));
  request.headers.emplace_back("x-amz-content-sha256", Sha256Hex(body));
  SignHeaders(&request, Sha256Hex(body), kS3Key, kS3Scope, kS3ExampleTime, cache);
  return *FindHeader(request.headers, "Authorization");
}

TEST(SigV4S3Examples, GetObject) {
  EXPECT_EQ(S3Authorization("GET", "/test.txt", "", {{"Range", "bytes=0-9"}}, ""),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}
TEST(SigV4S3Examples, PutObject) {
  const std::string authorization = S3Authorization(
      "PUT", "/test%24file.text", "",
      {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
      "Welcome to Amazon S3.");
  EXPECT_TRUE(
      authorization.ends_with("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
      << authorization;
}
TEST(SigV4S3Examples, BucketLifecycleAndListObjects) {
  SigningKeyCache cache;
  for (int i = 0; i < 2; ++i) {  // the second time from the cache
    EXPECT_TRUE(S3Authorization("GET", "/", "lifecycle", {}, "", &cache)
                    .ends_with("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
    EXPECT_TRUE(S3Authorization("GET", "/", "max-keys=2&prefix=J", {}, "", &cache)
                    .ends_with("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
  }
}
TEST(SigV4S3Examples, PresignedUrl) {
  SignableRequest request{"GET", "/test.txt", "", {{"host", "examplebucket.s3.amazonaws.com"}}};
  Presign(&request, 86400, kS3Key, kS3Scope, kS3ExampleTime, nullptr);
  EXPECT_EQ(
      request.query,
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3"
      "%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

// ---- Encoding --------------------------------------------------------------------------------------------

TEST(UriEncode, EveryByteSurvivesARoundTrip) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(UriDecode(UriEncode(all, true), false), all);
  EXPECT_EQ(UriDecode(UriEncode(all, false), true), all);
  EXPECT_EQ(UriEncode("a b+c/d%2Fe~ä", true), "a%20b%2Bc/d%252Fe~%C3%A4");
  EXPECT_EQ(UriEncode("a/b", false), "a%2Fb");
  EXPECT_EQ(UriDecode("100%", false), "100%");
  EXPECT_EQ(UriDecode("%4", false), "%4");
  EXPECT_EQ(UriDecode("%41", false), "A");
  EXPECT_EQ(UriDecode("%zz+", true), "%zz ");
}

TEST(CanonicalQuery, SortsEncodesAndGivesEveryFieldAnEqualsSign) {
  EXPECT_EQ(CanonicalQuery("b=2&a&c=x%20y&a=1&&d=p+q"), "a=&a=1&b=2&c=x%20y&d=p%20q");
}

TEST(CanonicalPath, S3TakesItOnceOthersTwice) {
  EXPECT_EQ(CanonicalPath("/a%20b//c/../d", PathEncoding::kOnce), "/a%20b//c/../d");
  EXPECT_EQ(CanonicalPath("/a%20b//c/../d", PathEncoding::kTwice), "/a%2520b/d");
  EXPECT_EQ(PathEncodingOf("s3"), PathEncoding::kOnce);
  EXPECT_EQ(PathEncodingOf("glue"), PathEncoding::kTwice);
}

// ---- Verification
// ------------------------------------------------------------------------------------------

constexpr int64_t kSecond = 1'000'000;

class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() {
    options_.now_micros = kS3ExampleTime + 60 * kSecond;
    request_ = {"POST", "/v1/a%20b/tables", "x=1&y=p%2Fq", {{"Host", "catalog:8181"}, {"Accept", "*/*"}}};
  }
  void Sign(const SigningScope& scope, std::string_view body, std::string token = "") {
    SetHeader(&request_.headers, "x-amz-content-sha256", Sha256Hex(body));
    SignHeaders(&request_, Sha256Hex(body), {"KEY", "SECRET", std::move(token)}, scope, kS3ExampleTime,
                nullptr);
  }
  Result<VerifiedRequest> Verify(std::string_view body) {
    return VerifySignature(
        request_, body,
        [](const std::string& key, const std::string& token) -> Result<std::string> {
          if (key != "KEY") return Status::Unauthenticated("unknown key '{}'", key);
          if (!token.empty() && token != "TOKEN") return Status::Unauthenticated("not this key's token");
          return std::string("SECRET");
        },
        options_, &cache_);
  }
  void ExpectRefused(std::string_view body, std::string_view why) {
    const Status status = Verify(body).status();
    EXPECT_EQ(status.code(), StatusCode::kUnauthenticated) << status.ToString();
    EXPECT_NE(status.message().find(why), std::string::npos) << status.ToString();
    EXPECT_EQ(status.message().find("SECRET"), std::string::npos);
  }

  SignableRequest request_;
  VerifyOptions options_;
  SigningKeyCache cache_;
};

TEST_F(VerifyTest, AcceptsWhatSignHeadersMakes) {
  for (const char* service : {"s3", "glue", "execute-api"}) {
    Sign({"eu-west-1", service}, "{}", "TOKEN");
    ASSERT_OK_AND_ASSIGN(const VerifiedRequest verified, Verify("{}"));
    EXPECT_EQ(verified.access_key_id, "KEY");
    EXPECT_EQ(verified.session_token, "TOKEN");
    EXPECT_EQ(verified.scope.service, service);
    EXPECT_EQ(verified.signed_at_micros, kS3ExampleTime);
    EXPECT_FALSE(verified.presigned);
    EXPECT_TRUE(verified.payload_signed);
  }
}

TEST_F(VerifyTest, AnyChangeIsRefused) {
  Sign({"us-east-1", "glue"}, "{}");
  const SignableRequest good = request_;
  ASSERT_OK(Verify("{}"));
  ExpectRefused("{ }", "SHA-256 of the body");
  request_.method = "DELETE";
  ExpectRefused("{}", "secret key");
  request_ = good;
  request_.path = "/v1/a%20b/views";
  ExpectRefused("{}", "secret key");
  request_ = good;
  request_.query += "&purge=true";
  ExpectRefused("{}", "secret key");
  request_ = good;
  SetHeader(&request_.headers, "Accept", "text/plain");
  ExpectRefused("{}", "secret key");
  request_ = good;
  request_.headers.emplace_back("X-Amz-Meta-Extra", "1");
  ExpectRefused("{}", "x-amz-meta-extra");
  request_ = good;
  std::string& authorization = const_cast<std::string&>(*FindHeader(request_.headers, "Authorization"));
  authorization.back() = authorization.back() == '0' ? '1' : '0';
  ExpectRefused("{}", "secret key");
  authorization.pop_back();
  ExpectRefused("{}", "secret key");
}

TEST_F(VerifyTest, HeadersThatProxiesAddMayBeUnsigned) {
  Sign({"us-east-1", "glue"}, "");
  request_.headers.emplace_back("X-Forwarded-For", "10.0.0.1");
  EXPECT_OK(Verify(""));
}

TEST_F(VerifyTest, TimeAndScope) {
  Sign({"us-east-1", "glue"}, "");
  options_.now_micros = kS3ExampleTime + 901 * kSecond;
  ExpectRefused("", "clock");
  options_.now_micros = kS3ExampleTime - 901 * kSecond;
  ExpectRefused("", "clock");
  options_.now_micros = kS3ExampleTime + 899 * kSecond;
  EXPECT_OK(Verify(""));
  options_.required_service = "s3";
  ExpectRefused("", "sign it for 's3'");
  options_.required_service = "glue";
  options_.required_region = "eu-west-1";
  ExpectRefused("", "sign it for 'eu-west-1'");
  options_.required_region = "us-east-1";
  EXPECT_OK(Verify(""));
}

TEST_F(VerifyTest, MalformedClaims) {
  ExpectRefused("", "carries no");
  for (const char* authorization :
       {"AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=KEY/20130524/us-east-1/s3, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=KEY/20130524/us-east-1/s3/aws4_request, Signature=0",
        "AWS4-HMAC-SHA256 Credential=KEY/20130524/us-east-1/s3/aws4_request, SignedHeaders=host"}) {
    SetHeader(&request_.headers, "Authorization", authorization);
    ExpectRefused("", "malformed");
  }
  SetHeader(
      &request_.headers, "Authorization",
      "AWS4-HMAC-SHA256 Credential=KEY/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0");
  ExpectRefused("", "X-Amz-Date");
  SetHeader(&request_.headers, "X-Amz-Date", "20130524T000000Z");
  ExpectRefused("", "does not cover header 'x-amz-date'");
  SetHeader(&request_.headers, "Authorization",
            "AWS4-HMAC-SHA256 Credential=KEY/20130524/us-east-1/s3/aws4_request, SignedHeaders=x-amz-date, "
            "Signature=0");
  ExpectRefused("", "does not cover Host");
}

TEST_F(VerifyTest, UnknownKeysAndForeignTokens) {
  Sign({"us-east-1", "glue"}, "", "OTHER");
  ExpectRefused("", "not this key's token");
}

TEST_F(VerifyTest, UnsignedAndStreamingPayloads) {
  SetHeader(&request_.headers, "x-amz-content-sha256", std::string(kUnsignedPayload));
  SignHeaders(&request_, kUnsignedPayload, {"KEY", "SECRET", ""}, kS3Scope, kS3ExampleTime, nullptr);
  ExpectRefused("anything", "does not cover the body");
  options_.allow_unsigned_payload = true;
  ASSERT_OK_AND_ASSIGN(const VerifiedRequest verified, Verify("anything"));
  EXPECT_FALSE(verified.payload_signed);
  SetHeader(&request_.headers, "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  EXPECT_STATUS(StatusCode::kUnsupported, Verify("anything"));
}

TEST_F(VerifyTest, ABase64PayloadHeaderAsTheJavaClientsSendIt) {
  const std::string body = "{\"a\":1}";
  SetHeader(&request_.headers, "x-amz-content-sha256", Base64Encode(Sha256(body)));
  SignHeaders(&request_, Sha256Hex(body), {"KEY", "SECRET", ""}, {"us-east-1", "glue"}, kS3ExampleTime,
              nullptr);
  EXPECT_OK(Verify(body));
  ExpectRefused("{}", "SHA-256 of the body");
}

TEST_F(VerifyTest, PresignedUrlsExpireAndCannotBeChanged) {
  request_ = {"GET", "/bucket/k%20ey", "", {{"Host", "store"}}};
  Presign(&request_, 300, {"KEY", "SECRET", "TOKEN"}, kS3Scope, kS3ExampleTime, nullptr);
  ASSERT_OK_AND_ASSIGN(const VerifiedRequest verified, Verify(""));
  EXPECT_TRUE(verified.presigned);
  EXPECT_EQ(verified.session_token, "TOKEN");
  options_.now_micros = kS3ExampleTime + 301 * kSecond;
  ExpectRefused("", "expired");
  options_.now_micros = kS3ExampleTime;
  request_.path = "/bucket/other";
  ExpectRefused("", "secret key");
}

}  // namespace
}  // namespace lifeboat::storage::s3
