#include "account/objects/object_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "account/objects/authorizer.h"
#include "account/objects/password.h"
#include "base/testing.h"

namespace lifeboat::account {
namespace {

class ObjectStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "object_store_test_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    Reopen();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(dir_);
  }
  void Reopen() {
    store_.reset();
    auto opened = ObjectStore::Open(dir_ + "/account.sqlite", clock_);
    ASSERT_TRUE(opened.ok()) << opened.status().ToString();
    store_ = std::move(*opened);
  }
  ObjectId RoleId(const std::string& name) {
    const Object* role = store_->Current()->Find(ObjectKind::kRole, kAccountId, name);
    return role == nullptr ? kNoObject : role->id;
  }
  ObjectId Create(Object object) {
    auto transaction = store_->Begin();
    auto id = transaction->Create(std::move(object));
    EXPECT_OK(id);
    EXPECT_OK(transaction->Commit());
    return id.ok() ? *id : kNoObject;
  }

  ManualClock clock_;
  std::string dir_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(ObjectStoreTest, NewAccountHasTheSystemRolesAndTheirHierarchy) {
  const auto snapshot = store_->Current();
  const auto admin = Authorizer::Closure(*snapshot, RoleId("ACCOUNTADMIN"));
  EXPECT_TRUE(admin.contains(RoleId("SYSADMIN")));
  EXPECT_TRUE(admin.contains(RoleId("SECURITYADMIN")));
  EXPECT_TRUE(admin.contains(RoleId("USERADMIN")));
  EXPECT_TRUE(admin.contains(RoleId("PUBLIC")));
  EXPECT_FALSE(Authorizer::Closure(*snapshot, RoleId("SYSADMIN")).contains(RoleId("SECURITYADMIN")));
}

TEST_F(ObjectStoreTest, EveryKindOfObjectSurvivesAReopen) {
  const ObjectId owner = RoleId("SYSADMIN");
  const ObjectId database = Create({.name = "LAKE",
                                    .owner = owner,
                                    .comment = "it's linked",
                                    .body = Database{.link = LinkedCatalog{.integration = "CAT",
                                                                           .allowed_namespaces = {"a", "b"},
                                                                           .sync_interval_seconds = 60}}});
  const ObjectId schema =
      Create({.parent = database, .name = "S", .owner = owner, .body = Schema{.catalog_namespace = {"a"}}});
  Create({.parent = schema,
          .name = "T",
          .owner = owner,
          .body = IcebergTable{.integration = "CAT",
                               .catalog_namespace = {"a"},
                               .catalog_table = "t",
                               .columns = {{.name = "id", .type = "NUMBER(19,0)", .source_type = "long"}}}});
  Create({.parent = schema,
          .name = "V",
          .owner = owner,
          .body = View{.text = "CREATE VIEW v AS SELECT 'ü' AS \"x\"", .query = "SELECT 'ü' AS \"x\""}});
  Integration integration{.category = "CATALOG", .type = "CATALOG", .enabled = true};
  integration.properties = {{"CATALOG_SOURCE", std::string("ICEBERG_REST")},
                            {"REST_CONFIG", std::vector<Property>{{"CATALOG_URI", std::string("http://h")}}},
                            {"SCOPES", std::vector<std::string>{"a", "b"}}};
  Create({.name = "CAT", .owner = owner, .body = integration});
  Reopen();

  const auto snapshot = store_->Current();
  const Object* lake = snapshot->Find(ObjectKind::kDatabase, kAccountId, "LAKE");
  ASSERT_NE(lake, nullptr);
  EXPECT_EQ(lake->comment, "it's linked");
  ASSERT_TRUE(lake->as<Database>().link.has_value());
  EXPECT_EQ(lake->as<Database>().link->allowed_namespaces, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(lake->as<Database>().link->sync_interval_seconds, 60);
  const Object* table = snapshot->FindRelation(schema, "T");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->as<IcebergTable>().columns.at(0).source_type, "long");
  EXPECT_EQ(snapshot->QualifiedName(*table), "LAKE.S.T");
  const Object* view = snapshot->FindRelation(schema, "V");
  ASSERT_NE(view, nullptr);
  EXPECT_EQ(view->as<View>().query, "SELECT 'ü' AS \"x\"");
  const Object* catalog = snapshot->Find(ObjectKind::kIntegration, kAccountId, "CAT");
  ASSERT_NE(catalog, nullptr);
  EXPECT_EQ(catalog->as<Integration>().Text("CATALOG_SOURCE"), "ICEBERG_REST");
  EXPECT_EQ(catalog->as<Integration>().Block("REST_CONFIG").at("CATALOG_URI"), "http://h");
}

TEST_F(ObjectStoreTest, WithoutCommitNothingHappens) {
  const auto before = store_->Current();
  {
    auto transaction = store_->Begin();
    ASSERT_OK(transaction->Create({.name = "DB", .body = Database{}}));
    EXPECT_NE(transaction->view().Find(ObjectKind::kDatabase, kAccountId, "DB"), nullptr);
  }
  EXPECT_EQ(store_->Current(), before);
  Reopen();
  EXPECT_EQ(store_->Current()->Find(ObjectKind::kDatabase, kAccountId, "DB"), nullptr);
}

TEST_F(ObjectStoreTest, TablesAndViewsShareTheirNames) {
  const ObjectId database = Create({.name = "DB", .body = Database{}});
  const ObjectId schema = Create({.parent = database, .name = "S", .body = Schema{}});
  Create({.parent = schema, .name = "X", .body = Table{}});
  auto transaction = store_->Begin();
  EXPECT_STATUS(StatusCode::kAlreadyExists,
                transaction->Create({.parent = schema, .name = "X", .body = View{}}));
  EXPECT_OK(transaction->Create({.parent = schema, .name = "x", .body = View{}}));
}

TEST_F(ObjectStoreTest, NamesAreFoundIgnoringCaseOnlyWhenThatIsUnambiguous) {
  const ObjectId database = Create({.name = "DB", .body = Database{}});
  const ObjectId schema = Create({.parent = database, .name = "S", .body = Schema{}});
  Create({.parent = schema, .name = "campaigns", .body = Table{}});
  EXPECT_EQ(store_->Current()->FindRelation(schema, "CAMPAIGNS"), nullptr);
  ASSERT_NE(store_->Current()->FindRelationIgnoringCase(schema, "CAMPAIGNS"), nullptr);
  Create({.parent = schema, .name = "Campaigns", .body = Table{}});
  EXPECT_EQ(store_->Current()->FindRelationIgnoringCase(schema, "CAMPAIGNS"), nullptr);
}

TEST_F(ObjectStoreTest, DroppingADatabaseDropsItsContentsAndTheirGrantsAndNoIdComesBack) {
  const ObjectId database = Create({.name = "DB", .body = Database{}});
  const ObjectId schema = Create({.parent = database, .name = "S", .body = Schema{}});
  const ObjectId table = Create({.parent = schema, .name = "T", .body = Table{}});
  {
    auto transaction = store_->Begin();
    transaction->AddGrant({.privilege = "SELECT", .object = table, .grantee = RoleId("PUBLIC")});
    ASSERT_OK(transaction->Drop(database));
    ASSERT_OK(transaction->Commit());
  }
  EXPECT_EQ(store_->Current()->Get(table), nullptr);
  EXPECT_TRUE(store_->Current()->GrantsOn(table).empty());
  Reopen();
  EXPECT_TRUE(store_->Current()->GrantsOn(table).empty());
  EXPECT_GT(Create({.name = "DB", .body = Database{}}), table);
}

TEST_F(ObjectStoreTest, SystemRolesStay) {
  auto transaction = store_->Begin();
  EXPECT_STATUS(StatusCode::kFailedPrecondition, transaction->Drop(RoleId("SYSADMIN")));
}

TEST_F(ObjectStoreTest, FutureGrantsOfTheSchemaReplaceThoseOfTheDatabase) {
  const ObjectId database = Create({.name = "DB", .body = Database{}});
  const ObjectId plain = Create({.parent = database, .name = "PLAIN", .body = Schema{}});
  const ObjectId special = Create({.parent = database, .name = "SPECIAL", .body = Schema{}});
  const ObjectId reader = Create({.name = "READER", .body = Role{}});
  const ObjectId writer = Create({.name = "WRITER", .body = Role{}});
  {
    auto transaction = store_->Begin();
    transaction->AddFutureGrant(
        {.privilege = "SELECT", .kind = ObjectKind::kTable, .container = database, .grantee = reader});
    transaction->AddFutureGrant(
        {.privilege = "INSERT", .kind = ObjectKind::kTable, .container = special, .grantee = writer});
    ASSERT_OK(transaction->Commit());
  }
  const ObjectId in_plain = Create({.parent = plain, .name = "T", .body = IcebergTable{}});
  const ObjectId in_special = Create({.parent = special, .name = "T", .body = Table{}});
  const ObjectId view = Create({.parent = plain, .name = "V", .body = View{}});
  const auto snapshot = store_->Current();
  ASSERT_EQ(snapshot->GrantsOn(in_plain).size(), 1u);
  EXPECT_EQ(snapshot->GrantsOn(in_plain)[0]->grantee, reader);
  ASSERT_EQ(snapshot->GrantsOn(in_special).size(), 1u);
  EXPECT_EQ(snapshot->GrantsOn(in_special)[0]->grantee, writer);
  EXPECT_TRUE(snapshot->GrantsOn(view).empty());
}

TEST_F(ObjectStoreTest, ASecondProcessIsRefused) {
  // SQLite's locks are per process and per file, so a second connection stands for a second process.
  EXPECT_STATUS(StatusCode::kUnavailable, ObjectStore::Open(dir_ + "/account.sqlite", clock_));
}

TEST_F(ObjectStoreTest, ADamagedFileIsCalledDamaged) {
  store_.reset();
  std::filesystem::remove(dir_ + "/account.sqlite-wal");
  FILE* file = fopen((dir_ + "/account.sqlite").c_str(), "w");
  ASSERT_NE(file, nullptr);
  for (int i = 0; i < 4096; ++i) fputs("not a database ", file);
  fclose(file);
  EXPECT_STATUS(StatusCode::kCorruption, ObjectStore::Open(dir_ + "/account.sqlite", clock_));
}

TEST_F(ObjectStoreTest, LinkedMetadataIsKeptUntilTheTableGoes) {
  const ObjectId database = Create({.name = "DB", .body = Database{}});
  const ObjectId schema = Create({.parent = database, .name = "S", .body = Schema{}});
  const ObjectId table = Create({.parent = schema, .name = "T", .body = IcebergTable{}});
  ASSERT_OK(store_->WriteLinkedMetadata(table, {"file:///m.json", "{}"}));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const auto kept, store_->ReadLinkedMetadata(table));
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->metadata_location, "file:///m.json");
  {
    auto transaction = store_->Begin();
    ASSERT_OK(transaction->Drop(table));
    ASSERT_OK(transaction->Commit());
  }
  ASSERT_OK(store_->WriteLinkedMetadata(table, {"file:///m.json", "{}"}));
  ASSERT_OK_AND_ASSIGN(const auto gone, store_->ReadLinkedMetadata(table));
  EXPECT_FALSE(gone.has_value());
}

