#include "catalog/server/table_cache.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace lifeboat::catalog {
namespace {

const TableIdentifier kT = {{"n"}, "t"};
const TableIdentifier kU = {{"n"}, "u"};

std::shared_ptr<const LoadedTableVersion> Version(uint64_t version, size_t bytes = 2) {
  return std::make_shared<const LoadedTableVersion>(version, "file:///m.json", std::string(bytes, '1'));
}

TEST(TableCache, BodyHoldsLocationAndMetadataAsTheyAre) {
  const LoadedTableVersion table(7, "file:///a\"b.json", R"({"x":1})");
  EXPECT_EQ(table.body(), R"({"metadata-location":"file:///a\"b.json","metadata":{"x":1},"config":{}})");
  EXPECT_EQ(table.metadata_json(), R"({"x":1})");
  EXPECT_STATUS(StatusCode::kCorruption, table.Metadata());
  EXPECT_EQ(LoadTableResultJson("", "{}"), R"({"metadata":{},"config":{}})");
}

TEST(TableCache, ANewerVersionReplacesAnOlderOneOnly) {
  TableCache cache(1'000'000);
  EXPECT_EQ(cache.Find(kT), nullptr);
  cache.Put(kT, Version(5));
  cache.Put(kT, Version(4));
  EXPECT_EQ(cache.Find(kT)->version(), 5u);
  cache.Put(kT, Version(6));
  EXPECT_EQ(cache.Find(kT)->version(), 6u);
  cache.Erase(kT);
  EXPECT_EQ(cache.Find(kT), nullptr);
  EXPECT_EQ(cache.size_bytes(), 0u);
}

TEST(TableCache, EvictsTheLeastRecentlyUsedAndKeepsWithinItsBytes) {
  const uint64_t one = Version(1, 1000)->size_bytes() + 100;
  TableCache cache(2 * one);
  cache.Put(kT, Version(1, 1000));
  cache.Put(kU, Version(2, 1000));
  ASSERT_NE(cache.Find(kT), nullptr);  // now kU is the older one
  cache.Put({{"n"}, "v"}, Version(3, 1000));
  EXPECT_NE(cache.Find(kT), nullptr);
  EXPECT_EQ(cache.Find(kU), nullptr);
  EXPECT_LE(cache.size_bytes(), 2 * one);
  cache.Put(kU, Version(4, 1'000'000));
  EXPECT_EQ(cache.Find(kU), nullptr) << "a table larger than the cache is not kept";
  EXPECT_NE(cache.Find(kT), nullptr);
}

}  // namespace
}  // namespace lifeboat::catalog
