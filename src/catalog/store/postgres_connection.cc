#include "catalog/store/postgres_connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace lifeboat::catalog {
namespace {

constexpr int kBinary = 1;

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using ConnectionInfo = std::unique_ptr<PQconninfoOption, FreeOptions>;

// What libpq says about a malformed text repeats it, password and all; so that is not passed on.
Result<ConnectionInfo> Parse(const std::string& uri) {
  char* error = nullptr;
  ConnectionInfo info(PQconninfoParse(uri.c_str(), &error));
  PQfreemem(error);
  if (info == nullptr) {
    return Status::InvalidArgument(
        "the catalog store's address is not a valid PostgreSQL URI; write "
        "postgresql://user@host:5432/database and percent-encode special characters");
  }
  return info;
}

std::string_view ValueOf(const PQconninfoOption* info, std::string_view keyword) {
  for (; info->keyword != nullptr; ++info) {
    if (info->keyword == keyword) return info->val == nullptr ? std::string_view() : info->val;
  }
  return {};
}

// What libpq is told unless the URI says otherwise: a peer that vanished is noticed within half a minute.
constexpr std::pair<const char*, const char*> kDefaults[] = {
    {"application_name", "lifeboat"},       {"connect_timeout", "5"},  {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},           {"keepalives_count", "3"}, {"tcp_user_timeout", "20000"},
    {"target_session_attrs", "read-write"},
};

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == '\n' || c == '\t' || c == ' ';
    if (space && (line.empty() || line.back() == ' ')) continue;
    line += space ? ' ' : c;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

StatusCode CodeOf(std::string_view sqlstate) {
  const std::string_view error_class = sqlstate.substr(0, 2);
  if (sqlstate == "53100" || sqlstate == "53200") return StatusCode::kResourceExhausted;
  if (sqlstate == "42501" || sqlstate == "3D000" || error_class == "28" || error_class == "0A") {
    return StatusCode::kFailedPrecondition;
  }
  // Connection, too many connections, read-only standby, rollback, lock or time limit, shutdown.
  if (error_class == "08" || error_class == "53" || error_class == "25" || error_class == "40" ||
      error_class == "55" || error_class == "57" || error_class == "58") {
    return StatusCode::kUnavailable;
  }
  // 54: a name too long to be indexed.
  if (error_class == "22" || error_class == "54") return StatusCode::kInvalidArgument;
  if (error_class == "42" || sqlstate == "XX001" || sqlstate == "XX002") return StatusCode::kCorruption;
  return StatusCode::kInternal;
}

}  // namespace

bool IsPostgresUri(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

Result<bool> PostgresUriHasPassword(const std::string& uri) {
  LIFEBOAT_ASSIGN_OR_RETURN(const ConnectionInfo info, Parse(uri));
  return !ValueOf(info.get(), "password").empty();
}

std::string PostgresDisplayName(const std::string& uri) {
  const Result<ConnectionInfo> info = Parse(uri);
  if (!info.ok()) return "postgresql://?";
  const std::string_view port = ValueOf(info->get(), "port");
  return fmt::format("postgresql://{}{}{}/{}", ValueOf(info->get(), "host"), port.empty() ? "" : ":", port,
                     ValueOf(info->get(), "dbname"));
}

bool IsConnectionLost(const Status& status) {
  const auto* detail = status.detail<PostgresErrorDetail>();
  return detail != nullptr && detail->connection_lost();
}

bool IsTransactionRetryable(const Status& status) {
  const auto* detail = status.detail<PostgresErrorDetail>();
  return detail != nullptr && (detail->sqlstate() == "40001" || detail->sqlstate() == "40P01");
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::Open(const PostgresOptions& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const ConnectionInfo info, Parse(options.uri));
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  const auto add = [&](const char* keyword, const char* value) {
    keywords.push_back(keyword);
    values.push_back(value);
  };
  for (const auto& [keyword, value] : kDefaults) add(keyword, value);
  // The last one of a keyword counts.
  for (const PQconninfoOption* option = info.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) add(option->keyword, option->val);
  }
  if (!options.password.empty()) add("password", options.password.c_str());
  add("client_encoding", "UTF8");
  add(nullptr, nullptr);

  std::unique_ptr<PostgresConnection> connection(
      new PostgresConnection(PQconnectdbParams(keywords.data(), values.data(), 0),
                             PostgresDisplayName(options.uri), options.response_timeout));
  pg_conn* handle = connection->handle_;
  if (PQstatus(handle) != CONNECTION_OK) return connection->Lost(OneLine(PQerrorMessage(handle)));
  PQsetNoticeProcessor(
      handle, [](void*, const char*) {}, nullptr);
  PQsetnonblocking(handle, 1);
  const char* encoding = PQparameterStatus(handle, "server_encoding");
  if (encoding == nullptr || std::string_view(encoding) != "UTF8") {
    return Status::FailedPrecondition(
        "catalog store {}: the database is not in UTF-8; create one with ENCODING 'UTF8'", connection->name_);
  }
  LIFEBOAT_RETURN_IF_ERROR(connection->SetUpSession());
  return connection;
}

