#include "lifeboat/deployment/settings.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/encoding.h"
#include "lifeboat/deployment/private_file.h"
#include "storage/local_storage.h"

namespace lifeboat::app {
namespace {

std::string SettingsPath(const std::string& dir) {
  return dir + "/deployment.json";
}

std::string Secret(Random& random, size_t bytes) {
  std::string secret(bytes, '\0');
  random.Fill({reinterpret_cast<uint8_t*>(secret.data()), secret.size()});
  return secret;
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

Settings MakeSettings(int port_base, Random& random) {
  Settings settings;
  settings.port_base = port_base;
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
