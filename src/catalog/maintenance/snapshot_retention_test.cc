#include "catalog/maintenance/snapshot_retention.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace lifeboat::catalog {
namespace {

using iceberg::SnapshotRef;

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kNow = 1'000 * kDayMs;

class SnapshotRetentionTest : public ::testing::Test {
 protected:
  void AddSnapshot(int64_t id, int64_t days_old, int64_t parent = 0) {
    iceberg::Snapshot snapshot;
    snapshot.snapshot_id = id;
    snapshot.timestamp_ms = kNow - days_old * kDayMs;
    if (parent != 0) snapshot.parent_snapshot_id = parent;
    metadata_.snapshots.push_back(std::make_shared<const iceberg::Snapshot>(snapshot));
  }
  SnapshotRef& Ref(const std::string& name, int64_t id, SnapshotRef::Kind kind = SnapshotRef::Kind::kBranch) {
    metadata_.refs[name] = {.snapshot_id = id, .kind = kind};
    return metadata_.refs[name];
  }
  ExpiredHistory Find(const SnapshotRetentionOptions& options = {}) {
    auto expired = FindExpiredHistory(metadata_, kNow, options);
    EXPECT_OK(expired);
    return std::move(expired).value_or({});
  }

  iceberg::TableMetadata metadata_;
};

using Ids = std::vector<int64_t>;
using Names = std::vector<std::string>;

TEST_F(SnapshotRetentionTest, ByDefaultABranchKeepsFiveDaysAndItsHead) {
  AddSnapshot(1, 20);
  AddSnapshot(2, 6, 1);
  AddSnapshot(3, 5, 2);
  AddSnapshot(4, 1, 3);
  Ref("main", 4);
  EXPECT_EQ(Find().snapshot_ids, (Ids{1, 2}));
  metadata_.refs["main"].snapshot_id = 1;
  EXPECT_EQ(Find().snapshot_ids, (Ids{2})) << "the head stays however old, and what nobody names while young";
}

TEST_F(SnapshotRetentionTest, PropertiesOptionsAndRefsOverrideEachOtherInThisOrder) {
  for (int64_t id = 1; id <= 6; ++id) AddSnapshot(id, 60 - 10 * id, id - 1);
  SnapshotRef& main = Ref("main", 6);
  metadata_.properties["history.expire.max-snapshot-age-ms"] = std::to_string(10 * kDayMs);
  EXPECT_EQ(Find().snapshot_ids, (Ids{1, 2, 3, 4}));
  metadata_.properties["history.expire.min-snapshots-to-keep"] = "4";
  EXPECT_EQ(Find().snapshot_ids, (Ids{1, 2}));
  EXPECT_EQ(Find({.min_snapshots_to_keep = 1}).snapshot_ids, (Ids{1, 2, 3, 4}));
  EXPECT_EQ(Find({.max_snapshot_age_ms = 0, .min_snapshots_to_keep = 1}).snapshot_ids, (Ids{1, 2, 3, 4, 5}));
  main.min_snapshots_to_keep = 2;
  main.max_snapshot_age_ms = 30 * kDayMs;
  EXPECT_EQ(Find({.max_snapshot_age_ms = 0}).snapshot_ids, (Ids{1, 2}));
  main.max_snapshot_age_ms = 0;
  EXPECT_EQ(Find({.max_snapshot_age_ms = 100 * kDayMs}).snapshot_ids, (Ids{1, 2, 3, 4}));
}

TEST_F(SnapshotRetentionTest, OldRefsGoWithWhatOnlyTheyKept) {
  AddSnapshot(1, 90);
  AddSnapshot(2, 80, 1);
  AddSnapshot(3, 70, 1);
  AddSnapshot(4, 1, 1);
  Ref("main", 4);
  Ref("audit", 2);
  Ref("release", 3, SnapshotRef::Kind::kTag);
  EXPECT_EQ(Find().snapshot_ids, (Ids{1})) << "refs keep their snapshots for ever by default";
  EXPECT_EQ(Find({.max_ref_age_ms = 75 * kDayMs}).refs, (Names{"audit"}));
  EXPECT_EQ(Find({.max_ref_age_ms = 75 * kDayMs}).snapshot_ids, (Ids{1, 2}));
  metadata_.refs["audit"].max_ref_age_ms = 85 * kDayMs;
  metadata_.properties["history.expire.max-ref-age-ms"] = std::to_string(10 * kDayMs);
  EXPECT_EQ(Find().refs, (Names{"release"}));
  EXPECT_EQ(Find().snapshot_ids, (Ids{1, 3}));
  metadata_.refs["main"].snapshot_id = 1;
  EXPECT_EQ(Find().refs, (Names{"release"})) << "main never goes";
}

TEST_F(SnapshotRetentionTest, NamedSnapshotsGoUnlessARefNamesThem) {
  AddSnapshot(1, 3);
  AddSnapshot(2, 2, 1);
  AddSnapshot(3, 1, 2);
  Ref("main", 3);
  EXPECT_TRUE(Find().empty());
  EXPECT_EQ(Find({.snapshot_ids = {2}}).snapshot_ids, (Ids{2}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, FindExpiredHistory(metadata_, kNow, {.snapshot_ids = {3}}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, FindExpiredHistory(metadata_, kNow, {.snapshot_ids = {9}}));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                FindExpiredHistory(metadata_, kNow, {.min_snapshots_to_keep = 0}));
}

TEST_F(SnapshotRetentionTest, ACircularHistoryEnds) {
  AddSnapshot(1, 30, 2);
  AddSnapshot(2, 20, 1);
  Ref("main", 2);
  EXPECT_EQ(Find().snapshot_ids, (Ids{1}));
}

}  // namespace
}  // namespace lifeboat::catalog
