// WireServer: serves one account over the protocol that Snowflake's own drivers and CLI speak.
//
// Logging in yields two tokens. The session token is good only at the process that opened the session, and
// for an hour; a server that does not know it answers 390112, the one answer after which every driver calls
// token-request with its master token and repeats the statement. The master token is signed and says whose
// session it is, so any account server that holds the same key can resume the session under the same session
// id. That is how a session outlives its account: see tokens.h for what travels and session_table.h for which
// of two copies is current.
//
// Statement errors are HTTP 200 with "success": false; drivers retry everything else. HTTP 503 says "nothing
// was applied, ask again". Statements run on a pool of their own, those of one session one at a time in order
// of arrival; one that takes longer than `hold` is answered "in progress" and polled for. A repeated
// requestId joins the statement it repeats or gets the answer that statement had.
//
// Responses after which the session's state may differ carry X-Lifeboat-Session (the signed state) and
// X-Lifeboat-Session-Id. They are for the gateway, which strips them and gives the first back with a
// token-request.
//
// Protocol as observed from the drivers themselves: README.md beside this file.
#ifndef LIFEBOAT_ACCOUNT_WIRE_WIRE_SERVER_H_
#define LIFEBOAT_ACCOUNT_WIRE_WIRE_SERVER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "account/engine/account_service.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace lifeboat::account::wire {

struct WireServerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  // 0: any free port
  // Signs and verifies tokens: at least 32 bytes, the same at every account of a connection, secret.
  std::string token_key;
  // Names of the connections this account serves, beside its own name: a login for one of them is accepted
  // with or without the organization in front, in any case.
  std::vector<std::string> connection_names;

  std::chrono::seconds session_token_validity{3'600};
  std::chrono::seconds master_token_validity{14'400};
  std::chrono::seconds session_idle_limit{14'400};  // then the session is closed
  size_t max_sessions = 10'000;                     // further logins are answered 503

  int io_threads = 1;
  int request_threads = 4;                 // decode requests, log in, cancel
  int statement_threads = 16;              // statements running at a time
  std::chrono::milliseconds hold{25'000};  // how long a request waits for its statement before "in progress"

  // Finished statements are kept for repeated requests, /result and chunk downloads until one of these is
  // passed.
  std::chrono::seconds result_retention{3'600};
  size_t max_held_results = 10'000;
  uint64_t max_held_bytes = 512ull << 20;

  uint64_t max_request_bytes = 256ull << 20;  // after decompression
  uint64_t inline_rowset_bytes = 1ull << 20;  // rows past this go into chunks, downloaded apart
  uint64_t chunk_bytes = 4ull << 20;          // before compression
};

class WireServer {
 public:
  // Listens and serves at once. kInvalidArgument for a short key, kFailedPrecondition for a port in use.
  // `service`, `clock` and `random` outlive the server.
  static Result<std::unique_ptr<WireServer>> Start(const WireServerOptions& options, AccountService& service,
                                                   Clock& clock = SystemClock(),
                                                   Random& random = SystemRandom());
  virtual ~WireServer() = default;  // stops with no grace

  virtual uint16_t port() const = 0;
  // Stops accepting, lets requests under way finish for up to `grace`, then cancels what still runs. A client
  // whose request is cut off sees a broken connection, never an error, and so repeats it elsewhere.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_WIRE_SERVER_H_
