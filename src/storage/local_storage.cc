#include "storage/local_storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/mutex.h"
#include "base/uuid.h"
#include "storage/local_file.h"

namespace lifeboat::storage {
namespace {

constexpr std::string_view kTemporaryPrefix = ".lifeboat-";
constexpr std::string_view kTemporarySuffix = ".tmp";

bool IsTemporaryName(std::string_view name) {
  return name.starts_with(kTemporaryPrefix) && name.ends_with(kTemporarySuffix);
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string_view NameOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

int64_t ModifiedMicros(const struct stat& info) {
  return info.st_mtim.tv_sec * int64_t{1'000'000} + info.st_mtim.tv_nsec / 1000;
}

// The path of an object: LocalPath plus what only objects must satisfy.
Result<std::string> ObjectPath(std::string_view location) {
  LIFEBOAT_ASSIGN_OR_RETURN(std::string path, LocalPath(location));
  if (path.ends_with('/')) {
    return Status::InvalidArgument("location '{}' ends with '/' and so names no object; append a name",
                                   location);
  }
  return path;
}

// Creates folders and knows which of them have been made durable, so that each costs one fsync of its parent
// only once.
class Folders {
 public:
  Status Create(const std::string& folder, bool durable, std::string_view location) {
    if (folder == "/") return Status::Ok();
    const bool known_durable = durable && IsDurable(folder);
    struct stat info;
    const bool exists = ::stat(folder.c_str(), &info) == 0;
    if (exists && !S_ISDIR(info.st_mode)) return ErrnoStatus(ENOTDIR, "write", location);
    if (exists && (!durable || known_durable)) return Status::Ok();

    const std::string parent = FolderOf(folder);
    LIFEBOAT_RETURN_IF_ERROR(Create(parent, durable, location));
    if (!exists && ::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
      return ErrnoStatus(errno, "write", location);
    if (durable) {
      // A parent that may be passed through but not read is somebody else's, and older than this process.
      Status synced = SyncFolder(parent, location);
      if (!synced.ok() && !(exists && synced.code() == StatusCode::kPermissionDenied)) return synced;
      MarkDurable(folder);
    }
    return Status::Ok();
  }

 private:
  static constexpr size_t kMaxKnown = 100'000;

  bool IsDurable(const std::string& folder) {
    MutexLock lock(mutex_);
    return durable_.contains(folder);
  }
  void MarkDurable(const std::string& folder) {
    MutexLock lock(mutex_);
    if (durable_.size() >= kMaxKnown) durable_.clear();
    durable_.insert(folder);
  }

  Mutex mutex_;
  std::unordered_set<std::string> durable_ GUARDED_BY(mutex_);
};

class LocalWriter final : public ObjectWriter {
 public:
  LocalWriter(std::string location, std::string path, std::string temporary, FileDescriptor fd,
              WriteOptions options)
      : location_(std::move(location)),
        path_(std::move(path)),
        temporary_(std::move(temporary)),
        fd_(std::move(fd)),
        options_(options) {}
  ~LocalWriter() override { RemoveTemporary(); }

  Status Append(std::string_view bytes) override {
    LIFEBOAT_RETURN_IF_ERROR(CheckUsable());
    status_ = WriteFully(fd_.get(), bytes, location_);
    return status_;
  }

  Status Commit() override {
    LIFEBOAT_RETURN_IF_ERROR(CheckUsable());
    status_ = Publish();
    RemoveTemporary();
    committed_ = true;
    return status_;
  }

 private:
  Status CheckUsable() const {
    if (committed_)
      return Status::FailedPrecondition("the writer of '{}' is finished; open another", location_);
    return status_;  // what failed once stays failed: a torn object must not be published
  }

  Status Publish() {
    if (options_.durable && ::fdatasync(fd_.get()) != 0) return ErrnoStatus(errno, "write", location_);
    if (options_.if_absent) {
      if (::link(temporary_.c_str(), path_.c_str()) != 0) {
        if (errno == EEXIST) return Status::AlreadyExists("object '{}' exists already", location_);
        return ErrnoStatus(errno, "write", location_);
      }
    } else {
      if (::rename(temporary_.c_str(), path_.c_str()) != 0) return ErrnoStatus(errno, "write", location_);
      temporary_.clear();
    }
    if (!options_.durable) return Status::Ok();
    Status synced = SyncFolder(FolderOf(path_), location_);
    if (synced.ok()) return synced;
    return Status(
        StatusCode::kCommitStateUnknown,
        fmt::format("object '{}' is written, but a power cut may undo it ({})", location_, synced.message()));
  }

  void RemoveTemporary() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
    temporary_.clear();
  }

  const std::string location_;
  const std::string path_;
  std::string temporary_;  // empty once there is none to remove
  FileDescriptor fd_;
  const WriteOptions options_;
  Status status_;
  bool committed_ = false;
};

// Visits the objects below one folder in lexical order of their locations.
class Lister {
 public:
  explicit Lister(const std::function<Status(const ObjectInfo&)>& visit) : visit_(visit) {}

  // `folder` (a path) and `location` (as the caller spells it) end with '/'; names must start with
  // `name_prefix`.
  Status Visit(const std::string& folder, const std::string& location, std::string_view name_prefix) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Entry> entries, SortedEntries(folder, location, name_prefix));
    for (const Entry& entry : entries) {
      if (entry.is_folder) {
        LIFEBOAT_RETURN_IF_ERROR(Visit(folder + entry.key, location + entry.key, ""));
      } else {
        LIFEBOAT_RETURN_IF_ERROR(visit_(
            {location + entry.key, static_cast<uint64_t>(entry.info.st_size), ModifiedMicros(entry.info)}));
      }
    }
    return Status::Ok();
  }

