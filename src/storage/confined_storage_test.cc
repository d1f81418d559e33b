#include "storage/confined_storage.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/testing.h"
#include "storage/local_storage.h"

namespace lifeboat::storage {
namespace {

TEST(ConfinedStorageTest, ReadsWhatTheCheckLetsPassAndWritesNothing) {
  std::string folder = ::testing::TempDir() + "confined_storage_XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::unique_ptr<Storage> local = MakeLocalStorage();
  const std::string open = folder + "/open/a", closed = folder + "/closed/a";
  ASSERT_OK(local->Write(open, "open", {}));
  ASSERT_OK(local->Write(closed, "closed", {}));
  ConfinedStorage confined(*local, [&](std::string_view location) {
    return location.starts_with(folder + "/open/") ? Status::Ok() : Status::PermissionDenied("closed");
  });
  EXPECT_EQ(confined.Read(open).value_or(""), "open");
  EXPECT_EQ(confined.ReadRange(open, 1, 2).value_or(""), "pe");
  EXPECT_EQ(confined.Stat(open).value_or({}).size_bytes, 4u);
  EXPECT_STATUS(StatusCode::kPermissionDenied, confined.Read(closed));
  EXPECT_STATUS(StatusCode::kPermissionDenied, confined.ReadRange(closed, 0, 1));
  EXPECT_STATUS(StatusCode::kPermissionDenied, confined.Stat(closed));
  EXPECT_STATUS(StatusCode::kUnsupported, confined.Write(open, "x", {}));
  EXPECT_STATUS(StatusCode::kUnsupported, confined.OpenWriter(open, {}));
  EXPECT_STATUS(StatusCode::kUnsupported, confined.Delete(open));
  EXPECT_STATUS(StatusCode::kUnsupported,
                confined.List(folder, [](const ObjectInfo&) { return Status::Ok(); }));
  EXPECT_EQ(local->Read(open).value_or(""), "open");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lifeboat::storage
