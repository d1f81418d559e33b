// The routes of the catalog server: which operation answers which method and path.
#ifndef LIFEBOAT_CATALOG_SERVER_ROUTE_TABLE_H_
#define LIFEBOAT_CATALOG_SERVER_ROUTE_TABLE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/server/operations.h"
#include "catalog/server/route_access.h"
#include "net/http.h"

namespace lifeboat::catalog {

struct Route {
  std::string_view method;
  // As the specification writes it: "/v1/{prefix}/namespaces/{namespace}". This server's prefix is empty, so
  // the segment {prefix} is left out of what is matched.
  std::string_view path;
  Operation operation;
  RouteAccess access = {};
};

struct RouteMatch {
  const Route* route = nullptr;  // null: no route has this method and path
  std::string allowed_methods;   // "GET, POST", of the routes that have the path
  std::string name_space;        // of {namespace}, decoded
  std::string table;             // of {table}, {view} or {function}, decoded
  std::string plan_id;           // of {plan-id}, decoded
  std::string id;                // of {id}, decoded
  std::string warehouse;         // named by a path of Glue's, decoded; empty: none is named
};

std::span<const Route> AllRoutes();

// Clients that are set up for AWS Glue's Iceberg endpoint find the protocol below "/iceberg", and with the
// prefix "catalogs/{warehouse}" that its configuration gives them: "/iceberg/v1/catalogs/lake/namespaces".
// Source: AWS Glue, "Connecting to the Data Catalog using AWS Glue Iceberg REST endpoint".
inline constexpr std::string_view kGlueFolder = "iceberg";
inline constexpr std::string_view kGluePrefix = "catalogs";

RouteMatch FindRoute(std::string_view method, std::string_view encoded_path);

// "GET /v1/{prefix}/namespaces", …: what /v1/config tells clients that they may use.
std::vector<std::string> AdvertisedEndpoints();

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_ROUTE_TABLE_H_