 private:
  struct Entry {
    std::string key;  // the name, with '/' appended to a folder's: sorting by it sorts the locations below
    bool is_folder;
    struct stat info;
  };

  static Result<std::vector<Entry>> SortedEntries(const std::string& folder, const std::string& location,
                                                  std::string_view name_prefix) {
    std::vector<Entry> entries;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), ::closedir);
    if (dir == nullptr) {
      if (errno == ENOENT || errno == ENOTDIR) return entries;
      return ErrnoStatus(errno, "list", location);
    }
    errno = 0;
    while (const dirent* found = ::readdir(dir.get())) {
      const std::string_view name = found->d_name;
      if (name == "." || name == ".." || IsTemporaryName(name) || !name.starts_with(name_prefix)) continue;
      struct stat info;
      if (::fstatat(::dirfd(dir.get()), found->d_name, &info, 0) != 0) {
        if (errno != ENOENT) return ErrnoStatus(errno, "list", location);
        errno = 0;  // deleted meanwhile, or a link to nothing
        continue;
      }
      if (S_ISDIR(info.st_mode)) {
        entries.push_back({std::string(name) + '/', true, info});
      } else if (S_ISREG(info.st_mode)) {
        entries.push_back({std::string(name), false, info});
      }
    }
    if (errno != 0) return ErrnoStatus(errno, "list", location);
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
    return entries;
  }

  const std::function<Status(const ObjectInfo&)>& visit_;
};

