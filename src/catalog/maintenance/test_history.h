// TestHistory: a table whose history a test writes — appends, overwrites, branches, tags — beside a model of
// what each snapshot must show. Included by tests only.
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_TEST_HISTORY_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_TEST_HISTORY_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/testing.h"
#include "catalog/maintenance/file_set.h"
#include "catalog/maintenance/memory_catalog.h"
#include "iceberg/manifest/manifest.h"
#include "iceberg/scan/plan_scan.h"
#include "iceberg/test_lake.h"
#include "iceberg/write/append_files.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog {

// The clock stands ahead of the machine's, so that files just written are old.
class TestHistory {
 public:
  TestHistory() {
    LIFEBOAT_CHECK(::mkdtemp(folder.data()) != nullptr, "no temporary folder");
    iceberg::NewTable table;
    table.schema = iceberg::TestLake::TestSchema();
    table.location = Location();
    table.properties["format-version"] = "2";
    auto metadata = iceberg::NewTableMetadata(table, clock, random);
    LIFEBOAT_CHECK(metadata.ok(), metadata.status().ToString());
    EXPECT_OK(catalog.Put(kTable, std::move(metadata).value()));
  }
  ~TestHistory() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  std::string Location() const { return storage::FileLocation(folder + "/table"); }
  std::shared_ptr<const iceberg::TableMetadata> Metadata() {
    return catalog.LoadTable(kTable).value_or({}).metadata;
  }

  // A new data file with something in it.
  iceberg::DataFile WriteFile() {
    iceberg::DataFile file;
    file.file_path = fmt::format("{}/data/f{}.parquet", Location(), ++files_written_);
    file.record_count = 1;
    file.file_size_in_bytes = 4;
    EXPECT_OK(storage->Write(file.file_path, "data", {.durable = false}));
    return file;
  }

  void Append(const std::string& branch, int count) {
    std::vector<iceberg::DataFile> files;
    for (int i = 0; i < count; ++i) files.push_back(WriteFile());
    const auto metadata = Metadata();
    std::set<std::string> shown = Shown(branch);
    auto append = iceberg::AppendFiles(*storage, *metadata, files, {.branch = branch}, clock, random);
    ASSERT_OK(append);
    ASSERT_OK(catalog.CommitTable(kTable, append->requirements, append->updates));
    for (const auto& file : files) shown.insert(file.file_path);
    shown_[append->snapshot_id] = std::move(shown);
  }

  // Takes files out of the branch and puts others in, in one snapshot, by rewriting their manifests.
  void Overwrite(const std::string& branch, const std::set<std::string>& removed, int added_count) {
    const auto metadata = Metadata();
    const iceberg::Snapshot* parent = metadata->FindRef(branch);
    ASSERT_NE(parent, nullptr);
    iceberg::Snapshot snapshot;
    snapshot.snapshot_id = static_cast<int64_t>(random.Next() >> 2) + 1;
    snapshot.parent_snapshot_id = parent->snapshot_id;
    snapshot.sequence_number = metadata->last_sequence_number + 1;
    snapshot.timestamp_ms = std::max(clock.NowMillis(), metadata->last_updated_ms);
    snapshot.operation = "overwrite";
    snapshot.schema_id = metadata->current_schema_id;
    std::set<std::string> shown = Shown(branch);
    std::vector<iceberg::ManifestFile> manifests;
    ASSERT_OK_AND_ASSIGN(const auto old, iceberg::ReadManifestList(*storage, *parent));
    for (const iceberg::ManifestFile& file : old) {
      ASSERT_OK_AND_ASSIGN(const iceberg::Manifest manifest, iceberg::ReadManifest(*storage, file));
      iceberg::ManifestWriter writer(manifest.header, snapshot.snapshot_id);
      bool touched = false;
      for (iceberg::ManifestEntry entry : manifest.entries) {
        if (!entry.is_live()) continue;
        const bool goes = removed.contains(entry.data_file.file_path);
        touched = touched || goes;
        entry.status =
            goes ? iceberg::ManifestEntry::Status::kDeleted : iceberg::ManifestEntry::Status::kExisting;
        if (goes) entry.snapshot_id = snapshot.snapshot_id;
        ASSERT_OK(writer.Add(entry));
      }
      manifests.push_back(touched ? Finish(writer, snapshot) : file);
    }
    for (const std::string& location : removed) shown.erase(location);
    if (added_count > 0) {
      iceberg::ManifestWriter writer({.schema = metadata->schema(), .spec = metadata->spec()},
                                     snapshot.snapshot_id);
      for (int i = 0; i < added_count; ++i) {
        const iceberg::DataFile file = WriteFile();
        ASSERT_OK(writer.AddFile(file));
        shown.insert(file.file_path);
      }
      manifests.push_back(Finish(writer, snapshot));
    }
    ASSERT_OK_AND_ASSIGN(const std::string list,
                         iceberg::WriteManifestList({.snapshot_id = snapshot.snapshot_id,
                                                     .parent_snapshot_id = snapshot.parent_snapshot_id,
                                                     .sequence_number = snapshot.sequence_number},
                                                    manifests));
    snapshot.manifest_list = fmt::format("{}/metadata/snap-{}.avro", Location(), snapshot.snapshot_id);
    ASSERT_OK(storage->Write(snapshot.manifest_list, list, {.durable = false}));
    iceberg::update::SetSnapshotRef move;
    move.ref_name = branch;
    if (const auto ref = metadata->refs.find(branch); ref != metadata->refs.end()) move.ref = ref->second;
    move.ref.snapshot_id = snapshot.snapshot_id;
    shown_[snapshot.snapshot_id] = std::move(shown);
    ASSERT_OK(catalog.CommitTable(kTable, {}, {iceberg::update::AddSnapshot{snapshot}, move}));
  }

