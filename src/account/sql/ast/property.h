// Property: NAME = value as DDL statements list them. Property names are open, so integrations, volumes,
// warehouses and linked catalogs share one shape; the engine knows which names an object has.
#ifndef LIFEBOAT_ACCOUNT_SQL_AST_PROPERTY_H_
#define LIFEBOAT_ACCOUNT_SQL_AST_PROPERTY_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "account/sql/ast/expression.h"
#include "account/sql/ast/name.h"

namespace lifeboat::account::sql {

struct Property;
struct PropertyValue;

// A bare word or a dotted or quoted name: OAUTH, XSMALL, my_volume, "My WH".
struct PropertyWord {
  ObjectName name;
};
// A constant expression: 'text', 60, TRUE, $v, $v || 'x'. See FoldConstant (constant.h).
struct PropertyExpression {
  ExpressionPtr expression;
};
// ('a', 'b'), (), (NONE), ((…), (…)).
struct PropertyList {
  std::vector<PropertyValue> values;
};
// (NAME = value NAME = value), commas or none between.
struct PropertyBlock {
  std::vector<Property> properties;
};

struct PropertyValue {
  std::variant<PropertyWord, PropertyExpression, PropertyList, PropertyBlock> node;
  Location location;
};

struct Property {
  std::string name;  // upper-case
  PropertyValue value;
  Location location;
};

using Properties = std::vector<Property>;

// The property of that (upper-case) name, or null.
inline const Property* FindProperty(const Properties& properties, std::string_view name) {
  for (const Property& property : properties) {
    if (property.name == name) return &property;
  }
  return nullptr;
}

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_AST_PROPERTY_H_
