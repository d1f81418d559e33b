#include "bcdr/gateway/admin_endpoints.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace lifeboat::bcdr {
namespace {

namespace json = boost::json;

net::HttpResponse Refusal(int status, std::string_view message) {
  return net::HttpResponse::Json(status, json::serialize(json::object{{"error", message}}));
}

int HttpStatusOf(const Status& status) {
  switch (status.code()) {
    case StatusCode::kNotFound:
      return 404;
    case StatusCode::kFailedPrecondition:
      return 409;
    default:
      return 500;
  }
}

bool IsLoopbackPeer(std::string_view peer) {
  return peer.starts_with("127.") || peer.starts_with("::1:") || peer.starts_with("::ffff:127.");
}

}  // namespace

std::optional<net::HttpResponse> AdminEndpoints::Answer(const net::HttpRequest& request) {
  const std::string_view path = request.Path();
  if (path == "/healthz") return net::HttpResponse::Json(200, R"({"status":"ok","part":"gateway"})");
  if (!path.starts_with("/lifeboat/")) return std::nullopt;
  if (path == "/lifeboat/connection") {
    return request.method == "GET" ? Describe() : Refusal(405, "use GET");
  }
  if (path == "/lifeboat/connection/promote") {
    return request.method == "POST" ? Promote(request) : Refusal(405, "use POST");
  }
  return Refusal(404, "the gateway has no such endpoint");
}

net::HttpResponse AdminEndpoints::Describe() {
  const auto state = control_.DescribeConnection(connection_name_);
  if (!state.ok()) return Refusal(HttpStatusOf(state.status()), state.status().message());
  json::object body{{"name", state->name}, {"epoch", state->epoch}, {"primary", nullptr}};
  json::array members;
  for (const ConnectionMember& member : state->members) {
    if (member.is_primary) body["primary"] = member.account;
    members.push_back({{"organization", member.organization},
                       {"account", member.account},
                       {"healthy", member.healthy},
                       {"is_primary", member.is_primary}});
  }
  json::array moves;
  for (const RecordedMove& move : control_.moves()) {
    moves.push_back({{"epoch", move.epoch},
                     {"from", move.from},
                     {"to", move.to},
                     {"at", move.at},
                     {"reason", move.reason}});
  }
  body["members"] = std::move(members);
  body["held_requests"] = proxy_.held_requests();
  body["moves"] = std::move(moves);
  return net::HttpResponse::Json(200, json::serialize(body));
}

net::HttpResponse AdminEndpoints::Promote(const net::HttpRequest& request) {
  // Every SQL client reaches this listener; moving the connection is for those on the gateway's own machine.
  if (!IsLoopbackPeer(request.peer)) {
    return Refusal(403, "the connection can be moved from the gateway's own machine only");
  }
  json::error_code error;
  const json::value body = json::parse(request.body, error);
  const json::object* object = error ? nullptr : body.if_object();
  const json::value* account = object == nullptr ? nullptr : object->if_contains("account");
  if (account == nullptr || !account->is_string()) {
    return Refusal(400, R"(send {"account": "<name of the account to promote>"})");
  }
  const Status promoted = control_.PromoteConnection(connection_name_, std::string(account->get_string()));
  return promoted.ok() ? Describe() : Refusal(HttpStatusOf(promoted), promoted.message());
}

}  // namespace lifeboat::bcdr
