// RouteAccess: what the caller of a route needs. Every route of the table states it; one that says nothing is
// for administrators alone.
//
// The object is named by the path (a namespace, a table or view), or the body has to be read to know it.
// Objects a caller may not describe are refused with 403, as if they existed, whether or not they do;
// listings leave them out.
#ifndef LIFEBOAT_CATALOG_SERVER_ROUTE_ACCESS_H_
#define LIFEBOAT_CATALOG_SERVER_ROUTE_ACCESS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/access/policy.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/model/table_update.h"

namespace lifeboat::catalog {

class CatalogService;
struct RestRequest;

// A place the request wants files to be at; see Policy::CheckPlacement.
struct Placement {
  std::string location;
  std::string home;
};

// Something the request hands out or takes back; see Policy::CheckMayGrant.
struct HandedOn {
  access::PrivilegeSet privileges;
  access::Securable object;
};

// All of it is needed.
struct RequestNeeds {
  std::vector<access::Demand> demands;
  std::vector<Placement> placements;
  std::vector<HandedOn> grants;
};

// Reads the body; an error says what is wrong with it.
using ReadNeeds = Result<RequestNeeds> (*)(CatalogService& service, const RestRequest& request);

struct RouteAccess {
  enum class Scope {
    kUnstated,
    kPublic,     // everybody, without authentication
    kAnyCaller,  // everybody who is known
    kCatalog,
    kNamespace,  // {namespace} of the path
    kParent,     // the namespace of the query's `parent`; everybody who is known without one
    kTable,      // {table} or {view} of the path
    kBody,       // what `needs` reads
  };
  Scope scope = Scope::kUnstated;
  access::Privilege privilege = access::Privilege::kSuper;  // but kBody
  ReadNeeds needs = nullptr;                                // of kBody

  static constexpr RouteAccess Public() { return {Scope::kPublic}; }
  static constexpr RouteAccess AnyCaller() { return {Scope::kAnyCaller}; }
  static constexpr RouteAccess On(Scope scope, access::Privilege privilege) { return {scope, privilege}; }
  static constexpr RouteAccess OfBody(ReadNeeds needs) {
    return {Scope::kBody, access::Privilege::kSuper, needs};
  }
};

// What the path alone says is needed; empty for kBody.
RequestNeeds NeedsOfPath(const RouteAccess& access, const RestRequest& request);

// What the path does not say: the bodies that have to be read, one function for each kind of request.
Result<RequestNeeds> NeedsOfCreateNamespace(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfUpdateNamespace(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfCreateTable(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfCommitTable(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfCommitTransaction(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfRegisterTable(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfStorage(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfRenameTable(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfCreateView(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfReplaceView(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfRegisterView(CatalogService& service, const RestRequest& request);
Result<RequestNeeds> NeedsOfRenameView(CatalogService& service, const RestRequest& request);

Result<RequestNeeds> NeedsOfGrant(CatalogService& service, const RestRequest& request);

// What a commit of these updates needs on its table:
//   insert  snapshots, refs, statistics, keys: what writers add
//   delete  a snapshot of any operation but append; moving main to a snapshot that was there before (a
//   rollback);
//           removing snapshots or refs
//   alter   everything else
// No update at all: describe.
access::PrivilegeSet PrivilegesOfUpdates(const std::vector<iceberg::TableUpdate>& updates);

// Locations the table metadata lets files be written to besides the table's own: the values of its path
// properties.
std::vector<std::string> PathsOfProperties(const std::map<std::string, std::string>& properties);

// The caller may register only what lives where it may put tables: the file registered can name any place.
Status CheckRegisteredPlaces(CatalogService& service, const RestRequest& request,
                             const TableIdentifier& identifier, const std::string& location,
                             const std::map<std::string, std::string>& properties);

// The same of the files that its snapshots begin with, and of its statistics.
Status CheckRegisteredFiles(const RestRequest& request, const iceberg::TableMetadata& metadata);

// Checks needs against the policy; the first refusal.
Status CheckNeeds(const access::Policy& policy, const access::Caller& caller, const RequestNeeds& needs);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_ROUTE_ACCESS_H_