PostgresConnection::~PostgresConnection() {
  PQfinish(handle_);
}

bool PostgresConnection::usable() const {
  return PQstatus(handle_) == CONNECTION_OK && PQtransactionStatus(handle_) == PQTRANS_IDLE &&
         send_error_.ok();
}

Status PostgresConnection::SetUpSession() {
  // Every statement of the store reads by key, however little the planner knows of a young or fast-growing
  // table. A session that leaves a transaction open holds up all servers, so the server ends it soon.
  return Execute(fmt::format(
      "SET search_path TO lifeboat_catalog; SET statement_timeout = {}; "
      "SET idle_in_transaction_session_timeout = 10000; SET default_transaction_isolation = 'read "
      "committed'; "
      "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off; "
      "SET plan_cache_mode = force_generic_plan",
      response_timeout_.count()));
}

Status PostgresConnection::Execute(const std::string& sql) {
  if (PQsendQuery(handle_, sql.c_str()) == 0) return Lost(OneLine(PQerrorMessage(handle_)));
  Status status;
  for (;;) {
    LIFEBOAT_RETURN_IF_ERROR(AwaitAnswer());
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(handle_), &PQclear);
    if (result == nullptr) return status;
    const ExecStatusType type = PQresultStatus(result.get());
    const bool fine = type == PGRES_COMMAND_OK || type == PGRES_TUPLES_OK || type == PGRES_EMPTY_QUERY;
    if (!fine && status.ok()) status = ErrorFor(result.get());
  }
}

void PostgresConnection::Send(const PostgresStatement& statement, const PostgresParameters& parameters) {
  if (!send_error_.ok()) return;
  const auto check = [this](int sent) {
    if (sent == 0) send_error_ = Lost(OneLine(PQerrorMessage(handle_)));
    return sent != 0;
  };
  if (expected_.empty() && !check(PQenterPipelineMode(handle_))) return;
  // Twice in one pipeline before the first answer: the second must not prepare again.
  if (prepared_.insert(&statement).second) {
    if (!check(PQsendPrepare(handle_, statement.name, statement.sql, 0, nullptr))) return;
    expected_.push_back({&statement});
  }
  if (!check(PQsendQueryPrepared(handle_, statement.name, parameters.size(), parameters.values(),
                                 parameters.lengths(), parameters.formats(), kBinary))) {
    return;
  }
  expected_.push_back({nullptr});
}

