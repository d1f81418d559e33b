// WireContext: what the endpoints of one WireServer share.
#ifndef LIFEBOAT_ACCOUNT_WIRE_WIRE_CONTEXT_H_
#define LIFEBOAT_ACCOUNT_WIRE_WIRE_CONTEXT_H_

#include <string>

#include "account/engine/account_service.h"
#include "account/wire/account_names.h"
#include "account/wire/query_registry.h"
#include "account/wire/session_table.h"
#include "account/wire/tokens.h"
#include "account/wire/wire_server.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"

namespace lifeboat::account::wire {

struct WireContext {
  WireContext(const WireServerOptions& server_options, AccountService& account, Executor& statement_executor,
              Clock& server_clock, Random& server_random);

  const WireServerOptions options;
  AccountService& service;
  Executor& statements;
  Clock& clock;
  Random& random;
  const std::string server_name;  // random: another process of the same account is another server
  const AccountNames names;
  const TokenCodec tokens;
  SessionTable sessions;
  QueryRegistry queries;
};

// 128 random bits as text without '.'.
std::string RandomName(Random& random);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_WIRE_CONTEXT_H_
