#include "catalog/access/policy_records.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "iceberg/model/json.h"
#include "net/http.h"

namespace lifeboat::catalog::access {
namespace {

using iceberg::JsonPath;
using iceberg::ObjectReader;

constexpr std::string_view kPrincipalPrefix = "access/principal/";
constexpr std::string_view kSecretPrefix = "access/secret/";
constexpr std::string_view kRolePrefix = "access/role/";
constexpr std::string_view kMemberPrefix = "access/member/";
constexpr std::string_view kGrantPrefix = "access/grant/";
constexpr std::string_view kLocationPrefix = "access/location/";
constexpr std::string_view kSettingsKey = "access/setting/external";
constexpr std::string_view kTrustPrefix = "access/trust/";

std::string Key(std::string_view prefix, std::string_view id) {
  return std::string(prefix) + net::PercentEncode(id);
}

std::string_view KindPart(const Grantee& grantee) {
  return grantee.kind == Grantee::Kind::kRole ? "role" : "principal";
}

boost::json::array Strings(const std::vector<std::string>& list) {
  boost::json::array array;
  for (const std::string& text : list) array.emplace_back(text);
  return array;
}

Result<Principal> ParsePrincipal(ObjectReader reader) {
  Principal principal;
  LIFEBOAT_ASSIGN_OR_RETURN(principal.id, reader.Get<std::string>("id"));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string kind, reader.Get<std::string>("kind"));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.kind, ParsePrincipalKind(kind));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.description, reader.GetOr<std::string>("description", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.disabled, reader.GetOr<bool>("disabled", false));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.subject, reader.GetOr<std::string>("subject", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.access_key_id, reader.GetOr<std::string>("access-key-id", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(principal.created_micros, reader.GetOr<int64_t>("created-micros", 0));
  return principal;
}

Result<Role> ParseRole(ObjectReader reader) {
  Role role;
  LIFEBOAT_ASSIGN_OR_RETURN(role.id, reader.Get<std::string>("id"));
  LIFEBOAT_ASSIGN_OR_RETURN(role.description, reader.GetOr<std::string>("description", ""));
  return role;
}

Result<Membership> ParseMembership(ObjectReader reader) {
  Membership membership;
  LIFEBOAT_ASSIGN_OR_RETURN(membership.role, reader.Get<std::string>("role"));
  const boost::json::value* member = reader.Find("member");
  if (member == nullptr) return Status::InvalidArgument("member: missing");
  LIFEBOAT_ASSIGN_OR_RETURN(membership.member, ParseGrantee(*member));
  return membership;
}

Result<Grant> ParseGrant(ObjectReader reader) {
  Grant grant;
  const boost::json::value* grantee = reader.Find("grantee");
  const boost::json::value* object = reader.Find("object");
  if (grantee == nullptr || object == nullptr) return Status::InvalidArgument("grantee or object: missing");
  LIFEBOAT_ASSIGN_OR_RETURN(grant.grantee, ParseGrantee(*grantee));
  LIFEBOAT_ASSIGN_OR_RETURN(grant.object, ParseSecurable(*object));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto privileges, reader.Get<std::vector<std::string>>("privileges"));
  LIFEBOAT_ASSIGN_OR_RETURN(grant.privileges, PrivilegeSet::Parse(privileges));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto option, reader.GetOr<std::vector<std::string>>("grant-option", {}));
  LIFEBOAT_ASSIGN_OR_RETURN(grant.grant_option, PrivilegeSet::Parse(option));
  return grant;
}

Result<Settings> ParseSettings(ObjectReader reader) {
  Settings settings;
  LIFEBOAT_ASSIGN_OR_RETURN(settings.external_full_table_access,
                            reader.GetOr<bool>("external-full-table-access", false));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.external_filtering, reader.GetOr<bool>("external-filtering", true));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.external_allow_list,
                            reader.GetOr<std::vector<std::string>>("external-allow-list", {}));
  return settings;
}

Result<TrustEntry> ParseTrust(ObjectReader reader) {
  TrustEntry entry;
  LIFEBOAT_ASSIGN_OR_RETURN(entry.principal, reader.Get<std::string>("principal"));
  LIFEBOAT_ASSIGN_OR_RETURN(entry.external_id, reader.GetOr<std::string>("external-id", ""));
  return entry;
}

Result<RegisteredLocation> ParseLocation(ObjectReader reader) {
  RegisteredLocation location;
  LIFEBOAT_ASSIGN_OR_RETURN(location.location, reader.Get<std::string>("location"));
  LIFEBOAT_ASSIGN_OR_RETURN(location.description, reader.GetOr<std::string>("description", ""));
  return location;
}

template <typename T>
Status Append(Result<T> parsed, std::vector<T>* list) {
  LIFEBOAT_RETURN_IF_ERROR(parsed.status());
  list->push_back(std::move(parsed).value());
  return Status::Ok();
}

