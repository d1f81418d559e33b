#include "storage/local_storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/clock.h"
#include "base/random.h"
#include "base/testing.h"
#include "tests/conformance/storage_conformance.h"

namespace lifeboat::storage {
namespace {

std::string MakeTemporaryFolder() {
  std::string path = ::testing::TempDir() + "lifeboat-storage-XXXXXX";
  LIFEBOAT_CHECK(::mkdtemp(path.data()) != nullptr, "mkdtemp failed");
  return path;
}

INSTANTIATE_TEST_SUITE_P(Local, StorageConformanceTest,
                         ::testing::Values(StorageUnderTest{
                             .open = MakeLocalStorage,
                             .make_root = [] { return FileLocation(MakeTemporaryFolder()); },
                             .remove_root =
                                 [](const std::string& root) {
                                   std::filesystem::remove_all(LocalPath(root).value());
                                 }}),
                         [](const auto&) { return "Storage"; });

class LocalStorageTest : public ::testing::Test {
 protected:
  ~LocalStorageTest() override { std::filesystem::remove_all(folder_); }
  std::string At(std::string_view name) const { return JoinLocation(FileLocation(folder_), name); }
  std::vector<std::string> FilesOnDisk() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      if (!entry.is_directory()) names.push_back(entry.path().filename());
    }
    return names;
  }

  const std::string folder_ = MakeTemporaryFolder();
  const std::unique_ptr<Storage> storage_ = MakeLocalStorage();
};

TEST(LocalPath, AcceptsTheThreeSpellings) {
  EXPECT_EQ(LocalPath("file:///a/b").value(), "/a/b");
  EXPECT_EQ(LocalPath("file:/a/b").value(), "/a/b");
  EXPECT_EQ(LocalPath("/a/b..c/.d").value(), "/a/b..c/.d");
}

TEST(LocalPath, RefusesWhatIsNotAnAbsolutePath) {
  for (const std::string_view location :
       {"", "a/b", "file:a", "file://host/a", "s3://b/k", "/a/../b", "file:///..", "/a/.."}) {
    EXPECT_EQ(LocalPath(location).status().code(), StatusCode::kInvalidArgument) << location;
  }
  EXPECT_STATUS(StatusCode::kInvalidArgument, LocalPath(std::string_view("/a\0b", 4)));
}

TEST_F(LocalStorageTest, RefusesPathTraversalInEveryOperation) {
  const std::string outside = At("x/../../outside");
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->Stat(outside));
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->Read(outside));
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->ReadRange(outside, 0, 0));
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->Write(outside, "x"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->Delete(outside));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                storage_->List(outside, [](const ObjectInfo&) { return Status::Ok(); }));
}

TEST_F(LocalStorageTest, NamesNoObjectWithATrailingSlash) {
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->Write(At("a/"), "x"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->Read(At("a/")));
}

TEST_F(LocalStorageTest, AnObjectNobodyKnowsYetMayHaveNoOtherNames) {
  const WriteOptions options = {.durable = false, .unknown_yet = true};
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->Write(At("a/"), "x", options));
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->Write(At(".lifeboat-1.tmp"), "x", options));
  EXPECT_TRUE(FilesOnDisk().empty());
}

TEST_F(LocalStorageTest, LeavesNoTemporaryFiles) {
  ASSERT_OK(storage_->Write(At("a"), "1"));
  ASSERT_OK(storage_->Write(At("a"), "2"));
  ASSERT_OK(storage_->Write(At("b"), "1", {.if_absent = true}));
  EXPECT_STATUS(StatusCode::kAlreadyExists, storage_->Write(At("b"), "2", {.if_absent = true}));
  { ASSERT_OK(storage_->OpenWriter(At("c"))); }
  EXPECT_EQ(FilesOnDisk().size(), 2u);
}

TEST_F(LocalStorageTest, TemporaryFilesOfOthersAreInvisibleAndReserved) {
  std::ofstream(folder_ + "/.lifeboat-left-behind.tmp") << "torn";
  EXPECT_OK(storage_->List(
      At(""), [](const ObjectInfo& object) { return Status::Internal("listed {}", object.location); }));
  EXPECT_STATUS(StatusCode::kInvalidArgument, storage_->Write(At(".lifeboat-mine.tmp"), "x"));
}

TEST_F(LocalStorageTest, ListsLocationsInTheCallersSpelling) {
  ASSERT_OK(storage_->Write(At("d/a"), "x"));
  for (const std::string& prefix :
       {folder_ + "/", "file:" + folder_ + "/d/", FileLocation(folder_) + "/d/a"}) {
    std::string location;
    ASSERT_OK(storage_->List(prefix, [&](const ObjectInfo& object) {
      location = object.location;
      return Status::Ok();
    }));
    EXPECT_TRUE(location.starts_with(prefix)) << location;
    EXPECT_OK(storage_->Stat(location));
  }
}

