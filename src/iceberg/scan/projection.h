// Projection: a predicate on a column, as a predicate on a partition field made from that column.
//
// The projection is inclusive: if a row satisfies the predicate, its partition value satisfies the
// projection. Source: Iceberg table spec, "Scan Planning"; Java's Projections.inclusive.
#ifndef LIFEBOAT_ICEBERG_SCAN_PROJECTION_H_
#define LIFEBOAT_ICEBERG_SCAN_PROJECTION_H_

#include <optional>

#include "iceberg/model/expression.h"
#include "iceberg/model/partition_spec.h"

namespace lifeboat::iceberg {

// Nothing when the transform tells nothing about the predicate. REQUIRES: `predicate` is a leaf on a column
// of type `source`, which the transform applies to.
std::optional<Expression> Project(const Expression& predicate, const Transform& transform,
                                  const Type& source);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_SCAN_PROJECTION_H_
