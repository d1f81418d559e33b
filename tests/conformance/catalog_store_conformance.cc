#include "tests/conformance/catalog_store_conformance.h"

#include <atomic>
#include <set>
#include <thread>

#include "base/testing.h"
#include "catalog/api/catalog_error.h"
#include "catalog/store/store_image.h"

namespace lifeboat::catalog {

void CatalogStoreConformanceTest::SetUp() {
  place_ = GetParam().make_place();
  store_ = GetParam().open(place_, clock_);
  ASSERT_NE(store_, nullptr);
}

void CatalogStoreConformanceTest::TearDown() {
  store_.reset();
  GetParam().remove_place(place_);
}

void CatalogStoreConformanceTest::Reopen() {
  store_.reset();
  store_ = GetParam().open(place_, clock_);
  ASSERT_NE(store_, nullptr);
}

Result<Applied> CatalogStoreConformanceTest::Apply(std::vector<Change> changes) {
  LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, store_->State());
  return store_->Apply({.epoch = state.epoch,
                        .id = "transaction-" + std::to_string(++transactions_),
                        .changes = std::move(changes),
                        .principal = "ana"});
}

uint64_t CatalogStoreConformanceTest::MustApply(std::vector<Change> changes) {
  Result<Applied> applied = Apply(std::move(changes));
  EXPECT_OK(applied);
  return applied.ok() ? applied->position : 0;
}

