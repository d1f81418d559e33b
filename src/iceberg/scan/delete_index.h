// DeleteIndex: which delete files apply to a data file.
//
// Source: Iceberg table spec, "Scan Planning": a deletion vector or position delete applies to files of its
// partition whose data sequence number is not greater than its own, an equality delete to those with a
// smaller one; an equality delete of an unpartitioned spec applies to every partition; a file with a deletion
// vector needs no position deletes.
#ifndef LIFEBOAT_ICEBERG_SCAN_DELETE_INDEX_H_
#define LIFEBOAT_ICEBERG_SCAN_DELETE_INDEX_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "iceberg/scan/plan_scan.h"

namespace lifeboat::iceberg {

class DeleteIndex {
 public:
  // `deletes` must outlive the index.
  DeleteIndex(const std::vector<DeleteFile>& deletes, const TableMetadata& metadata);

  // Indexes into `deletes`, ascending.
  std::vector<uint32_t> For(const DataFile& file, int64_t sequence_number) const;

 private:
  using Group = std::vector<uint32_t>;
  static std::string PartitionKey(const DataFile& file);

  const std::vector<DeleteFile>& deletes_;
  std::unordered_map<std::string, Group> vectors_;   // deletion vectors, by data file
  std::unordered_map<std::string, Group> by_path_;   // position deletes of one data file
  std::unordered_map<std::string, Group> position_;  // position deletes, by partition
  std::unordered_map<std::string, Group> equality_;  // equality deletes, by partition
  Group global_equality_;
};

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_SCAN_DELETE_INDEX_H_
