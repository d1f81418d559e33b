// HeaderList: HTTP header fields in the order they are sent or came; names compare without case.
#ifndef LIFEBOAT_STORAGE_S3_HEADER_LIST_H_
#define LIFEBOAT_STORAGE_S3_HEADER_LIST_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lifeboat::storage::s3 {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

std::string LowerCase(std::string_view text);  // ASCII
// The first field of that name; null if there is none.
const std::string* FindHeader(const HeaderList& headers, std::string_view name);
// Its value, or "".
std::string_view HeaderValue(const HeaderList& headers, std::string_view name);
// Puts the field in place of all of that name.
void SetHeader(HeaderList* headers, std::string name, std::string value);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_HEADER_LIST_H_
