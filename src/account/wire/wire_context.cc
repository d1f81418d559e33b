#include "account/wire/wire_context.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "base/encoding.h"

namespace lifeboat::account::wire {

WireContext::WireContext(const WireServerOptions& server_options, AccountService& account,
                         Executor& statement_executor, Clock& server_clock, Random& server_random)
    : options(server_options),
      service(account),
      statements(statement_executor),
      clock(server_clock),
      random(server_random),
      server_name(RandomName(server_random)),
      names(account.organization_name(), account.account_name(), server_options.connection_names),
      tokens(server_options.token_key),
      sessions(server_options.max_sessions),
      queries(
          {server_options.result_retention, server_options.max_held_results, server_options.max_held_bytes},
          server_clock, server_random) {}

std::string RandomName(Random& random) {
  std::array<uint8_t, 16> bytes{};
  random.Fill(bytes);
  return Base64UrlEncode(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace lifeboat::account::wire
