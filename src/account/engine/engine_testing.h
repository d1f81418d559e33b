// What engine tests share: a catalog in memory, a storage that counts, Iceberg tables with rows, and an
// account opened on them. Included by tests only.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ENGINE_TESTING_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ENGINE_TESTING_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "account/engine/embedded_account.h"
#include "account/engine/parquet_writer.h"
#include "account/sql/sql_error.h"
#include "base/mutex.h"
#include "base/testing.h"
#include "iceberg/write/append_files.h"
#include "storage/local_storage.h"

namespace lifeboat::account::testing {

class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "engine_test_XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Remembers which objects were read.
class CountingStorage : public storage::Storage {
 public:
  Result<storage::ObjectInfo> Stat(const std::string& location) override { return inner_->Stat(location); }
  Result<std::string> Read(const std::string& location) override {
    Note(location);
    return inner_->Read(location);
  }
  Result<std::string> ReadRange(const std::string& location, uint64_t offset, uint64_t length) override {
    Note(location);
    return inner_->ReadRange(location, offset, length);
  }
  Status Write(const std::string& location, std::string_view bytes,
               const storage::WriteOptions& options) override {
    return inner_->Write(location, bytes, options);
  }
  Result<std::unique_ptr<storage::ObjectWriter>> OpenWriter(const std::string& location,
                                                            const storage::WriteOptions& options) override {
    return inner_->OpenWriter(location, options);
  }
  Status Sync(const std::vector<std::string>& locations) override { return inner_->Sync(locations); }
  bool WritesAreDurable(const std::string& location) const override {
    return inner_->WritesAreDurable(location);
  }
  Status Delete(const std::string& location) override { return inner_->Delete(location); }
  Status List(const std::string& prefix,
              const std::function<Status(const storage::ObjectInfo&)>& visit) override {
    return inner_->List(prefix, visit);
  }

  // Distinct data files read since the last call.
  std::set<std::string> TakeDataFilesRead() {
    MutexLock lock(mutex_);
    std::set<std::string> files;
    files.swap(read_);
    std::erase_if(files,
                  [](const std::string& location) { return location.find(".parquet") == std::string::npos; });
    return files;
  }

 private:
  void Note(const std::string& location) {
    MutexLock lock(mutex_);
    read_.insert(location);
  }
  std::unique_ptr<storage::Storage> inner_ = storage::MakeLocalStorage();
  Mutex mutex_;
  std::set<std::string> read_ GUARDED_BY(mutex_);
};

// A whole Iceberg catalog in memory, shared by every client made for it.
class MemoryCatalog {
 public:
  explicit MemoryCatalog(std::string root) : root_(std::move(root)) {}
  CatalogFactory factory();

  // Makes every call fail as an outage does.
  std::atomic<bool> is_down{false};
  std::atomic<int> loads{0};

  std::map<catalog::TableIdentifier, catalog::LoadedTable> tables;
  std::set<catalog::Namespace> namespaces;
  Mutex mutex;
  const std::string& root() const { return root_; }

 private:
  std::string root_;
};

class MemoryCatalogClient : public catalog::Catalog {
 public:
  explicit MemoryCatalogClient(MemoryCatalog& shared) : shared_(shared) {}
  Result<std::vector<catalog::Namespace>> ListNamespaces(const catalog::Namespace& parent) override;
  Status CreateNamespace(const catalog::Namespace& name_space, const catalog::Properties&) override;
  Result<catalog::Properties> LoadNamespace(const catalog::Namespace& name_space) override;
  Status DropNamespace(const catalog::Namespace& name_space) override;
  Result<std::vector<catalog::TableIdentifier>> ListTables(const catalog::Namespace& name_space) override;
  Result<catalog::LoadedTable> CreateTable(const catalog::Namespace& name_space,
                                           const catalog::CreateTableRequest& request) override;
  Result<catalog::LoadedTable> LoadTable(const catalog::TableIdentifier& identifier) override;
  Result<bool> TableExists(const catalog::TableIdentifier& identifier) override;
  Status DropTable(const catalog::TableIdentifier& identifier, bool purge) override;
  Result<catalog::LoadedTable> CommitTable(const catalog::TableIdentifier& identifier,
                                           const std::vector<iceberg::TableRequirement>& requirements,
                                           const std::vector<iceberg::TableUpdate>& updates) override;

 private:
  Status Up() const;
  MemoryCatalog& shared_;
};

// Rows from a function that sets row `i` of `count`.
class FunctionSource : public RowSource {
 public:
  using Set = std::function<void(RowChunk& chunk, size_t row, int64_t i)>;
  FunctionSource(int64_t first, int64_t count, Set set)
      : next_(first), end_(first + count), set_(std::move(set)) {}
  Result<size_t> Fill(RowChunk& chunk) override {
    size_t row = 0;
    for (; row < chunk.capacity() && next_ < end_; ++row, ++next_) set_(chunk, row, next_);
    return row;
  }

 private:
  int64_t next_, end_;
  Set set_;
};

iceberg::Field MakeField(int32_t id, std::string name, iceberg::TypeId type, bool required = false);

// An account over a MemoryCatalog, with a session of its administrator.
class AccountTest : public ::testing::Test {
 protected:
  void SetUp() override;
  // Opens (again) the account in the test's folder.
  void OpenAccount();
  // The table `ads.<name>`; `partition_by` names a column or is empty.
  void CreateIcebergTable(const std::string& name, std::vector<iceberg::Field> fields,
                          const std::string& partition_by = "");
  void AppendRows(const std::string& name, int64_t first, int64_t count, FunctionSource::Set set);
  // CREATE CATALOG INTEGRATION and DATABASE LAKE linked to the catalog.
  void Link();

  Result<QueryResult> Run(const std::string& sql) { return Run(*session_, sql); }
  Result<QueryResult> Run(Session& session, const std::string& sql);
  // Runs it, and fails the test if that fails.
  QueryResult Ok(const std::string& sql) { return Ok(*session_, sql); }
  QueryResult Ok(Session& session, const std::string& sql);
  // "a|b;c|d": rows by ';', cells by '|', NULL as "~".
  std::string Rows(const std::string& sql) { return Rows(*session_, sql); }
  std::string Rows(Session& session, const std::string& sql);
  // Snowflake's code of the failure; "ok" if it did not fail.
  std::string Code(const std::string& sql) { return Code(*session_, sql); }
  std::string Code(Session& session, const std::string& sql);
  std::shared_ptr<Session> LoginAs(const std::string& user, const std::string& password);

  TempDir dir_;
  std::shared_ptr<CountingStorage> storage_ = std::make_shared<CountingStorage>();
  MemoryCatalog catalog_{"file://" + dir_.path() + "/lake"};
  ManualClock clock_;
  bool strict_ = false;
  std::unique_ptr<AccountService> service_;
  std::shared_ptr<Session> session_;
  int next_query_ = 0;
};

}  // namespace lifeboat::account::testing

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ENGINE_TESTING_H_
