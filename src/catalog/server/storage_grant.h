// StorageGrant: what a table's answer says about reaching the table's files, for clients that ask for it with
// X-Iceberg-Access-Delegation: temporary credentials, or an endpoint that signs their requests.
//
// An answer with credentials has an ETag of its own that changes with them. A 304 thus says that the client
// holds the very credentials it would be given now, which have as much life left as a full answer's. No
// answer with a grant is kept: not in caches on the way, and not as the answer of an idempotent request,
// whose repetition is given fresh ones.
//
// Source: Iceberg REST specification, "X-Iceberg-Access-Delegation", "StorageCredential",
// "RemoteSignRequest".
#ifndef LIFEBOAT_CATALOG_SERVER_STORAGE_GRANT_H_
#define LIFEBOAT_CATALOG_SERVER_STORAGE_GRANT_H_

#include <optional>
#include <string>

#include "base/result.h"
#include "catalog/access/credential_scope.h"
#include "catalog/access/credential_vendor.h"
#include "catalog/server/operations.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {

struct StorageGrant {
  std::string members;      // of a LoadTableResult: "config" and "storage-credentials"
  std::string credentials;  // the value of "storage-credentials"; empty when requests are to be signed
  std::string fingerprint;  // differs from that of any other grant
};

// The request asks for one and this catalog gives some. Costs nothing where no lending is configured.
bool AsksForStorage(CatalogService& service, const RestRequest& request);

// Where the table's files may be reached and how, for the caller: with `insert` files may be added, with
// `delete` besides also removed; else they are read.
// kPermissionDenied when the caller may not, kFailedPrecondition when nothing of the table lies in storage
// that this catalog lends, kInvalidArgument when another table has files in the same folders. A table that is
// being made (staged) is its maker's before anything can be granted on it.
enum class TableState { kExists, kBeingMade };
Result<access::CredentialScope> ScopeOf(CatalogService& service, const RestRequest& request,
                                        const TableIdentifier& identifier,
                                        const iceberg::TableMetadata& metadata,
                                        TableState state = TableState::kExists);

// The same for the table that the path of a request names. One that does not exist yet is the caller's who
// has staged it and says so by the text in the query (staged_table.h). kNotFound for a table that is neither.
Result<access::CredentialScope> ScopeOfRequest(CatalogService& service, const RestRequest& request);

// For a request that AsksForStorage. Nothing when the table's files are elsewhere, or when the caller may
// describe the table but not select from it; errors are ScopeOf's other refusals and
// CredentialVendor::Lend's. Waits for STS if need be.
Result<std::optional<StorageGrant>> GrantStorage(CatalogService& service, const RestRequest& request,
                                                 const TableIdentifier& identifier,
                                                 const iceberg::TableMetadata& metadata,
                                                 TableState state = TableState::kExists);

// The same as far as nothing needs to be waited for; nothing otherwise, and when there is nothing to grant.
std::optional<StorageGrant> GrantStorageFromMemory(CatalogService& service, const RestRequest& request,
                                                   const TableIdentifier& identifier,
                                                   const iceberg::TableMetadata& metadata);

// The ETag of the answer with the grant: "5-all" → "5-all-0123456789abcdef".
std::string ETagWithGrant(const std::string& etag, const StorageGrant& grant);
// Adds the grant to an answer made by TableResponse, and `etag` in place of its own.
void AddGrant(const StorageGrant& grant, const std::string& etag, net::HttpResponse* response);
// The answer to a request that made a table (create, register). What is made stays made, so a grant that
// cannot be given is left out.
void AddGrantToNewTable(CatalogService& service, const RestRequest& request, net::HttpResponse* response);

// The answer to a request that planned a scan, or fetched one: credentials to read its files with, where they
// are asked for; or the refusal that loadTable would answer. Plans that are still being made stay as they
// are.
void AddGrantToPlan(CatalogService& service, const RestRequest& request, net::HttpResponse* response);

// [{"prefix":…,"config":{…}}]
std::string StorageCredentialsJson(const access::CredentialScope& scope, const access::LentCredentials& lent);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_STORAGE_GRANT_H_
