// Who may do what over HTTP: every route against every privilege, and the life of principals, roles and
// grants.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/encoding.h"
#include "base/testing.h"
#include "base/uuid.h"
#include "catalog/access/policy_records.h"
#include "catalog/server/catalog_server.h"
#include "catalog/server/route_table.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "iceberg/model/json.h"
#include "net/http_client.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog {
namespace {

using access::Grant;
using access::Grantee;
using access::PrivilegeSet;
using access::Securable;
using enum access::Privilege;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSchema =
    R"({"type":"struct","fields":[{"id":1,"name":"x","type":"long","required":false}]})";
constexpr const char* kAccess = "/lifeboat/v1/access";

class AccessServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    storage_ = storage::MakeLocalStorage();
    http_ = net::HttpClient::Make();
    options_.warehouse_location = storage::FileLocation(folder_ + "/lake");
    options_.clients = {{"root", "root secret"}};
    options_.audit_log = folder_ + "/audit.jsonl";
    options_.secret_key = std::string(32, 'k');
    ASSERT_OK_AND_ASSIGN(store_, OpenSqliteCatalogStore(folder_ + "/catalog.db", clock_));
    ASSERT_OK_AND_ASSIGN(server_, CatalogServer::Start(options_, *store_, *storage_, guard_, clock_));
    root_ = Token("root", "root secret");
    ASSERT_FALSE(root_.empty());
  }
  void TearDown() override {
    server_.reset();
    http_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  net::HttpResponse Call(const std::string& token, const std::string& method, const std::string& path,
                         std::string body = "", uint16_t port = 0) {
    net::OutgoingRequest request;
    request.method = method;
    request.url = fmt::format("http://127.0.0.1:{}{}", port == 0 ? server_->port() : port, path);
    if (!token.empty()) request.headers.Set("Authorization", "Bearer " + token);
    request.body = std::move(body);
    Result<net::HttpResponse> response = http_->Send(std::move(request));
    EXPECT_OK(response);
    return std::move(response).value_or({});
  }
  net::HttpResponse AsRoot(const std::string& method, const std::string& path, std::string body = "") {
    return Call(root_, method, path, std::move(body));
  }
  boost::json::value Json(const net::HttpResponse& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    return iceberg::ParseJson(response.body).value_or(boost::json::object());
  }
  static std::string Text(const boost::json::value& value, std::string_view member) {
    const boost::json::value* found = value.is_object() ? value.get_object().if_contains(member) : nullptr;
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
  }
  std::string Token(const std::string& id, const std::string& secret) {
    const net::HttpResponse response =
        Call("", "POST", "/v1/oauth/tokens",
             fmt::format("grant_type=client_credentials&client_id={}&client_secret={}",
                         net::PercentEncode(id), net::PercentEncode(secret)));
    return response.status == 200 ? Text(Json(response), "access_token") : std::string();
  }
  // A new principal's token.
  std::string MakePrincipal(const std::string& id) {
    const boost::json::value made =
        Json(AsRoot("POST", fmt::format("{}/principals", kAccess), fmt::format(R"({{"id":"{}"}})", id)));
    return Token(id, Text(made, "client-secret"));
  }
  net::HttpResponse GrantTo(const std::string& token, const Grantee& grantee, const Securable& object,
                            PrivilegeSet privileges, bool option = false, bool revoke = false) {
    boost::json::array names;
    for (const std::string& name : privileges.Names()) names.emplace_back(name);
    const boost::json::object body{{"grantee", access::ToJson(grantee)},
                                   {"object", access::ToJson(object)},
                                   {"privileges", names},
                                   {"grant-option", option}};
    return Call(token, "POST", fmt::format("{}/grants{}", kAccess, revoke ? "/revoke" : ""),
                boost::json::serialize(body));
  }
  void MakeNamespace(const std::string& name) {
    AsRoot("POST", "/v1/namespaces", fmt::format(R"({{"namespace":["{}"]}})", name));
  }
  void MakeTable(const std::string& name_space, const std::string& name) {
    AsRoot("POST", fmt::format("/v1/namespaces/{}/tables", name_space), CreateBody(name));
  }
  static std::string CreateBody(const std::string& name, const std::string& more = "") {
    return fmt::format(R"({{"name":"{}","schema":{}{}}})", name, kSchema, more);
  }
  static std::string ViewBody(const std::string& name) {
    return fmt::format(
        R"({{"name":"{}","schema":{},"properties":{{}},"view-version":{{"version-id":1,"timestamp-ms":1,"schema-id":0,)"
        R"("summary":{{}},"default-namespace":["n"],"representations":[{{"type":"sql","sql":"select 1",)"
        R"("dialect":"spark"}}]}}}})",
        name, kSchema);
  }
  std::string Lake() const { return options_.warehouse_location; }
  std::string ReadAudit() {
    server_.reset();  // writes what is waiting
    std::ifstream file(options_.audit_log);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  static Grantee Principal(std::string id) { return {Grantee::Kind::kPrincipal, std::move(id)}; }
  static Grantee Role(std::string id) { return {Grantee::Kind::kRole, std::move(id)}; }

  ManualClock clock_;
  FixedEpochGuard guard_;
  std::string folder_ = ::testing::TempDir() + "access_server_XXXXXX";
  CatalogServerOptions options_;
  std::unique_ptr<storage::Storage> storage_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<CatalogStore> store_;
  std::unique_ptr<CatalogServer> server_;
  std::string root_;
};

// ---- The matrix
// ------------------------------------------------------------------------------------------------

const Securable kCatalog = Securable::Catalog();
const Securable kN = Securable::OfNamespace({"n"});
const Securable kM = Securable::OfNamespace({"m"});
const Securable kT = Securable::OfTable({{"n"}, "t"});
const Securable kU = Securable::OfTable({{"n"}, "u"});
const Securable kV = Securable::OfTable({{"n"}, "v"});

struct Need {
  access::Privilege privilege;
  Securable object;
  bool with_option = false;
};

// One request of a route, and what its caller needs: written out here independently of the route table.
struct Sample {
  std::vector<Need> needs;
  std::string body = {};  // {lake}: the warehouse location, {metadata}: a metadata file of table n.t
  std::string query = {};
  std::string id = "nobody";   // for {id}
  bool needs_identity = true;  // an anonymous request is answered 401
  bool succeeds = true;        // with what it needs; this catalog lends no storage
};

std::string Quoted(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

const std::map<std::string, Sample>& Samples() {
  const std::string grant = Quoted(
      "{'grantee':{'principal':'other'},'object':{'kind':'table','namespace':['n'],'name':'t'},'privileges':["
      "'select']}");
  const std::string set_property =
      Quoted("{'requirements':[],'updates':[{'action':'set-properties','updates':{'a':'b'}}]}");
  static const std::map<std::string, Sample> samples = {
      {"GET /healthz", {.needs = {}, .needs_identity = false}},
      {"POST /v1/oauth/tokens", {.needs = {}, .needs_identity = false, .succeeds = false}},
      {"GET /v1/config", {}},
      {"GET /lifeboat/v1/changes", {.needs = {{kDescribe, kCatalog}}}},
      {"GET /lifeboat/v1/jobs", {.needs = {{kDescribe, kCatalog}}}},
      {"GET /v1/{prefix}/namespaces", {.needs = {{kDescribe, kN}}, .query = "?parent=n"}},
      {"POST /v1/{prefix}/namespaces",
       {.needs = {{kCreateNamespace, kN}}, .body = Quoted("{'namespace':['n','x']}")}},
      {"GET /v1/{prefix}/namespaces/{namespace}", {.needs = {{kDescribe, kN}}}},
      {"HEAD /v1/{prefix}/namespaces/{namespace}", {.needs = {{kDescribe, kN}}}},
      {"DELETE /v1/{prefix}/namespaces/{namespace}", {.needs = {{kDrop, kN}}, .succeeds = false}},
      {"POST /v1/{prefix}/namespaces/{namespace}/properties",
       {.needs = {{kAlter, kN}}, .body = Quoted("{'updates':{'a':'b'}}")}},
      {"GET /v1/{prefix}/namespaces/{namespace}/tables", {.needs = {{kDescribe, kN}}}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables",
       {.needs = {{kCreateTable, kN}}, .body = Quoted("{'name':'fresh','schema':") + kSchema + "}"}},
      {"GET /v1/{prefix}/namespaces/{namespace}/tables/{table}", {.needs = {{kDescribe, kT}}}},
      {"HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}", {.needs = {{kDescribe, kT}}}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}",
       {.needs = {{kAlter, kT}}, .body = set_property}},
      {"DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}", {.needs = {{kDrop, kT}}}},
      {"POST /v1/{prefix}/namespaces/{namespace}/register",
       {.needs = {{kCreateTable, kN}, {kDataLocation, Securable::OfLocation("{lake}/n/t")}},
        .body = Quoted("{'name':'again','metadata-location':'{metadata}'}")}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/unregister", {.needs = {{kDrop, kT}}}},
      {"GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials",
       {.needs = {{kSelect, kT}}, .succeeds = false}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/sign",
       {.needs = {{kSelect, kT}}, .succeeds = false}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics",
       {.needs = {{kDescribe, kT}}, .body = Quoted("{'report-type':'scan-report'}")}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan",
       {.needs = {{kSelect, kT}}, .body = "{}"}},
      {"GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}",
       {.needs = {{kSelect, kT}}, .succeeds = false}},
      {"DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}",
       {.needs = {{kSelect, kT}}, .succeeds = false}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/tasks",
       {.needs = {{kSelect, kT}}, .succeeds = false}},
      {"POST /v1/{prefix}/tables/rename",
       {.needs = {{kDrop, kT}, {kCreateTable, kM}},
        .body = Quoted(
            "{'source':{'namespace':['n'],'name':'t'},'destination':{'namespace':['m'],'name':'moved'}}")}},
      {"GET /v1/{prefix}/namespaces/{namespace}/views", {.needs = {{kDescribe, kN}}}},
      {"POST /v1/{prefix}/namespaces/{namespace}/views", {.needs = {{kCreateView, kN}}, .body = "{view}"}},
      {"GET /v1/{prefix}/namespaces/{namespace}/views/{view}", {.needs = {{kDescribe, kV}}}},
      {"HEAD /v1/{prefix}/namespaces/{namespace}/views/{view}", {.needs = {{kDescribe, kV}}}},
      {"POST /v1/{prefix}/namespaces/{namespace}/views/{view}",
       {.needs = {{kAlter, kV}}, .body = set_property}},
      {"DELETE /v1/{prefix}/namespaces/{namespace}/views/{view}", {.needs = {{kDrop, kV}}}},
      {"POST /v1/{prefix}/namespaces/{namespace}/register-view",
       {.needs = {{kCreateView, kN}, {kDataLocation, Securable::OfLocation("{lake}/n/t")}},
        .body = Quoted("{'name':'again','metadata-location':'{metadata}'}"),
        .succeeds = false}},
      {"POST /v1/{prefix}/views/rename",
       {.needs = {{kDrop, kV}, {kCreateView, kM}},
        .body = Quoted("{'source':{'namespace':['n'],'name':'v'},'destination':{'namespace':['m'],'name':'"
                       "moved_view'}}")}},
      {"GET /v1/{prefix}/namespaces/{namespace}/functions", {.needs = {{kDescribe, kN}}}},
      {"GET /v1/{prefix}/namespaces/{namespace}/functions/{function}",
       {.needs = {{kDescribe, kN}}, .succeeds = false}},
      {"POST /v1/{prefix}/transactions/commit",
       {.needs = {{kAlter, kT}, {kAlter, kU}},
        .body = Quoted(
            "{'table-changes':[{'identifier':{'namespace':['n'],'name':'t'},'requirements':[],'updates':"
            "[{'action':'set-properties','updates':{'c':'d'}}]},{'identifier':{'namespace':['n'],'name':'u'},"
            "'requirements':[],'updates':[{'action':'set-properties','updates':{'c':'d'}}]}]}")}},
      {"GET /lifeboat/v1/access/principals", {.needs = {{kSuper, kCatalog}}}},
      {"POST /lifeboat/v1/access/principals",
       {.needs = {{kSuper, kCatalog}}, .body = Quoted("{'id':'another'}")}},
      {"POST /lifeboat/v1/access/principals/{id}",
       {.needs = {{kSuper, kCatalog}}, .body = Quoted("{'description':'x'}"), .id = "other"}},
      {"DELETE /lifeboat/v1/access/principals/{id}", {.needs = {{kSuper, kCatalog}}, .succeeds = false}},
      {"POST /lifeboat/v1/access/principals/{id}/secret", {.needs = {{kSuper, kCatalog}}, .id = "other"}},
      {"GET /lifeboat/v1/access/roles", {.needs = {{kSuper, kCatalog}}}},
      {"POST /lifeboat/v1/access/roles",
       {.needs = {{kSuper, kCatalog}}, .body = Quoted("{'id':'fresh_role'}")}},
      {"DELETE /lifeboat/v1/access/roles/{id}", {.needs = {{kSuper, kCatalog}}, .succeeds = false}},
      {"POST /lifeboat/v1/access/roles/{id}/members",
       {.needs = {{kSuper, kCatalog}}, .body = Quoted("{'principal':'other'}"), .id = "readers"}},
      {"DELETE /lifeboat/v1/access/roles/{id}/members",
       {.needs = {{kSuper, kCatalog}}, .query = "?principal=none", .id = "readers", .succeeds = false}},
      {"GET /lifeboat/v1/access/grants", {.needs = {{kSuper, kCatalog}}}},
      {"POST /lifeboat/v1/access/grants", {.needs = {{kSelect, kT, true}}, .body = grant}},
      {"POST /lifeboat/v1/access/grants/revoke", {.needs = {{kSelect, kT, true}}, .body = grant}},
      {"GET /lifeboat/v1/access/effective", {.needs = {}, .query = "?namespace=n&table=t"}},
      {"GET /lifeboat/v1/access/locations", {.needs = {{kSuper, kCatalog}}}},
      {"POST /lifeboat/v1/access/locations",
       {.needs = {{kSuper, kCatalog}}, .body = Quoted("{'location':'s3://spare'}")}},
      {"DELETE /lifeboat/v1/access/locations",
       {.needs = {{kSuper, kCatalog}}, .query = "?location=s3://none", .succeeds = false}},
      {"GET /lifeboat/v1/access/settings", {.needs = {{kSuper, kCatalog}}}},
      {"POST /lifeboat/v1/access/settings",
       {.needs = {{kSuper, kCatalog}}, .body = Quoted("{'external-filtering':true}")}},
      {"GET /lifeboat/v1/access/trust", {.needs = {{kSuper, kCatalog}}}},
      {"POST /lifeboat/v1/access/trust",
       {.needs = {{kSuper, kCatalog}}, .body = Quoted("{'principal':'other'}")}},
      {"DELETE /lifeboat/v1/access/trust",
       {.needs = {{kSuper, kCatalog}}, .query = "?principal=none", .succeeds = false}},
  };
  return samples;
}

class AccessMatrixTest : public AccessServerTest {
 protected:
  void SetUp() override {
    AccessServerTest::SetUp();
    SeedCatalog();
    caller_ = MakePrincipal("caller");
    MakePrincipal("other");
    AsRoot("POST", fmt::format("{}/roles", kAccess), R"({"id":"readers"})");
    metadata_ = Text(Json(AsRoot("GET", "/v1/namespaces/n/tables/t")), "metadata-location");
  }
  void SeedCatalog() {
    for (const char* name : {"n", "m"}) MakeNamespace(name);
    for (const char* name : {"t", "u"}) MakeTable("n", name);
    MakeTable("m", "t");
    AsRoot("POST", "/v1/namespaces/n/views", ViewBody("v"));
  }

  // The caller has these grants and no others.
  void SetGrants(const std::vector<Need>& needs) {
    access::PolicyModel model;
    for (const Need& need : needs) {
      Securable object = need.object;
      if (object.kind == Securable::Kind::kLocation) object.location = Filled(object.location);
      PrivilegeSet option;
      if (need.with_option) option.Add(need.privilege);
      const auto same = std::find_if(model.grants.begin(), model.grants.end(),
                                     [&](const Grant& grant) { return grant.object == object; });
      if (same != model.grants.end()) {
        same->privileges.Add(need.privilege);
        same->grant_option = same->grant_option | option;
      } else {
        model.grants.push_back({Principal("caller"), object, {need.privilege}, option});
      }
    }
    ASSERT_OK_AND_ASSIGN(const auto old, store_->ListRecords("access/grant/principal/caller/"));
    Transaction transaction{.epoch = 1, .id = Uuid::V7(clock_).ToString()};
    for (const StoreRecord& record : old) transaction.changes.push_back(DeleteRecordChange{record.key, {}});
    for (const Grant& grant : model.grants) {
      const access::PolicyRecord record = access::ToRecord(grant);
      transaction.changes.push_back(
          PutRecordChange{record.key, boost::json::serialize(record.value), {}, false});
    }
    if (!transaction.changes.empty()) ASSERT_OK(store_->Apply(std::move(transaction)));
    AsRoot("GET", fmt::format("{}/roles", kAccess));  // the server reads them before it answers
  }

  std::string Filled(std::string text) const {
    for (const auto& [mark, value] : {std::pair<std::string, std::string>{"{lake}", Lake()},
                                      {"{metadata}", metadata_},
                                      {"{view}", ViewBody("fresh_view")}}) {
      if (const size_t at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), value);
    }
    return text;
  }
  net::HttpResponse Send(const std::string& token, const Route& route, const Sample& sample) {
    std::string path(route.path);
    for (const auto& [mark, value] : {std::pair<std::string, std::string>{"/{prefix}", ""},
                                      {"{namespace}", "n"},
                                      {"{table}", "t"},
                                      {"{view}", "v"},
                                      {"{function}", "f"},
                                      {"{id}", sample.id}}) {
      if (const size_t at = path.find(mark); at != std::string::npos) path.replace(at, mark.size(), value);
    }
    return Call(token, std::string(route.method), path + sample.query, Filled(sample.body));
  }

  // Everything but what the need asks for and what would amount to it: the other privileges on the same
  // object, all of them on its neighbours, and the sample's other needs.
  static std::vector<Need> AllBut(const Need& missing, const std::vector<Need>& needs) {
    std::vector<Need> held;
    for (const Need& need : needs) {
      if (!(need.privilege == missing.privilege && need.object == missing.object)) held.push_back(need);
    }
    if (missing.privilege != kDescribe) {
      for (const access::Privilege privilege : access::GrantableOn(missing.object.kind).List()) {
        const bool enough = privilege == missing.privilege || privilege == kSuper;
        if (!enough) held.push_back({privilege, missing.object, true});
      }
    }
    if (missing.with_option) held.push_back({missing.privilege, missing.object, false});
    for (const Securable& neighbour : {kM, kU}) {
      const bool inside = missing.object == kN && neighbour == kU;  // would make n visible
      if (missing.object != neighbour && !inside) held.push_back({kSuper, neighbour, true});
    }
    return held;
  }

  std::string caller_;
  std::string metadata_;
};

TEST_F(AccessMatrixTest, EveryRouteRefusesWhoeverLacksOnePrivilegeAndAdmitsWhoeverHasThem) {
  for (const Route& route : AllRoutes()) {
    const std::string name = fmt::format("{} {}", route.method, route.path);
    SCOPED_TRACE(name);
    EXPECT_NE(route.access.scope, RouteAccess::Scope::kUnstated) << "the route does not say what it needs";
    const auto found = Samples().find(name);
    if (found == Samples().end()) {
      ADD_FAILURE() << "the matrix has no sample of this route";
      continue;
    }
    const Sample& sample = found->second;
    EXPECT_EQ(sample.needs_identity, Send("", route, sample).status == 401);
    for (const Need& missing : sample.needs) {
      const std::vector<Need> held = AllBut(missing, sample.needs);
      SetGrants(held);
      const net::HttpResponse refused = Send(caller_, route, sample);
      EXPECT_EQ(refused.status, 403) << "without " << access::PrivilegeName(missing.privilege) << " on "
                                     << missing.object.ToString() << ": " << refused.body;
      if (route.method == "HEAD") continue;
      const boost::json::value body = iceberg::ParseJson(refused.body).value_or(boost::json::object());
      EXPECT_THAT(refused.body, HasSubstr("ForbiddenException"));
      EXPECT_THAT(refused.body, HasSubstr("principal 'caller'"));
    }
  }
  for (const Route& route : AllRoutes()) {
    const std::string name = fmt::format("{} {}", route.method, route.path);
    SCOPED_TRACE(name);
    const auto found = Samples().find(name);
    if (found == Samples().end()) continue;
    SeedCatalog();
    SetGrants(found->second.needs);
    const net::HttpResponse admitted = Send(caller_, route, found->second);
    EXPECT_NE(admitted.status, 403) << admitted.body;
    EXPECT_NE(admitted.status, 401) << admitted.body;
    if (found->second.succeeds) {
      EXPECT_LT(admitted.status, 300) << admitted.body;
    } else {
      EXPECT_LT(admitted.status, 500) << admitted.body;
    }
  }
}

TEST_F(AccessMatrixTest, EverySampleIsOfARoute) {
  for (const auto& [name, sample] : Samples()) {
    const auto routes = AllRoutes();
    EXPECT_TRUE(std::any_of(routes.begin(), routes.end(), [&, sample_name = name](const Route& route) {
      return fmt::format("{} {}", route.method, route.path) == sample_name;
    })) << name;
  }
}

// ---- The life of principals, roles and grants
// --------------------------------------------------------------------

TEST_F(AccessServerTest, APrincipalSeesOnlyWhatItMay) {
  for (const char* name : {"n", "m"}) MakeNamespace(name);
  for (const char* name : {"t", "u"}) MakeTable("n", name);
  const std::string eva = MakePrincipal("eva");
  ASSERT_FALSE(eva.empty());
  EXPECT_EQ(Call(eva, "GET", "/v1/config").status, 200);
  EXPECT_EQ(Call(eva, "GET", "/v1/namespaces").body, R"({"namespaces":[]})");
  EXPECT_EQ(Call(eva, "GET", "/v1/namespaces/n/tables").status, 403);
  // What exists and what does not look the same to those who may see neither.
  const auto type_of = [&](const std::string& path) {
    return Text(Json(net::HttpResponse::Json(200, Call(eva, "GET", path).body)).at("error"), "type");
  };
  EXPECT_EQ(type_of("/v1/namespaces/n/tables/t"), "ForbiddenException");
  EXPECT_EQ(type_of("/v1/namespaces/n/tables/none"), "ForbiddenException");

  ASSERT_EQ(GrantTo(root_, Principal("eva"), kT, {kSelect}).status, 200);
  EXPECT_EQ(Call(eva, "GET", "/v1/namespaces").body, R"({"namespaces":[["n"]]})");
  const net::HttpResponse tables = Call(eva, "GET", "/v1/namespaces/n/tables");
  EXPECT_THAT(tables.body, HasSubstr(R"("name":"t")"));
  EXPECT_THAT(tables.body, Not(HasSubstr(R"("name":"u")")));
  EXPECT_EQ(Call(eva, "GET", "/v1/namespaces/n/tables/t").status, 200);
  EXPECT_EQ(Call(eva, "GET", "/v1/namespaces/n/tables/u").status, 403);
  EXPECT_EQ(Call(eva, "DELETE", "/v1/namespaces/n/tables/t").status, 403);
  EXPECT_EQ(GrantTo(root_, Principal("eva"), kT, {kSelect}, false, /*revoke=*/true).status, 200);
  EXPECT_EQ(Call(eva, "GET", "/v1/namespaces/n/tables/t").status, 403);
}

TEST_F(AccessServerTest, PagesHoldWhatMayBeSeenAndTheirTokensNameNothingElse) {
  for (const char* name : {"a_hidden", "n", "o_hidden", "p", "q_hidden"}) MakeNamespace(name);
  for (const char* name : {"a_hidden", "b", "c_hidden", "d", "e_hidden"}) MakeTable("n", name);
  MakeTable("p", "t");
  const std::string token = MakePrincipal("eva");
  for (const char* name : {"b", "d"}) {
    GrantTo(root_, Principal("eva"), Securable::OfTable({{"n"}, name}), {kDescribe});
  }
  GrantTo(root_, Principal("eva"), Securable::OfNamespace({"p"}), {kDescribe});
  const auto pages = [&](const std::string& path, std::string_view member) {
    std::vector<std::string> seen;
    std::string next;
    do {
      const boost::json::value page =
          Json(Call(token, "GET", fmt::format("{}?pageSize=1&pageToken={}", path, next)));
      next = Text(page, "next-page-token");
      seen.push_back(boost::json::serialize(page.at(member)) + Base64Decode(next).value_or("?"));
    } while (!next.empty() && seen.size() < 9);
    return seen;
  };
  EXPECT_THAT(pages("/v1/namespaces", "namespaces"), ElementsAre(R"([["n"]]n)", R"([["p"]])"));
  EXPECT_THAT(pages("/v1/namespaces/n/tables", "identifiers"),
              ElementsAre(R"([{"namespace":["n"],"name":"b"}]b)", R"([{"namespace":["n"],"name":"d"}])"));
  EXPECT_THAT(pages("/v1/namespaces/n/views", "identifiers"), ElementsAre("[]"));
}

TEST_F(AccessServerTest, TheSchemeOfATokenHasNoCase) {
  for (const char* scheme : {"bearer", "BEARER"}) {
    net::OutgoingRequest request;
    request.url = fmt::format("http://127.0.0.1:{}/v1/namespaces", server_->port());
    request.headers.Set("Authorization", fmt::format("{} {}", scheme, root_));
    EXPECT_EQ(http_->Send(std::move(request))->status, 200) << scheme;
  }
}

TEST_F(AccessServerTest, WhatACommitNeedsDependsOnItsUpdates) {
  MakeNamespace("n");
  MakeTable("n", "t");
  const std::string eva = MakePrincipal("eva");
  const auto snapshot = [&](int64_t id, int64_t sequence, const std::string& operation) {
    return fmt::format(
        R"({{"requirements":[],"updates":[{{"action":"add-snapshot","snapshot":{{"snapshot-id":{},"sequence-number":{},)"
        R"("timestamp-ms":1700000000000,"manifest-list":"{}/n/t/list","summary":{{"operation":"{}"}},"schema-id":0}}}},)"
        R"({{"action":"set-snapshot-ref","ref-name":"main","type":"branch","snapshot-id":{}}}]}})",
        id, sequence, Lake(), operation, id);
  };
  const std::string set =
      R"({"requirements":[],"updates":[{"action":"set-properties","updates":{"a":"b"}}]})";
  const std::string roll_back =
      R"({"requirements":[],"updates":[{"action":"set-snapshot-ref","ref-name":"main","type":"branch","snapshot-id":1}]})";
  const auto commit = [&](const std::string& body) {
    return Call(eva, "POST", "/v1/namespaces/n/tables/t", body);
  };
  GrantTo(root_, Principal("eva"), kT, {kInsert});
  EXPECT_EQ(commit(snapshot(1, 1, "append")).status, 200);
  EXPECT_THAT(commit(snapshot(2, 2, "overwrite")).body, HasSubstr("lacks delete on table n.t"));
  EXPECT_THAT(commit(snapshot(2, 2, "delete")).body, HasSubstr("lacks delete"));
  EXPECT_EQ(commit(snapshot(2, 2, "append")).status, 200);
  EXPECT_THAT(commit(roll_back).body, HasSubstr("lacks delete"));
  EXPECT_THAT(commit(set).body, HasSubstr("lacks alter on table n.t"));
  GrantTo(root_, Principal("eva"), kT, {kDelete, kAlter});
  EXPECT_EQ(commit(snapshot(3, 3, "overwrite")).status, 200);
  EXPECT_EQ(commit(roll_back).status, 200);
  EXPECT_EQ(commit(set).status, 200);
  EXPECT_EQ(Call(eva, "POST", "/v1/transactions/commit",
                 R"({"table-changes":[{"identifier":{"namespace":["n"],"name":"t"},)" + set.substr(1) + "]}")
                .status,
            204);
}

TEST_F(AccessServerTest, ViewsLiveWhereTheirMakersMayPutThem) {
  MakeNamespace("n");
  ASSERT_EQ(AsRoot("POST", "/v1/namespaces/n/views", ViewBody("v")).status, 200);
  const std::string eva = MakePrincipal("eva");
  GrantTo(root_, Principal("eva"), kN, {kCreateView, kAlter});
  EXPECT_EQ(Call(eva, "POST", "/v1/namespaces/n/views", ViewBody("own")).status, 200);
  const auto put_metadata_at = [&](const std::string& place) {
    return Call(eva, "POST", "/v1/namespaces/n/views/own",
                fmt::format(R"({{"updates":[{{"action":"set-properties","updates":)"
                            R"({{"write.metadata.path":"{}"}}}}]}})",
                            place))
        .status;
  };
  EXPECT_EQ(put_metadata_at(Lake() + "/n/v/metadata"), 403);
  EXPECT_EQ(put_metadata_at(Lake() + "/n/own/more"), 200);
  // A copy of another's file at a place of one's own still names the other's place.
  const std::string copy = storage::FileLocation(folder_ + "/lake/n/y/metadata/v1.metadata.json");
  ASSERT_OK_AND_ASSIGN(
      const std::string text,
      storage_->Read(Text(Json(AsRoot("GET", "/v1/namespaces/n/views/v")), "metadata-location")));
  ASSERT_OK(storage_->Write(copy, text, {}));
  const std::string body = fmt::format(R"({{"name":"y","metadata-location":"{}"}})", copy);
  EXPECT_EQ(Call(eva, "POST", "/v1/namespaces/n/register-view", body).status, 403);
  const net::HttpResponse overlapping = AsRoot("POST", "/v1/namespaces/n/register-view", body);
  EXPECT_EQ(overlapping.status, 400) << overlapping.body;
  EXPECT_THAT(overlapping.body, HasSubstr("a folder of n.v;"));
}

TEST_F(AccessServerTest, TablesLiveWhereTheirMakersMayPutThem) {
  MakeNamespace("n");
  MakeTable("n", "t");
  const std::string eva = MakePrincipal("eva");
  GrantTo(root_, Principal("eva"), kN, {kCreateTable, kAlter});
  const auto create = [&](const std::string& name, const std::string& location) {
    return Call(eva, "POST", "/v1/namespaces/n/tables",
                CreateBody(name, location.empty() ? "" : fmt::format(R"(,"location":"{}")", location)));
  };
  EXPECT_EQ(create("own", "").status, 200);
  EXPECT_EQ(create("own2", Lake() + "/n/own2").status, 200);
  const std::string spare = storage::FileLocation(folder_ + "/spare");
  EXPECT_THAT(create("x", Lake() + "/n/t").body, HasSubstr("lacks data_location on location"));
  EXPECT_THAT(create("x", spare + "/x").body, HasSubstr("neither below the warehouse location"));
  // A path property would let the table's writers go anywhere, too.
  EXPECT_EQ(Call(eva, "POST", "/v1/namespaces/n/tables/own",
                 fmt::format(R"({{"requirements":[],"updates":[{{"action":"set-properties","updates":)"
                             R"({{"write.data.path":"{}/n/t/data"}}}}]}})",
                             Lake()))
                .status,
            403);
  EXPECT_EQ(Call(eva, "POST", "/v1/namespaces/n/properties",
                 fmt::format(R"({{"updates":{{"location":"{}"}}}})", spare))
                .status,
            403);
  const std::string metadata = Text(Json(AsRoot("GET", "/v1/namespaces/n/tables/t")), "metadata-location");
  const std::string steal = fmt::format(R"({{"name":"y","metadata-location":"{}"}})", metadata);
  EXPECT_EQ(Call(eva, "POST", "/v1/namespaces/n/register", steal).status, 403);
  // A copy of the file at a place of one's own still names the other's place.
  const std::string copy = storage::FileLocation(folder_ + "/lake/n/y/metadata/v1.metadata.json");
  ASSERT_OK_AND_ASSIGN(const std::string text, storage_->Read(metadata));
  ASSERT_OK(storage_->Write(copy, text, {}));
  const net::HttpResponse registered = Call(eva, "POST", "/v1/namespaces/n/register",
                                            fmt::format(R"({{"name":"y","metadata-location":"{}"}})", copy));
  EXPECT_EQ(registered.status, 403) << registered.body;

  EXPECT_EQ(AsRoot("POST", fmt::format("{}/locations", kAccess), fmt::format(R"({{"location":"{}"}})", spare))
                .status,
            200);
  EXPECT_THAT(create("x", spare + "/x").body, HasSubstr("lacks data_location"));
  EXPECT_EQ(GrantTo(root_, Principal("eva"), Securable::OfLocation(spare), {kDataLocation}).status, 200);
  EXPECT_EQ(create("x", spare + "/x").status, 200);
}

TEST_F(AccessServerTest, MakersOwnAndGrantsGoWithTheirObjects) {
  MakeNamespace("n");
  const std::string eva = MakePrincipal("eva");
  const std::string otto = MakePrincipal("otto");
  GrantTo(root_, Principal("eva"), kN, {kCreateTable});
  ASSERT_EQ(Call(eva, "POST", "/v1/namespaces/n/tables", CreateBody("t")).status, 200);
  // The maker may hand on what is hers.
  EXPECT_EQ(GrantTo(eva, Principal("otto"), kT, {kSelect}).status, 200);
  EXPECT_EQ(GrantTo(otto, Principal("eva"), kT, {kSelect}).status, 403);
  EXPECT_EQ(Call(otto, "GET", "/v1/namespaces/n/tables/t").status, 200);
  const std::string rename =
      R"({"source":{"namespace":["n"],"name":"t"},"destination":{"namespace":["n"],"name":"u"}})";
  ASSERT_EQ(Call(eva, "POST", "/v1/tables/rename", rename).status, 204);
  EXPECT_EQ(Call(otto, "GET", "/v1/namespaces/n/tables/u").status, 200);
  EXPECT_EQ(Call(otto, "GET", "/v1/namespaces/n/tables/t").status, 403);
  ASSERT_EQ(Call(eva, "DELETE", "/v1/namespaces/n/tables/u").status, 204);
  MakeTable("n", "u");
  EXPECT_EQ(Call(otto, "GET", "/v1/namespaces/n/tables/u").status, 403);
  EXPECT_EQ(Call(eva, "GET", "/v1/namespaces/n/tables/u").status, 403);
}

TEST_F(AccessServerTest, TheChangeLogNamesWhoseRequestItWas) {
  MakeNamespace("n");
  const std::string eva = MakePrincipal("eva");
  GrantTo(root_, Principal("eva"), kN, {kCreateTable});
  const uint64_t before = store_->State()->last_position;
  ASSERT_EQ(Call(eva, "POST", "/v1/namespaces/n/tables", CreateBody("t")).status, 200);
  ASSERT_EQ(AsRoot("DELETE", "/v1/namespaces/n/tables/t").status, 204);
  ASSERT_OK_AND_ASSIGN(const auto entries, store_->ReadChangeLog(before, 10));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].principal, "eva");
  EXPECT_EQ(entries[1].principal, "root");
  const boost::json::value read = Json(AsRoot("GET", fmt::format("/lifeboat/v1/changes?after={}", before)));
  EXPECT_EQ(Text(read.at("entries").at(0), "principal"), "eva");
}

