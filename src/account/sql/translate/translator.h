// Translator: one translation under way: the common tables in sight, the resolver, and how deep it is.
// Private to this folder.
//
// Expressions come out as text with a type. A type is inferred where it is needed (division, averages, dates
// against timestamps) and otherwise may stay unknown; an unknown type never changes what DuckDB would do by
// itself.
#ifndef LIFEBOAT_ACCOUNT_SQL_TRANSLATE_TRANSLATOR_H_
#define LIFEBOAT_ACCOUNT_SQL_TRANSLATE_TRANSLATOR_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "account/sql/translate/translate_query.h"

namespace lifeboat::account::sql {

inline constexpr size_t kMaxTranslatedBytes = 8 << 20;  // of one expression

struct Typed {
  std::string sql;
  DataType type;
};

// One item of a FROM clause.
struct Relation {
  std::string name;  // how columns are qualified
  std::vector<std::string>
      parts;  // of the table's full name, for references qualified with schema or database
  std::vector<ResolvedColumn> columns;
  bool columns_known = true;
  bool case_insensitive = false;
};

// What column names mean at some place of a query.
struct Scope {
  const Scope* parent = nullptr;  // of the enclosing query, for correlated subqueries
  std::vector<Relation> relations;
  std::vector<ResolvedColumn> merged;       // columns of USING and NATURAL joins: unqualified, and first in *
  std::map<std::string, DataType> aliases;  // of the select list
};

std::string QuoteName(std::string_view name);    // "…" for DuckDB
std::string QuoteString(std::string_view text);  // '…' for DuckDB
std::string UpperCase(std::string_view text);    // ASCII letters

// The type both sides of a CASE, COALESCE, UNION … have together; unknown if they differ in kind.
DataType CommonType(const DataType& a, const DataType& b);

class Translator {
 public:
  explicit Translator(NameResolver& resolver) : resolver_(resolver) {}

  Result<TranslatedQuery> Translate(const Query& query, const Scope* parent);
  Result<Typed> Translate(const Expression& expression, const Scope& scope);
  // The FROM clause as text; its relations are added to `scope`.
  Result<std::string> TranslateFrom(const TableRef& table, Scope* scope);
  Result<std::string> TranslateTarget(const ObjectName& name, const TableAlias& alias, Scope* scope,
                                      bool alias_allowed);
  NameResolver& resolver() { return resolver_; }

 private:
  // --- queries (translate_query.cc)
  Result<TranslatedQuery> TranslateBody(const QueryBody& body, const Scope* parent, Scope* order_scope);
  Result<TranslatedQuery> TranslateSelect(const Select& select, const Scope* parent, Scope* scope);
  Result<TranslatedQuery> TranslateValues(const ValuesTable& values, const Scope* parent);
  Result<TranslatedQuery> TranslateSetOperation(const SetOperation& operation, const Scope* parent);
  Status TranslateItem(const SelectItem& item, const Scope& scope, TranslatedQuery* out);
  Status ExpandStar(const Star& star, const Scope& scope, Location location, TranslatedQuery* out);
  Result<std::string> TranslateGroupBy(const Select& select, const Scope& scope);
  Result<std::string> TranslateOrderBy(const std::vector<OrderItem>& items, const Scope& scope);
  Result<std::string> TranslateTail(const Query& query, const Scope& scope);
  Result<std::string> TranslateWindow(const WindowSpec& spec, const Scope& scope);

  // --- FROM (translate_from.cc)
  Result<std::string> TranslateJoin(const Join& join, Scope* scope);
  Result<std::string> TranslateTable(const NamedTable& table, const TableRef& ref, Scope* scope);
  Result<std::string> TranslateTableFunction(const TableFunction& function, const TableRef& ref,
                                             Scope* scope);
  Result<std::string> TranslateGenerator(const FunctionCall& call, const Scope& scope, Relation* relation);
  Result<std::string> TranslateFlatten(const FunctionCall& call, const Scope& scope, Relation* relation);
  Result<std::string> TranslateSample(const Sample& sample, const Scope& scope);
  std::string AddRelation(std::string sql, Relation relation, const TableRef& ref, Scope* scope);
  const TranslatedQuery* FindCommonTable(const ObjectName& name) const;
  Result<ObjectName> Static(const ObjectName& name);

  // --- expressions (translate_expression.cc, translate_predicate.cc)
  Result<Typed> One(const Literal& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const TypedLiteral& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const IntervalLiteral& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const ColumnRef& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const PositionalColumn& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const VariableRef& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Bind& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const IdentifierRef& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Star& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Unary& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Binary& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Case& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Cast& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Between& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const In& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Exists& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const ScalarSubquery& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const QuantifiedComparison& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Like& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Is& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const IsDistinct& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const FunctionCall& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Extract& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Path& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Subscript& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const ObjectLiteral& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const ArrayLiteral& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Row& e, const Expression& whole, const Scope& scope);
  Result<Typed> One(const Collate& e, const Expression& whole, const Scope& scope);
  Result<std::vector<Typed>> TranslateAll(const std::vector<ExpressionPtr>& expressions, const Scope& scope);
  Result<Typed> TranslateConcatenation(const Binary& chain, const Scope& scope);
  Result<Typed> ResolveColumn(const std::vector<Identifier>& parts, const Scope& scope);

  // --- functions (translate_function.cc)
  Result<Typed> TranslateCall(const std::string& name, const FunctionCall& call, const Scope& scope);
  Result<std::string> TranslateCallSuffix(const FunctionCall& call, const Scope& scope);

  NameResolver& resolver_;
  std::vector<std::pair<std::string, TranslatedQuery>> common_tables_;
};

// --- pieces of expressions that several files need

// a / b as Snowflake divides: NUMBERs exactly, with six more digits; by zero is an error.
Typed Divide(const Typed& a, const Typed& b);
// CAST / TRY_CAST of a translated value.
Typed CastTo(const Typed& value, const DataType& type, bool try_cast);
Typed AsText(const Typed& value);
Typed TypedConstant(const Constant& constant);
DataType NumberLiteralType(std::string_view text);

// 000904 invalid identifier.
Status InvalidIdentifier(const std::string& shown, Location location);
Status UnknownFunction(const std::string& name, Location location);
Status WrongArgumentCount(const std::string& name, Location location);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_TRANSLATE_TRANSLATOR_H_
