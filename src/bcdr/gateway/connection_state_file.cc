#include "bcdr/gateway/connection_state_file.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace lifeboat::bcdr {
namespace {

namespace json = boost::json;

// Null when `key` is missing or no string.
const json::string* StringOf(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_string();
}

std::optional<uint64_t> EpochOf(const json::object& object) {
  const json::value* value = object.if_contains("epoch");
  const int64_t* epoch = value == nullptr ? nullptr : value->if_int64();
  if (epoch == nullptr || *epoch < 1) return std::nullopt;
  return static_cast<uint64_t>(*epoch);
}

std::optional<RecordedMove> ParseMove(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const auto epoch = EpochOf(*object);
  const auto* from = StringOf(*object, "from");
  const auto* to = StringOf(*object, "to");
  const auto* at = StringOf(*object, "at");
  const auto* reason = StringOf(*object, "reason");
  if (!epoch || from == nullptr || to == nullptr || at == nullptr || reason == nullptr) return std::nullopt;
  return RecordedMove{*epoch, std::string(*from), std::string(*to), std::string(*at), std::string(*reason)};
}

std::optional<ConnectionRecord> Parse(std::string_view text) {
  json::error_code error;
  const json::value document = json::parse(text, error);
  const json::object* object = error ? nullptr : document.if_object();
  if (object == nullptr) return std::nullopt;
  const json::value* format = object->if_contains("format");
  const auto* name = StringOf(*object, "name");
  const auto* primary = StringOf(*object, "primary");
  const auto epoch = EpochOf(*object);
  const json::value* moves = object->if_contains("moves");
  const bool complete = format != nullptr && *format == 1 && name != nullptr && primary != nullptr && epoch &&
                        moves != nullptr && moves->is_array();
  if (!complete) return std::nullopt;
  ConnectionRecord record{std::string(*name), *epoch, std::string(*primary), {}};
  for (const json::value& value : moves->get_array()) {
    auto move = ParseMove(value);
    if (!move.has_value()) return std::nullopt;
    record.moves.push_back(*std::move(move));
  }
  return record;
}

}  // namespace

Result<std::optional<ConnectionRecord>> LoadConnectionRecord(storage::Storage& storage,
                                                             const std::string& location) {
  const Result<std::string> text = storage.Read(location);
  if (!text.ok()) {
    if (text.status().code() == StatusCode::kNotFound) return std::optional<ConnectionRecord>();
    return text.status();
  }
  auto record = Parse(*text);
  if (!record.has_value()) {
    return Status::Corruption(
        "the connection's state in '{}' cannot be read; restore it, or remove it to start with the first "
        "member",
        location);
  }
  return record;
}

Status SaveConnectionRecord(storage::Storage& storage, const std::string& location,
                            const ConnectionRecord& record) {
  json::array moves;
  const size_t skipped = record.moves.size() - std::min(record.moves.size(), ConnectionRecord::kMaxMoves);
  for (size_t i = skipped; i < record.moves.size(); ++i) {
    const RecordedMove& move = record.moves[i];
    moves.push_back({{"epoch", static_cast<int64_t>(move.epoch)},
                     {"from", move.from},
                     {"to", move.to},
                     {"at", move.at},
                     {"reason", move.reason}});
  }
  const json::object document{{"format", 1},
                              {"name", record.name},
                              {"epoch", static_cast<int64_t>(record.epoch)},
                              {"primary", record.primary},
                              {"moves", std::move(moves)}};
  return storage.Write(location, json::serialize(document) + "\n");
}

}  // namespace lifeboat::bcdr
