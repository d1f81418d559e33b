// Translation: the AST of a query or DML statement to the DuckDB SQL that computes the same answer.
//
// The translator binds names: every table goes through a NameResolver, every column is looked up in the
// tables' columns, so an unknown column is Snowflake's 000904 with its position, SELECT * is spelled out
// where it must be, and expressions have types (NUMBER division and AVG depend on them). Result columns are
// named as Snowflake names them.
#ifndef LIFEBOAT_ACCOUNT_SQL_TRANSLATE_TRANSLATE_QUERY_H_
#define LIFEBOAT_ACCOUNT_SQL_TRANSLATE_TRANSLATE_QUERY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/sql/ast/query.h"
#include "account/sql/ast/statement.h"
#include "account/sql/constant.h"
#include "account/sql/data_type.h"
#include "base/result.h"

namespace lifeboat::account::sql {

struct ResolvedColumn {
  std::string
      name;       // as SELECT * shows it: CAMPAIGN_ID. DuckDB must know it by this name (letter case aside).
  DataType type;  // kUnknown is allowed: nothing is then assumed
};

struct ResolvedTable {
  // What stands in a FROM clause in the table's place, without alias: a quoted name ("DB"."S"."T"), a table
  // function call, or a parenthesised SELECT (views, linked tables with renamed columns).
  std::string duckdb_sql;
  std::vector<ResolvedColumn> columns;
  bool columns_known = true;  // false: columns are not checked, `columns` is empty
  bool case_insensitive_columns =
      false;  // linked tables: "campaign_id" and campaign_id both find CAMPAIGN_ID
};

// What the translator must know of the session; implemented by the engine. Access is checked by the
// implementation: whatever it refuses comes back as Snowflake's error.
class NameResolver {
 public:
  virtual ~NameResolver() = default;

  // A table, view or the like in a FROM clause. Errors: 002003 and kin; the translator adds the location.
  virtual Result<ResolvedTable> ResolveTable(const ObjectName& name) = 0;

  // The target of INSERT, UPDATE, DELETE, MERGE, TRUNCATE.
  virtual Result<ResolvedTable> ResolveTarget(const ObjectName& name) = 0;

  // TABLE(name(args)) other than FLATTEN, GENERATOR, SPLIT_TO_TABLE: INFORMATION_SCHEMA functions,
  // RESULT_SCAN. `arguments` holds the constant arguments; names are upper-case, empty for positional ones.
  struct TableFunctionArgument {
    std::string name;
    Constant value;
  };
  virtual Result<ResolvedTable> ResolveTableFunction(const ObjectName& name,
                                                     const std::vector<TableFunctionArgument>& arguments) = 0;

  // $name; nothing: not set.
  virtual std::optional<Constant> Variable(std::string_view name) = 0;

  // A placeholder by name; nothing: no value was sent.
  virtual std::optional<Constant> BindValue(std::string_view name) = 0;

  // Session and system functions with constant arguments: CURRENT_ROLE(), CURRENT_DATABASE(),
  // LAST_QUERY_ID(), SYSTEM$CATALOG_LINK_STATUS('X'). nullopt: not such a function.
  virtual Result<std::optional<Constant>> SessionFunction(const std::string& name,
                                                          const std::vector<Constant>& arguments) = 0;
};

struct TranslatedQuery {
  std::string duckdb_sql;
  std::vector<ResolvedColumn> columns;  // names as clients see them; types where inferred
};

// Errors: 000904 invalid identifier, 002140 unknown function, 001003 and whatever the resolver answers.
Result<TranslatedQuery> TranslateQuery(const Query& query, NameResolver& resolver);

// One expression without a FROM clause: DEFAULT, SET v = …, RETURN.
Result<TranslatedQuery> TranslateExpression(const Expression& expression, NameResolver& resolver);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_TRANSLATE_TRANSLATE_QUERY_H_
