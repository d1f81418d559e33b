#include "lifeboat/deployment/settings.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/encoding.h"
#include "lifeboat/deployment/private_file.h"
#include "storage/local_storage.h"

namespace lifeboat::app {
namespace {

// Below the range Linux takes outgoing ports from, so that a deployment that is down keeps its ports.
constexpr int kLowestPort = 20'000;
constexpr int kHighestPort = 32'000;
constexpr int kAttempts = 200;

std::string SettingsPath(const std::string& dir) {
  return dir + "/deployment.json";
}

std::string Secret(Random& random, size_t bytes) {
  std::string secret(bytes, '\0');
  random.Fill({reinterpret_cast<uint8_t*>(secret.data()), secret.size()});
  return secret;
}

Result<int> FreePortBase(Random& random) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const int base = kLowestPort + static_cast<int>(random.Below(kHighestPort - kLowestPort - kPortCount));
    int offset = 0;
    while (offset < kPortCount && PortIsFree(static_cast<uint16_t>(base + offset))) ++offset;
    if (offset == kPortCount) return base;
  }
  return Status::ResourceExhausted(
      "found no {} free ports in a row between {} and {}; name them with --port-base",
      static_cast<int>(kPortCount), kLowestPort, kHighestPort);
}

Result<LakeInS3> ParseLake(const boost::json::value& value, const std::string& path) {
  LakeInS3 lake;
  const boost::json::object* object = value.if_object();
  for (const auto& [key, target] :
       {std::pair{"location", &lake.location}, std::pair{"endpoint", &lake.endpoint},
        std::pair{"region", &lake.region}, std::pair{"role_arn", &lake.role_arn}}) {
    const boost::json::value* at = object != nullptr ? object->if_contains(key) : nullptr;
    if (at == nullptr || !at->is_string())
      return Status::Corruption("'{}' has no valid 'lake.{}'", path, key);
    *target = std::string(at->get_string());
  }
  return lake;
}

}  // namespace

bool PortIsFree(uint16_t port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return false;
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, kHost, &address.sin_addr);
  const bool free = bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                    listen(listener, 1) == 0;
  close(listener);
  return free;
}

Result<Settings> MakeSettings(std::optional<int> port_base, Random& random) {
  Settings settings;
  if (port_base.has_value()) {
    settings.port_base = *port_base;
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(settings.port_base, FreePortBase(random));
  }
  settings.admin_password = Base64UrlEncode(Secret(random, 15));
  settings.catalog_client_secret = Base64UrlEncode(Secret(random, 24));
  settings.connection_token_key = Base64Encode(Secret(random, 32));
  return settings;
}

std::string S3CredentialsPath(const std::string& dir) {
  return dir + "/s3.credentials";
}

std::string CatalogSecretKeyPath(const std::string& dir) {
  return dir + "/catalog.key";
}

std::string AuditLogPath(const std::string& dir) {
  return dir + "/catalog/audit.jsonl";
}

std::string WarehouseLocation(const std::string& dir, const Settings& settings) {
  return settings.lake.location.empty() ? storage::FileLocation(dir + "/lake") : settings.lake.location;
}

Status WriteSettings(const std::string& dir, const Settings& settings) {
  boost::json::object root{{"port_base", settings.port_base},
                           {"admin_password", settings.admin_password},
                           {"catalog_client_secret", settings.catalog_client_secret},
                           {"connection_token_key", settings.connection_token_key}};
  if (const LakeInS3& lake = settings.lake; !lake.location.empty()) {
    root["lake"] = boost::json::object{{"location", lake.location},
                                       {"endpoint", lake.endpoint},
                                       {"region", lake.region},
                                       {"role_arn", lake.role_arn}};
  }
  return WritePrivateFile(SettingsPath(dir), PrettyJson(root));
}

Result<Settings> ReadSettings(const std::string& dir) {
  const std::string path = SettingsPath(dir);
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value file, ReadJsonFile(path));
  Settings settings;
  const boost::json::object* root = file.if_object();
  const boost::json::value* port = root != nullptr ? root->if_contains("port_base") : nullptr;
  if (port == nullptr || !port->is_int64()) return Status::Corruption("'{}' has no valid 'port_base'", path);
  settings.port_base = static_cast<int>(port->get_int64());
  for (const auto& [key, target] : {std::pair{"admin_password", &settings.admin_password},
                                    std::pair{"catalog_client_secret", &settings.catalog_client_secret},
                                    std::pair{"connection_token_key", &settings.connection_token_key}}) {
    const boost::json::value* at = root->if_contains(key);
    if (at == nullptr || !at->is_string()) return Status::Corruption("'{}' has no valid '{}'", path, key);
    *target = std::string(at->get_string());
  }
  if (const boost::json::value* lake = root->if_contains("lake")) {
    LIFEBOAT_ASSIGN_OR_RETURN(settings.lake, ParseLake(*lake, path));
  }
  return settings;
}

}  // namespace lifeboat::app
