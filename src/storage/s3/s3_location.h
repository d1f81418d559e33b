// An S3 location taken apart: "s3://bucket/key". The key is literal text; nothing in it is percent-decoded.
#ifndef LIFEBOAT_STORAGE_S3_S3_LOCATION_H_
#define LIFEBOAT_STORAGE_S3_S3_LOCATION_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::storage::s3 {

struct S3Location {
  std::string scheme;  // "s3", "s3a" or "s3n", as the caller spelt it
  std::string bucket;
  std::string key;

  std::string ToString() const { return scheme + "://" + bucket + "/" + key; }
};

// kInvalidArgument for another scheme or an impossible bucket name. The key may be empty: a bucket or a
// prefix.
Result<S3Location> ParseS3Location(std::string_view location);
// The same for an object: kInvalidArgument also when the key is empty.
Result<S3Location> ParseS3ObjectLocation(std::string_view location);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_S3_LOCATION_H_