  void SetRef(const std::string& name, iceberg::SnapshotRef ref) {
    ASSERT_OK(catalog.CommitTable(kTable, {}, {iceberg::update::SetSnapshotRef{name, std::move(ref)}}));
  }

  // What the branch or tag must show, by the model; nothing for a branch that does not exist yet but main.
  std::set<std::string> Shown(const std::string& ref) {
    const auto metadata = Metadata();
    const iceberg::Snapshot* snapshot = metadata->FindRef(ref);
    if (snapshot == nullptr) snapshot = metadata->current_snapshot();
    return snapshot == nullptr ? std::set<std::string>() : shown_.at(snapshot->snapshot_id);
  }

  // Every snapshot the table still has shows what it must, and its files are there.
  void ExpectAllSnapshotsIntact() {
    const auto metadata = Metadata();
    for (const auto& snapshot : metadata->snapshots) {
      auto plan = iceberg::PlanScan(*storage, *metadata, {.snapshot_id = snapshot->snapshot_id});
      ASSERT_OK(plan);
      std::set<std::string> found;
      for (const auto& file : plan->files) {
        found.insert(file.file.file_path);
        EXPECT_OK(storage->Stat(file.file.file_path));
      }
      EXPECT_EQ(found, shown_.at(snapshot->snapshot_id));
    }
  }

  std::set<std::string> FilesOnDisk() {
    std::set<std::string> files;
    EXPECT_OK(storage->List(Location() + "/", [&](const storage::ObjectInfo& object) {
      files.insert(object.location);
      return Status::Ok();
    }));
    return files;
  }
  // Data files that a snapshot the table still has shows.
  std::set<std::string> FilesShown() {
    std::set<std::string> files;
    for (const auto& snapshot : Metadata()->snapshots)
      files.merge(std::set(shown_.at(snapshot->snapshot_id)));
    return files;
  }
  std::set<std::string> DataFilesOnDisk() {
    std::set<std::string> files;
    for (const std::string& file : FilesOnDisk()) {
      if (file.find("/data/") != std::string::npos) files.insert(file);
    }
    return files;
  }

  static inline const TableIdentifier kTable = {{"n"}, "t"};

  std::string folder = ::testing::TempDir() + "history_XXXXXX";
  ManualClock clock{SystemClock().NowMicros() + int64_t{10} * 86'400'000'000};
  SeededRandom random{1};
  std::unique_ptr<storage::Storage> storage = storage::MakeLocalStorage();
  MemoryCatalog catalog{*storage, clock};

 private:
  iceberg::ManifestFile Finish(iceberg::ManifestWriter& writer, const iceberg::Snapshot& snapshot) {
    auto written = writer.Finish();
    EXPECT_OK(written);
    iceberg::ManifestFile file = std::move(written->file);
    file.manifest_path = fmt::format("{}/metadata/m{}.avro", Location(), ++files_written_);
    file.sequence_number = snapshot.sequence_number;
    if (file.min_sequence_number == 0) file.min_sequence_number = snapshot.sequence_number;
    EXPECT_OK(storage->Write(file.manifest_path, written->bytes, {.durable = false}));
    return file;
  }

  int files_written_ = 0;
  std::map<int64_t, std::set<std::string>> shown_;  // by snapshot
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_TEST_HISTORY_H_