TEST_F(AccessServerTest, RolesAndPrincipalsComeAndGo) {
  MakeNamespace("n");
  MakeTable("n", "t");
  const std::string eva = MakePrincipal("eva");
  const std::string roles = fmt::format("{}/roles", kAccess);
  for (const char* role : {"readers", "analysts"}) {
    EXPECT_EQ(AsRoot("POST", roles, fmt::format(R"({{"id":"{}"}})", role)).status, 200);
  }
  EXPECT_EQ(AsRoot("POST", roles, R"({"id":"readers"})").status, 409);
  EXPECT_EQ(AsRoot("POST", roles + "/readers/members", R"({"role":"analysts"})").status, 204);
  EXPECT_EQ(AsRoot("POST", roles + "/analysts/members", R"({"principal":"eva"})").status, 204);
  EXPECT_EQ(AsRoot("POST", roles + "/analysts/members", R"({"role":"readers"})").status, 400);
  EXPECT_EQ(AsRoot("POST", roles + "/analysts/members", R"({"principal":"none"})").status, 404);
  EXPECT_EQ(GrantTo(root_, Role("readers"), kN, {kSelect}).status, 200);
  EXPECT_EQ(GrantTo(root_, Role("none"), kN, {kSelect}).status, 404);
  const boost::json::value effective =
      Json(Call(eva, "GET", fmt::format("{}/effective?namespace=n&table=t", kAccess)));
  EXPECT_EQ(boost::json::serialize(effective.at("privileges")), R"(["describe","select"])");
  EXPECT_EQ(boost::json::serialize(effective.at("roles")), R"(["analysts","readers"])");
  EXPECT_EQ(Call(eva, "GET", fmt::format("{}/effective?principal=root", kAccess)).status, 403);

  EXPECT_EQ(AsRoot("DELETE", roles + "/analysts/members?principal=eva").status, 204);
  EXPECT_EQ(Call(eva, "GET", "/v1/namespaces/n/tables/t").status, 403);
  GrantTo(root_, Principal("eva"), kCatalog, {kSuper});
  EXPECT_EQ(Call(eva, "GET", roles).status, 200);

  const std::string principals = fmt::format("{}/principals", kAccess);
  EXPECT_EQ(AsRoot("POST", principals + "/eva", R"({"disabled":true})").status, 200);
  EXPECT_EQ(Call(eva, "GET", "/v1/config").status, 401);
  EXPECT_EQ(AsRoot("POST", principals + "/eva", R"({"disabled":false})").status, 200);
  EXPECT_EQ(Call(eva, "GET", roles).status, 200);
  const boost::json::value rotated = Json(AsRoot("POST", principals + "/eva/secret"));
  EXPECT_EQ(Call(eva, "GET", "/v1/config").status, 401);
  EXPECT_FALSE(Token("eva", Text(rotated, "client-secret")).empty());
  EXPECT_EQ(AsRoot("DELETE", principals + "/eva").status, 204);
  EXPECT_EQ(AsRoot("DELETE", principals + "/eva").status, 404);
  // A later principal of the name starts with nothing.
  EXPECT_EQ(Call(MakePrincipal("eva"), "GET", roles).status, 403);
  EXPECT_EQ(AsRoot("POST", principals, R"({"id":"root"})").status, 409);
}

