// Settings: what `lifeboat up` decided when it first made a deployment — ports and secrets — kept in
// DIR/deployment.json so that they are the same after down and up.
//
//   DIR/deployment.json  endpoints.json  catalog.key    (readable by their owner alone)
//   DIR/run/<process>.toml .pid .log                    one each for catalog, account-primary,
//   account-secondary, gateway DIR/catalog/  DIR/account-primary/  DIR/account-secondary/  DIR/gateway/ their
//   state DIR/lake/                                           the warehouse location
#ifndef LIFEBOAT_DEPLOYMENT_SETTINGS_H_
#define LIFEBOAT_DEPLOYMENT_SETTINGS_H_

#include <cstdint>
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

// Where a lake that is not below the deployment's folder is: an S3 store.
struct LakeInS3 {
  std::string location;  // "s3://bucket/prefix"; empty: the lake is in DIR/lake
  std::string endpoint;  // empty: Amazon's of the region
  std::string region = "us-east-1";
  std::string role_arn;  // assumed to lend clients credentials; empty: their requests are signed instead

  bool operator==(const LakeInS3&) const = default;
};

struct Settings {
  int port_base = 0;
  LakeInS3 lake;
  std::string admin_password;
  std::string catalog_client_secret;
  std::string connection_token_key;  // base64; shared by the accounts

  uint16_t Port(PortOffset offset) const { return static_cast<uint16_t>(port_base + offset); }
};

std::string S3CredentialsPath(const std::string& dir);
// The key that seals the secrets of access keys: 32 bytes in base64.
std::string CatalogSecretKeyPath(const std::string& dir);
// One line for each decision about access to the catalog.
std::string AuditLogPath(const std::string& dir);
// "file:///…/lake" or the location in S3.
std::string WarehouseLocation(const std::string& dir, const Settings& settings);

// Reads DIR/deployment.json; kNotFound when there is none.
Result<Settings> ReadSettings(const std::string& dir);
Status WriteSettings(const std::string& dir, const Settings& settings);
// New secrets.
Settings MakeSettings(int port_base, Random& random);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEPLOYMENT_SETTINGS_H_
