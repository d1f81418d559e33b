// Writing an object in one request, and finding out who won when a conditional write was refused.
#ifndef LIFEBOAT_STORAGE_S3_PUT_OBJECT_H_
#define LIFEBOAT_STORAGE_S3_PUT_OBJECT_H_

#include <string>
#include <string_view>

#include "storage/s3/s3_client.h"

namespace lifeboat::storage::s3 {

// Metadata that says which write made an object. An answer may get lost, and a repeated conditional write
// then meets the object of its own first attempt; the id tells it from somebody else's.
inline constexpr std::string_view kWriteIdHeader = "x-amz-meta-lifeboat-write";
std::string NewWriteId(const S3Options& options);

Status PutObject(S3Client& client, const S3Location& target, std::string_view bytes, bool if_absent);

// The outcome of a write with this id that the store refused because an object exists: OK if that object is
// the write's own, kAlreadyExists if it is not, kCommitStateUnknown if that cannot be told.
Status ResolveConflict(S3Client& client, const S3Location& target, std::string_view write_id, bool in_doubt);

// The write id of the object that is there; "" if it has none.
Result<std::string> WriteIdOf(S3Client& client, const S3Location& target);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_PUT_OBJECT_H_
