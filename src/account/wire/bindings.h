// Bound values of a query request: {"1": {"type": "FIXED", "value": "10"}, …}; lists of values are array
// binding.
#ifndef LIFEBOAT_ACCOUNT_WIRE_BINDINGS_H_
#define LIFEBOAT_ACCOUNT_WIRE_BINDINGS_H_

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "account/engine/account_service.h"
#include "base/result.h"

namespace lifeboat::account::wire {

// One map a row; none without bindings. Single values beside lists repeat in every row. kInvalidArgument for
// lists of different lengths or entries of another form.
Result<std::vector<std::map<std::string, BindValue>>> ReadBindings(const boost::json::object& bindings);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_BINDINGS_H_
