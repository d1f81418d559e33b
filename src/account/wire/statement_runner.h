// Runs a statement, or several sent as one text, in its session and ends it in the registry.
#ifndef LIFEBOAT_ACCOUNT_WIRE_STATEMENT_RUNNER_H_
#define LIFEBOAT_ACCOUNT_WIRE_STATEMENT_RUNNER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "account/wire/wire_context.h"

namespace lifeboat::account::wire {

struct StatementJob {
  std::string request_id;
  std::string sql;
  bool describe_only = false;
  std::vector<std::map<std::string, BindValue>> bind_rows;
  int64_t statement_count = 1;  // how many statements `sql` must hold; 0: any number
};

// Begins the job and queues it in its session, unless it repeats a request. Returns the query id to wait for.
std::string StartStatement(WireContext& context, const WireSessionPtr& session, StatementJob job);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_STATEMENT_RUNNER_H_
