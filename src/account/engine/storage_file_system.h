// StorageFileSystem: storage::Storage as a DuckDB file system, and the only one through which DuckDB reaches
// table files. Paths are "lb://" followed by a location ("lb://file:///lake/t/data/1.parquet").
//
// Files are immutable, so a handle opened with a known size (kFileSizeOption of OpenFileInfo) asks the
// storage nothing before the first read. Files being written appear when closed. Includes DuckDB: for few
// translation units.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_STORAGE_FILE_SYSTEM_H_
#define LIFEBOAT_ACCOUNT_ENGINE_STORAGE_FILE_SYSTEM_H_

#include <duckdb/common/file_system.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "storage/storage.h"

namespace lifeboat::account {

inline constexpr const char* kStorageScheme = "lb://";
inline constexpr const char* kFileSizeOption = "file_size";

// "lb://" + location, and its inverse.
std::string ToDuckPath(const std::string& location);
std::string FromDuckPath(const std::string& path);

class StorageFileSystem : public duckdb::FileSystem {
 public:
  explicit StorageFileSystem(std::shared_ptr<storage::Storage> storage) : storage_(std::move(storage)) {}

  // Locations of the files written and closed so far, in that order.
  std::vector<std::string> written() const;

  duckdb::unique_ptr<duckdb::FileHandle> OpenFile(const duckdb::string& path, duckdb::FileOpenFlags flags,
                                                  duckdb::optional_ptr<duckdb::FileOpener> opener) override;
  void Read(duckdb::FileHandle& handle, void* buffer, int64_t bytes, duckdb::idx_t offset) override;
  int64_t Read(duckdb::FileHandle& handle, void* buffer, int64_t bytes) override;
  void Write(duckdb::FileHandle& handle, void* buffer, int64_t bytes, duckdb::idx_t offset) override;
  int64_t Write(duckdb::FileHandle& handle, void* buffer, int64_t bytes) override;
  int64_t GetFileSize(duckdb::FileHandle& handle) override;
  duckdb::timestamp_t GetLastModifiedTime(duckdb::FileHandle& handle) override;
  duckdb::FileType GetFileType(duckdb::FileHandle&) override { return duckdb::FileType::FILE_TYPE_REGULAR; }
  void FileSync(duckdb::FileHandle&) override {}  // closing makes it durable
  bool FileExists(const duckdb::string& path, duckdb::optional_ptr<duckdb::FileOpener> opener) override;
  void RemoveFile(const duckdb::string& path, duckdb::optional_ptr<duckdb::FileOpener> opener) override;
  // An object store has no folders: they exist when asked for.
  bool DirectoryExists(const duckdb::string&, duckdb::optional_ptr<duckdb::FileOpener>) override {
    return true;
  }
  void CreateDirectory(const duckdb::string&, duckdb::optional_ptr<duckdb::FileOpener>) override {}
  bool ListFiles(const duckdb::string&, const std::function<void(const duckdb::string&, bool)>&,
                 duckdb::FileOpener*) override {
    return false;
  }
  duckdb::vector<duckdb::OpenFileInfo> Glob(const duckdb::string& path, duckdb::FileOpener* opener) override;
  void Seek(duckdb::FileHandle& handle, duckdb::idx_t offset) override;
  duckdb::idx_t SeekPosition(duckdb::FileHandle& handle) override;
  bool CanSeek() override { return true; }
  bool OnDiskFile(duckdb::FileHandle&) override { return false; }
  bool CanHandleFile(const duckdb::string& path) override { return path.rfind(kStorageScheme, 0) == 0; }
  duckdb::string PathSeparator(const duckdb::string&) override { return "/"; }
  std::string GetName() const override { return "LifeboatStorage"; }

 protected:
  duckdb::unique_ptr<duckdb::FileHandle> OpenFileExtended(
      const duckdb::OpenFileInfo& file, duckdb::FileOpenFlags flags,
      duckdb::optional_ptr<duckdb::FileOpener> opener) override;
  bool SupportsOpenFileExtended() const override { return true; }

 private:
  friend class StorageFileHandle;
  std::shared_ptr<storage::Storage> storage_;
  mutable Mutex mutex_;
  std::vector<std::string> written_ GUARDED_BY(mutex_);
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_STORAGE_FILE_SYSTEM_H_