class AuthorizerTest : public ObjectStoreTest {
 protected:
  void SetUp() override {
    ObjectStoreTest::SetUp();
    analyst_ = Create({.name = "ANALYST", .body = Role{}});
    engineer_ = Create({.name = "ENGINEER", .body = Role{}});
    database_ = Create({.name = "DB", .owner = RoleId("SYSADMIN"), .body = Database{}});
    schema_ = Create({.parent = database_, .name = "S", .owner = RoleId("SYSADMIN"), .body = Schema{}});
    table_ = Create({.parent = schema_, .name = "T", .owner = engineer_, .body = Table{}});
  }
  void Allow(const std::string& privilege, ObjectId object, ObjectId role) {
    auto transaction = store_->Begin();
    transaction->AddGrant({.privilege = privilege, .object = object, .grantee = role});
    ASSERT_OK(transaction->Commit());
  }
  Authorizer As(ObjectId primary, const std::vector<ObjectId>& secondary = {}) {
    return Authorizer(store_->Current(), primary, secondary);
  }
  const Object& table() { return *store_->Current()->Get(table_); }

  ObjectId analyst_, engineer_, database_, schema_, table_;
};

TEST_F(AuthorizerTest, ReadingNeedsUsageOnBothContainersAndSelect) {
  Allow("SELECT", table_, analyst_);
  EXPECT_FALSE(As(analyst_).CanUse(table(), "SELECT"));
  Allow("USAGE", database_, analyst_);
  EXPECT_FALSE(As(analyst_).CanUse(table(), "SELECT"));
  Allow("USAGE", schema_, analyst_);
  EXPECT_TRUE(As(analyst_).CanUse(table(), "SELECT"));
  EXPECT_FALSE(As(analyst_).CanUse(table(), "INSERT"));
}

