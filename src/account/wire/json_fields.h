// Lenient reading of driver JSON: a field that is absent, null or of another kind counts as not given,
// because drivers differ in what they leave out (null, "", missing) and none means anything by it.
#ifndef LIFEBOAT_ACCOUNT_WIRE_JSON_FIELDS_H_
#define LIFEBOAT_ACCOUNT_WIRE_JSON_FIELDS_H_

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::account::wire {

// Parses an object; an empty text is the empty object. kInvalidArgument says where the text is broken.
Result<boost::json::object> ParseObject(std::string_view text);

std::string StringField(const boost::json::object& object, std::string_view name);
// Accepts true, "true", 1; false when absent.
bool BoolField(const boost::json::object& object, std::string_view name);
// Accepts 3 and "3".
int64_t IntField(const boost::json::object& object, std::string_view name, int64_t fallback);
// Null when absent.
const boost::json::object* ObjectField(const boost::json::object& object, std::string_view name);

// A scalar as SQL parameters write it (text, digits, "true"); arrays and objects as JSON text; null as "".
std::string ScalarText(const boost::json::value& value);
std::map<std::string, std::string> TextMap(const boost::json::object& object);
boost::json::object FromTextMap(const std::map<std::string, std::string>& map);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_JSON_FIELDS_H_
