// Properties of DDL statements as values: text, numbers, switches, lists and blocks, with variables and
// constant expressions evaluated.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_PROPERTIES_H_
#define LIFEBOAT_ACCOUNT_ENGINE_PROPERTIES_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/engine/statement_context.h"
#include "account/objects/object.h"
#include "account/sql/ast/property.h"
#include "base/result.h"

namespace lifeboat::account {

// The value as one text: words and names as written (folded), constants by value.
Result<std::string> PropertyText(const StatementContext& context, const sql::Property& property);
Result<int64_t> PropertyInteger(const StatementContext& context, const sql::Property& property);
Result<bool> PropertySwitch(const StatementContext& context, const sql::Property& property);
// A list's texts; a single value counts as a list of one, (NONE) and () as empty.
Result<std::vector<std::string>> PropertyTexts(const StatementContext& context,
                                               const sql::Property& property);
// The property whatever its shape, as objects keep it.
Result<Property> ToStoredProperty(const StatementContext& context, const sql::Property& property);

// Nothing if the statement does not name the property.
Result<std::optional<std::string>> OptionalText(const StatementContext& context,
                                                const sql::Properties& properties, std::string_view name);

// 001420: invalid property 'X'.
Status UnknownProperty(const sql::Property& property);
// UnknownProperty for the first that is not in `known`.
Status CheckKnownProperties(const sql::Properties& properties, std::initializer_list<std::string_view> known);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_PROPERTIES_H_
