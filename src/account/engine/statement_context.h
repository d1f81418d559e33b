// StatementContext: everything the execution of one statement works with: the account, the session, the
// account's objects as they are now, and who may touch them.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_STATEMENT_CONTEXT_H_
#define LIFEBOAT_ACCOUNT_ENGINE_STATEMENT_CONTEXT_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account/engine/account_engine.h"
#include "account/engine/account_service.h"
#include "account/engine/session_context.h"
#include "account/objects/authorizer.h"
#include "account/objects/object_store.h"
#include "account/sql/ast/name.h"
#include "account/sql/constant.h"
#include "base/result.h"

namespace lifeboat::account {

class StatementContext {
 public:
  StatementContext(AccountEngine& engine, SessionContext& session, DuckConnection& duck,
                   const std::string& query_id);
  ~StatementContext();

  AccountEngine& engine() const { return engine_; }
  SessionContext& session() { return session_; }
  const SessionContext& session() const { return session_; }
  DuckConnection& duck() { return duck_; }
  const std::string& query_id() const { return query_id_; }
  bool strict() const { return engine_.options.strict; }

  // The account when the statement began, or after the last Refresh().
  const Snapshot& snapshot() const { return *snapshot_; }
  const std::shared_ptr<const Snapshot>& snapshot_ptr() const { return snapshot_; }
  const Authorizer& authorizer() const { return *authorizer_; }
  // Looks at the account again: after a commit, or inside a transaction that must judge the newest state.
  void Refresh();

  // The session's role; kNoObject if it was dropped.
  ObjectId role() const;
  // An authorizer for another primary role without secondary roles (owner's rights).
  Authorizer AuthorizerFor(ObjectId role) const { return Authorizer(snapshot_, role, {}); }

  // Values of placeholders for this run of the statement, by name.
  std::map<std::string, sql::Constant> binds;

  sql::ConstantScope constant_scope() const;
  Result<sql::Constant> Fold(const sql::Expression& expression) const;
  // The constant's text; empty for NULL.
  Result<std::string> FoldText(const sql::Expression& expression) const;
  // The parts of a name, with IDENTIFIER(…) evaluated.
  Result<std::vector<sql::Identifier>> Parts(const sql::ObjectName& name) const;

  // What friendly mode let pass; shown to the client.
  void Warn(std::string warning);
  std::vector<std::string> TakeWarnings() { return std::move(warnings_); }

  // Makes an Iceberg scan readable by the SQL of this statement, and returns its FROM item.
  std::string AddScan(std::shared_ptr<const IcebergScan> scan);

  // CREATE is judged by the primary role. Friendly mode lets a secondary role stand in, with a warning.
  // `container` is the account, a database or a schema.
  Status CheckCreate(ObjectKind kind, ObjectId container);

 private:
  AccountEngine& engine_;
  SessionContext& session_;
  DuckConnection& duck_;
  const std::string query_id_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::unique_ptr<Authorizer> authorizer_;
  std::vector<std::string> warnings_;
  std::vector<std::string> scan_ids_;
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_STATEMENT_CONTEXT_H_
