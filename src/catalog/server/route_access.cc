#include "catalog/server/route_access.h"

#include <algorithm>
#include <set>

#include "catalog/api/table_places.h"
#include "catalog/server/operations.h"
#include "catalog/server/staged_table.h"
#include "catalog/server/table_commit.h"
#include "iceberg/model/json.h"
#include "iceberg/model/view_metadata.h"

namespace lifeboat::catalog {
namespace {

using access::Privilege;
using access::Securable;

// Where the catalog itself would put the object; empty when its namespace does not exist, which the operation
// reports.
std::string HomeOf(CatalogService& service, const TableIdentifier& identifier) {
  return service.DefaultLocation(identifier).value_or("");
}

void AddPlacement(std::string_view location, std::string_view home, RequestNeeds* needs) {
  if (!location.empty()) needs->placements.push_back({std::string(location), std::string(home)});
}

void AddPaths(const iceberg::StringMap& properties, std::string_view home, RequestNeeds* needs) {
  for (const std::string& path : PathsOfProperties(properties)) AddPlacement(path, home, needs);
}

Securable ParentOf(const Namespace& name_space) {
  if (name_space.size() <= 1) return Securable::Catalog();
  return Securable::OfNamespace(Namespace(name_space.begin(), name_space.end() - 1));
}

bool Creates(const TableCommit& commit) {
  return std::any_of(commit.requirements.begin(), commit.requirements.end(), [](const auto& requirement) {
    return std::holds_alternative<iceberg::requirement::AssertCreate>(requirement);
  });
}

// The table's places as they are and as the commit makes them.
std::vector<std::string> PlacesOfCommit(CatalogService& service, const TableCommit& commit) {
  std::vector<std::string> places;
  const auto add = [&](std::string_view location, const iceberg::StringMap& properties) {
    for (std::string& place : PlacesOf(location, properties)) places.push_back(std::move(place));
  };
  const auto table = service.Load(commit.identifier);
  const auto metadata = table.ok() ? (*table)->Metadata() : table.status();
  if (metadata.ok()) add((*metadata)->location, (*metadata)->properties);
  for (const iceberg::TableUpdate& update : commit.updates) {
    if (const auto* set = std::get_if<iceberg::update::SetLocation>(&update)) {
      places.push_back(PlaceOf(set->location));
    } else if (const auto* properties = std::get_if<iceberg::update::SetProperties>(&update)) {
      for (const std::string& path : PathsOfProperties(properties->updates)) places.push_back(PlaceOf(path));
    }
  }
  return places;
}

// What the snapshot leads to is read on behalf of others, so it must begin where the table's files may be.
void AddSnapshotFiles(const iceberg::Snapshot& snapshot, std::vector<std::string>* files) {
  if (!snapshot.manifest_list.empty()) files->push_back(snapshot.manifest_list);
  files->insert(files->end(), snapshot.manifests.begin(), snapshot.manifests.end());
}

// A file elsewhere must be where the caller could put a table. The table's home does not count: another one
// may live there by now.
void AddFilesOutside(const std::vector<std::string>& places, const std::vector<std::string>& files,
                     RequestNeeds* needs) {
  for (const std::string& file : files) {
    if (!LiesInPlaces(places, file)) AddPlacement(file, /*home=*/"", needs);
  }
}

void AddNamedFiles(CatalogService& service, const TableCommit& commit, RequestNeeds* needs) {
  std::vector<std::string> files;
  for (const iceberg::TableUpdate& update : commit.updates) {
    if (const auto* add = std::get_if<iceberg::update::AddSnapshot>(&update)) {
      AddSnapshotFiles(add->snapshot, &files);
    } else if (const auto* statistics = std::get_if<iceberg::update::SetStatistics>(&update)) {
      files.push_back(statistics->statistics.statistics_path);
    } else if (const auto* partitions = std::get_if<iceberg::update::SetPartitionStatistics>(&update)) {
      files.push_back(partitions->partition_statistics.statistics_path);
    }
  }
  if (!files.empty()) AddFilesOutside(PlacesOfCommit(service, commit), files, needs);
}

void AddCommit(CatalogService& service, const TableCommit& commit, RequestNeeds* needs) {
  const Securable table = Securable::OfTable(commit.identifier);
  if (Creates(commit)) {
    needs->demands.push_back({Privilege::kCreateTable, Securable::OfNamespace(commit.identifier.name_space)});
  } else {
    for (const Privilege privilege : PrivilegesOfUpdates(commit.updates).List()) {
      needs->demands.push_back({privilege, table});
    }
  }
  const std::string home = HomeOf(service, commit.identifier);
  AddNamedFiles(service, commit, needs);
  for (const iceberg::TableUpdate& update : commit.updates) {
    if (const auto* location = std::get_if<iceberg::update::SetLocation>(&update)) {
      AddPlacement(location->location, home, needs);
    } else if (const auto* properties = std::get_if<iceberg::update::SetProperties>(&update)) {
      AddPaths(properties->updates, home, needs);
    }
  }
}

Result<RequestNeeds> NeedsOfRename(CatalogService& service, const RestRequest& request, Privilege create) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Rename rename, ParseRename(service, request));
  RequestNeeds needs;
  needs.demands = {{Privilege::kDrop, Securable::OfTable(rename.from)},
                   {create, Securable::OfNamespace(rename.to.name_space)}};
  return needs;
}

}  // namespace

