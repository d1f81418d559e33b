#include "lifeboat/access/access_client.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "iceberg/model/json.h"

namespace lifeboat::app {
namespace {

std::string WithoutSlash(std::string uri) {
  while (uri.ends_with('/')) uri.pop_back();
  return uri;
}

StatusCode CodeOf(int http_status) {
  switch (http_status) {
    case 401:
      return StatusCode::kUnauthenticated;
    case 403:
      return StatusCode::kPermissionDenied;
    case 404:
      return StatusCode::kNotFound;
    case 409:
      return StatusCode::kAlreadyExists;
    case 503:
      return StatusCode::kUnavailable;
    default:
      return http_status < 500 ? StatusCode::kInvalidArgument : StatusCode::kInternal;
  }
}

// What the catalog said, from {"error":{"message":…}} or {"error":…,"error_description":…}.
Status ErrorOf(const net::HttpResponse& response) {
  std::string message = fmt::format("the catalog answers {}", response.status);
  const Result<boost::json::value> body = iceberg::ParseJson(response.body);
  if (body.ok() && body->is_object()) {
    const boost::json::object& object = body->get_object();
    const boost::json::value* error = object.if_contains("error");
    const boost::json::value* text = object.if_contains("error_description");
    if (error != nullptr && error->is_object()) text = error->get_object().if_contains("message");
    if (text != nullptr && text->is_string()) message = text->get_string();
  }
  return Status(CodeOf(response.status), std::move(message));
}

}  // namespace

Result<std::string> RequestToken(net::HttpClient& http, const CatalogEndpoint& endpoint) {
  net::OutgoingRequest request;
  request.method = "POST";
  request.url = WithoutSlash(endpoint.uri) + "/v1/oauth/tokens";
  request.headers.Set("Content-Type", "application/x-www-form-urlencoded");
  request.body =
      fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope=catalog",
                  net::PercentEncode(endpoint.client_id), net::PercentEncode(endpoint.client_secret));
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response, http.Send(std::move(request)));
  if (response.status != 200) return ErrorOf(response);
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value,
                            iceberg::ParseJson(response.body, "token answer"));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  return reader.Get<std::string>("access_token");
}

Result<AccessClient> AccessClient::Connect(const CatalogEndpoint& endpoint) {
  AccessClient client(WithoutSlash(endpoint.uri), net::HttpClient::Make());
  if (!endpoint.client_id.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(client.token_, RequestToken(*client.http_, endpoint));
  }
  return client;
}

Result<boost::json::value> AccessClient::Call(std::string_view method, std::string_view path,
                                              const boost::json::value* body) {
  net::OutgoingRequest request;
  request.method = method;
  request.url = fmt::format("{}/lifeboat/v1/access/{}", uri_, path);
  if (!token_.empty()) request.headers.Set("Authorization", "Bearer " + token_);
  if (body != nullptr) {
    request.headers.Set("Content-Type", "application/json");
    request.body = boost::json::serialize(*body);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const net::HttpResponse response, http_->Send(std::move(request)));
  if (response.status >= 300) return ErrorOf(response);
  if (response.body.empty()) return boost::json::value();
  return iceberg::ParseJson(response.body, "answer");
}

}  // namespace lifeboat::app
