// AccessClient: the management of access over HTTP, as `lifeboat access` and `lifeboat doctor` use it.
#ifndef LIFEBOAT_ACCESS_ACCESS_CLIENT_H_
#define LIFEBOAT_ACCESS_ACCESS_CLIENT_H_

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lifeboat/deployment/endpoints.h"
#include "net/http_client.h"

namespace lifeboat::app {

class AccessClient {
 public:
  // Gets a token with the endpoint's client credentials; without a client id it asks anonymously.
  // kUnauthenticated when they are refused, kUnavailable when nobody answers.
  static Result<AccessClient> Connect(const CatalogEndpoint& endpoint);

  // `path` is below /lifeboat/v1/access/ and may carry a query. The answer's body (null for none), or the
  // catalog's own message.
  Result<boost::json::value> Call(std::string_view method, std::string_view path,
                                  const boost::json::value* body = nullptr);

 private:
  AccessClient(std::string uri, std::unique_ptr<net::HttpClient> http)
      : uri_(std::move(uri)), http_(std::move(http)) {}
  std::string uri_;
  std::unique_ptr<net::HttpClient> http_;
  std::string token_;
};

// Asks the catalog's token endpoint.
Result<std::string> RequestToken(net::HttpClient& http, const CatalogEndpoint& endpoint);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_ACCESS_ACCESS_CLIENT_H_
