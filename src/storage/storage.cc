#include "storage/storage.h"

#include <map>

namespace lifeboat::storage {

std::string_view SchemeOf(std::string_view location) {
  if (location.starts_with('/')) return "file";
  const size_t end = location.find_first_of(":/");
  if (end == std::string_view::npos || location[end] != ':') return "";
  return location.substr(0, end);
}

std::string JoinLocation(std::string_view base, std::string_view relative) {
  while (base.ends_with('/')) base.remove_suffix(1);
  while (relative.starts_with('/')) relative.remove_prefix(1);
  std::string joined;
  joined.reserve(base.size() + 1 + relative.size());
  joined.append(base).append("/").append(relative);
  return joined;
}

std::vector<Status> Storage::DeleteMany(const std::vector<std::string>& locations) {
  std::vector<Status> outcomes;
  outcomes.reserve(locations.size());
  for (const std::string& location : locations) outcomes.push_back(Delete(location));
  return outcomes;
}

void StorageRouter::Register(std::string scheme, std::shared_ptr<Storage> storage) {
  for (auto& [known, registered] : by_scheme_) {
    if (known == scheme) {
      registered = std::move(storage);
      return;
    }
  }
  by_scheme_.emplace_back(std::move(scheme), std::move(storage));
}

Result<Storage*> StorageRouter::Find(std::string_view location) const {
  const std::string_view scheme = SchemeOf(location);
  for (const auto& [known, storage] : by_scheme_) {
    if (known == scheme) return storage.get();
  }
  std::string known_schemes;
  for (const auto& [known, storage] : by_scheme_)
    known_schemes += (known_schemes.empty() ? "" : ", ") + known;
  return Status::Unsupported("no storage serves location '{}': use one of the schemes {}", location,
                             known_schemes.empty() ? "(none is configured)" : known_schemes);
}

Result<ObjectInfo> StorageRouter::Stat(const std::string& location) {
  LIFEBOAT_ASSIGN_OR_RETURN(Storage * storage, Find(location));
  return storage->Stat(location);
}

Result<std::string> StorageRouter::Read(const std::string& location) {
  LIFEBOAT_ASSIGN_OR_RETURN(Storage * storage, Find(location));
  return storage->Read(location);
}

Result<std::string> StorageRouter::ReadRange(const std::string& location, uint64_t offset, uint64_t length) {
  LIFEBOAT_ASSIGN_OR_RETURN(Storage * storage, Find(location));
  return storage->ReadRange(location, offset, length);
}

Status StorageRouter::Write(const std::string& location, std::string_view bytes,
                            const WriteOptions& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(Storage * storage, Find(location));
  return storage->Write(location, bytes, options);
}

Result<std::unique_ptr<ObjectWriter>> StorageRouter::OpenWriter(const std::string& location,
                                                                const WriteOptions& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(Storage * storage, Find(location));
  return storage->OpenWriter(location, options);
}

bool StorageRouter::WritesAreDurable(const std::string& location) const {
  const Result<Storage*> storage = Find(location);
  return storage.ok() && (*storage)->WritesAreDurable(location);
}

Status StorageRouter::Sync(const std::vector<std::string>& locations) {
  std::map<Storage*, std::vector<std::string>> by_storage;
  for (const std::string& location : locations) {
    LIFEBOAT_ASSIGN_OR_RETURN(Storage * storage, Find(location));
    by_storage[storage].push_back(location);
  }
  for (const auto& [storage, its_locations] : by_storage) {
    LIFEBOAT_RETURN_IF_ERROR(storage->Sync(its_locations));
  }
  return Status::Ok();
}

Status StorageRouter::Delete(const std::string& location) {
  LIFEBOAT_ASSIGN_OR_RETURN(Storage * storage, Find(location));
  return storage->Delete(location);
}

std::vector<Status> StorageRouter::DeleteMany(const std::vector<std::string>& locations) {
  struct Share {
    std::vector<size_t> indexes;
    std::vector<std::string> locations;
  };
  std::map<Storage*, Share> by_storage;
  std::vector<Status> outcomes(locations.size());
  for (size_t i = 0; i < locations.size(); ++i) {
    const Result<Storage*> storage = Find(locations[i]);
    outcomes[i] = storage.status();
    if (!storage.ok()) continue;
    Share& share = by_storage[*storage];
    share.indexes.push_back(i);
    share.locations.push_back(locations[i]);
  }
  for (const auto& [storage, share] : by_storage) {
    std::vector<Status> of_share = storage->DeleteMany(share.locations);
    for (size_t i = 0; i < of_share.size(); ++i) outcomes[share.indexes[i]] = std::move(of_share[i]);
  }
  return outcomes;
}

Status StorageRouter::List(const std::string& prefix, const std::function<Status(const ObjectInfo&)>& visit) {
  LIFEBOAT_ASSIGN_OR_RETURN(Storage * storage, Find(prefix));
  return storage->List(prefix, visit);
}

}  // namespace lifeboat::storage