Status Add(std::string_view key, const boost::json::value& value, PolicyModel* model) {
  if (key.starts_with(kSecretPrefix)) {
    LIFEBOAT_ASSIGN_OR_RETURN(PrincipalSecret secret, PrincipalSecret::FromJson(value));
    model->secrets.insert_or_assign(net::PercentDecode(key.substr(kSecretPrefix.size())), std::move(secret));
    return Status::Ok();
  }
  const JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(const ObjectReader reader, ObjectReader::Open(value, root));
  if (key.starts_with(kPrincipalPrefix)) return Append(ParsePrincipal(reader), &model->principals);
  if (key.starts_with(kRolePrefix)) return Append(ParseRole(reader), &model->roles);
  if (key.starts_with(kMemberPrefix)) return Append(ParseMembership(reader), &model->memberships);
  if (key.starts_with(kGrantPrefix)) return Append(ParseGrant(reader), &model->grants);
  if (key.starts_with(kLocationPrefix)) return Append(ParseLocation(reader), &model->locations);
  if (key.starts_with(kTrustPrefix)) return Append(ParseTrust(reader), &model->trust);
  if (key == kSettingsKey) {
    LIFEBOAT_ASSIGN_OR_RETURN(model->settings, ParseSettings(reader));
  }
  return Status::Ok();
}

}  // namespace

std::string PrincipalKey(std::string_view id) {
  return Key(kPrincipalPrefix, id);
}

std::string SecretKey(std::string_view principal) {
  return Key(kSecretPrefix, principal);
}

std::string RoleKey(std::string_view id) {
  return Key(kRolePrefix, id);
}

std::string MembershipKey(const Membership& membership) {
  return fmt::format("{}/{}/{}", Key(kMemberPrefix, membership.role), KindPart(membership.member),
                     net::PercentEncode(membership.member.id));
}

std::string GrantKey(const Grantee& grantee, const Securable& object) {
  const boost::json::object written = ToJson(object);
  return fmt::format("{}{}/{}/{}/{}", kGrantPrefix, KindPart(grantee), net::PercentEncode(grantee.id),
                     std::string_view(written.at("kind").get_string()), net::PercentEncode(object.Key()));
}

std::string LocationKey(std::string_view location) {
  return Key(kLocationPrefix, location);
}

std::string SettingsKey() {
  return std::string(kSettingsKey);
}

std::string TrustKey(std::string_view principal) {
  return Key(kTrustPrefix, principal);
}

PolicyRecord ToRecord(const Principal& principal) {
  boost::json::object value{{"id", principal.id},
                            {"kind", PrincipalKindName(principal.kind)},
                            {"created-micros", principal.created_micros}};
  if (!principal.description.empty()) value["description"] = principal.description;
  if (principal.disabled) value["disabled"] = true;
  if (!principal.subject.empty()) value["subject"] = principal.subject;
  if (!principal.access_key_id.empty()) value["access-key-id"] = principal.access_key_id;
  return {PrincipalKey(principal.id), std::move(value)};
}

PolicyRecord ToRecord(std::string_view principal, const PrincipalSecret& secret) {
  return {SecretKey(principal), secret.ToJson(), /*secret=*/true};
}

PolicyRecord ToRecord(const Role& role) {
  boost::json::object value{{"id", role.id}};
  if (!role.description.empty()) value["description"] = role.description;
  return {RoleKey(role.id), std::move(value)};
}

PolicyRecord ToRecord(const Membership& membership) {
  return {MembershipKey(membership),
          boost::json::object{{"role", membership.role}, {"member", ToJson(membership.member)}}};
}

PolicyRecord ToRecord(const Grant& grant) {
  boost::json::object value{{"grantee", ToJson(grant.grantee)},
                            {"object", ToJson(grant.object)},
                            {"privileges", Strings(grant.privileges.Names())}};
  if (!grant.grant_option.empty()) value["grant-option"] = Strings(grant.grant_option.Names());
  return {GrantKey(grant.grantee, grant.object), std::move(value)};
}

PolicyRecord ToRecord(const RegisteredLocation& location) {
  boost::json::object value{{"location", location.location}};
  if (!location.description.empty()) value["description"] = location.description;
  return {LocationKey(location.location), std::move(value)};
}

PolicyRecord ToRecord(const Settings& settings) {
  return {SettingsKey(),
          boost::json::object{{"external-full-table-access", settings.external_full_table_access},
                              {"external-filtering", settings.external_filtering},
                              {"external-allow-list", Strings(settings.external_allow_list)}}};
}

PolicyRecord ToRecord(const TrustEntry& entry) {
  boost::json::object value{{"principal", entry.principal}};
  if (!entry.external_id.empty()) value["external-id"] = entry.external_id;
  return {TrustKey(entry.principal), std::move(value)};
}

Status AddRecord(std::string_view key, const boost::json::value& value, PolicyModel* model) {
  const Status added = Add(key, value, model);
  if (added.ok()) return added;
  return Status::Corruption("record '{}' cannot be read: {}", key, added.message());
}

boost::json::object ToJson(const Grantee& grantee) {
  return {{KindPart(grantee), grantee.id}};
}

Result<Grantee> ParseGrantee(const boost::json::value& value) {
  const JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto principal, reader.GetOptional<std::string>("principal"));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto role, reader.GetOptional<std::string>("role"));
  if (principal.has_value() == role.has_value()) {
    return Status::InvalidArgument("name either a principal or a role");
  }
  return principal ? Grantee{Grantee::Kind::kPrincipal, *principal} : Grantee{Grantee::Kind::kRole, *role};
}

}  // namespace lifeboat::catalog::access
