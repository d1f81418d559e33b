#include "lifeboat/doctor/access_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lifeboat::app {
namespace {

namespace access = catalog::access;
using enum access::Privilege;
using ::testing::HasSubstr;

class AccessChecksTest : public ::testing::Test {
 protected:
  AccessChecksTest() {
    model_.warehouse_location = "s3://lake";
    model_.principals = {{.id = "trino"}, {.id = "off", .disabled = true}};
    for (const char* principal : {"trino", "off"}) {
      model_.grants.push_back({{access::Grantee::Kind::kPrincipal, principal},
                               access::Securable::OfNamespace({"n"}),
                               {kSelect},
                               {}});
    }
  }
  std::string Problems() const {
    Findings findings;
    CheckCredentialAccess(access::Policy(model_), tables_, "access", &findings);
    std::string text;
    for (const Finding& finding : findings) {
      if (finding.outcome == Finding::Outcome::kWrong) text += finding.detail + "\n";
    }
    return text;
  }
  access::PolicyModel model_;
  std::vector<PlacedTable> tables_{{{{"n"}, "t"}, "s3://lake/n/t"}, {{{"n"}, "u"}, "s3://lake/n/u"}};
};

TEST_F(AccessChecksTest, EachMisconfigurationIsNamedOnceWithItsRemedy) {
  EXPECT_THAT(Problems(), HasSubstr("Forbidden: null"));
  EXPECT_THAT(Problems(), HasSubstr("--external-full-table-access on"));
  const std::string once = Problems();
  EXPECT_EQ(std::count(once.begin(), once.end(), '\n'), 1);
  model_.settings.external_full_table_access = true;
  EXPECT_THAT(Problems(), HasSubstr("lakeformation:GetDataAccess"));
  model_.settings.external_allow_list = {"trino"};
  EXPECT_EQ(Problems(), "");
  model_.trust = {{"somebody", ""}};
  EXPECT_THAT(Problems(), HasSubstr("Unable to assume role"));
  model_.trust = {{"service:catalog", ""}};
  EXPECT_THAT(Problems(), HasSubstr("sts:AssumeRole"));
  model_.trust.push_back({"trino", "id"});
  EXPECT_EQ(Problems(), "");
  tables_.push_back({{{"n"}, "far"}, "s3://other/far"});
  EXPECT_THAT(Problems(), HasSubstr("Table n.far is not initialized"));
}

TEST_F(AccessChecksTest, AMissingIntegrationIsNamed) {
  Findings findings;
  CheckIntegrations({"A", "B"}, {"B"}, "SECONDARY", &findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].detail,
              HasSubstr("Catalog integration 'A' does not exist or not authorized in account SECONDARY"));
  findings.clear();
  CheckIntegrations({"B"}, {"A", "B"}, "SECONDARY", &findings);
  EXPECT_EQ(findings[0].outcome, Finding::Outcome::kGood);
}

}  // namespace
}  // namespace lifeboat::app
