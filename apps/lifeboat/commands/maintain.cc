#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "catalog/maintenance/expire_snapshots.h"
#include "catalog/maintenance/remove_orphan_files.h"
#include "lifeboat/cli/duration.h"
#include "lifeboat/cli/interrupt.h"
#include "lifeboat/cli/progress.h"
#include "lifeboat/commands/commands.h"
#include "lifeboat/lake/catalog_choice.h"
#include "lifeboat/lake/change_log_files.h"
#include "lifeboat/server/catalog_clients.h"

namespace lifeboat::app {
namespace {

constexpr size_t kShownOrphans = 20;

struct Options {
  CatalogChoice catalog;
  std::vector<std::string> tables;
  std::vector<std::string> namespaces;
  bool all = false;
  bool dry_run = false;
  bool json = false;
  // expire-snapshots
  std::string max_age, max_ref_age;
  int64_t retain_last = 0;
  std::vector<int64_t> snapshot_ids;
  // remove-orphans
  std::string older_than = "3d";
};

// "namespace.table", nested namespaces too; a name that holds dots cannot be written so.
Result<catalog::TableIdentifier> ParseTable(const std::string& text) {
  std::vector<std::string> levels = CLI::detail::split(text, '.');
  if (levels.size() < 2) return UsageError(fmt::format("'{}' is not a table; write namespace.table", text));
  catalog::TableIdentifier identifier;
  identifier.name = std::move(levels.back());
  levels.pop_back();
  identifier.name_space = std::move(levels);
  const Status valid = catalog::ValidateIdentifier(identifier);
  return valid.ok() ? Result<catalog::TableIdentifier>(std::move(identifier)) : UsageError(valid.message());
}

Result<catalog::Namespace> ParseNamespace(const std::string& text) {
  catalog::Namespace name_space = CLI::detail::split(text, '.');
  const Status valid = catalog::ValidateNamespace(name_space);
  return valid.ok() ? Result<catalog::Namespace>(std::move(name_space)) : UsageError(valid.message());
}

// A catalog, the storage of its files, and how to watch long work.
struct Bench {
  CatalogEndpoint endpoint;
  std::unique_ptr<catalog::Catalog> catalog;
  std::shared_ptr<storage::Storage> storage;
  std::vector<catalog::TableIdentifier> tables;
  catalog::MaintenanceContext context;
};

// One progress line a step.
class Steps {
 public:
  void Show(std::string_view step, uint64_t done, uint64_t total) {
    if (step != step_) {
      Finish();
      step_ = step;
    }
    if (total == 0) return;
    if (progress_ == nullptr) progress_ = std::make_unique<Progress>(step_, total, "done");
    progress_->Reach(done);
  }
  void Finish() {
    if (progress_ != nullptr) progress_->Finish();
    progress_.reset();
  }

 private:
  std::string step_;
  std::unique_ptr<Progress> progress_;
};

Result<Bench> Prepare(const Options& options) {
  const bool names_some = !options.tables.empty() || !options.namespaces.empty();
  if (options.all == names_some) return UsageError("name tables or namespaces, or say --all");
  Bench bench;
  LIFEBOAT_ASSIGN_OR_RETURN(bench.endpoint, ResolveCatalog(options.catalog));
  for (const std::string& table : options.tables) {
    LIFEBOAT_ASSIGN_OR_RETURN(catalog::TableIdentifier identifier, ParseTable(table));
    bench.tables.push_back(std::move(identifier));
  }
  std::vector<catalog::Namespace> listed;
  for (const std::string& name : options.namespaces) {
    LIFEBOAT_ASSIGN_OR_RETURN(catalog::Namespace name_space, ParseNamespace(name));
    listed.push_back(std::move(name_space));
  }
  if (options.all) listed.emplace_back();
  LIFEBOAT_ASSIGN_OR_RETURN(bench.catalog, MakeCatalogClient(bench.endpoint));
  LIFEBOAT_ASSIGN_OR_RETURN(bench.storage, OpenStorage(options.catalog));
  for (const catalog::Namespace& name_space : listed) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<catalog::TableIdentifier> found,
                              catalog::ListAllTables(*bench.catalog, name_space));
    bench.tables.insert(bench.tables.end(), found.begin(), found.end());
  }
  std::sort(bench.tables.begin(), bench.tables.end());
  bench.tables.erase(std::unique(bench.tables.begin(), bench.tables.end()), bench.tables.end());
  bench.context.check = CheckInterrupted;
  bench.context.read_change_log = [endpoint = bench.endpoint] {
    return ReadLoggedMetadata(endpoint, CheckInterrupted);
  };
  bench.context.progress = [steps = std::make_shared<Steps>()](std::string_view step, uint64_t done,
                                                               uint64_t total) {
    steps->Show(step, done, total);
    if (done == total) steps->Finish();
  };
  return bench;
}

