// Roles: what several principals may do, named once; roles may be members of roles.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "catalog/server/access_records.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

using access::Grantee;
using access::Policy;

Result<net::HttpResponse> ListRoles(CatalogService& service, const RestRequest&) {
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  const auto policy = service.policy().Current();
  boost::json::array roles;
  for (const access::Role& role : policy->model().roles) {
    boost::json::array members;
    for (const access::Membership& membership : policy->model().memberships) {
      if (membership.role == role.id) members.push_back(access::ToJson(membership.member));
    }
    boost::json::object object{{"id", role.id}, {"members", std::move(members)}};
    if (!role.description.empty()) object["description"] = role.description;
    roles.push_back(std::move(object));
  }
  return JsonResponse(boost::json::object{{"roles", std::move(roles)}});
}

Result<net::HttpResponse> CreateRole(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  access::Role role;
  LIFEBOAT_ASSIGN_OR_RETURN(role.id, reader.Get<std::string>("id"));
  LIFEBOAT_RETURN_IF_ERROR(access::ValidateAccessId("role", role.id));
  LIFEBOAT_ASSIGN_OR_RETURN(role.description, reader.GetOr<std::string>("description", ""));
  const Status applied = ApplyAccessChanges(service, {PutChange(access::ToRecord(role), 0)});
  if (applied.code() == StatusCode::kConflict)
    return Status::AlreadyExists("role '{}' exists already", role.id);
  LIFEBOAT_RETURN_IF_ERROR(applied);
  return JsonResponse(boost::json::object{{"id", role.id}});
}

Result<net::HttpResponse> DropRole(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(
      EditAccessPolicy(service, [&](const Policy& policy) -> Result<std::vector<Change>> {
        if (!policy.HasRole(request.id)) return Status::NotFound("role '{}' does not exist", request.id);
        std::vector<Change> changes = ForgetGrantee(policy, {Grantee::Kind::kRole, request.id});
        changes.push_back(DeleteRecordChange{access::RoleKey(request.id), {}});
        return changes;
      }));
  return NoContent();
}

Result<net::HttpResponse> AddRoleMember(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  LIFEBOAT_ASSIGN_OR_RETURN(const Grantee member, access::ParseGrantee(value));
  const access::Membership membership{request.id, member};
  LIFEBOAT_RETURN_IF_ERROR(
      EditAccessPolicy(service, [&](const Policy& policy) -> Result<std::vector<Change>> {
        LIFEBOAT_RETURN_IF_ERROR(policy.CheckMembership(membership));
        return std::vector<Change>{PutChange(access::ToRecord(membership), {})};
      }));
  return NoContent();
}

Result<net::HttpResponse> RemoveRoleMember(CatalogService& service, const RestRequest& request) {
  boost::json::object named;
  for (const std::string_view kind : {"principal", "role"}) {
    if (request.http.HasQueryParameter(kind)) named[kind] = request.http.QueryParameter(kind);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const Grantee member, access::ParseGrantee(named));
  const Status removed =
      ApplyAccessChanges(service, {DeleteRecordChange{access::MembershipKey({request.id, member}), {}}});
  if (removed.code() == StatusCode::kNotFound) {
    return Status::NotFound("{} is no member of role '{}'", member.ToString(), request.id);
  }
  LIFEBOAT_RETURN_IF_ERROR(removed);
  return NoContent();
}

}  // namespace lifeboat::catalog
