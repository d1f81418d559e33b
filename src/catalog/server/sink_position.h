// SinkPosition: a sink's position in a file of its own, replaced as a whole and durably.
#ifndef LIFEBOAT_CATALOG_SERVER_SINK_POSITION_H_
#define LIFEBOAT_CATALOG_SERVER_SINK_POSITION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

class SinkPosition {
 public:
  explicit SinkPosition(std::string path);
  // Nothing when there is none; kCorruption when the file holds anything else than one.
  Result<std::optional<uint64_t>> Read();
  Status Write(uint64_t position);

 private:
  const std::string path_;
  const std::unique_ptr<storage::Storage> storage_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_SINK_POSITION_H_
