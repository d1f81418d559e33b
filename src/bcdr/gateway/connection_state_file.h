// The durable part of a connection: name, epoch, primary and the latest moves, as one JSON object in storage.
//
//   {"format": 1, "name": "LIFEBOAT_DEMO", "epoch": 3, "primary": "SECONDARY",
//    "moves": [{"epoch": 3, "from": "PRIMARY", "to": "SECONDARY", "at": "2026-11-24T20:09:30.000000Z",
//    "reason": …}]}
#ifndef LIFEBOAT_BCDR_GATEWAY_CONNECTION_STATE_FILE_H_
#define LIFEBOAT_BCDR_GATEWAY_CONNECTION_STATE_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/storage.h"

namespace lifeboat::bcdr {

struct RecordedMove {
  uint64_t epoch = 0;
  std::string from, to;  // accounts
  std::string at;        // UTC, see FormatUtc
  std::string reason;    // "primary down" or "promoted"
  bool operator==(const RecordedMove&) const = default;
};

struct ConnectionRecord {
  static constexpr size_t kMaxMoves = 100;

  std::string name;
  uint64_t epoch = 1;
  std::string primary;              // account
  std::vector<RecordedMove> moves;  // oldest first, the latest kMaxMoves
  bool operator==(const ConnectionRecord&) const = default;
};

// Nothing when the file does not exist; kCorruption, naming file and remedy, when it cannot be understood.
Result<std::optional<ConnectionRecord>> LoadConnectionRecord(storage::Storage& storage,
                                                             const std::string& location);
// Atomic and durable.
Status SaveConnectionRecord(storage::Storage& storage, const std::string& location,
                            const ConnectionRecord& record);

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_CONNECTION_STATE_FILE_H_
