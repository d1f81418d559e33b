#include "iceberg/model/table_metadata.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/uuid.h"

namespace lifeboat::iceberg {
namespace {

template <typename T, typename Matches>
const T* FindIn(const std::vector<std::shared_ptr<const T>>& list, Matches matches) {
  // The newest come last and are asked for most.
  for (auto at = list.rbegin(); at != list.rend(); ++at) {
    if (matches(**at)) return at->get();
  }
  return nullptr;
}

}  // namespace

const Schema* TableMetadata::FindSchema(int32_t schema_id) const {
  return FindIn(schemas, [&](const Schema& schema) { return schema.schema_id == schema_id; });
}

const PartitionSpec* TableMetadata::FindSpec(int32_t spec_id) const {
  return FindIn(partition_specs, [&](const PartitionSpec& spec) { return spec.spec_id == spec_id; });
}

const SortOrder* TableMetadata::FindSortOrder(int32_t order_id) const {
  return FindIn(sort_orders, [&](const SortOrder& order) { return order.order_id == order_id; });
}

const Snapshot* TableMetadata::FindSnapshot(int64_t snapshot_id) const {
  return FindIn(snapshots, [&](const Snapshot& snapshot) { return snapshot.snapshot_id == snapshot_id; });
}

const Snapshot* TableMetadata::FindRef(std::string_view name) const {
  const auto ref = refs.find(name);
  if (ref != refs.end()) return FindSnapshot(ref->second.snapshot_id);
  return name == kMainBranch ? current_snapshot() : nullptr;
}

const Schema& TableMetadata::schema() const {
  const Schema* found = FindSchema(current_schema_id);
  LIFEBOAT_CHECK(found != nullptr, "metadata without its current schema");
  return *found;
}

const PartitionSpec& TableMetadata::spec() const {
  const PartitionSpec* found = FindSpec(default_spec_id);
  LIFEBOAT_CHECK(found != nullptr, "metadata without its default partition spec");
  return *found;
}

const SortOrder& TableMetadata::sort_order() const {
  const SortOrder* found = FindSortOrder(default_sort_order_id);
  LIFEBOAT_CHECK(found != nullptr, "metadata without its default sort order");
  return *found;
}

const Snapshot* TableMetadata::current_snapshot() const {
  return current_snapshot_id ? FindSnapshot(*current_snapshot_id) : nullptr;
}

std::string TableMetadata::Property(std::string_view key, std::string_view fallback) const {
  const auto property = properties.find(std::string(key));
  return property == properties.end() ? std::string(fallback) : property->second;
}

int64_t TableMetadata::IntProperty(std::string_view key, int64_t fallback) const {
  const auto property = properties.find(std::string(key));
  if (property == properties.end()) return fallback;
  const std::string& text = property->second;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : fallback;
}

std::string NewMetadataLocation(std::string_view location, const StringMap& properties,
                                std::string_view previous_metadata_location, Random& random) {
  int64_t version = -1;
  const size_t slash = previous_metadata_location.rfind('/');
  const std::string_view name = slash == std::string_view::npos
                                    ? previous_metadata_location
                                    : previous_metadata_location.substr(slash + 1);
  // "00003-<uuid>.metadata.json"; files of Hadoop tables are called "v3.metadata.json".
  const std::string_view digits = name.starts_with('v') ? name.substr(1) : name;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (error != std::errc() || end == digits.data()) version = -1;
  const auto own_folder = properties.find("write.metadata.path");
  std::string folder =
      own_folder == properties.end() ? std::string(location) + "/metadata" : own_folder->second;
  while (folder.ends_with('/')) folder.pop_back();
  return fmt::format("{}/{:05}-{}.metadata.json", folder, version + 1, Uuid::V4(random).ToString());
}

std::string NewMetadataLocation(const TableMetadata& metadata, std::string_view previous_metadata_location,
                                Random& random) {
  return NewMetadataLocation(metadata.location, metadata.properties, previous_metadata_location, random);
}

}  // namespace lifeboat::iceberg