RequestNeeds NeedsOfPath(const RouteAccess& access, const RestRequest& request) {
  switch (access.scope) {
    case RouteAccess::Scope::kPublic:
    case RouteAccess::Scope::kAnyCaller:
    case RouteAccess::Scope::kBody:
      return {};
    case RouteAccess::Scope::kUnstated:
    case RouteAccess::Scope::kCatalog:
      return {{{access.privilege, Securable::Catalog()}}, {}, {}};
    case RouteAccess::Scope::kNamespace:
      return {{{access.privilege, Securable::OfNamespace(request.name_space)}}, {}, {}};
    case RouteAccess::Scope::kParent: {
      const Namespace parent = DecodeNamespace(request.http.QueryParameter("parent"));
      if (parent.empty()) return {};
      return {{{access.privilege, Securable::OfNamespace(parent)}}, {}, {}};
    }
    case RouteAccess::Scope::kTable:
      return {{{access.privilege, Securable::OfTable(request.identifier())}}, {}, {}};
  }
  return {{{Privilege::kSuper, Securable::Catalog()}}, {}, {}};
}

Result<RequestNeeds> NeedsOfCreateNamespace(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const Namespace name_space, reader.Get<std::vector<std::string>>("namespace"));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto properties, reader.GetOr<iceberg::StringMap>("properties", {}));
  LIFEBOAT_RETURN_IF_ERROR(ValidateNamespace(name_space));
  RequestNeeds needs;
  needs.demands = {{Privilege::kCreateNamespace, ParentOf(name_space)}};
  if (const auto location = properties.find("location"); location != properties.end()) {
    AddPlacement(location->second, service.WarehouseFolder(name_space), &needs);
  }
  return needs;
}

Result<RequestNeeds> NeedsOfUpdateNamespace(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto updates, reader.GetOr<iceberg::StringMap>("updates", {}));
  RequestNeeds needs;
  needs.demands = {{Privilege::kAlter, Securable::OfNamespace(request.name_space)}};
  if (const auto location = updates.find("location"); location != updates.end()) {
    AddPlacement(location->second, service.WarehouseFolder(request.name_space), &needs);
  }
  return needs;
}

Result<RequestNeeds> NeedsOfCreateTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  TableIdentifier identifier{request.name_space, ""};
  LIFEBOAT_ASSIGN_OR_RETURN(identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(identifier));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string location, reader.GetOr<std::string>("location", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto properties, reader.GetOr<iceberg::StringMap>("properties", {}));
  RequestNeeds needs;
  needs.demands = {{Privilege::kCreateTable, Securable::OfNamespace(request.name_space)}};
  const std::string home = HomeOf(service, identifier);
  AddPlacement(location, home, &needs);
  AddPaths(properties, home, &needs);
  return needs;
}

