// PostgresConnection: one session of a PostgreSQL server with its prepared statements, as values and Status.
//
// Statements are sent in pipelines: Send() queues, Finish() sends what is queued and collects every answer in
// one round trip. The first error ends a pipeline; the statements behind it are not run. A connection belongs
// to one thread at a time.
//
// Errors: connection lost, server stopping, too many connections kUnavailable; disk full kResourceExhausted;
// damaged data kCorruption; a value the server cannot store kInvalidArgument. They carry a
// PostgresErrorDetail and name the server, never the user or the password.
#ifndef LIFEBOAT_CATALOG_STORE_POSTGRES_CONNECTION_H_
#define LIFEBOAT_CATALOG_STORE_POSTGRES_CONNECTION_H_

#include <chrono>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "catalog/store/postgres_value.h"

struct pg_conn;

namespace lifeboat::catalog {

struct PostgresOptions {
  // "postgresql://user@host:5432/database?sslmode=verify-full" with any of libpq's parameters, several hosts
  // included; or libpq's "host=… dbname=…" form.
  std::string uri;
  std::string password;  // empty: the URI's, or as libpq finds it (PGPASSFILE, ~/.pgpass)

  std::chrono::milliseconds response_timeout{30'000};  // silence of the server while an answer is due
  std::chrono::milliseconds borrow_timeout{10'000};    // how long a read waits for a free connection
  std::chrono::milliseconds recovery_timeout{20'000};  // how long the outcome of a cut commit is looked for
  int read_connections_max = 8;
};

// True for "postgresql://…" and "postgres://…".
bool IsPostgresUri(std::string_view text);
// Whether the URI carries a password; kInvalidArgument when it is not a valid one (the text is not repeated).
Result<bool> PostgresUriHasPassword(const std::string& uri);
// "postgresql://host:port/database": what errors and logs call the store.
std::string PostgresDisplayName(const std::string& uri);

class PostgresErrorDetail : public StatusDetail {
 public:
  PostgresErrorDetail(std::string sqlstate, bool connection_lost)
      : sqlstate_(std::move(sqlstate)), connection_lost_(connection_lost) {}
  const std::string& sqlstate() const { return sqlstate_; }  // empty when the server said nothing
  bool connection_lost() const { return connection_lost_; }

 private:
  std::string sqlstate_;
  bool connection_lost_;
};

// The connection is gone: what was under way may have happened.
bool IsConnectionLost(const Status& status);
// A deadlock or serialization failure: nothing happened, and the same transaction may succeed at once.
bool IsTransactionRetryable(const Status& status);

// A statement, prepared on each connection when it is first used there. Has static storage.
struct PostgresStatement {
  const char* name;
  const char* sql;
};

class PostgresConnection {
 public:
  // kUnavailable when no server answers or it refuses the session; kFailedPrecondition for a database that is
  // not in UTF-8.
  static Result<std::unique_ptr<PostgresConnection>> Open(const PostgresOptions& options);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  // False once the session is over: open another.
  bool usable() const;

  // Statements separated by semicolons that return nothing of interest.
  Status Execute(const std::string& sql);

  void Send(const PostgresStatement& statement, const PostgresParameters& parameters = {});
  // The rows of each statement sent, in order.
  Result<std::vector<PostgresRows>> Finish();

  Result<PostgresRows> Query(const PostgresStatement& statement, const PostgresParameters& parameters = {});

 private:
  PostgresConnection(pg_conn* handle, std::string name, std::chrono::milliseconds response_timeout)
      : handle_(handle), name_(std::move(name)), response_timeout_(response_timeout) {}

  Status SetUpSession();
  // Sends what is buffered and waits until an answer can be taken without blocking.
  Status AwaitAnswer();
  Status ErrorFor(pg_result* result) const;
  Status Lost(std::string_view reason);

  pg_conn* handle_;
  const std::string name_;
  const std::chrono::milliseconds response_timeout_;
  std::unordered_set<const PostgresStatement*> prepared_;
  // What the pipeline will answer, in order; a statement is prepared by an answer of its own.
  struct Expected {
    const PostgresStatement* preparation;  // null: rows
  };
  std::vector<Expected> expected_;
  Status send_error_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_POSTGRES_CONNECTION_H_
