// ValueRange: what is known of a set of values of one column — a file's, a manifest's partition field's — and
// whether any of them can satisfy a predicate. Unknown counts as possible.
//
// NaN sorts above every number, as in the engines that ask, and is never inside the bounds.
#ifndef LIFEBOAT_ICEBERG_SCAN_VALUE_RANGE_H_
#define LIFEBOAT_ICEBERG_SCAN_VALUE_RANGE_H_

#include <optional>

#include "iceberg/model/expression.h"

namespace lifeboat::iceberg {

struct ValueRange {
  std::optional<Literal> lower;  // no value is less; may itself not occur
  std::optional<Literal> upper;
  bool may_be_null = true;
  bool may_be_value = true;  // something other than null
  bool may_be_nan = true;
  bool exact = false;  // all values that are not null equal `lower`

  // Of one value, such as a partition value.
  static ValueRange Of(const Literal& value);
};

// `predicate` is a leaf: neither kAnd, kOr nor kNot. REQUIRES: its literals are of the range's type.
bool MayMatch(const Expression& predicate, const ValueRange& range);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_SCAN_VALUE_RANGE_H_
