// A result set as text: an aligned table for people, CSV (RFC 4180) and JSON (one array of objects) for
// programs.
#ifndef LIFEBOAT_DRIVER_FORMAT_RESULT_H_
#define LIFEBOAT_DRIVER_FORMAT_RESULT_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "lifeboat/driver/driver_client.h"

namespace lifeboat::driver {

enum class ResultFormat { kTable, kCsv, kJson };

// "table", "csv", "json"; kInvalidArgument names the three.
Result<ResultFormat> ParseResultFormat(std::string_view name);

// Ends with a newline. NULL is "NULL" in a table, empty and unquoted in CSV (the empty string is ""), null in
// JSON. In JSON, FIXED and REAL are numbers, BOOLEAN true or false, VARIANT, OBJECT and ARRAY the JSON
// itself, else strings.
std::string FormatResult(const ResultSet& result, ResultFormat format);

}  // namespace lifeboat::driver

#endif  // LIFEBOAT_DRIVER_FORMAT_RESULT_H_
