#include "catalog/server/purge_runner.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "catalog/client/rest_catalog.h"
#include "catalog/server/test_catalog.h"
#include "iceberg/write/append_files.h"
#include "net/content_encoding.h"

namespace lifeboat::catalog {
namespace {

// A storage on which deleting comes to an end, as when its server is killed; and that tells of what is read.
class DyingStorage : public storage::StorageRouter {
 public:
  DyingStorage() { Register("file", storage::MakeLocalStorage()); }
  Status Delete(const std::string& location) override {
    if (deletes_left == 0) return Status::Unavailable("'{}' cannot be deleted now", location);
    --deletes_left;
    return StorageRouter::Delete(location);
  }
  std::vector<Status> DeleteMany(const std::vector<std::string>& locations) override {
    return Storage::DeleteMany(locations);  // one by one
  }
  Result<std::string> Read(const std::string& location) override {
    if (on_read) on_read(location);
    return StorageRouter::Read(location);
  }

  std::atomic<int> deletes_left = 1'000'000;
  std::function<void(const std::string&)> on_read;  // set before the server starts
};

class PurgeRunnerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto dying = std::make_unique<DyingStorage>();
    storage_ = dying.get();
    catalog_.storage = std::move(dying);
    catalog_.Start();
    Connect();
    ASSERT_OK(client_->CreateNamespace({"n"}, {}));
  }
  void Connect() {
    RestCatalogOptions options;
    options.uri = catalog_.uri();
    ASSERT_OK_AND_ASSIGN(client_, RestCatalog::Connect(options, *catalog_.http));
  }
  // Whatever is in memory of the server and of the store is gone.
  void Restart() {
    catalog_.server.reset();
    catalog_.OpenStore();
    storage_->deletes_left = 1'000'000;
    catalog_.Start();
    Connect();
  }

