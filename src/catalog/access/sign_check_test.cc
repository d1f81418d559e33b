// What may be signed for a table at s3://lake/ads/t, and every kind of request that may not.
#include "catalog/access/sign_check.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace lifeboat::catalog::access {
namespace {

constexpr std::string_view kEndpoint = "https://s3.eu-west-1.amazonaws.com";

struct Case {
  std::string method;
  std::string uri;  // behind the endpoint, unless it has a scheme
  storage::s3::HeaderList headers = {};
  std::string body = "";
};

class SignCheckTest : public ::testing::Test {
 protected:
  Result<RequestToSign> Try(const Case& c, StorageAccess access = StorageAccess::kReadWrite) {
    RemoteSignRequest request;
    request.method = c.method;
    request.uri = c.uri.find("://") == std::string::npos ? std::string(kEndpoint) + c.uri : c.uri;
    request.headers = c.headers;
    request.body = c.body;
    return CheckRequestToSign(request, CredentialScope::Make({"s3://lake/ads/t"}, access).value(),
                              endpoints_);
  }
  static std::string Delete(std::string_view inside) {
    return fmt::format("<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{}</Delete>", inside);
  }
  void ExpectRefused(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      const Status status = Try(c).status();
      EXPECT_TRUE(status.code() == StatusCode::kPermissionDenied ||
                  status.code() == StatusCode::kInvalidArgument || status.code() == StatusCode::kUnsupported)
          << c.method << " " << c.uri << " " << c.body << ": " << status.ToString();
    }
  }

  const std::vector<SignableEndpoint> endpoints_ = SignableEndpoints("", "eu-west-1").value();
};

TEST_F(SignCheckTest, ReadersMayReadAndList) {
  const std::vector<Case> reads = {
      {"GET", "/lake/ads/t/data/a%20b/%252F.parquet"},
      {"HEAD", "/lake/ads/t/metadata/v1.json"},
      {"GET", "/lake/ads/t/a?x-id=GetObject", {{"Range", "bytes=0-1"}, {"x-amz-checksum-mode", "ENABLED"}}},
      {"GET", "https://lake.s3.eu-west-1.amazonaws.com/ads/t/a"},
      {"GET", "https://lake.s3.dualstack.eu-west-1.amazonaws.com:443/ads/t/a"},
      {"GET", "/lake?list-type=2&prefix=ads%2Ft%2F&delimiter=%2F&encoding-type=url"},
      {"GET", "https://lake.s3.eu-west-1.amazonaws.com/?prefix=ads/t/data/x&list-type=2"},
  };
  for (const Case& c : reads) {
    const Result<RequestToSign> checked = Try(c, StorageAccess::kRead);
    ASSERT_OK(checked);
    EXPECT_FALSE(checked->is_write) << c.uri;
  }
}

TEST_F(SignCheckTest, WritersMayWriteAndReadersMayNot) {
  const std::vector<Case> writes = {
      {"PUT", "/lake/ads/t/a", {{"Content-Type", "x/y"}, {"X-Amz-Acl", "bucket-owner-full-control"}}},
      {"PUT", "/lake/ads/t/a?partNumber=1&uploadId=u"},
      {"PUT", "/lake/ads/t/a", {{"x-amz-copy-source", "/lake/ads/t/b%20c"}}},
      {"POST", "/lake/ads/t/a?uploads="},
      {"POST", "/lake/ads/t/a?uploadId=u"},
      {"GET", "/lake/ads/t/a?uploadId=u"},
      {"DELETE", "/lake/ads/t/a?x-id=DeleteObject"},
      {"DELETE", "/lake/ads/t/a?uploadId=u"},
      {"POST",
       "/lake?delete",
       {},
       Delete("<Object><Key>ads/t/a&amp;b</Key></Object><Object><Key>ads/t/c</Key></Object><Quiet>true</"
              "Quiet>")},
  };
  for (const Case& c : writes) {
    const Result<RequestToSign> checked = Try(c);
    ASSERT_OK(checked);
    EXPECT_TRUE(checked->is_write) << c.uri;
    EXPECT_FALSE(checked->repeatable);
    EXPECT_STATUS(StatusCode::kPermissionDenied, Try(c, StorageAccess::kRead));
  }
}

TEST_F(SignCheckTest, ObjectsOutsideTheTableAreRefused) {
  ExpectRefused({{"GET", "/lake/ads/t2/a"},
                 {"GET", "/lake/ads/t"},
                 {"GET", "/other/ads/t/a"},
                 {"GET", "/lake/ADS/T/a"},
                 {"GET", "https://other.s3.eu-west-1.amazonaws.com/ads/t/a"},
                 {"GET", "https://lake.s3.eu-west-1.amazonaws.com/lake/ads/t/a"}});
}

