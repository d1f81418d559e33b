#include "catalog/server/route_table.h"

namespace lifeboat::catalog {
namespace {

constexpr auto kPublic = Route::Access::kPublic;

constexpr Route kRoutes[] = {
    {"GET", "/healthz", GetHealth, kPublic},
    {"GET", "/lifeboat/v1/changes", ReadChanges},
    {"GET", "/lifeboat/v1/jobs", ListJobs},
    {"GET", "/v1/config", GetConfig},
    {"POST", "/v1/oauth/tokens", IssueToken, kPublic},
    {"GET", "/v1/{prefix}/namespaces", ListNamespaces},
    {"POST", "/v1/{prefix}/namespaces", CreateNamespace},
    {"GET", "/v1/{prefix}/namespaces/{namespace}", LoadNamespace},
    {"HEAD", "/v1/{prefix}/namespaces/{namespace}", NamespaceExists},
    {"DELETE", "/v1/{prefix}/namespaces/{namespace}", DropNamespace},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/properties", UpdateNamespaceProperties},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/tables", ListTables},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables", CreateTable},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/tables/{table}", LoadTable},
    {"HEAD", "/v1/{prefix}/namespaces/{namespace}/tables/{table}", TableExists},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}", CommitTable},
    {"DELETE", "/v1/{prefix}/namespaces/{namespace}/tables/{table}", DropTable},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/register", RegisterTable},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials", LoadCredentials},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/sign", SignRequest},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics", ReportMetrics},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/plan", PlanTableScan},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}", FetchPlanningResult},
    {"DELETE", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}", CancelPlanning},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/tasks", FetchScanTasks},
    {"POST", "/v1/{prefix}/tables/rename", RenameTable},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/views", ListViews},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/views", CreateView},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/views/{view}", LoadView},
    {"HEAD", "/v1/{prefix}/namespaces/{namespace}/views/{view}", ViewExists},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/views/{view}", ReplaceView},
    {"DELETE", "/v1/{prefix}/namespaces/{namespace}/views/{view}", DropView},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/register-view", RegisterView},
    {"POST", "/v1/{prefix}/views/rename", RenameView},
    {"POST", "/v1/{prefix}/transactions/commit", CommitTransaction},
};

constexpr std::string_view kPrefix = "/{prefix}/";

// Matches the path's segments one by one; a segment in braces takes any value.
bool Matches(std::string_view pattern, const std::vector<std::string>& segments, RouteMatch* match) {
  size_t i = 0;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // '/'
    const std::string_view expected = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(expected.size());
    if (expected == "{prefix}") continue;
    if (i == segments.size()) return false;
    if (expected == "{namespace}") {
      match->name_space = segments[i];
    } else if (expected == "{table}" || expected == "{view}") {
      match->table = segments[i];
    } else if (expected == "{plan-id}") {
      match->plan_id = segments[i];
    } else if (expected != segments[i]) {
      return false;
    }
    ++i;
  }
  return i == segments.size();
}

}  // namespace

RouteMatch FindRoute(std::string_view method, std::string_view encoded_path) {
  const std::vector<std::string> segments = net::PathSegments(encoded_path);
  RouteMatch found;
  for (const Route& route : kRoutes) {
    if (!Matches(route.path, segments, &found)) continue;
    if (route.method == method) {
      found.route = &route;
      return found;
    }
    if (!found.allowed_methods.empty()) found.allowed_methods += ", ";
    found.allowed_methods += route.method;
  }
  return found;
}

std::vector<std::string> AdvertisedEndpoints() {
  std::vector<std::string> endpoints;
  for (const Route& route : kRoutes) {
    if (route.path.find(kPrefix) == std::string_view::npos) continue;
    endpoints.push_back(fmt::format("{} {}", route.method, route.path));
  }
  return endpoints;
}

}  // namespace lifeboat::catalog
