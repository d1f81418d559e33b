// The three notations of a point in time that S3 uses, as microseconds since the epoch (UTC).
#ifndef LIFEBOAT_STORAGE_S3_S3_DATES_H_
#define LIFEBOAT_STORAGE_S3_S3_DATES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::storage::s3 {

std::string FormatAmzDate(int64_t micros);             // "20130524T000000Z"
Result<int64_t> ParseAmzDate(std::string_view text);   // the same
Result<int64_t> ParseIsoDate(std::string_view text);   // "2009-10-12T17:50:30.123Z" (fraction optional)
Result<int64_t> ParseHttpDate(std::string_view text);  // "Wed, 12 Oct 2009 17:50:30 GMT"

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_S3_DATES_H_
