#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "lifeboat/access/access_client.h"
#include "lifeboat/access/access_object.h"
#include "lifeboat/access/access_text.h"
#include "lifeboat/commands/commands.h"
#include "lifeboat/deployment/private_file.h"
#include "lifeboat/lake/catalog_choice.h"
#include "net/http.h"

namespace lifeboat::app {
namespace {

// Every verb's options; a verb uses those it adds to its command.
struct Options {
  CatalogChoice catalog;
  bool json = false;
  std::string id, kind = "client", subject, access_key_id, description;
  std::string principal, role;
  std::vector<std::string> privileges;
  bool grant_option = false;
  AccessObject object;
  std::string location;
  std::string full_access, filtering;
  std::vector<std::string> allow, disallow;
  std::string trust, distrust, external_id;
};

using Verb = Status (*)(AccessClient& client, const Options& options);

Status Print(const Options& options, const boost::json::value& value, const std::string& text) {
  fmt::print("{}", options.json ? PrettyJson(value) + "\n" : text);
  return Status::Ok();
}

boost::json::array Strings(const std::vector<std::string>& list) {
  boost::json::array array;
  for (const std::string& text : list) array.emplace_back(text);
  return array;
}

// {"principal":…} or {"role":…} from two options of which one must be given.
Result<boost::json::object> GranteeJson(const Options& options) {
  if (options.principal.empty() == options.role.empty())
    return UsageError("name either a principal or a role");
  if (!options.principal.empty()) return boost::json::object{{"principal", options.principal}};
  return boost::json::object{{"role", options.role}};
}

Status List(AccessClient& client, const Options& options) {
  boost::json::object overview;
  for (const char* part : {"principals", "roles", "grants", "locations", "trust"}) {
    LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer, client.Call("GET", part));
    overview[part] = answer.at(part);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(overview["settings"], client.Call("GET", "settings"));
  return Print(options, overview, options.json ? std::string() : AccessOverviewText(overview));
}

Status CreatePrincipal(AccessClient& client, const Options& options) {
  boost::json::object body{{"id", options.id}, {"kind", options.kind}, {"description", options.description}};
  if (!options.subject.empty()) body["subject"] = options.subject;
  if (!options.access_key_id.empty()) body["access-key-id"] = options.access_key_id;
  const boost::json::value request(body);
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer, client.Call("POST", "principals", &request));
  return Print(options, answer, fmt::format("principal {} created\n{}", options.id, NewSecretText(answer)));
}

std::string PrincipalPath(const Options& options) {
  return "principals/" + net::PercentEncode(options.id);
}

Status DropPrincipal(AccessClient& client, const Options& options) {
  LIFEBOAT_RETURN_IF_ERROR(client.Call("DELETE", PrincipalPath(options)).status());
  return Print(options, boost::json::object{{"dropped", options.id}}, "dropped\n");
}

Status SetDisabled(AccessClient& client, const Options& options, bool disabled) {
  const boost::json::value body(boost::json::object{{"disabled", disabled}});
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer,
                            client.Call("POST", PrincipalPath(options), &body));
  return Print(options, answer, disabled ? "disabled\n" : "enabled\n");
}

Status DisablePrincipal(AccessClient& client, const Options& options) {
  return SetDisabled(client, options, true);
}

Status EnablePrincipal(AccessClient& client, const Options& options) {
  return SetDisabled(client, options, false);
}

Status RotateSecret(AccessClient& client, const Options& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer,
                            client.Call("POST", PrincipalPath(options) + "/secret"));
  return Print(options, answer, NewSecretText(answer));
}

Status CreateRole(AccessClient& client, const Options& options) {
  const boost::json::value body(
      boost::json::object{{"id", options.id}, {"description", options.description}});
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer, client.Call("POST", "roles", &body));
  return Print(options, answer, fmt::format("role {} created\n", options.id));
}

Status DropRole(AccessClient& client, const Options& options) {
  LIFEBOAT_RETURN_IF_ERROR(client.Call("DELETE", "roles/" + net::PercentEncode(options.id)).status());
  return Print(options, boost::json::object{{"dropped", options.id}}, "dropped\n");
}

Status AddMember(AccessClient& client, const Options& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value member, GranteeJson(options));
  const std::string path = fmt::format("roles/{}/members", net::PercentEncode(options.id));
  LIFEBOAT_RETURN_IF_ERROR(client.Call("POST", path, &member).status());
  return Print(options, member, "added\n");
}

Status RemoveMember(AccessClient& client, const Options& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::object member, GranteeJson(options));
  const std::string path = fmt::format(
      "roles/{}/members?{}={}", net::PercentEncode(options.id), std::string_view(member.begin()->key()),
      net::PercentEncode(std::string_view(member.begin()->value().get_string())));
  LIFEBOAT_RETURN_IF_ERROR(client.Call("DELETE", path).status());
  return Print(options, member, "removed\n");
}

