// JsonLinesSink: the change log appended to a file, one entry a line, as GET /lifeboat/v1/changes shows them.
//
// A batch is appended, made durable, and then its position is written down. After a crash the file itself
// tells how far it came: a line that was cut short is removed, and the last whole line counts when it is
// further than the position. So a restart loses nothing and repeats nothing, unless the file was rotated away
// between the two steps: then its last batch is written to the new file once more.
//
// The file may be renamed or removed at any time (logrotate without copytruncate): the next batch goes to a
// new one of that name.
#ifndef LIFEBOAT_CATALOG_SERVER_JSON_LINES_SINK_H_
#define LIFEBOAT_CATALOG_SERVER_JSON_LINES_SINK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/server/change_sink.h"
#include "catalog/server/sink_position.h"
#include "storage/local_file.h"

namespace lifeboat::catalog {

class JsonLinesSink : public ChangeSink {
 public:
  JsonLinesSink(std::string path, std::string position_path);

  Result<std::optional<uint64_t>> Position() override;
  Status Deliver(const std::vector<ChangeLogEntry>& entries) override;

 private:
  // Opens the file, and repairs its end, unless it is open and still has its name.
  Status Open();
  // The position of the last whole line, 0 without one; an entry behind it that was cut short is removed.
  // kFailedPrecondition, and nothing is changed, when what is there is nothing of this sink's.
  Result<uint64_t> RepairEnd();
  Status Append(const std::string& lines);

  const std::string path_;
  SinkPosition position_;
  storage::FileDescriptor file_;
  uint64_t written_ = 0;  // the last position that is in a file for good
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_JSON_LINES_SINK_H_
