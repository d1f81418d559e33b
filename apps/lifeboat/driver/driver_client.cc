#include "lifeboat/driver/driver_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/mutex.h"
#include "base/uuid.h"
#include "lifeboat/driver/display_text.h"
#include "lifeboat/driver/driver_request.h"

namespace lifeboat::driver {
namespace {

constexpr char kSessionExpired[] = "390112";
constexpr char kInProgress[] = "333333";
constexpr char kInProgressAsync[] = "333334";
constexpr char kStatementNotFound[] = "000709";
constexpr int kRenewalsMax = 5;  // of one request: a session that expires at once is not worth more

std::string Text(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

int64_t Integer(const boost::json::object& object, std::string_view name, int64_t fallback) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : fallback;
}

bool Succeeded(const boost::json::object& answer) {
  const boost::json::value* success = answer.if_contains("success");
  return success != nullptr && success->is_bool() && success->get_bool();
}

const boost::json::object& Data(const boost::json::object& answer) {
  static const boost::json::object kNone;
  const boost::json::value* data = answer.if_contains("data");
  return data != nullptr && data->is_object() ? data->get_object() : kNone;
}

const boost::json::array& List(const boost::json::object& object, std::string_view name) {
  static const boost::json::array kNone;
  const boost::json::value* list = object.if_contains(name);
  return list != nullptr && list->is_array() ? list->get_array() : kNone;
}

bool InProgress(const boost::json::object& answer) {
  const std::string code = Text(answer, "code");
  return code == kInProgress || code == kInProgressAsync;
}

std::string UpperCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
  return text;
}

Status ToStatus(const boost::json::object& answer, StatusCode status_code) {
  const boost::json::object& data = Data(answer);
  auto error = std::make_shared<StatementError>();
  error->code = Text(answer, "code");
  error->sql_state = Text(data, "sqlState");
  error->query_id = Text(data, "queryId");
  error->line = static_cast<int>(Integer(data, "line", -1));
  error->position = static_cast<int>(Integer(data, "pos", -1));
  return Status(status_code, Text(answer, "message"), std::move(error));
}

StatusCode CodeOfStatementError(const std::string& code) {
  if (code == "000604") return StatusCode::kCancelled;
  // The server that ran it is gone, and with it the answer.
  if (code == kStatementNotFound) return StatusCode::kCommitStateUnknown;
  if (code == "003001") return StatusCode::kPermissionDenied;
  if (code == "002003" || code == "002043") return StatusCode::kNotFound;
  if (code == "002002") return StatusCode::kAlreadyExists;
  return StatusCode::kInvalidArgument;
}

Status AppendRows(const boost::json::array& rows, ResultSet& result) {
  for (const boost::json::value& row : rows) {
    if (!row.is_array() || row.get_array().size() != result.columns.size()) {
      return Status::Internal("The server sent a row that does not fit the {} columns of its result.",
                              result.columns.size());
    }
    auto& cells = result.rows.emplace_back();
    cells.reserve(result.columns.size());
    for (size_t i = 0; i < result.columns.size(); ++i) {
      const boost::json::value& cell = row.get_array()[i];
      if (cell.is_null()) {
        cells.emplace_back();
        continue;
      }
      const std::string text =
          cell.is_string() ? std::string(cell.get_string()) : boost::json::serialize(cell);
      LIFEBOAT_ASSIGN_OR_RETURN(cells.emplace_back(), DisplayText(result.columns[i].type, text));
    }
  }
  return Status::Ok();
}

boost::json::object BindingsJson(const std::vector<Bind>& binds) {
  boost::json::object object;
  for (size_t i = 0; i < binds.size(); ++i) {
    boost::json::value value(nullptr);
    if (binds[i].value.has_value()) value = *binds[i].value;
    object.emplace(std::to_string(i + 1),
                   boost::json::object{{"type", binds[i].type}, {"value", std::move(value)}});
  }
  return object;
}

class HttpDriverClient : public DriverClient {
 public:
  HttpDriverClient(const ConnectOptions& options, Clock& clock, Random& random)
      : options_(options),
        base_url_(fmt::format("{}://{}:{}", options.protocol, options.host, options.port)),
        clock_(clock),
        random_(random),
        sender_(options, clock, random, statistics_) {}

  ~HttpDriverClient() override {
    if (!token_.empty()) static_cast<void>(Close());
  }

  Status Login();
  Result<ResultSet> Execute(const std::string& sql, const std::vector<Bind>& binds) override;
  void Cancel() override;
  Status Heartbeat() override;
  Status Close() override;

  const CurrentObjects& current() const override { return current_; }
  const DriverStatistics& statistics() const override { return statistics_; }

