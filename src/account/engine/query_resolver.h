// QueryResolver: what the names in a query stand for in this account, and whether the session's roles may
// read them.
//
// Tables become tables of the account's DuckDB file, linked tables become Iceberg scans at their current
// snapshot, views become their own text, translated with the rights of the view's owner and the names of the
// view's schema.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_QUERY_RESOLVER_H_
#define LIFEBOAT_ACCOUNT_ENGINE_QUERY_RESOLVER_H_

#include <optional>
#include <string>
#include <vector>

#include "account/engine/name_lookup.h"
#include "account/engine/statement_context.h"
#include "account/objects/authorizer.h"
#include "account/sql/translate/translate_query.h"

namespace lifeboat::account {

inline constexpr int kMaxViewDepth = 32;

class QueryResolver : public sql::NameResolver {
 public:
  // For the session itself.
  explicit QueryResolver(StatementContext& context);
  // For the body of a view: `authorizer` judges, `scope` qualifies, `depth` views enclose it.
  QueryResolver(StatementContext& context, const Authorizer& authorizer, NameScope scope, int depth);

  // The privilege the target of a DML statement must be held with: "INSERT", "UPDATE", "DELETE", "TRUNCATE".
  void set_target_privileges(std::vector<std::string> privileges) {
    target_privileges_ = std::move(privileges);
  }

  Result<sql::ResolvedTable> ResolveTable(const sql::ObjectName& name) override;
  Result<sql::ResolvedTable> ResolveTarget(const sql::ObjectName& name) override;
  Result<sql::ResolvedTable> ResolveTableFunction(
      const sql::ObjectName& name, const std::vector<TableFunctionArgument>& arguments) override;
  std::optional<sql::Constant> Variable(std::string_view name) override;
  std::optional<sql::Constant> BindValue(std::string_view name) override;
  Result<std::optional<sql::Constant>> SessionFunction(const std::string& name,
                                                       const std::vector<sql::Constant>& arguments) override;

  // Tables of the session's databases that a statement read, for results that want to say where columns come
  // from.
  bool read_anything() const { return read_anything_; }

 private:
  Result<const Object*> FindReadable(const sql::ObjectName& name, const std::string& privilege);
  Result<sql::ResolvedTable> FromTable(const Object& table);
  Result<sql::ResolvedTable> FromIcebergTable(const Object& table);
  Result<sql::ResolvedTable> FromView(const Object& view);

  StatementContext& context_;
  const Authorizer& authorizer_;
  const NameScope scope_;
  const int depth_;
  std::vector<std::string> target_privileges_;
  bool read_anything_ = false;
};

// CURRENT_ROLE() and its kin; nothing for functions that are not of the session.
Result<std::optional<sql::Constant>> EvaluateSessionFunction(StatementContext& context,
                                                             const std::string& name,
                                                             const std::vector<sql::Constant>& arguments);

// The view of INFORMATION_SCHEMA of that (upper-case) name in `database`; nothing if there is none such.
Result<std::optional<QueryResult>> InformationSchemaView(StatementContext& context, const Object& database,
                                                         const std::string& name);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_QUERY_RESOLVER_H_