TEST_F(LocalStorageTest, OpeningAFifoDoesNotWait) {
  ASSERT_EQ(::mkfifo((folder_ + "/fifo").c_str(), 0600), 0);
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Read(At("fifo")));
}

TEST_F(LocalStorageTest, FoldersRemovedByOthersAreMadeAgain) {
  ASSERT_OK(storage_->Write(At("d/e/a"), "x"));
  std::filesystem::remove_all(folder_ + "/d");
  ASSERT_OK(storage_->Write(At("d/e/a"), "y"));
  EXPECT_EQ(storage_->Read(At("d/e/a")).value(), "y");
}

// Runs `body` in a child process and returns its exit code.
template <typename Body>
int InChild(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  LIFEBOAT_CHECK(::waitpid(child, &status, 0) == child, "waitpid failed");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Exit code of a child that met a full disk: 0 when it was told so and nothing was left behind.
int ExpectFull(Storage& storage, const std::string& folder) {
  const Status status = storage.Write(FileLocation(folder + "/big"), std::string(1 << 20, 'x'));
  if (status.code() != StatusCode::kResourceExhausted) return 10 + static_cast<int>(status.code());
  if (status.message().find(folder + "/big") == std::string::npos) return 2;
  if (!std::filesystem::is_empty(folder)) return 3;
  // Small objects still find room: the failed one gave its blocks back.
  if (!storage.Write(FileLocation(folder + "/small"), "x").ok()) return 4;
  return 0;
}

TEST_F(LocalStorageTest, AFileSizeLimitIsResourceExhausted) {
  EXPECT_EQ(0, InChild([this] {
              ::signal(SIGXFSZ, SIG_IGN);
              const rlimit limit{64 << 10, 64 << 10};
              if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
              return ExpectFull(*storage_, folder_);
            }));
}

bool WriteProc(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return written;
}

// Moves this process to a mount namespace in which it may mount, as root or as root of its own users alone.
bool EnterMountNamespace() {
  const std::string user = fmt::format("0 {} 1", ::geteuid());
  const std::string group = fmt::format("0 {} 1", ::getegid());
  if (::unshare(CLONE_NEWNS) == 0) return true;
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && WriteProc("/proc/self/setgroups", "deny") &&
         WriteProc("/proc/self/uid_map", user) && WriteProc("/proc/self/gid_map", group);
}

TEST_F(LocalStorageTest, AFullDiskIsResourceExhausted) {
  constexpr int kNotPermitted = 99;
  const int code = InChild([this] {
    // A file system of 256 KiB that only this child sees.
    if (!EnterMountNamespace()) return kNotPermitted;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kNotPermitted;
    if (::mount("lifeboat", folder_.c_str(), "tmpfs", 0, "size=256k") != 0) return kNotPermitted;
    return ExpectFull(*storage_, folder_);
  });
  if (code == kNotPermitted)
    GTEST_SKIP() << "mounting a tmpfs is not permitted here; the file size limit stands in";
  EXPECT_EQ(code, 0);
}

// Content that proves its own wholeness: its size and a byte derived from it.
std::string SelfDescribing(uint64_t size) {
  std::string bytes = fmt::format("{:010}", size);
  bytes.resize(size, static_cast<char>('a' + size % 26));
  return bytes;
}

TEST_F(LocalStorageTest, AKilledWriterLeavesOnlyWholeObjects) {
  SeededRandom random(7);
  int objects_seen = 0;
  int torn_temporaries = 0;
  // On a busy machine the writers get so little of it that more of them are needed.
  for (int round = 0; round < 25 || ((objects_seen <= 25 || torn_temporaries == 0) && round < 2'500);
       ++round) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      for (uint64_t i = 0;; ++i) {
        const std::string bytes = SelfDescribing(100'000 + 37'001 * (i % 7));
        const WriteOptions options{.if_absent = i % 3 == 0, .durable = i % 4 == 0};
        const std::string name =
            options.if_absent ? fmt::format("once-{}-{}", round, i) : fmt::format("again-{}", i % 5);
        if (!storage_->Write(At(name), bytes, options).ok()) ::_exit(1);
      }
    }
    SystemClock().SleepFor(std::chrono::microseconds(2'000 + random.Below(8'000)));
    ASSERT_EQ(::kill(writer, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(writer, &status, 0), writer);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << status;

    ASSERT_OK(storage_->List(At(""), [&](const ObjectInfo& object) -> Status {
      ++objects_seen;
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string bytes, storage_->Read(object.location));
      if (bytes != SelfDescribing(bytes.size())) return Status::Corruption("{} is torn", object.location);
      return Status::Ok();
    }));
    for (const std::string& name : FilesOnDisk()) torn_temporaries += name.starts_with(".lifeboat-");
  }
  EXPECT_GT(objects_seen, 25) << "the writers were killed before they wrote anything";
  EXPECT_GT(torn_temporaries, 0) << "no writer was killed while it wrote";
}

}  // namespace
}  // namespace lifeboat::storage
