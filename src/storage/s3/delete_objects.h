// DeleteObject and DeleteObjects: one object by a request of its own, many by requests of up to 1,000 keys.
//
// Source: Amazon S3 API Reference, "DeleteObjects".
#ifndef LIFEBOAT_STORAGE_S3_DELETE_OBJECTS_H_
#define LIFEBOAT_STORAGE_S3_DELETE_OBJECTS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "storage/s3/s3_client.h"

namespace lifeboat::storage::s3 {

inline constexpr size_t kMaxKeysPerDelete = 1000;

// Deleting what is not there succeeds.
Status DeleteObject(S3Client& client, const S3Location& target);

// The outcome of each location, in their order. What a request of many cannot do (a key that XML cannot hold,
// a store without DeleteObjects, a key whose deletion failed for a moment) gets a request of its own.
std::vector<Status> DeleteObjects(S3Client& client, const std::vector<std::string>& locations);

// The keys that a DeleteResult says were not deleted; kCorruption when the document is not whole.
Result<std::map<std::string, S3Error>> ParseDeleteResult(std::string_view body);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_DELETE_OBJECTS_H_