TEST_F(AccessServerTest, SettingsMergeAndNeverReplace) {
  const std::string settings = fmt::format("{}/settings", kAccess);
  AsRoot("POST", settings, R"({"allow-external":["eva"]})");
  AsRoot("POST", settings, R"({"external-full-table-access":true})");
  const boost::json::value both = Json(AsRoot("POST", settings, R"({"allow-external":["otto","eva"]})"));
  EXPECT_EQ(
      boost::json::serialize(both),
      R"({"external-full-table-access":true,"external-filtering":true,"external-allow-list":["eva","otto"]})");
  EXPECT_EQ(
      boost::json::serialize(Json(AsRoot("POST", settings, R"({"disallow-external":["eva"]})"))),
      R"({"external-full-table-access":true,"external-filtering":true,"external-allow-list":["otto"]})");
  MakePrincipal("eva");
  const std::string trust = fmt::format("{}/trust", kAccess);
  EXPECT_EQ(AsRoot("POST", trust, R"({"principal":"eva","external-id":"7"})").status, 200);
  EXPECT_EQ(AsRoot("POST", trust, R"({"principal":"service:catalog"})").status, 200);
  EXPECT_EQ(AsRoot("POST", trust, R"({"principal":"nobody"})").status, 404);
  EXPECT_EQ(Json(AsRoot("GET", trust)).at("trust").as_array().size(), 2u);
  EXPECT_EQ(AsRoot("DELETE", trust + "?principal=eva").status, 204);
}

