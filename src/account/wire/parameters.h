// The session parameters that drivers read from login and query answers.
//
// Some drivers crash on a result when one is missing (README.md), so all are sent with every answer.
#ifndef LIFEBOAT_ACCOUNT_WIRE_PARAMETERS_H_
#define LIFEBOAT_ACCOUNT_WIRE_PARAMETERS_H_

#include <map>
#include <string>

namespace lifeboat::account::wire {

// JSON text of `[{"name": …, "value": …}, …]`: the defaults, replaced by what the session has set. A value
// that does not fit its parameter's type leaves the default.
std::string ParameterListJson(const std::map<std::string, std::string>& session_parameters);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_PARAMETERS_H_
