#include "account/wire/session_tokens.h"

#include <utility>

namespace lifeboat::account::wire {
namespace {

// Bytes of variables and parameters; HTTP implementations refuse header fields of more than some 16 KiB.
constexpr size_t kStateBytesMax = 10 * 1024;
constexpr size_t kMasterTokenStateBytesMax = 1024;

}  // namespace

std::string IssueToken(const WireContext& context, const WireSession& session, TokenKind kind) {
  TokenClaims claims;
  claims.kind = kind;
  claims.session_id = session.id();
  claims.generation = session.generation();
  claims.server = context.server_name;
  claims.organization = context.service.organization_name();
  claims.account = context.service.account_name();
  claims.state = session.state();
  if (kind == TokenKind::kMaster) {
    // Variables change too often for a token that is renewed hourly; they travel as session state.
    claims.state.variables.clear();
    TrimState(claims.state, kMasterTokenStateBytesMax);
  } else if (kind == TokenKind::kState) {
    TrimState(claims.state, kStateBytesMax);
  }
  claims.issued_seconds = context.clock.NowMicros() / 1'000'000;
  const auto validity = kind == TokenKind::kSession ? context.options.session_token_validity
                                                    : context.options.master_token_validity;
  claims.expires_seconds = claims.issued_seconds + validity.count();
  return context.tokens.Sign(claims);
}

WireSessionPtr Authenticate(const WireContext& context, const net::HttpRequest& request) {
  const auto claims = context.tokens.Verify(TokenFromAuthorization(request.headers.Get("Authorization")),
                                            TokenKind::kSession);
  if (!claims.ok() || claims->server != context.server_name) return nullptr;
  if (claims->expires_seconds <= context.clock.NowMicros() / 1'000'000) return nullptr;
  WireSessionPtr session = context.sessions.Find(claims->session_id);
  if (session == nullptr || session->generation() != claims->generation) return nullptr;
  session->Touch();
  return session;
}

void AddSessionHeaders(net::HttpResponse& response, const std::string& session_id,
                       const std::string& session_state) {
  if (session_state.empty()) return;
  response.headers.Set(kSessionStateHeader, session_state);
  response.headers.Set(kSessionIdHeader, session_id);
}

}  // namespace lifeboat::account::wire
