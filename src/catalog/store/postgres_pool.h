// PostgresPool: connections for reading, shared by the threads of a server.
//
// A read borrows one, or waits for one, or opens one while there are fewer than the limit. Reads can be
// repeated, so one that meets a connection which died while idle is run again on a new one.
#ifndef LIFEBOAT_CATALOG_STORE_POSTGRES_POOL_H_
#define LIFEBOAT_CATALOG_STORE_POSTGRES_POOL_H_

#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "catalog/store/postgres_connection.h"

namespace lifeboat::catalog {

class PostgresPool {
 public:
  explicit PostgresPool(const PostgresOptions& options) : options_(options) {}

  // Runs `query` (PostgresConnection& → Result<T>). kUnavailable when no connection becomes free or can be
  // opened.
  template <typename T, typename Query>
  Result<T> Read(const Query& query) {
    for (int attempt = 1;; ++attempt) {
      LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<PostgresConnection> connection, Borrow());
      Result<T> result = query(*connection);
      Return(std::move(connection));
      if (result.ok() || !IsConnectionLost(result.status()) || attempt == kAttemptsMax) return result;
    }
  }

 private:
  static constexpr int kAttemptsMax = 2;

  Result<std::unique_ptr<PostgresConnection>> Borrow();
  void Return(std::unique_ptr<PostgresConnection> connection);

  const PostgresOptions options_;
  Mutex mutex_;
  CondVar returned_;
  // The most recently used one is on top.
  std::vector<std::unique_ptr<PostgresConnection>> idle_ GUARDED_BY(mutex_);
  int open_ GUARDED_BY(mutex_) = 0;  // idle or borrowed
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_POSTGRES_POOL_H_
