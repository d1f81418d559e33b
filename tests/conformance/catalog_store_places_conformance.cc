// The part of the suite that is about the places of tables (catalog/api/table_places.h).
#include <atomic>
#include <thread>

#include "base/testing.h"
#include "tests/conformance/catalog_store_conformance.h"

namespace lifeboat::catalog {
namespace {

const Namespace kSales = {"sales"};

CreateTableChange CreateTableAt(const TableIdentifier& identifier, std::vector<std::string> places) {
  return {.identifier = identifier,
          .uuid = identifier.name,
          .metadata_location = "loc/" + identifier.name,
          .metadata_json = "{}",
          .places = std::move(places)};
}

CommitTableChange Commit(const TableIdentifier& identifier, uint64_t expected) {
  return {.identifier = identifier,
          .expected_version = expected,
          .uuid = identifier.name,
          .metadata_location = fmt::format("loc/{}/{}", identifier.name, expected),
          .metadata_json = "{}"};
}

CommitTableChange MoveTable(const TableIdentifier& identifier, uint64_t expected,
                            std::vector<std::string> places) {
  CommitTableChange change = Commit(identifier, expected);
  change.places = std::move(places);
  return change;
}

TEST_P(CatalogStoreConformanceTest, NoTwoTablesHaveOverlappingPlaces) {
  const TableIdentifier a = {kSales, "a"};
  const TableIdentifier b = {kSales, "b"};
  MustApply({CreateNamespaceChange{kSales, {}}});
  uint64_t version = MustApply({CreateTableAt(a, {"s3://l/x/a/", "s3://l/y/"})});
  for (const char* taken : {"s3://l/x/a/", "s3://l/x/a/data/", "s3://l/x/", "s3://l/", "s3://l/y/z/"}) {
    EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({CreateTableAt(b, {"s3://m/", taken})}));
    ASSERT_OK_AND_ASSIGN(const auto holder, store_->FindPlaceHolder({"s3://m/", taken}, b));
    EXPECT_EQ(holder, (PlaceHolder{a, taken})) << taken;
    ASSERT_OK_AND_ASSIGN(const auto own, store_->FindPlaceHolder({taken}, a));
    EXPECT_EQ(own, std::nullopt);
  }
  EXPECT_STATUS(StatusCode::kNotFound, store_->LoadTable(b, ObjectKind::kTable));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({CreateTableAt(b, {std::string(5000, 'x')})}));
  const uint64_t other = MustApply({CreateTableAt(b, {"s3://l/x/a-1/", "s3://l/x/a0/"})});
  CreateTableChange view = CreateTableAt({kSales, "v"}, {"s3://l/x/a/views/"});
  view.object = ObjectKind::kView;
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({view}));

  // A commit that says nothing of places leaves them; one that does replaces all of them.
  version = MustApply({Commit(a, version)});
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({MoveTable(b, other, {"s3://l/y/"})}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({MoveTable(a, version, {"s3://l/x/"})}));
  MustApply({MoveTable(a, version, {"s3://l/x/a/data/"})});
  const uint64_t moved = MustApply({MoveTable(b, other, {"s3://l/y/"})});

  // They follow a table that is renamed and are free once it is dropped, also within one transaction.
  const TableIdentifier c = {kSales, "c"};
  MustApply({RenameTableChange{ObjectKind::kTable, a, c}});
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({CreateTableAt(a, {"s3://l/x/a/"})}));
  Reopen();
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({CreateTableAt(a, {"s3://l/x/a/"})}));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                Apply({CreateTableAt(a, {"s3://n/"}), CreateTableAt({kSales, "d"}, {"s3://n/d/"})}));
  MustApply({DropTableChange{.identifier = c}, CreateTableAt(a, {"s3://l/x/a/"}),
             MoveTable(b, moved, {"s3://l/x/b/"}), CreateTableAt({kSales, "d"}, {"s3://l/y/d/"})});
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({CreateTableAt(c, {"s3://l/x/b/"})}));
}

TEST_P(CatalogStoreConformanceTest, PlacesMayOverlapWhereThatIsAskedFor) {
  const TableIdentifier a = {kSales, "a"};
  const TableIdentifier b = {kSales, "b"};
  MustApply({CreateNamespaceChange{kSales, {}}, CreateTableAt(a, {"s3://l/t/"})});
  ASSERT_OK(store_->Apply({1, "shared", {CreateTableAt(b, {"s3://l/t/"})}, {}, true}));
  MustApply({DropTableChange{.identifier = a}});
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({CreateTableAt(a, {"s3://l/t/"})}));
}

// Whoever comes first has the place, also among those that wait in the same group.
TEST_P(CatalogStoreConformanceTest, OneOfSeveralConcurrentTablesGetsAPlace) {
  constexpr int kWriters = 8;
  MustApply({CreateNamespaceChange{kSales, {}}});
  for (int round = 0; round < 10; ++round) {
    std::atomic<int> won = 0;
    std::vector<std::thread> threads;
    for (int w = 0; w < kWriters; ++w) {
      threads.emplace_back([&, w] {
        const std::string name = fmt::format("t{}-{}", round, w);
        const std::string folder = fmt::format("s3://l/{}/", round);
        const Result<Applied> applied = store_->Apply(
            {1, name, {CreateTableAt({kSales, name}, {w < 4 ? folder : folder + name + "/"})}, {}});
        if (applied.ok()) {
          ++won;
        } else {
          EXPECT_EQ(applied.status().code(), StatusCode::kInvalidArgument);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    // Either one has the whole folder, or several have parts of it.
    ASSERT_OK_AND_ASSIGN(const auto whole,
                         store_->FindPlaceHolder({fmt::format("s3://l/{}/", round)}, {kSales, "x"}));
    ASSERT_TRUE(whole);
    const bool has_whole = whole->identifier.name < fmt::format("t{}-4", round);
    EXPECT_TRUE(has_whole ? won == 1 : won == 4) << won << " " << whole->identifier.name;
  }
}

}  // namespace
}  // namespace lifeboat::catalog
