#include "catalog/server/access_records.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "catalog/server/commit_attempts.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {}  // namespace

Change PutChange(const access::PolicyRecord& record, std::optional<uint64_t> expected_version) {
  return PutRecordChange{record.key, boost::json::serialize(record.value), expected_version, record.secret};
}

Status ApplyAccessChanges(CatalogService& service, std::vector<Change> changes) {
  if (changes.empty()) return Status::Ok();
  static const std::optional<IdempotentRequest> kNoKey;
  return service.Apply(std::move(changes), {kNoKey}).status();
}

Status EditAccessRecord(CatalogService& service, const std::string& key, const EditRecord& edit) {
  Status status;
  for (CommitAttempts attempts; attempts.Next();) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<StoreRecord> records, service.store().ListRecords(key));
    const auto found = std::find_if(records.begin(), records.end(),
                                    [&](const StoreRecord& record) { return record.key == key; });
    const bool exists = found != records.end();
    boost::json::value document;
    if (exists) {
      LIFEBOAT_ASSIGN_OR_RETURN(document, iceberg::ParseJson(found->value, key));
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const auto edited, edit(exists ? &document : nullptr));
    if (!edited && !exists) return Status::Ok();
    const uint64_t version = exists ? found->version : 0;
    std::vector<Change> changes;
    edited ? changes.push_back(PutChange(*edited, version))
           : changes.push_back(DeleteRecordChange{key, version});
    status = ApplyAccessChanges(service, std::move(changes));
    const bool outrun =
        status.code() == StatusCode::kConflict || (exists && status.code() == StatusCode::kNotFound);
    if (!outrun) return status;
  }
  return status;
}

Status EditAccessPolicy(CatalogService& service, const ChangesOfPolicy& changes_of) {
  Status status;
  for (CommitAttempts attempts; attempts.Next();) {
    LIFEBOAT_RETURN_IF_ERROR(service.policy().Refresh());
    LIFEBOAT_ASSIGN_OR_RETURN(std::vector<Change> changes, changes_of(*service.policy().Current()));
    status = ApplyAccessChanges(service, std::move(changes));
    if (status.code() != StatusCode::kConflict && status.code() != StatusCode::kNotFound) return status;
  }
  return status;
}

std::vector<Change> ForgetGrantee(const access::Policy& policy, const access::Grantee& grantee) {
  std::vector<Change> changes;
  const access::PolicyModel& model = policy.model();
  for (const access::Membership& membership : model.memberships) {
    const bool is_role = grantee.kind == access::Grantee::Kind::kRole && membership.role == grantee.id;
    if (membership.member == grantee || is_role) {
      changes.push_back(DeleteRecordChange{access::MembershipKey(membership), {}});
    }
  }
  for (const access::Grant& grant : model.grants) {
    if (grant.grantee == grantee)
      changes.push_back(DeleteRecordChange{access::GrantKey(grant.grantee, grant.object), {}});
  }
  for (const access::TrustEntry& entry : model.trust) {
    if (entry.principal == grantee.id)
      changes.push_back(DeleteRecordChange{access::TrustKey(entry.principal), {}});
  }
  access::Settings settings = model.settings;
  if (std::erase(settings.external_allow_list, grantee.id) > 0) {
    changes.push_back(PutChange(access::ToRecord(settings), {}));
  }
  return changes;
}

boost::json::object DescribePrincipal(const access::Principal& principal) {
  boost::json::object object{{"id", principal.id}, {"kind", access::PrincipalKindName(principal.kind)}};
  if (!principal.description.empty()) object["description"] = principal.description;
  if (!principal.subject.empty()) object["subject"] = principal.subject;
  if (!principal.access_key_id.empty()) object["access-key-id"] = principal.access_key_id;
  object["disabled"] = principal.disabled;
  object["created"] = FormatUtc(principal.created_micros);
  return object;
}

boost::json::object DescribeGrant(const access::Grant& grant) {
  boost::json::array privileges;
  for (const std::string& name : grant.privileges.Names()) privileges.emplace_back(name);
  boost::json::array option;
  for (const std::string& name : grant.grant_option.Names()) option.emplace_back(name);
  return {{"grantee", access::ToJson(grant.grantee)},
          {"object", access::ToJson(grant.object)},
          {"privileges", std::move(privileges)},
          {"grant-option", std::move(option)}};
}

net::HttpResponse JsonResponse(const boost::json::value& value) {
  net::HttpResponse response = net::HttpResponse::Json(200, boost::json::serialize(value));
  response.headers.Set("Cache-Control", "no-store");
  return response;
}

}  // namespace lifeboat::catalog
