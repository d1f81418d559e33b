#include "catalog/server/storage_grant.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/log.h"
#include "catalog/access/access_errors.h"
#include "catalog/api/catalog_error.h"
#include "catalog/api/table_places.h"
#include "catalog/server/rest_error.h"
#include "catalog/server/staged_table.h"
#include "iceberg/model/json.h"
#include "storage/s3/s3_location.h"

namespace lifeboat::catalog {
namespace {

using access::CredentialScope;
using access::StorageAccess;

constexpr std::string_view kDelegationHeader = "X-Iceberg-Access-Delegation";
// How the body of one begins; see ScanPlanner.
constexpr std::string_view kCompletedPlan = R"({"status":"completed")";
// So that a fingerprint of a signing grant is not taken for one of credentials.
constexpr std::string_view kSigningFingerprint = "sign";

bool IsS3(std::string_view location) {
  return storage::s3::ParseS3ObjectLocation(location).ok();
}

bool IsBelow(std::string_view location, std::string_view place) {
  const auto inner = storage::s3::ParseS3ObjectLocation(location);
  const auto outer = storage::s3::ParseS3Location(place);
  if (!inner.ok() || !outer.ok() || inner->bucket != outer->bucket) return false;
  std::string_view folder = outer->key;
  while (folder.ends_with('/')) folder.remove_suffix(1);
  if (folder.empty()) return true;
  return inner->key.size() > folder.size() && inner->key.starts_with(folder) &&
         inner->key[folder.size()] == '/';
}

// What the endpoints of the table are called with; nothing for one that exists.
Result<std::string> EndpointQuery(CatalogService& service, const RestRequest& request,
                                  const TableIdentifier& identifier, const iceberg::TableMetadata& metadata,
                                  TableState state) {
  if (state == TableState::kExists) return std::string();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string key, service.plan_task_key().Get());
  const int64_t expires_micros =
      service.clock().NowMicros() + std::chrono::microseconds(kStagedLifetime).count();
  return fmt::format("?{}={}", kStagedParameter,
                     EncodeStagedTable({identifier, request.principal, expires_micros}, metadata, key));
}

// Relative to the catalog's address, as clients resolve it.
std::string EndpointOf(const TableIdentifier& identifier, std::string_view operation,
                       std::string_view query) {
  return fmt::format("v1/namespaces/{}/tables/{}/{}{}",
                     net::PercentEncode(EncodeNamespace(identifier.name_space)),
                     net::PercentEncode(identifier.name), operation, query);
}

iceberg::StringMap CredentialConfig(const storage::s3::S3Credentials& credentials) {
  return {{"s3.access-key-id", credentials.access_key_id},
          {"s3.secret-access-key", credentials.secret_access_key},
          {"s3.session-token", credentials.session_token},
          {"s3.session-token-expires-at-ms", std::to_string(credentials.expires_micros / 1000)}};
}

std::string ConfigMember(const iceberg::StringMap& config) {
  std::string text;
  iceberg::JsonWriter(&text).Member("config", config);
  return text;
}

StorageGrant GrantOfCredentials(const StorageLending& lending, const TableIdentifier& identifier,
                                const CredentialScope& scope, const access::LentCredentials& lent,
                                std::string_view query) {
  // Clients that look at `config` alone find the same there.
  iceberg::StringMap config = lending.client_config;
  config.merge(CredentialConfig(lent.credentials));
  config["client.refresh-credentials-endpoint"] = EndpointOf(identifier, "credentials", query);
  std::string credentials = StorageCredentialsJson(scope, lent);
  std::string members = fmt::format(R"({},"storage-credentials":{})", ConfigMember(config), credentials);
  return {std::move(members), std::move(credentials), lent.fingerprint};
}

StorageGrant GrantOfSigning(const StorageLending& lending, const TableIdentifier& identifier,
                            std::string_view query) {
  iceberg::StringMap config = lending.client_config;
  const std::string endpoint = EndpointOf(identifier, "sign", query);
  config["s3.remote-signing-enabled"] = "true";
  config["s3.signer"] = "S3V4RestSigner";  // how PyIceberg is told
  config["s3.signer.endpoint"] = endpoint;
  config["signer.endpoint"] = endpoint;
  return {ConfigMember(config), "", std::string(kSigningFingerprint)};
}

// Whoever may describe the table but not read it is answered without a grant.
bool MaySelect(CatalogService& service, const RestRequest& request, const TableIdentifier& identifier) {
  return service.policy().Current()->Allows(request.caller, access::Privilege::kSelect,
                                            access::Securable::OfTable(identifier));
}

// Below a place that the configuration names or an administrator registered.
bool IsLendable(CatalogService& service, std::string_view location) {
  const auto below = [&](const std::string& place) { return IsBelow(location, place); };
  const std::vector<std::string>& configured = service.options().lending.locations;
  if (std::any_of(configured.begin(), configured.end(), below)) return true;
  const std::shared_ptr<const access::Policy> policy = service.policy().Current();
  const auto& registered = policy->model().locations;
  return std::any_of(registered.begin(), registered.end(),
                     [&](const access::RegisteredLocation& place) { return below(place.location); });
}

// Tables that overlapped before that was refused are lent nothing that would reach the other.
Status CheckNotShared(CatalogService& service, const TableIdentifier& identifier,
                      const std::vector<std::string>& locations) {
  if (service.options().allow_overlapping_locations) return Status::Ok();
  std::vector<std::string> places;
  for (const std::string& location : locations) places.push_back(PlaceOf(location));
  LIFEBOAT_RETURN_IF_ERROR(ValidatePlaces(places));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<PlaceHolder> holder,
                            service.store().FindPlaceHolder(places, identifier));
  return holder ? PlaceIsTaken(identifier, holder->place, nullptr) : Status::Ok();
}

