#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "lifeboat/commands/commands.h"
#include "lifeboat/deployment/deployment.h"
#include "lifeboat/deployment/private_file.h"
#include "lifeboat/doctor/access_checks.h"
#include "lifeboat/doctor/catalog_checks.h"
#include "lifeboat/driver/driver_client.h"
#include "lifeboat/lake/catalog_choice.h"
#include "lifeboat/shell/connection_choice.h"

namespace lifeboat::app {
namespace {

struct Options {
  CatalogChoice catalog;
  bool json = false;
};

void CheckProcesses(const Deployment& deployment, Findings* findings) {
  for (const ProcessState& process : deployment.State()) {
    const std::string check = "process " + process.name;
    if (process.healthy) {
      AddGood(findings, check);
    } else if (process.pid.has_value()) {
      AddWrong(findings, check,
               fmt::format("process {} runs and does not answer; see {}", *process.pid, process.log));
    } else {
      AddWrong(findings, check,
               fmt::format("not running; start it: lifeboat up{}", DirOption(deployment.dir())));
    }
  }
}

// Names of the account's integrations; nothing, with a finding, when it cannot be asked.
std::optional<std::vector<std::string>> Integrations(const std::string& dir, const AccountEndpoint& account,
                                                     Findings* findings) {
  const std::string check = fmt::format("account {}: log in", account.site);
  ConnectionChoice choice;
  choice.dir = dir;
  choice.site = account.site;
  Result<driver::ConnectOptions> options = ResolveConnection(choice);
  if (options.ok()) options->retry_time_limit = std::chrono::seconds(5);
  Result<std::unique_ptr<driver::DriverClient>> client =
      options.ok() ? driver::DriverClient::Connect(*options)
                   : Result<std::unique_ptr<driver::DriverClient>>(options.status());
  if (!AddOutcome(findings, check, client.status(),
                  "see the account's log, and endpoints.json for its password")) {
    return std::nullopt;
  }
  const Result<driver::ResultSet> rows = (*client)->Execute("SHOW INTEGRATIONS");
  if (!rows.ok()) {
    AddSkipped(findings, fmt::format("account {}: integrations", account.site), rows.status().message());
    return std::nullopt;
  }
  const auto column = std::find_if(rows->columns.begin(), rows->columns.end(),
                                   [](const driver::ResultColumn& known) { return known.name == "name"; });
  std::vector<std::string> names;
  if (column == rows->columns.end()) return names;
  const auto index = static_cast<size_t>(column - rows->columns.begin());
  for (const auto& row : rows->rows) {
    if (row[index]) names.push_back(*row[index]);
  }
  return names;
}

void CheckAccounts(const std::string& dir, const Endpoints& endpoints, Findings* findings) {
  std::optional<std::vector<std::string>> primary;
  for (const AccountEndpoint& account : endpoints.accounts) {
    const std::optional<std::vector<std::string>> names = Integrations(dir, account, findings);
    if (!names) continue;
    if (primary) CheckIntegrations(*primary, *names, account.site, findings);
    if (!primary) primary = names;
  }
}

Status CheckDeployment(const CatalogChoice& choice, Findings* findings) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Deployment deployment, Deployment::At(choice.dir));
  CheckProcesses(deployment, findings);
  const Result<Endpoints> endpoints = deployment.ReadEndpoints();
  if (!AddOutcome(findings, "endpoints.json", endpoints.status(),
                  fmt::format("write it anew: lifeboat up{}", DirOption(deployment.dir())))) {
    return Status::Ok();
  }
  const auto storage = OpenStorage(choice);
  for (const CatalogEndpoint& catalog : endpoints->catalogs)
    CheckCatalog(catalog, storage, SystemClock(), findings);
  CheckAccounts(deployment.dir(), *endpoints, findings);
  return Status::Ok();
}

constexpr const char* OutcomeName(Finding::Outcome outcome) {
  switch (outcome) {
    case Finding::Outcome::kGood:
      return "ok";
    case Finding::Outcome::kWrong:
      return "WRONG";
    case Finding::Outcome::kSkipped:
      return "skipped";
  }
  return "";
}

void Print(const Findings& findings, bool json) {
  boost::json::array list;
  for (const Finding& finding : findings) {
    if (json) {
      list.push_back(boost::json::object{
          {"check", finding.check}, {"outcome", OutcomeName(finding.outcome)}, {"detail", finding.detail}});
    } else {
      fmt::print("{:<8} {:<36} {}\n", OutcomeName(finding.outcome), finding.check, finding.detail);
    }
  }
  if (json) fmt::print("{}\n", PrettyJson(boost::json::object{{"checks", std::move(list)}}));
}

Status Run(const Options& options) {
  Findings findings;
  if (options.catalog.uri.empty()) {
    LIFEBOAT_RETURN_IF_ERROR(CheckDeployment(options.catalog, &findings));
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(const CatalogEndpoint endpoint, ResolveCatalog(options.catalog));
    CheckCatalog(endpoint, OpenStorage(options.catalog), SystemClock(), &findings);
  }
  Print(findings, options.json);
  const auto wrong = std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.outcome == Finding::Outcome::kWrong;
  });
  if (wrong == 0) return Status::Ok();
  return Status::FailedPrecondition("{} of {} checks found something wrong", wrong, findings.size());
}

}  // namespace

void AddDoctorCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      AddCommand(set, "doctor", "Diagnose a live deployment or catalog; one line a check, with the remedy",
                 "lifeboat doctor --json", [options] { return Run(*options); });
  AddCatalogOptions(command, options->catalog);
  command.add_flag("--json", options->json, "Print as JSON");
}

}  // namespace lifeboat::app
