// AccountEngine: the parts of one embedded account that all its sessions share.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ACCOUNT_ENGINE_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ACCOUNT_ENGINE_H_

#include <atomic>
#include <memory>
#include <string>

#include "account/engine/duck_database.h"
#include "account/engine/embedded_account.h"
#include "account/engine/linked_catalogs.h"
#include "account/objects/object_store.h"

namespace lifeboat::account {

struct AccountEngine {
  EmbeddedAccountOptions options;
  std::unique_ptr<ObjectStore> objects;
  std::unique_ptr<DuckDatabase> duck;
  std::unique_ptr<LinkedCatalogs> links;
  std::string locator;  // CURRENT_ACCOUNT(): stable, and different for every account
  std::atomic<uint64_t> next_session_id{1};
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ACCOUNT_ENGINE_H_