 private:
  std::string NewId() { return Uuid::V4(random_).ToString(); }
  // Sends with the session token, renewing the session as often as the server asks for it.
  Result<boost::json::object> SendInSession(DriverRequest& request);
  Status Renew();
  Result<boost::json::object> AwaitResult(boost::json::object answer);
  Result<ResultSet> ReadResult(const boost::json::object& data);

  const ConnectOptions options_;
  const std::string base_url_;
  Clock& clock_;
  Random& random_;
  DriverStatistics statistics_;
  RequestSender sender_;
  std::string master_token_;
  CurrentObjects current_;
  int64_t sequence_ = 0;

  Mutex mutex_;  // what Cancel reads from another thread
  std::string token_ GUARDED_BY(mutex_);
  std::string running_request_ GUARDED_BY(mutex_);  // requestId; "": none
};

Status HttpDriverClient::Login() {
  boost::json::object parameters;
  for (const auto& [name, value] : options_.session_parameters) parameters.emplace(name, value);
  DriverRequest request;
  request.url = base_url_ + "/session/v1/login-request";
  request.query = {{"requestId", NewId()},
                   {"databaseName", options_.database},
                   {"schemaName", options_.schema},
                   {"warehouse", options_.warehouse},
                   {"roleName", options_.role}};
  std::erase_if(request.query, [](const auto& parameter) { return parameter.second.empty(); });
  request.body =
      boost::json::serialize(boost::json::object{{"data",
                                                  {{"CLIENT_APP_ID", "Lifeboat"},
                                                   {"CLIENT_APP_VERSION", "0.1.0"},
                                                   {"ACCOUNT_NAME", options_.account},
                                                   {"LOGIN_NAME", options_.user},
                                                   {"PASSWORD", options_.password},
                                                   {"CLIENT_ENVIRONMENT", boost::json::object()},
                                                   {"SESSION_PARAMETERS", std::move(parameters)}}}});
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::object answer, sender_.Send(request));
  if (!Succeeded(answer)) return ToStatus(answer, StatusCode::kUnauthenticated);
  const boost::json::object& data = Data(answer);
  master_token_ = Text(data, "masterToken");
  {
    MutexLock lock(mutex_);
    token_ = Text(data, "token");
  }
  if (const auto* info = data.if_contains("sessionInfo"); info != nullptr && info->is_object()) {
    const boost::json::object& session = info->get_object();
    current_ = {Text(session, "roleName"), Text(session, "warehouseName"), Text(session, "databaseName"),
                Text(session, "schemaName")};
  }
  return Status::Ok();
}

Status HttpDriverClient::Renew() {
  DriverRequest request;
  request.url = base_url_ + "/session/token-request";
  request.query = {{"requestId", NewId()}};
  request.token = master_token_;
  {
    MutexLock lock(mutex_);
    request.body =
        boost::json::serialize(boost::json::object{{"oldSessionToken", token_}, {"requestType", "RENEW"}});
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::object answer, sender_.Send(request));
  if (!Succeeded(answer)) return ToStatus(answer, StatusCode::kUnauthenticated);
  ++statistics_.renewals;
  master_token_ = Text(Data(answer), "masterToken");
  MutexLock lock(mutex_);
  token_ = Text(Data(answer), "sessionToken");
  return Status::Ok();
}

Result<boost::json::object> HttpDriverClient::SendInSession(DriverRequest& request) {
  for (int renewals = 0;; ++renewals) {
    {
      MutexLock lock(mutex_);
      request.token = token_;
    }
    if (request.token.empty()) return Status::Unauthenticated("The session is closed. Connect again.");
    LIFEBOAT_ASSIGN_OR_RETURN(boost::json::object answer, sender_.Send(request));
    if (Text(answer, "code") != kSessionExpired || renewals == kRenewalsMax) return answer;
    LIFEBOAT_RETURN_IF_ERROR(Renew());
    ++request.retry_count;
    ++statistics_.retries;
  }
}

