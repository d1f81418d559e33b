// Changing the access policy: what the operations below /lifeboat/v1/access share.
#ifndef LIFEBOAT_CATALOG_SERVER_ACCESS_RECORDS_H_
#define LIFEBOAT_CATALOG_SERVER_ACCESS_RECORDS_H_

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/access/policy_records.h"
#include "catalog/server/catalog_service.h"
#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Change PutChange(const access::PolicyRecord& record, std::optional<uint64_t> expected_version);

// Writes the changes, which hold for this server once it returns.
Status ApplyAccessChanges(CatalogService& service, std::vector<Change> changes);

// Replaces the document under `key` by what `edit` makes of it (null: there is none; it returns none to
// delete it), again and again until nobody got in between.
using EditRecord =
    std::function<Result<std::optional<access::PolicyRecord>>(const boost::json::value* document)>;
Status EditAccessRecord(CatalogService& service, const std::string& key, const EditRecord& edit);

// Writes what `changes_of` makes of the newest policy, again and again until nobody got in between.
using ChangesOfPolicy = std::function<Result<std::vector<Change>>(const access::Policy& policy)>;
Status EditAccessPolicy(CatalogService& service, const ChangesOfPolicy& changes_of);

// Deletes everything that names the principal or role, so that a later one of the same id starts with
// nothing.
std::vector<Change> ForgetGrantee(const access::Policy& policy, const access::Grantee& grantee);

// As clients see them; {"id":"eva","kind":"client","created":"2026-…"}.
boost::json::object DescribePrincipal(const access::Principal& principal);
boost::json::object DescribeGrant(const access::Grant& grant);

net::HttpResponse JsonResponse(const boost::json::value& value);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_ACCESS_RECORDS_H_
