// LocalStorage: Storage on the machine's file system, for locations "file:///path", "file:/path" and "/path".
//
// Publishing is write aside (".lifeboat-<uuid>.tmp" in the same folder), fsync, rename (link for if_absent),
// fsync of the folder; missing folders are created and, for a durable object, made durable too. Temporary
// files that a killed process left behind are invisible to List and may be removed as soon as nobody writes
// to that folder.
#ifndef LIFEBOAT_STORAGE_LOCAL_STORAGE_H_
#define LIFEBOAT_STORAGE_LOCAL_STORAGE_H_

#include <memory>
#include <string>

#include "storage/storage.h"

namespace lifeboat::storage {

std::unique_ptr<Storage> MakeLocalStorage();

// The file path of a local location ("file:///a/b" → "/a/b"); kInvalidArgument for relative paths, other
// schemes, NUL bytes and ".." components.
Result<std::string> LocalPath(std::string_view location);
// "/a/b" → "file:///a/b"
std::string FileLocation(std::string_view absolute_path);

}  // namespace lifeboat::storage

#endif  // LIFEBOAT_STORAGE_LOCAL_STORAGE_H_
