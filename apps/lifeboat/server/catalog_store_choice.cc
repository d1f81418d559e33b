#include "lifeboat/server/catalog_store_choice.h"

#include <filesystem>
#include <system_error>

#include "catalog/store/postgres_catalog_store.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "lifeboat/deployment/private_file.h"

namespace lifeboat::app {

std::string DisplayName(const CatalogStoreChoice& choice) {
  return catalog::IsPostgresUri(choice.store) ? catalog::PostgresDisplayName(choice.store) : choice.store;
}

Result<std::unique_ptr<catalog::CatalogStore>> OpenCatalogStore(const CatalogStoreChoice& choice,
                                                                const Clock& clock) {
  if (catalog::IsPostgresUri(choice.store)) {
    catalog::PostgresOptions options{.uri = choice.store,
                                     .read_connections_max = static_cast<int>(choice.connections)};
    if (!choice.password_file.empty()) {
      LIFEBOAT_ASSIGN_OR_RETURN(options.password, ReadWholeFile(choice.password_file));
      while (options.password.ends_with('\n') || options.password.ends_with('\r'))
        options.password.pop_back();
    }
    return catalog::OpenPostgresCatalogStore(options, clock);
  }
  std::error_code error;
  const std::string folder = std::filesystem::path(choice.store).parent_path().string();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) {
    return Status::FailedPrecondition("cannot make the folder '{}' of the catalog store: {}", folder,
                                      error.message());
  }
  return catalog::OpenSqliteCatalogStore(choice.store, clock);
}

}  // namespace lifeboat::app
