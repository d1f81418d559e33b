#include "catalog/access/access_errors.h"
#include "catalog/server/operations.h"
#include "catalog/server/storage_grant.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> LoadCredentials(CatalogService& service, const RestRequest& request) {
  access::CredentialVendor* vendor = service.options().lending.vendor;
  if (vendor == nullptr) return access::VendingNotEnabled(service.options().warehouse);
  LIFEBOAT_ASSIGN_OR_RETURN(const access::CredentialScope scope, ScopeOfRequest(service, request));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto lent, vendor->Lend(scope, request.principal));
  net::HttpResponse response = net::HttpResponse::Json(
      200, fmt::format(R"({{"storage-credentials":{}}})", StorageCredentialsJson(scope, *lent)));
  response.headers.Set("Cache-Control", "no-store");
  return response;
}

}  // namespace lifeboat::catalog