Result<std::vector<PostgresRows>> PostgresConnection::Finish() {
  const std::vector<Expected> expected = std::exchange(expected_, {});
  LIFEBOAT_RETURN_IF_ERROR(send_error_);
  std::vector<PostgresRows> rows;
  if (expected.empty()) return rows;
  if (PQpipelineSync(handle_) == 0) return Lost(OneLine(PQerrorMessage(handle_)));
  Status status;
  for (const Expected& answer : expected) {
    // One result, then the null that ends it.
    bool prepared = false;
    for (;;) {
      LIFEBOAT_RETURN_IF_ERROR(AwaitAnswer());
      PGresult* result = PQgetResult(handle_);
      if (result == nullptr) break;
      const ExecStatusType type = PQresultStatus(result);
      PostgresRows owner(result);
      if (type == PGRES_COMMAND_OK || type == PGRES_TUPLES_OK) {
        prepared = true;
        if (answer.preparation == nullptr) rows.push_back(std::move(owner));
      } else if (type != PGRES_PIPELINE_ABORTED && status.ok()) {
        status = ErrorFor(result);
        if (PQstatus(handle_) != CONNECTION_OK) return status;
      }
    }
    if (answer.preparation != nullptr && !prepared) prepared_.erase(answer.preparation);
  }
  LIFEBOAT_RETURN_IF_ERROR(AwaitAnswer());
  const PostgresRows sync(PQgetResult(handle_));
  if (PQexitPipelineMode(handle_) == 0) {
    const Status lost = Lost(OneLine(PQerrorMessage(handle_)));
    return IsConnectionLost(status) ? status : lost;  // the server's own reason says more
  }
  LIFEBOAT_RETURN_IF_ERROR(status);
  return rows;
}

Result<PostgresRows> PostgresConnection::Query(const PostgresStatement& statement,
                                               const PostgresParameters& parameters) {
  Send(statement, parameters);
  LIFEBOAT_ASSIGN_OR_RETURN(std::vector<PostgresRows> rows, Finish());
  return std::move(rows.front());
}

Status PostgresConnection::AwaitAnswer() {
  for (;;) {
    const int unsent = PQflush(handle_);
    if (unsent < 0) return Lost(OneLine(PQerrorMessage(handle_)));
    if (PQisBusy(handle_) == 0) return Status::Ok();
    pollfd wait{PQsocket(handle_), static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0)), 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(response_timeout_.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return Lost(fmt::format("no answer for {} ms", response_timeout_.count()));
    if ((wait.revents & ~POLLOUT) != 0 && PQconsumeInput(handle_) == 0) {
      return Lost(OneLine(PQerrorMessage(handle_)));
    }
  }
}

Status PostgresConnection::ErrorFor(pg_result* result) const {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string_view(text == nullptr ? "" : text);
  };
  const std::string sqlstate(field(PG_DIAG_SQLSTATE));
  const bool lost = PQstatus(handle_) != CONNECTION_OK || sqlstate.starts_with("57P") || sqlstate.empty();
  const std::string message =
      OneLine(sqlstate.empty() ? PQresultErrorMessage(result) : field(PG_DIAG_MESSAGE_PRIMARY));
  const StatusCode code = lost ? StatusCode::kUnavailable : CodeOf(sqlstate);
  const std::string_view remedy = code == StatusCode::kResourceExhausted
                                      ? "; free space or memory on its server"
                                  : code == StatusCode::kCorruption  ? "; restore the database from a backup"
                                  : code == StatusCode::kUnavailable ? "; try again"
                                                                     : "";
  return Status::Make(code, "catalog store {}: {}{}{}", name_, message,
                      sqlstate.empty() ? "" : fmt::format(" (SQLSTATE {})", sqlstate), remedy)
      .WithDetail(std::make_shared<PostgresErrorDetail>(sqlstate, lost));
}

Status PostgresConnection::Lost(std::string_view reason) {
  const Status status = Status::Unavailable("catalog store {}: the connection is lost: {}; try again", name_,
                                            reason.empty() ? "closed by the server" : reason)
                            .WithDetail(std::make_shared<PostgresErrorDetail>("", true));
  send_error_ = status;  // an answer that comes after all would be taken for another statement's
  return status;
}

}  // namespace lifeboat::catalog
