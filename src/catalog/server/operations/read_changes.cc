#include <charconv>

#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

constexpr uint64_t kLimitDefault = 1000;
constexpr uint64_t kLimitMax = 10'000;
constexpr uint64_t kWaitSecondsMax = 60;

Result<uint64_t> NumberParameter(const RestRequest& request, std::string_view name, uint64_t fallback) {
  if (!request.http.HasQueryParameter(name)) return fallback;
  const std::string text = request.http.QueryParameter(name);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > INT64_MAX) {
    return Status::InvalidArgument("Invalid {} '{}': it must be a whole number", name, text);
  }
  return number;
}

}  // namespace

Result<std::optional<ChangesWait>> FindChangesWait(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t after, NumberParameter(request, "after", 0));
  LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t seconds, NumberParameter(request, "wait", 0));
  if (seconds == 0) return std::optional<ChangesWait>();
  LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, service.store().State());
  if (state.last_position > after) return std::optional<ChangesWait>();
  return std::optional<ChangesWait>({after, std::chrono::seconds(std::min(seconds, kWaitSecondsMax))});
}

Result<net::HttpResponse> ReadChanges(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t after, NumberParameter(request, "after", 0));
  LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t limit, NumberParameter(request, "limit", kLimitDefault));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<ChangeLogEntry> entries,
                            service.store().ReadChangeLog(after, std::min(limit, kLimitMax)));
  LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, service.store().State());
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("first-position", state.first_position);
  writer.Member("last-position", state.last_position);
  writer.Key("entries");
  writer.BeginArray();
  for (const ChangeLogEntry& entry : entries) writer.Raw(ChangeLogEntryToJson(entry));
  writer.EndArray();
  writer.EndObject();
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