TEST_F(AuthorizerTest, ARoleHasWhatIsGrantedToRolesBelowIt) {
  Allow("SELECT", table_, analyst_);
  EXPECT_FALSE(As(RoleId("USERADMIN")).Has("SELECT", table_));
  {
    auto transaction = store_->Begin();
    transaction->AddRoleGrant(analyst_, RoleId("USERADMIN"), kNoObject);
    ASSERT_OK(transaction->Commit());
  }
  EXPECT_TRUE(As(RoleId("USERADMIN")).Has("SELECT", table_));
  EXPECT_TRUE(As(RoleId("ACCOUNTADMIN")).Has("SELECT", table_));
  EXPECT_FALSE(As(RoleId("SYSADMIN")).Has("SELECT", table_));
}

TEST_F(AuthorizerTest, SecondaryRolesCountOnlyWhereTheyMay) {
  Allow("CREATE DATABASE", kAccountId, engineer_);
  const Authorizer both = As(analyst_, {engineer_});
  EXPECT_TRUE(both.Has("CREATE DATABASE", kAccountId));
  EXPECT_FALSE(both.Has("CREATE DATABASE", kAccountId, RoleScope::kPrimary));
  EXPECT_TRUE(both.Owns(table_));
  EXPECT_FALSE(both.Owns(table_, RoleScope::kPrimary));
}

