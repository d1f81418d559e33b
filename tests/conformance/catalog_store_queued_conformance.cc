// The part of the suite that is about transactions on their way into the store: CatalogStore::Queued.
#include <thread>

#include "base/testing.h"
#include "tests/conformance/catalog_store_conformance.h"

namespace lifeboat::catalog {
namespace {

const Namespace kSales = {"sales"};
const TableIdentifier kOrders = {{"sales"}, "orders"};

CreateTableChange CreateTable(const TableIdentifier& identifier) {
  return {.identifier = identifier,
          .uuid = identifier.name,
          .metadata_location = "loc/" + identifier.name + "/0",
          .metadata_json = "0"};
}

CommitTableChange CommitTable(const TableIdentifier& identifier, uint64_t expected,
                              const std::string& content) {
  return {.identifier = identifier,
          .expected_version = expected,
          .uuid = identifier.name,
          .metadata_location = "loc/" + identifier.name + "/" + content,
          .metadata_json = content};
}

TEST_P(CatalogStoreConformanceTest, AChangeMadeFromAQueuedOneIsAppliedAfterItOrNotAtAll) {
  MustApply({CreateNamespaceChange{kSales, {}}});
  uint64_t version = MustApply({CreateTable(kOrders)});
  const auto transaction = [](const std::string& id, CommitTableChange change) {
    return Transaction{.epoch = 1, .id = id, .changes = {std::move(change)}, .idempotency = {}};
  };
  for (const bool first_is_outrun : {false, true}) {
    CommitTableChange first = CommitTable(kOrders, version, first_is_outrun ? "lost" : "first");
    if (first_is_outrun) version = MustApply({CommitTable(kOrders, version, "other")});
    CommitTableChange second = CommitTable(kOrders, 0, "second");
    second.expected_metadata_location = first.metadata_location;
    Result<Applied> second_applied = Status::Internal("not applied");
    std::thread follower;
    const Result<Applied> first_applied = store_->Apply(transaction("first", first), [&] {
      follower = std::thread([&] { second_applied = store_->Apply(transaction("second", second)); });
      return Status::Ok();
    });
    ASSERT_TRUE(follower.joinable());
    follower.join();
    if (first_is_outrun) {
      EXPECT_STATUS(StatusCode::kConflict, first_applied);
      EXPECT_STATUS(StatusCode::kConflict, second_applied);
    } else {
      ASSERT_OK(first_applied);
      ASSERT_OK(second_applied);
      EXPECT_EQ(second_applied->position, first_applied->position + 1);
      version = second_applied->position;
    }
    ASSERT_OK_AND_ASSIGN(const TableRecord record, store_->LoadTable(kOrders, ObjectKind::kTable));
    EXPECT_EQ(*record.metadata_json, first_is_outrun ? "other" : "second");
    EXPECT_EQ(record.version, version);
  }
}

TEST_P(CatalogStoreConformanceTest, NothingIsLeftOfATransactionWhoseCallbackFails) {
  MustApply({CreateNamespaceChange{kSales, {}}});
  const uint64_t version = MustApply({CreateTable(kOrders)});
  const auto apply = [&](const std::string& id, Change change, const CatalogStore::Queued& queued) {
    return store_->Apply({.epoch = 1, .id = id, .changes = {std::move(change)}, .idempotency = {}}, queued);
  };
  // One that was queued behind it joins it, another was made from it.
  Result<Applied> other = Status::Internal("not applied");
  Result<Applied> follower = Status::Internal("not applied");
  std::vector<std::thread> threads;
  const CommitTableChange failing = CommitTable(kOrders, version, "failing");
  CommitTableChange made_from_it = CommitTable(kOrders, 0, "follower");
  made_from_it.expected_metadata_location = failing.metadata_location;
  const Result<Applied> failed = apply("failing", failing, [&] {
    threads.emplace_back([&] {
      other = apply("other", CreateTable({kSales, "other"}), [] { return Status::Ok(); });
    });
    threads.emplace_back([&] { follower = apply("follower", made_from_it, nullptr); });
    return Status::ResourceExhausted("the lake is full");
  });
  for (std::thread& thread : threads) thread.join();
  EXPECT_STATUS(StatusCode::kResourceExhausted, failed);
  EXPECT_EQ(failed.status().message(), "the lake is full");
  EXPECT_STATUS(StatusCode::kConflict, follower);
  ASSERT_OK(other);
  EXPECT_EQ(other->position, version + 1);
  ASSERT_OK_AND_ASSIGN(const TableRecord orders, store_->LoadTable(kOrders, ObjectKind::kTable));
  EXPECT_EQ(orders.version, version);
  EXPECT_EQ(Log().back().transaction_id, "other");

  Reopen();
  EXPECT_EQ(Log().back().transaction_id, "other");
  const Result<Applied> refused =
      apply("refused", CommitTable(kOrders, version + 1, "x"), [] { return Status::Ok(); });
  EXPECT_STATUS(StatusCode::kConflict, refused);
}

TEST_P(CatalogStoreConformanceTest, TransactionsOfAGroupFailOneByOne) {
  MustApply({CreateNamespaceChange{kSales, {}}});
  constexpr int kTransactions = 60;
  std::vector<Result<Applied>> results(kTransactions, Status::Internal("not applied"));
  std::vector<std::thread> threads;
  for (int i = 0; i < kTransactions; ++i) {
    threads.emplace_back([&, i] {
      const std::string name = std::to_string(i);
      results[static_cast<size_t>(i)] =
          store_->Apply({.epoch = 1, .id = name, .changes = {CreateTable({kSales, name})}, .idempotency = {}},
                        [i] { return i % 3 == 0 ? Status::Unavailable("not {}", i) : Status::Ok(); });
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kTransactions; ++i) {
    const Result<TableRecord> table = store_->LoadTable({kSales, std::to_string(i)}, ObjectKind::kTable);
    EXPECT_EQ(table.ok(), i % 3 != 0) << i;
    EXPECT_EQ(results[static_cast<size_t>(i)].status().code(),
              i % 3 == 0 ? StatusCode::kUnavailable : StatusCode::kOk);
  }
  EXPECT_EQ(Log().size(), 1u + kTransactions * 2 / 3);
}

}  // namespace
}  // namespace lifeboat::catalog
