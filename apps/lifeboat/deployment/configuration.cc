#include "lifeboat/deployment/configuration.h"

#include <fmt/format.h>

#include <string_view>

#include "storage/local_storage.h"

namespace lifeboat::app {
namespace {

constexpr std::string_view kHeading = "# Written by `lifeboat up` anew at each start.\n";

std::string Uri(uint16_t port) {
  return fmt::format("http://{}:{}", kHost, port);
}

// The table that says how a part reaches a lake in S3; nothing for one on disk.
std::string S3Table(std::string_view part, const std::string& dir, const Settings& settings) {
  const LakeInS3& lake = settings.lake;
  if (lake.location.empty()) return "";
  return fmt::format("\n[{}.s3]\nendpoint = {}\nregion = {}\ncredentials_file = {}\n", part,
                     TomlString(lake.endpoint), TomlString(lake.region), TomlString(S3CredentialsPath(dir)));
}

std::string VendingTable(const Settings& settings) {
  if (settings.lake.location.empty()) return "";
  return fmt::format("\n[catalog.vending]\nrole_arn = {}\n", TomlString(settings.lake.role_arn));
}

}  // namespace

std::string TomlString(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

std::string CatalogConfiguration(const std::string& dir, const Settings& settings) {
  return fmt::format(
      "{}[catalog]\nhost = {}\nport = {}\nstore = {}\nwarehouse = {}\nlocation = {}\n"
      "secret_key_file = {}\naudit_log = {}\n\n"
      "[[catalog.clients]]\nid = {}\nsecret = {}\n{}{}",
      kHeading, TomlString(kHost), settings.Port(kCatalogPort), TomlString(dir + "/catalog/catalog.db"),
      TomlString(kWarehouse), TomlString(WarehouseLocation(dir, settings)),
      TomlString(CatalogSecretKeyPath(dir)), TomlString(AuditLogPath(dir)), TomlString(kCatalogClientId),
      TomlString(settings.catalog_client_secret), S3Table("catalog", dir, settings), VendingTable(settings));
}

std::string AccountConfiguration(const std::string& account, const std::string& dir, const std::string& state,
                                 uint16_t port, const Settings& settings) {
  return fmt::format(
      "{}[account]\nhost = {}\nport = {}\norganization = {}\nname = {}\ndir = {}\nconnections = [{}]\n"
      "token_key = {}\nadmin_user = {}\nadmin_password = {}\n{}",
      kHeading, TomlString(kHost), port, TomlString(kOrganization), TomlString(account), TomlString(state),
      TomlString(kConnectionName), TomlString(settings.connection_token_key), TomlString(kAdminUser),
      TomlString(settings.admin_password), S3Table("account", dir, settings));
}

std::string GatewayConfiguration(const std::string& dir, const Settings& settings) {
  std::string text = fmt::format("{}[gateway]\nhost = {}\nport = {}\nconnection = {}\nstate = {}\n", kHeading,
                                 TomlString(kHost), settings.Port(kGatewayPort), TomlString(kConnectionName),
                                 TomlString(storage::FileLocation(dir + "/gateway/connection.json")));
  text += fmt::format("catalog_port = {}\ncatalogs = [{}]\n", settings.Port(kGatewayCatalogPort),
                      TomlString(Uri(settings.Port(kCatalogPort))));
  for (const auto& [account, port] :
       {std::pair{"PRIMARY", kPrimaryPort}, std::pair{"SECONDARY", kSecondaryPort}}) {
    text += fmt::format("\n[[gateway.members]]\norganization = {}\naccount = {}\nuri = {}\n",
                        TomlString(kOrganization), TomlString(account), TomlString(Uri(settings.Port(port))));
  }
  return text;
}

}  // namespace lifeboat::app
