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

}  // namespace lifeboat::account::wire
