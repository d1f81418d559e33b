#include "lifeboat/access/access_text.h"

#include <fmt/core.h>

#include <boost/json/array.hpp>

namespace lifeboat::app {
namespace {

std::string Text(const boost::json::value& value, std::string_view member) {
  const boost::json::value* found = value.is_object() ? value.get_object().if_contains(member) : nullptr;
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

bool Flag(const boost::json::value& value, std::string_view member) {
  const boost::json::value* found = value.is_object() ? value.get_object().if_contains(member) : nullptr;
  return found != nullptr && found->is_bool() && found->get_bool();
}

const boost::json::array& List(const boost::json::value& value, std::string_view member) {
  static const boost::json::array kEmpty;
  const boost::json::value* found = value.is_object() ? value.get_object().if_contains(member) : nullptr;
  return found != nullptr && found->is_array() ? found->get_array() : kEmpty;
}

std::string Joined(const boost::json::array& list, std::string_view separator) {
  std::string text;
  for (const boost::json::value& item : list) {
    if (!item.is_string()) continue;
    if (!text.empty()) text += separator;
    text += std::string_view(item.get_string());
  }
  return text;
}

std::string GranteeText(const boost::json::value& grantee) {
  const std::string role = Text(grantee, "role");
  return role.empty() ? "principal " + Text(grantee, "principal") : "role " + role;
}

std::string ObjectText(const boost::json::value& object) {
  const std::string kind = Text(object, "kind");
  if (kind == "catalog") return "the catalog";
  if (kind == "location") return "location " + Text(object, "location");
  std::string name = Joined(List(object, "namespace"), ".");
  if (kind == "table") name += "." + Text(object, "name");
  return kind + " " + name;
}

std::string PrincipalLine(const boost::json::value& principal) {
  std::string line = fmt::format("  {:<24} {:<11}", Text(principal, "id"), Text(principal, "kind"));
  for (const char* member : {"subject", "access-key-id", "description"}) {
    const std::string text = Text(principal, member);
    if (!text.empty()) line += fmt::format(" {} {}", member, text);
  }
  if (Flag(principal, "disabled")) line += " DISABLED";
  return line + "\n";
}

std::string RoleLine(const boost::json::value& role) {
  std::string members;
  for (const boost::json::value& member : List(role, "members")) {
    if (!members.empty()) members += ", ";
    members += GranteeText(member);
  }
  return fmt::format("  {:<24} {}\n", Text(role, "id"), members.empty() ? "no members" : members);
}

std::string GrantLine(const boost::json::value& grant) {
  const boost::json::array& option = List(grant, "grant-option");
  std::string line = fmt::format("  {:<34} {} on {}", GranteeText(grant.at("grantee")),
                                 Joined(List(grant, "privileges"), ", "), ObjectText(grant.at("object")));
  if (!option.empty()) line += fmt::format(" (may grant {})", Joined(option, ", "));
  return line + "\n";
}

}  // namespace

std::string SettingsText(const boost::json::value& settings) {
  const std::string list = Joined(List(settings, "external-allow-list"), ", ");
  return fmt::format(
      "  external engines may use full table access: {}\n  only those on the allow list: {}\n  allow list: "
      "{}\n",
      Flag(settings, "external-full-table-access") ? "on" : "off",
      Flag(settings, "external-filtering") ? "on" : "off", list.empty() ? "nobody" : list);
}

std::string TrustText(const boost::json::value& trust) {
  std::string text;
  for (const boost::json::value& entry : List(trust, "trust")) {
    const std::string id = Text(entry, "external-id");
    text += fmt::format("  {}{}\n", Text(entry, "principal"), id.empty() ? "" : " with external id " + id);
  }
  return text.empty() ? "  everybody with the privileges: nobody is named\n" : text;
}

std::string AccessOverviewText(const boost::json::object& overview) {
  const boost::json::value value(overview);
  std::string text = "principals\n";
  for (const boost::json::value& principal : List(value, "principals")) text += PrincipalLine(principal);
  text += "roles\n";
  for (const boost::json::value& role : List(value, "roles")) text += RoleLine(role);
  text += "grants\n";
  for (const boost::json::value& grant : List(value, "grants")) text += GrantLine(grant);
  text += "locations\n";
  for (const boost::json::value& location : List(value, "locations")) {
    text += fmt::format("  {}{}\n", Text(location, "location"),
                        Flag(location, "warehouse") ? " (the warehouse)" : "");
  }
  text += "settings\n" + SettingsText(overview.at("settings"));
  text += "who may assume the data role\n" + TrustText(value);
  return text;
}

std::string EffectiveText(const boost::json::value& effective) {
  const std::string privileges = Joined(List(effective, "privileges"), ", ");
  const std::string roles = Joined(List(effective, "roles"), ", ");
  return fmt::format("{} may on {}: {}\n{}{}", Text(effective, "principal"),
                     ObjectText(effective.at("object")), privileges.empty() ? "nothing" : privileges,
                     roles.empty() ? std::string() : "  by itself and by roles " + roles + "\n",
                     Flag(effective, "administrator") ? "  it is an administrator\n" : "");
}

std::string NewSecretText(const boost::json::value& answer) {
  std::string text;
  for (const char* member : {"client-id", "client-secret", "access-key-id", "secret-access-key"}) {
    const std::string value = Text(answer, member);
    if (!value.empty()) text += fmt::format("{}: {}\n", member, value);
  }
  if (!text.empty())
    text += "The secret is shown this once; lifeboat access rotate-secret makes a new one.\n";
  return text;
}

}  // namespace lifeboat::app
