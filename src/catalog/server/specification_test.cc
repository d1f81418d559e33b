// What the REST specification says of endpoints that no other test is about.
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "base/testing.h"
#include "catalog/server/catalog_server_testing.h"

namespace lifeboat::catalog {
namespace {

using testing::kSchema;

class SpecificationTest : public testing::CatalogServerTest {
 protected:
  static net::Headers Key(int n) {
    net::Headers headers;
    headers.Set("Idempotency-Key", fmt::format("018f6c1e-3b7a-7c00-8000-{:012}", n));
    return headers;
  }
  static boost::json::value Parse(const net::HttpResponse& response) {
    return iceberg::ParseJson(response.body).value_or({});
  }
  static std::string Text(const boost::json::value& value) {
    return std::string(std::string_view(value.as_string()));
  }
  static std::string ViewBody(const std::string& name) {
    return fmt::format(
        R"({{"name":"{}","schema":{},"properties":{{}},"view-version":{{"version-id":1,"schema-id":0,
        "timestamp-ms":1,"summary":{{}},"default-namespace":["n"],
        "representations":[{{"type":"sql","sql":"select 1","dialect":"spark"}}]}}}})",
        name, kSchema);
  }
};

TEST_F(SpecificationTest, ConfigurationListsTheEndpoints) {
  const std::string prefix = "/v1/{prefix}/";
  const std::string in_namespace = prefix + "namespaces/{namespace}";
  std::set<std::string> expected = {"POST " + prefix + "tables/rename", "POST " + prefix + "views/rename",
                                    "POST " + prefix + "transactions/commit"};
  for (const char* method : {"GET", "POST"}) {
    expected.insert(fmt::format("{} {}namespaces", method, prefix));
    for (const char* kind : {"tables", "views"}) {
      expected.insert(fmt::format("{} {}/{}", method, in_namespace, kind));
    }
  }
  for (const char* method : {"GET", "HEAD", "DELETE"}) {
    expected.insert(fmt::format("{} {}", method, in_namespace));
  }
  for (const char* method : {"GET", "HEAD", "POST", "DELETE"}) {
    expected.insert(fmt::format("{} {}/tables/{{table}}", method, in_namespace));
    expected.insert(fmt::format("{} {}/views/{{view}}", method, in_namespace));
  }
  for (const char* action : {"properties", "register", "register-view", "tables/{table}/unregister",
                             "tables/{table}/metrics", "tables/{table}/sign"}) {
    expected.insert(fmt::format("POST {}/{}", in_namespace, action));
  }
  for (const char* read : {"tables/{table}/credentials", "functions", "functions/{function}"}) {
    expected.insert(fmt::format("GET {}/{}", in_namespace, read));
  }
  std::set<std::string> listed;
  const boost::json::value config = Parse(Call("GET", "/v1/config"));
  for (const boost::json::value& endpoint : config.at("endpoints").as_array()) {
    listed.insert(Text(endpoint));
  }
  for (const std::string& endpoint : expected) EXPECT_TRUE(listed.contains(endpoint)) << endpoint;
}

TEST_F(SpecificationTest, MetricsAreReportedOfTablesThereAre) {
  MakeTable();
  const std::string report = R"({"report-type":"scan-report"})";
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/tables/t/metrics", report).status, 204);
  ExpectError(404, "NoSuchTableException", Call("POST", "/v1/namespaces/n/tables/none/metrics", report));
  ExpectError(400, "BadRequestException", Call("POST", "/v1/namespaces/n/tables/t/metrics", "{}"));
}

TEST_F(SpecificationTest, AnUnregisteredTableLeavesItsFilesAndCanBeRegisteredAgain) {
  MakeTable();
  const std::string table = "/v1/namespaces/n/tables/t";
  ASSERT_EQ(Call("POST", table, SetProperty("a")).status, 200);
  const boost::json::value before = Load();
  const net::HttpResponse unregistered = Call("POST", table + "/unregister", "", Key(1));
  ASSERT_EQ(unregistered.status, 200) << unregistered.body;
  EXPECT_EQ(Parse(unregistered).at("metadata-location"), before.at("metadata-location"));
  EXPECT_EQ(Parse(unregistered).at("metadata"), before.at("metadata"));
  EXPECT_EQ(Call("POST", table + "/unregister", "", Key(1)).body, unregistered.body);
  ExpectError(404, "NoSuchTableException", Call("POST", table + "/unregister"));
  ExpectError(404, "NoSuchTableException", Call("POST", table, SetProperty("b")));

  const std::string body =
      fmt::format(R"({{"name":"u","metadata-location":"{}"}})", Text(before.at("metadata-location")));
  const net::HttpResponse registered = Call("POST", "/v1/namespaces/n/register", body, Key(2));
  ASSERT_EQ(registered.status, 200) << registered.body;
  EXPECT_EQ(Load("u").at("metadata"), before.at("metadata"));
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/register", body, Key(2)).body, registered.body);
}