Result<RequestNeeds> NeedsOfCommitTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const TableIdentifier identifier = request.identifier();
  LIFEBOAT_ASSIGN_OR_RETURN(const TableCommit commit, ParseTableCommit(value, &identifier));
  RequestNeeds needs;
  AddCommit(service, commit, &needs);
  return needs;
}

Result<RequestNeeds> NeedsOfCommitTransaction(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  RequestNeeds needs;
  LIFEBOAT_RETURN_IF_ERROR(
      reader.ForEach("table-changes", /*required=*/true,
                     [&](const boost::json::value& change, const iceberg::JsonPath& path) {
                       const Result<TableCommit> commit = ParseTableCommit(change, nullptr);
                       if (!commit.ok()) return commit.status().WithContext(path.ToString());
                       AddCommit(service, *commit, &needs);
                       return Status::Ok();
                     }));
  return needs;
}

// What the metadata file says of the table's place is checked once it has been read; see RegisterTable.
Result<RequestNeeds> NeedsOfRegisterTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  TableIdentifier identifier{request.name_space, ""};
  LIFEBOAT_ASSIGN_OR_RETURN(identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(identifier));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string location, reader.Get<std::string>("metadata-location"));
  LIFEBOAT_ASSIGN_OR_RETURN(const bool overwrite, reader.GetOr<bool>("overwrite", false));
  RequestNeeds needs;
  needs.demands = {{Privilege::kCreateTable, Securable::OfNamespace(request.name_space)}};
  if (overwrite) needs.demands.push_back({Privilege::kDrop, Securable::OfTable(identifier)});
  AddPlacement(location, HomeOf(service, identifier), &needs);
  return needs;
}

// A staged table is its maker's; once it is committed, what is granted on it decides.
Result<RequestNeeds> NeedsOfStorage(CatalogService& service, const RestRequest& request) {
  const TableIdentifier identifier = request.identifier();
  RequestNeeds needs;
  if (!request.http.QueryParameter(kStagedParameter).empty() &&
      service.Load(identifier).status().code() == StatusCode::kNotFound) {
    needs.demands = {{Privilege::kCreateTable, Securable::OfNamespace(identifier.name_space)}};
  } else {
    needs.demands = {{Privilege::kSelect, Securable::OfTable(identifier)}};
  }
  return needs;
}

Result<RequestNeeds> NeedsOfRenameTable(CatalogService& service, const RestRequest& request) {
  return NeedsOfRename(service, request, Privilege::kCreateTable);
}

Result<RequestNeeds> NeedsOfRenameView(CatalogService& service, const RestRequest& request) {
  return NeedsOfRename(service, request, Privilege::kCreateView);
}

Result<RequestNeeds> NeedsOfCreateView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(RequestNeeds needs, NeedsOfCreateTable(service, request));
  needs.demands.front().privilege = Privilege::kCreateView;
  return needs;
}

Result<RequestNeeds> NeedsOfRegisterView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(RequestNeeds needs, NeedsOfRegisterTable(service, request));
  needs.demands.front().privilege = Privilege::kCreateView;
  return needs;
}

Result<RequestNeeds> NeedsOfReplaceView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  RequestNeeds needs;
  needs.demands = {{Privilege::kAlter, Securable::OfTable(request.identifier())}};
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "updates", /*required=*/true,
      [&](const boost::json::value& element, const iceberg::JsonPath& path) -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(const auto update, iceberg::ParseViewUpdate(element, path));
        if (const auto* location = std::get_if<iceberg::view_update::SetLocation>(&update)) {
          AddPlacement(location->location, HomeOf(service, request.identifier()), &needs);
        } else if (const auto* set = std::get_if<iceberg::view_update::SetProperties>(&update)) {
          AddPaths(set->updates, HomeOf(service, request.identifier()), &needs);
        }
        return Status::Ok();
      }));
  return needs;
}

