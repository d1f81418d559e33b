#include "catalog/store/postgres_pool.h"

namespace lifeboat::catalog {

Result<std::unique_ptr<PostgresConnection>> PostgresPool::Borrow() {
  {
    MutexLock lock(mutex_);
    while (idle_.empty() && open_ >= options_.read_connections_max) {
      if (!returned_.WaitFor(mutex_, options_.borrow_timeout) && idle_.empty() &&
          open_ >= options_.read_connections_max) {
        return Status::Unavailable(
            "all {} connections to the catalog store are busy; try again, or allow more of them",
            options_.read_connections_max);
      }
    }
    if (!idle_.empty()) {
      std::unique_ptr<PostgresConnection> connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++open_;
  }
  Result<std::unique_ptr<PostgresConnection>> connection = PostgresConnection::Open(options_);
  if (!connection.ok()) Return(nullptr);
  return connection;
}

void PostgresPool::Return(std::unique_ptr<PostgresConnection> connection) {
  std::vector<std::unique_ptr<PostgresConnection>> dead;  // closed outside the lock
  MutexLock lock(mutex_);
  if (connection != nullptr && connection->usable()) {
    idle_.push_back(std::move(connection));
  } else {
    // What broke one connection has broken the idle ones, too.
    dead.swap(idle_);
    open_ -= 1 + static_cast<int>(dead.size());
    returned_.NotifyAll();
  }
  returned_.NotifyOne();
}

}  // namespace lifeboat::catalog
