#include "iceberg/scan/scan_walk.h"

#include <gtest/gtest.h>

#include "base/testing.h"
#include "iceberg/test_lake.h"

namespace lifeboat::iceberg {
namespace {

using Names = std::vector<std::string>;
constexpr size_t kAll = 1'000'000;

class ScanWalkTest : public ::testing::Test {
 protected:
  void Append(const std::vector<DataFile>& files) {
    ASSERT_OK_AND_ASSIGN(metadata_, lake_.Append(metadata_, files));
    snapshots_.push_back(*metadata_.current_snapshot_id);
  }
  void SetUp() override {
    Append({lake_.NewFile("a", 1, 0, 4), lake_.NewFile("b", 2, 5, 9), lake_.NewFile("c", 3, 5, 9)});
    Append({lake_.NewFile("d", 3, 10, 20)});
    Append({lake_.NewFile("e", 4, 0, 20), lake_.NewFile("f", 4, 0, 20)});
  }
  std::unique_ptr<ScanWalk> Open(const ScanRange& range, const Expression& filter = {}) {
    Result<std::unique_ptr<ScanWalk>> walk =
        ScanWalk::Open(lake_.storage(), metadata_, range, filter, metadata_.schema());
    EXPECT_OK(walk);
    return walk.ok() ? std::move(walk).value() : nullptr;
  }
  // Walks on for `files_max` files.
  static Names Walk(ScanWalk& walk, ScanWalk::Position* position, size_t files_max = kAll,
                    size_t manifests_max = kAll, size_t end = kAll) {
    Names names;
    EXPECT_OK(
        walk.Run({std::min(end, walk.manifest_count()), manifests_max}, position,
                 [&](const DataFile& file, const PartitionSpec&, std::vector<uint32_t>) -> Result<bool> {
                   names.push_back(file.file_path.substr(file.file_path.rfind('/') + 1));
                   return names.size() < files_max;
                 }));
    return names;
  }

  TestLake lake_;
  TableMetadata metadata_ = lake_.NewTestTable(2);
  std::vector<int64_t> snapshots_;
};

TEST_F(ScanWalkTest, PiecesMakeTheWhole) {
  const auto whole_walk = Open({metadata_.current_snapshot_id});
  ScanWalk::Position whole_position;
  const Names whole = Walk(*whole_walk, &whole_position);
  EXPECT_EQ(whole.size(), 6u);
  EXPECT_EQ(whole_position, (ScanWalk::Position{whole_walk->manifest_count(), 0}));
  for (size_t files_max = 1; files_max <= 7; ++files_max) {
    ScanWalk::Position position;
    Names names;
    for (int piece = 0; piece < 8; ++piece) {
      // Each piece by a walk of its own, as another server would.
      const auto walk = Open({metadata_.current_snapshot_id});
      for (const std::string& name : Walk(*walk, &position, files_max)) names.push_back(name);
    }
    EXPECT_EQ(names, whole) << files_max;
  }
}

TEST_F(ScanWalkTest, FiltersDoNotRenumberManifests) {
  const Expression filter = Expression::Equal(kDay, Literal(int32_t{3}));
  const auto walk = Open({metadata_.current_snapshot_id}, filter);
  EXPECT_EQ(walk->manifest_count(), 3u);
  size_t matching = 0;
  for (size_t i = 0; i < 3; ++i) matching += walk->MayMatch(i) ? 1 : 0;
  EXPECT_EQ(matching, 2u);
  ScanWalk::Position position;
  EXPECT_EQ(Walk(*walk, &position, kAll, 1).size(), 1u);  // one manifest a time
  EXPECT_EQ(Walk(*walk, &position, kAll, 1).size(), 1u);
  EXPECT_EQ(Walk(*walk, &position, kAll, 1), Names{});
}

TEST_F(ScanWalkTest, IncrementalScansSeeWhatAppendsAdded) {
  ScanWalk::Position position;
  EXPECT_EQ(Walk(*Open({snapshots_[2], snapshots_[0]}), &position), (Names{"d", "e", "f"}));
  position = {};
  EXPECT_EQ(Walk(*Open({snapshots_[1], snapshots_[0]}), &position), (Names{"d"}));
  position = {};
  EXPECT_EQ(Walk(*Open({snapshots_[1], snapshots_[1]}), &position), Names{});
  position = {};
  EXPECT_EQ(
      Walk(*Open({snapshots_[2], snapshots_[0]}, Expression::Equal(kDay, Literal(int32_t{4}))), &position),
      (Names{"e", "f"}));
  EXPECT_STATUS(
      StatusCode::kInvalidArgument,
      ScanWalk::Open(lake_.storage(), metadata_, {snapshots_[0], snapshots_[2]}, {}, metadata_.schema()));
  EXPECT_STATUS(StatusCode::kNotFound,
                ScanWalk::Open(lake_.storage(), metadata_, {int64_t{1}}, {}, metadata_.schema()));
}

TEST_F(ScanWalkTest, EmptyTableAndCancellation) {
  ScanWalk::Position position;
  EXPECT_EQ(Walk(*Open({}), &position), Names{});
  const auto walk = Open({metadata_.current_snapshot_id});
  const std::atomic<bool> cancelled = true;
  EXPECT_STATUS(StatusCode::kCancelled, walk->Run({3, kAll, &cancelled}, &position, nullptr));
}

}  // namespace
}  // namespace lifeboat::iceberg