TEST_F(AccessServerTest, AnotherServerOverTheSameStoreLearnsOfAChange) {
  MakeNamespace("n");
  MakeTable("n", "t");
  CatalogServerOptions options = options_;
  options.audit_log.clear();
  ASSERT_OK_AND_ASSIGN(const auto second, CatalogServer::Start(options, *store_, *storage_, guard_, clock_));
  const std::string eva = MakePrincipal("eva");
  GrantTo(root_, Principal("eva"), kT, {kSelect});
  int status = 0;
  for (int i = 0; i < 2'400 && status != 200; ++i) {
    status = Call(eva, "GET", "/v1/namespaces/n/tables/t", "", second->port()).status;
    if (status != 200) SystemClock().SleepFor(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(status, 200);
}

TEST_F(AccessServerTest, TheTokenEndpointSaysWhatIsWrongWithARequest) {
  const auto error = [&](const std::string& body) {
    const net::HttpResponse response = Call("", "POST", "/v1/oauth/tokens", body);
    return fmt::format("{} {}", response.status,
                       Text(iceberg::ParseJson(response.body).value_or(nullptr), "error"));
  };
  EXPECT_EQ(error("{"), "400 invalid_request");
  EXPECT_EQ(error(""), "400 invalid_request");
  EXPECT_EQ(error("grant_type=password"), "400 unsupported_grant_type");
  EXPECT_EQ(error("grant_type=client_credentials&client_id=root&client_secret=x"), "401 invalid_client");
  EXPECT_EQ(error("grant_type=client_credentials&client_id=nobody&client_secret=x"), "401 invalid_client");
}

TEST_F(AccessServerTest, TheAuditLogHasEveryDecisionAndNoSecret) {
  MakeNamespace("n");
  MakeTable("n", "t");
  const boost::json::value made =
      Json(AsRoot("POST", fmt::format("{}/principals", kAccess), R"({"id":"eva"})"));
  const std::string secret = Text(made, "client-secret");
  const std::string eva = Token("eva", secret);
  Call(eva, "GET", "/v1/namespaces/n/tables/t");
  GrantTo(root_, Principal("eva"), kT, {kSelect});
  Call(eva, "GET", "/v1/namespaces/n/tables/t?secret=in-the-query");
  Call("not.a.token", "GET", "/v1/config");
  const std::string audit = ReadAudit();
  std::vector<std::string> seen;
  std::istringstream lines(audit);
  for (std::string line; std::getline(lines, line);) {
    ASSERT_OK_AND_ASSIGN(const boost::json::value event, iceberg::ParseJson(line));
    seen.push_back(fmt::format("{} {} {} {}", Text(event, "decision"), Text(event, "principal"),
                               Text(event, "action"), Text(event, "object")));
    EXPECT_THAT(Text(event, "remote"), HasSubstr("127.0.0.1:"));
    EXPECT_FALSE(Text(event, "request-id").empty());
    EXPECT_EQ(Text(event, "reason").empty(), Text(event, "decision") == "allow");
  }
  const std::string load = "GET /v1/{prefix}/namespaces/{namespace}/tables/{table} table n.t";
  const std::vector<std::string> expected = {"allow root POST /lifeboat/v1/access/principals the catalog",
                                             "deny eva " + load, "allow eva " + load,
                                             "deny anonymous GET /v1/config the catalog"};
  EXPECT_THAT(seen, ::testing::IsSupersetOf(expected));

  for (const std::string& hidden :
       {secret, eva, root_, std::string("root secret"), std::string("in-the-query")}) {
    EXPECT_THAT(audit, Not(HasSubstr(hidden)));
  }
  // Nor does the store's log of changes, nor any record but the secret ones, hold one.
  ASSERT_OK_AND_ASSIGN(const auto entries, store_->ReadChangeLog(0, 1000));
  for (const ChangeLogEntry& entry : entries)
    EXPECT_THAT(ChangeLogEntryToJson(entry), Not(HasSubstr(secret)));
  ASSERT_OK_AND_ASSIGN(const auto records, store_->ListRecords("access/"));
  for (const StoreRecord& record : records) EXPECT_THAT(record.value, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace lifeboat::catalog
