// What a driver sends and is sent around a login: account names, parameters, bindings, JSON text.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "account/wire/account_names.h"
#include "account/wire/bindings.h"
#include "account/wire/parameters.h"
#include "base/testing.h"

namespace lifeboat::account::wire {
namespace {

TEST(AccountNames, AcceptOwnNameAndConnections) {
  const AccountNames names("ORG", "ACC_1", {"MY_CONN"});
  for (const char* name : {"ACC_1", "acc-1", "ORG-ACC_1", "org-acc-1", "MY_CONN", "Org-My-Conn"}) {
    EXPECT_TRUE(names.Accepts(name)) << name;
  }
  for (const char* name : {"", "ORG", "ACC", "ORG-", "OTHER-ACC_1", "ACC_1.eu"})
    EXPECT_FALSE(names.Accepts(name)) << name;
}

boost::json::value ParameterValue(const std::string& list, std::string_view name) {
  const boost::json::value parsed = boost::json::parse(list);
  for (const boost::json::value& entry : parsed.as_array()) {
    if (entry.at("name").as_string() == name) return entry.at("value");
  }
  return nullptr;
}

TEST(Parameters, AreTypedAndReplacedByTheSessions) {
  const std::string list = ParameterListJson({{"AUTOCOMMIT", "false"},
                                              {"CLIENT_PREFETCH_THREADS", "many"},
                                              {"TIMEZONE", "Asia/Tokyo"},
                                              {"QUERY_TAG", "a\"b"}});
  EXPECT_EQ(ParameterValue(list, "AUTOCOMMIT"), boost::json::value(false));
  EXPECT_EQ(ParameterValue(list, "CLIENT_PREFETCH_THREADS"), boost::json::value(4));
  EXPECT_EQ(ParameterValue(list, "TIMEZONE"), boost::json::value("Asia/Tokyo"));
  EXPECT_EQ(ParameterValue(list, "QUERY_TAG"), boost::json::value("a\"b"));
  EXPECT_EQ(ParameterValue(list, "BINARY_OUTPUT_FORMAT"), boost::json::value("HEX"));
}

TEST(Bindings, RepeatSingleValuesBesideLists) {
  const auto json = boost::json::parse(
      R"({"1":{"type":"FIXED","value":["1",null]},"2":{"type":"TEXT","value":"x"},"3":{"type":"ANY","value":null}})");
  ASSERT_OK_AND_ASSIGN(const auto rows, ReadBindings(json.as_object()));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].at("1").value, "1");
  EXPECT_EQ(rows[1].at("1").value, std::nullopt);
  EXPECT_EQ(rows[1].at("2").value, "x");
  EXPECT_EQ(rows[1].at("2").type, "TEXT");
  EXPECT_EQ(rows[0].at("3").value, std::nullopt);
}

TEST(Bindings, RefuseUnequalLists) {
  const auto json =
      boost::json::parse(R"({"1":{"type":"FIXED","value":["1"]},"2":{"type":"FIXED","value":["1","2"]}})");
  EXPECT_STATUS(StatusCode::kInvalidArgument, ReadBindings(json.as_object()));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ReadBindings(boost::json::parse(R"({"1":"x"})").as_object()));
  ASSERT_OK_AND_ASSIGN(const auto none, ReadBindings({}));
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace lifeboat::account::wire
