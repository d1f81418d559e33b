// ChangeSink: somewhere the change log goes by itself: a file of JSON lines, a webhook.
//
// A ChangeSinkRunner reads the log behind the sink's position and hands over batches, in order, each at least
// once: a batch whose outcome a crash left open is handed over again. It runs on a thread of its own and
// reads the store as any follower does; a sink that fails or hangs delays nothing else, and is tried again
// with growing pauses. A sink that is slower than the log's retention loses what was trimmed: that is logged,
// and seen by its reader as a jump in positions. One whose position is beyond the end of the log was fed from
// another store: it fails until somebody has decided what is to become of what it holds.
//
// Positions are kept in a small file beside the sink, not in the store: writing them there would append to
// the very log that is being read. A sink therefore belongs to one server.
#ifndef LIFEBOAT_CATALOG_SERVER_CHANGE_SINK_H_
#define LIFEBOAT_CATALOG_SERVER_CHANGE_SINK_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/result.h"
#include "catalog/api/change_log.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  // The last position the receiver certainly has; nothing for a sink that has delivered nothing yet.
  virtual Result<std::optional<uint64_t>> Position() = 0;
  // OK once the receiver has all of them for good; they follow each other.
  virtual Status Deliver(const std::vector<ChangeLogEntry>& entries) = 0;
};

struct ChangeSinkOptions {
  enum class Kind { kJsonLines, kWebhook };
  enum class Start { kBeginning, kNow };

  std::string name;  // in logs
  Kind kind = Kind::kJsonLines;
  std::string path;                 // kJsonLines: the file to append to
  std::string url;                  // kWebhook
  std::string secret;               // kWebhook: the key of the signature
  std::string position_path;        // where the position is kept
  Start start = Start::kBeginning;  // where a sink without a position starts
};

std::unique_ptr<ChangeSink> MakeChangeSink(const ChangeSinkOptions& options, const Clock& clock);

class ChangeSinkRunner {
 public:
  // Starts at once. The store and the clock must outlive it.
  ChangeSinkRunner(const ChangeSinkOptions& options, CatalogStore& store, std::unique_ptr<ChangeSink> sink,
                   const Clock& clock);
  ~ChangeSinkRunner();  // waits for the delivery under way

  // There are new entries.
  void Wake() { thread_->Wake(); }

 private:
  void Run();
  Status Begin();
  // One batch; false when there was nothing to deliver.
  Result<bool> DeliverNext();
  Status SkipTrimmed();

  const ChangeSinkOptions options_;
  CatalogStore& store_;
  const std::unique_ptr<ChangeSink> sink_;
  const Clock& clock_;
  std::optional<uint64_t> position_;
  std::optional<uint64_t> foreign_position_;  // the sink's, when it was beyond the end of the log
  std::chrono::milliseconds pause_{0};        // after failures
  int64_t try_again_micros_ = 0;
  std::atomic<bool> stopping_ = false;
  std::unique_ptr<PeriodicThread> thread_;  // last: it uses the rest
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_CHANGE_SINK_H_
