// EmbeddedAccount: a whole SQL account in this process: objects and grants in SQLite, native tables in a
// DuckDB database file, Iceberg tables of linked databases read through DuckDB with our own scan plan.
//
// The folder given by `dir` is the account: it is created on first use and holds everything that survives a
// restart. One process opens it at a time. All data files, native or Iceberg, are reached through `storage`
// or `dir` only; SQL text can reach nothing else on the machine.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_EMBEDDED_ACCOUNT_H_
#define LIFEBOAT_ACCOUNT_ENGINE_EMBEDDED_ACCOUNT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "account/engine/account_service.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/api/catalog.h"
#include "storage/storage.h"

namespace lifeboat::account {

// What a catalog integration of type ICEBERG_REST says about its catalog, as written in SQL: keys are upper
// case, values verbatim (secrets included).
struct CatalogConnection {
  std::string integration;                         // REST_CATALOG_INT
  std::map<std::string, std::string> rest_config;  // CATALOG_URI, CATALOG_NAME or WAREHOUSE, PREFIX, …
  std::map<std::string, std::string> rest_authentication;  // TYPE, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, …
};

// Makes the client for a catalog. The app decides here what an endpoint such as
// https://glue.us-west-2.amazonaws.com/iceberg stands for on this machine. Called when an integration is
// first used; the client is used from several threads.
using CatalogFactory = std::function<Result<std::unique_ptr<catalog::Catalog>>(const CatalogConnection&)>;

struct EmbeddedAccountOptions {
  std::string dir;  // absolute path
  std::string organization = "LIFEBOAT";
  std::string account;  // "PRIMARY"
  // Created on first start with the role ACCOUNTADMIN; an existing account ignores both.
  std::string admin_user = "ADMIN";
  std::string admin_password;
  // Objects of every location an Iceberg table may name.
  std::shared_ptr<storage::Storage> storage;
  CatalogFactory catalog_factory;
  Clock* clock = &SystemClock();
  Random* random = &SystemRandom();

  int threads = 2;  // DuckDB's workers, shared by all sessions
  int64_t memory_limit_bytes = int64_t{2} << 30;
  // A query sees every commit older than this; younger metadata is not asked for again.
  int64_t metadata_max_age_millis = 500;
  // Snowflake's own refusals where the default ("friendly") does the sensible thing and warns.
  bool strict = false;
};

class EmbeddedAccount {
 public:
  // kInvalidArgument for options that cannot work; kCorruption when `dir` holds a damaged account;
  // kUnavailable when another process has it open.
  static Result<std::unique_ptr<AccountService>> Open(EmbeddedAccountOptions options);
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_EMBEDDED_ACCOUNT_H_
