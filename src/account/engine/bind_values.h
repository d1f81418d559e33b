// Values that clients send for placeholders, as SQL constants.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_BIND_VALUES_H_
#define LIFEBOAT_ACCOUNT_ENGINE_BIND_VALUES_H_

#include <map>
#include <string>

#include "account/engine/account_service.h"
#include "account/sql/constant.h"
#include "base/result.h"

namespace lifeboat::account {

// Types and texts are the driver protocol's: times count from the epoch. kInvalidArgument for a value that is
// none of its type.
Result<sql::Constant> ToConstant(const BindValue& value);
Result<std::map<std::string, sql::Constant>> ToConstants(const std::map<std::string, BindValue>& row);

// Adds the counts of one run of an array-bound statement to the total; the first makes the total.
void AddCounts(const QueryResult& one, QueryResult& total);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_BIND_VALUES_H_
