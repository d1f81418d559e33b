#include "lifeboat/demo/query_loop.h"

#include <utility>

namespace lifeboat::app {
namespace {

// Between queries, as an application would; short against what is measured.
constexpr std::chrono::milliseconds kPause{5};

}  // namespace

QueryLoop::QueryLoop(driver::DriverClient& client, std::string sql, Clock& clock)
    : client_(client), sql_(std::move(sql)), clock_(clock), thread_("query-loop", 1) {
  thread_.Submit([this] { Run(); });
}

QueryLoop::~QueryLoop() {
  Stop();
}

void QueryLoop::Run() {
  while (true) {
    {
      MutexLock lock(mutex_);
      if (stopping_) break;
    }
    const Result<driver::ResultSet> result = client_.Execute(sql_);
    Answer answer;
    answer.answered_micros = clock_.MonotonicMicros();
    answer.status = result.status();
    if (result.ok() && !result->rows.empty() && result->rows[0].size() >= 2) {
      answer.account = result->rows[0][0].value_or("");
      answer.count = result->rows[0][1].value_or("");
    } else if (result.ok()) {
      answer.status = Status::Internal("the query '{}' gave no row of two columns", sql_);
    }
    {
      MutexLock lock(mutex_);
      answers_.push_back(std::move(answer));
    }
    clock_.SleepFor(kPause);
  }
  MutexLock lock(mutex_);
  running_ = false;
  stopped_.NotifyAll();
}

size_t QueryLoop::answers() const {
  MutexLock lock(mutex_);
  return answers_.size();
}

std::optional<QueryLoop::Answer> QueryLoop::FirstFromElsewhere(const std::string& account) const {
  MutexLock lock(mutex_);
  for (const Answer& answer : answers_) {
    if (answer.status.ok() && answer.account != account) return answer;
  }
  return std::nullopt;
}

std::vector<QueryLoop::Answer> QueryLoop::Stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  while (running_) stopped_.Wait(mutex_);
  return answers_;
}

}  // namespace lifeboat::app