TEST_F(SpecificationTest, RegisteringOverATableReplacesItOnRequestOnly) {
  MakeTable("t");
  MakeTable("u");
  const boost::json::value other = Load("u");
  const auto body = [&](const std::string& overwrite) {
    return fmt::format(R"({{"name":"t","metadata-location":"{}"{}}})", Text(other.at("metadata-location")),
                       overwrite);
  };
  const std::string path = "/v1/namespaces/n/register";
  ExpectError(409, "AlreadyExistsException", Call("POST", path, body("")));
  ExpectError(409, "AlreadyExistsException", Call("POST", path, body(R"(,"overwrite":false)")));
  ExpectError(400, "BadRequestException", Call("POST", path, body(R"(,"overwrite":true)")));
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/tables/u/unregister").status, 200);
  EXPECT_EQ(Call("POST", path, body(R"(,"overwrite":true)")).status, 200);
  EXPECT_EQ(Load("t").at("metadata-location"), other.at("metadata-location"));
  ASSERT_OK(storage_->Write(options_.warehouse_location + "/garbage", "not metadata"));
  ExpectError(
      400, "BadRequestException",
      Call("POST", path,
           fmt::format(R"({{"name":"x","metadata-location":"{}/garbage"}})", options_.warehouse_location)));
}

TEST_F(SpecificationTest, NamespacePropertiesAreChangedAndWhatChangedIsSaid) {
  Call("POST", "/v1/namespaces", R"({"namespace":["p"],"properties":{"a":"1","b":"2"}})");
  const net::HttpResponse changed =
      Call("POST", "/v1/namespaces/p/properties", R"({"removals":["x","a","x","a"],"updates":{"c":"3"}})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body, R"({"updated":["c"],"removed":["a"],"missing":["x"]})");
  EXPECT_EQ(Call("POST", "/v1/namespaces/p/properties", R"({"removals":["c"],"updates":{"c":"3"}})").status,
            422);
  boost::json::value loaded = Parse(Call("GET", "/v1/namespaces/p"));
  boost::json::object& properties = loaded.at("properties").as_object();
  properties.erase("location");
  EXPECT_EQ(properties, (boost::json::object{{"b", "2"}, {"c", "3"}}));
}

TEST_F(SpecificationTest, ThereAreNoFunctions) {
  MakeTable();
  EXPECT_EQ(Call("GET", "/v1/namespaces/n/functions").body, R"({"identifiers":[]})");
  EXPECT_EQ(ExpectError(404, "NoSuchFunctionException", Call("GET", "/v1/namespaces/n/functions/f")),
            "Function does not exist: n.f");
  ExpectError(404, "NoSuchNamespaceException", Call("GET", "/v1/namespaces/zz/functions"));
  ExpectError(404, "NoSuchNamespaceException", Call("GET", "/v1/namespaces/zz/functions/f"));
}

TEST_F(SpecificationTest, RequestsAboutViewsTakeEffectOnceForEachKey) {
  MakeTable();
  const std::string views = "/v1/namespaces/n/views";
  ASSERT_EQ(Call("POST", views, ViewBody("v")).status, 200);
  const std::string rename =
      R"({"source":{"namespace":["n"],"name":"v"},"destination":{"namespace":["n"],"name":"w"}})";
  const std::tuple<const char*, std::string, std::string> requests[] = {
      {"POST", views + "/v", SetProperty("a")},
      {"POST", "/v1/views/rename", rename},
      {"DELETE", views + "/w", ""},
  };
  int n = 0;
  for (const auto& [method, path, body] : requests) {
    SCOPED_TRACE(path);
    const net::HttpResponse first = Call(method, path, body, Key(++n));
    EXPECT_LT(first.status, 300) << first.body;
    const uint64_t position = store_->State()->last_position;
    const net::HttpResponse again = Call(method, path, body, Key(n));
    EXPECT_EQ(again.status, first.status);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(store_->State()->last_position, position);
  }
}

TEST_F(SpecificationTest, NamespacesAndViewsAreListedByPage) {
  MakeTable();
  for (const char* name : {"a", "b", "c"}) {
    Call("POST", "/v1/namespaces", fmt::format(R"({{"namespace":["n","{}"]}})", name));
    Call("POST", "/v1/namespaces/n/views", ViewBody(name));
  }
  const std::pair<std::string, const char*> listings[] = {{"/v1/namespaces?parent=n&", "namespaces"},
                                                          {"/v1/namespaces/n/views?", "identifiers"}};
  for (const auto& [path, member] : listings) {
    SCOPED_TRACE(path);
    EXPECT_EQ(Parse(Call("GET", path)).at(member).as_array().size(), 3u);
    const boost::json::value first = Parse(Call("GET", path + "pageToken=&pageSize=2"));
    EXPECT_EQ(first.at(member).as_array().size(), 2u);
    const std::string token = net::PercentEncode(Text(first.at("next-page-token")));
    const boost::json::value rest = Parse(Call("GET", path + "pageSize=2&pageToken=" + token));
    EXPECT_EQ(rest.at(member).as_array().size(), 1u);
    EXPECT_FALSE(rest.as_object().contains("next-page-token"));
    ExpectError(400, "BadRequestException", Call("GET", path + "pageToken=%21"));
  }
  EXPECT_EQ(Call("GET", "/v1/namespaces/n%1Fa").status, 200) << "levels are separated by U+001F";
}

}  // namespace
}  // namespace lifeboat::catalog
