#include "catalog/server/route_table.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace lifeboat::catalog {
namespace {

TEST(RouteTable, FindsOperationsAndDecodesTheirPaths) {
  const RouteMatch load = FindRoute("GET", "/v1/namespaces/a%1Fb/tables/x%2Fy");
  ASSERT_NE(load.route, nullptr);
  EXPECT_EQ(load.route->operation, &LoadTable);
  EXPECT_EQ(load.name_space,
            "a\x1F"
            "b");
  EXPECT_EQ(load.table, "x/y");
  EXPECT_EQ(FindRoute("POST", "/v1/transactions/commit").route->operation, &CommitTransaction);
  EXPECT_EQ(FindRoute("POST", "/v1/tables/rename").route->operation, &RenameTable);
  EXPECT_EQ(FindRoute("GET", "/v1/namespaces").route->operation, &ListNamespaces);
}

TEST(RouteTable, TheProtocolIsAlsoWhereGluesClientsLookForIt) {
  EXPECT_EQ(FindRoute("GET", "/iceberg/v1/config").route->operation, &GetConfig);
  const RouteMatch load = FindRoute("GET", "/iceberg/v1/catalogs/12%2034/namespaces/n/tables/t");
  ASSERT_NE(load.route, nullptr);
  EXPECT_EQ(load.route->operation, &LoadTable);
  EXPECT_EQ(load.warehouse, "12 34");
  EXPECT_EQ(load.name_space, "n");
  // Endpoints of signing and credentials are named without the prefix.
  const RouteMatch sign = FindRoute("POST", "/iceberg/v1/namespaces/n/tables/t/sign");
  ASSERT_NE(sign.route, nullptr);
  EXPECT_EQ(sign.route->operation, &SignRequest);
  EXPECT_TRUE(sign.warehouse.empty());
  for (const char* path : {"/iceberg", "/iceberg/v1", "/iceberg/healthz", "/iceberg/lifeboat/v1/jobs",
                           "/v1/catalogs/1/namespaces", "/iceberg/iceberg/v1/config"}) {
    EXPECT_TRUE(FindRoute("GET", path).allowed_methods.empty()) << path;
  }
}

TEST(RouteTable, TellsAWrongMethodFromAnUnknownPath) {
  const RouteMatch wrong_method = FindRoute("PUT", "/v1/namespaces/a");
  EXPECT_EQ(wrong_method.route, nullptr);
  EXPECT_EQ(wrong_method.allowed_methods, "GET, HEAD, DELETE");
  for (const char* path :
       {"/", "/v1", "/v2/namespaces", "/v1/namespaces/a/b", "/v1/namespaces/a/tables/t/u/v"}) {
    EXPECT_TRUE(FindRoute("GET", path).allowed_methods.empty()) << path;
  }
}

TEST(RouteTable, AdvertisesTheProtocolsEndpointsAsTheSpecificationWritesThem) {
  const std::vector<std::string> endpoints = AdvertisedEndpoints();
  const auto has = [&](const char* endpoint) {
    return std::count(endpoints.begin(), endpoints.end(), endpoint);
  };
  EXPECT_EQ(has("GET /v1/{prefix}/namespaces/{namespace}/tables/{table}"), 1);
  EXPECT_EQ(has("POST /v1/{prefix}/transactions/commit"), 1);
  EXPECT_EQ(has("GET /v1/config"), 0);
  EXPECT_EQ(has("GET /healthz"), 0);
}

}  // namespace
}  // namespace lifeboat::catalog
