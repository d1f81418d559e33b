#include "catalog/access/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <set>

#include "base/testing.h"
#include "catalog/access/access_errors.h"
#include "catalog/access/policy_records.h"

namespace lifeboat::catalog::access {
namespace {

using enum Privilege;
using ::testing::HasSubstr;

const Caller kEva{.principal = "eva"};
const Caller kAdmin{.principal = "root", .administrator = true};

Grantee PrincipalNamed(std::string id) {
  return {Grantee::Kind::kPrincipal, std::move(id)};
}
Grantee RoleNamed(std::string id) {
  return {Grantee::Kind::kRole, std::move(id)};
}
Securable Table(std::string name_space, std::string name) {
  return Securable::OfTable({{std::move(name_space)}, std::move(name)});
}

class PolicyTest : public ::testing::Test {
 protected:
  PolicyTest() {
    model_.warehouse_location = "s3://lake/warehouse";
    model_.principals = {{.id = "eva"}, {.id = "otto"}};
    model_.roles = {{"readers", ""}, {"writers", ""}, {"all", ""}};
  }
  void Grant_(Grantee grantee, Securable object, PrivilegeSet privileges, PrivilegeSet option = {}) {
    model_.grants.push_back({std::move(grantee), std::move(object), privileges, option});
  }
  Policy Make() const { return Policy(model_); }

