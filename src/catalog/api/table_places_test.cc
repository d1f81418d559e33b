#include "catalog/api/table_places.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace lifeboat::catalog {
namespace {

using Places = std::vector<std::string>;

TEST(TablePlacesTest, OneFolderHasOneSpelling) {
  for (const char* same : {"s3://b/t", "s3://b/t/", "s3://b/t///", "s3a://b/t", "S3N://b//t", "s3://b/./t"}) {
    EXPECT_EQ(PlaceOf(same), "s3://b/t/") << same;
  }
  for (const char* same : {"file:///x/t", "file:/x/t/", "/x/t", "file://localhost/x//t", "FILE:///x/./t"}) {
    EXPECT_EQ(PlaceOf(same), "file:///x/t/") << same;
  }
  EXPECT_EQ(PlaceOf("s3://b"), "s3://b/");
  EXPECT_EQ(PlaceOf("file:///"), "file:///");
  EXPECT_EQ(PlaceOf("gs://b/a:b/t"), "gs://b/a:b/t/");
  EXPECT_EQ(PlaceOf("s3://B/T"), "s3://B/T/") << "keys differ by case";
}

TEST(TablePlacesTest, ATableHasThePlacesOfItsPathProperties) {
  EXPECT_EQ(PlacesOf("s3://b/t/", {{"owner", "s3://x/y"}}), Places{"s3://b/t/"});
  EXPECT_EQ(PlacesOf("s3://b/t", {{"write.data.path", "s3://b/t/files"},
                                  {"write.metadata.path", "s3://b/t-meta"},
                                  {"write.folder-storage.path", "s3a://a/old/"},
                                  {"write.object-storage.path", ""}}),
            (Places{"s3://a/old/", "s3://b/t-meta/", "s3://b/t/"}));
}

TEST(TablePlacesTest, WhatNoStoreCanKeepIsRefused) {
  EXPECT_OK(ValidatePlaces({"s3://b/t/", "s3://b/\xC3\xA9/"}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ValidatePlaces({"s3://b/t/", std::string("s3://b/\0/", 9)}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ValidatePlaces({"s3://b/\xC3/"}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ValidatePlaces({PlaceOf("s3://b/t/../u")}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ValidatePlaces({"s3://b/" + std::string(kMaxPlaceBytes, 'x')}));
}

TEST(TablePlacesTest, PlacesAreFoundInMetadata) {
  ASSERT_OK_AND_ASSIGN(const Places places, PlacesOfMetadata(R"({"location": "s3://b/t", "properties":
      {"write.data.path": "s3://b/data", "write.metadata.path": 5}})"));
  EXPECT_EQ(places, (Places{"s3://b/data/", "s3://b/t/"}));
  ASSERT_OK_AND_ASSIGN(const Places none, PlacesOfMetadata("{}"));
  EXPECT_TRUE(none.empty());
  EXPECT_STATUS(StatusCode::kInvalidArgument, PlacesOfMetadata("one"));
}

TEST(TablePlacesTest, WhatIsAboveAndBelowAPlace) {
  EXPECT_EQ(PlacesAtOrAbove("s3://b/a/t/"),
            (std::vector<std::string_view>{"s3://b/", "s3://b/a/", "s3://b/a/t/"}));
  EXPECT_EQ(PlacesAtOrAbove("file:///a/"), (std::vector<std::string_view>{"file:///", "file:///a/"}));
  const std::string place = "s3://b/t/";
  const std::string end = EndOfPlacesBelow(place);
  for (const std::string below : {"s3://b/t/x/", "s3://b/t/\x7F/", "s3://b/t/\xC3\xA9/"}) {
    EXPECT_TRUE(place < below && below < end) << below;
  }
  for (const std::string beside : {"s3://b/t/", "s3://b/t0/", "s3://b/t-1/", "s3://b/s/", "s3://b/u/"}) {
    EXPECT_FALSE(place < beside && beside < end) << beside;
  }
}

TEST(TablePlacesTest, AFileLiesBelowAPlaceHoweverItIsSpelt) {
  const std::vector<std::string> places = PlacesOf("s3://b/t", {{"write.data.path", "file:/data"}});
  for (const char* file : {"s3://b/t/a", "s3a://b/t//x/a", "/data/a", "file:///data/./a"})
    EXPECT_TRUE(LiesInPlaces(places, file)) << file;
  for (const char* file : {"s3://b/t", "s3://b/t2/a", "s3://b/a", "s3://c/t/a", "file:///data2/a",
                           "s3://b/t/../u/a", "/data/../etc/passwd", "", "a"})
    EXPECT_FALSE(LiesInPlaces(places, file)) << file;
}

}  // namespace
}  // namespace lifeboat::catalog
