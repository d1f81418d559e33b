// Endpoints: how to reach the parts of a deployment; endpoints.json is the contract for scripts and tests.
//
//   {"catalogs":   [{"site", "uri", "warehouse", "client_id", "client_secret"}],
//    "accounts":   [{"site", "organization", "account", "protocol", "host", "port", "user", "password",
//    "role"}], "connection": {"name", "account", "protocol", "host", "port"}, "gateway":    {"catalog_uri"},
//    "processes":  [{"name", "pid", "log"}]}
//
// Fields may be added, none removed.
#ifndef LIFEBOAT_DEPLOYMENT_ENDPOINTS_H_
#define LIFEBOAT_DEPLOYMENT_ENDPOINTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace lifeboat::app {

struct CatalogEndpoint {
  std::string site, uri, warehouse, client_id, client_secret;
};

struct AccountEndpoint {
  std::string site, organization, account, protocol, host;
  uint16_t port = 0;
  std::string user, password, role;
};

struct ConnectionEndpoint {
  std::string name;     // "LIFEBOAT_DEMO"
  std::string account;  // "LIFEBOAT-LIFEBOAT_DEMO"
  std::string protocol, host;
  uint16_t port = 0;
};

struct ProcessEndpoint {
  std::string name;
  int64_t pid = 0;
  std::string log;
};

struct Endpoints {
  std::vector<CatalogEndpoint> catalogs;
  std::vector<AccountEndpoint> accounts;
  ConnectionEndpoint connection;
  std::string gateway_catalog_uri;
  std::vector<ProcessEndpoint> processes;

  // By site, in any case; null when there is none.
  const AccountEndpoint* FindAccount(std::string_view site) const;
};

std::string EndpointsPath(const std::string& dir);
Status WriteEndpoints(const std::string& dir, const Endpoints& endpoints);
// kNotFound, naming `lifeboat up`, when the deployment is not up.
Result<Endpoints> ReadEndpoints(const std::string& dir);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEPLOYMENT_ENDPOINTS_H_
