#include "lifeboat/deployment/health.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "lifeboat/deployment/settings.h"
#include "net/http_client.h"

namespace lifeboat::app {
namespace {

net::OutgoingRequest Request(uint16_t port, const std::string& path) {
  net::OutgoingRequest request;
  request.url = fmt::format("http://{}:{}{}", kHost, port, path);
  request.connect_timeout = std::chrono::milliseconds(1'000);
  request.timeout = std::chrono::milliseconds(5'000);
  return request;
}

}  // namespace

bool IsHealthy(uint16_t port) {
  const Result<net::HttpResponse> response = net::HttpClient::Make()->Send(Request(port, "/healthz"));
  return response.ok() && response->status == 200;
}

Result<ConnectionSummary> DescribeConnection(uint16_t gateway_port) {
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response,
                            net::HttpClient::Make()->Send(Request(gateway_port, "/lifeboat/connection")));
  boost::json::error_code error;
  const boost::json::value body = boost::json::parse(response.body, error);
  const boost::json::object* root = error ? nullptr : body.if_object();
  if (response.status != 200 || root == nullptr) {
    return Status::Unavailable("the gateway does not describe its connection (HTTP {})", response.status);
  }
  ConnectionSummary summary;
  if (const auto* name = root->if_contains("name"); name != nullptr && name->is_string()) {
    summary.name = std::string(name->get_string());
  }
  if (const auto* epoch = root->if_contains("epoch"); epoch != nullptr && epoch->is_int64()) {
    summary.epoch = epoch->get_int64();
  }
  const auto* members = root->if_contains("members");
  if (members == nullptr || !members->is_array()) return summary;
  for (const boost::json::value& item : members->get_array()) {
    const boost::json::object* member = item.if_object();
    if (member == nullptr) continue;
    const auto* is_primary = member->if_contains("is_primary");
    const auto* account = member->if_contains("account");
    if (is_primary != nullptr && is_primary->is_bool() && is_primary->get_bool() && account != nullptr &&
        account->is_string()) {
      summary.primary = std::string(account->get_string());
    }
  }
  return summary;
}

Status PromoteConnection(uint16_t gateway_port, const std::string& account) {
  net::OutgoingRequest request = Request(gateway_port, "/lifeboat/connection/promote");
  request.method = "POST";
  request.headers.Set("Content-Type", "application/json");
  request.body = boost::json::serialize(boost::json::object{{"account", account}});
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response,
                            net::HttpClient::Make()->Send(std::move(request)));
  if (response.status / 100 == 2) return Status::Ok();
  return Status::FailedPrecondition("the gateway refuses to make {} primary (HTTP {}): {}", account,
                                    response.status, response.body);
}

}  // namespace lifeboat::app
