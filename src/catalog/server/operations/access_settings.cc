// Locations, the switches for external engines, and the trust list of the data role. Calls merge into what is
// there; nothing is replaced that was not named.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "catalog/server/access_records.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

using access::RegisteredLocation;
using access::Settings;
using access::TrustEntry;

Result<Settings> SettingsOfDocument(const boost::json::value* document) {
  access::PolicyModel model;
  if (document != nullptr)
    LIFEBOAT_RETURN_IF_ERROR(access::AddRecord(access::SettingsKey(), *document, &model));
  return std::move(model.settings);
}

Status CheckTrusted(const access::Policy& policy, const std::string& id) {
  if (id == access::kCatalogService || policy.FindPrincipal(id) != nullptr || policy.HasRole(id))
    return Status::Ok();
  return Status::NotFound("'{}' is neither a principal nor a role, nor {}", id, access::kCatalogService);
}

}  // namespace

Result<net::HttpResponse> ListLocations(CatalogService& service, const RestRequest&) {
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  const auto policy = service.policy().Current();
  boost::json::array locations{
      boost::json::object{{"location", policy->model().warehouse_location}, {"warehouse", true}}};
  for (const RegisteredLocation& location : policy->model().locations) {
    boost::json::object object{{"location", location.location}};
    if (!location.description.empty()) object["description"] = location.description;
    locations.push_back(std::move(object));
  }
  return JsonResponse(boost::json::object{{"locations", std::move(locations)}});
}

Result<net::HttpResponse> RegisterLocation(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  RegisteredLocation location;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, reader.Get<std::string>("location"));
  LIFEBOAT_RETURN_IF_ERROR(ValidateTableLocation(text));
  location.location = access::Securable::OfLocation(text).location;
  LIFEBOAT_ASSIGN_OR_RETURN(location.description, reader.GetOr<std::string>("description", ""));
  const access::PolicyRecord record = access::ToRecord(location);
  LIFEBOAT_RETURN_IF_ERROR(ApplyAccessChanges(service, {PutChange(record, {})}));
  return JsonResponse(record.value);
}

Result<net::HttpResponse> DeregisterLocation(CatalogService& service, const RestRequest& request) {
  const std::string location =
      access::Securable::OfLocation(request.http.QueryParameter("location")).location;
  const Status removed = ApplyAccessChanges(service, {DeleteRecordChange{access::LocationKey(location), {}}});
  if (removed.code() == StatusCode::kNotFound)
    return Status::NotFound("location '{}' is not registered", location);
  LIFEBOAT_RETURN_IF_ERROR(removed);
  return NoContent();
}

Result<net::HttpResponse> ShowAccessSettings(CatalogService& service, const RestRequest&) {
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  return JsonResponse(access::ToRecord(service.policy().Current()->model().settings).value);
}

Result<net::HttpResponse> UpdateAccessSettings(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto full, reader.GetOptional<bool>("external-full-table-access"));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto filtering, reader.GetOptional<bool>("external-filtering"));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto added, reader.GetOr<std::vector<std::string>>("allow-external", {}));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto removed,
                            reader.GetOr<std::vector<std::string>>("disallow-external", {}));
  Settings merged;
  LIFEBOAT_RETURN_IF_ERROR(EditAccessRecord(
      service, access::SettingsKey(),
      [&](const boost::json::value* document) -> Result<std::optional<access::PolicyRecord>> {
        LIFEBOAT_ASSIGN_OR_RETURN(merged, SettingsOfDocument(document));
        merged.external_full_table_access = full.value_or(merged.external_full_table_access);
        merged.external_filtering = filtering.value_or(merged.external_filtering);
        std::vector<std::string>& list = merged.external_allow_list;
        for (const std::string& id : added) {
          if (std::find(list.begin(), list.end(), id) == list.end()) list.push_back(id);
        }
        for (const std::string& id : removed) std::erase(list, id);
        return std::optional(access::ToRecord(merged));
      }));
  return JsonResponse(access::ToRecord(merged).value);
}

Result<net::HttpResponse> ListTrust(CatalogService& service, const RestRequest&) {
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  boost::json::array entries;
  for (const TrustEntry& entry : service.policy().Current()->model().trust) {
    entries.push_back(access::ToRecord(entry).value);
  }
  return JsonResponse(boost::json::object{{"trust", std::move(entries)}});
}

Result<net::HttpResponse> AddTrust(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  TrustEntry entry;
  LIFEBOAT_ASSIGN_OR_RETURN(entry.principal, reader.Get<std::string>("principal"));
  LIFEBOAT_ASSIGN_OR_RETURN(entry.external_id, reader.GetOr<std::string>("external-id", ""));
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  LIFEBOAT_RETURN_IF_ERROR(CheckTrusted(*service.policy().Current(), entry.principal));
  const access::PolicyRecord record = access::ToRecord(entry);
  LIFEBOAT_RETURN_IF_ERROR(ApplyAccessChanges(service, {PutChange(record, {})}));
  return JsonResponse(record.value);
}

Result<net::HttpResponse> RemoveTrust(CatalogService& service, const RestRequest& request) {
  const std::string principal = request.http.QueryParameter("principal");
  const Status removed = ApplyAccessChanges(service, {DeleteRecordChange{access::TrustKey(principal), {}}});
  if (removed.code() == StatusCode::kNotFound)
    return Status::NotFound("'{}' is not on the trust list", principal);
  LIFEBOAT_RETURN_IF_ERROR(removed);
  return NoContent();
}

}  // namespace lifeboat::catalog