TEST_F(SignCheckTest, OtherEndpointsAreRefused) {
  ExpectRefused({{"GET", "http://s3.eu-west-1.amazonaws.com/lake/ads/t/a"},
                 {"GET", "https://s3.us-east-1.amazonaws.com/lake/ads/t/a"},
                 {"GET", "https://evil.example/lake/ads/t/a"},
                 {"GET", "https://s3.eu-west-1.amazonaws.com.evil.example/lake/ads/t/a"},
                 {"GET", "https://s3.eu-west-1.amazonaws.com@evil.example/lake/ads/t/a"},
                 {"GET", "https://s3.eu-west-1.amazonaws.com:8443/lake/ads/t/a"},
                 {"GET", "https://.s3.eu-west-1.amazonaws.com/lake/ads/t/a"},
                 {"GET", "https://.s3.eu-west-1.amazonaws.com/lake?list-type=2&prefix=ads/t/x"},
                 {"GET", "/lake/ads/t/a#/x"},
                 {"GET", "ftp://s3.eu-west-1.amazonaws.com/lake/ads/t/a"},
                 {"GET", "https://sts.eu-west-1.amazonaws.com/?Action=AssumeRole"}});
}

TEST_F(SignCheckTest, PathsThatStoresMayReadDifferentlyAreRefused) {
  ExpectRefused({{"GET", "/lake/ads/t/../t2/a"},
                 {"GET", "/lake/ads/t/%2e%2e/t2/a"},
                 {"GET", "/lake/ads/t/./a"},
                 {"GET", "/lake/ads/t//a"},
                 {"GET", "/lake//ads/t/a"},
                 {"GET", "/lake/ads/t%2Fa"},
                 {"GET", "/lake/ads%2ft/a"},
                 {"GET", "/lake/ads/t/%5C..%5Ct2"},
                 {"GET", "/lake/ads/t/..\\t2"},
                 {"GET", "/lake/ads/t/%00"},
                 {"GET", "/lake/ads/t/%zz"},
                 {"GET", "/lake/ads/t/%4"},
                 {"GET", "/lake/ads/t/\xC3\xA4"}});
}

TEST_F(SignCheckTest, OtherOperationsAreRefused) {
  ExpectRefused({{"GET", "/lake/ads/t/a?acl"},
                 {"PUT", "/lake/ads/t/a?acl"},
                 {"PUT", "/lake/ads/t/a?tagging"},
                 {"PUT", "/lake/ads/t/a?retention"},
                 {"PUT", "/lake/ads/t/a?uploadId=u"},
                 {"PUT", "/lake/ads/t/a?partNumber=1"},
                 {"POST", "/lake/ads/t/a"},
                 {"POST", "/lake/ads/t/a?restore"},
                 {"POST", "/lake/ads/t/a?select&select-type=2"},
                 {"POST", "/lake/ads/t/a?uploads&uploadId=u"},
                 {"DELETE", "/lake/ads/t/a?versionId=1"},
                 {"DELETE", "/lake"},
                 {"PUT", "/lake"},
                 {"PUT", "/lake?policy"},
                 {"HEAD", "/lake"},
                 {"GET", "/"},
                 {"PATCH", "/lake/ads/t/a"},
                 {"GET", "/lake/ads/t/a?versionId=1&versionId=2"}});
}

TEST_F(SignCheckTest, ListingsBeyondTheTableAreRefused) {
  ExpectRefused({{"GET", "/lake"},
                 {"GET", "/lake?list-type=2"},
                 {"GET", "/lake?list-type=2&prefix="},
                 {"GET", "/lake?list-type=2&prefix=ads/"},
                 {"GET", "/lake?list-type=2&prefix=ads/t"},
                 {"GET", "/lake?list-type=2&prefix=ads/t2/"},
                 {"GET", "/lake?list-type=2&prefix=ads/t/../t2/"},
                 {"GET", "/lake?list-type=2&prefix=ads/t/&prefix=ads/t2/"},
                 {"GET", "/lake?list-type=2&prefix=ads/t/+;prefix=x"},
                 {"GET", "/lake?versions&prefix=ads/t/"},
                 {"GET", "/lake?uploads&prefix=ads/t/"}});
}

TEST_F(SignCheckTest, CopiesFromElsewhereAreRefused) {
  for (const char* source : {"lake/ads/t2/a", "/other/ads/t/a", "lake/ads/t/../t2/a",
                             "lake/ads/t%2F..%2Ft2/a", "lake%2Fads%2Ft%2Fa", "lake/ads/t/a?versionId=1",
                             "lake/ads/t/a+b", "", "arn:aws:s3:eu-west-1:1:accesspoint/x/object/ads/t/a"}) {
    ExpectRefused({{"PUT", "/lake/ads/t/a", {{"x-amz-copy-source", source}}}});
  }
  ExpectRefused({{"PUT",
                  "/lake/ads/t/a",
                  {{"x-amz-copy-source", "lake/ads/t/b"}, {"X-Amz-Copy-Source", "lake/ads/t2/b"}}},
                 {"GET", "/lake/ads/t/a", {{"x-amz-copy-source", "lake/ads/t/b"}}}});
}

