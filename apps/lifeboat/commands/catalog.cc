#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <system_error>

#include "catalog/store/postgres_connection.h"
#include "lifeboat/cli/interrupt.h"
#include "lifeboat/cli/progress.h"
#include "lifeboat/commands/commands.h"
#include "lifeboat/server/catalog_store_choice.h"
#include "lifeboat/transfer/transfer_catalog.h"

namespace lifeboat::app {
namespace {

struct Options {
  CatalogStoreChoice store;
  std::string file;
  bool json = false;
};

// What is on a command line, every user of the machine can read.
Status CheckStore(const CatalogStoreChoice& choice) {
  if (!catalog::IsPostgresUri(choice.store)) return Status::Ok();
  LIFEBOAT_ASSIGN_OR_RETURN(const bool has_password, catalog::PostgresUriHasPassword(choice.store));
  if (!has_password) return Status::Ok();
  return UsageError(
      "leave the password out of the URI and name a file that holds it with --store-password-file");
}

void Print(const Options& options, std::string_view what, const ImageCounts& counts) {
  if (options.json) {
    fmt::print(
        "{{\"namespaces\":{},\"tables\":{},\"views\":{},\"records\":{},\"changes\":{},\"idempotency_keys\":{}"
        ","
        "\"bytes\":{}}}\n",
        counts.namespaces, counts.tables, counts.views, counts.records, counts.changes,
        counts.idempotency_keys, counts.bytes);
    return;
  }
  fmt::print("{} {} namespaces, {} tables, {} views, {} records, {} log entries, {} idempotency keys\n", what,
             WithThousands(counts.namespaces), WithThousands(counts.tables), WithThousands(counts.views),
             WithThousands(counts.records), WithThousands(counts.changes),
             WithThousands(counts.idempotency_keys));
}

Status RunExport(const Options& options) {
  LIFEBOAT_RETURN_IF_ERROR(CheckStore(options.store));
  std::error_code error;
  if (!catalog::IsPostgresUri(options.store.store) && !std::filesystem::exists(options.store.store, error)) {
    return Status::NotFound("there is no catalog store '{}'", options.store.store);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const auto store, OpenCatalogStore(options.store, SystemClock()));
  Progress progress("export", 0, "rows");
  LIFEBOAT_ASSIGN_OR_RETURN(const ImageCounts counts,
                            ExportCatalog(*store, options.file, [&](const ImageCounts& so_far) {
                              progress.Reach(so_far.rows);
                              return CheckInterrupted();
                            }));
  progress.Reach(counts.rows);
  progress.Finish();
  Print(options, "exported", counts);
  return Status::Ok();
}

Status RunImport(const Options& options) {
  LIFEBOAT_RETURN_IF_ERROR(CheckStore(options.store));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto store, OpenCatalogStore(options.store, SystemClock()));
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(options.file, error);
  Progress progress("import", error ? 0 : size, "bytes");
  LIFEBOAT_ASSIGN_OR_RETURN(const ImageCounts counts,
                            ImportCatalog(*store, options.file, [&](const ImageCounts& so_far) {
                              progress.Reach(so_far.bytes);
                              return CheckInterrupted();
                            }));
  progress.Reach(error ? 0 : size);
  progress.Finish();
  Print(options, "imported", counts);
  return Status::Ok();
}

void AddStoreOptions(CLI::App& command, const std::shared_ptr<Options>& options) {
  command
      .add_option("--store", options->store.store,
                  "The SQLite file or postgresql://user@host:5432/database, as in a server's configuration")
      ->required();
  command.add_option("--store-password-file", options->store.password_file,
                     "File that holds the password of the database's user");
  command.add_flag("--json", options->json, "Print the counts as JSON");
}

}  // namespace

void AddCatalogCommands(CommandSet& set) {
  CLI::App& group = AddCommandGroup(set, "catalog", "Move a catalog from one store to another");
  auto exporting = std::make_shared<Options>();
  CLI::App& export_command = AddGroupedCommand(
      set, group, "export", "Write everything a catalog store holds to one file; servers may go on using it",
      "lifeboat catalog export --store /var/lib/lifeboat/catalog.db --out catalog.jsonl",
      [exporting] { return RunExport(*exporting); });
  AddStoreOptions(export_command, exporting);
  export_command.add_option("-o,--out", exporting->file, "File to write")->required();

  auto importing = std::make_shared<Options>();
  CLI::App& import_command = AddGroupedCommand(
      set, group, "import", "Fill an empty catalog store from such a file, all of it or nothing",
      "lifeboat catalog import --store postgresql://lifeboat@db:5432/catalog --store-password-file pw "
      "catalog.jsonl",
      [importing] { return RunImport(*importing); });
  AddStoreOptions(import_command, importing);
  import_command.add_option("file", importing->file, "What export wrote")->required();
}

}  // namespace lifeboat::app