Result<std::optional<int64_t>> OptionalMillis(const std::string& text) {
  if (text.empty()) return std::optional<int64_t>();
  const Result<std::chrono::seconds> duration = ParseDuration(text);
  if (!duration.ok()) return UsageError(duration.status().message());
  return std::optional<int64_t>(std::chrono::milliseconds(*duration).count());
}

boost::json::object FilesAsJson(const catalog::RemovedFiles& files) {
  boost::json::object object;
  for (const auto& [kind, count] : files.by_kind) object[catalog::FileKindName(kind)] = count;
  return {{"deleted", files.deleted}, {"failed", files.failed}, {"by_kind", std::move(object)}};
}

Status FailedFiles(const catalog::RemovedFiles& files) {
  if (files.failed == 0) return Status::Ok();
  return Status::Unavailable("{} files could not be deleted, the first because: {}; run the command again",
                             files.failed, files.first_error);
}

void PrintExpired(const std::string& table, const catalog::ExpireSnapshotsResult& result,
                  const Options& options) {
  if (!options.json) {
    fmt::print("{}: {} snapshots and {} refs {}, {} snapshots left, {} files {}{}\n", table,
               result.snapshot_ids.size(), result.refs.size(), options.dry_run ? "would expire" : "expired",
               result.snapshots_left, result.files.deleted, options.dry_run ? "would go" : "deleted",
               result.kept_for_change_log == 0
                   ? ""
                   : fmt::format(", {} kept for the change log", result.kept_for_change_log));
    return;
  }
  boost::json::object line{
      {"table", table},
      {"dry_run", options.dry_run},
      {"expired_snapshots", boost::json::array(result.snapshot_ids.begin(), result.snapshot_ids.end())},
      {"expired_refs", boost::json::array(result.refs.begin(), result.refs.end())},
      {"snapshots_left", result.snapshots_left},
      {"files", FilesAsJson(result.files)},
      {"kept_for_change_log", result.kept_for_change_log},
      {"kept_outside", result.kept_outside}};
  fmt::print("{}\n", boost::json::serialize(line));
}

Status Expire(const Options& options) {
  catalog::ExpireSnapshotsOptions expire;
  expire.dry_run = options.dry_run;
  LIFEBOAT_ASSIGN_OR_RETURN(expire.retention.max_snapshot_age_ms, OptionalMillis(options.max_age));
  LIFEBOAT_ASSIGN_OR_RETURN(expire.retention.max_ref_age_ms, OptionalMillis(options.max_ref_age));
  if (options.retain_last > 0) expire.retention.min_snapshots_to_keep = options.retain_last;
  expire.retention.snapshot_ids = options.snapshot_ids;
  if (!options.snapshot_ids.empty() && (options.tables.size() != 1 || !options.namespaces.empty())) {
    return UsageError("--snapshot-id is for one table");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const Bench bench, Prepare(options));
  Status first_error;
  for (const catalog::TableIdentifier& table : bench.tables) {
    const Result<catalog::ExpireSnapshotsResult> result =
        catalog::ExpireSnapshots(*bench.catalog, *bench.storage, table, expire, bench.context, SystemClock());
    Status status = result.status();
    const bool was_listed = options.all || !options.namespaces.empty();
    if (status.code() == StatusCode::kCancelled || (!status.ok() && !was_listed)) return status;
    if (status.code() == StatusCode::kNotFound && was_listed) {
      if (!bench.catalog->LoadTable(table).ok()) continue;  // dropped meanwhile
    }
    if (result.ok()) {
      PrintExpired(ToString(table), *result, options);
      status = FailedFiles(result->files);
    } else {
      fmt::print(stderr, "{}: {}\n", ToString(table), status.message());
    }
    // One table that cannot be maintained is no reason to leave the others.
    if (first_error.ok()) first_error = status;
  }
  return first_error;
}

Status RemoveOrphans(const Options& options) {
  catalog::RemoveOrphanFilesOptions remove;
  remove.dry_run = options.dry_run;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<int64_t> older_than, OptionalMillis(options.older_than));
  remove.older_than = std::chrono::milliseconds(older_than.value_or(0));
  LIFEBOAT_ASSIGN_OR_RETURN(const Bench bench, Prepare(options));
  LIFEBOAT_ASSIGN_OR_RETURN(const catalog::RemoveOrphanFilesResult result,
                            catalog::RemoveOrphanFiles(*bench.catalog, *bench.storage, bench.tables, remove,
                                                       bench.context, SystemClock()));
  if (options.json) {
    boost::json::object root{{"tables", bench.tables.size()},
                             {"dry_run", options.dry_run},
                             {"orphans", boost::json::array(result.orphans.begin(), result.orphans.end())},
                             {"orphan_bytes", result.orphan_bytes},
                             {"listed", result.listed},
                             {"kept_young", result.kept_young},
                             {"kept_for_change_log", result.kept_for_change_log},
                             {"files", FilesAsJson(result.files)}};
    fmt::print("{}\n", boost::json::serialize(root));
    return FailedFiles(result.files);
  }
  for (size_t i = 0; i < result.orphans.size() && i < kShownOrphans; ++i) {
    fmt::print("  {}\n", result.orphans[i]);
  }
  if (result.orphans.size() > kShownOrphans) {
    fmt::print("  … and {} more (--json prints all)\n", result.orphans.size() - kShownOrphans);
  }
  fmt::print(
      "{} of {} files in {} tables are orphans, {} bytes: {}; {} too young to judge, {} kept for the "
      "change log\n",
      result.orphans.size(), result.listed, bench.tables.size(), result.orphan_bytes,
      options.dry_run ? "nothing is deleted" : fmt::format("{} deleted", result.files.deleted),
      result.kept_young, result.kept_for_change_log);
  return FailedFiles(result.files);
}

