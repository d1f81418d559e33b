#include "catalog/store/stored_metadata.h"

#include <gtest/gtest.h>

#include <string>

#include "base/testing.h"

namespace lifeboat::catalog {
namespace {

std::string LongMetadata() {
  std::string json = "{\"metadata-log\":[";
  for (int i = 0; i < 100; ++i) json += fmt::format("{{\"metadata-file\":\"s3://lake/t/{:05}.json\"}},", i);
  return json + "{}]}";
}

TEST(StoredMetadataTest, ComesBackAsItWas) {
  for (const std::string& json : {std::string(), std::string("{}"), std::string(511, 'x'),
                                  std::string(512, 'x'), LongMetadata(), std::string(5'000'000, ' ')}) {
    ASSERT_OK_AND_ASSIGN(const std::string read, FromStoredMetadata(ToStoredMetadata(json)));
    EXPECT_EQ(read, json);
  }
}

TEST(StoredMetadataTest, IsSmaller) {
  EXPECT_LT(ToStoredMetadata(LongMetadata()).size(), LongMetadata().size() / 5);
}

TEST(StoredMetadataTest, WhatDoesNotShrinkStaysAsItIs) {
  std::string noise;
  uint32_t state = 1;
  for (int i = 0; i < 4'000; ++i)
    noise.push_back(static_cast<char>((state = state * 1664525 + 1013904223) >> 24));
  EXPECT_EQ(ToStoredMetadata(noise), noise);
}

TEST(StoredMetadataTest, DamageIsAnError) {
  const std::string stored = ToStoredMetadata(LongMetadata());
  std::string torn = stored.substr(0, stored.size() / 2);
  EXPECT_EQ(FromStoredMetadata(torn).status().code(), StatusCode::kCorruption);
  for (size_t i = 4; i < stored.size(); i += 7) {
    std::string changed = stored;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    (void)FromStoredMetadata(changed);  // an error or other bytes: never a crash
  }
  EXPECT_EQ(FromStoredMetadata(stored.substr(0, 5)).status().code(), StatusCode::kCorruption);
}

}  // namespace
}  // namespace lifeboat::catalog
