// The contract of catalog::CatalogStore as tests: every implementation instantiates this suite.
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogStoreConformanceTest,
//   ::testing::Values(CatalogStoreUnderTest{…}));
#ifndef LIFEBOAT_TESTS_CONFORMANCE_CATALOG_STORE_CONFORMANCE_H_
#define LIFEBOAT_TESTS_CONFORMANCE_CATALOG_STORE_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

struct CatalogStoreUnderTest {
  // A place for a store that does not exist yet, new for each call.
  std::function<std::string()> make_place;
  // Opens the store at `place`, creating it when it is new.
  std::function<std::unique_ptr<CatalogStore>(const std::string& place, const Clock& clock)> open;
  std::function<void(const std::string& place)> remove_place;
};

class CatalogStoreConformanceTest : public ::testing::TestWithParam<CatalogStoreUnderTest> {
 protected:
  void SetUp() override;
  void TearDown() override;
  // Closes the store and opens it again.
  void Reopen();

  // One transaction of these changes in the store's present epoch.
  Result<Applied> Apply(std::vector<Change> changes);
  // As Apply, and the test fails when it is refused; returns the position.
  uint64_t MustApply(std::vector<Change> changes);
  std::vector<ChangeLogEntry> Log();

  ManualClock clock_;
  std::string place_;
  std::unique_ptr<CatalogStore> store_;
  int transactions_ = 0;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_TESTS_CONFORMANCE_CATALOG_STORE_CONFORMANCE_H_
