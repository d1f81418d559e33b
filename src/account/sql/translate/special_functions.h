// Functions whose translation looks at their arguments: types, constants, order. One C++ function each.
#ifndef LIFEBOAT_ACCOUNT_SQL_TRANSLATE_SPECIAL_FUNCTIONS_H_
#define LIFEBOAT_ACCOUNT_SQL_TRANSLATE_SPECIAL_FUNCTIONS_H_

#include <string>
#include <vector>

#include "account/sql/translate/translator.h"

namespace lifeboat::account::sql {

struct FunctionContext {
  Translator& translator;
  const FunctionCall& call;
  const Scope& scope;
  const std::string& name;
  std::vector<Typed>
      arguments;       // translated, unless the function takes a date part first (SpecialTakesExpressions)
  std::string suffix;  // FILTER and OVER, to be put behind an aggregate
};

using SpecialFunction = Result<Typed> (*)(FunctionContext& context);

// Null when the name is not one of them.
SpecialFunction FindSpecialFunction(const std::string& name);
// False for functions whose first argument may be a bare date part.
bool SpecialTakesExpressions(const std::string& name);

// The date part an expression names, as DuckDB spells it: DAY, 'day', "day", DAYS, DD → day. Empty: none.
std::string DatePart(const Expression& expression);
std::string DatePart(std::string_view word);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_TRANSLATE_SPECIAL_FUNCTIONS_H_