class LocalStorage final : public Storage {
 public:
  Result<ObjectInfo> Stat(const std::string& location) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string path, ObjectPath(location));
    struct stat info;
    if (::stat(path.c_str(), &info) != 0)
      return ErrnoStatus(errno == ENOTDIR ? ENOENT : errno, "read", location);
    if (!S_ISREG(info.st_mode)) return ErrnoStatus(ENOENT, "read", location);
    return ObjectInfo{location, static_cast<uint64_t>(info.st_size), ModifiedMicros(info)};
  }

  Result<std::string> Read(const std::string& location) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string path, ObjectPath(location));
    LIFEBOAT_ASSIGN_OR_RETURN(const OpenedFile file, OpenForReading(path, location));
    return ReadFully(file, 0, static_cast<uint64_t>(file.info.st_size), location);
  }

  Result<std::string> ReadRange(const std::string& location, uint64_t offset, uint64_t length) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string path, ObjectPath(location));
    LIFEBOAT_ASSIGN_OR_RETURN(const OpenedFile file, OpenForReading(path, location));
    return ReadFully(file, offset, length, location);
  }

  Status Write(const std::string& location, std::string_view bytes, const WriteOptions& options) override {
    if (options.unknown_yet && !options.durable) {
      LIFEBOAT_ASSIGN_OR_RETURN(const bool written, WriteInPlace(location, bytes));
      if (written) return Status::Ok();
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const auto writer, OpenWriter(location, options));
    LIFEBOAT_RETURN_IF_ERROR(writer->Append(bytes));
    return writer->Commit();
  }

  Result<std::unique_ptr<ObjectWriter>> OpenWriter(const std::string& location,
                                                   const WriteOptions& options) override {
    LIFEBOAT_ASSIGN_OR_RETURN(std::string path, PathToWrite(location));
    const std::string folder = FolderOf(path);
    LIFEBOAT_RETURN_IF_ERROR(folders_.Create(folder, options.durable, location));
    std::string temporary = JoinLocation(
        folder, fmt::format("{}{}{}", kTemporaryPrefix, Uuid::V4().ToString(), kTemporarySuffix));
    FileDescriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd.valid()) return ErrnoStatus(errno, "write", location);
    return std::make_unique<LocalWriter>(location, std::move(path), std::move(temporary), std::move(fd),
                                         options);
  }

  Status Sync(const std::vector<std::string>& locations) override {
    if (locations.size() >= kManyObjects) return SyncFileSystems(locations);
    std::set<std::string> folders;
    for (const std::string& location : locations) {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string path, ObjectPath(location));
      Result<OpenedFile> file = OpenForReading(path, location);
      if (file.status().code() == StatusCode::kNotFound) continue;
      LIFEBOAT_RETURN_IF_ERROR(file.status());
      if (::fdatasync(file->fd.get()) != 0) return ErrnoStatus(errno, "write", location);
      if (!folders.insert(FolderOf(path)).second) continue;
      LIFEBOAT_RETURN_IF_ERROR(folders_.Create(FolderOf(path), true, location));
      LIFEBOAT_RETURN_IF_ERROR(SyncFolder(FolderOf(path), location));
    }
    return Status::Ok();
  }

  Status Delete(const std::string& location) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string path, ObjectPath(location));
    // A folder is no object, so there is nothing to delete; unlink says EISDIR or EPERM to it.
    if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR || errno == EISDIR)
      return Status::Ok();
    return ErrnoStatus(errno, "delete", location);
  }

  Status List(const std::string& prefix, const std::function<Status(const ObjectInfo&)>& visit) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string path, LocalPath(prefix));
    const std::string name_prefix(NameOf(path));
    return Lister(visit).Visit(path.substr(0, path.size() - name_prefix.size()),
                               prefix.substr(0, prefix.size() - name_prefix.size()), name_prefix);
  }

 private:
  static constexpr size_t kManyObjects = 16;

  static Result<std::string> PathToWrite(const std::string& location) {
    LIFEBOAT_ASSIGN_OR_RETURN(std::string path, ObjectPath(location));
    if (IsTemporaryName(NameOf(path))) {
      return Status::InvalidArgument(
          "location '{}' is reserved for objects being written; choose another name", location);
    }
    return path;
  }

  // One flush of a file system covers all its files and folders.
  static Status SyncFileSystems(const std::vector<std::string>& locations) {
    std::set<std::string> folders;
    std::set<dev_t> synced_devices;
    for (const std::string& location : locations) {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string path, ObjectPath(location));
      const auto [folder, is_new] = folders.insert(FolderOf(path));
      if (!is_new) continue;
      const FileDescriptor fd(::open(folder->c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!fd.valid() && (errno == ENOENT || errno == ENOTDIR)) continue;
      struct stat info;
      if (!fd.valid() || ::fstat(fd.get(), &info) != 0) return ErrnoStatus(errno, "write", location);
      if (!synced_devices.insert(info.st_dev).second) continue;
      if (::syncfs(fd.get()) != 0) return ErrnoStatus(errno, "write", location);
    }
    return Status::Ok();
  }

  // False when there is such an object, or no folder for it: nothing was done.
  static Result<bool> WriteInPlace(const std::string& location, std::string_view bytes) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string path, PathToWrite(location));
    const FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd.valid()) return false;
    const Status written = WriteFully(fd.get(), bytes, location);
    if (written.ok()) return true;
    ::unlink(path.c_str());
    return written;
  }

  Folders folders_;
};

}  // namespace

std::unique_ptr<Storage> MakeLocalStorage() {
  return std::make_unique<LocalStorage>();
}

Result<std::string> LocalPath(std::string_view location) {
  std::string_view path = location;
  if (path.starts_with("file:")) {
    path.remove_prefix(5);
    if (path.starts_with("//")) path.remove_prefix(2);
  }
  if (!path.starts_with('/')) {
    return Status::InvalidArgument(
        "'{}' is not a local location; write file:///folder/name or an absolute path", location);
  }
  if (path.find('\0') != std::string_view::npos) {
    return Status::InvalidArgument("location '{}' contains a NUL byte", path.substr(0, path.find('\0')));
  }
  for (std::string_view rest = path; !rest.empty();) {
    rest.remove_prefix(1);
    const std::string_view component = rest.substr(0, rest.find('/'));
    if (component == "..") {
      return Status::InvalidArgument("location '{}' contains '..'; write the path it means", location);
    }
    rest.remove_prefix(component.size());
  }
  return std::string(path);
}

std::string FileLocation(std::string_view absolute_path) {
  return "file://" + std::string(absolute_path);
}

}  // namespace lifeboat::storage
