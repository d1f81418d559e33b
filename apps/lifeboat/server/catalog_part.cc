#include <filesystem>

#include "catalog/api/commit_guard.h"
#include "catalog/server/catalog_server.h"
#include "catalog/store/postgres_connection.h"
#include "lifeboat/server/access_options.h"
#include "lifeboat/server/catalog_store_choice.h"
#include "lifeboat/server/lending.h"
#include "lifeboat/server/object_storage.h"
#include "lifeboat/server/server_part.h"
#include "net/loopback.h"
#include "storage/local_storage.h"
#include "storage/s3/s3_location.h"

namespace lifeboat::app {
namespace {

class CatalogPart final : public ServerPart {
 public:
  static Result<std::unique_ptr<ServerPart>> Start(const catalog::CatalogServerOptions& options,
                                                   const CatalogStoreChoice& store,
                                                   const std::optional<S3Settings>& s3,
                                                   const std::optional<LendingSettings>& lending) {
    LIFEBOAT_RETURN_IF_ERROR(CheckCanListen({options.host, options.port}));
    auto part = std::make_unique<CatalogPart>();
    part->options_ = options;
    LIFEBOAT_ASSIGN_OR_RETURN(part->storage_, OpenObjectStorage(s3));
    if (lending) {
      LIFEBOAT_ASSIGN_OR_RETURN(part->lending_,
                                Lending::Make(*lending, *s3, options.warehouse_location, SystemClock()));
      part->options_.lending = part->lending_->ForServer();
    }
    LIFEBOAT_ASSIGN_OR_RETURN(part->store_, OpenCatalogStore(store, SystemClock()));
    LIFEBOAT_ASSIGN_OR_RETURN(part->server_,
                              catalog::CatalogServer::Start(part->options_, *part->store_, *part->storage_,
                                                            part->guard_, SystemClock()));
    return std::unique_ptr<ServerPart>(std::move(part));
  }

  std::string Describe() const override {
    return fmt::format("catalog of warehouse {} on {}:{}", options_.warehouse, options_.host,
                       server_->port());
  }
  void Stop(std::chrono::milliseconds grace) override { server_->Stop(grace); }

 private:
  catalog::CatalogServerOptions options_;
  std::shared_ptr<storage::Storage> storage_;
  std::unique_ptr<Lending> lending_;  // null: none
  std::unique_ptr<catalog::CatalogStore> store_;
  // This version has one catalog and no witness: its epoch never changes.
  catalog::FixedEpochGuard guard_;
  std::unique_ptr<catalog::CatalogServer> server_;
};

Result<CatalogStoreChoice> ReadStoreChoice(const ConfigTable& section) {
  CatalogStoreChoice choice;
  LIFEBOAT_ASSIGN_OR_RETURN(choice.store, section.String("store"));
  LIFEBOAT_ASSIGN_OR_RETURN(choice.password_file, section.String("store_password_file", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(choice.connections, section.Integer("store_connections", choice.connections));
  if (choice.connections < 1 || choice.connections > 1000) {
    return section.Error("store_connections", "must be 1 to 1000");
  }
  if (catalog::IsPostgresUri(choice.store)) {
    const Result<bool> has_password = catalog::PostgresUriHasPassword(choice.store);
    if (!has_password.ok()) return section.Error("store", has_password.status().message());
    return choice;
  }
  if (!choice.store.starts_with('/')) {
    return section.Error("store", "must be an absolute path or postgresql://user@host:5432/database");
  }
  for (const std::string_view key : {"store_password_file", "store_connections"}) {
    if (section.Has(key)) return section.Error(key, "is for a PostgreSQL store");
  }
  return choice;
}

}  // namespace

Result<StartPart> ReadCatalogPart(const ConfigTable& section) {
  catalog::CatalogServerOptions options;
  LIFEBOAT_ASSIGN_OR_RETURN(const ListenAddress address, ReadListenAddress(section));
  options.host = address.host;
  options.port = address.port;
  LIFEBOAT_ASSIGN_OR_RETURN(const CatalogStoreChoice store, ReadStoreChoice(section));
  LIFEBOAT_ASSIGN_OR_RETURN(options.warehouse, section.String("warehouse", "lake"));
  LIFEBOAT_ASSIGN_OR_RETURN(options.warehouse_location, section.String("location"));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<S3Settings> s3, ReadS3Settings(section));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<LendingSettings> lending, ReadLendingSettings(section));
  const bool in_s3 = storage::s3::ParseS3Location(options.warehouse_location).ok();
  if (!in_s3 && !storage::LocalPath(options.warehouse_location).ok())
    return section.Error("location", "must be an absolute file:// or an s3://bucket/… location");
  if (in_s3 && !s3) return section.Error("location", "is in S3; say how to reach it in [catalog.s3]");
  LIFEBOAT_ASSIGN_OR_RETURN(options.allow_anonymous, section.Boolean("allow_anonymous", false));
  LIFEBOAT_ASSIGN_OR_RETURN(options.anonymous_principal, section.String("anonymous_principal", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(options.allow_overlapping_locations,
                            section.Boolean("allow_overlapping_locations", false));
  LIFEBOAT_ASSIGN_OR_RETURN(options.rebase_asserted_appends,
                            section.Boolean("rebase_asserted_appends", false));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<ConfigTable> clients, section.Tables("clients"));
  for (const ConfigTable& client : clients) {
    catalog::ClientCredentials& added = options.clients.emplace_back();
    LIFEBOAT_ASSIGN_OR_RETURN(added.id, client.String("id"));
    LIFEBOAT_ASSIGN_OR_RETURN(added.secret, client.String("secret"));
  }
  LIFEBOAT_RETURN_IF_ERROR(ReadAccessOptions(section, &options));
  if (clients.empty() && !options.allow_anonymous) {
    return section.Error("clients",
                         "must name at least one client ([[catalog.clients]]), or set allow_anonymous");
  }
  if (options.allow_anonymous && !net::IsLoopbackHost(options.host)) {
    return section.Error("allow_anonymous",
                         fmt::format("needs a loopback host, not {}; let clients have credentials "
                                     "([[catalog.clients]]) on any other",
                                     options.host));
  }
  if (!options.anonymous_principal.empty() && !options.allow_anonymous)
    return section.Error("anonymous_principal", "is for a catalog with allow_anonymous = true");
  const bool store_is_file = store.store.starts_with('/');
  LIFEBOAT_RETURN_IF_ERROR(ReadChangeLogSettings(
      section, store_is_file ? std::filesystem::path(store.store).parent_path().string() : "", &options));
  return StartPart([=] { return CatalogPart::Start(options, store, s3, lending); });
}

}  // namespace lifeboat::app
