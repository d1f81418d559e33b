// Settings: what `lifeboat up` decided when it first made a deployment — ports and secrets — kept in
// DIR/deployment.json so that they are the same after down and up.
//
//   DIR/deployment.json  endpoints.json                 (both readable by their owner alone)
//   DIR/run/<process>.toml .pid .log                    one each for catalog, account-primary,
//   account-secondary, gateway DIR/catalog/  DIR/account-primary/  DIR/account-secondary/  DIR/gateway/ their
//   state DIR/lake/                                           the warehouse location
#ifndef LIFEBOAT_DEPLOYMENT_SETTINGS_H_
#define LIFEBOAT_DEPLOYMENT_SETTINGS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "base/random.h"
#include "base/result.h"

namespace lifeboat::app {

inline constexpr char kOrganization[] = "LIFEBOAT";
inline constexpr char kConnectionName[] = "LIFEBOAT_DEMO";
inline constexpr char kWarehouse[] = "lake";
inline constexpr char kAdminUser[] = "ADMIN";
inline constexpr char kCatalogClientId[] = "lifeboat";
inline constexpr char kHost[] = "127.0.0.1";

// Offsets from the port base.
enum PortOffset : int {
  kGatewayPort,
  kGatewayCatalogPort,
  kCatalogPort,
  kPrimaryPort,
  kSecondaryPort,
  kPortCount
};

struct Settings {
  int port_base = 0;
  std::string admin_password;
  std::string catalog_client_secret;
  std::string connection_token_key;  // base64; shared by the accounts

  uint16_t Port(PortOffset offset) const { return static_cast<uint16_t>(port_base + offset); }
};

// Reads DIR/deployment.json; kNotFound when there is none.
Result<Settings> ReadSettings(const std::string& dir);
Status WriteSettings(const std::string& dir, const Settings& settings);
// New secrets and, without `port_base`, kPortCount free ports in a row.
Result<Settings> MakeSettings(std::optional<int> port_base, Random& random);

// Whether a server could listen on 127.0.0.1:`port` now.
bool PortIsFree(uint16_t port);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEPLOYMENT_SETTINGS_H_
