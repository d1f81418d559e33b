#include "bcdr/gateway/session_memory.h"

#include <vector>

namespace lifeboat::bcdr {
namespace {

constexpr std::string_view kStateHeader = "X-Lifeboat-Session";
constexpr std::string_view kIdHeader = "X-Lifeboat-Session-Id";

}  // namespace

std::string_view SessionIdOf(std::string_view authorization) {
  constexpr std::string_view kScheme = "Snowflake Token=";
  if (authorization.size() < kScheme.size() ||
      !net::EqualsIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) {
    return {};
  }
  std::string_view token = authorization.substr(kScheme.size());
  if (token.starts_with('"')) token.remove_prefix(1);
  const size_t dot = token.find('.');
  return dot == std::string_view::npos ? std::string_view() : token.substr(0, dot);
}

void SessionMemory::OnRequest(const net::HttpRequest& request, net::Headers& headers) {
  headers.Remove(kStateHeader);
  headers.Remove(kIdHeader);
  static const std::vector<std::string> kRenewPath{"session", "token-request"};
  if (request.method != "POST" || net::PathSegments(request.Path()) != kRenewPath) return;
  const std::string session_id(SessionIdOf(request.headers.Get("Authorization")));
  if (session_id.empty()) return;
  MutexLock lock(mutex_);
  const auto found = by_id_.find(session_id);
  if (found == by_id_.end()) return;
  by_recency_.splice(by_recency_.begin(), by_recency_, found->second);
  headers.Set(kStateHeader, found->second->second);
}

void SessionMemory::OnResponse(net::HttpResponse& response) {
  const std::string_view session_id = response.headers.Get(kIdHeader);
  const std::string_view state = response.headers.Get(kStateHeader);
  if (!session_id.empty() && !state.empty()) {
    MutexLock lock(mutex_);
    Remember(session_id, state);
  }
  response.headers.Remove(kStateHeader);
  response.headers.Remove(kIdHeader);
}

size_t SessionMemory::size() {
  MutexLock lock(mutex_);
  return by_id_.size();
}

void SessionMemory::Remember(std::string_view session_id, std::string_view state) {
  std::string key(session_id);
  const auto found = by_id_.find(key);
  if (found != by_id_.end()) {
    found->second->second.assign(state);
    by_recency_.splice(by_recency_.begin(), by_recency_, found->second);
    return;
  }
  if (by_id_.size() >= max_sessions_ && !by_recency_.empty()) {
    by_id_.erase(by_recency_.back().first);
    by_recency_.pop_back();
  }
  by_recency_.emplace_front(key, state);
  by_id_.emplace(std::move(key), by_recency_.begin());
}

}  // namespace lifeboat::bcdr
