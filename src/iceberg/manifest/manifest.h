// Manifest: the Avro file that lists data or delete files of one partition spec, with their statistics.
//
// Source: Iceberg table spec, "Manifests". Reading follows the schema in the file by field id; columns it
// does not know are skipped. Errors: kCorruption naming the file for bytes that are not a manifest.
#ifndef LIFEBOAT_ICEBERG_MANIFEST_MANIFEST_H_
#define LIFEBOAT_ICEBERG_MANIFEST_MANIFEST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest/data_file.h"
#include "iceberg/manifest/manifest_list.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"
#include "storage/storage.h"

namespace lifeboat::iceberg {

// What the key-value metadata of a manifest says.
struct ManifestHeader {
  int32_t format_version = 2;
  ManifestContent content = ManifestContent::kData;
  Schema schema;
  PartitionSpec spec;
};

struct Manifest {
  ManifestHeader header;
  std::vector<ManifestEntry> entries;  // deleted ones included
};

// The entries as they are stored: nothing is inherited, partition_spec_id is the header's.
Result<Manifest> ParseManifest(std::string_view bytes, std::string_view location);

// Reads a manifest a manifest list names. Snapshot id, sequence numbers and first row ids are inherited from
// `file` where an entry leaves them out.
Result<Manifest> ReadManifest(storage::Storage& storage, const ManifestFile& file);

// Builds one manifest in memory.
class ManifestWriter {
 public:
  // `schema` and `spec` are those of the files to be added. `snapshot_id` is the snapshot that adds the
  // manifest.
  ManifestWriter(const ManifestHeader& header, int64_t snapshot_id);
  ~ManifestWriter();
  ManifestWriter(ManifestWriter&&) noexcept;
  ManifestWriter& operator=(ManifestWriter&&) noexcept;

  // kInvalidArgument if the partition does not suit the spec or the content does not suit the manifest.
  Status Add(const ManifestEntry& entry);
  // A file the snapshot adds: status added, sequence numbers inherited.
  Status AddFile(const DataFile& file);

  struct Written {
    std::string bytes;
    // Complete but for what the committer knows: manifest_path, sequence_number, and min_sequence_number if
    // all entries inherit theirs (0 until then).
    ManifestFile file;
  };
  // Call once.
  Result<Written> Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MANIFEST_MANIFEST_H_
