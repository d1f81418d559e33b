#include "iceberg/model/json.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/json_string.h"
#include "iceberg/model/gzip.h"

namespace lifeboat::iceberg {

namespace json = boost::json;

namespace {

std::string_view KindName(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "an array";
    case json::kind::object:
      return "an object";
  }
  return "something else";
}

template <typename T>
Result<std::vector<T>> VectorOf(const json::value& value, const JsonPath& path) {
  if (!value.is_array()) return path.Mismatch("an array", value);
  std::vector<T> elements;
  elements.reserve(value.get_array().size());
  size_t index = 0;
  for (const json::value& element : value.get_array()) {
    LIFEBOAT_ASSIGN_OR_RETURN(T parsed, JsonAs<T>(element, JsonPath(path, index++)));
    elements.push_back(std::move(parsed));
  }
  return elements;
}

}  // namespace

std::string JsonPath::ToString() const {
  if (parent_ == nullptr) return "document";
  std::string text = parent_->parent_ == nullptr ? "" : parent_->ToString();
  if (is_index_) return text + "[" + std::to_string(index_) + "]";
  if (!text.empty()) text += '.';
  return text.append(key_);
}

Status JsonPath::Error(std::string_view problem) const {
  return Status::InvalidArgument("{}: {}", ToString(), problem);
}

Status JsonPath::Mismatch(std::string_view wanted, const json::value& got) const {
  return Status::InvalidArgument("{}: expected {}, got {}", ToString(), wanted, KindName(got));
}

Result<json::value> ParseJsonFile(std::string_view content, std::string_view what) {
  std::string inflated;
  if (IsGzip(content)) {
    Result<std::string> bytes = Gunzip(content);
    if (!bytes.ok()) return bytes.status().WithContext(what);
    inflated = std::move(bytes).value();
    content = inflated;
  }
  Result<json::value> value = ParseJson(content, what);
  if (!value.ok()) return Status::Corruption("{}; restore the file", value.status().message());
  return value;
}

template <>
Result<bool> JsonAs<bool>(const json::value& value, const JsonPath& path) {
  if (!value.is_bool()) return path.Mismatch("a boolean", value);
  return value.get_bool();
}

template <>
Result<int64_t> JsonAs<int64_t>(const json::value& value, const JsonPath& path) {
  if (!value.is_int64()) return path.Mismatch("a 64-bit integer", value);
  return value.get_int64();
}

template <>
Result<int32_t> JsonAs<int32_t>(const json::value& value, const JsonPath& path) {
  if (!value.is_int64() || value.get_int64() < std::numeric_limits<int32_t>::min() ||
      value.get_int64() > std::numeric_limits<int32_t>::max()) {
    return path.Mismatch("a 32-bit integer", value);
  }
  return static_cast<int32_t>(value.get_int64());
}

template <>
Result<double> JsonAs<double>(const json::value& value, const JsonPath& path) {
  if (value.is_double()) return value.get_double();
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  return path.Mismatch("a number", value);
}

template <>
Result<std::string> JsonAs<std::string>(const json::value& value, const JsonPath& path) {
  if (!value.is_string()) return path.Mismatch("a string", value);
  return std::string(value.get_string().data(), value.get_string().size());
}

template <>
Result<StringMap> JsonAs<StringMap>(const json::value& value, const JsonPath& path) {
  if (!value.is_object()) return path.Mismatch("an object", value);
  StringMap map;
  for (const auto& member : value.get_object()) {
    const std::string_view key(member.key().data(), member.key().size());
    LIFEBOAT_ASSIGN_OR_RETURN(std::string text, JsonAs<std::string>(member.value(), JsonPath(path, key)));
    map.emplace(key, std::move(text));
  }
  return map;
}

template <>
Result<std::vector<int32_t>> JsonAs<std::vector<int32_t>>(const json::value& value, const JsonPath& path) {
  return VectorOf<int32_t>(value, path);
}

template <>
Result<std::vector<int64_t>> JsonAs<std::vector<int64_t>>(const json::value& value, const JsonPath& path) {
  return VectorOf<int64_t>(value, path);
}

