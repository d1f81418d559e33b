// The metadata of a table that does not exist yet, after Java's TableMetadata.newTableMetadata.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/uuid.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::iceberg {
namespace {

// Properties that say something about the table rather than being stored in it.
constexpr std::array<std::string_view, 8> kReservedProperties = {
    "format-version",      "uuid",
    "snapshot-count",      "current-snapshot-summary",
    "current-snapshot-id", "current-snapshot-timestamp-ms",
    "current-schema",      "default-partition-spec"};

Result<int32_t> FormatVersion(const StringMap& properties) {
  const auto property = properties.find("format-version");
  if (property == properties.end()) return kDefaultFormatVersion;
  int32_t version = 0;
  const std::string& text = property->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version < 1 ||
      version > kMaxFormatVersion) {
    return Status::InvalidArgument("Unsupported format version: v{} (supported: v1 to v{})", text,
                                   kMaxFormatVersion);
  }
  return version;
}

// Maps ids of the request to the new ones, by the columns' names.
class IdMap {
 public:
  IdMap(const Schema& requested, const Schema& fresh) : requested_(requested), fresh_(fresh) {}
  int32_t NewId(int32_t requested_id) const {
    const std::string name = requested_.NameOf(requested_id);
    const Field* field = name.empty() ? nullptr : fresh_.FindField(std::string_view(name));
    return field == nullptr ? requested_id : field->id;
  }
  void Apply(int32_t* source_id, std::vector<int32_t>* source_ids) const {
    *source_id = NewId(*source_id);
    for (int32_t& id : *source_ids) id = NewId(id);
  }

 private:
  const Schema& requested_;
  const Schema& fresh_;
};

}  // namespace

Result<TableMetadata> NewTableMetadata(const NewTable& table, const Clock& clock, Random& random) {
  TableMetadata metadata;
  LIFEBOAT_ASSIGN_OR_RETURN(metadata.format_version, FormatVersion(table.properties));
  LIFEBOAT_RETURN_IF_ERROR(ValidatePartitionSpec(table.spec, table.schema));
  LIFEBOAT_RETURN_IF_ERROR(ValidateSortOrder(table.sort_order, table.schema));

  int32_t last_column_id = 0;
  Schema schema = AssignFreshIds(table.schema, [&] { return ++last_column_id; });
  schema.schema_id = 0;
  LIFEBOAT_RETURN_IF_ERROR(ValidateSchema(schema, metadata.format_version));
  const IdMap ids(table.schema, schema);

  PartitionSpec spec = table.spec;
  spec.spec_id = 0;
  for (PartitionField& field : spec.fields) {
    ids.Apply(&field.source_id, &field.source_ids);
    field.field_id = ++metadata.last_partition_id;
  }
  SortOrder order = table.sort_order;
  order.order_id = order.is_unsorted() ? 0 : 1;
  for (SortField& field : order.fields) ids.Apply(&field.source_id, &field.source_ids);

  metadata.last_column_id = last_column_id;
  metadata.default_sort_order_id = order.order_id;
  metadata.schemas.push_back(std::make_shared<const Schema>(std::move(schema)));
  metadata.partition_specs.push_back(std::make_shared<const PartitionSpec>(std::move(spec)));
  metadata.sort_orders.push_back(std::make_shared<const SortOrder>(std::move(order)));
  metadata.location = table.location;
  while (metadata.location.size() > 1 && metadata.location.ends_with('/')) metadata.location.pop_back();
  for (const auto& [key, value] : table.properties) {
    if (std::find(kReservedProperties.begin(), kReservedProperties.end(), key) == kReservedProperties.end()) {
      metadata.properties.emplace(key, value);
    }
  }
  const auto uuid = table.properties.find("uuid");
  metadata.table_uuid = uuid == table.properties.end() ? Uuid::V4(random).ToString() : uuid->second;
  metadata.last_updated_ms = clock.NowMillis();
  return metadata;
}

}  // namespace lifeboat::iceberg
