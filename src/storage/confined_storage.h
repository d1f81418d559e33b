// ConfinedStorage: a storage of which only some objects can be read, and none written, for reading what
// somebody else has written: a file that names others must not lead its reader further than its writer could
// go.
#ifndef LIFEBOAT_STORAGE_CONFINED_STORAGE_H_
#define LIFEBOAT_STORAGE_CONFINED_STORAGE_H_

#include <functional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "storage/storage.h"

namespace lifeboat::storage {

// Ok for an object that may be read; the error that reading any other ends with.
using ReadCheck = std::function<Status(std::string_view location)>;

// Thread-safe if the check is. Everything but Stat, Read and ReadRange is kUnsupported.
class ConfinedStorage final : public Storage {
 public:
  // `storage` must outlive it.
  ConfinedStorage(Storage& storage, ReadCheck check) : storage_(storage), check_(std::move(check)) {}

  Result<ObjectInfo> Stat(const std::string& location) override;
  Result<std::string> Read(const std::string& location) override;
  Result<std::string> ReadRange(const std::string& location, uint64_t offset, uint64_t length) override;
  Status Write(const std::string& location, std::string_view bytes, const WriteOptions& options) override;
  Result<std::unique_ptr<ObjectWriter>> OpenWriter(const std::string& location,
                                                   const WriteOptions& options) override;
  Status Sync(const std::vector<std::string>& locations) override;
  Status Delete(const std::string& location) override;
  Status List(const std::string& prefix, const std::function<Status(const ObjectInfo&)>& visit) override;

 private:
  Storage& storage_;
  const ReadCheck check_;
};

}  // namespace lifeboat::storage

#endif  // LIFEBOAT_STORAGE_CONFINED_STORAGE_H_
