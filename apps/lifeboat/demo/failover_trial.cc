#include "lifeboat/demo/failover_trial.h"

#include <memory>
#include <utility>

#include "base/uuid.h"
#include "lifeboat/cli/interrupt.h"
#include "lifeboat/cli/progress.h"
#include "lifeboat/demo/query_loop.h"
#include "lifeboat/deployment/health.h"
#include "lifeboat/driver/driver_client.h"
#include "lifeboat/shell/connection_choice.h"
#include "lifeboat/shell/run_script.h"

namespace lifeboat::app {
namespace {

constexpr size_t kAnswersBefore = 20;
constexpr size_t kAnswersAfter = 20;
constexpr std::chrono::seconds kAnswerLimit{60};
constexpr std::chrono::milliseconds kPoll{20};

constexpr char kLoopQuery[] = "SELECT CURRENT_ACCOUNT_NAME(), COUNT(*) FROM IMPRESSIONS";
// What a session carries and an application would miss.
constexpr char kSessionQuery[] =
    "SELECT CURRENT_USER(), CURRENT_ROLE(), CURRENT_WAREHOUSE(), CURRENT_DATABASE(), CURRENT_SCHEMA(), "
    "$demo_marker";

Result<std::string> OneLine(driver::DriverClient& client, const std::string& sql) {
  const Result<driver::ResultSet> result = client.Execute(sql);
  if (!result.ok())
    return Status::Make(result.status().code(), "{}: {}", sql, DescribeSqlError(result.status()));
  std::string line;
  for (const auto& row : result->rows) {
    for (const auto& cell : row) line += cell.value_or("NULL") + "|";
  }
  return line;
}

// A session as an analyst has it, with a variable that nobody else could know.
Status SetUpSession(driver::DriverClient& client) {
  return RunScript(client,
                   fmt::format("USE ROLE ICEBERG_ANALYST; USE WAREHOUSE ICEBERG_DEMO_WH; "
                               "USE SCHEMA ICEBERG_PROD.ADVERTISING; SET demo_marker = '{}';",
                               Uuid::V4().ToString()),
                   "session", [](const driver::ResultSet&) {});
}

// True when `reached` came true; false when the limit passed.
template <typename Condition>
Result<bool> WaitFor(Clock& clock, std::chrono::microseconds limit, Condition reached) {
  const int64_t deadline = clock.MonotonicMicros() + limit.count();
  while (!reached()) {
    if (clock.MonotonicMicros() > deadline) return false;
    if (SleepUnlessInterrupted(kPoll)) return CheckInterrupted();
  }
  return true;
}

std::string ProcessOf(const std::string& account) {
  return account == "PRIMARY" ? kPrimaryProcess : kSecondaryProcess;
}

void Evaluate(FailoverTrial& trial, const std::vector<QueryLoop::Answer>& answers) {
  for (const QueryLoop::Answer& answer : answers) {
    if (!answer.status.ok()) {
      if (trial.first_error.empty()) trial.first_error = DescribeSqlError(answer.status);
      ++trial.failed;
      continue;
    }
    ++trial.answered;
    trial.wrong_counts += answer.count != answers.front().count ? 1 : 0;
  }
}

// While the loop runs: kills the primary and waits for answers from elsewhere.
Status KillAndWait(Deployment& deployment, QueryLoop& loop, FailoverTrial& trial) {
  Clock& clock = SystemClock();
  LIFEBOAT_ASSIGN_OR_RETURN(const bool warm,
                            WaitFor(clock, kAnswerLimit, [&] { return loop.answers() >= kAnswersBefore; }));
  if (!warm)
    return Status::Unavailable("the connection answered fewer than {} queries in a minute", kAnswersBefore);
  Progress progress("failover", 1, "answer from the other account");
  const int64_t killed = clock.MonotonicMicros();
  LIFEBOAT_RETURN_IF_ERROR(deployment.Kill(ProcessOf(trial.killed)));
  LIFEBOAT_ASSIGN_OR_RETURN(const bool moved, WaitFor(clock, kAnswerLimit, [&] {
                              progress.Advance(0);
                              return loop.FirstFromElsewhere(trial.killed).has_value();
                            }));
  if (!moved) return Status::Ok();
  const QueryLoop::Answer first = *loop.FirstFromElsewhere(trial.killed);
  trial.moved_to = first.account;
  trial.seconds_to_first_answer = static_cast<double>(first.answered_micros - killed) / 1e6;
  progress.Advance(1);
  progress.Finish(fmt::format("{:.2f} s after SIGKILL to {}", trial.seconds_to_first_answer, trial.killed));
  const size_t seen = loop.answers();
  return WaitFor(clock, kAnswerLimit, [&] { return loop.answers() >= seen + kAnswersAfter; }).status();
}

}  // namespace

Result<FailoverTrial> RunFailoverTrial(Deployment& deployment) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Endpoints endpoints, deployment.ReadEndpoints());
  LIFEBOAT_ASSIGN_OR_RETURN(const ConnectionSummary connection,
                            DescribeConnection(endpoints.connection.port));
  FailoverTrial trial;
  trial.killed = connection.primary;
  ConnectionChoice choice;
  choice.dir = deployment.dir();
  LIFEBOAT_ASSIGN_OR_RETURN(const driver::ConnectOptions options, ResolveConnection(choice));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<driver::DriverClient> client,
                            driver::DriverClient::Connect(options));
  LIFEBOAT_RETURN_IF_ERROR(SetUpSession(*client));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string session_before, OneLine(*client, kSessionQuery));
  {
    QueryLoop loop(*client, kLoopQuery, SystemClock());
    const Status status = KillAndWait(deployment, loop, trial);
    if (!status.ok()) client->Cancel();
    Evaluate(trial, loop.Stop());
    LIFEBOAT_RETURN_IF_ERROR(status);
  }
  const Result<std::string> session_after = OneLine(*client, kSessionQuery);
  trial.session_survived = session_after.ok() && *session_after == session_before;
  if (!trial.session_survived && trial.first_error.empty()) {
    trial.first_error = session_after.ok()
                            ? fmt::format("the session was {} and is {}", session_before, *session_after)
                            : session_after.status().message();
  }
  trial.renewals = client->statistics().renewals;
  return trial;
}

Status RestoreAfterTrial(Deployment& deployment) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Endpoints endpoints, deployment.ReadEndpoints());
  for (const ProcessState& process : deployment.State()) {
    if (!process.pid.has_value()) LIFEBOAT_RETURN_IF_ERROR(deployment.Start(process.name));
  }
  // The gateway promotes only what it has seen to be healthy.
  Status promoted;
  LIFEBOAT_ASSIGN_OR_RETURN(const bool done, WaitFor(SystemClock(), kAnswerLimit, [&] {
                              promoted = PromoteConnection(endpoints.connection.port, "PRIMARY");
                              return promoted.ok();
                            }));
  return done ? Status::Ok() : promoted;
}

}  // namespace lifeboat::app