Result<ResultSet> HttpDriverClient::Execute(const std::string& sql, const std::vector<Bind>& binds) {
  const std::string request_id = NewId();
  boost::json::object body{{"sqlText", sql},
                           {"asyncExec", false},
                           {"sequenceId", ++sequence_},
                           {"querySubmissionTime", clock_.NowMillis()}};
  if (!binds.empty()) body.emplace("bindings", BindingsJson(binds));
  DriverRequest request;
  request.url = base_url_ + "/queries/v1/query-request";
  request.query = {{"requestId", request_id}, {"request_guid", NewId()}};
  request.body = boost::json::serialize(body);
  const auto set_running = [this](const std::string& id) {
    MutexLock lock(mutex_);
    running_request_ = id;
  };
  set_running(request_id);
  Result<boost::json::object> answer = SendInSession(request);
  if (answer.ok() && InProgress(*answer)) {
    request.may_have_run = true;
    answer = AwaitResult(*std::move(answer));
  }
  set_running("");
  if (!answer.ok()) {
    const bool may_have_run = request.may_have_run && answer.status().code() == StatusCode::kUnavailable;
    return may_have_run ? Status(StatusCode::kCommitStateUnknown, answer.status().message())
                        : answer.status();
  }
  const std::string code = Text(*answer, "code");
  if (code == kSessionExpired) return ToStatus(*answer, StatusCode::kUnauthenticated);
  if (!Succeeded(*answer)) return ToStatus(*answer, CodeOfStatementError(code));
  return ReadResult(Data(*answer));
}

Result<boost::json::object> HttpDriverClient::AwaitResult(boost::json::object answer) {
  while (InProgress(answer)) {
    DriverRequest poll;
    poll.method = "GET";
    poll.url = base_url_ + Text(Data(answer), "getResultUrl");
    LIFEBOAT_ASSIGN_OR_RETURN(answer, SendInSession(poll));
  }
  return answer;
}

Result<ResultSet> HttpDriverClient::ReadResult(const boost::json::object& data) {
  ResultSet result;
  result.query_id = Text(data, "queryId");
  result.statement_type_id = Integer(data, "statementTypeId", 0);
  current_ = {Text(data, "finalRoleName"), Text(data, "finalWarehouseName"), Text(data, "finalDatabaseName"),
              Text(data, "finalSchemaName")};
  for (const boost::json::value& entry : List(data, "rowtype")) {
    if (!entry.is_object())
      return Status::Internal("The server described a column in a way this client does not know.");
    const boost::json::object& column = entry.get_object();
    const boost::json::value* nullable = column.if_contains("nullable");
    result.columns.push_back({Text(column, "name"), UpperCase(Text(column, "type")),
                              static_cast<int>(Integer(column, "precision", 0)),
                              static_cast<int>(Integer(column, "scale", 0)),
                              nullable == nullptr || !nullable->is_bool() || nullable->get_bool()});
  }
  LIFEBOAT_RETURN_IF_ERROR(AppendRows(List(data, "rowset"), result));
  for (const boost::json::value& entry : List(data, "chunks")) {
    if (!entry.is_object()) continue;
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string rows, sender_.Download(Text(entry.get_object(), "url")));
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse("[" + rows + "]", error);
    if (error) return Status::Internal("Part of the result is not JSON: {}.", error.message());
    LIFEBOAT_RETURN_IF_ERROR(AppendRows(parsed.get_array(), result));
  }
  return result;
}

void HttpDriverClient::Cancel() {
  // A sender of its own: Execute's is in use by its thread.
  DriverStatistics statistics;
  DriverRequest request;
  {
    MutexLock lock(mutex_);
    if (running_request_.empty()) return;
    request.token = token_;
    request.body = boost::json::serialize(boost::json::object{{"requestId", running_request_}});
  }
  request.url = base_url_ + "/queries/v1/abort-request";
  request.query = {{"requestId", Uuid::V4().ToString()}};
  ConnectOptions options = options_;
  options.retry_time_limit = std::chrono::seconds(2);
  static_cast<void>(RequestSender(options, clock_, SystemRandom(), statistics).Send(request));
}

Status HttpDriverClient::Heartbeat() {
  DriverRequest request;
  request.url = base_url_ + "/session/heartbeat";
  request.query = {{"requestId", NewId()}};
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::object answer, SendInSession(request));
  return Succeeded(answer) ? Status::Ok() : ToStatus(answer, StatusCode::kUnauthenticated);
}

Status HttpDriverClient::Close() {
  DriverRequest request;
  request.url = base_url_ + "/session";
  request.query = {{"delete", "true"}};
  request.body = "{}";
  {
    MutexLock lock(mutex_);
    request.token = std::exchange(token_, "");
  }
  if (request.token.empty()) return Status::Ok();
  // A server that is gone has closed the session already.
  ConnectOptions options = options_;
  options.retry_time_limit = std::chrono::milliseconds(500);
  return RequestSender(options, clock_, random_, statistics_).Send(request).status();
}

}  // namespace

Result<std::unique_ptr<DriverClient>> DriverClient::Connect(const ConnectOptions& options, Clock& clock,
                                                            Random& random) {
  auto client = std::make_unique<HttpDriverClient>(options, clock, random);
  LIFEBOAT_RETURN_IF_ERROR(client->Login());
  return std::unique_ptr<DriverClient>(std::move(client));
}

}  // namespace lifeboat::driver