  PolicyModel model_;
};

TEST_F(PolicyTest, WhatIsNotGrantedIsRefusedAndTheRefusalNamesAll) {
  const Policy policy = Make();
  const Status refused = policy.Check(kEva, {kSelect, Table("n", "t")});
  EXPECT_EQ(refused.code(), StatusCode::kPermissionDenied);
  EXPECT_THAT(refused.message(), HasSubstr("principal 'eva' lacks select on table n.t"));
  EXPECT_FALSE(policy.Allows({.principal = "nobody"}, kDescribe, Securable::Catalog()));
  EXPECT_FALSE(policy.Allows({}, kDescribe, Securable::Catalog()));
  EXPECT_TRUE(policy.Allows(kAdmin, kDrop, Table("n", "t")));
}

TEST_F(PolicyTest, GrantsReachWhatIsInside) {
  Grant_(PrincipalNamed("eva"), Securable::OfNamespace({"a"}), {kInsert, kCreateTable});
  const Policy policy = Make();
  EXPECT_TRUE(policy.Allows(kEva, kInsert, Table("a", "t")));
  EXPECT_TRUE(policy.Allows(kEva, kInsert, Securable::OfTable({{"a", "b"}, "t"})));
  EXPECT_TRUE(policy.Allows(kEva, kCreateTable, Securable::OfNamespace({"a", "b"})));
  EXPECT_FALSE(policy.Allows(kEva, kInsert, Table("ab", "t")));
  EXPECT_FALSE(policy.Allows(kEva, kInsert, Table("b", "t")));
  EXPECT_FALSE(policy.Allows(kEva, kCreateNamespace, Securable::Catalog()));
  EXPECT_FALSE(policy.Allows(kEva, kSelect, Table("a", "t")));
}

TEST_F(PolicyTest, AnyPrivilegeShowsTheObjectAndTheWayToIt) {
  Grant_(PrincipalNamed("eva"), Securable::OfTable({{"a", "b"}, "t"}), {kSelect});
  const Policy policy = Make();
  EXPECT_EQ(policy.Effective(kEva, Securable::OfTable({{"a", "b"}, "t"})),
            (PrivilegeSet{kDescribe, kSelect}));
  EXPECT_TRUE(policy.Allows(kEva, kDescribe, Securable::OfNamespace({"a"})));
  EXPECT_TRUE(policy.Allows(kEva, kDescribe, Securable::OfNamespace({"a", "b"})));
  // Seeing the way is not seeing what lies beside it.
  EXPECT_FALSE(policy.Allows(kEva, kDescribe, Securable::OfTable({{"a", "b"}, "u"})));
  EXPECT_FALSE(policy.Allows(kEva, kDescribe, Table("a", "t")));
  EXPECT_FALSE(policy.Allows(kEva, kDescribe, Securable::OfNamespace({"a", "c"})));
  EXPECT_FALSE(policy.Allows(kEva, kDescribe, Securable::Catalog()));
}

TEST_F(PolicyTest, APrivilegeThatMeansNothingForAnObjectShowsNothingOfIt) {
  Grant_(PrincipalNamed("eva"), Securable::OfNamespace({"a"}), {kCreateTable});
  const Policy policy = Make();
  EXPECT_TRUE(policy.Allows(kEva, kDescribe, Securable::OfNamespace({"a"})));
  EXPECT_FALSE(policy.Allows(kEva, kDescribe, Table("a", "t")));
}

TEST_F(PolicyTest, RolesHandDownThroughRoles) {
  Grant_(RoleNamed("readers"), Table("n", "t"), {kSelect});
  Grant_(RoleNamed("writers"), Table("n", "t"), {kInsert});
  model_.memberships = {{"readers", RoleNamed("writers")}, {"writers", PrincipalNamed("eva")}};
  const Policy policy = Make();
  EXPECT_EQ(policy.Effective(kEva, Table("n", "t")), (PrivilegeSet{kDescribe, kSelect, kInsert}));
  EXPECT_TRUE(policy.Effective({.principal = "otto"}, Table("n", "t")).empty());
}

TEST_F(PolicyTest, CirclesOfRolesAreRefusedAndHarmless) {
  model_.memberships = {{"readers", RoleNamed("writers")}, {"writers", RoleNamed("all")}};
  EXPECT_STATUS(StatusCode::kInvalidArgument, Make().CheckMembership({"all", RoleNamed("readers")}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Make().CheckMembership({"all", RoleNamed("all")}));
  EXPECT_OK(Make().CheckMembership({"readers", RoleNamed("all")}));
  EXPECT_STATUS(StatusCode::kNotFound, Make().CheckMembership({"none", RoleNamed("readers")}));
  EXPECT_STATUS(StatusCode::kNotFound, Make().CheckMembership({"all", PrincipalNamed("none")}));
  model_.memberships.push_back({"all", RoleNamed("readers")});
  model_.memberships.push_back({"readers", PrincipalNamed("eva")});
  EXPECT_EQ(Make().GranteesOf("eva").size(), 4u);
}

TEST_F(PolicyTest, ADisabledPrincipalHasNothing) {
  Grant_(PrincipalNamed("eva"), Securable::Catalog(), {kSuper});
  EXPECT_TRUE(Make().IsAdministrator(kEva));
  model_.principals[0].disabled = true;
  EXPECT_FALSE(Make().IsAdministrator(kEva));
  EXPECT_FALSE(Make().Allows(kEva, kDescribe, Table("n", "t")));
}

TEST_F(PolicyTest, SuperIsEverythingInside) {
  Grant_(PrincipalNamed("eva"), Securable::OfNamespace({"n"}), {kSuper});
  const Policy policy = Make();
  EXPECT_EQ(policy.Effective(kEva, Table("n", "t")), GrantableOn(Securable::Kind::kTable));
  EXPECT_TRUE(policy.Allows(kEva, kCreateView, Securable::OfNamespace({"n", "m"})));
  EXPECT_FALSE(policy.IsAdministrator(kEva));
}

TEST_F(PolicyTest, GrantingNeedsTheGrantOption) {
  Grant_(PrincipalNamed("eva"), Securable::OfNamespace({"n"}), {kSelect, kInsert}, {kSelect});
  const Policy policy = Make();
  EXPECT_OK(policy.CheckMayGrant(kEva, {kSelect}, Table("n", "t")));
  EXPECT_STATUS(StatusCode::kPermissionDenied, policy.CheckMayGrant(kEva, {kInsert}, Table("n", "t")));
  EXPECT_STATUS(StatusCode::kPermissionDenied, policy.CheckMayGrant(kEva, {kSelect}, Table("m", "t")));
  EXPECT_STATUS(StatusCode::kPermissionDenied, policy.CheckMayGrant(kEva, {kSelect}, Securable::Catalog()));
  EXPECT_OK(policy.CheckMayGrant(kAdmin, {kInsert}, Table("m", "t")));
  EXPECT_STATUS(StatusCode::kInvalidArgument, policy.CheckMayGrant(kAdmin, {kCreateTable}, Table("m", "t")));
  EXPECT_STATUS(StatusCode::kInvalidArgument, policy.CheckMayGrant(kAdmin, {}, Table("m", "t")));
}

TEST_F(PolicyTest, FilesStayAtHomeOrWhereTheCallerMayPutThem) {
  const std::string home = "s3://lake/warehouse/n/t";
  EXPECT_OK(Make().CheckPlacement(kEva, home, home));
  EXPECT_OK(Make().CheckPlacement(kEva, home + "/data", home));
  const std::string chosen = home + "-018bcfe5-6800-7000-8000-000000000001";
  EXPECT_OK(Make().CheckPlacement(kEva, chosen, home));
  // Beside it is another table's home.
  EXPECT_OK(Make().CheckPlacement(kEva, chosen + "/data", home));
  const std::string aside = "s3://lake/warehouse/n-0190a2b4-6d3c-7b1e-8f00-0123456789ab/t";
  EXPECT_OK(Make().CheckPlacement(kEva, aside, home));
  EXPECT_STATUS(StatusCode::kPermissionDenied, Make().CheckPlacement(kEva, aside + "2", home));
  EXPECT_STATUS(
      StatusCode::kPermissionDenied,
      Make().CheckPlacement(kEva, "s3://lake-0190a2b4-6d3c-7b1e-8f00-0123456789ab/warehouse/n/t", home));
  EXPECT_STATUS(StatusCode::kPermissionDenied, Make().CheckPlacement(kEva, home + "-2024", home));
  EXPECT_STATUS(StatusCode::kPermissionDenied, Make().CheckPlacement(kEva, home + "x", home));
  EXPECT_STATUS(StatusCode::kPermissionDenied, Make().CheckPlacement(kEva, chosen + "/../u", home));
  EXPECT_STATUS(StatusCode::kPermissionDenied, Make().CheckPlacement(kEva, "s3://lake/warehouse/n/u", home));
  EXPECT_STATUS(StatusCode::kPermissionDenied, Make().CheckPlacement(kEva, "s3://other/t", home));
  EXPECT_OK(Make().CheckPlacement(kAdmin, "s3://other/t", home));

  Grant_(PrincipalNamed("eva"), Securable::OfLocation("s3://other/shared/"), {kDataLocation});
  const Status unregistered = Make().CheckPlacement(kEva, "s3://other/shared/t", home);
  EXPECT_THAT(unregistered.message(), HasSubstr("register-location"));
  model_.locations = {{"s3://other", ""}};
  EXPECT_OK(Make().CheckPlacement(kEva, "s3://other/shared/t", home));
  EXPECT_STATUS(StatusCode::kPermissionDenied, Make().CheckPlacement(kEva, "s3://other/sharedt", home));
  EXPECT_STATUS(StatusCode::kPermissionDenied, Make().CheckPlacement(kEva, "s3://other/else", home));
}

TEST_F(PolicyTest, CredentialsComeOutOnlyWhenEverySwitchIsSet) {
  const TableIdentifier table{{"n"}, "t"};
  const std::string at = "s3://lake/warehouse/n/t";
  const auto ask = [&](bool write) {
    return Make().MayUseCredentials(kEva, table, write, at, "arn:role").message();
  };
  EXPECT_THAT(ask(false), HasSubstr("Forbidden: null"));
  model_.settings.external_full_table_access = true;
  EXPECT_THAT(ask(false), HasSubstr("eva is not authorized to perform: lakeformation:GetDataAccess"));
  model_.settings.external_allow_list = {"readers"};
  model_.memberships = {{"readers", PrincipalNamed("eva")}};
  EXPECT_THAT(ask(false), HasSubstr("principal 'eva' lacks select on table n.t"));
  Grant_(RoleNamed("readers"), Securable::OfTable(table), {kSelect});
  EXPECT_EQ(ask(false), "");
  EXPECT_THAT(ask(true), HasSubstr("lacks insert"));

  model_.trust = {{"somebody", ""}};
  EXPECT_THAT(ask(false), HasSubstr("Unable to assume role arn:role"));
  model_.trust = {{std::string(kCatalogService), ""}};
  EXPECT_THAT(ask(false),
              HasSubstr("User: eva is not authorized to perform: sts:AssumeRole on resource: arn:role"));
  model_.trust.push_back({"eva", "id-1"});
  EXPECT_THAT(ask(false), HasSubstr("sts:AssumeRole"));
  const Caller with_id{.principal = "eva", .external_id = "id-1"};
  EXPECT_OK(Make().MayUseCredentials(with_id, table, false, at, "arn:role"));
  EXPECT_THAT(Make().MayUseCredentials(with_id, table, false, "s3://elsewhere/t", "arn:role").message(),
              HasSubstr("Table n.t is not initialized"));
  EXPECT_OK(Make().MayUseCredentials(kAdmin, table, true, at, "arn:role"));
}

TEST_F(PolicyTest, EveryRefusalOfItsOwnNamesARemedy) {
  EXPECT_THAT(VendingNotEnabled("lake").message(), HasSubstr("ICEBERG_REST"));
  const Status missing = IntegrationDoesNotExist("REST_INT", "SECONDARY");
  EXPECT_EQ(missing.code(), StatusCode::kNotFound);
  EXPECT_THAT(missing.message(), HasSubstr("REFRESH"));
}

TEST_F(PolicyTest, RecordsBringBackTheModel) {
  SeededRandom random(1);
  model_.principals = {{.id = "a/b c",
                        .kind = PrincipalKind::kExternal,
                        .description = "d",
                        .disabled = true,
                        .subject = "sub"},
                       {.id = "k", .kind = PrincipalKind::kAccessKey, .access_key_id = "AK"}};
  Grant_(PrincipalNamed("a/b c"), Securable::OfTable({{"n", "m"}, "t/u"}), {kSelect, kInsert}, {kSelect});
  Grant_(RoleNamed("readers"), Securable::OfLocation("s3://x/y"), {kDataLocation});
  Grant_(RoleNamed("readers"), Securable::Catalog(), {kDescribe});
  model_.memberships = {{"readers", RoleNamed("writers")}};
  model_.locations = {{"s3://x", "spare"}};
  model_.settings = {true, false, {"k"}};
  model_.trust = {{"k", "id"}};
  ASSERT_OK_AND_ASSIGN(PrincipalSecret secret, PrincipalSecret::Seal("s3cr3t", "", random));

  std::vector<PolicyRecord> records;
  for (const auto& item : model_.principals) records.push_back(ToRecord(item));
  for (const auto& item : model_.roles) records.push_back(ToRecord(item));
  for (const auto& item : model_.memberships) records.push_back(ToRecord(item));
  for (const auto& item : model_.grants) records.push_back(ToRecord(item));
  for (const auto& item : model_.locations) records.push_back(ToRecord(item));
  for (const auto& item : model_.trust) records.push_back(ToRecord(item));
  records.push_back(ToRecord(model_.settings));
  records.push_back(ToRecord("k", secret));
  EXPECT_TRUE(records.back().secret);

  PolicyModel read;
  std::set<std::string> keys;
  for (const PolicyRecord& record : records) {
    EXPECT_TRUE(record.key.starts_with(kAccessPrefix));
    EXPECT_TRUE(keys.insert(record.key).second) << record.key;
    ASSERT_OK(AddRecord(record.key, record.value, &read));
  }
  ASSERT_EQ(read.principals.size(), 2u);
  EXPECT_EQ(read.principals[0].id, "a/b c");
  EXPECT_EQ(read.principals[0].subject, "sub");
  EXPECT_TRUE(read.principals[0].disabled);
  EXPECT_EQ(read.principals[1].access_key_id, "AK");
  ASSERT_EQ(read.grants.size(), 3u);
  EXPECT_EQ(read.grants[0].object, model_.grants[0].object);
  EXPECT_EQ(read.grants[0].grant_option, PrivilegeSet{kSelect});
  EXPECT_EQ(read.grants[1].grantee, RoleNamed("readers"));
  EXPECT_EQ(read.memberships[0].member, RoleNamed("writers"));
  EXPECT_EQ(read.locations[0].location, "s3://x");
  EXPECT_FALSE(read.settings.external_filtering);
  EXPECT_EQ(read.trust[0].external_id, "id");
  ASSERT_OK_AND_ASSIGN(const std::string opened, read.secrets.at("k").Open(""));
  EXPECT_EQ(opened, "s3cr3t");
  EXPECT_STATUS(StatusCode::kCorruption, AddRecord("access/grant/x", boost::json::object{}, &read));
  EXPECT_OK(AddRecord("access/of-a-later-version/x", boost::json::object{}, &read));
}

TEST(PrincipalSecretTest, HashesCheckAndSealedSecretsOpenWithTheirKeyOnly) {
  SeededRandom random(7);
  ASSERT_OK_AND_ASSIGN(const PrincipalSecret hash, PrincipalSecret::Hash("open sesame", random));
  EXPECT_TRUE(hash.Matches("open sesame"));
  EXPECT_FALSE(hash.Matches("open sesam"));
  EXPECT_FALSE(hash.Matches(""));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, hash.Open(std::string(32, 'k')));
  ASSERT_OK_AND_ASSIGN(const PrincipalSecret again, PrincipalSecret::FromJson(hash.ToJson()));
  EXPECT_TRUE(again.Matches("open sesame"));
  EXPECT_EQ(again.TokenKey(), hash.TokenKey());
  ASSERT_OK_AND_ASSIGN(const PrincipalSecret other, PrincipalSecret::Hash("open sesame", random));
  EXPECT_NE(other.TokenKey(), hash.TokenKey());

  const std::string key(32, 'k');
  ASSERT_OK_AND_ASSIGN(const PrincipalSecret sealed, PrincipalSecret::Seal("AWS secret", key, random));
  EXPECT_EQ(boost::json::serialize(sealed.ToJson()).find("AWS secret"), std::string::npos);
  ASSERT_OK_AND_ASSIGN(const std::string opened, sealed.Open(key));
  EXPECT_EQ(opened, "AWS secret");
  EXPECT_STATUS(StatusCode::kFailedPrecondition, sealed.Open(std::string(32, 'x')));
  EXPECT_FALSE(sealed.Matches("AWS secret"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, PrincipalSecret::Seal("x", "short", random));
}

}  // namespace
}  // namespace lifeboat::catalog::access
