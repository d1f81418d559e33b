#include "catalog/server/change_sink.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "catalog/api/catalog_error.h"
#include "catalog/server/json_lines_sink.h"
#include "catalog/server/webhook_sink.h"

namespace lifeboat::catalog {
namespace {

constexpr std::chrono::milliseconds kLookInterval{200};  // for commits of other servers
constexpr std::chrono::milliseconds kFirstPause{200};
constexpr std::chrono::milliseconds kLongestPause{30'000};
constexpr size_t kEntriesPerBatch = 500;

}  // namespace

std::unique_ptr<ChangeSink> MakeChangeSink(const ChangeSinkOptions& options, const Clock& clock) {
  if (options.kind == ChangeSinkOptions::Kind::kWebhook) {
    return std::make_unique<WebhookSink>(options.url, options.secret, options.position_path, clock);
  }
  return std::make_unique<JsonLinesSink>(options.path, options.position_path);
}

ChangeSinkRunner::ChangeSinkRunner(const ChangeSinkOptions& options, CatalogStore& store,
                                   std::unique_ptr<ChangeSink> sink, const Clock& clock)
    : options_(options),
      store_(store),
      sink_(std::move(sink)),
      clock_(clock),
      thread_(std::make_unique<PeriodicThread>("change-sink", kLookInterval, [this] { Run(); })) {}

ChangeSinkRunner::~ChangeSinkRunner() {
  stopping_ = true;
  thread_.reset();
}

void ChangeSinkRunner::Run() {
  if (clock_.MonotonicMicros() < try_again_micros_) return;
  Status status = Begin();
  while (status.ok() && !stopping_) {
    const Result<bool> delivered = DeliverNext();
    status = delivered.status();
    if (delivered.ok() && !*delivered) break;
  }
  if (status.ok()) {
    if (pause_.count() > 0) log::Info("a change sink works again", {{"sink", options_.name}});
    pause_ = std::chrono::milliseconds(0);
    return;
  }
  // Said once, not for every attempt.
  if (pause_.count() == 0) {
    log::Warning("a change sink fails; it is tried again", {{"sink", options_.name}, {"error", status}});
  }
  pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
  try_again_micros_ = clock_.MonotonicMicros() + Duration(pause_).count();
}

Status ChangeSinkRunner::Begin() {
  if (position_) return Status::Ok();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<uint64_t> position, sink_->Position());
  LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, store_.State());
  if (position && (position > state.last_position || position == foreign_position_)) {
    // Waiting until the log gets there would pass over all it has.
    foreign_position_ = position;
    return Status::FailedPrecondition(
        "it has delivered up to position {}, but the change log ends at {}: this is another store, or an "
        "older copy. Remove '{}'{} to deliver its log from the beginning",
        *position, state.last_position, options_.position_path,
        options_.path.empty() ? std::string() : fmt::format(" and move '{}' away", options_.path));
  }
  position_ = position;
  if (position_) return Status::Ok();
  const bool from_now = options_.start == ChangeSinkOptions::Start::kNow;
  position_ = from_now ? state.last_position : state.first_position - 1;
  return Status::Ok();
}

Result<bool> ChangeSinkRunner::DeliverNext() {
  const Result<std::vector<ChangeLogEntry>> entries = store_.ReadChangeLog(*position_, kEntriesPerBatch);
  if (!entries.ok()) {
    if (ErrorTypeOf(entries.status()) != "ChangesTrimmedException") return entries.status();
    LIFEBOAT_RETURN_IF_ERROR(SkipTrimmed());
    return true;
  }
  if (entries->empty()) return false;
  LIFEBOAT_RETURN_IF_ERROR(sink_->Deliver(*entries));
  position_ = entries->back().position;
  return true;
}

Status ChangeSinkRunner::SkipTrimmed() {
  LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, store_.State());
  log::Warning(
      "a change sink was slower than the change log's retention and misses entries",
      {{"sink", options_.name}, {"first_missed", *position_ + 1}, {"goes_on_at", state.first_position}});
  position_ = std::max(*position_, state.first_position - 1);
  return Status::Ok();
}

}  // namespace lifeboat::catalog