Status ChangeGrant(AccessClient& client, const Options& options, std::string_view path) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::object grantee, GranteeJson(options));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::object object, ObjectJson(options.object));
  const boost::json::value body(boost::json::object{{"grantee", grantee},
                                                    {"object", object},
                                                    {"privileges", Strings(options.privileges)},
                                                    {"grant-option", options.grant_option}});
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer, client.Call("POST", path, &body));
  return Print(options, answer, path == "grants" ? "granted\n" : "revoked\n");
}

Status Grant(AccessClient& client, const Options& options) {
  return ChangeGrant(client, options, "grants");
}

Status Revoke(AccessClient& client, const Options& options) {
  return ChangeGrant(client, options, "grants/revoke");
}

Status Show(AccessClient& client, const Options& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string query, ObjectQuery(options.object));
  std::string path = "effective" + query;
  if (!options.principal.empty()) path += "&principal=" + net::PercentEncode(options.principal);
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer, client.Call("GET", path));
  return Print(options, answer, EffectiveText(answer));
}

Status RegisterLocation(AccessClient& client, const Options& options) {
  const boost::json::value body(
      boost::json::object{{"location", options.location}, {"description", options.description}});
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer, client.Call("POST", "locations", &body));
  return Print(options, answer, "registered\n");
}

Status DeregisterLocation(AccessClient& client, const Options& options) {
  LIFEBOAT_RETURN_IF_ERROR(
      client.Call("DELETE", "locations?location=" + net::PercentEncode(options.location)).status());
  return Print(options, boost::json::object{{"deregistered", options.location}}, "deregistered\n");
}

Status Settings(AccessClient& client, const Options& options) {
  boost::json::object changes;
  if (!options.full_access.empty()) changes["external-full-table-access"] = options.full_access == "on";
  if (!options.filtering.empty()) changes["external-filtering"] = options.filtering == "on";
  if (!options.allow.empty()) changes["allow-external"] = Strings(options.allow);
  if (!options.disallow.empty()) changes["disallow-external"] = Strings(options.disallow);
  const bool changes_something = !changes.empty();
  const boost::json::value body(std::move(changes));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer, changes_something
                                                                 ? client.Call("POST", "settings", &body)
                                                                 : client.Call("GET", "settings"));
  return Print(options, answer, SettingsText(answer));
}

Status Trust(AccessClient& client, const Options& options) {
  if (!options.trust.empty()) {
    const boost::json::value body(
        boost::json::object{{"principal", options.trust}, {"external-id", options.external_id}});
    LIFEBOAT_RETURN_IF_ERROR(client.Call("POST", "trust", &body).status());
  }
  if (!options.distrust.empty()) {
    LIFEBOAT_RETURN_IF_ERROR(
        client.Call("DELETE", "trust?principal=" + net::PercentEncode(options.distrust)).status());
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value answer, client.Call("GET", "trust"));
  return Print(options, answer, TrustText(answer));
}

// One verb below `lifeboat access`, with the options all of them have.
class Verbs {
 public:
  Verbs(CommandSet& set, CLI::App& parent) : set_(set), parent_(parent) {}

  struct Added {
    CLI::App& command;
    std::shared_ptr<Options> options;
  };
  Added Add(const std::string& name, const std::string& summary, const std::string& example, Verb verb) {
    auto options = std::make_shared<Options>();
    CLI::App* command = parent_.add_subcommand(name, summary);
    command->footer("Example:\n  lifeboat access " + example);
    command->callback([&set = set_, options, verb] {
      set.chosen = [options, verb]() -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(const CatalogEndpoint endpoint, ResolveCatalog(options->catalog));
        LIFEBOAT_ASSIGN_OR_RETURN(AccessClient client, AccessClient::Connect(endpoint));
        return verb(client, *options);
      };
    });
    AddCatalogOptions(*command, options->catalog);
    command->add_flag("--json", options->json, "Print the answer as JSON");
    return {*command, options};
  }

 private:
  CommandSet& set_;
  CLI::App& parent_;
};

void AddPrincipalVerbs(Verbs& verbs) {
  auto [create, made] = verbs.Add("create-principal", "Make a principal; prints its secret, this once",
                                  "create-principal etl --description 'nightly load'", CreatePrincipal);
  create.add_option("id", made->id, "Its id")->required();
  create.add_option("--kind", made->kind, "How it proves who it is")
      ->check(CLI::IsMember({"client", "external", "access-key"}));
  create.add_option("--subject", made->subject, "external: what its issuer's tokens call it");
  create.add_option("--access-key-id", made->access_key_id, "access-key: its key id (default: a new one)");
  create.add_option("--description", made->description, "For people");
  const std::tuple<const char*, const char*, const char*, Verb> plain[] = {
      {"drop-principal", "Remove a principal and all that is granted to it", "drop-principal etl",
       DropPrincipal},
      {"disable-principal", "Refuse a principal, keeping its grants", "disable-principal etl",
       DisablePrincipal},
      {"enable-principal", "Admit a disabled principal again", "enable-principal etl", EnablePrincipal},
      {"rotate-secret", "Give a principal a new secret; the old one and its tokens end", "rotate-secret etl",
       RotateSecret},
      {"drop-role", "Remove a role and all that is granted to it", "drop-role readers", DropRole}};
  for (const auto& [name, summary, example, verb] : plain) {
    auto [command, options] = verbs.Add(name, summary, example, verb);
    command.add_option("id", options->id, "Its id")->required();
  }
}

