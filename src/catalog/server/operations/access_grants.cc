// Grants: who may do what, handed out and taken back by whoever holds it with grant option.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "catalog/server/access_records.h"
#include "catalog/server/route_access.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

using access::Grant;
using access::Grantee;
using access::PrivilegeSet;

// {"grantee":{"principal":"eva"},"object":{…},"privileges":["select"],"grant-option":true}
struct GrantRequest {
  Grant grant;  // its grant_option is all of `privileges` or nothing
};

Result<GrantRequest> ParseGrantRequest(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  const boost::json::value* grantee = reader.Find("grantee");
  const boost::json::value* object = reader.Find("object");
  if (grantee == nullptr) return Status::InvalidArgument("grantee: missing");
  if (object == nullptr) return Status::InvalidArgument("object: missing");
  GrantRequest parsed;
  LIFEBOAT_ASSIGN_OR_RETURN(parsed.grant.grantee, access::ParseGrantee(*grantee));
  LIFEBOAT_ASSIGN_OR_RETURN(parsed.grant.object, access::ParseSecurable(*object));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto names, reader.Get<std::vector<std::string>>("privileges"));
  LIFEBOAT_ASSIGN_OR_RETURN(parsed.grant.privileges, PrivilegeSet::Parse(names));
  LIFEBOAT_ASSIGN_OR_RETURN(const bool option, reader.GetOr<bool>("grant-option", false));
  if (option) parsed.grant.grant_option = parsed.grant.privileges;
  return parsed;
}

Result<Grant> GrantOfDocument(const std::string& key, const boost::json::value& document) {
  access::PolicyModel model;
  LIFEBOAT_RETURN_IF_ERROR(access::AddRecord(key, document, &model));
  return std::move(model.grants.front());
}

Status CheckGranteeExists(const access::Policy& policy, const Grantee& grantee) {
  const bool exists = grantee.kind == Grantee::Kind::kRole ? policy.HasRole(grantee.id)
                                                           : policy.FindPrincipal(grantee.id) != nullptr;
  return exists ? Status::Ok() : Status::NotFound("{} does not exist", grantee.ToString());
}

}  // namespace

Result<RequestNeeds> NeedsOfGrant(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const GrantRequest parsed, ParseGrantRequest(service, request));
  RequestNeeds needs;
  needs.grants.push_back({parsed.grant.privileges, parsed.grant.object});
  return needs;
}

Result<net::HttpResponse> ListGrants(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  const std::string principal = request.http.QueryParameter("principal");
  const std::string role = request.http.QueryParameter("role");
  boost::json::array grants;
  const auto policy = service.policy().Current();
  for (const Grant& grant : policy->model().grants) {
    const bool is_role = grant.grantee.kind == Grantee::Kind::kRole;
    if (!principal.empty() && (is_role || grant.grantee.id != principal)) continue;
    if (!role.empty() && (!is_role || grant.grantee.id != role)) continue;
    grants.push_back(DescribeGrant(grant));
  }
  return JsonResponse(boost::json::object{{"grants", std::move(grants)}});
}

// Adds to what is granted already.
Result<net::HttpResponse> GrantPrivileges(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const GrantRequest parsed, ParseGrantRequest(service, request));
  const Grant& wanted = parsed.grant;
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  const auto policy = service.policy().Current();
  LIFEBOAT_RETURN_IF_ERROR(CheckGranteeExists(*policy, wanted.grantee));
  // For administrators, who need not hold what they grant.
  LIFEBOAT_RETURN_IF_ERROR(policy->CheckMayGrant(request.caller, wanted.privileges, wanted.object));
  const std::string key = access::GrantKey(wanted.grantee, wanted.object);
  Grant merged;
  LIFEBOAT_RETURN_IF_ERROR(EditAccessRecord(
      service, key, [&](const boost::json::value* document) -> Result<std::optional<access::PolicyRecord>> {
        merged = wanted;
        if (document != nullptr) {
          LIFEBOAT_ASSIGN_OR_RETURN(const Grant known, GrantOfDocument(key, *document));
          merged.privileges = known.privileges | wanted.privileges;
          merged.grant_option = known.grant_option | wanted.grant_option;
        }
        return std::optional(access::ToRecord(merged));
      }));
  return JsonResponse(DescribeGrant(merged));
}

// Takes away; with "grant-option": true only the right to hand on.
Result<net::HttpResponse> RevokePrivileges(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const GrantRequest parsed, ParseGrantRequest(service, request));
  const Grant& wanted = parsed.grant;
  LIFEBOAT_RETURN_IF_ERROR(
      service.policy().Current()->CheckMayGrant(request.caller, wanted.privileges, wanted.object));
  const std::string key = access::GrantKey(wanted.grantee, wanted.object);
  Grant left;
  LIFEBOAT_RETURN_IF_ERROR(EditAccessRecord(
      service, key, [&](const boost::json::value* document) -> Result<std::optional<access::PolicyRecord>> {
        left = wanted;
        left.privileges = left.grant_option = {};
        if (document == nullptr) return std::optional<access::PolicyRecord>();
        LIFEBOAT_ASSIGN_OR_RETURN(left, GrantOfDocument(key, *document));
        left.grant_option = left.grant_option.Without(wanted.privileges);
        if (wanted.grant_option.empty()) left.privileges = left.privileges.Without(wanted.privileges);
        if (left.privileges.empty()) return std::optional<access::PolicyRecord>();
        return std::optional(access::ToRecord(left));
      }));
  return JsonResponse(DescribeGrant(left));
}

// What a principal may do with an object, and by which roles: its own, or for administrators anybody's.
Result<net::HttpResponse> ShowEffectivePrivileges(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  const auto policy = service.policy().Current();
  access::Caller subject = request.caller;
  const std::string named = request.http.QueryParameter("principal");
  if (!named.empty() && named != request.caller.principal) {
    LIFEBOAT_RETURN_IF_ERROR(
        policy->Check(request.caller, {access::Privilege::kSuper, access::Securable::Catalog()}));
    subject = {.principal = named, .administrator = service.tokens().IsConfiguredClient(named)};
    if (!subject.administrator && policy->FindPrincipal(named) == nullptr) {
      return Status::NotFound("principal '{}' does not exist", named);
    }
  }
  access::Securable object;
  const Namespace name_space = DecodeNamespace(request.http.QueryParameter("namespace"));
  const std::string table = request.http.QueryParameter("table");
  const std::string location = request.http.QueryParameter("location");
  if (!location.empty()) {
    object = access::Securable::OfLocation(location);
  } else if (!table.empty()) {
    object = access::Securable::OfTable({name_space, table});
    LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier({name_space, table}));
  } else if (!name_space.empty()) {
    object = access::Securable::OfNamespace(name_space);
    LIFEBOAT_RETURN_IF_ERROR(ValidateNamespace(name_space));
  }
  boost::json::array roles;
  for (const Grantee& grantee : policy->GranteesOf(subject.principal)) {
    if (grantee.kind == Grantee::Kind::kRole) roles.emplace_back(grantee.id);
  }
  boost::json::array privileges;
  for (const std::string& name : policy->Effective(subject, object).Names()) privileges.emplace_back(name);
  return JsonResponse(boost::json::object{{"principal", subject.principal},
                                          {"administrator", policy->IsAdministrator(subject)},
                                          {"roles", std::move(roles)},
                                          {"object", access::ToJson(object)},
                                          {"privileges", std::move(privileges)}});
}

}  // namespace lifeboat::catalog
