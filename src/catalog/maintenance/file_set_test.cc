#include "catalog/maintenance/file_set.h"

#include <gtest/gtest.h>

namespace lifeboat::catalog {
namespace {

TEST(FileSet, OneFileHasOneSpelling) {
  for (const char* location :
       {"file:///lake/t/a", "file:/lake/t/a", "/lake/t/a", "file:///lake//t/a", "file://lake/t/a/"}) {
    EXPECT_EQ(NormalLocation(location), "file:///lake/t/a") << location;
  }
  for (const char* location : {"s3://b/k/x", "s3a://b/k/x", "s3n://b/k/x/"}) {
    EXPECT_EQ(NormalLocation(location), "s3://b/k/x") << location;
  }
  EXPECT_NE(NormalLocation("s3://b/k"), NormalLocation("gs://b/k"));
  EXPECT_NE(NormalLocation("s3://b//k"), NormalLocation("s3://b/k")) << "two keys of an object store";
  EXPECT_NE(NormalLocation("/Lake"), NormalLocation("/lake"));
}

TEST(FileSet, AFolderHoldsWhatLiesBelowItAndNotItsNamesake) {
  EXPECT_TRUE(IsWithin("s3://b/t/data", "s3://b/t"));
  EXPECT_TRUE(IsWithin("s3://b/t", "s3://b/t"));
  EXPECT_FALSE(IsWithin("s3://b/t2/data", "s3://b/t"));
  EXPECT_FALSE(IsWithin("s3://b/t", "s3://b/t/data"));
}

TEST(FileSet, ErasesWhateverTheSpelling) {
  FileSet files;
  files.Insert("file:/lake/b", FileKind::kContent);
  files.Insert("/lake/a", FileKind::kContent);
  files.Insert("/lake/m.avro", FileKind::kManifest);
  EXPECT_EQ(files.OfKind(FileKind::kContent), (std::vector<std::string>{"file:///lake/a", "file:///lake/b"}));
  EXPECT_TRUE(files.Erase("file:///lake/a"));
  EXPECT_FALSE(files.Erase("file:///lake/a"));
  EXPECT_TRUE(files.Contains("/lake/b"));
  EXPECT_EQ(files.size(), 2u);
}

}  // namespace
}  // namespace lifeboat::catalog
