#include "account/engine/storage_file_system.h"

#include <cstring>
#include <duckdb/common/exception.hpp>
#include <optional>

namespace lifeboat::account {
namespace {

// DuckDB's code reports errors by exceptions; the adapter turns them into Status again (duck_error.cc).
[[noreturn]] void Throw(const Status& status) {
  throw duckdb::IOException(status.message());
}

void ThrowIfError(const Status& status) {
  if (!status.ok()) Throw(status);
}

}  // namespace

class StorageFileHandle : public duckdb::FileHandle {
 public:
  StorageFileHandle(StorageFileSystem& system, std::string path, duckdb::FileOpenFlags flags)
      : FileHandle(system, path, flags), location(FromDuckPath(path)), system_(system) {}

  // Publishes a written file. A handle destroyed without Close() leaves nothing.
  void Close() override {
    if (writer == nullptr) return;
    const Status committed = writer->Commit();
    writer.reset();
    ThrowIfError(committed);
    MutexLock lock(system_.mutex_);
    system_.written_.push_back(location);
  }

  const std::string location;
  uint64_t size_bytes = 0;
  std::optional<int64_t> modified_micros;  // nothing: not asked for yet
  uint64_t position = 0;
  std::unique_ptr<storage::ObjectWriter> writer;

 private:
  StorageFileSystem& system_;
};

std::string ToDuckPath(const std::string& location) {
  return kStorageScheme + location;
}

std::string FromDuckPath(const std::string& path) {
  return path.rfind(kStorageScheme, 0) == 0 ? path.substr(std::strlen(kStorageScheme)) : path;
}

std::vector<std::string> StorageFileSystem::written() const {
  MutexLock lock(mutex_);
  return written_;
}

duckdb::unique_ptr<duckdb::FileHandle> StorageFileSystem::OpenFile(
    const duckdb::string& path, duckdb::FileOpenFlags flags,
    duckdb::optional_ptr<duckdb::FileOpener> opener) {
  return OpenFileExtended(duckdb::OpenFileInfo(path), flags, opener);
}

duckdb::unique_ptr<duckdb::FileHandle> StorageFileSystem::OpenFileExtended(
    const duckdb::OpenFileInfo& file, duckdb::FileOpenFlags flags, duckdb::optional_ptr<duckdb::FileOpener>) {
  auto handle = duckdb::make_uniq<StorageFileHandle>(*this, file.path, flags);
  if (flags.OpenForWriting()) {
    Result<std::unique_ptr<storage::ObjectWriter>> writer = storage_->OpenWriter(handle->location);
    ThrowIfError(writer.status());
    handle->writer = std::move(*writer);
    return handle;
  }
  if (file.extended_info != nullptr) {
    const auto size = file.extended_info->options.find(kFileSizeOption);
    if (size != file.extended_info->options.end()) {
      handle->size_bytes = size->second.GetValue<uint64_t>();
      handle->modified_micros = 0;
      return handle;
    }
  }
  const Result<storage::ObjectInfo> info = storage_->Stat(handle->location);
  if (!info.ok()) {
    if (info.status().code() == StatusCode::kNotFound && flags.ReturnNullIfNotExists()) return nullptr;
    Throw(info.status());
  }
  handle->size_bytes = info->size_bytes;
  handle->modified_micros = info->modified_micros;
  return handle;
}

void StorageFileSystem::Read(duckdb::FileHandle& handle, void* buffer, int64_t bytes, duckdb::idx_t offset) {
  auto& file = handle.Cast<StorageFileHandle>();
  const Result<std::string> read = storage_->ReadRange(file.location, offset, static_cast<uint64_t>(bytes));
  ThrowIfError(read.status());
  std::memcpy(buffer, read->data(), read->size());
}

int64_t StorageFileSystem::Read(duckdb::FileHandle& handle, void* buffer, int64_t bytes) {
  auto& file = handle.Cast<StorageFileHandle>();
  const uint64_t left = file.position < file.size_bytes ? file.size_bytes - file.position : 0;
  const int64_t wanted = std::min<int64_t>(bytes, static_cast<int64_t>(left));
  if (wanted > 0) Read(handle, buffer, wanted, file.position);
  file.position += static_cast<uint64_t>(wanted);
  return wanted;
}

void StorageFileSystem::Write(duckdb::FileHandle& handle, void* buffer, int64_t bytes, duckdb::idx_t offset) {
  if (offset != handle.Cast<StorageFileHandle>().position) {
    Throw(Status::Unsupported("'{}' can only be written from its beginning to its end",
                              FromDuckPath(handle.path)));
  }
  Write(handle, buffer, bytes);
}

int64_t StorageFileSystem::Write(duckdb::FileHandle& handle, void* buffer, int64_t bytes) {
  auto& file = handle.Cast<StorageFileHandle>();
  if (file.writer == nullptr) Throw(Status::Internal("'{}' is not open for writing", file.location));
  ThrowIfError(file.writer->Append({static_cast<const char*>(buffer), static_cast<size_t>(bytes)}));
  file.position += static_cast<uint64_t>(bytes);
  file.size_bytes = file.position;
  return bytes;
}

int64_t StorageFileSystem::GetFileSize(duckdb::FileHandle& handle) {
  return static_cast<int64_t>(handle.Cast<StorageFileHandle>().size_bytes);
}

duckdb::timestamp_t StorageFileSystem::GetLastModifiedTime(duckdb::FileHandle& handle) {
  return duckdb::timestamp_t(handle.Cast<StorageFileHandle>().modified_micros.value_or(0));
}

bool StorageFileSystem::FileExists(const duckdb::string& path, duckdb::optional_ptr<duckdb::FileOpener>) {
  const Result<storage::ObjectInfo> info = storage_->Stat(FromDuckPath(path));
  if (!info.ok() && info.status().code() != StatusCode::kNotFound) Throw(info.status());
  return info.ok();
}

void StorageFileSystem::RemoveFile(const duckdb::string& path, duckdb::optional_ptr<duckdb::FileOpener>) {
  ThrowIfError(storage_->Delete(FromDuckPath(path)));
}

duckdb::vector<duckdb::OpenFileInfo> StorageFileSystem::Glob(const duckdb::string& path,
                                                             duckdb::FileOpener*) {
  // Scan plans name files one by one; a '*' in a location is a character like any other.
  duckdb::vector<duckdb::OpenFileInfo> files;
  if (FileExists(path, nullptr)) files.emplace_back(path);
  return files;
}

void StorageFileSystem::Seek(duckdb::FileHandle& handle, duckdb::idx_t offset) {
  handle.Cast<StorageFileHandle>().position = offset;
}

duckdb::idx_t StorageFileSystem::SeekPosition(duckdb::FileHandle& handle) {
  return handle.Cast<StorageFileHandle>().position;
}

}  // namespace lifeboat::account
