// The contract of storage::Storage as tests: every implementation instantiates this suite.
//
//   INSTANTIATE_TEST_SUITE_P(Local, StorageConformanceTest, ::testing::Values(StorageUnderTest{
//       .open = [] {…}, .root = [] {…}}));
//
// An implementation that cannot keep a clause says so in StorageUnderTest rather than by leaving a test out.
#ifndef LIFEBOAT_TESTS_CONFORMANCE_STORAGE_CONFORMANCE_H_
#define LIFEBOAT_TESTS_CONFORMANCE_STORAGE_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/storage.h"

namespace lifeboat::storage {

struct StorageUnderTest {
  std::function<std::unique_ptr<Storage>()> open;
  // A location below which nothing exists yet, new for each call, without '/' at its end.
  std::function<std::string()> make_root;
  // Removes what the test left below the root.
  std::function<void(const std::string& root)> remove_root;
  // "a" and "a/b" can both be objects (object stores: yes, file systems: no).
  bool object_may_be_prefix_of_another = false;
};

class StorageConformanceTest : public ::testing::TestWithParam<StorageUnderTest> {
 protected:
  void SetUp() override {
    storage_ = GetParam().open();
    root_ = GetParam().make_root();
  }
  void TearDown() override { GetParam().remove_root(root_); }

  std::string At(std::string_view name) const { return JoinLocation(root_, name); }
  // Locations that List yields for `prefix`, with the root taken off.
  std::vector<std::string> Listed(const std::string& prefix);

  std::unique_ptr<Storage> storage_;
  std::string root_;
};

}  // namespace lifeboat::storage

#endif  // LIFEBOAT_TESTS_CONFORMANCE_STORAGE_CONFORMANCE_H_
