// AppendFiles: a commit that adds data files to a table, as Java's "fast append" does: one new manifest, and
// a new manifest list that carries the old manifests over untouched.
//
// It writes both files below the table's metadata location and returns what the catalog must be asked to
// commit. If the commit is refused (kConflict), reload the table and call again: the files themselves need
// not be written anew. Files of a commit that is given up are removed with DiscardAppend.
#ifndef LIFEBOAT_ICEBERG_WRITE_APPEND_FILES_H_
#define LIFEBOAT_ICEBERG_WRITE_APPEND_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "iceberg/manifest/data_file.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/model/table_update.h"
#include "storage/storage.h"

namespace lifeboat::iceberg {

struct AppendOptions {
  std::string branch = std::string(kMainBranch);
  StringMap summary;  // more entries for the snapshot's summary
};

struct PreparedAppend {
  std::vector<TableRequirement> requirements;
  std::vector<TableUpdate> updates;
  int64_t snapshot_id = 0;
  // Locations of the new manifests and the new manifest list.
  std::vector<std::string> written;
};

// `files` may belong to several partition specs of the table (one manifest each). kInvalidArgument if a
// file's partition does not suit its spec, if it is not a data file, or if `branch` is a tag.
Result<PreparedAppend> AppendFiles(storage::Storage& storage, const TableMetadata& metadata,
                                   const std::vector<DataFile>& files, const AppendOptions& options = {},
                                   const Clock& clock = SystemClock(), Random& random = SystemRandom());

// Deletes the manifests and the list of an append that was not committed.
Status DiscardAppend(storage::Storage& storage, const PreparedAppend& append);

struct AddedFiles {
  int64_t files = 0;
  int64_t records = 0;
  int64_t bytes = 0;

  void Add(const DataFile& file) {
    ++files;
    records += file.record_count;
    bytes += file.file_size_in_bytes;
  }
};
// Sets the totals in the summary of a snapshot that adds those files to `parent` (null: to nothing). A total
// that the parent does not tell is not told either.
void SetTotals(const Snapshot* parent, const AddedFiles& added, StringMap* summary);

// The folder new data files go to: <location>/data, or the table's write.data.path.
std::string DataLocation(const TableMetadata& metadata);
// The folder of manifests and lists: <location>/metadata, or the table's write.metadata.path.
std::string MetadataLocation(const TableMetadata& metadata);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_WRITE_APPEND_FILES_H_