template <>
Result<std::vector<std::string>> JsonAs<std::vector<std::string>>(const json::value& value,
                                                                  const JsonPath& path) {
  return VectorOf<std::string>(value, path);
}

Result<ObjectReader> ObjectReader::Open(const json::value& value, const JsonPath& path) {
  if (!value.is_object()) return path.Mismatch("an object", value);
  return ObjectReader(value.get_object(), path);
}

std::string ObjectReader::MissingMessage(std::string_view key) {
  return "required member '" + std::string(key) + "' is missing";
}

const json::value* ObjectReader::Find(std::string_view key) {
  const auto member = object_->find(json::string_view(key.data(), key.size()));
  if (member == object_->end()) return nullptr;
  if (seen_.empty()) seen_.resize(object_->size());
  const auto index = static_cast<size_t>(member - object_->begin());
  if (!seen_[index]) {
    seen_[index] = true;
    ++seen_count_;
  }
  return member->value().is_null() ? nullptr : &member->value();
}

json::object ObjectReader::Extra() const {
  json::object extra;
  if (seen_count_ == object_->size()) return extra;
  size_t index = 0;
  for (const auto& member : *object_) {
    if (seen_.empty() || !seen_[index]) extra.emplace(member.key(), member.value());
    ++index;
  }
  return extra;
}

void JsonWriter::Separate() {
  if (need_comma_) out_->push_back(',');
  need_comma_ = true;
}

void JsonWriter::Open(char bracket) {
  Separate();
  out_->push_back(bracket);
  need_comma_ = false;
}

void JsonWriter::Close(char bracket) {
  out_->push_back(bracket);
  need_comma_ = true;
}

void JsonWriter::Key(std::string_view key) {
  String(key);
  out_->push_back(':');
  need_comma_ = false;
}

void JsonWriter::Null() {
  Separate();
  out_->append("null");
}

void JsonWriter::Bool(bool value) {
  Separate();
  out_->append(value ? "true" : "false");
}

void JsonWriter::Int(int64_t value) {
  Separate();
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value);
  out_->append(digits, end.ptr);
}

void JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  Separate();
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value);
  const std::string_view text(digits, static_cast<size_t>(end.ptr - digits));
  out_->append(text);
  // Keep it a floating-point number for readers that tell the two apart.
  if (text.find_first_of(".e") == std::string_view::npos) out_->append(".0");
}

void JsonWriter::String(std::string_view value) {
  Separate();
  AppendJsonString(*out_, value);
}

void JsonWriter::Value(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return Null();
    case json::kind::bool_:
      return Bool(value.get_bool());
    case json::kind::int64:
      return Int(value.get_int64());
    case json::kind::uint64:
      return Raw(std::to_string(value.get_uint64()));
    case json::kind::double_:
      return Double(value.get_double());
    case json::kind::string:
      return String({value.get_string().data(), value.get_string().size()});
    case json::kind::array:
      BeginArray();
      for (const json::value& element : value.get_array()) Value(element);
      return EndArray();
    case json::kind::object:
      BeginObject();
      Members(value.get_object());
      return EndObject();
  }
}

void JsonWriter::Raw(std::string_view json) {
  Separate();
  out_->append(json);
}

void JsonWriter::Member(std::string_view key, const StringMap& value) {
  Key(key);
  BeginObject();
  for (const auto& [name, text] : value) Member(name, std::string_view(text));
  EndObject();
}

void JsonWriter::Member(std::string_view key, const std::vector<int32_t>& value) {
  Key(key);
  BeginArray();
  for (const int32_t element : value) Int(element);
  EndArray();
}

void JsonWriter::Member(std::string_view key, const std::vector<int64_t>& value) {
  Key(key);
  BeginArray();
  for (const int64_t element : value) Int(element);
  EndArray();
}

void JsonWriter::Member(std::string_view key, const std::vector<std::string>& value) {
  Key(key);
  BeginArray();
  for (const std::string& element : value) String(element);
  EndArray();
}

void JsonWriter::Members(const json::object& extra) {
  for (const auto& member : extra) {
    Key({member.key().data(), member.key().size()});
    Value(member.value());
  }
}

}  // namespace lifeboat::iceberg
