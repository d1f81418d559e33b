// Idempotency: a request with an Idempotency-Key header takes effect once, however often it is sent.
//
// What a request answered is kept under its key for kIdempotencyKeyLifetime. A 2xx is written in the
// transaction that the request applies, so there is no moment at which a change is durable and its answer is
// not; a deterministic 4xx is written when it is given. What may pass (401, 5xx) is never kept. The key
// belongs to one client and one request: used for another, it is refused with 422.
//
// Source: Iceberg REST specification, "Idempotency-Key" (a UUIDv7).
#ifndef LIFEBOAT_CATALOG_SERVER_IDEMPOTENCY_H_
#define LIFEBOAT_CATALOG_SERVER_IDEMPOTENCY_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/store/catalog_store.h"
#include "net/http.h"

namespace lifeboat::catalog {

inline constexpr std::chrono::minutes kIdempotencyKeyLifetime{30};

// A request's key, and what tells this request from others.
struct IdempotentRequest {
  std::string key;  // lower case
  std::string fingerprint;
  int64_t expires_micros = 0;

  IdempotencyRecord Answer(int http_status, std::string body) const {
    return {key, fingerprint, http_status, std::move(body), expires_micros};
  }
};

// Nothing when the request carries no key or changes nothing (GET, HEAD). kInvalidArgument for a key that is
// not a UUIDv7.
Result<std::optional<IdempotentRequest>> ReadIdempotencyKey(const net::HttpRequest& request,
                                                            std::string_view principal, const Clock& clock);

// The answer kept for the request, if any. kFailedPrecondition when its key was used for another request. An
// expired answer is removed.
Result<std::optional<net::HttpResponse>> FindEarlierAnswer(CatalogStore& store,
                                                           const IdempotentRequest& request,
                                                           const Clock& clock);

// Keeps `response` unless it is of a kind that may pass, or kept already.
Status KeepAnswer(CatalogStore& store, const IdempotentRequest& request, const net::HttpResponse& response);

// What CatalogService::Apply returns when the store found the key used since the request began: an error
// that carries the answer to give. EarlierAnswerOf is null for any other status.
Status AnsweredEarlier(const IdempotentRequest& request, const IdempotencyRecord& record);
const IdempotencyRecord* EarlierAnswerOf(const Status& status);

net::HttpResponse ReplayedResponse(const IdempotencyRecord& record);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_IDEMPOTENCY_H_