// How far the caller may reach, as the policy says now: whoever has just made a table owns it.
Result<StorageAccess> AccessOf(CatalogService& service, const RestRequest& request,
                               const TableIdentifier& identifier, const std::string& location,
                               TableState state) {
  const access::CredentialVendor* vendor = service.options().lending.vendor;
  const std::string role = vendor == nullptr ? "of the warehouse" : vendor->options().role_arn;
  const std::shared_ptr<const access::Policy> policy = service.policy().Current();
  if (state == TableState::kBeingMade) {
    LIFEBOAT_RETURN_IF_ERROR(policy->MayBeLent(request.caller, identifier, location, role));
    return StorageAccess::kReadWrite;
  }
  if (policy->MayUseCredentials(request.caller, identifier, /*write=*/true, location, role).ok()) {
    const bool may_delete =
        policy->Allows(request.caller, access::Privilege::kDelete, access::Securable::OfTable(identifier));
    return may_delete ? StorageAccess::kReadWrite : StorageAccess::kAppend;
  }
  LIFEBOAT_RETURN_IF_ERROR(
      policy->MayUseCredentials(request.caller, identifier, /*write=*/false, location, role));
  return StorageAccess::kRead;
}

Result<std::string> NameInBody(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  return reader.Get<std::string>("name");
}

// A table as an answer to its creation or registration has it.
struct AnsweredTable {
  iceberg::TableMetadata metadata;
  TableState state = TableState::kExists;
};

Result<AnsweredTable> TableInAnswer(const std::string& body) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, iceberg::ParseJson(body, "answer"));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  const boost::json::value* metadata = reader.Find("metadata");
  if (metadata == nullptr) return Status::Internal("an answer with a table has no metadata");
  AnsweredTable table;
  LIFEBOAT_ASSIGN_OR_RETURN(table.metadata,
                            iceberg::ParseTableMetadata(boost::json::serialize(*metadata), "answer"));
  if (reader.Find("metadata-location") == nullptr) table.state = TableState::kBeingMade;
  return table;
}

}  // namespace

bool AsksForStorage(CatalogService& service, const RestRequest& request) {
  const StorageLending& lending = service.options().lending;
  if (lending.vendor == nullptr && lending.signer == nullptr) return false;
  return request.http.headers.HasToken(kDelegationHeader, "vended-credentials") ||
         request.http.headers.HasToken(kDelegationHeader, "remote-signing");
}

Result<CredentialScope> ScopeOf(CatalogService& service, const RestRequest& request,
                                const TableIdentifier& identifier, const iceberg::TableMetadata& metadata,
                                TableState state) {
  std::vector<std::string> locations = access::TableLocations(metadata);
  const std::string own = locations.front();
  LIFEBOAT_ASSIGN_OR_RETURN(const StorageAccess access, AccessOf(service, request, identifier, own, state));
  std::erase_if(locations, [&](const std::string& location) { return !IsLendable(service, location); });
  if (locations.empty()) return access::TableNotInitialized(identifier, own);
  LIFEBOAT_RETURN_IF_ERROR(CheckNotShared(service, identifier, locations));
  return CredentialScope::Make(locations, access);
}

Result<CredentialScope> ScopeOfRequest(CatalogService& service, const RestRequest& request) {
  const TableIdentifier identifier = request.identifier();
  const auto table = service.Load(identifier);
  if (table.ok()) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto metadata, (*table)->Metadata());
    return ScopeOf(service, request, identifier, *metadata);
  }
  const std::string staged = request.http.QueryParameter(kStagedParameter);
  if (table.status().code() != StatusCode::kNotFound || staged.empty()) return table.status();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string key, service.plan_task_key().Get());
  LIFEBOAT_ASSIGN_OR_RETURN(
      const iceberg::TableMetadata metadata,
      DecodeStagedTable(staged, identifier, request.principal, service.clock().NowMicros(), key));
  return ScopeOf(service, request, identifier, metadata, TableState::kBeingMade);
}

