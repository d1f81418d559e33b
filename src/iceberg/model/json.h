// Strict reading and fast writing of JSON documents, for Iceberg metadata and the REST protocol.
//
// Reading works on a parsed boost::json::value. Every error names the place by its path, as in
// "schemas[0].fields[2].type: expected a string, got a number", with code kInvalidArgument. Members a reader
// was never asked for are handed over by ObjectReader::Extra(), so that models keep what a newer Iceberg put
// there.
//
// Writing appends text to a string without building a tree first: metadata of large tables is written on
// every commit.
#ifndef LIFEBOAT_ICEBERG_MODEL_JSON_H_
#define LIFEBOAT_ICEBERG_MODEL_JSON_H_

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::iceberg {

using StringMap = std::map<std::string, std::string>;

// Where in a document a value stands: a chain of stack frames, turned into text only when there is an error.
// A path refers to its parent and to its key; both must outlive it.
class JsonPath {
 public:
  JsonPath() = default;  // the document itself
  JsonPath(const JsonPath& parent, std::string_view key) : parent_(&parent), key_(key) {}
  JsonPath(const JsonPath& parent, size_t index) : parent_(&parent), index_(index), is_index_(true) {}

  std::string ToString() const;                  // "a.b[3]"; "document" for the root
  Status Error(std::string_view problem) const;  // "<path>: <problem>"
  // "<path>: expected <wanted>, got <kind of value>"
  Status Mismatch(std::string_view wanted, const boost::json::value& got) const;

 private:
  const JsonPath* parent_ = nullptr;
  std::string_view key_;
  size_t index_ = 0;
  bool is_index_ = false;
};

inline constexpr size_t kJsonDepthMax = 64;

// Parses one JSON document; `what` names it in errors ("table metadata file:///…"). Nesting is limited to
// `depth_max` levels, duplicate keys keep the last value, fractions are the nearest double, and a number
// beyond double's range is an error.
Result<boost::json::value> ParseJson(std::string_view text, std::string_view what = "document",
                                     size_t depth_max = kJsonDepthMax);
// As ParseJson for the content of a metadata file, gzip-compressed or not; kCorruption when it is damaged.
Result<boost::json::value> ParseJsonFile(std::string_view content, std::string_view what);

// A value as T: bool, int32_t, int64_t, double, std::string, StringMap, std::vector<int32_t>,
// std::vector<int64_t>, std::vector<std::string>. Numbers must be exact: 1.0 is not an integer, 3000000000 is
// not an int32_t.
template <typename T>
Result<T> JsonAs(const boost::json::value& value, const JsonPath& path);
template <>
Result<bool> JsonAs<bool>(const boost::json::value& value, const JsonPath& path);
template <>
Result<int32_t> JsonAs<int32_t>(const boost::json::value& value, const JsonPath& path);
template <>
Result<int64_t> JsonAs<int64_t>(const boost::json::value& value, const JsonPath& path);
template <>
Result<double> JsonAs<double>(const boost::json::value& value, const JsonPath& path);
template <>
Result<std::string> JsonAs<std::string>(const boost::json::value& value, const JsonPath& path);
template <>
Result<StringMap> JsonAs<StringMap>(const boost::json::value& value, const JsonPath& path);
template <>
Result<std::vector<int32_t>> JsonAs<std::vector<int32_t>>(const boost::json::value& value,
                                                          const JsonPath& path);
template <>
Result<std::vector<int64_t>> JsonAs<std::vector<int64_t>>(const boost::json::value& value,
                                                          const JsonPath& path);
template <>
Result<std::vector<std::string>> JsonAs<std::vector<std::string>>(const boost::json::value& value,
                                                                  const JsonPath& path);

// Reads the members of one object. The object and the path must outlive the reader.
class ObjectReader {
 public:
  static Result<ObjectReader> Open(const boost::json::value& value, const JsonPath& path);

  const JsonPath& path() const { return *path_; }
  JsonPath PathOf(std::string_view key) const { return JsonPath(*path_, key); }

  // The member, or null if it is absent or JSON null.
  const boost::json::value* Find(std::string_view key);

  template <typename T>
  Result<T> Get(std::string_view key) {
    const boost::json::value* member = Find(key);
    if (member == nullptr) return path_->Error(MissingMessage(key));
    return JsonAs<T>(*member, PathOf(key));
  }
  template <typename T>
  Result<std::optional<T>> GetOptional(std::string_view key) {
    const boost::json::value* member = Find(key);
    if (member == nullptr) return std::optional<T>();
    Result<T> value = JsonAs<T>(*member, PathOf(key));
    if (!value.ok()) return value.status();
    return std::optional<T>(std::move(value).value());
  }
  template <typename T>
  Result<T> GetOr(std::string_view key, T fallback) {
    const boost::json::value* member = Find(key);
    if (member == nullptr) return fallback;
    return JsonAs<T>(*member, PathOf(key));
  }

  // Calls parse(value, path) for each element of the array member; an absent member counts as empty unless
  // `required`.
  template <typename Parse>
  Status ForEach(std::string_view key, bool required, Parse parse) {
    const boost::json::value* member = Find(key);
    if (member == nullptr) return required ? path_->Error(MissingMessage(key)) : Status::Ok();
    JsonPath path = PathOf(key);
    if (!member->is_array()) return path.Mismatch("an array", *member);
    size_t index = 0;
    for (const boost::json::value& element : member->get_array()) {
      LIFEBOAT_RETURN_IF_ERROR(parse(element, JsonPath(path, index++)));
    }
    return Status::Ok();
  }

  // Copies of the members that were never asked for.
  boost::json::object Extra() const;

 private:
  ObjectReader(const boost::json::object& object, const JsonPath& path) : object_(&object), path_(&path) {}
  static std::string MissingMessage(std::string_view key);

  const boost::json::object* object_;
  const JsonPath* path_;
  size_t seen_count_ = 0;
  std::vector<bool> seen_;
};

// Appends JSON text to `out`. The caller keeps the nesting right; commas are put in by the writer.
class JsonWriter {
 public:
  explicit JsonWriter(std::string* out) : out_(out) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  void Key(std::string_view key);

  void Null();
  void Bool(bool value);
  void Int(int64_t value);
  void Double(double value);  // not finite: null
  void String(std::string_view value);
  void Value(const boost::json::value& value);
  // `json` is one JSON value already.
  void Raw(std::string_view json);

  // Key and value in one call.
  void Member(std::string_view key, std::string_view value) { Key(key), String(value); }
  void Member(std::string_view key, const char* value) { Key(key), String(value); }
  void Member(std::string_view key, bool value) { Key(key), Bool(value); }
  template <std::integral T>
  requires(!std::same_as<T, bool>) void Member(std::string_view key, T value) {
    Key(key), Int(static_cast<int64_t>(value));
  }
  template <typename T>
  void OptionalMember(std::string_view key, const std::optional<T>& value) {
    if (value.has_value()) Member(key, *value);
  }
  void Member(std::string_view key, const StringMap& value);
  void Member(std::string_view key, const std::vector<int32_t>& value);
  void Member(std::string_view key, const std::vector<int64_t>& value);
  void Member(std::string_view key, const std::vector<std::string>& value);
  // All members of `extra`.
  void Members(const boost::json::object& extra);

 private:
  void Open(char bracket);
  void Close(char bracket);
  void Separate();

  std::string* out_;
  bool need_comma_ = false;
};

// A model value as JSON text: ToJsonText(schema). Every model type has `void AppendJson(const T&,
// JsonWriter&)`.
template <typename T>
std::string ToJsonText(const T& value) {
  std::string text;
  JsonWriter writer(&text);
  AppendJson(value, writer);
  return text;
}

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_JSON_H_
