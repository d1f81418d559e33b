#include "lifeboat/deployment/endpoints.h"

#include <strings.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "lifeboat/deployment/private_file.h"

namespace lifeboat::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

// Reads members of a file that Lifeboat wrote; what is missing or of another type is remembered as an error.
class Reader {
 public:
  Reader(const std::string& path, Status& status) : path_(path), status_(status) {}

  const object& Object(const object& from, std::string_view key) {
    static const object kEmpty;
    const value* at = from.if_contains(key);
    return at != nullptr && at->is_object() ? at->get_object() : (Missing(key), kEmpty);
  }
  const array& Array(const object& from, std::string_view key) {
    static const array kEmpty;
    const value* at = from.if_contains(key);
    return at != nullptr && at->is_array() ? at->get_array() : (Missing(key), kEmpty);
  }
  std::string String(const object& from, std::string_view key) {
    const value* at = from.if_contains(key);
    return at != nullptr && at->is_string() ? std::string(at->get_string()) : (Missing(key), "");
  }
  int64_t Integer(const object& from, std::string_view key, int64_t limit) {
    const value* at = from.if_contains(key);
    if (at != nullptr && at->is_int64() && at->get_int64() >= 0 && at->get_int64() <= limit)
      return at->get_int64();
    Missing(key);
    return 0;
  }
  uint16_t Port(const object& from) { return static_cast<uint16_t>(Integer(from, "port", 65'535)); }

 private:
  void Missing(std::string_view key) {
    if (status_.ok()) {
      status_ = Status::Corruption(
          "'{}' has no valid '{}'; run lifeboat down and lifeboat up to write it anew", path_, key);
    }
  }
  const std::string& path_;
  Status& status_;
};

object ToJson(const CatalogEndpoint& catalog) {
  return {{"site", catalog.site},
          {"uri", catalog.uri},
          {"warehouse", catalog.warehouse},
          {"client_id", catalog.client_id},
          {"client_secret", catalog.client_secret}};
}

object ToJson(const AccountEndpoint& account) {
  return {{"site", account.site},       {"organization", account.organization},
          {"account", account.account}, {"protocol", account.protocol},
          {"host", account.host},       {"port", account.port},
          {"user", account.user},       {"password", account.password},
          {"role", account.role}};
}

object ToJson(const ConnectionEndpoint& connection) {
  return {{"name", connection.name},
          {"account", connection.account},
          {"protocol", connection.protocol},
          {"host", connection.host},
          {"port", connection.port}};
}

}  // namespace

const AccountEndpoint* Endpoints::FindAccount(std::string_view site) const {
  for (const AccountEndpoint& account : accounts) {
    if (account.site.size() == site.size() &&
        strncasecmp(account.site.data(), site.data(), site.size()) == 0) {
      return &account;
    }
  }
  return nullptr;
}

std::string EndpointsPath(const std::string& dir) {
  return dir + "/endpoints.json";
}

Status WriteEndpoints(const std::string& dir, const Endpoints& endpoints) {
  array catalogs, accounts, processes;
  for (const CatalogEndpoint& catalog : endpoints.catalogs) catalogs.push_back(ToJson(catalog));
  for (const AccountEndpoint& account : endpoints.accounts) accounts.push_back(ToJson(account));
  for (const ProcessEndpoint& process : endpoints.processes) {
    processes.push_back(object{{"name", process.name}, {"pid", process.pid}, {"log", process.log}});
  }
  const object root{{"catalogs", std::move(catalogs)},
                    {"accounts", std::move(accounts)},
                    {"connection", ToJson(endpoints.connection)},
                    {"gateway", object{{"catalog_uri", endpoints.gateway_catalog_uri}}},
                    {"processes", std::move(processes)}};
  return WritePrivateFile(EndpointsPath(dir), PrettyJson(root));
}

Result<Endpoints> ReadEndpoints(const std::string& dir) {
  const std::string path = EndpointsPath(dir);
  Result<value> file = ReadJsonFile(path);
  if (file.status().code() == StatusCode::kNotFound) {
    return Status::NotFound("no deployment is up in '{}'; start one with lifeboat up --dir {}", dir, dir);
  }
  LIFEBOAT_RETURN_IF_ERROR(file.status());
  if (!file->is_object()) return Status::Corruption("'{}' is not a JSON object", path);
  const object& root = file->get_object();
  Status status;
  Reader reader(path, status);
  Endpoints endpoints;
  for (const value& item : reader.Array(root, "catalogs")) {
    const object& from = item.is_object() ? item.get_object() : object();
    endpoints.catalogs.push_back({reader.String(from, "site"), reader.String(from, "uri"),
                                  reader.String(from, "warehouse"), reader.String(from, "client_id"),
                                  reader.String(from, "client_secret")});
  }
  for (const value& item : reader.Array(root, "accounts")) {
    const object& from = item.is_object() ? item.get_object() : object();
    endpoints.accounts.push_back({reader.String(from, "site"), reader.String(from, "organization"),
                                  reader.String(from, "account"), reader.String(from, "protocol"),
                                  reader.String(from, "host"), reader.Port(from), reader.String(from, "user"),
                                  reader.String(from, "password"), reader.String(from, "role")});
  }
  const object& connection = reader.Object(root, "connection");
  endpoints.connection = {reader.String(connection, "name"), reader.String(connection, "account"),
                          reader.String(connection, "protocol"), reader.String(connection, "host"),
                          reader.Port(connection)};
  endpoints.gateway_catalog_uri = reader.String(reader.Object(root, "gateway"), "catalog_uri");
  for (const value& item : reader.Array(root, "processes")) {
    const object& from = item.is_object() ? item.get_object() : object();
    endpoints.processes.push_back(
        {reader.String(from, "name"), reader.Integer(from, "pid", INT32_MAX), reader.String(from, "log")});
  }
  LIFEBOAT_RETURN_IF_ERROR(status);
  return endpoints;
}

}  // namespace lifeboat::app
