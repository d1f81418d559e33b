// Private files: configuration, secrets and state of a deployment, readable by their owner alone.
#ifndef LIFEBOAT_DEPLOYMENT_PRIVATE_FILE_H_
#define LIFEBOAT_DEPLOYMENT_PRIVATE_FILE_H_

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::app {

// Replaces the file atomically and durably; mode 0600.
Status WritePrivateFile(const std::string& path, std::string_view text);
// kNotFound when it is missing.
Result<std::string> ReadWholeFile(const std::string& path);

// Indented for people.
std::string PrettyJson(const boost::json::value& value);
// kCorruption when it is not JSON.
Result<boost::json::value> ReadJsonFile(const std::string& path);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEPLOYMENT_PRIVATE_FILE_H_