Result<std::optional<StorageGrant>> GrantStorage(CatalogService& service, const RestRequest& request,
                                                 const TableIdentifier& identifier,
                                                 const iceberg::TableMetadata& metadata, TableState state) {
  if (!IsS3(metadata.location)) return std::optional<StorageGrant>();
  const StorageLending& lending = service.options().lending;
  if (state == TableState::kExists && !MaySelect(service, request, identifier))
    return std::optional<StorageGrant>();
  const Result<CredentialScope> scope = ScopeOf(service, request, identifier, metadata, state);
  if (scope.status().code() == StatusCode::kPermissionDenied) return scope.status();
  if (!scope.ok()) {
    log::Debug("nothing of a table's storage is lent",
               {{"table", ToString(identifier)}, {"reason", scope.status()}});
    return std::optional<StorageGrant>();
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string query,
                            EndpointQuery(service, request, identifier, metadata, state));
  if (lending.vendor != nullptr && request.http.headers.HasToken(kDelegationHeader, "vended-credentials")) {
    const Result<std::shared_ptr<const access::LentCredentials>> lent =
        lending.vendor->Lend(*scope, request.principal);
    if (lent.ok()) return std::optional(GrantOfCredentials(lending, identifier, *scope, **lent, query));
    // A policy cannot be made for every location; the client may have said that signing will do.
    if (lent.status().code() != StatusCode::kInvalidArgument) return lent.status();
    log::Warning("a table's storage cannot be lent by credentials",
                 {{"table", ToString(identifier)}, {"reason", lent.status()}});
  }
  if (lending.signer != nullptr && request.http.headers.HasToken(kDelegationHeader, "remote-signing"))
    return std::optional(GrantOfSigning(lending, identifier, query));
  return std::optional<StorageGrant>();
}

void AddGrant(const StorageGrant& grant, const std::string& etag, net::HttpResponse* response) {
  response->body = WithConfig(std::move(response->body), grant.members);
  response->headers.Set("ETag", etag);
  response->headers.Set("Cache-Control", "no-store");
}

void AddGrantToNewTable(CatalogService& service, const RestRequest& request, net::HttpResponse* response) {
  if (response->status != 200 || !AsksForStorage(service, request)) return;
  const auto grant = [&]() -> Result<std::optional<StorageGrant>> {
    LIFEBOAT_ASSIGN_OR_RETURN(std::string name, NameInBody(service, request));
    LIFEBOAT_ASSIGN_OR_RETURN(const AnsweredTable table, TableInAnswer(response->body));
    return GrantStorage(service, request, {request.name_space, std::move(name)}, table.metadata, table.state);
  }();
  if (!grant.ok()) {
    log::Warning("a new table's storage is not lent to who made it", {{"reason", grant.status()}});
  } else if (*grant) {
    const std::string etag(response->headers.Get("ETag"));
    AddGrant(**grant, etag.empty() ? "" : ETagWithGrant(etag, **grant), response);
    if (etag.empty()) response->headers.Remove("ETag");  // a staged table has no version yet
  }
}

void AddGrantToPlan(CatalogService& service, const RestRequest& request, net::HttpResponse* response) {
  if (response->status != 200 || !response->body.starts_with(kCompletedPlan) ||
      !AsksForStorage(service, request))
    return;
  const auto grant = [&]() -> Result<std::optional<StorageGrant>> {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto table, service.Load(request.identifier()));
    LIFEBOAT_ASSIGN_OR_RETURN(const auto metadata, table->Metadata());
    return GrantStorage(service, request, request.identifier(), *metadata);
  }();
  if (!grant.ok()) {
    *response = ErrorResponse(grant.status());
  } else if (*grant && !(*grant)->credentials.empty()) {
    response->body.insert(1, fmt::format(R"("storage-credentials":{},)", (*grant)->credentials));
    response->headers.Set("Cache-Control", "no-store");
  }
}

std::optional<StorageGrant> GrantStorageFromMemory(CatalogService& service, const RestRequest& request,
                                                   const TableIdentifier& identifier,
                                                   const iceberg::TableMetadata& metadata) {
  const StorageLending& lending = service.options().lending;
  if (lending.vendor == nullptr || !request.http.headers.HasToken(kDelegationHeader, "vended-credentials"))
    return std::nullopt;
  if (!MaySelect(service, request, identifier)) return std::nullopt;
  const Result<CredentialScope> scope = ScopeOf(service, request, identifier, metadata);
  if (!scope.ok()) return std::nullopt;
  const auto lent = lending.vendor->FindKept(*scope, request.principal);
  if (lent == nullptr) return std::nullopt;
  return GrantOfCredentials(lending, identifier, *scope, *lent, "");
}

std::string ETagWithGrant(const std::string& etag, const StorageGrant& grant) {
  return fmt::format("{}-{}\"", std::string_view(etag).substr(0, etag.size() - 1), grant.fingerprint);
}

std::string StorageCredentialsJson(const CredentialScope& scope, const access::LentCredentials& lent) {
  std::string text;
  iceberg::JsonWriter writer(&text);
  writer.BeginArray();
  // One entry: they are the same for all locations, and some clients take no more than one.
  writer.BeginObject();
  writer.Member("prefix", scope.CommonPrefix());
  writer.Member("config", CredentialConfig(lent.credentials));
  writer.EndObject();
  writer.EndArray();
  return text;
}

}  // namespace lifeboat::catalog
