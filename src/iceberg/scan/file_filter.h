// FileFilter: a filter made ready to be asked of many manifests and files of one table.
#ifndef LIFEBOAT_ICEBERG_SCAN_FILE_FILTER_H_
#define LIFEBOAT_ICEBERG_SCAN_FILE_FILTER_H_

#include <functional>
#include <vector>

#include "iceberg/manifest/data_file.h"
#include "iceberg/manifest/manifest_list.h"
#include "iceberg/model/expression.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"
#include "iceberg/scan/value_range.h"

namespace lifeboat::iceberg {

class FileFilter {
 public:
  // `schema` must outlive the filter.
  FileFilter(const Expression& filter, const Schema& schema) : filter_(RewriteNot(filter)), schema_(schema) {}

  // Whether a manifest may list a file with matching rows, by its partition summaries.
  bool MayMatchManifest(const ManifestFile& manifest, const PartitionSpec& spec) const;
  // Whether a file may hold matching rows, by its partition values, bounds and counts.
  bool MayMatchFile(const DataFile& file, const PartitionSpec& spec) const;

 private:
  using Leaf = std::function<bool(const Expression&)>;
  static bool Evaluate(const Expression& expression, const Leaf& leaf);
  bool MayMatchPartition(const Expression& predicate, const PartitionSpec& spec,
                         const std::vector<ValueRange>& ranges) const;

  Expression filter_;  // without kNot
  const Schema& schema_;
};

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_SCAN_FILE_FILTER_H_
