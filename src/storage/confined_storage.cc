#include "storage/confined_storage.h"

namespace lifeboat::storage {
namespace {

Status ReadOnly(std::string_view location) {
  return Status::Unsupported("'{}' is reached for reading only", location);
}

}  // namespace

Result<ObjectInfo> ConfinedStorage::Stat(const std::string& location) {
  LIFEBOAT_RETURN_IF_ERROR(check_(location));
  return storage_.Stat(location);
}

Result<std::string> ConfinedStorage::Read(const std::string& location) {
  LIFEBOAT_RETURN_IF_ERROR(check_(location));
  return storage_.Read(location);
}

Result<std::string> ConfinedStorage::ReadRange(const std::string& location, uint64_t offset,
                                               uint64_t length) {
  LIFEBOAT_RETURN_IF_ERROR(check_(location));
  return storage_.ReadRange(location, offset, length);
}

Status ConfinedStorage::Write(const std::string& location, std::string_view, const WriteOptions&) {
  return ReadOnly(location);
}

Result<std::unique_ptr<ObjectWriter>> ConfinedStorage::OpenWriter(const std::string& location,
                                                                  const WriteOptions&) {
  return ReadOnly(location);
}

Status ConfinedStorage::Sync(const std::vector<std::string>& locations) {
  return ReadOnly(locations.empty() ? "" : locations.front());
}

Status ConfinedStorage::Delete(const std::string& location) {
  return ReadOnly(location);
}

Status ConfinedStorage::List(const std::string& prefix, const std::function<Status(const ObjectInfo&)>&) {
  return ReadOnly(prefix);
}

}  // namespace lifeboat::storage
