#include "catalog/client/change_log_reader.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <string>
#include <utility>

#include "catalog/client/rest_session.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

constexpr int64_t kWaitSecondsMax = 60;  // what the server holds a request for
constexpr int kEntriesPerRequest = 500;
constexpr std::chrono::milliseconds kPause{100};  // between two attempts of one Next()

RestCatalogOptions OptionsForPolling(RestCatalogOptions options) {
  options.request_timeout += std::chrono::seconds(kWaitSecondsMax);
  options.attempts_max = 1;  // Next() has its own idea of how long to try
  return options;
}

Result<ChangeLogBounds> ParseBounds(iceberg::ObjectReader& reader) {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t first, reader.Get<int64_t>("first-position"));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t last, reader.Get<int64_t>("last-position"));
  return ChangeLogBounds{static_cast<uint64_t>(first), static_cast<uint64_t>(last)};
}

}  // namespace

ChangeLogReader::ChangeLogReader(const RestCatalogOptions& options, net::HttpClient& http, uint64_t after,
                                 Clock& clock, Random& random)
    : clock_(clock),
      session_(std::make_unique<RestSession>(OptionsForPolling(options), http, clock, random)),
      position_(after) {}

ChangeLogReader::~ChangeLogReader() = default;

Result<std::optional<ChangeLogEntry>> ChangeLogReader::Next(std::chrono::milliseconds timeout) {
  const int64_t deadline_micros = clock_.MonotonicMicros() + Duration(timeout).count();
  for (bool last_look = false; fetched_.empty(); last_look = clock_.MonotonicMicros() >= deadline_micros) {
    const int64_t left_seconds = std::max<int64_t>(deadline_micros - clock_.MonotonicMicros(), 0) / 1'000'000;
    const Status status = Fetch(std::min(left_seconds, kWaitSecondsMax));
    if (!status.ok() && (status.code() != StatusCode::kUnavailable || last_look)) return status;
    if (!fetched_.empty()) break;
    if (last_look) return std::optional<ChangeLogEntry>();
    const int64_t left_micros = deadline_micros - clock_.MonotonicMicros();
    clock_.SleepFor(std::min(Duration(std::max<int64_t>(left_micros, 0)), Duration(kPause)));
  }
  ChangeLogEntry entry = std::move(fetched_.front());
  fetched_.pop_front();
  position_ = entry.position;
  return std::optional<ChangeLogEntry>(std::move(entry));
}

Result<ChangeLogBounds> ChangeLogReader::ReadBounds() {
  // Behind the end of any log there is nothing to return.
  LIFEBOAT_ASSIGN_OR_RETURN(
      const boost::json::value value,
      session_->GetBelowRoot(fmt::format("lifeboat/v1/changes?after={}&limit=1", INT64_MAX)));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(bounds_, ParseBounds(reader));
  return bounds_;
}

Status ChangeLogReader::Fetch(int64_t wait_seconds) {
  LIFEBOAT_ASSIGN_OR_RETURN(
      const boost::json::value value,
      session_->GetBelowRoot(fmt::format("lifeboat/v1/changes?after={}&limit={}&wait={}", position_,
                                         kEntriesPerRequest, wait_seconds)));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(bounds_, ParseBounds(reader));
  if (bounds_.last_position < position_) {
    return Status::FailedPrecondition(
        "the catalog's change log ends at position {}, before the place to go on from, {}: this is another "
        "catalog or an older copy of it; copy the catalog anew and follow from there",
        bounds_.last_position, position_);
  }
  return reader.ForEach("entries", true, [&](const boost::json::value& element, const iceberg::JsonPath& at) {
    LIFEBOAT_ASSIGN_OR_RETURN(ChangeLogEntry entry, ChangeLogEntryFromJson(boost::json::serialize(element)));
    const uint64_t expected = fetched_.empty() ? position_ + 1 : fetched_.back().position + 1;
    if (entry.position != expected) {
      return at.Error(
          fmt::format("the change log skips from position {} to {}", expected - 1, entry.position));
    }
    fetched_.push_back(std::move(entry));
    return Status::Ok();
  });
}

}  // namespace lifeboat::catalog
