#include "catalog/server/view_commit.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/testing.h"
#include "catalog/server/catalog_server_testing.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

using testing::kSchema;

class ViewCommitTest : public testing::CatalogServerTest {
 protected:
  static constexpr const char* kViews = "/v1/namespaces/n/views";
  static constexpr const char* kQuery = R"({"type":"sql","sql":"select 1","dialect":"spark"})";

  static std::string ViewBody(const std::string& name, const std::string& properties = "{}",
                              const std::string& representations = kQuery) {
    return fmt::format(
        R"({{"name":"{}","schema":{},"properties":{},"view-version":{{"version-id":1,"schema-id":0,
        "timestamp-ms":1,"summary":{{}},"default-namespace":["n"],"representations":[{}]}}}})",
        name, kSchema, properties, representations);
  }
  boost::json::value MakeView(const std::string& name, const std::string& properties = "{}") {
    Call("POST", "/v1/namespaces", R"({"namespace":["n"]})");
    const net::HttpResponse created = Call("POST", kViews, ViewBody(name, properties));
    EXPECT_EQ(created.status, 200) << created.body;
    return iceberg::ParseJson(created.body).value_or({});
  }
  static std::string RegisterBody(const std::string& name, std::string_view location) {
    return fmt::format(R"({{"name":"{}","metadata-location":"{}"}})", name, location);
  }
};

TEST_F(ViewCommitTest, ARegisteredViewIsTheOneItsFileDescribes) {
  const boost::json::value made = MakeView("v");
  const std::string location(std::string_view(made.at("metadata-location").as_string()));
  const std::string path = "/v1/namespaces/n/register-view";
  EXPECT_EQ(ExpectError(409, "AlreadyExistsException", Call("POST", path, RegisterBody("v", location))),
            "View already exists: n.v");
  ASSERT_EQ(Call("DELETE", std::string(kViews) + "/v").status, 204);
  net::Headers key;
  key.Set("Idempotency-Key", "018f6c1e-3b7a-7c00-8000-000000000001");
  const net::HttpResponse registered = Call("POST", path, RegisterBody("w", location), key);
  ASSERT_EQ(registered.status, 200) << registered.body;
  EXPECT_EQ(iceberg::ParseJson(registered.body).value_or({}), made);
  EXPECT_EQ(Call("GET", std::string(kViews) + "/w").body, registered.body);
  EXPECT_EQ(Call("POST", path, RegisterBody("w", location), key).body, registered.body);

  MakeTable("t");
  EXPECT_EQ(ExpectError(409, "AlreadyExistsException", Call("POST", path, RegisterBody("t", location))),
            "Table with same name already exists: n.t");
  ExpectError(404, "NoSuchNamespaceException",
              Call("POST", "/v1/namespaces/zz/register-view", RegisterBody("v", location)));
  ExpectError(404, "NotFoundException", Call("POST", path, RegisterBody("x", location + ".none")));
  ExpectError(400, "BadRequestException", Call("POST", path, RegisterBody("x", "relative/path")));
  const boost::json::value table = Load("t");
  const std::string not_a_view(std::string_view(table.at("metadata-location").as_string()));
  ExpectError(400, "BadRequestException", Call("POST", path, RegisterBody("x", not_a_view)));
}