TEST_F(AuthorizerTest, ManageGrantsSeesEverythingButReadsNothing) {
  const Authorizer security = As(RoleId("SECURITYADMIN"));
  EXPECT_TRUE(security.CanSee(table()));
  EXPECT_TRUE(security.CanGrant("SELECT", table_));
  EXPECT_FALSE(security.CanUse(table(), "SELECT"));
  EXPECT_FALSE(As(analyst_).CanSee(table()));
}

TEST_F(AuthorizerTest, GrantOptionAllowsPassingOnThatPrivilegeOnly) {
  auto transaction = store_->Begin();
  transaction->AddGrant(
      {.privilege = "SELECT", .object = table_, .grantee = analyst_, .with_grant_option = true});
  ASSERT_OK(transaction->Commit());
  transaction.reset();
  EXPECT_TRUE(As(analyst_).CanGrant("SELECT", table_));
  EXPECT_FALSE(As(analyst_).CanGrant("INSERT", table_));
}

TEST(Password, VerifiesOnlyTheRightOne) {
  SeededRandom random(1);
  ASSERT_OK_AND_ASSIGN(const std::string hash, HashPassword("secret", random));
  EXPECT_EQ(hash.find("secret"), std::string::npos);
  EXPECT_TRUE(VerifyPassword("secret", hash));
  EXPECT_FALSE(VerifyPassword("Secret", hash));
  EXPECT_FALSE(VerifyPassword("", hash));
  EXPECT_FALSE(VerifyPassword("secret", ""));
  EXPECT_FALSE(VerifyPassword("secret", "scrypt$0$8$1$AA==$AA=="));
}

}  // namespace
}  // namespace lifeboat::account
