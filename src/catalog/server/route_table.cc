#include "catalog/server/route_table.h"

namespace lifeboat::catalog {
namespace {

using access::Privilege;
using Scope = RouteAccess::Scope;

constexpr RouteAccess kPublic = RouteAccess::Public();
constexpr RouteAccess kAnyCaller = RouteAccess::AnyCaller();
constexpr RouteAccess kAdministrator = RouteAccess::On(Scope::kCatalog, Privilege::kSuper);
constexpr RouteAccess kDescribeCatalog = RouteAccess::On(Scope::kCatalog, Privilege::kDescribe);
constexpr RouteAccess kDescribeParent = RouteAccess::On(Scope::kParent, Privilege::kDescribe);
constexpr RouteAccess kDescribeNamespace = RouteAccess::On(Scope::kNamespace, Privilege::kDescribe);
constexpr RouteAccess kDropNamespace = RouteAccess::On(Scope::kNamespace, Privilege::kDrop);
constexpr RouteAccess kDescribeTable = RouteAccess::On(Scope::kTable, Privilege::kDescribe);
constexpr RouteAccess kSelectTable = RouteAccess::On(Scope::kTable, Privilege::kSelect);
constexpr RouteAccess kDropTable = RouteAccess::On(Scope::kTable, Privilege::kDrop);

constexpr RouteAccess OfBody(ReadNeeds needs) {
  return RouteAccess::OfBody(needs);
}

constexpr Route kRoutes[] = {
    {"GET", "/healthz", GetHealth, kPublic},
    {"GET", "/lifeboat/v1/changes", ReadChanges, kDescribeCatalog},
    {"GET", "/lifeboat/v1/jobs", ListJobs, kDescribeCatalog},
    {"GET", "/v1/config", GetConfig, kAnyCaller},
    {"POST", "/v1/oauth/tokens", IssueToken, kPublic},
    {"GET", "/v1/{prefix}/namespaces", ListNamespaces, kDescribeParent},
    {"POST", "/v1/{prefix}/namespaces", CreateNamespace, OfBody(NeedsOfCreateNamespace)},
    {"GET", "/v1/{prefix}/namespaces/{namespace}", LoadNamespace, kDescribeNamespace},
    {"HEAD", "/v1/{prefix}/namespaces/{namespace}", NamespaceExists, kDescribeNamespace},
    {"DELETE", "/v1/{prefix}/namespaces/{namespace}", DropNamespace, kDropNamespace},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/properties", UpdateNamespaceProperties,
     OfBody(NeedsOfUpdateNamespace)},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/tables", ListTables, kDescribeNamespace},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables", CreateTable, OfBody(NeedsOfCreateTable)},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/tables/{table}", LoadTable, kDescribeTable},
    {"HEAD", "/v1/{prefix}/namespaces/{namespace}/tables/{table}", TableExists, kDescribeTable},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}", CommitTable, OfBody(NeedsOfCommitTable)},
    {"DELETE", "/v1/{prefix}/namespaces/{namespace}/tables/{table}", DropTable, kDropTable},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/register", RegisterTable, OfBody(NeedsOfRegisterTable)},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/unregister", UnregisterTable, kDropTable},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials", LoadCredentials,
     OfBody(NeedsOfStorage)},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/sign", SignRequest, OfBody(NeedsOfStorage)},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics", ReportMetrics, kDescribeTable},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/plan", PlanTableScan, kSelectTable},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}", FetchPlanningResult,
     kSelectTable},
    {"DELETE", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}", CancelPlanning,
     kSelectTable},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/tasks", FetchScanTasks, kSelectTable},
    {"POST", "/v1/{prefix}/tables/rename", RenameTable, OfBody(NeedsOfRenameTable)},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/views", ListViews, kDescribeNamespace},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/views", CreateView, OfBody(NeedsOfCreateView)},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/views/{view}", LoadView, kDescribeTable},
    {"HEAD", "/v1/{prefix}/namespaces/{namespace}/views/{view}", ViewExists, kDescribeTable},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/views/{view}", ReplaceView, OfBody(NeedsOfReplaceView)},
    {"DELETE", "/v1/{prefix}/namespaces/{namespace}/views/{view}", DropView, kDropTable},
    {"POST", "/v1/{prefix}/namespaces/{namespace}/register-view", RegisterView, OfBody(NeedsOfRegisterView)},
    {"POST", "/v1/{prefix}/views/rename", RenameView, OfBody(NeedsOfRenameView)},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/functions", ListFunctions, kDescribeNamespace},
    {"GET", "/v1/{prefix}/namespaces/{namespace}/functions/{function}", LoadFunction, kDescribeNamespace},
    {"POST", "/v1/{prefix}/transactions/commit", CommitTransaction, OfBody(NeedsOfCommitTransaction)},
    {"GET", "/lifeboat/v1/access/principals", ListPrincipals, kAdministrator},
    {"POST", "/lifeboat/v1/access/principals", CreatePrincipal, kAdministrator},
    {"POST", "/lifeboat/v1/access/principals/{id}", UpdatePrincipal, kAdministrator},
    {"DELETE", "/lifeboat/v1/access/principals/{id}", DropPrincipal, kAdministrator},
    {"POST", "/lifeboat/v1/access/principals/{id}/secret", RotatePrincipalSecret, kAdministrator},
    {"GET", "/lifeboat/v1/access/roles", ListRoles, kAdministrator},
    {"POST", "/lifeboat/v1/access/roles", CreateRole, kAdministrator},
    {"DELETE", "/lifeboat/v1/access/roles/{id}", DropRole, kAdministrator},
    {"POST", "/lifeboat/v1/access/roles/{id}/members", AddRoleMember, kAdministrator},
    {"DELETE", "/lifeboat/v1/access/roles/{id}/members", RemoveRoleMember, kAdministrator},
    {"GET", "/lifeboat/v1/access/grants", ListGrants, kAdministrator},
    {"POST", "/lifeboat/v1/access/grants", GrantPrivileges, OfBody(NeedsOfGrant)},
    {"POST", "/lifeboat/v1/access/grants/revoke", RevokePrivileges, OfBody(NeedsOfGrant)},
    {"GET", "/lifeboat/v1/access/effective", ShowEffectivePrivileges, kAnyCaller},
    {"GET", "/lifeboat/v1/access/locations", ListLocations, kAdministrator},
    {"POST", "/lifeboat/v1/access/locations", RegisterLocation, kAdministrator},
    {"DELETE", "/lifeboat/v1/access/locations", DeregisterLocation, kAdministrator},
    {"GET", "/lifeboat/v1/access/settings", ShowAccessSettings, kAdministrator},
    {"POST", "/lifeboat/v1/access/settings", UpdateAccessSettings, kAdministrator},
    {"GET", "/lifeboat/v1/access/trust", ListTrust, kAdministrator},
    {"POST", "/lifeboat/v1/access/trust", AddTrust, kAdministrator},
    {"DELETE", "/lifeboat/v1/access/trust", RemoveTrust, kAdministrator},
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
    } else if (expected == "{table}" || expected == "{view}" || expected == "{function}") {
      match->table = segments[i];
    } else if (expected == "{plan-id}") {
      match->plan_id = segments[i];
    } else if (expected == "{id}") {
      match->id = segments[i];
    } else if (expected != segments[i]) {
      return false;
    }
    ++i;
  }
  return i == segments.size();
}

// Removes what Glue's paths have besides the specification's, and returns the warehouse they name.
std::string TakeGlueSegments(std::vector<std::string>* segments) {
  if (segments->size() < 2 || segments->front() != kGlueFolder || (*segments)[1] != "v1") return "";
  segments->erase(segments->begin());
  if (segments->size() < 3 || (*segments)[1] != kGluePrefix) return "";
  std::string warehouse = std::move((*segments)[2]);
  segments->erase(segments->begin() + 1, segments->begin() + 3);
  return warehouse;
}

}  // namespace

std::span<const Route> AllRoutes() {
  return kRoutes;
}

RouteMatch FindRoute(std::string_view method, std::string_view encoded_path) {
  std::vector<std::string> segments = net::PathSegments(encoded_path);
  RouteMatch found;
  found.warehouse = TakeGlueSegments(&segments);
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