TEST_F(SignCheckTest, HeadersThatGiveAwayTheObjectAreRefused) {
  for (const auto& [name, value] : storage::s3::HeaderList{{"x-amz-acl", "public-read"},
                                                           {"x-amz-grant-read", "id=x"},
                                                           {"x-amz-website-redirect-location", "/x"},
                                                           {"x-amz-object-lock-mode", "COMPLIANCE"},
                                                           {"x-amz-bypass-governance-retention", "true"},
                                                           {"x-amz-mfa", "1"},
                                                           {"x-amz-meta-a", "b\r\nx-amz-acl: public-read"}}) {
    ExpectRefused({{"PUT", "/lake/ads/t/a", {{name, value}}}});
  }
}

TEST_F(SignCheckTest, BatchDeletesBeyondTheTableAreRefused) {
  const auto batch = [](std::string body) { return Case{"POST", "/lake?delete", {}, std::move(body)}; };
  ExpectRefused({batch(""),
                 batch(Delete("")),
                 batch(Delete("<Object><Key>ads/t2/a</Key></Object>")),
                 batch(Delete("<Object><Key>ads/t/a</Key></Object><Object><Key>ads/t2/a</Key></Object>")),
                 batch(Delete("<Object><Key>ads/t/../t2/a</Key></Object>")),
                 batch(Delete("<Object><Key>ads/t/a</Key><Key>ads/t/b</Key></Object>")),
                 batch(Delete("<Object><Key>ads/t/a</Key><VersionId>1</VersionId></Object>")),
                 batch(Delete("<Object><x:Key>ads/t2/a</x:Key><Key>ads/t/a</Key></Object>")),
                 batch(Delete("<Object><Key>ads/t/<![CDATA[../t2/a]]></Key></Object>")),
                 batch(Delete("<Object><Key>ads/t/a<!-- x --></Key></Object>")),
                 batch("<!DOCTYPE d [<!ENTITY k \"ads/t2/a\">]>" + Delete("<Object><Key>&k;</Key></Object>")),
                 batch("<Delete><Object><Key>ads/t/a</Key></Object>"),
                 {"POST", "/other?delete", {}, Delete("<Object><Key>ads/t/a</Key></Object>")},
                 {"POST",
                  "/lake?delete",
                  {{"x-amz-content-sha256", std::string(64, '0')}},
                  Delete("<Object><Key>ads/t/a</Key></Object>")},
                 {"POST",
                  "/lake?delete",
                  {{"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}},
                  Delete("<Object><Key>ads/t/a</Key></Object>")}});
}

TEST_F(SignCheckTest, TheSignatureCoversWhatTheStoreDecidesBy) {
  ASSERT_OK_AND_ASSIGN(const RequestToSign put, Try({"PUT",
                                                     "/lake/ads/t/a",
                                                     {{"X-Amz-Meta-A", "1"},
                                                      {"Accept", "*/*"},
                                                      {"Content-MD5", "m"},
                                                      {"x-amz-date", "theirs"},
                                                      {"x-amz-security-token", "theirs"}}}));
  EXPECT_EQ(put.request.headers, (storage::s3::HeaderList{{"Host", "s3.eu-west-1.amazonaws.com"},
                                                          {"x-amz-meta-a", "1"},
                                                          {"content-md5", "m"},
                                                          {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}}));
  const std::string body = Delete("<Object><Key>ads/t/a</Key></Object>");
  ASSERT_OK_AND_ASSIGN(const RequestToSign batch, Try({"POST", "/lake?delete", {}, body}));
  EXPECT_EQ(batch.payload_hash, storage::s3::Sha256Hex(body));
  EXPECT_STATUS(
      StatusCode::kUnsupported,
      Try({"PUT", "/lake/ads/t/a", {{"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}}}));
}

TEST_F(SignCheckTest, AnEndpointWithAPathKeepsItsPath) {
  const auto endpoints = SignableEndpoints("http://127.0.0.1:9000/gateway/", "us-east-1").value();
  const CredentialScope scope = CredentialScope::Make({"s3://lake/ads/t"}, StorageAccess::kRead).value();
  RemoteSignRequest request;
  request.method = "GET";
  request.uri = "http://127.0.0.1:9000/gateway/lake/ads/t/a";
  EXPECT_OK(CheckRequestToSign(request, scope, endpoints));
  request.uri = "http://127.0.0.1:9000/lake/ads/t/a";
  EXPECT_STATUS(StatusCode::kPermissionDenied, CheckRequestToSign(request, scope, endpoints));
}

}  // namespace
}  // namespace lifeboat::catalog::access
