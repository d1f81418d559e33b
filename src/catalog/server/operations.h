// The operations of the REST protocol, one function and one file each (operations/<name>.cc).
//
// An operation gets a request whose path has been taken apart and whose caller is known, and answers it or
// returns the Status to answer. It may block: it runs on a worker thread.
#ifndef LIFEBOAT_CATALOG_SERVER_OPERATIONS_H_
#define LIFEBOAT_CATALOG_SERVER_OPERATIONS_H_

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/access/policy.h"
#include "catalog/api/identifier.h"
#include "catalog/server/catalog_service.h"
#include "catalog/store/catalog_store.h"
#include "iceberg/model/json.h"
#include "net/http.h"

namespace lifeboat::catalog {

struct RestRequest {
  net::HttpRequest http;
  Namespace name_space;   // of {namespace} in the path, checked
  std::string table;      // of {table}, {view} or {function} in the path
  std::string plan_id;    // of {plan-id} in the path
  std::string id;         // of {id} in the path
  std::string principal;  // the caller's id; empty: anonymous
  access::Caller caller;
  std::shared_ptr<const access::Policy> policy;  // in force when the request came; null: public routes
  std::optional<IdempotentRequest> idempotency;

  TableIdentifier identifier() const { return {name_space, table}; }
  // Whether the caller may know of the object: listings leave out the rest.
  bool MaySee(const access::Securable& object) const {
    return policy == nullptr || policy->Allows(caller, access::Privilege::kDescribe, object);
  }
};

using Operation = Result<net::HttpResponse> (*)(CatalogService& service, const RestRequest& request);

Result<net::HttpResponse> GetHealth(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ReadChanges(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ListJobs(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> GetConfig(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> IssueToken(CatalogService& service, const RestRequest& request);

Result<net::HttpResponse> ListNamespaces(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> CreateNamespace(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> LoadNamespace(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> NamespaceExists(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> DropNamespace(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> UpdateNamespaceProperties(CatalogService& service, const RestRequest& request);

Result<net::HttpResponse> ListTables(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> CreateTable(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> RegisterTable(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> LoadTable(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> LoadCredentials(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> SignRequest(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> TableExists(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> CommitTable(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> DropTable(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> UnregisterTable(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> RenameTable(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ReportMetrics(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> CommitTransaction(CatalogService& service, const RestRequest& request);

Result<net::HttpResponse> PlanTableScan(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> FetchPlanningResult(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> CancelPlanning(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> FetchScanTasks(CatalogService& service, const RestRequest& request);

Result<net::HttpResponse> ListViews(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> RegisterView(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> CreateView(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> LoadView(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ViewExists(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ReplaceView(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> DropView(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> RenameView(CatalogService& service, const RestRequest& request);

// A ReadChanges request that has nothing to answer yet and asks to wait for that: behind which position, and
// for how long.
struct ChangesWait {
  uint64_t after = 0;
  std::chrono::seconds duration{0};
};
Result<std::optional<ChangesWait>> FindChangesWait(CatalogService& service, const RestRequest& request);

Result<net::HttpResponse> ListFunctions(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> LoadFunction(CatalogService& service, const RestRequest& request);

// Below /lifeboat/v1/access: who may do what.
Result<net::HttpResponse> ListPrincipals(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> CreatePrincipal(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> UpdatePrincipal(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> DropPrincipal(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> RotatePrincipalSecret(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ListRoles(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> CreateRole(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> DropRole(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> AddRoleMember(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> RemoveRoleMember(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ListGrants(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> GrantPrivileges(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> RevokePrivileges(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ShowEffectivePrivileges(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ListLocations(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> RegisterLocation(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> DeregisterLocation(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ShowAccessSettings(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> UpdateAccessSettings(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> ListTrust(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> AddTrust(CatalogService& service, const RestRequest& request);
Result<net::HttpResponse> RemoveTrust(CatalogService& service, const RestRequest& request);

// What several operations read and write.

// The body as JSON; decompressed if need be.
Result<boost::json::value> ParseBody(CatalogService& service, const RestRequest& request,
                                     size_t depth_max = iceberg::kJsonDepthMax);
// {"namespace":["a"],"name":"t"}, checked. `path` names it in errors.
Result<TableIdentifier> ParseIdentifier(const boost::json::value& value, std::string_view member);

// A RenameTableRequest, of a table or a view.
struct Rename {
  TableIdentifier from;
  TableIdentifier to;
};
Result<Rename> ParseRename(CatalogService& service, const RestRequest& request);
// The names in the request's namespace, tables or views, as a ListTablesResponse.
Result<net::HttpResponse> ListIdentifiers(CatalogService& service, const RestRequest& request,
                                          ObjectKind object);
// From pageToken and pageSize: no pageToken asks for everything.
Result<PageRequest> ParsePage(const RestRequest& request);
// The pageToken that continues after `next`; nothing at the end.
std::optional<std::string> NextPageToken(const std::string& next);

net::HttpResponse NoContent();  // 204
// 200 with the table and its ETag.
net::HttpResponse TableResponse(const LoadedTableVersion& table);
// The same without a copy of the table's bytes: the answer keeps `table` alive.
net::HttpResponse TableResponse(std::shared_ptr<const LoadedTableVersion> table);
// Of one version in one form; `refs_only`: with the snapshots that refs name alone.
std::string ETagOf(uint64_t version, bool refs_only);

// loadTable answered from memory, for an I/O thread: nothing when it needs more than that.
std::optional<net::HttpResponse> LoadTableFromMemory(CatalogService& service, const RestRequest& request);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_OPERATIONS_H_
