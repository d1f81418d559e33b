#include "lifeboat/doctor/catalog_checks.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/encoding.h"
#include "base/uuid.h"
#include "catalog/access/policy_records.h"
#include "iceberg/model/json.h"
#include "lifeboat/access/access_client.h"
#include "lifeboat/doctor/access_checks.h"
#include "lifeboat/server/catalog_clients.h"
#include "net/http_client.h"

namespace lifeboat::app {
namespace {

namespace access = catalog::access;

constexpr int64_t kClockSkewSecondsMax = 60;
constexpr size_t kTablesMax = 1000;  // whose locations are looked at

// When the catalog thinks it is, from a token it has just issued; nothing when the token does not say.
std::optional<int64_t> IssuedAtSeconds(const std::string& token) {
  const size_t first = token.find('.');
  const size_t second = token.rfind('.');
  if (first == std::string::npos || second == first) return std::nullopt;
  const Result<std::string> text = Base64Decode(token.substr(first + 1, second - first - 1));
  if (!text.ok()) return std::nullopt;
  const Result<boost::json::value> claims = iceberg::ParseJson(*text);
  if (!claims.ok() || !claims->is_object()) return std::nullopt;
  const boost::json::value* issued = claims->get_object().if_contains("iat");
  return issued != nullptr && issued->is_int64() ? std::optional(issued->get_int64()) : std::nullopt;
}

void CheckClock(const std::string& name, const std::string& token, const Clock& clock, Findings* findings) {
  const std::optional<int64_t> issued = IssuedAtSeconds(token);
  if (!issued) return AddSkipped(findings, name + "clock", "the token does not say when it was issued");
  const int64_t skew = *issued - clock.NowMicros() / 1'000'000;
  if (std::llabs(skew) <= kClockSkewSecondsMax) return AddGood(findings, name + "clock");
  AddWrong(findings, name + "clock",
           fmt::format(
               "the catalog's clock differs from this machine's by {} s: tokens and signatures are refused; "
               "synchronise both (timedatectl set-ntp true)",
               skew));
}

Status WriteToStore(catalog::Catalog& catalog) {
  const catalog::Namespace name_space{"lifeboat_doctor_" + Uuid::V4().ToString()};
  LIFEBOAT_RETURN_IF_ERROR(catalog.CreateNamespace(name_space, {}));
  return catalog.DropNamespace(name_space);
}

// An object is written, read back, listed and removed.
Status UseStorage(storage::Storage& storage, const std::string& folder) {
  const std::string location = storage::JoinLocation(folder, ".lifeboat-doctor-" + Uuid::V4().ToString());
  const std::string text = "written by lifeboat doctor";
  LIFEBOAT_RETURN_IF_ERROR(storage.Write(location, text).WithContext("write"));
  const Result<std::string> read = storage.Read(location);
  int listed = 0;
  const Status list = storage.List(location, [&](const storage::ObjectInfo&) {
    ++listed;
    return Status::Ok();
  });
  LIFEBOAT_RETURN_IF_ERROR(storage.Delete(location).WithContext("delete"));
  LIFEBOAT_RETURN_IF_ERROR(read.status().WithContext("read"));
  LIFEBOAT_RETURN_IF_ERROR(list.WithContext("list"));
  if (*read != text || listed != 1) {
    return Status::Corruption("'{}' was written, but read or listed differently", location);
  }
  return Status::Ok();
}

// The policy as the catalog shows it to an administrator; secrets are not part of that.
Result<access::PolicyModel> ReadPolicy(AccessClient& client) {
  access::PolicyModel model;
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value principals, client.Call("GET", "principals"));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value roles, client.Call("GET", "roles"));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value grants, client.Call("GET", "grants"));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value locations, client.Call("GET", "locations"));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value trust, client.Call("GET", "trust"));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value settings, client.Call("GET", "settings"));
  const auto add_all = [&](const boost::json::value& answer, std::string_view member,
                           std::string_view prefix) {
    for (const boost::json::value& document : answer.at(member).as_array()) {
      LIFEBOAT_RETURN_IF_ERROR(access::AddRecord(prefix, document, &model));
    }
    return Status::Ok();
  };
  LIFEBOAT_RETURN_IF_ERROR(add_all(principals, "principals", "access/principal/"));
  LIFEBOAT_RETURN_IF_ERROR(add_all(roles, "roles", "access/role/"));
  LIFEBOAT_RETURN_IF_ERROR(add_all(grants, "grants", "access/grant/"));
  LIFEBOAT_RETURN_IF_ERROR(add_all(locations, "locations", "access/location/"));
  LIFEBOAT_RETURN_IF_ERROR(add_all(trust, "trust", "access/trust/"));
  LIFEBOAT_RETURN_IF_ERROR(access::AddRecord(access::SettingsKey(), settings, &model));
  for (const boost::json::value& role : roles.at("roles").as_array()) {
    for (const boost::json::value& member : role.at("members").as_array()) {
      LIFEBOAT_ASSIGN_OR_RETURN(access::Grantee grantee, access::ParseGrantee(member));
      model.memberships.push_back({std::string(role.at("id").as_string()), std::move(grantee)});
    }
  }
  // The warehouse comes first.
  if (!model.locations.empty()) model.warehouse_location = model.locations.front().location;
  return model;
}

