#include "iceberg/scan/delete_index.h"

#include <algorithm>

namespace lifeboat::iceberg {
namespace {

constexpr int32_t kDeleteFilePathId = 2147483546;  // the column "file_path" of position deletes

// The one data file a position delete is about, if its metadata tells.
std::string TargetOf(const DataFile& file) {
  if (file.referenced_data_file) return *file.referenced_data_file;
  const std::string* lower = Find(file.lower_bounds, kDeleteFilePathId);
  const std::string* upper = Find(file.upper_bounds, kDeleteFilePathId);
  return lower != nullptr && upper != nullptr && *lower == *upper ? *lower : std::string();
}

}  // namespace

std::string DeleteIndex::PartitionKey(const DataFile& file) {
  std::string key = std::to_string(file.partition_spec_id) + "/";
  for (const Literal& value : file.partition) {
    // Any injective text will do. Values keep their place when their column is widened, so int and long,
    // float and double write alike.
    const auto append = [&](char tag, const auto& number) {
      key.push_back(tag);
      key.append(reinterpret_cast<const char*>(&number), sizeof number);
    };
    std::visit(
        [&](const auto& v) {
          using T = std::remove_cvref_t<decltype(v)>;
          if constexpr (std::is_same_v<T, std::monostate>) {
            key.push_back('n');
          } else if constexpr (std::is_same_v<T, std::string>) {
            key += "s" + std::to_string(v.size()) + ":" + v;
          } else if constexpr (std::is_floating_point_v<T>) {
            append('f', static_cast<double>(v));
          } else if constexpr (std::is_same_v<T, Int128>) {
            append('d', v);
          } else {
            append('i', static_cast<int64_t>(v));
          }
        },
        value.value());
  }
  return key;
}

DeleteIndex::DeleteIndex(const std::vector<DeleteFile>& deletes, const TableMetadata& metadata)
    : deletes_(deletes) {
  for (uint32_t i = 0; i < deletes.size(); ++i) {
    const DataFile& file = deletes[i].file;
    if (file.content == FileContent::kEqualityDeletes) {
      const PartitionSpec* spec = metadata.FindSpec(file.partition_spec_id);
      if (spec == nullptr || spec->is_unpartitioned()) {
        global_equality_.push_back(i);
      } else {
        equality_[PartitionKey(file)].push_back(i);
      }
      continue;
    }
    const std::string target = TargetOf(file);
    if (file.is_deletion_vector()) {
      vectors_[target].push_back(i);
    } else if (!target.empty()) {
      by_path_[target].push_back(i);
    } else {
      position_[PartitionKey(file)].push_back(i);
    }
  }
}

std::vector<uint32_t> DeleteIndex::For(const DataFile& file, int64_t sequence_number) const {
  std::vector<uint32_t> found;
  if (deletes_.empty()) return found;
  const auto add = [&](const Group& group, bool equality) {
    for (const uint32_t index : group) {
      const int64_t delete_sequence = deletes_[index].sequence_number;
      if (equality ? sequence_number < delete_sequence : sequence_number <= delete_sequence)
        found.push_back(index);
    }
  };
  const auto add_from = [&](const std::unordered_map<std::string, Group>& groups, const std::string& key,
                            bool equality) {
    if (const auto group = groups.find(key); group != groups.end()) add(group->second, equality);
  };
  const std::string partition = PartitionKey(file);
  add_from(vectors_, file.file_path, false);
  if (found.empty()) {
    add_from(by_path_, file.file_path, false);
    add_from(position_, partition, false);
  }
  add_from(equality_, partition, true);
  add(global_equality_, true);
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace lifeboat::iceberg
