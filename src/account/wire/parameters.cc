#include "account/wire/parameters.h"

#include <charconv>
#include <cstdint>
#include <string_view>

#include "account/wire/json_fields.h"
#include "base/json_string.h"

namespace lifeboat::account::wire {
namespace {

enum class Kind { kText, kInteger, kBoolean };

struct Parameter {
  const char* name;
  Kind kind;
  const char* value;
};

constexpr Parameter kDefaults[] = {
    {"AUTOCOMMIT", Kind::kBoolean, "true"},
    {"BINARY_OUTPUT_FORMAT", Kind::kText, "HEX"},
    {"CLIENT_MEMORY_LIMIT", Kind::kInteger, "1536"},
    {"CLIENT_PREFETCH_THREADS", Kind::kInteger, "4"},
    {"CLIENT_RESULT_CHUNK_SIZE", Kind::kInteger, "160"},
    {"CLIENT_RESULT_COLUMN_CASE_INSENSITIVE", Kind::kBoolean, "false"},
    {"CLIENT_SESSION_KEEP_ALIVE", Kind::kBoolean, "false"},
    {"CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY", Kind::kInteger, "3600"},
    // Array binds larger than this go through a stage, which an account here has not.
    {"CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", Kind::kInteger, "1000000000"},
    {"CLIENT_TELEMETRY_ENABLED", Kind::kBoolean, "false"},
    {"CLIENT_TIMESTAMP_TYPE_MAPPING", Kind::kText, "TIMESTAMP_LTZ"},
    {"DATE_OUTPUT_FORMAT", Kind::kText, "YYYY-MM-DD"},
    {"TIMESTAMP_LTZ_OUTPUT_FORMAT", Kind::kText, ""},
    {"TIMESTAMP_NTZ_OUTPUT_FORMAT", Kind::kText, "YYYY-MM-DD HH24:MI:SS.FF3"},
    {"TIMESTAMP_OUTPUT_FORMAT", Kind::kText, "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"},
    {"TIMESTAMP_TZ_OUTPUT_FORMAT", Kind::kText, ""},
    {"TIMEZONE", Kind::kText, "UTC"},
    {"TIME_OUTPUT_FORMAT", Kind::kText, "HH24:MI:SS"},
};

// The JSON of `value` as that kind, or "".
std::string ValueJson(Kind kind, std::string_view value) {
  std::string json;
  if (kind == Kind::kText) {
    AppendJsonString(json, value);
  } else if (kind == Kind::kBoolean) {
    if (value == "true" || value == "TRUE" || value == "True") return "true";
    if (value == "false" || value == "FALSE" || value == "False") return "false";
  } else {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error == std::errc() && end == value.data() + value.size()) json = std::to_string(number);
  }
  return json;
}

void AppendParameter(std::string& out, std::string_view name, std::string_view value_json) {
  if (out.size() > 1) out += ",";
  out += "{\"name\":";
  AppendJsonString(out, name);
  out += ",\"value\":";
  out += value_json;
  out += "}";
}

}  // namespace

std::string ParameterListJson(const std::map<std::string, std::string>& session_parameters) {
  std::string out = "[";
  std::map<std::string, std::string> others = session_parameters;
  for (const Parameter& parameter : kDefaults) {
    std::string json;
    if (const auto node = others.extract(parameter.name)) json = ValueJson(parameter.kind, node.mapped());
    AppendParameter(out, parameter.name, json.empty() ? ValueJson(parameter.kind, parameter.value) : json);
  }
  for (const auto& [name, value] : others) AppendParameter(out, name, ValueJson(Kind::kText, value));
  out += "]";
  return out;
}

}  // namespace lifeboat::account::wire