  TableIdentifier MakeTable(const std::string& name, int appends, const Properties& properties = {}) {
    CreateTableRequest request;
    request.name = name;
    iceberg::Field field;
    field.id = 1;
    field.name = "x";
    field.type = iceberg::Type::Primitive(iceberg::TypeId::kLong);
    request.schema.fields = {field};
    request.properties = properties;
    EXPECT_OK(client_->CreateTable({"n"}, request));
    for (int i = 0; i < appends; ++i) Append({{"n"}, name}, "");
    return {{"n"}, name};
  }
  // Appends a file of the table's own, or one that lies elsewhere. Returns its location.
  std::string Append(const TableIdentifier& identifier, std::string location) {
    const LoadedTable table = client_->LoadTable(identifier).value_or({});
    iceberg::DataFile file;
    file.file_path = location;
    if (location.empty()) {
      file.file_path = fmt::format("{}/f{}.parquet", iceberg::DataLocation(*table.metadata), ++files_);
      EXPECT_OK(storage_->Write(file.file_path, "data", {}));
    }
    file.record_count = 1;
    file.file_size_in_bytes = 4;
    auto append = iceberg::AppendFiles(*storage_, *table.metadata, {file}, {}, catalog_.clock, random_);
    EXPECT_OK(append);
    EXPECT_OK(client_->CommitTable(identifier, append->requirements, append->updates));
    return file.file_path;
  }
  std::string LocationOf(const TableIdentifier& identifier) {
    const LoadedTable table = client_->LoadTable(identifier).value_or({});
    return table.metadata == nullptr ? "" : table.metadata->location;
  }
  std::set<std::string> FilesBelow(const std::string& location) {
    std::set<std::string> files;
    EXPECT_OK(storage_->List(location + "/", [&](const storage::ObjectInfo& object) {
      files.insert(object.location);
      return Status::Ok();
    }));
    return files;
  }
  boost::json::value Job() {
    const boost::json::value answer = catalog_.CallJson("GET", "/lifeboat/v1/jobs");
    EXPECT_EQ(answer.at("jobs").as_array().size(), 1u);
    return answer.at("jobs").at(0);
  }
  template <typename Condition>
  boost::json::value WaitForJob(const Condition& condition) {
    for (;;) {
      boost::json::value job = Job();
      if (condition(job)) return job;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  boost::json::value WaitUntilDone() {
    return WaitForJob([](const boost::json::value& job) { return job.at("state").as_string() == "done"; });
  }

  TestCatalog catalog_;
  DyingStorage* storage_ = nullptr;
  SeededRandom random_{1};
  std::unique_ptr<RestCatalog> client_;
  int files_ = 0;
};

TEST_F(PurgeRunnerTest, DeletesEveryFileOfTheTableAndNoOther) {
  const TableIdentifier table = MakeTable("t", 3);
  const TableIdentifier neighbour = MakeTable("t2", 3);
  const std::string location = LocationOf(table);
  const std::set<std::string> kept = FilesBelow(LocationOf(neighbour));
  const size_t files = FilesBelow(location).size();
  ASSERT_OK(client_->DropTable(table, true));
  const boost::json::value job = WaitUntilDone();
  EXPECT_TRUE(FilesBelow(location).empty());
  EXPECT_EQ(FilesBelow(LocationOf(neighbour)), kept);
  EXPECT_EQ(job.at("files-found").as_int64(), static_cast<int64_t>(files));
  EXPECT_EQ(job.at("files-deleted").as_int64(), static_cast<int64_t>(files));
  EXPECT_EQ(job.at("files-kept").as_int64(), 0);
  EXPECT_EQ(job.at("name").as_string(), "t");
}

TEST_F(PurgeRunnerTest, MetadataFilesThatTheLogHasForgottenGoToo) {
  const TableIdentifier table = MakeTable("t", 6, {{"write.metadata.previous-versions-max", "2"}});
  const LoadedTable loaded = client_->LoadTable(table).value_or({});
  ASSERT_EQ(loaded.metadata->metadata_log.size(), 2u);
  const std::string folder = loaded.metadata->location + "/metadata/";
  ASSERT_OK(storage_->Write(folder + "v1.gz.metadata.json",
                            net::GzipCompress(iceberg::ToJsonText(*loaded.metadata)), {}));
  // Of another table and of none, though they lie there.
  const LoadedTable other = client_->LoadTable(MakeTable("other", 1)).value_or({});
  ASSERT_OK(storage_->Write(folder + "a.metadata.json", iceberg::ToJsonText(*other.metadata), {}));
  ASSERT_OK(storage_->Write(folder + "b.metadata.json", "{", {}));
  ASSERT_OK(storage_->Write(folder + "c.json", iceberg::ToJsonText(*loaded.metadata), {}));
  ASSERT_OK(client_->DropTable(table, true));
  WaitUntilDone();
  EXPECT_EQ(
      FilesBelow(loaded.metadata->location),
      (std::set<std::string>{folder + "a.metadata.json", folder + "b.metadata.json", folder + "c.json"}));
}

TEST_F(PurgeRunnerTest, GoesOnAfterARestartWhereverItWasCutOff) {
  for (int deletes = 0; deletes < 15; ++deletes) {
    const std::string name = fmt::format("t{}", deletes);
    const TableIdentifier table = MakeTable(name, 3);
    const std::string location = LocationOf(table);
    const size_t files = FilesBelow(location).size();
    ASSERT_GT(files, 10u);
    storage_->deletes_left = deletes;
    ASSERT_OK(client_->DropTable(table, true));
    const auto find = [&](const boost::json::value& jobs) -> boost::json::value {
      for (const boost::json::value& job : jobs.at("jobs").as_array()) {
        if (job.at("name").as_string() == name) return job;
      }
      return nullptr;
    };
    const bool can_end = static_cast<size_t>(deletes) >= files;
    boost::json::value job;
    do {
      job = find(catalog_.CallJson("GET", "/lifeboat/v1/jobs"));
    } while (!(job.as_object().contains("error") || job.at("state").as_string() == "done"));
    if (!can_end) {
      EXPECT_EQ(job.at("state").as_string(), "running");
      EXPECT_FALSE(FilesBelow(location).empty());
    }
    Restart();
    do {
      job = find(catalog_.CallJson("GET", "/lifeboat/v1/jobs"));
    } while (job.at("state").as_string() != "done");
    EXPECT_TRUE(FilesBelow(location).empty()) << "cut off after " << deletes;
    EXPECT_FALSE(job.as_object().contains("error"));
  }
}

TEST_F(PurgeRunnerTest, ATableThatWasRegisteredTwiceKeepsItsFiles) {
  catalog_.options.allow_overlapping_locations = true;
  Restart();
  const TableIdentifier table = MakeTable("t", 2, {{"write.metadata.previous-versions-max", "1"}});
  const LoadedTable loaded = client_->LoadTable(table).value_or({});
  const std::set<std::string> files = FilesBelow(loaded.metadata->location);
  catalog_.CallJson("POST", "/v1/namespaces/n/register",
                    fmt::format(R"({{"name":"twin","metadata-location":"{}"}})", loaded.metadata_location));
  ASSERT_OK(client_->DropTable(table, true));
  const boost::json::value job = WaitUntilDone();
  EXPECT_EQ(FilesBelow(loaded.metadata->location), files);
  EXPECT_EQ(job.at("files-deleted").as_int64(), 0);
  EXPECT_EQ(job.at("files-kept").as_int64(), static_cast<int64_t>(files.size()));
  Restart();
  EXPECT_OK(client_->LoadTable({{"n"}, "twin"}));
}

TEST_F(PurgeRunnerTest, AFileThatAnotherTableHoldsByPathStays) {
  const TableIdentifier table = MakeTable("t", 1);
  const TableIdentifier borrower = MakeTable("borrower", 1);
  const std::string shared = Append(table, "");
  Append(borrower, shared);
  const std::string location = LocationOf(table);
  ASSERT_OK(client_->DropTable(table, true));
  EXPECT_EQ(WaitUntilDone().at("files-kept").as_int64(), 1);
  EXPECT_EQ(FilesBelow(location), std::set<std::string>{shared});
}

TEST_F(PurgeRunnerTest, ATableThatIsRegisteredWhileThePurgeLooksAroundKeepsItsFiles) {
  const TableIdentifier table = MakeTable("t", 2);
  MakeTable("other", 1);
  const LoadedTable loaded = client_->LoadTable(table).value_or({});
  const std::set<std::string> files = FilesBelow(loaded.metadata->location);
  // The purge is the only one that reads manifests here: when it reads the other table's, it has begun its
  // walk.
  const std::string other = LocationOf({{"n"}, "other"});
  std::atomic<bool> registered = false;
  catalog_.server.reset();
  storage_->on_read = [&](const std::string& location) {
    if (!location.starts_with(other + "/metadata/snap-") || registered.exchange(true)) return;
    catalog_.CallJson("POST", "/v1/namespaces/n/register",
                      fmt::format(R"({{"name":"a","metadata-location":"{}"}})", loaded.metadata_location));
  };
  catalog_.Start();
  Connect();
  ASSERT_OK(client_->DropTable(table, true));
  WaitUntilDone();
  EXPECT_TRUE(registered);
  EXPECT_EQ(FilesBelow(loaded.metadata->location), files);
}

TEST_F(PurgeRunnerTest, DataThatIsNotTheTablesOwnStays) {
  const TableIdentifier table = MakeTable("t", 2, {{"gc.enabled", "false"}});
  const std::string location = LocationOf(table);
  ASSERT_OK(client_->DropTable(table, true));
  WaitUntilDone();
  for (const std::string& file : FilesBelow(location)) EXPECT_TRUE(file.ends_with(".parquet")) << file;
  EXPECT_EQ(FilesBelow(location).size(), 2u);
}

TEST_F(PurgeRunnerTest, WhatADamagedManifestNamedIsLeftAndSaid) {
  const TableIdentifier table = MakeTable("t", 2);
  const std::string location = LocationOf(table);
  for (const std::string& file : FilesBelow(location)) {
    if (file.ends_with("-m0.avro")) {
      ASSERT_OK(storage_->Write(file, "not avro", {}));
      break;
    }
  }
  ASSERT_OK(client_->DropTable(table, true));
  const boost::json::value job = WaitUntilDone();
  EXPECT_NE(std::string_view(job.at("error").as_string()).find("-m0.avro"), std::string_view::npos);
  const std::set<std::string> left = FilesBelow(location);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_TRUE(left.begin()->ends_with(".parquet"));
}

TEST_F(PurgeRunnerTest, TheDropAndItsJobAreOneEntryOfTheLog) {
  const TableIdentifier table = MakeTable("t", 1);
  const uint64_t before = catalog_.store->State()->last_position;
  ASSERT_OK(client_->DropTable(table, true));
  ASSERT_OK_AND_ASSIGN(const auto entries, catalog_.store->ReadChangeLog(before, 1));
  ASSERT_EQ(entries.size(), 1u);
  ASSERT_EQ(entries[0].changes.size(), 2u);
  EXPECT_EQ(entries[0].changes[0].kind, ChangeKind::kDrop);
  EXPECT_TRUE(entries[0].changes[0].purge);
  WaitUntilDone();
}

TEST_F(PurgeRunnerTest, AFinishedJobIsForgottenAfterADay) {
  ASSERT_OK(client_->DropTable(MakeTable("t", 1), true));
  WaitUntilDone();
  catalog_.clock.Advance(std::chrono::hours(25));
  Restart();
  while (!catalog_.CallJson("GET", "/lifeboat/v1/jobs").at("jobs").as_array().empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

TEST(PurgeJob, SurvivesItsJson) {
  PurgeJob job;
  job.id = "018f6c1e-3b7a-7c00-8000-000000000001";
  job.identifier = {{"a", "b\"c"}, "t"};
  job.table_uuid = "u";
  job.metadata_location = "s3://b/m.json";
  job.state = PurgeJob::State::kRunning;
  job.owner = "o";
  job.created_micros = 1;
  job.updated_micros = 2;
  job.files_found = 3;
  job.files_deleted = 4;
  job.files_kept = 5;
  job.error = "no";
  ASSERT_OK_AND_ASSIGN(const PurgeJob read, PurgeJobFromJson(PurgeJobToJson(job)));
  EXPECT_EQ(PurgeJobToJson(read), PurgeJobToJson(job));
  EXPECT_FALSE(PurgeJobFromJson(R"({"id":"x","state":"lost"})").ok());
  EXPECT_FALSE(PurgeJobFromJson("[]").ok());
}

}  // namespace
}  // namespace lifeboat::catalog
