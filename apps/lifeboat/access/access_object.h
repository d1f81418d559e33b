// The object of a grant as options name it: --on-catalog, --on-namespace a.b, --on-table a.b.t, --on-location
// s3://….
#ifndef LIFEBOAT_ACCESS_ACCESS_OBJECT_H_
#define LIFEBOAT_ACCESS_ACCESS_OBJECT_H_

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
}

namespace lifeboat::app {

struct AccessObject {
  bool catalog = false;
  std::string name_space, table, location;
};

void AddObjectOptions(CLI::App& command, AccessObject& object);

// {"kind":"table","namespace":["a","b"],"name":"t"}. A usage error unless exactly one is named.
Result<boost::json::object> ObjectJson(const AccessObject& object);
// "?namespace=…&table=…", as the route that shows effective privileges takes it.
Result<std::string> ObjectQuery(const AccessObject& object);

// "a.b" → {"a","b"}; names that hold dots are given as a JSON array: ["a.b","c"].
Result<std::vector<std::string>> ParseDottedName(std::string_view text);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_ACCESS_ACCESS_OBJECT_H_
