// SessionContext: what a session remembers between statements.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_SESSION_CONTEXT_H_
#define LIFEBOAT_ACCOUNT_ENGINE_SESSION_CONTEXT_H_

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "account/engine/account_service.h"
#include "account/objects/object.h"
#include "account/sql/constant.h"

namespace lifeboat::account {

struct SessionContext {
  uint64_t id = 0;
  ObjectId user = kNoObject;
  std::string user_name;

  // By name, as USE gave them; empty: none. An object that is dropped meanwhile counts as none.
  std::string role, warehouse, database, schema;
  bool secondary_roles_all = true;
  std::vector<std::string> secondary_roles;  // unless all

  std::map<std::string, sql::Constant> variables;  // upper-case names
  std::map<std::string, std::string> parameters;   // upper-case names

  // The results RESULT_SCAN can still read, newest last.
  struct PastResult {
    std::string query_id;
    std::shared_ptr<const QueryResult> result;
  };
  std::deque<PastResult> past_results;
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_SESSION_CONTEXT_H_