void AddRoleVerbs(Verbs& verbs) {
  auto [create, made] = verbs.Add("create-role", "Make a role", "create-role readers", CreateRole);
  create.add_option("id", made->id, "Its id")->required();
  create.add_option("--description", made->description, "For people");
  const std::tuple<const char*, const char*, const char*, Verb> plain[] = {
      {"add-member", "Give a principal or role everything a role has", "add-member readers --principal etl",
       AddMember},
      {"remove-member", "Take a principal or role out of a role", "remove-member readers --principal etl",
       RemoveMember}};
  for (const auto& [name, summary, example, verb] : plain) {
    auto [command, options] = verbs.Add(name, summary, example, verb);
    command.add_option("id", options->id, "The role")->required();
    command.add_option("--principal", options->principal, "The member, a principal");
    command.add_option("--role", options->role, "The member, a role");
  }
}

void AddGrantVerbs(Verbs& verbs) {
  const std::tuple<const char*, const char*, const char*, const char*, const char*, Verb> both[] = {
      {"grant", "Grant privileges on an object", "grant select,insert --to-role writers --on-namespace sales",
       "--to-principal", "--to-role", Grant},
      {"revoke", "Take privileges back", "revoke insert --from-role writers --on-namespace sales",
       "--from-principal", "--from-role", Revoke}};
  for (const auto& [name, summary, example, principal, role, verb] : both) {
    auto [command, options] = verbs.Add(name, summary, example, verb);
    command
        .add_option(
            "privileges", options->privileges,
            "describe, select, insert, delete, alter, drop, create_table, create_view, create_namespace, "
            "data_location, super")
        ->required()
        ->delimiter(',');
    command.add_option(principal, options->principal, "A principal");
    command.add_option(role, options->role, "A role");
    command.add_flag("--grant-option", options->grant_option,
                     "With the right to grant them further (revoke: only that)");
    AddObjectOptions(command, options->object);
  }
  auto [show, asked] = verbs.Add("show", "Show what a principal may do with an object",
                                 "show --principal etl --on-table sales.orders", Show);
  show.add_option("--principal", asked->principal, "Whose (default: one's own)");
  AddObjectOptions(show, asked->object);
}

void AddSettingVerbs(Verbs& verbs) {
  auto [add, added] = verbs.Add("register-location", "Let tables live below a location outside the warehouse",
                                "register-location s3://spare/tables", RegisterLocation);
  add.add_option("location", added->location, "The location")->required();
  add.add_option("--description", added->description, "For people");
  auto [remove, removed] = verbs.Add("deregister-location", "Allow no new tables there any more",
                                     "deregister-location s3://spare/tables", DeregisterLocation);
  remove.add_option("location", removed->location, "The location")->required();

  auto [settings, set] =
      verbs.Add("settings", "Show or change who outside may use tables; changes merge",
                "settings --external-full-table-access on --allow-external trino", Settings);
  settings
      .add_option("--external-full-table-access", set->full_access,
                  "External engines may use full table access")
      ->check(CLI::IsMember({"on", "off"}));
  settings.add_option("--external-filtering", set->filtering, "Only those on the allow list may")
      ->check(CLI::IsMember({"on", "off"}));
  settings.add_option("--allow-external", set->allow, "Put a principal or role on the allow list");
  settings.add_option("--disallow-external", set->disallow, "Take one off it");

  auto [trust, trusted] = verbs.Add("trust", "Show or change who may assume the data role; changes merge",
                                    "trust --add snowflake-primary --external-id 0000", Trust);
  trust.add_option("--add", trusted->trust, "A principal, a role, or service:catalog");
  trust.add_option("--external-id", trusted->external_id, "What it must present");
  trust.add_option("--remove", trusted->distrust, "Take one off the list");
}

}  // namespace

void AddAccessCommand(CommandSet& set) {
  CLI::App& parent = *set.root.add_subcommand("access", "Manage who may do what in a catalog");
  parent.require_subcommand(1);
  parent.footer("Example:\n  lifeboat access grant select --to-principal etl --on-namespace sales");
  Verbs verbs(set, parent);
  verbs.Add("list", "List principals, roles, grants, locations, settings and trust", "list --json", List);
  AddPrincipalVerbs(verbs);
  AddRoleVerbs(verbs);
  AddGrantVerbs(verbs);
  AddSettingVerbs(verbs);
}

}  // namespace lifeboat::app
