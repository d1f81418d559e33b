// ListObjectsV2, page after page.
#ifndef LIFEBOAT_STORAGE_S3_LIST_OBJECTS_H_
#define LIFEBOAT_STORAGE_S3_LIST_OBJECTS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/s3/s3_client.h"
#include "storage/storage.h"

namespace lifeboat::storage::s3 {

struct ListedObject {
  std::string key;
  uint64_t size_bytes = 0;
  int64_t modified_micros = 0;
};

struct ListPage {
  std::vector<ListedObject> objects;
  std::string next_token;  // empty: the last page
};
// kCorruption when the document is not whole or not a listing.
Result<ListPage> ParseListPage(std::string_view body);

// `prefix.key` may be empty. Calls `visit` in lexical order of keys; kUnsupported if the store lists in
// another.
Status ListObjects(S3Client& client, const S3Location& prefix,
                   const std::function<Status(const ObjectInfo&)>& visit);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_LIST_OBJECTS_H_
