// RestSession: one client's conversation with a REST catalog: paths, token, repetition, and answers as
// Status.
#ifndef LIFEBOAT_CATALOG_CLIENT_REST_SESSION_H_
#define LIFEBOAT_CATALOG_CLIENT_REST_SESSION_H_

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"
#include "catalog/api/identifier.h"
#include "catalog/client/rest_catalog.h"
#include "net/http_client.h"

namespace lifeboat::catalog {

class RestSession {
 public:
  RestSession(const RestCatalogOptions& options, net::HttpClient& http, Clock& clock, Random& random);

  // Reads /v1/config and takes over what it overrides.
  Status Configure();

  // "namespaces/a%1Fb", "namespaces/a/tables/t": below /v1/<prefix>/.
  std::string NamespacePath(const Namespace& name_space) const;
  std::string TablePath(const TableIdentifier& identifier) const;
  std::string EncodedNamespace(const Namespace& name_space) const;

  // The body of a 2xx answer, or what the catalog's error means. `path` may carry a query.
  Result<boost::json::value> Get(const std::string& path);
  // As Get, for a path below the catalog's own address instead of /v1/<prefix>/: "lifeboat/v1/changes".
  Result<boost::json::value> GetBelowRoot(const std::string& path);
  Result<boost::json::value> Post(const std::string& path, std::string body);
  Status Delete(const std::string& path);
  Result<bool> Exists(const std::string& path);

 private:
  // `repeatable`: the request changes nothing, so that it may be sent again whatever became of it.
  Result<net::HttpResponse> Exchange(net::OutgoingRequest request, bool repeatable);
  // The answer of one attempt, or kUnavailable when it may be made again; `wait` is what the server asks for.
  Result<net::HttpResponse> Attempt(const net::OutgoingRequest& request, bool repeatable,
                                    std::chrono::milliseconds* wait);
  Result<net::HttpResponse> Call(std::string_view method, const std::string& path, std::string body);
  Result<net::HttpResponse> CallUrl(std::string_view method, std::string url, std::string body);
  Result<std::string> Token();
  Result<std::string> RequestToken() REQUIRES_LOCK(mutex_);
  void ForgetToken(const std::string& token);

  const RestCatalogOptions options_;
  net::HttpClient& http_;
  Clock& clock_;
  Random& random_;
  std::string base_url_;  // "http://host/v1" or "http://host/v1/prefix"
  std::string separator_ = "%1F";

  Mutex mutex_;
  std::string token_ GUARDED_BY(mutex_);
  int64_t token_good_until_micros_ GUARDED_BY(mutex_) = 0;  // monotonic
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_CLIENT_REST_SESSION_H_
