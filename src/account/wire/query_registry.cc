#include "account/wire/query_registry.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "base/uuid.h"

namespace lifeboat::account::wire {
namespace {

std::string RequestKey(const std::string& session_id, const std::string& request_id) {
  return session_id + "/" + request_id;
}

// What a small answer costs beside its text.
constexpr uint64_t kEntryBytes = 1024;

}  // namespace

QueryRegistry::Beginning QueryRegistry::Begin(QueryDescription description) {
  MutexLock lock(mutex_);
  std::string id = Uuid::V7(clock_, random_).ToString();
  if (!description.request_id.empty()) {
    const auto [it, fresh] =
        by_request_.emplace(RequestKey(description.session_id, description.request_id), id);
    if (!fresh) return {it->second, true};
  }
  Entry& entry = queries_[id];
  entry.description = std::move(description);
  entry.start_millis = clock_.NowMillis();
  active_.push_back(id);
  return {std::move(id), false};
}

bool QueryRegistry::MarkRunning(const std::string& id) {
  MutexLock lock(mutex_);
  Entry& entry = queries_.at(id);
  if (entry.cancelled) return false;
  entry.status = QueryStatus::kRunning;
  return true;
}

void QueryRegistry::End(const std::string& id, QueryAnswerPtr answer) {
  std::vector<Waiting> waiting;
  std::vector<QueryAnswerPtr> dropped;
  {
    MutexLock lock(mutex_);
    Entry& entry = queries_.at(id);
    LIFEBOAT_CHECK(entry.answer == nullptr, "a statement ends once");
    entry.status = answer->success() ? QueryStatus::kSucceeded : QueryStatus::kFailed;
    entry.answer = answer;
    entry.end_millis = clock_.NowMillis();
    entry.end_micros = clock_.MonotonicMicros();
    entry.description.cancel = nullptr;
    waiting.swap(entry.waiting);
    for (const Chunk& chunk : answer->chunks()) chunks_.emplace(chunk.id, ChunkView{answer, &chunk});
    held_bytes_ += answer->bytes() + entry.description.sql.size() + kEntryBytes;
    active_.erase(std::find(active_.begin(), active_.end(), id));
    ended_.push_back(id);
    Forget(entry.end_micros, dropped);
  }
  for (Waiting& wait : waiting) wait.waiter(answer);
}

void QueryRegistry::Wait(const std::string& id, Duration limit, Waiter waiter) {
  QueryAnswerPtr answer;
  {
    MutexLock lock(mutex_);
    const auto it = queries_.find(id);
    if (it != queries_.end() && it->second.answer == nullptr) {
      it->second.waiting.push_back({clock_.MonotonicMicros() + limit.count(), std::move(waiter)});
      return;
    }
    if (it != queries_.end()) answer = it->second.answer;
  }
  waiter(answer);
}

QueryView QueryRegistry::View(const std::string& id, const Entry& entry) {
  const QueryDescription& description = entry.description;
  return {id,           description.session_id, description.user, description.sql,
          entry.status, entry.start_millis,     entry.end_millis, entry.answer};
}

std::optional<QueryView> QueryRegistry::Find(const std::string& id) const {
  MutexLock lock(mutex_);
  const auto it = queries_.find(id);
  if (it == queries_.end()) return std::nullopt;
  return View(id, it->second);
}

std::vector<QueryView> QueryRegistry::List(const std::string& user, size_t max) const {
  std::vector<QueryView> views;
  MutexLock lock(mutex_);
  const auto add = [&](const std::string& id) REQUIRES_LOCK(mutex_) {
    const Entry& entry = queries_.at(id);
    if (views.size() < max && entry.description.user == user) views.push_back(View(id, entry));
  };
  std::for_each(active_.rbegin(), active_.rend(), add);
  std::for_each(ended_.rbegin(), ended_.rend(), add);
  return views;
}

std::optional<std::string> QueryRegistry::FindRequest(const std::string& session_id,
                                                      const std::string& request_id) const {
  MutexLock lock(mutex_);
  const auto it = by_request_.find(RequestKey(session_id, request_id));
  if (it == by_request_.end()) return std::nullopt;
  return it->second;
}

QueryRegistry::ChunkView QueryRegistry::FindChunk(const std::string& chunk_id) const {
  MutexLock lock(mutex_);
  const auto it = chunks_.find(chunk_id);
  return it == chunks_.end() ? ChunkView{} : it->second;
}

template <typename Predicate>
void QueryRegistry::CancelWhere(Predicate matches) {
  std::vector<std::function<void()>> cancels;
  {
    MutexLock lock(mutex_);
    for (const std::string& id : active_) {
      Entry& entry = queries_.at(id);
      if (!matches(id, entry)) continue;
      entry.cancelled = true;
      if (entry.status == QueryStatus::kRunning && entry.description.cancel)
        cancels.push_back(entry.description.cancel);
    }
  }
  for (const std::function<void()>& cancel : cancels) cancel();
}

bool QueryRegistry::Cancel(const std::string& id) {
  bool found = false;
  CancelWhere([&](const std::string& active, const Entry&) {
    found |= active == id;
    return active == id;
  });
  return found;
}

bool QueryRegistry::Cancelled(const std::string& id) const {
  MutexLock lock(mutex_);
  const auto it = queries_.find(id);
  return it != queries_.end() && it->second.cancelled;
}

void QueryRegistry::CancelSession(const std::string& session_id) {
  CancelWhere(
      [&](const std::string&, const Entry& entry) { return entry.description.session_id == session_id; });
}

void QueryRegistry::CancelAll() {
  CancelWhere([](const std::string&, const Entry&) { return true; });
}

void QueryRegistry::Forget(int64_t now_micros, std::vector<QueryAnswerPtr>& dropped) {
  while (!ended_.empty()) {
    const auto oldest = queries_.find(ended_.front());
    Entry& entry = oldest->second;
    const bool expired = entry.end_micros + limits_.retention.count() <= now_micros;
    const bool too_much = ended_.size() > limits_.max_results || held_bytes_ > limits_.max_bytes;
    // The newest stays whatever its size: its client is about to ask for it.
    if (!expired && (!too_much || ended_.size() == 1)) break;
    held_bytes_ -= entry.answer->bytes() + entry.description.sql.size() + kEntryBytes;
    for (const Chunk& chunk : entry.answer->chunks()) chunks_.erase(chunk.id);
    if (!entry.description.request_id.empty()) {
      by_request_.erase(RequestKey(entry.description.session_id, entry.description.request_id));
    }
    dropped.push_back(std::move(entry.answer));
    queries_.erase(oldest);
    ended_.pop_front();
  }
}

void QueryRegistry::Tick() {
  const int64_t now = clock_.MonotonicMicros();
  std::vector<Waiting> over;
  std::vector<QueryAnswerPtr> dropped;
  {
    MutexLock lock(mutex_);
    for (const std::string& id : active_) {
      std::vector<Waiting>& waiting = queries_.at(id).waiting;
      const auto split = std::partition(waiting.begin(), waiting.end(),
                                        [now](const Waiting& wait) { return wait.deadline_micros > now; });
      std::move(split, waiting.end(), std::back_inserter(over));
      waiting.erase(split, waiting.end());
    }
    Forget(now, dropped);
  }
  for (Waiting& wait : over) wait.waiter(nullptr);
  CancelWhere([](const std::string&, const Entry& entry) { return entry.cancelled; });
}

void QueryRegistry::AbandonWaiters() {
  std::vector<Waiting> abandoned;
  MutexLock lock(mutex_);
  for (const std::string& id : active_) {
    std::vector<Waiting>& waiting = queries_.at(id).waiting;
    std::move(waiting.begin(), waiting.end(), std::back_inserter(abandoned));
    waiting.clear();
  }
}

}  // namespace lifeboat::account::wire
