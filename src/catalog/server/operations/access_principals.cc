// Principals: who is known, and what they prove themselves with.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "catalog/server/access_records.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

using access::Grantee;
using access::Policy;
using access::Principal;
using access::PrincipalKind;
using access::PrincipalSecret;

constexpr size_t kAccessKeyIdBytes = 16;

std::string NewAccessKeyId() {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id = "LBAK";
  for (size_t i = 0; i < kAccessKeyIdBytes; ++i) id += kDigits[SystemRandom().Below(kDigits.size())];
  return id;
}

Status NoSuchPrincipal(std::string_view id) {
  return Status::NotFound("principal '{}' does not exist", id);
}

Result<Principal> ParsePrincipalRequest(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  Principal principal;
  LIFEBOAT_ASSIGN_OR_RETURN(principal.id, reader.Get<std::string>("id"));
  LIFEBOAT_RETURN_IF_ERROR(access::ValidateAccessId("principal", principal.id));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string kind, reader.GetOr<std::string>("kind", "client"));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.kind, access::ParsePrincipalKind(kind));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.description, reader.GetOr<std::string>("description", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.subject, reader.GetOr<std::string>("subject", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.access_key_id, reader.GetOr<std::string>("access-key-id", ""));
  if ((principal.kind == PrincipalKind::kExternal) != !principal.subject.empty()) {
    return Status::InvalidArgument("subject: a principal of kind external needs one, others have none");
  }
  if (principal.kind == PrincipalKind::kAccessKey && principal.access_key_id.empty()) {
    principal.access_key_id = NewAccessKeyId();
  }
  if (principal.kind != PrincipalKind::kAccessKey && !principal.access_key_id.empty()) {
    return Status::InvalidArgument("access-key-id: only a principal of kind access-key has one");
  }
  if (principal.id == access::kCatalogService || service.tokens().IsConfiguredClient(principal.id) ||
      service.tokens().IsConfiguredClient(principal.access_key_id)) {
    return Status::AlreadyExists("'{}' is taken by the server itself; choose another id", principal.id);
  }
  principal.created_micros = service.clock().NowMicros();
  return principal;
}

Result<PrincipalSecret> KeepSecret(CatalogService& service, PrincipalKind kind, std::string_view secret) {
  if (kind == PrincipalKind::kClient) return PrincipalSecret::Hash(secret, SystemRandom());
  return PrincipalSecret::Seal(secret, service.options().secret_key, SystemRandom());
}

// The one time that a secret is shown.
void ShowSecret(const Principal& principal, const std::string& secret, boost::json::object* object) {
  if (principal.kind == PrincipalKind::kClient) {
    (*object)["client-id"] = principal.id;
    (*object)["client-secret"] = secret;
  } else {
    (*object)["access-key-id"] = principal.access_key_id;
    (*object)["secret-access-key"] = secret;
  }
}

}  // namespace

Result<net::HttpResponse> ListPrincipals(CatalogService& service, const RestRequest&) {
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  boost::json::array principals;
  for (const Principal& principal : service.policy().Current()->model().principals) {
    principals.push_back(DescribePrincipal(principal));
  }
  return JsonResponse(boost::json::object{{"principals", std::move(principals)}});
}

Result<net::HttpResponse> CreatePrincipal(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Principal principal, ParsePrincipalRequest(service, request));
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  const auto policy = service.policy().Current();
  if (!principal.subject.empty() && policy->FindExternalPrincipal(principal.subject) != nullptr) {
    return Status::AlreadyExists("there is a principal of subject '{}' already", principal.subject);
  }
  if (!principal.access_key_id.empty() && policy->FindAccessKey(principal.access_key_id) != nullptr) {
    return Status::AlreadyExists("there is a principal of access key '{}' already", principal.access_key_id);
  }
  boost::json::object answer{{"principal", DescribePrincipal(principal)}};
  std::vector<Change> changes{PutChange(access::ToRecord(principal), 0)};
  if (principal.kind != PrincipalKind::kExternal) {
    const std::string secret = PrincipalSecret::Generate(SystemRandom());
    LIFEBOAT_ASSIGN_OR_RETURN(const PrincipalSecret kept, KeepSecret(service, principal.kind, secret));
    changes.push_back(PutChange(access::ToRecord(principal.id, kept), {}));
    ShowSecret(principal, secret, &answer);
  }
  const Status applied = ApplyAccessChanges(service, std::move(changes));
  if (applied.code() == StatusCode::kConflict) {
    return Status::AlreadyExists("principal '{}' exists already", principal.id);
  }
  LIFEBOAT_RETURN_IF_ERROR(applied);
  return JsonResponse(answer);
}

Result<net::HttpResponse> UpdatePrincipal(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto disabled, reader.GetOptional<bool>("disabled"));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto description, reader.GetOptional<std::string>("description"));
  boost::json::object answer;
  LIFEBOAT_RETURN_IF_ERROR(
      EditAccessPolicy(service, [&](const Policy& policy) -> Result<std::vector<Change>> {
        const Principal* known = policy.FindPrincipal(request.id);
        if (known == nullptr) return NoSuchPrincipal(request.id);
        Principal principal = *known;
        principal.disabled = disabled.value_or(principal.disabled);
        principal.description = description.value_or(principal.description);
        answer = DescribePrincipal(principal);
        return std::vector<Change>{PutChange(access::ToRecord(principal), {})};
      }));
  return JsonResponse(answer);
}

Result<net::HttpResponse> DropPrincipal(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(
      EditAccessPolicy(service, [&](const Policy& policy) -> Result<std::vector<Change>> {
        if (policy.FindPrincipal(request.id) == nullptr) return NoSuchPrincipal(request.id);
        std::vector<Change> changes = ForgetGrantee(policy, {Grantee::Kind::kPrincipal, request.id});
        changes.push_back(DeleteRecordChange{access::PrincipalKey(request.id), {}});
        if (policy.FindSecret(request.id) != nullptr)
          changes.push_back(DeleteRecordChange{access::SecretKey(request.id), {}});
        return changes;
      }));
  return NoContent();
}

Result<net::HttpResponse> RotatePrincipalSecret(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
  const auto policy = service.policy().Current();
  const Principal* principal = policy->FindPrincipal(request.id);
  if (principal == nullptr) return NoSuchPrincipal(request.id);
  if (principal->kind == PrincipalKind::kExternal) {
    return Status::InvalidArgument("principal '{}' has no secret here: its tokens come from its issuer",
                                   request.id);
  }
  const std::string secret = PrincipalSecret::Generate(SystemRandom());
  LIFEBOAT_ASSIGN_OR_RETURN(const PrincipalSecret kept, KeepSecret(service, principal->kind, secret));
  LIFEBOAT_RETURN_IF_ERROR(ApplyAccessChanges(service, {PutChange(access::ToRecord(request.id, kept), {})}));
  boost::json::object answer{{"principal", DescribePrincipal(*principal)}};
  ShowSecret(*principal, secret, &answer);
  return JsonResponse(answer);
}

}  // namespace lifeboat::catalog
