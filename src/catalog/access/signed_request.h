// Requests signed with an access key (AWS Signature Version 4), as AWS clients send them to Glue's Iceberg
// endpoint.
#ifndef LIFEBOAT_CATALOG_ACCESS_SIGNED_REQUEST_H_
#define LIFEBOAT_CATALOG_ACCESS_SIGNED_REQUEST_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace lifeboat::catalog::access {

struct SignedRequestOptions {
  std::vector<std::string> services = {"glue", "execute-api"};  // empty: any
  std::string region;                                           // empty: any
};

bool IsSignedRequest(const net::HttpRequest& request);

// The access key id that signed the request. kUnauthenticated says what is wrong and what to do. `secret_of`
// returns the secret of an access key id; what it refuses is refused. Time taken grows with the body, which
// is hashed.
Result<std::string> VerifySignedRequest(
    const net::HttpRequest& request, const SignedRequestOptions& options, int64_t now_micros,
    const std::function<Result<std::string>(const std::string& access_key_id)>& secret_of);

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_SIGNED_REQUEST_H_
