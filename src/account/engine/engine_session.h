// EngineSession: a Session of an embedded account.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ENGINE_SESSION_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ENGINE_SESSION_H_

#include <atomic>
#include <memory>
#include <string>

#include "account/engine/account_engine.h"
#include "account/engine/account_service.h"
#include "account/engine/session_context.h"
#include "account/engine/statement_context.h"
#include "account/sql/ast/statement.h"
#include "base/mutex.h"

namespace lifeboat::account {

class EngineSession : public Session {
 public:
  EngineSession(std::shared_ptr<AccountEngine> engine, std::unique_ptr<DuckConnection> duck,
                SessionContext context);

  uint64_t id() const override { return id_; }
  SessionState State() const override;
  Result<QueryResult> Execute(const StatementRequest& request) override;
  void Cancel(const std::string& query_id) override;

 private:
  Result<QueryResult> Run(const StatementRequest& request);
  Result<QueryResult> RunParsed(StatementContext& context, const sql::Statement& statement,
                                const StatementRequest& request);
  void Keep(const StatementRequest& request, const QueryResult& result);

  const std::shared_ptr<AccountEngine> engine_;
  const std::unique_ptr<DuckConnection> duck_;
  const uint64_t id_;

  Mutex statement_mutex_;   // held while a statement runs
  SessionContext context_;  // changed only by the running statement

  mutable Mutex mutex_;  // never held while anything runs
  SessionState state_ GUARDED_BY(mutex_);
  std::string running_query_id_ GUARDED_BY(mutex_);
  bool cancelled_ GUARDED_BY(mutex_) = false;
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ENGINE_SESSION_H_
