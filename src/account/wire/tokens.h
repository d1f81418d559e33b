// Tokens: signed text `<session-id>.<base64url JSON claims>.<base64url HMAC-SHA256>`.
//
// The session id names a session across every account of a connection: it is random, chosen at login, kept by
// every resumption, and readable by the gateway, which cannot verify tokens. Three kinds:
//   session  — lets its bearer run statements, at the server process and generation that it names;
//   master   — lets its bearer open the session anew at any account that holds the key;
//   state    — the value of X-Lifeboat-Session: what the session has become since the master token was
//   issued.
// A session grows by one generation each time it moves, so that of two servers that know it, the one left
// behind can tell (session_table.h).
#ifndef LIFEBOAT_ACCOUNT_WIRE_TOKENS_H_
#define LIFEBOAT_ACCOUNT_WIRE_TOKENS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "account/engine/account_service.h"
#include "base/result.h"

namespace lifeboat::account::wire {

enum class TokenKind { kSession, kMaster, kState };

struct TokenClaims {
  TokenKind kind = TokenKind::kSession;
  std::string session_id;
  int64_t generation = 0;
  std::string server;  // random name of the server process that issued it
  std::string organization, account;
  SessionState state;          // kSession: the user only
  int64_t issued_seconds = 0;  // since 1970
  int64_t expires_seconds = 0;
};

class TokenCodec {
 public:
  explicit TokenCodec(std::string key) : key_(std::move(key)) {}

  std::string Sign(const TokenClaims& claims) const;
  // kUnauthenticated for text that this key did not sign as a token of that kind. Expiry is the caller's to
  // judge.
  Result<TokenClaims> Verify(std::string_view token, TokenKind kind) const;

 private:
  std::string Signature(std::string_view signed_text) const;
  std::string key_;
};

// Leaves out the largest variables, then the largest parameters, until those left are at most `max_bytes`: a
// statement that names a lost variable fails with an ordinary error.
void TrimState(SessionState& state, size_t max_bytes);

// The token in `Authorization: Snowflake Token="…"`, or "".
std::string_view TokenFromAuthorization(std::string_view header);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_TOKENS_H_