Status CollectTables(catalog::Catalog& catalog, const catalog::Namespace& parent,
                     std::vector<PlacedTable>* tables) {
  LIFEBOAT_ASSIGN_OR_RETURN(const auto namespaces, catalog.ListNamespaces(parent));
  for (const catalog::Namespace& name_space : namespaces) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto identifiers, catalog.ListTables(name_space));
    for (const catalog::TableIdentifier& identifier : identifiers) {
      if (tables->size() >= kTablesMax) return Status::Ok();
      LIFEBOAT_ASSIGN_OR_RETURN(const catalog::LoadedTable table, catalog.LoadTable(identifier));
      tables->push_back({identifier, table.metadata->location});
    }
    LIFEBOAT_RETURN_IF_ERROR(CollectTables(catalog, name_space, tables));
  }
  return Status::Ok();
}

using OpenedStorage = Result<std::shared_ptr<storage::Storage>>;

void CheckStorage(const std::string& name, const OpenedStorage& storage, const std::string& location,
                  Findings* findings) {
  const std::string check = name + "storage";
  if (!storage.ok()) return AddSkipped(findings, check, storage.status().message());
  const Status used = UseStorage(**storage, location);
  if (used.code() == StatusCode::kUnsupported) return AddSkipped(findings, check, used.message());
  AddOutcome(findings, check, used,
             fmt::format("free space, or correct the permissions, the credentials or the address of '{}'",
                         location));
}

void CheckAccess(const std::string& name, const CatalogEndpoint& endpoint, const OpenedStorage& storage,
                 catalog::Catalog& catalog, Findings* findings) {
  Result<AccessClient> client = AccessClient::Connect(endpoint);
  if (!client.ok()) return AddWrong(findings, name + "access", client.status().message());
  const Result<access::PolicyModel> model = ReadPolicy(*client);
  if (model.status().code() == StatusCode::kPermissionDenied ||
      model.status().code() == StatusCode::kNotFound) {
    AddSkipped(findings, name + "storage", "only an administrator may ask where the warehouse is");
    return AddSkipped(findings, name + "access", model.status().message());
  }
  if (!model.ok()) return AddWrong(findings, name + "access", model.status().message());
  CheckStorage(name, storage, model->warehouse_location, findings);
  if (storage::SchemeOf(model->warehouse_location) == "file") {
    return AddSkipped(findings, name + "access", "local files need no credentials");
  }
  std::vector<PlacedTable> tables;
  const Status collected = CollectTables(catalog, {}, &tables);
  if (!collected.ok()) return AddWrong(findings, name + "access", collected.message());
  CheckCredentialAccess(access::Policy(*model), tables, name + "access", findings);
}

}  // namespace

void CheckCatalog(const CatalogEndpoint& endpoint, const OpenedStorage& storage, const Clock& clock,
                  Findings* findings) {
  const std::string name = fmt::format("catalog {}: ", endpoint.site.empty() ? endpoint.uri : endpoint.site);
  const std::unique_ptr<net::HttpClient> http = net::HttpClient::Make();
  net::OutgoingRequest health;
  health.url = endpoint.uri + "/healthz";
  const Status reached = http->Send(std::move(health)).status();
  if (!AddOutcome(findings, name + "reachable", reached,
                  fmt::format("start it, or correct the address {}", endpoint.uri))) {
    return;
  }
  if (!endpoint.client_id.empty()) {
    const Result<std::string> token = RequestToken(*http, endpoint);
    if (!AddOutcome(findings, name + "token", token.status(),
                    fmt::format("client '{}' is unknown or has another secret: lifeboat access rotate-secret",
                                endpoint.client_id))) {
      return;
    }
    CheckClock(name, *token, clock, findings);
  }
  Result<std::unique_ptr<catalog::Catalog>> catalog = MakeCatalogClient(endpoint);
  if (!AddOutcome(findings, name + "warehouse", catalog.status(),
                  fmt::format("name a warehouse that the catalog serves, not '{}'", endpoint.warehouse))) {
    return;
  }
  const bool reads = AddOutcome(findings, name + "store reads", (*catalog)->ListNamespaces({}).status(),
                                "look at the catalog's log: its database does not answer");
  if (!reads) return;
  AddOutcome(findings, name + "store writes", WriteToStore(**catalog),
             "if the catalog is not primary, go to the one that is; else free space or mend its database");
  CheckAccess(name, endpoint, storage, **catalog, findings);
}

}  // namespace lifeboat::app
