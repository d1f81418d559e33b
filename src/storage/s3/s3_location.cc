#include "storage/s3/s3_location.h"

#include <algorithm>

#include "storage/storage.h"

namespace lifeboat::storage::s3 {
namespace {

// The bucket goes into the host name or the path, so it must not hold anything that means something there.
bool IsBucketName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return name.size() >= 3 && name.size() <= 255 && std::all_of(name.begin(), name.end(), allowed) &&
         name.front() != '.' && name.back() != '.' && name.find("..") == std::string_view::npos;
}

}  // namespace

Result<S3Location> ParseS3Location(std::string_view location) {
  const std::string_view scheme = SchemeOf(location);
  if ((scheme != "s3" && scheme != "s3a" && scheme != "s3n") ||
      !location.substr(scheme.size()).starts_with("://")) {
    return Status::InvalidArgument("location '{}' is not an S3 one; write s3://bucket/key", location);
  }
  const std::string_view rest = location.substr(scheme.size() + 3);
  const size_t slash = std::min(rest.find('/'), rest.size());
  S3Location parsed;
  parsed.scheme = scheme;
  parsed.bucket = rest.substr(0, slash);
  parsed.key = slash < rest.size() ? rest.substr(slash + 1) : "";
  if (!IsBucketName(parsed.bucket)) {
    return Status::InvalidArgument(
        "location '{}' has no valid bucket name; it is 3 letters, digits, '-' and '.' or more", location);
  }
  return parsed;
}

Result<S3Location> ParseS3ObjectLocation(std::string_view location) {
  LIFEBOAT_ASSIGN_OR_RETURN(S3Location parsed, ParseS3Location(location));
  if (parsed.key.empty())
    return Status::InvalidArgument("location '{}' names a bucket but no object; append a key", location);
  return parsed;
}

}  // namespace lifeboat::storage::s3
