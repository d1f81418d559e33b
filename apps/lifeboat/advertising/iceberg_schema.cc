#include "lifeboat/advertising/iceberg_schema.h"

#include <string>
#include <utility>

namespace lifeboat::app::advertising {
namespace {

constexpr int32_t kFirstPartitionFieldId = 1000;

iceberg::TypeId IcebergType(ColumnType type) {
  switch (type) {
    case ColumnType::kString:
      return iceberg::TypeId::kString;
    case ColumnType::kInt:
      return iceberg::TypeId::kInt;
    case ColumnType::kDouble:
      return iceberg::TypeId::kDouble;
    case ColumnType::kBoolean:
      return iceberg::TypeId::kBoolean;
  }
  return iceberg::TypeId::kUnknown;
}

}  // namespace

iceberg::Schema IcebergSchema(Table table) {
  iceberg::Schema schema;
  for (const ColumnDefinition& column : Columns(table)) {
    iceberg::Field field;
    field.id = static_cast<int32_t>(schema.fields.size()) + 1;
    field.name = std::string(column.name);
    field.type = iceberg::Type::Primitive(IcebergType(column.type));
    // Optional throughout, as the engines people load such data with declare it.
    field.required = false;
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

iceberg::PartitionSpec IcebergPartitionSpec(Table table) {
  iceberg::PartitionSpec spec;
  const std::string_view column = PartitionColumn(table);
  if (column.empty()) return spec;
  const iceberg::Schema schema = IcebergSchema(table);
  iceberg::PartitionField field;
  field.source_id = schema.FindField(column)->id;
  field.field_id = kFirstPartitionFieldId;
  field.name = std::string(column);
  spec.fields.push_back(std::move(field));
  return spec;
}

}  // namespace lifeboat::app::advertising
