// DriverClient: a SQL session over the protocol of Snowflake's drivers, with an embedded account, a gateway
// or any server that speaks it.
//
// It behaves as the vendor's drivers do where an account disappears: a request that got no answer, or HTTP
// 429 or 5xx, is repeated with backoff under the same requestId until `retry_time_limit`; 390112 renews the
// session with the master token and repeats the statement; "in progress" is polled for; large results are
// fetched chunk by chunk. One thread at a time, except Cancel().
#ifndef LIFEBOAT_DRIVER_DRIVER_CLIENT_H_
#define LIFEBOAT_DRIVER_DRIVER_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace lifeboat::driver {

struct ConnectOptions {
  std::string protocol = "http";  // "http" or "https"
  std::string host;               // "127.0.0.1"
  uint16_t port = 0;
  std::string account;  // "PRIMARY", "LIFEBOAT-PRIMARY" or a connection's name
  std::string user;
  std::string password;
  std::string role, warehouse, database, schema;  // empty: the user's defaults
  std::map<std::string, std::string> session_parameters;

  std::chrono::milliseconds request_time_limit{120'000};  // of one HTTP exchange
  std::chrono::milliseconds retry_time_limit{60'000};     // of one request with all its repetitions
};

// `type` is the protocol's name: "FIXED", "REAL", "TEXT", "BOOLEAN", "DATE", "TIME", "TIMESTAMP_NTZ",
// "TIMESTAMP_LTZ", "TIMESTAMP_TZ", "VARIANT", "OBJECT", "ARRAY", "BINARY".
struct ResultColumn {
  std::string name;
  std::string type;
  int precision = 0;
  int scale = 0;
  bool nullable = true;
};

// Cells are display text ("2026-01-31 12:00:00.000", "true", "DEADBEEF"); nothing is NULL. TIMESTAMP_LTZ is
// shown in UTC with "Z", TIMESTAMP_TZ in its own offset.
struct ResultSet {
  std::string query_id;
  std::vector<ResultColumn> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
  int64_t statement_type_id = 0;  // 0x1000 SELECT, 0x3100 INSERT, …
};

// What the session calls its current objects, as of the latest answer.
struct CurrentObjects {
  std::string role, warehouse, database, schema;
};

// Why a statement failed, attached to its Status beside the server's message.
struct StatementError : StatusDetail {
  std::string code;       // "002003"
  std::string sql_state;  // "42S02"
  std::string query_id;
  int line = -1;      // from 1
  int position = -1;  // from 0
};

// What happened beneath the caller's feet.
struct DriverStatistics {
  int64_t requests = 0;
  int64_t retries = 0;   // repeated requests, whatever the reason
  int64_t renewals = 0;  // sessions resumed with the master token
};

// `type` as in ResultColumn; ANY for an untyped NULL. Values as text (dates as days, timestamps as
// nanoseconds).
struct Bind {
  std::string type;
  std::optional<std::string> value;
};

class DriverClient {
 public:
  // Logs in. kUnauthenticated for refused credentials; kUnavailable when no server answered within
  // retry_time_limit.
  static Result<std::unique_ptr<DriverClient>> Connect(const ConnectOptions& options,
                                                       Clock& clock = SystemClock(),
                                                       Random& random = SystemRandom());
  virtual ~DriverClient() = default;  // closes the session if Close was not called

  // Runs one statement and waits for all of its rows. Errors of the statement carry a StatementError;
  // kUnauthenticated when the session cannot be renewed; kCommitStateUnknown when a server may have run the
  // statement and none answered within retry_time_limit.
  virtual Result<ResultSet> Execute(const std::string& sql, const std::vector<Bind>& binds = {}) = 0;
  // Asks the server to end the statement that Execute is running, if any. From any thread.
  virtual void Cancel() = 0;
  // Keeps the session alive; tells whether it is.
  virtual Status Heartbeat() = 0;
  virtual Status Close() = 0;

  virtual const CurrentObjects& current() const = 0;
  virtual const DriverStatistics& statistics() const = 0;
};

}  // namespace lifeboat::driver

#endif  // LIFEBOAT_DRIVER_DRIVER_CLIENT_H_
