#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "account/wire/endpoints/endpoint.h"
#include "account/wire/errors.h"
#include "account/wire/json_fields.h"
#include "account/wire/parameters.h"
#include "account/wire/session_tokens.h"
#include "base/log.h"

namespace lifeboat::account::wire {
namespace {

constexpr char kServerVersion[] = "9.99.0";  // Flyway and others want one that looks like Snowflake's

net::HttpResponse Refused(const std::string& user, const std::string& peer, std::string_view why) {
  log::Warning("login refused", {{"user", user}, {"peer", peer}, {"reason", why}});
  return ErrorResponse(kBadCredentials, "08001", "Incorrect username or password was specified.");
}

LoginRequest ReadLogin(const boost::json::object& data, const net::HttpRequest& request) {
  LoginRequest login;
  login.user = StringField(data, "LOGIN_NAME");
  login.password = StringField(data, "PASSWORD");
  login.role = request.QueryParameter("roleName");
  login.warehouse = request.QueryParameter("warehouse");
  login.database = request.QueryParameter("databaseName");
  login.schema = request.QueryParameter("schemaName");
  if (const auto* parameters = ObjectField(data, "SESSION_PARAMETERS")) {
    for (const auto& [name, value] : *parameters) {
      // Some drivers pass themselves notes this way, e.g. JDBC's CONNECTIONIDENTIFIERSHAPE.
      if (!value.is_object() && !value.is_array()) login.parameters.emplace(name, ScalarText(value));
    }
  }
  return login;
}

boost::json::value TextOrNull(const std::string& text) {
  return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}

net::HttpResponse LoggedIn(const WireContext& context, WireSession& session) {
  const SessionState state = session.state();
  const boost::json::object data{{"token", IssueToken(context, session, TokenKind::kSession)},
                                 {"masterToken", IssueToken(context, session, TokenKind::kMaster)},
                                 {"validityInSeconds", context.options.session_token_validity.count()},
                                 {"masterValidityInSeconds", context.options.master_token_validity.count()},
                                 {"displayUserName", state.user},
                                 {"serverVersion", kServerVersion},
                                 {"firstLogin", false},
                                 {"healthCheckInterval", 45},
                                 {"newClientForUpgrade", nullptr},
                                 {"sessionId", session.session().id()},
                                 {"parameters", boost::json::parse(ParameterListJson(state.parameters))},
                                 {"sessionInfo",
                                  {{"databaseName", TextOrNull(state.database)},
                                   {"schemaName", TextOrNull(state.schema)},
                                   {"warehouseName", TextOrNull(state.warehouse)},
                                   {"roleName", TextOrNull(state.role)}}}};
  net::HttpResponse response = net::HttpResponse::Json(
      200, boost::json::serialize(boost::json::object{
               {"data", data}, {"code", nullptr}, {"message", nullptr}, {"success", true}}));
  AddSessionHeaders(response, session.id(), IssueToken(context, session, TokenKind::kState));
  return response;
}

}  // namespace

void Login(WireContext& context, Call call) {
  const auto body = ReadBody(context, call);
  if (!body.ok()) return AnswerBadRequest(call, body.status());
  const boost::json::object* data = ObjectField(*body, "data");
  if (data == nullptr)
    return AnswerBadRequest(call, Status::InvalidArgument("The login request has no \"data\"."));

  const LoginRequest login = ReadLogin(*data, call.request);
  const std::string authenticator = StringField(*data, "AUTHENTICATOR");
  if (!authenticator.empty() && authenticator != "SNOWFLAKE") {
    return call.responder.Send(
        ErrorResponse(kBadCredentials, "08001",
                      "Authenticator " + authenticator +
                          " is not enabled for this account. Log in with user and password."));
  }
  if (!context.names.Accepts(StringField(*data, "ACCOUNT_NAME"))) {
    return call.responder.Send(Refused(login.user, call.request.peer, "account name"));
  }
  if (context.sessions.Full())
    return call.responder.Send(TryAgainLater("This account has too many open sessions."));

  Result<std::shared_ptr<Session>> session = context.service.Login(login);
  if (!session.ok()) {
    if (session.status().code() == StatusCode::kUnauthenticated) {
      return call.responder.Send(Refused(login.user, call.request.peer, "credentials"));
    }
    if (session.status().code() == StatusCode::kUnavailable) {
      return call.responder.Send(TryAgainLater(session.status().message()));
    }
    return AnswerBadRequest(call, session.status());
  }
  const WireSessionPtr added = context.sessions.Add(std::make_shared<WireSession>(
      RandomName(context.random), 0, *std::move(session), context.statements, context.clock));
  if (added == nullptr) return call.responder.Send(TryAgainLater("This account has too many open sessions."));
  call.responder.Send(LoggedIn(context, *added));
}

}  // namespace lifeboat::account::wire
