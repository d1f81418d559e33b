// Issues a session's tokens and finds the session that a request's token belongs to.
#ifndef LIFEBOAT_ACCOUNT_WIRE_SESSION_TOKENS_H_
#define LIFEBOAT_ACCOUNT_WIRE_SESSION_TOKENS_H_

#include <string>

#include "account/wire/wire_context.h"
#include "net/http.h"

namespace lifeboat::account::wire {

inline constexpr char kSessionStateHeader[] = "X-Lifeboat-Session";
inline constexpr char kSessionIdHeader[] = "X-Lifeboat-Session-Id";

std::string IssueToken(const WireContext& context, const WireSession& session, TokenKind kind);

// The session of the request's session token if this server opened it and the token has not expired, else
// null: the answer is then SessionExpired(). Counts as use of the session.
WireSessionPtr Authenticate(const WireContext& context, const net::HttpRequest& request);

// Puts the gateway's two headers on `response`; nothing when `session_state` is "".
void AddSessionHeaders(net::HttpResponse& response, const std::string& session_id,
                       const std::string& session_state);

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_SESSION_TOKENS_H_
