// ChangeLogReader: a follower's place in the change log of a Lifeboat catalog, and what comes next.
//
// It pulls: Next() returns entries one by one, in order and without a gap, and waits at the end of the log
// for the next commit. The place is one number, so a follower that writes down position() with what it did
// with the entry goes on there after a restart. A server that restarts or fails over is waited for.
#ifndef LIFEBOAT_CATALOG_CLIENT_CHANGE_LOG_READER_H_
#define LIFEBOAT_CATALOG_CLIENT_CHANGE_LOG_READER_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/api/change_log.h"
#include "catalog/client/rest_catalog.h"
#include "net/http_client.h"

namespace lifeboat::catalog {

struct ChangeLogBounds {
  uint64_t first_position = 1;  // of the oldest entry that is kept
  uint64_t last_position = 0;   // of the newest entry; 0: none yet
};

// Not thread-safe.
class ChangeLogReader {
 public:
  // Starts behind position `after`; 0: at the beginning. `http`, `clock` and `random` must outlive the
  // reader.
  ChangeLogReader(const RestCatalogOptions& options, net::HttpClient& http, uint64_t after,
                  Clock& clock = SystemClock(), Random& random = SystemRandom());
  ~ChangeLogReader();

  // The next entry; nothing when none came within `timeout`. Errors leave the place as it is:
  //   kUnavailable         the server did not answer during all of `timeout`; call again
  //   kNotFound            ChangesTrimmedException: the next entry is no longer kept, or this catalog has no
  //                        change log (NotFoundException)
  //   kFailedPrecondition  the log ends before this place: the catalog is another one, or older than it was
  //   kUnauthenticated, kPermissionDenied, kCorruption
  Result<std::optional<ChangeLogEntry>> Next(std::chrono::milliseconds timeout);
  // Asks where the log begins and ends.
  Result<ChangeLogBounds> ReadBounds();

  // Of the entry that Next returned last; at first where the reader started.
  uint64_t position() const { return position_; }
  // As of the last answer: bounds().last_position - position() is how far behind the follower is.
  const ChangeLogBounds& bounds() const { return bounds_; }

 private:
  // Asks once, holding on for up to `wait_seconds`.
  Status Fetch(int64_t wait_seconds);

  Clock& clock_;
  std::unique_ptr<class RestSession> session_;
  uint64_t position_;
  ChangeLogBounds bounds_;
  std::deque<ChangeLogEntry> fetched_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_CLIENT_CHANGE_LOG_READER_H_