access::PrivilegeSet PrivilegesOfUpdates(const std::vector<iceberg::TableUpdate>& updates) {
  namespace update = iceberg::update;
  access::PrivilegeSet needed;
  std::set<int64_t> added;
  for (const iceberg::TableUpdate& change : updates) {
    if (const auto* snapshot = std::get_if<update::AddSnapshot>(&change)) {
      added.insert(snapshot->snapshot.snapshot_id);
    }
  }
  for (const iceberg::TableUpdate& change : updates) {
    if (const auto* add = std::get_if<update::AddSnapshot>(&change)) {
      needed.Add(Privilege::kInsert);
      if (add->snapshot.operation.value_or("") != "append") needed.Add(Privilege::kDelete);
    } else if (const auto* set = std::get_if<update::SetSnapshotRef>(&change)) {
      needed.Add(Privilege::kInsert);
      if (set->ref_name == "main" && !added.contains(set->ref.snapshot_id)) needed.Add(Privilege::kDelete);
    } else if (std::holds_alternative<update::RemoveSnapshots>(change) ||
               std::holds_alternative<update::RemoveSnapshotRef>(change)) {
      needed.Add(Privilege::kDelete);
    } else if (std::holds_alternative<update::SetStatistics>(change) ||
               std::holds_alternative<update::RemoveStatistics>(change) ||
               std::holds_alternative<update::SetPartitionStatistics>(change) ||
               std::holds_alternative<update::RemovePartitionStatistics>(change) ||
               std::holds_alternative<update::AddEncryptionKey>(change)) {
      needed.Add(Privilege::kInsert);
    } else {
      needed.Add(Privilege::kAlter);
    }
  }
  if (needed.empty()) needed.Add(Privilege::kDescribe);
  return needed;
}

std::vector<std::string> PathsOfProperties(const std::map<std::string, std::string>& properties) {
  std::vector<std::string> paths;
  for (const std::string_view name : kPathProperties) {
    if (const auto found = properties.find(std::string(name)); found != properties.end()) {
      paths.push_back(found->second);
    }
  }
  return paths;
}

Status CheckNeeds(const access::Policy& policy, const access::Caller& caller, const RequestNeeds& needs) {
  for (const access::Demand& demand : needs.demands) LIFEBOAT_RETURN_IF_ERROR(policy.Check(caller, demand));
  for (const Placement& placement : needs.placements) {
    LIFEBOAT_RETURN_IF_ERROR(policy.CheckPlacement(caller, placement.location, placement.home));
  }
  for (const HandedOn& grant : needs.grants) {
    LIFEBOAT_RETURN_IF_ERROR(policy.CheckMayGrant(caller, grant.privileges, grant.object));
  }
  return Status::Ok();
}

Status CheckRegisteredPlaces(CatalogService& service, const RestRequest& request,
                             const TableIdentifier& identifier, const std::string& location,
                             const std::map<std::string, std::string>& properties) {
  if (request.policy == nullptr || request.caller.administrator) return Status::Ok();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string home, service.DefaultLocation(identifier));
  RequestNeeds needs;
  needs.placements.push_back({location, home});
  for (const std::string& path : PathsOfProperties(properties)) needs.placements.push_back({path, home});
  return CheckNeeds(*request.policy, request.caller, needs);
}

Status CheckRegisteredFiles(const RestRequest& request, const iceberg::TableMetadata& metadata) {
  if (request.policy == nullptr || request.caller.administrator) return Status::Ok();
  std::vector<std::string> files;
  for (const auto& snapshot : metadata.snapshots) AddSnapshotFiles(*snapshot, &files);
  for (const auto& file : metadata.statistics) files.push_back(file->statistics_path);
  for (const auto& file : metadata.partition_statistics) files.push_back(file->statistics_path);
  RequestNeeds needs;
  AddFilesOutside(PlacesOf(metadata.location, metadata.properties), files, &needs);
  return CheckNeeds(*request.policy, request.caller, needs);
}

}  // namespace lifeboat::catalog
