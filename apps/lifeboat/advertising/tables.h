// The four tables of the advertising data: names and columns, in order.
//
// One description serves the generator, CSV headers and the Iceberg schemas. Event tables carry `date_key`
// (YYYY-MM-DD, UTC) and are partitioned by it.
#ifndef LIFEBOAT_ADVERTISING_TABLES_H_
#define LIFEBOAT_ADVERTISING_TABLES_H_

#include <array>
#include <span>
#include <string_view>

namespace lifeboat::app::advertising {

enum class Table { kCampaigns, kImpressions, kClicks, kConversions };

inline constexpr std::array kTables = {Table::kCampaigns, Table::kImpressions, Table::kClicks,
                                       Table::kConversions};

enum class ColumnType { kString, kInt, kDouble, kBoolean };

struct ColumnDefinition {
  std::string_view name;
  ColumnType type = ColumnType::kString;
  bool optional = false;
};

std::string_view TableName(Table table);  // "campaigns"
std::span<const ColumnDefinition> Columns(Table table);
// "date_key", or "" for the one table without events.
std::string_view PartitionColumn(Table table);

// Catalog namespace of the demo.
inline constexpr std::string_view kNamespace = "iceberg_advertising_db";

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_TABLES_H_
