#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "account/wire/endpoints/endpoint.h"
#include "account/wire/errors.h"
#include "account/wire/json_fields.h"
#include "account/wire/session_tokens.h"
#include "base/log.h"

namespace lifeboat::account::wire {
namespace {

// What a client and its gateway know of the session: all signed, of one session id; the newest is the truth.
struct Evidence {
  TokenClaims master;
  int64_t generation = 0;  // of the newest of them
  std::string server;      // that issued it
  SessionState state;
};

void Consider(Evidence& evidence, const TokenClaims& claims) {
  if (claims.session_id != evidence.master.session_id || claims.generation < evidence.generation) return;
  evidence.generation = claims.generation;
  evidence.server = claims.server;
}

Evidence Gather(const WireContext& context, TokenClaims master, const boost::json::object& body,
                std::string_view state_header) {
  Evidence evidence;
  evidence.generation = master.generation;
  evidence.server = master.server;
  evidence.state = master.state;
  evidence.master = std::move(master);
  const auto state = context.tokens.Verify(state_header, TokenKind::kState);
  if (state.ok() && state->session_id == evidence.master.session_id &&
      state->state.user == evidence.master.state.user && state->generation >= evidence.generation) {
    evidence.state = state->state;
    Consider(evidence, *state);
  }
  // Expired or not: it says where the client believes its session to be.
  const auto old = context.tokens.Verify(StringField(body, "oldSessionToken"), TokenKind::kSession);
  if (old.ok()) Consider(evidence, *old);
  return evidence;
}

// The session here, if it is the one the client means or a newer copy of it.
WireSessionPtr FindCurrent(const WireContext& context, const Evidence& evidence) {
  WireSessionPtr session = context.sessions.Find(evidence.master.session_id);
  if (session == nullptr) return nullptr;
  if (session->generation() > evidence.generation) return session;
  const bool same = session->generation() == evidence.generation && evidence.server == context.server_name;
  return same ? session : nullptr;
}

net::HttpResponse Renewed(const WireContext& context, const WireSession& session) {
  const int64_t session_seconds = context.options.session_token_validity.count();
  const int64_t master_seconds = context.options.master_token_validity.count();
  const boost::json::object body{{"data",
                                  {{"sessionToken", IssueToken(context, session, TokenKind::kSession)},
                                   {"validityInSecondsST", session_seconds},
                                   {"masterToken", IssueToken(context, session, TokenKind::kMaster)},
                                   {"validityInSecondsMT", master_seconds},
                                   {"masterValidityInSeconds", master_seconds},
                                   {"sessionId", const_cast<WireSession&>(session).session().id()}}},
                                 {"code", nullptr},
                                 {"message", nullptr},
                                 {"success", true}};
  net::HttpResponse response = net::HttpResponse::Json(200, boost::json::serialize(body));
  AddSessionHeaders(response, session.id(), IssueToken(context, session, TokenKind::kState));
  return response;
}

}  // namespace

void RenewToken(WireContext& context, Call call) {
  auto master = context.tokens.Verify(TokenFromAuthorization(call.request.headers.Get("Authorization")),
                                      TokenKind::kMaster);
  if (!master.ok() || master->organization != context.service.organization_name()) {
    return call.responder.Send(
        ErrorResponse(kMasterTokenInvalid, "08001", "Authentication token is invalid. Log in again."));
  }
  if (master->expires_seconds <= context.clock.NowMicros() / 1'000'000) {
    return call.responder.Send(
        ErrorResponse(kMasterTokenExpired, "08001", "Authentication token has expired. Log in again."));
  }
  const auto body = ReadBody(context, call);
  if (!body.ok()) return AnswerBadRequest(call, body.status());
  const Evidence evidence =
      Gather(context, std::move(*master), *body, call.request.headers.Get(kSessionStateHeader));
  if (const WireSessionPtr current = FindCurrent(context, evidence)) {
    current->Touch();
    return call.responder.Send(Renewed(context, *current));
  }
  Result<std::shared_ptr<Session>> session = context.service.Resume(evidence.state);
  if (!session.ok()) {
    log::Warning("session could not be resumed",
                 {{"user", evidence.state.user}, {"error", session.status()}});
    if (session.status().code() == StatusCode::kUnavailable ||
        session.status().code() == StatusCode::kFenced) {
      return call.responder.Send(TryAgainLater(session.status().message()));
    }
    return call.responder.Send(ErrorResponse(kMasterTokenInvalid, "08001", session.status().message()));
  }
  const WireSessionPtr added = context.sessions.Add(
      std::make_shared<WireSession>(evidence.master.session_id, evidence.generation + 1, *std::move(session),
                                    context.statements, context.clock));
  if (added == nullptr) return call.responder.Send(TryAgainLater("This account has too many open sessions."));
  log::Info("session resumed", {{"user", evidence.state.user}, {"from", evidence.master.account}});
  call.responder.Send(Renewed(context, *added));
}

}  // namespace lifeboat::account::wire