std::vector<ChangeLogEntry> CatalogStoreConformanceTest::Log() {
  Result<std::vector<ChangeLogEntry>> entries = store_->ReadChangeLog(0, 100'000);
  EXPECT_OK(entries);
  return std::move(entries).value_or({});
}

namespace {

const Namespace kSales = {"sales"};
const TableIdentifier kOrders = {{"sales"}, "orders"};

CreateTableChange CreateTable(const TableIdentifier& identifier, const std::string& uuid = "uuid-1") {
  return {ObjectKind::kTable, identifier, uuid, "loc/" + uuid + "/0", "{\"v\":0}", false};
}

CommitTableChange CommitTable(const TableIdentifier& identifier, uint64_t expected,
                              const std::string& content, const std::string& uuid = "uuid-1") {
  return {ObjectKind::kTable, identifier, expected, uuid, "loc/" + uuid + "/" + content, content};
}

TEST_P(CatalogStoreConformanceTest, StartsEmptyInEpochOne) {
  ASSERT_OK_AND_ASSIGN(const StoreState state, store_->State());
  EXPECT_EQ(state.epoch, 1u);
  EXPECT_EQ(state.last_position, 0u);
  ASSERT_OK_AND_ASSIGN(const auto top, store_->ListNamespaces({}, {}));
  EXPECT_TRUE(top.items.empty());
  EXPECT_TRUE(Log().empty());
}

TEST_P(CatalogStoreConformanceTest, NamespacesAreCreatedLoadedUpdatedAndDropped) {
  const uint64_t created = MustApply({CreateNamespaceChange{kSales, {{"owner", "me"}}}});
  EXPECT_STATUS(StatusCode::kAlreadyExists, Apply({CreateNamespaceChange{kSales, {}}}));
  ASSERT_OK_AND_ASSIGN(const NamespaceRecord record, store_->LoadNamespace(kSales));
  EXPECT_EQ(record.version, created);
  EXPECT_EQ(record.properties, (Properties{{"owner", "me"}}));

  const uint64_t updated = MustApply({UpdateNamespaceChange{kSales, created, {{"a", "\"b\"\n"}}}});
  EXPECT_STATUS(StatusCode::kConflict, Apply({UpdateNamespaceChange{kSales, created, {}}}));
  ASSERT_OK_AND_ASSIGN(const NamespaceRecord changed, store_->LoadNamespace(kSales));
  EXPECT_EQ(changed.version, updated);
  EXPECT_EQ(changed.properties, (Properties{{"a", "\"b\"\n"}}));

  MustApply({DropNamespaceChange{kSales}});
  EXPECT_STATUS(StatusCode::kNotFound, store_->LoadNamespace(kSales));
  EXPECT_STATUS(StatusCode::kNotFound, Apply({DropNamespaceChange{kSales}}));
  EXPECT_STATUS(StatusCode::kNotFound, Apply({UpdateNamespaceChange{kSales, updated, {}}}));
}

TEST_P(CatalogStoreConformanceTest, RecordsArePutListedAndDeletedByKey) {
  MustApply({PutRecordChange{.key = "a/1", .value = "one"}, PutRecordChange{.key = "a/2", .value = "two"}});
  const uint64_t secret = MustApply(
      {PutRecordChange{.key = "b%/\x1F\u00E9", .value = "s3cret", .expected_version = 0, .secret = true}});
  EXPECT_STATUS(StatusCode::kConflict, Apply({PutRecordChange{.key = "a/1", .expected_version = 0}}));
  EXPECT_STATUS(StatusCode::kConflict, Apply({PutRecordChange{.key = "new", .expected_version = 1}}));
  EXPECT_STATUS(StatusCode::kConflict, Apply({DeleteRecordChange{.key = "a/1", .expected_version = 99}}));
  EXPECT_STATUS(StatusCode::kNotFound, Apply({DeleteRecordChange{.key = "a"}}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({PutRecordChange{.key = ""}}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({PutRecordChange{.key = std::string("a\0b", 3)}}));
  ASSERT_OK_AND_ASSIGN(const StoreState before, store_->State());
  EXPECT_EQ(before.records_version, secret);

  Reopen();
  ASSERT_OK_AND_ASSIGN(const auto all, store_->ListRecords(""));
  ASSERT_EQ(all.size(), 3u);
  ASSERT_OK_AND_ASSIGN(const auto odd, store_->ListRecords("b%"));
  ASSERT_EQ(odd.size(), 1u);
  EXPECT_EQ(odd[0].value, "s3cret");
  EXPECT_EQ(odd[0].version, secret);
  ASSERT_OK_AND_ASSIGN(const auto some, store_->ListRecords("a/"));
  ASSERT_EQ(some.size(), 2u);
  EXPECT_EQ(some[0].key, "a/1");

  const uint64_t updated =
      MustApply({PutRecordChange{.key = "a/1", .value = "uno", .expected_version = some[0].version},
                 DeleteRecordChange{.key = "a/2", .expected_version = some[1].version}});
  MustApply({CreateNamespaceChange{kSales, {}}});
  ASSERT_OK_AND_ASSIGN(const StoreState after, store_->State());
  EXPECT_EQ(after.records_version, updated) << "only records count";
  ASSERT_OK_AND_ASSIGN(const auto left, store_->ListRecords("a/"));
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].value, "uno");
  EXPECT_EQ(left[0].version, updated);

  const std::vector<ChangeLogEntry> log = Log();
  ASSERT_EQ(log.size(), 4u);
  EXPECT_EQ(log[0].changes[0].value, "one");
  EXPECT_EQ(log[1].changes[0].value, std::nullopt) << "a secret stays out of the log";
  EXPECT_EQ(log[1].changes[0].identifier.name, "b%/\x1F\u00E9");
  EXPECT_EQ(log[2].changes[0].kind, ChangeKind::kCommit);
  EXPECT_EQ(log[2].changes[1].kind, ChangeKind::kDrop);
}

TEST_P(CatalogStoreConformanceTest, TheChangeCountMovesWithEveryCommitIfThereIsOne) {
  std::optional<uint64_t> last = store_->ChangeCount();
  if (!last) GTEST_SKIP() << "this store keeps none";
  const std::unique_ptr<CatalogStore> other = GetParam().open(place_, clock_);
  ASSERT_NE(other, nullptr);
  for (int i = 0; i < 3; ++i) {
    MustApply({CreateNamespaceChange{{"n" + std::to_string(i)}, {}}});
    const std::optional<uint64_t> now = other->ChangeCount();
    ASSERT_TRUE(now.has_value());
    EXPECT_NE(now, last);
    EXPECT_EQ(store_->ChangeCount(), now);
    ASSERT_OK(other->LoadNamespace({"n" + std::to_string(i)}));
    EXPECT_EQ(other->ChangeCount(), now) << "reading changes nothing";
    last = now;
  }
}

TEST_P(CatalogStoreConformanceTest, NestedNamespacesNeedTheirParentAndListOneLevel) {
  EXPECT_EQ(ErrorTypeOf(Apply({CreateNamespaceChange{{"a", "b"}, {}}}).status()), "NoSuchNamespaceException");
  MustApply({CreateNamespaceChange{{"a"}, {}}, CreateNamespaceChange{{"a", "b"}, {}},
             CreateNamespaceChange{{"a", "b", "c"}, {}}, CreateNamespaceChange{{"a", "d.e"}, {}},
             CreateNamespaceChange{{"ab"}, {}}});
  ASSERT_OK_AND_ASSIGN(const auto top, store_->ListNamespaces({}, {}));
  EXPECT_EQ(top.items, (std::vector<Namespace>{{"a"}, {"ab"}}));
  ASSERT_OK_AND_ASSIGN(const auto children, store_->ListNamespaces({"a"}, {}));
  EXPECT_EQ(children.items, (std::vector<Namespace>{{"a", "b"}, {"a", "d.e"}}));
  EXPECT_STATUS(StatusCode::kNotFound, store_->ListNamespaces({"x"}, {}));
  EXPECT_EQ(ErrorTypeOf(Apply({DropNamespaceChange{{"a", "b"}}}).status()), "NamespaceNotEmptyException");
}

TEST_P(CatalogStoreConformanceTest, TablesAreCreatedLoadedCommittedAndDropped) {
  EXPECT_EQ(ErrorTypeOf(Apply({CreateTable(kOrders)}).status()), "NoSuchNamespaceException");
  MustApply({CreateNamespaceChange{kSales, {}}});
  EXPECT_EQ(ErrorTypeOf(store_->LoadTable(kOrders, ObjectKind::kTable).status()), "NoSuchTableException");
  const uint64_t created = MustApply({CreateTable(kOrders)});
  EXPECT_EQ(ErrorTypeOf(Apply({CreateTable(kOrders)}).status()), "AlreadyExistsException");
  EXPECT_EQ(ErrorTypeOf(Apply({DropNamespaceChange{kSales}}).status()), "NamespaceNotEmptyException");

  ASSERT_OK_AND_ASSIGN(const TableRecord loaded, store_->LoadTable(kOrders, ObjectKind::kTable));
  EXPECT_EQ(loaded.version, created);
  EXPECT_EQ(loaded.uuid, "uuid-1");
  EXPECT_EQ(loaded.metadata_location, "loc/uuid-1/0");
  EXPECT_EQ(*loaded.metadata_json, "{\"v\":0}");

  const std::string large(300'000, 'x');
  const uint64_t committed = MustApply({CommitTable(kOrders, created, large)});
  EXPECT_STATUS(StatusCode::kConflict, Apply({CommitTable(kOrders, created, "late")}));
  ASSERT_OK_AND_ASSIGN(const TableRecord current, store_->LoadTable(kOrders, ObjectKind::kTable));
  EXPECT_EQ(current.version, committed);
  EXPECT_EQ(*current.metadata_json, large);

  EXPECT_STATUS(StatusCode::kConflict, Apply({DropTableChange{ObjectKind::kTable, kOrders, false, created}}));
  MustApply({DropTableChange{ObjectKind::kTable, kOrders, false, committed}});
  EXPECT_STATUS(StatusCode::kNotFound, store_->LoadTable(kOrders, ObjectKind::kTable));
  EXPECT_STATUS(StatusCode::kNotFound, Apply({DropTableChange{ObjectKind::kTable, kOrders}}));
  EXPECT_STATUS(StatusCode::kNotFound, Apply({CommitTable(kOrders, committed, "x")}));
  MustApply({DropNamespaceChange{kSales}});
}

TEST_P(CatalogStoreConformanceTest, AKnownVersionIsConfirmedWithoutMetadataAndNeverComesBack) {
  MustApply({CreateNamespaceChange{kSales, {}}});
  const uint64_t created = MustApply({CreateTable(kOrders)});
  ASSERT_OK_AND_ASSIGN(const TableRecord same, store_->LoadTable(kOrders, ObjectKind::kTable, created));
  EXPECT_EQ(same.metadata_json, nullptr);
  EXPECT_EQ(same.version, created);

  MustApply({DropTableChange{ObjectKind::kTable, kOrders}});
  EXPECT_STATUS(StatusCode::kNotFound, store_->LoadTable(kOrders, ObjectKind::kTable, created));
  MustApply({CreateTable(kOrders)});
  ASSERT_OK_AND_ASSIGN(const TableRecord anew, store_->LoadTable(kOrders, ObjectKind::kTable, created));
  EXPECT_GT(anew.version, created);
  EXPECT_NE(anew.metadata_json, nullptr);
  EXPECT_STATUS(StatusCode::kConflict, Apply({CommitTable(kOrders, created, "stale")}));
}

TEST_P(CatalogStoreConformanceTest, RenameMovesAcrossNamespacesAndRefusesTakenNames) {
  MustApply({CreateNamespaceChange{kSales, {}}, CreateNamespaceChange{{"other"}, {}}, CreateTable(kOrders),
             CreateTable({kSales, "taken"}, "uuid-2")});
  const auto rename = [](const TableIdentifier& to) {
    return RenameTableChange{ObjectKind::kTable, kOrders, to};
  };
  EXPECT_EQ(ErrorTypeOf(Apply({rename({kSales, "taken"})}).status()), "AlreadyExistsException");
  EXPECT_EQ(ErrorTypeOf(Apply({rename({{"none"}, "x"})}).status()), "NoSuchNamespaceException");
  const uint64_t renamed = MustApply({rename({{"other"}, "moved"})});
  EXPECT_STATUS(StatusCode::kNotFound, store_->LoadTable(kOrders, ObjectKind::kTable));
  ASSERT_OK_AND_ASSIGN(const TableRecord moved, store_->LoadTable({{"other"}, "moved"}, ObjectKind::kTable));
  EXPECT_EQ(moved.version, renamed);
  EXPECT_EQ(moved.uuid, "uuid-1");
  EXPECT_EQ(*moved.metadata_json, "{\"v\":0}");
  EXPECT_EQ(ErrorTypeOf(Apply({rename({kSales, "x"})}).status()), "NoSuchTableException");
}

TEST_P(CatalogStoreConformanceTest, ViewsShareTheNamesOfTablesButAreListedApart) {
  CreateTableChange view = CreateTable({kSales, "v"}, "uuid-v");
  view.object = ObjectKind::kView;
  MustApply({CreateNamespaceChange{kSales, {}}, CreateTable(kOrders), view});
  const auto refusal = [&](Change change) {
    const Status status = Apply({std::move(change)}).status();
    EXPECT_EQ(ErrorTypeOf(status), "AlreadyExistsException");
    return status.message();
  };
  EXPECT_EQ(refusal(CreateTable({kSales, "v"}, "x")), "View with same name already exists: sales.v");
  EXPECT_EQ(refusal(CreateTable(kOrders, "x")), "Table already exists: sales.orders");
  EXPECT_EQ(refusal(view), "View already exists: sales.v");
  view.identifier = kOrders;
  EXPECT_EQ(refusal(view), "Table with same name already exists: sales.orders");
  EXPECT_EQ(refusal(RenameTableChange{ObjectKind::kTable, kOrders, {kSales, "v"}}),
            "Cannot rename sales.orders to sales.v. View already exists");
  EXPECT_EQ(refusal(RenameTableChange{ObjectKind::kView, {kSales, "v"}, kOrders}),
            "Cannot rename sales.v to sales.orders. Table already exists");
  EXPECT_EQ(ErrorTypeOf(store_->LoadTable({kSales, "v"}, ObjectKind::kTable).status()),
            "NoSuchTableException");
  EXPECT_EQ(ErrorTypeOf(store_->LoadTable(kOrders, ObjectKind::kView).status()), "NoSuchViewException");
  ASSERT_OK_AND_ASSIGN(const auto tables, store_->ListTables(kSales, ObjectKind::kTable, {}));
  EXPECT_EQ(tables.items, (std::vector<TableIdentifier>{kOrders}));
  ASSERT_OK_AND_ASSIGN(const auto views, store_->ListTables(kSales, ObjectKind::kView, {}));
  EXPECT_EQ(views.items, (std::vector<TableIdentifier>{{kSales, "v"}}));
}

TEST_P(CatalogStoreConformanceTest, PagesCoverAListingOnce) {
  std::vector<Change> changes = {CreateNamespaceChange{kSales, {}}};
  for (int i = 0; i < 25; ++i) {
    changes.push_back(CreateTable({kSales, fmt::format("t{:02}", i)}, fmt::format("u{}", i)));
    changes.push_back(CreateNamespaceChange{{"sales", fmt::format("n{:02}", i)}, {}});
  }
  MustApply(std::move(changes));
  for (const size_t limit : {1, 5, 7, 24, 25, 26}) {
    std::vector<std::string> tables;
    PageRequest request{"", limit};
    do {
      ASSERT_OK_AND_ASSIGN(const auto page, store_->ListTables(kSales, ObjectKind::kTable, request));
      ASSERT_LE(page.items.size(), limit);
      for (const TableIdentifier& table : page.items) tables.push_back(table.name);
      request.after = page.next;
    } while (!request.after.empty());
    EXPECT_EQ(tables.size(), 25u);
    EXPECT_EQ(std::set<std::string>(tables.begin(), tables.end()).size(), 25u);

    size_t namespaces = 0;
    do {
      ASSERT_OK_AND_ASSIGN(const auto page, store_->ListNamespaces(kSales, request));
      namespaces += page.items.size();
      request.after = page.next;
    } while (!request.after.empty());
    EXPECT_EQ(namespaces, 25u);
  }
}

TEST_P(CatalogStoreConformanceTest, ATransactionIsWhollyAppliedOrNotAtAll) {
  MustApply({CreateNamespaceChange{kSales, {}}});
  const uint64_t created = MustApply({CreateTable(kOrders)});
  const TableIdentifier second = {kSales, "second"};
  EXPECT_STATUS(StatusCode::kConflict, Apply({CreateNamespaceChange{{"new"}, {}}, CreateTable(second, "u2"),
                                              CommitTable(kOrders, created + 7, "x")}));
  EXPECT_STATUS(StatusCode::kNotFound, store_->LoadNamespace({"new"}));
  EXPECT_STATUS(StatusCode::kNotFound, store_->LoadTable(second, ObjectKind::kTable));
  EXPECT_EQ(Log().size(), 2u);

  const uint64_t both = MustApply({CreateTable(second, "u2"), CommitTable(kOrders, created, "y")});
  EXPECT_EQ(both, 3u) << "a refused transaction takes no position";
  ASSERT_OK_AND_ASSIGN(const TableRecord orders, store_->LoadTable(kOrders, ObjectKind::kTable));
  ASSERT_OK_AND_ASSIGN(const TableRecord other, store_->LoadTable(second, ObjectKind::kTable));
  EXPECT_EQ(orders.version, both);
  EXPECT_EQ(other.version, both);
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({}));
}

TEST_P(CatalogStoreConformanceTest, TheChangeLogTellsEveryTransactionInOrder) {
  MustApply({CreateNamespaceChange{kSales, {{"a", "b"}}}});
  const uint64_t created = MustApply({CreateTable(kOrders)});
  clock_.Advance(std::chrono::seconds(1));
  MustApply({CommitTable(kOrders, created, "one")});
  clock_.Advance(std::chrono::seconds(-30));  // the machine's clock was set back
  const TableIdentifier moved = {kSales, "moved"};
  MustApply({RenameTableChange{ObjectKind::kTable, kOrders, moved}});
  MustApply({DropTableChange{ObjectKind::kTable, moved, true}, DropNamespaceChange{kSales}});

  const std::vector<ChangeLogEntry> log = Log();
  ASSERT_EQ(log.size(), 5u);
  for (size_t i = 0; i < log.size(); ++i) {
    EXPECT_EQ(log[i].position, i + 1);
    EXPECT_EQ(log[i].epoch, 1u);
    EXPECT_EQ(log[i].transaction_id, "transaction-" + std::to_string(i + 1));
    EXPECT_EQ(log[i].principal, "ana");
    if (i > 0) {
      EXPECT_GE(log[i].committed_micros, log[i - 1].committed_micros);
    }
  }
  const std::string first = "loc/uuid-1/0";
  const std::string second = "loc/uuid-1/one";
  using K = ChangeKind;
  using O = ObjectKind;
  EXPECT_EQ(log[0].changes[0],
            (LoggedChange{K::kCreate, O::kNamespace, {kSales, ""}, {}, "", "", "", {{"a", "b"}}}));
  EXPECT_EQ(log[1].changes[0], (LoggedChange{K::kCreate, O::kTable, kOrders, {}, "uuid-1", "", first}));
  EXPECT_EQ(log[2].changes[0], (LoggedChange{K::kCommit, O::kTable, kOrders, {}, "uuid-1", first, second}));
  EXPECT_EQ(log[3].changes[0],
            (LoggedChange{K::kRename, O::kTable, kOrders, moved, "uuid-1", second, second}));
  ASSERT_EQ(log[4].changes.size(), 2u);
  EXPECT_EQ(log[4].changes[0],
            (LoggedChange{K::kDrop, O::kTable, moved, {}, "uuid-1", second, "", {}, true}));
  EXPECT_EQ(log[4].changes[1], (LoggedChange{K::kDrop, O::kNamespace, {kSales, ""}}));

  ASSERT_OK_AND_ASSIGN(const auto middle, store_->ReadChangeLog(1, 2));
  ASSERT_EQ(middle.size(), 2u);
  EXPECT_EQ(middle[0], log[1]);
  EXPECT_EQ(middle[1], log[2]);
}

TEST_P(CatalogStoreConformanceTest, TheChangeLogIsTrimmedFromItsBeginning) {
  ASSERT_OK_AND_ASSIGN(StoreState state, store_->State());
  EXPECT_EQ(state.first_position, 1u);
  ASSERT_OK(store_->TrimChangeLog(100));
  for (int i = 0; i < 10; ++i) MustApply({CreateNamespaceChange{{fmt::format("n{}", i)}, {}}});
  const std::vector<ChangeLogEntry> all = Log();
  ASSERT_OK_AND_ASSIGN(const uint64_t bytes, store_->ChangeLogBytes(1, 10));
  ASSERT_OK_AND_ASSIGN(const uint64_t bytes_of_half, store_->ChangeLogBytes(1, 5));
  ASSERT_OK_AND_ASSIGN(const uint64_t bytes_of_rest, store_->ChangeLogBytes(6, 10));
  EXPECT_GE(bytes, LoggedTransactionToJson(all[0].principal, all[0].changes).size() * 10);
  EXPECT_EQ(bytes, bytes_of_half + bytes_of_rest);

  ASSERT_OK(store_->TrimChangeLog(4));
  ASSERT_OK(store_->TrimChangeLog(4));
  ASSERT_OK(store_->TrimChangeLog(2));
  ASSERT_OK_AND_ASSIGN(state, store_->State());
  EXPECT_EQ(state.first_position, 4u);
  EXPECT_EQ(state.last_position, 10u);
  for (const uint64_t after : {0, 1, 2}) {
    const Status gone = store_->ReadChangeLog(after, 100).status();
    EXPECT_EQ(gone.code(), StatusCode::kNotFound);
    EXPECT_EQ(ErrorTypeOf(gone), "ChangesTrimmedException");
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<ChangeLogEntry> rest, store_->ReadChangeLog(3, 100));
  EXPECT_EQ(rest, std::vector<ChangeLogEntry>(all.begin() + 3, all.end()));
  ASSERT_OK_AND_ASSIGN(const std::vector<ChangeLogEntry> none, store_->ReadChangeLog(10, 100));
  EXPECT_TRUE(none.empty());

  // The last entry stays, so that where the log ends is never in doubt.
  ASSERT_OK(store_->TrimChangeLog(1000));
  Reopen();
  ASSERT_OK_AND_ASSIGN(state, store_->State());
  EXPECT_EQ(state.first_position, 10u);
  EXPECT_EQ(MustApply({CreateNamespaceChange{{"next"}, {}}}), 11u);
  ASSERT_OK_AND_ASSIGN(const std::vector<ChangeLogEntry> last, store_->ReadChangeLog(9, 100));
  ASSERT_EQ(last.size(), 2u);
  EXPECT_EQ(last[0], all[9]);
}

TEST_P(CatalogStoreConformanceTest, AnotherEpochIsFenced) {
  ASSERT_OK(store_->RaiseEpoch(1));
  ASSERT_OK(store_->RaiseEpoch(5));
  EXPECT_STATUS(StatusCode::kFenced, store_->RaiseEpoch(4));
  for (const uint64_t epoch : {uint64_t{1}, uint64_t{4}, uint64_t{6}}) {
    EXPECT_STATUS(StatusCode::kFenced, store_->Apply({epoch, "t", {CreateNamespaceChange{kSales, {}}}, {}}));
  }
  EXPECT_STATUS(StatusCode::kNotFound, store_->LoadNamespace(kSales));
  ASSERT_OK(store_->Apply({5, "t", {CreateNamespaceChange{kSales, {}}}, {}}));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const StoreState state, store_->State());
  EXPECT_EQ(state.epoch, 5u);
  EXPECT_EQ(state.last_position, 1u);
  EXPECT_EQ(Log().at(0).epoch, 5u);
}

TEST_P(CatalogStoreConformanceTest, AnIdempotencyKeyIsAppliedOnceAndReplayed) {
  const IdempotencyRecord record{"key-1", "POST /x", 200, "{\"answer\":1}", clock_.NowMicros() + 1000};
  const Transaction transaction{1, "t1", {CreateNamespaceChange{kSales, {}}}, record};
  ASSERT_OK_AND_ASSIGN(const Applied first, store_->Apply(transaction));
  EXPECT_FALSE(first.replay.has_value());
  EXPECT_EQ(Log().at(0).idempotency_key, "key-1");
  EXPECT_EQ(Log().at(0).principal, "");

  Transaction repeated = transaction;
  repeated.epoch = 9;  // the answer stands whoever is primary now
  repeated.idempotency->response_body = "another";
  ASSERT_OK_AND_ASSIGN(const Applied second, store_->Apply(repeated));
  ASSERT_TRUE(second.replay.has_value());
  EXPECT_EQ(*second.replay, record);
  EXPECT_EQ(Log().size(), 1u);

  // A refused transaction leaves its key free.
  const IdempotencyRecord other{"key-2", "", 204, "", clock_.NowMicros() + 9'000'000};
  EXPECT_STATUS(StatusCode::kAlreadyExists,
                store_->Apply({1, "t2", {CreateNamespaceChange{kSales, {}}}, other}));
  ASSERT_OK(store_->RecordIdempotency({"key-2", "", 409, "conflict", other.expires_micros}));
  EXPECT_STATUS(StatusCode::kAlreadyExists, store_->RecordIdempotency(other));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const auto found, store_->FindIdempotencyRecord("key-2"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->http_status, 409);

  ASSERT_OK(store_->RemoveExpiredIdempotencyRecords(clock_.NowMicros() + 2000));
  ASSERT_OK_AND_ASSIGN(const auto expired, store_->FindIdempotencyRecord("key-1"));
  EXPECT_FALSE(expired.has_value());
  ASSERT_OK_AND_ASSIGN(const auto kept, store_->FindIdempotencyRecord("key-2"));
  EXPECT_TRUE(kept.has_value());
}

TEST_P(CatalogStoreConformanceTest, PendingMetadataFilesKeepTheirBytesUntilForgotten) {
  MustApply({CreateNamespaceChange{kSales, {}}});
  uint64_t version = MustApply({CreateTable(kOrders)});
  version = MustApply({CommitTable(kOrders, version, "one")});
  Reopen();
  ASSERT_OK_AND_ASSIGN(const auto pending, store_->PendingMetadataFiles(10));
  ASSERT_EQ(pending.size(), 2u);
  EXPECT_EQ(pending[0].location, "loc/uuid-1/0");
  EXPECT_EQ(pending[0].metadata_json, "{\"v\":0}");
  EXPECT_EQ(pending[1].metadata_json, "one");
  ASSERT_OK_AND_ASSIGN(const auto located,
                       store_->PendingMetadataFiles(10, CatalogStore::PendingDetail::kLocation));
  ASSERT_EQ(located.size(), 2u);
  EXPECT_EQ(located[1].location, pending[1].location);
  EXPECT_EQ(located[1].id, pending[1].id);
  EXPECT_EQ(located[1].metadata_json, "");
  ASSERT_OK_AND_ASSIGN(const auto limited, store_->PendingMetadataFiles(1));
  EXPECT_EQ(limited.size(), 1u);

  ASSERT_OK(store_->ForgetPendingMetadataFiles({pending[0].id, pending[1].id, 123456789}));
  ASSERT_OK_AND_ASSIGN(const auto none, store_->PendingMetadataFiles(10));
  EXPECT_TRUE(none.empty());
  ASSERT_OK_AND_ASSIGN(const TableRecord loaded, store_->LoadTable(kOrders, ObjectKind::kTable));
  EXPECT_EQ(*loaded.metadata_json, "one");

  MustApply({CommitTable(kOrders, version, "two")});
  MustApply({DropTableChange{ObjectKind::kTable, kOrders, false}});
  ASSERT_OK_AND_ASSIGN(const auto dropped, store_->PendingMetadataFiles(10));
  ASSERT_EQ(dropped.size(), 1u) << "a dropped table can be registered again, so its files stay restorable";
  EXPECT_EQ(dropped[0].metadata_json, "two");
}

TEST_P(CatalogStoreConformanceTest, APurgedTableHasNothingPending) {
  MustApply(
      {CreateNamespaceChange{kSales, {}}, CreateTable(kOrders), CreateTable({kSales, "kept"}, "uuid-2")});
  MustApply({DropTableChange{ObjectKind::kTable, kOrders, true}});
  ASSERT_OK_AND_ASSIGN(const auto pending, store_->PendingMetadataFiles(10));
  ASSERT_EQ(pending.size(), 1u);
  EXPECT_EQ(pending[0].location, "loc/uuid-2/0");
}

TEST_P(CatalogStoreConformanceTest, PurgingATableLeavesAnotherWithItsUuidAlone) {
  const TableIdentifier twin = {{"sales"}, "twin"};
  MustApply({CreateNamespaceChange{kSales, {}}, CreateTable(kOrders), CreateTable(twin)});
  MustApply({DropTableChange{ObjectKind::kTable, kOrders, true}});
  ASSERT_OK_AND_ASSIGN(const TableRecord left, store_->LoadTable(twin, ObjectKind::kTable));
  EXPECT_EQ(*left.metadata_json, "{\"v\":0}");
  ASSERT_OK_AND_ASSIGN(const auto pending, store_->PendingMetadataFiles(10));
  EXPECT_EQ(pending.size(), 1u) << "what a crash takes of it is restored";
  // Also when all of it is one transaction.
  MustApply({CreateTable(kOrders), DropTableChange{ObjectKind::kTable, kOrders, true}});
  EXPECT_OK(store_->LoadTable(twin, ObjectKind::kTable));
}

TEST_P(CatalogStoreConformanceTest, FindsEveryTableWithAUuid) {
  const TableIdentifier twin = {{"sales"}, "twin"};
  CreateTableChange view = CreateTable({kSales, "view"});
  view.object = ObjectKind::kView;
  MustApply({CreateNamespaceChange{kSales, {}}, CreateTable(twin), CreateTable(kOrders), view,
             CreateTable({kSales, "other"}, "uuid-2")});
  const auto found = [this](const std::string& uuid) { return store_->FindTables(uuid).value_or({}); };
  EXPECT_EQ(found("uuid-1"), (std::vector<TableIdentifier>{kOrders, twin}));
  EXPECT_EQ(found("uuid-2"), (std::vector<TableIdentifier>{{kSales, "other"}}));
  EXPECT_TRUE(found("uuid-3").empty());
  MustApply({DropTableChange{ObjectKind::kTable, twin}});
  EXPECT_EQ(found("uuid-1"), std::vector<TableIdentifier>{kOrders});
}

TEST_P(CatalogStoreConformanceTest, ARegisteredFileIsNotPending) {
  CreateTableChange registered = CreateTable(kOrders);
  registered.file_is_durable = true;
  const uint64_t version = MustApply({CreateNamespaceChange{kSales, {}}, registered});
  ASSERT_OK_AND_ASSIGN(const auto pending, store_->PendingMetadataFiles(10));
  EXPECT_TRUE(pending.empty());
  MustApply({CommitTable(kOrders, version, "one")});
  ASSERT_OK_AND_ASSIGN(const auto committed, store_->PendingMetadataFiles(10));
  ASSERT_EQ(committed.size(), 1u);
  EXPECT_EQ(committed[0].metadata_json, "one");
}

TEST_P(CatalogStoreConformanceTest, NothingIsPendingWhereFilesAreDurable) {
  CreateTableChange created = CreateTable(kOrders);
  created.file_is_durable = true;
  const uint64_t version = MustApply({CreateNamespaceChange{kSales, {}}, created});
  CommitTableChange committed = CommitTable(kOrders, version, "one");
  committed.file_is_durable = true;
  const uint64_t next = MustApply({committed});
  ASSERT_OK_AND_ASSIGN(const auto pending, store_->PendingMetadataFiles(10));
  EXPECT_TRUE(pending.empty());
  ASSERT_OK_AND_ASSIGN(const TableRecord table, store_->LoadTable(kOrders, ObjectKind::kTable));
  EXPECT_EQ(*table.metadata_json, "one");
  MustApply({CommitTable(kOrders, next, "two")});
  ASSERT_OK_AND_ASSIGN(const auto then, store_->PendingMetadataFiles(10));
  ASSERT_EQ(then.size(), 1u);
  EXPECT_EQ(then[0].metadata_json, "two");
}

TEST_P(CatalogStoreConformanceTest, EverythingSurvivesReopening) {
  MustApply({CreateNamespaceChange{kSales, {{"k", "v"}}}, CreateNamespaceChange{{"sales", "eu"}, {}},
             CreateTable(kOrders)});
  const std::vector<ChangeLogEntry> log = Log();
  ASSERT_OK_AND_ASSIGN(const TableRecord before, store_->LoadTable(kOrders, ObjectKind::kTable));
  Reopen();
  EXPECT_EQ(Log(), log);
  ASSERT_OK_AND_ASSIGN(const TableRecord after, store_->LoadTable(kOrders, ObjectKind::kTable));
  EXPECT_EQ(after.version, before.version);
  EXPECT_EQ(*after.metadata_json, *before.metadata_json);
  EXPECT_EQ(MustApply({DropTableChange{ObjectKind::kTable, kOrders}}), 2u);
}

class CollectingSink : public ImageSink {
 public:
  Status Take(ImageRow row) override {
    rows.push_back(std::move(row));
    return rows.size() == fail_at ? Status(StatusCode::kCancelled, "stopped") : Status::Ok();
  }
  std::vector<ImageRow> rows;
  size_t fail_at = 0;
};

class VectorSource : public ImageSource {
 public:
  explicit VectorSource(const std::vector<ImageRow>& rows, size_t fail_at = 0)
      : rows_(rows), fail_at_(fail_at) {}
  Result<std::optional<ImageRow>> Next() override {
    if (next_ == rows_.size()) return std::optional<ImageRow>();
    if (++next_ == fail_at_) return Status(StatusCode::kCancelled, "stopped");
    return std::optional<ImageRow>(rows_[next_ - 1]);
  }

 private:
  const std::vector<ImageRow>& rows_;
  const size_t fail_at_;
  size_t next_ = 0;
};

TEST_P(CatalogStoreConformanceTest, AnImageMakesAnEmptyStoreTheSame) {
  CreateTableChange view = CreateTable({kSales, "v"}, "uuid-v");
  view.object = ObjectKind::kView;
  view.file_is_durable = true;
  view.metadata_json = R"({"location": "s3://l/v"})";
  MustApply({CreateNamespaceChange{kSales, {{"k", "v"}}}, CreateNamespaceChange{{"sales", "eu"}, {}}, view});
  const uint64_t created = MustApply({CreateTable(kOrders)});
  const uint64_t committed =
      MustApply({CommitTable(kOrders, created, "one"), PutRecordChange{.key = "a", .value = "1"}});
  const IdempotencyRecord key{"key", "print", 409, "body", 5};
  ASSERT_OK(store_->RecordIdempotency(key));
  ASSERT_OK(store_->TrimChangeLog(2));
  ASSERT_OK(store_->RaiseEpoch(3));
  CollectingSink image;
  ASSERT_OK(store_->ReadImage(image));
  CollectingSink stopped;
  stopped.fail_at = 3;
  EXPECT_STATUS(StatusCode::kCancelled, store_->ReadImage(stopped));
  const std::vector<ChangeLogEntry> log = store_->ReadChangeLog(1, 100).value_or({});
  EXPECT_EQ(log.size(), 2u);

  VectorSource again(image.rows);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, store_->WriteImage(again));
  const std::string place = GetParam().make_place();
  auto other = GetParam().open(place, clock_);
  ASSERT_NE(other, nullptr);
  VectorSource broken(image.rows, image.rows.size());
  EXPECT_STATUS(StatusCode::kCancelled, other->WriteImage(broken));
  ASSERT_OK_AND_ASSIGN(const auto nothing, other->ListNamespaces({}, {}));
  EXPECT_TRUE(nothing.items.empty());
  VectorSource whole(image.rows);
  ASSERT_OK(other->WriteImage(whole));

  ASSERT_OK_AND_ASSIGN(const StoreState state, other->State());
  EXPECT_EQ(state.epoch, 3u);
  EXPECT_EQ(state.last_position, committed);
  EXPECT_EQ(state.first_position, 2u);
  EXPECT_EQ(state.records_version, committed);
  EXPECT_EQ(other->ReadChangeLog(1, 100).value_or({}), log);
  ASSERT_OK_AND_ASSIGN(const NamespaceRecord sales, other->LoadNamespace(kSales));
  EXPECT_EQ(sales.version, 1u);
  EXPECT_EQ(sales.properties, (Properties{{"k", "v"}}));
  ASSERT_OK_AND_ASSIGN(const auto children, other->ListNamespaces(kSales, {}));
  EXPECT_EQ(children.items.size(), 1u);
  ASSERT_OK_AND_ASSIGN(const TableRecord orders, other->LoadTable(kOrders, ObjectKind::kTable));
  EXPECT_EQ(orders.version, committed);
  EXPECT_EQ(*orders.metadata_json, "one");
  ASSERT_OK(other->LoadTable({kSales, "v"}, ObjectKind::kView));
  ASSERT_OK_AND_ASSIGN(const auto pending, other->PendingMetadataFiles(10));
  EXPECT_EQ(pending.size(), 2u);
  ASSERT_OK_AND_ASSIGN(const auto kept_key, other->FindIdempotencyRecord("key"));
  EXPECT_EQ(kept_key, key);
  ASSERT_OK_AND_ASSIGN(const auto records, other->ListRecords(""));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].version, committed);
  ASSERT_OK_AND_ASSIGN(const auto holder, other->FindPlaceHolder({"s3://l/v/meta/"}, kOrders));
  EXPECT_EQ(holder, (PlaceHolder{{kSales, "v"}, "s3://l/v/meta/"})) << "as its metadata says";

  // It goes on where the other one was.
  ASSERT_OK_AND_ASSIGN(const Applied next,
                       other->Apply({3, "next", {CommitTable(kOrders, committed, "two")}, {}}));
  EXPECT_EQ(next.position, committed + 1);
  EXPECT_GE(next.committed_micros, log.back().committed_micros);
  CollectingSink same;
  ASSERT_OK(store_->ReadImage(same));
  EXPECT_EQ(same.rows.size(), image.rows.size());
  other.reset();
  GetParam().remove_place(place);
}

