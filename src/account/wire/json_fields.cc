#include "account/wire/json_fields.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace lifeboat::account::wire {

Result<boost::json::object> ParseObject(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return boost::json::object();
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  if (error) return Status::InvalidArgument("The request body is not JSON: {}.", error.message());
  if (!value.is_object()) return Status::InvalidArgument("The request body is not a JSON object.");
  return std::move(value.as_object());
}

std::string StringField(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool BoolField(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  if (value == nullptr) return false;
  if (value->is_bool()) return value->get_bool();
  if (value->is_string()) return value->get_string() == "true";
  return value->is_int64() && value->get_int64() != 0;
}

int64_t IntField(const boost::json::object& object, std::string_view name, int64_t fallback) {
  const boost::json::value* value = object.if_contains(name);
  if (value == nullptr) return fallback;
  if (value->is_int64()) return value->get_int64();
  if (!value->is_string()) return fallback;
  const std::string_view text = value->get_string();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : fallback;
}

const boost::json::object* ObjectField(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

std::string ScalarText(const boost::json::value& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return std::string(value.get_string());
  return boost::json::serialize(value);
}

std::map<std::string, std::string> TextMap(const boost::json::object& object) {
  std::map<std::string, std::string> map;
  for (const auto& [name, value] : object) map.emplace(name, ScalarText(value));
  return map;
}

boost::json::object FromTextMap(const std::map<std::string, std::string>& map) {
  boost::json::object object;
  for (const auto& [name, value] : map) object.emplace(name, value);
  return object;
}

void AppendJsonString(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  size_t plain = 0;  // start of the run not yet appended
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out.push_back(kHex[c >> 4]);
        out.push_back(kHex[c & 15]);
    }
  }
  out.append(text, plain, text.size() - plain);
  out.push_back('"');
}

}  // namespace lifeboat::account::wire
