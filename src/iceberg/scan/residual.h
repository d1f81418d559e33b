// Residual: what is left of a filter for the rows of one file, once its partition values are known.
//
// A predicate that the partition decides becomes true or false and the rest is simplified; a residual of
// `true` says that every row of the file matches. Source: Java's ResidualEvaluator.
#ifndef LIFEBOAT_ICEBERG_SCAN_RESIDUAL_H_
#define LIFEBOAT_ICEBERG_SCAN_RESIDUAL_H_

#include <vector>

#include "iceberg/model/expression.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

// REQUIRES: `filter` is valid for `schema` and without kNot; `partition` has one value per field of `spec`.
Expression Residual(const Expression& filter, const Schema& schema, const PartitionSpec& spec,
                    const std::vector<Literal>& partition);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_SCAN_RESIDUAL_H_
