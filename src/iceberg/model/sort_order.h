// SortOrder: the order rows have within files, by transforms of columns. Order 0 is "unsorted".
//
// Source: Iceberg table spec, "Sorting" and Appendix C "Sort Orders".
#ifndef LIFEBOAT_ICEBERG_MODEL_SORT_ORDER_H_
#define LIFEBOAT_ICEBERG_MODEL_SORT_ORDER_H_

#include <boost/json/object.hpp>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "iceberg/model/json.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

struct SortField {
  int32_t source_id = 0;
  std::vector<int32_t> source_ids;  // v3, only for transforms of several columns
  Transform transform;
  bool descending = false;
  bool nulls_first = true;
  boost::json::object extra;

  bool operator==(const SortField&) const = default;
};

struct SortOrder {
  int32_t order_id = 0;
  std::vector<SortField> fields;
  boost::json::object extra;

  bool is_unsorted() const { return fields.empty(); }
  // Same fields; the order id may differ.
  bool SameOrder(const SortOrder& other) const { return fields == other.fields; }
  bool operator==(const SortOrder&) const = default;
};

Result<SortOrder> ParseSortOrder(const boost::json::value& value, const JsonPath& path = {});
void AppendJson(const SortOrder& order, JsonWriter& writer);

// Sources exist and their types suit the transforms.
Status ValidateSortOrder(const SortOrder& order, const Schema& schema);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_SORT_ORDER_H_
