#include "lifeboat/server/object_storage.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace lifeboat::app {
namespace {

TEST(ObjectStorage, CredentialsComeFromTheNamedProfile) {
  constexpr std::string_view kFile =
      "# made by hand\n[default]\naws_access_key_id = AAA\naws_secret_access_key=s/e=c\r\n\n"
      "[ other ]\n aws_access_key_id=BBB\n#aws_session_token = no\naws_session_token = "
      "t\naws_secret_access_key "
      "= x";
  ASSERT_OK_AND_ASSIGN(const auto first, ParseS3Credentials(kFile, "default", "f"));
  EXPECT_EQ(first.access_key_id, "AAA");
  EXPECT_EQ(first.secret_access_key, "s/e=c");
  EXPECT_EQ(first.session_token, "");
  ASSERT_OK_AND_ASSIGN(const auto other, ParseS3Credentials(kFile, "other", "f"));
  EXPECT_EQ(other.access_key_id, "BBB");
  EXPECT_EQ(other.secret_access_key, "x");
  EXPECT_EQ(other.session_token, "t");
  const Status missing = ParseS3Credentials(kFile, "third", "/etc/f").status();
  EXPECT_EQ(missing.code(), StatusCode::kUnauthenticated);
  EXPECT_NE(missing.message().find("/etc/f"), std::string::npos);
  EXPECT_EQ(missing.message().find("s/e=c"), std::string::npos);
}

TEST(ObjectStorage, AStoreWithItsOwnEndpointIsAddressedByPathUnlessToldOtherwise) {
  const auto read = [](const std::string& text) {
    const Config config = Config::Parse(text, "test.toml").value();
    return ReadS3Settings(config.root().Table("catalog").value());
  };
  ASSERT_OK_AND_ASSIGN(const auto none, read("[catalog]\n"));
  EXPECT_FALSE(none.has_value());
  ASSERT_OK_AND_ASSIGN(const auto amazon, read("[catalog]\n[catalog.s3]\nregion = \"eu-west-1\"\n"));
  EXPECT_FALSE(amazon->path_style);
  ASSERT_OK_AND_ASSIGN(const auto own, read("[catalog]\n[catalog.s3]\nendpoint = \"http://h:9000\"\n"));
  EXPECT_TRUE(own->path_style);
  EXPECT_STATUS(StatusCode::kInvalidArgument, read("[catalog]\n[catalog.s3]\ncredentials_file = \"here\"\n"));
}

TEST(ObjectStorage, WithoutSettingsOnlyFilesAreKnown) {
  ASSERT_OK_AND_ASSIGN(const auto storage, OpenObjectStorage(std::nullopt));
  EXPECT_STATUS(StatusCode::kUnsupported, storage->Read("s3://lake/a"));
  EXPECT_STATUS(StatusCode::kNotFound, storage->Read("file:///no/such/file"));
}

}  // namespace
}  // namespace lifeboat::app
