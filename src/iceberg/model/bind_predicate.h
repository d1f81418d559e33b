// BindPredicate: a comparison whose value came without a type, as a predicate on a column of a known type.
//
// A value the type cannot hold does not make the predicate wrong: `x < 3000000000` is true of every int that
// is not null. The predicate that results is inclusive: it is true of every row that the one asked for is
// true of, and the same wherever the value has an exact counterpart.
#ifndef LIFEBOAT_ICEBERG_MODEL_BIND_PREDICATE_H_
#define LIFEBOAT_ICEBERG_MODEL_BIND_PREDICATE_H_

#include <boost/json/value.hpp>
#include <optional>
#include <vector>

#include "base/result.h"
#include "iceberg/model/expression.h"
#include "iceberg/model/json.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

// What the predicate is on: a column, or a transform of it.
struct BoundTerm {
  int32_t field_id = 0;
  std::optional<Transform> transform;
  Type type;  // of the values to compare: the column's, or the transform's result
};

// A value in one of the forms that clients write for values of `type`: the single-value JSON form, or a
// number where the type is stored as one (days of a date, microseconds of a time or timestamp, also of those
// that count nanoseconds). It need not lie within the type's range.
struct UntypedLiteral {
  enum class Position : uint8_t {
    kExact,
    kBetween,  // `literal` is the nearest value of the type
    kBelow,    // less than every value of the type
    kAbove,    // greater than every value
  };
  Position position = Position::kExact;
  Literal literal;
};
// kInvalidArgument with the path for a value of another kind.
Result<UntypedLiteral> ReadUntypedLiteral(const Type& type, const boost::json::value& value,
                                          const JsonPath& path);

// REQUIRES: `op` is a comparison, kIn, kNotIn, kStartsWith or kNotStartsWith; one literal unless kIn or
// kNotIn. kNotEqual, kNotIn and kNotStartsWith are true of null, as in Iceberg's own expressions.
Expression BindPredicate(Expression::Op op, const BoundTerm& term,
                         const std::vector<UntypedLiteral>& literals);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_BIND_PREDICATE_H_