TEST_F(ViewCommitTest, ANameHeldByTheOtherKindIsSaidToBe) {
  MakeView("v");
  MakeTable("t");
  const auto rename = [](const std::string& from, const std::string& to) {
    return fmt::format(
        R"({{"source":{{"namespace":["n"],"name":"{}"}},"destination":{{"namespace":["n"],"name":"{}"}}}})",
        from, to);
  };
  // As a client commits a create that it staged before the view was made.
  const std::string staged_create = fmt::format(
      R"({{"requirements":[{{"type":"assert-create"}}],"updates":[
        {{"action":"assign-uuid","uuid":"018f6c1e-3b7a-7c00-8000-000000000002"}},
        {{"action":"add-schema","schema":{}}},{{"action":"set-current-schema","schema-id":-1}},
        {{"action":"add-spec","spec":{{"spec-id":0,"fields":[]}}}},{{"action":"set-default-spec","spec-id":-1}},
        {{"action":"add-sort-order","sort-order":{{"order-id":0,"fields":[]}}}},
        {{"action":"set-default-sort-order","sort-order-id":-1}},
        {{"action":"set-location","location":"{}/n/v"}}]}})",
      kSchema, options_.warehouse_location);
  const std::pair<net::HttpResponse, std::string> refused[] = {
      {Call("POST", kViews, ViewBody("t")), "Table with same name already exists: n.t"},
      {Call("POST", "/v1/namespaces/n/tables", CreateBody("v")), "View with same name already exists: n.v"},
      {Call("POST", "/v1/namespaces/n/tables/v", staged_create), "View with same name already exists: n.v"},
      {Call("POST", "/v1/views/rename", rename("v", "t")), "Cannot rename n.v to n.t. Table already exists"},
      {Call("POST", "/v1/tables/rename", rename("t", "v")), "Cannot rename n.t to n.v. View already exists"},
  };
  for (const auto& [response, message] : refused) {
    EXPECT_EQ(ExpectError(409, "AlreadyExistsException", response), message);
  }
}

TEST_F(ViewCommitTest, MetadataGoesWhereTheViewAsksForIt) {
  const std::string folder = options_.warehouse_location + "/elsewhere";
  const boost::json::value made = MakeView("v", fmt::format(R"({{"write.metadata.path":"{}"}})", folder));
  const std::string location(std::string_view(made.at("metadata-location").as_string()));
  EXPECT_TRUE(location.starts_with(folder + "/00000-")) << location;
  EXPECT_OK(storage_->Read(location));
  const net::HttpResponse replaced = Call("POST", std::string(kViews) + "/v", SetProperty("a"));
  EXPECT_NE(replaced.body.find(folder + "/00001-"), std::string::npos) << replaced.body;
  ExpectError(400, "BadRequestException",
              Call("POST", kViews, ViewBody("w", R"({"write.metadata.path":"file:///lake/../etc"})")));
}

TEST_F(ViewCommitTest, WhatDoesNotFitTheViewIsAnIllegalArgument) {
  MakeView("v");
  const std::string twice = std::string(kQuery) + "," + kQuery;
  EXPECT_EQ(ExpectError(400, "IllegalArgumentException", Call("POST", kViews, ViewBody("w", "{}", twice))),
            "Invalid view version: Cannot add multiple queries for dialect spark");
  ExpectError(400, "BadRequestException", Call("POST", kViews, R"({"name":"w"})"));
  ExpectError(400, "BadRequestException", Call("POST", std::string(kViews) + "/v", "{}"));
}

// Two servers over one store: neither can make the other's commits wait, so each builds its own again.
TEST_F(ViewCommitTest, CommitsThroughTwoServersAreAllApplied) {
  MakeView("v");
  ASSERT_OK_AND_ASSIGN(const auto second, CatalogServer::Start(options_, *store_, *storage_, guard_, clock_));
  constexpr int kWriters = 4;
  constexpr int kCommits = 10;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      const uint16_t port = w % 2 == 0 ? server_->port() : second->port();
      for (int i = 0; i < kCommits; ++i) {
        net::OutgoingRequest request;
        request.method = "POST";
        request.url = fmt::format("http://127.0.0.1:{}{}/v", port, kViews);
        request.body = SetProperty(fmt::format("p{}-{}", w, i));
        const Result<net::HttpResponse> response = http_->Send(std::move(request));
        ASSERT_OK(response);
        EXPECT_EQ(response->status, 200) << response->body;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto view = iceberg::ParseJson(Call("GET", std::string(kViews) + "/v").body).value_or({});
  EXPECT_EQ(view.at("metadata").at("properties").as_object().size(), size_t{kWriters * kCommits});
  ASSERT_OK_AND_ASSIGN(const StoreState state, store_->State());
  EXPECT_EQ(state.last_position, 2u + kWriters * kCommits);
}

}  // namespace
}  // namespace lifeboat::catalog
