#include "storage/storage.h"

#include <gtest/gtest.h>

#include "base/testing.h"
#include "storage/local_storage.h"

namespace lifeboat::storage {
namespace {

TEST(SchemeOf, KnowsFileAndOthers) {
  EXPECT_EQ(SchemeOf("file:///a"), "file");
  EXPECT_EQ(SchemeOf("file:/a"), "file");
  EXPECT_EQ(SchemeOf("/a/b:c"), "file");
  EXPECT_EQ(SchemeOf("s3://bucket/key"), "s3");
  EXPECT_EQ(SchemeOf("relative/a:b"), "");
  EXPECT_EQ(SchemeOf(""), "");
}

TEST(JoinLocation, UsesOneSlash) {
  EXPECT_EQ(JoinLocation("s3://b/k", "x"), "s3://b/k/x");
  EXPECT_EQ(JoinLocation("s3://b/k//", "/x/y"), "s3://b/k/x/y");
  EXPECT_EQ(JoinLocation("/", "x"), "/x");
}

TEST(StorageRouter, RefusesUnknownSchemesAndNamesTheKnownOnes) {
  StorageRouter router;
  router.Register("file", MakeLocalStorage());
  const Status status = router.Read("gs://bucket/key").status();
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_NE(status.message().find("gs://bucket/key"), std::string::npos);
  EXPECT_NE(status.message().find("file"), std::string::npos);
  EXPECT_STATUS(StatusCode::kUnsupported, router.Write("relative", "x", {}));
  EXPECT_STATUS(StatusCode::kNotFound, router.Read("file:///no/such/object"));
}

}  // namespace
}  // namespace lifeboat::storage