Status PurgeStatus(const Options& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const CatalogEndpoint endpoint, ResolveCatalog(options.catalog));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string answer, ReadCatalogJobs(endpoint));
  if (options.json) {
    fmt::print("{}\n", answer);
    return Status::Ok();
  }
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(answer, error);
  const boost::json::value* jobs =
      error || !value.is_object() ? nullptr : value.get_object().if_contains("jobs");
  if (jobs == nullptr || !jobs->is_array()) {
    return Status::Unsupported("the catalog's answer is not a list of jobs: {}", answer);
  }
  const auto text = [](const boost::json::object& job, std::string_view key) {
    const boost::json::value* member = job.if_contains(key);
    if (member == nullptr) return std::string();
    return member->is_string() ? std::string(std::string_view(member->get_string()))
                               : boost::json::serialize(*member);
  };
  for (const boost::json::value& entry : jobs->get_array()) {
    if (!entry.is_object()) continue;
    const boost::json::object& job = entry.get_object();
    fmt::print("{:<8} {} {}: {} of {} files deleted, {} kept{}\n", text(job, "state"), text(job, "namespace"),
               text(job, "name"), text(job, "files-deleted"), text(job, "files-found"),
               text(job, "files-kept"), job.contains("error") ? "; last error: " + text(job, "error") : "");
  }
  if (jobs->get_array().empty()) fmt::print("no table is being purged\n");
  return Status::Ok();
}

void AddTableOptions(CLI::App& command, Options& options) {
  AddCatalogOptions(command, options.catalog);
  command.add_option("table", options.tables, "Tables: namespace.table");
  command.add_option("--namespace", options.namespaces,
                     "Every table of a namespace and of those within it: namespace or outer.inner");
  command.add_flag("--all", options.all, "Every table of the catalog");
  command.add_flag("--dry-run", options.dry_run, "Say what would go; change nothing");
  command.add_flag("--json", options.json, "Print the result as JSON");
}

}  // namespace

void AddMaintainCommand(CommandSet& set) {
  CLI::App& group = AddCommandGroup(set, "maintain",
                                    "Table maintenance: expire snapshots, remove orphan files, watch purges");
  group.footer("Example:\n  lifeboat maintain expire-snapshots --all --dry-run");

  auto expire = std::make_shared<Options>();
  CLI::App& expire_command = AddGroupedCommand(
      set, group, "expire-snapshots",
      "Forget snapshots and refs past their retention and delete the files only they needed",
      "lifeboat maintain expire-snapshots --all --max-age 5d --retain-last 10 --dry-run",
      [expire] { return Expire(*expire); });
  AddTableOptions(expire_command, *expire);
  expire_command.add_option("--max-age", expire->max_age,
                            "Age of snapshots to keep, such as 5d (default: the table's own setting)");
  expire_command
      .add_option("--retain-last", expire->retain_last, "Snapshots of each branch to keep at least")
      ->check(CLI::PositiveNumber);
  expire_command.add_option("--max-ref-age", expire->max_ref_age, "Age of branches and tags to keep");
  expire_command.add_option("--snapshot-id", expire->snapshot_ids, "Expire this snapshot in any case");

  auto orphans = std::make_shared<Options>();
  CLI::App& orphans_command = AddGroupedCommand(
      set, group, "remove-orphans",
      "Delete files below tables' locations that nothing needs: what killed writers left",
      "lifeboat maintain remove-orphans iceberg_advertising_db.clicks --older-than 3d --dry-run",
      [orphans] { return RemoveOrphans(*orphans); });
  AddTableOptions(orphans_command, *orphans);
  orphans_command.add_option("--older-than", orphans->older_than,
                             "Leave younger files alone: a writer at work may need them");

  auto purge = std::make_shared<Options>();
  CLI::App& purge_command =
      AddGroupedCommand(set, group, "purge-status", "Show how far the purges of dropped tables are",
                        "lifeboat maintain purge-status --json", [purge] { return PurgeStatus(*purge); });
  AddCatalogOptions(purge_command, purge->catalog);
  purge_command.add_flag("--json", purge->json, "Print as JSON");
}

}  // namespace lifeboat::app