TEST_P(CatalogStoreConformanceTest, NamesThatCannotBeStoredAreRefused) {
  MustApply({CreateNamespaceChange{kSales, {}}});
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({CreateNamespaceChange{{}, {}}}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({CreateNamespaceChange{{"a\x1F"
                                                                            "b"},
                                                                           {}}}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Apply({CreateTable({kSales, std::string("a\0b", 3)})}));
  MustApply({CreateTable(kOrders)});
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                Apply({RenameTableChange{ObjectKind::kTable, kOrders, {kSales, ""}}}));
}

// Writers race on one table and on tables of their own while readers look on. What must hold: of those that
// started from the same version exactly one wins, every acknowledged transaction is in the log once, and a
// reader never sees a version without its metadata.
TEST_P(CatalogStoreConformanceTest, ConcurrentTransactionsAreSerialised) {
  constexpr int kWriters = 8;
  constexpr int kRounds = 25;
  std::vector<Change> setup = {CreateNamespaceChange{kSales, {}}, CreateTable(kOrders, "shared")};
  for (int i = 0; i < kWriters; ++i) {
    setup.push_back(CreateTable({kSales, fmt::format("own{}", i)}, fmt::format("own{}", i)));
  }
  const uint64_t start = MustApply(std::move(setup));
  std::atomic<int> shared_won = 0;
  std::atomic<int> own_won = 0;
  std::atomic<int> running = kWriters;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      uint64_t own_version = start;
      const TableIdentifier own = {kSales, fmt::format("own{}", w)};
      for (int round = 0; round < kRounds; ++round) {
        const std::string content = fmt::format("{}-{}", w, round);
        const Result<Applied> mine =
            store_->Apply({1, "own" + content, {CommitTable(own, own_version, content, own.name)}, {}});
        EXPECT_OK(mine);
        if (mine.ok()) own_version = mine->position, ++own_won;
        const Result<TableRecord> shared = store_->LoadTable(kOrders, ObjectKind::kTable);
        EXPECT_OK(shared);
        if (!shared.ok()) continue;
        const Result<Applied> raced = store_->Apply(
            {1, "shared" + content, {CommitTable(kOrders, shared->version, content, "shared")}, {}});
        if (raced.ok()) {
          ++shared_won;
        } else {
          EXPECT_EQ(raced.status().code(), StatusCode::kConflict);
        }
      }
      --running;
    });
  }
  threads.emplace_back([&] {
    uint64_t seen = 0;
    while (running > 0) {
      const Result<TableRecord> record = store_->LoadTable(kOrders, ObjectKind::kTable);
      EXPECT_OK(record);
      if (!record.ok()) return;
      EXPECT_GE(record->version, seen);
      EXPECT_TRUE(record->metadata_location == "loc/shared/0" ||
                  record->metadata_location == "loc/shared/" + *record->metadata_json);
      seen = record->version;
    }
  });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(own_won, kWriters * kRounds);
  EXPECT_GE(shared_won, 1);
  const std::vector<ChangeLogEntry> log = Log();
  ASSERT_EQ(log.size(), 1u + own_won + shared_won);
  std::set<std::string> ids;
  std::string shared_location = "loc/shared/0";
  for (size_t i = 0; i < log.size(); ++i) {
    EXPECT_EQ(log[i].position, i + 1);
    ids.insert(log[i].transaction_id);
    const LoggedChange& change = log[i].changes[0];
    if (change.identifier != kOrders || change.kind != ChangeKind::kCommit) continue;
    EXPECT_EQ(change.previous_metadata_location, shared_location) << "commits of one table form one chain";
    shared_location = change.metadata_location;
  }
  EXPECT_EQ(ids.size(), log.size());
}

}  // namespace
}  // namespace lifeboat::catalog
