#include "catalog/server/idempotency.h"

#include <openssl/evp.h>

#include <memory>
#include <utility>

#include "base/encoding.h"
#include "base/uuid.h"

namespace lifeboat::catalog {
namespace {

// Larger answers are not kept, only that the request was made: they are of requests that read, and may be
// made again. (An answer to a change is kept in the change's transaction, whatever its size.)
constexpr size_t kAnswerBytesMax = 64 * 1024;
constexpr int kNotKept = 0;  // in place of the HTTP status

constexpr std::string_view kHeader = "Idempotency-Key";

class EarlierAnswerDetail : public StatusDetail {
 public:
  explicit EarlierAnswerDetail(IdempotencyRecord record) : record_(std::move(record)) {}
  const IdempotencyRecord& record() const { return record_; }

 private:
  IdempotencyRecord record_;
};

// Of everything that decides what the request does. Each part is preceded by its length, so that no two
// requests run together to one text.
std::string Fingerprint(const net::HttpRequest& request, std::string_view principal) {
  std::string text;
  for (const std::string_view part :
       {principal, std::string_view(request.method), std::string_view(request.target),
        request.headers.Get("Content-Encoding"), std::string_view(request.body)}) {
    text += fmt::format("{}:", part.size());
    text += part;
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
  return Base64UrlEncode(std::string_view(reinterpret_cast<const char*>(digest), length));
}

Status KeyReused(const std::string& key) {
  return Status::FailedPrecondition(
      "Idempotency-Key '{}' was used for another request: make a new key for each request", key);
}

// Answers that a repetition of the request would get again.
bool IsFinal(int http_status) {
  if (http_status >= 200 && http_status < 300) return true;
  return http_status == 400 || http_status == 404 || http_status == 406 || http_status == 409 ||
         http_status == 422;
}

}  // namespace

Result<std::optional<IdempotentRequest>> ReadIdempotencyKey(const net::HttpRequest& request,
                                                            std::string_view principal, const Clock& clock) {
  using Found = std::optional<IdempotentRequest>;
  if (!request.headers.Has(kHeader) || (request.method != "POST" && request.method != "DELETE")) {
    return Found();
  }
  const std::string_view text = request.headers.Get(kHeader);
  const Result<Uuid> key = Uuid::Parse(text);
  if (!key.ok() || key->version() != 7) {
    return Status::InvalidArgument("Invalid Idempotency-Key '{}': it must be a UUID of version 7", text);
  }
  const int64_t lifetime = std::chrono::microseconds(kIdempotencyKeyLifetime).count();
  return Found(
      IdempotentRequest{key->ToString(), Fingerprint(request, principal), clock.NowMicros() + lifetime});
}

Result<std::optional<net::HttpResponse>> FindEarlierAnswer(CatalogStore& store,
                                                           const IdempotentRequest& request,
                                                           const Clock& clock) {
  using Found = std::optional<net::HttpResponse>;
  LIFEBOAT_ASSIGN_OR_RETURN(const auto record, store.FindIdempotencyRecord(request.key));
  if (!record) return Found();
  if (record->expires_micros < clock.NowMicros()) {
    LIFEBOAT_RETURN_IF_ERROR(store.RemoveExpiredIdempotencyRecords(clock.NowMicros()));
    return Found();
  }
  if (record->request_fingerprint != request.fingerprint) return KeyReused(request.key);
  if (record->http_status == kNotKept) return Found();
  return Found(ReplayedResponse(*record));
}

Status KeepAnswer(CatalogStore& store, const IdempotentRequest& request, const net::HttpResponse& response) {
  if (!IsFinal(response.status)) return Status::Ok();
  LIFEBOAT_ASSIGN_OR_RETURN(const auto record, store.FindIdempotencyRecord(request.key));
  if (record) return Status::Ok();
  const Status kept =
      store.RecordIdempotency(response.content().size() > kAnswerBytesMax
                                  ? request.Answer(kNotKept, "")
                                  : request.Answer(response.status, std::string(response.content())));
  return kept.code() == StatusCode::kAlreadyExists ? Status::Ok() : kept;
}

Status AnsweredEarlier(const IdempotentRequest& request, const IdempotencyRecord& record) {
  if (record.request_fingerprint != request.fingerprint) return KeyReused(request.key);
  return Status(StatusCode::kCancelled, "the request was answered meanwhile",
                std::make_shared<EarlierAnswerDetail>(record));
}

const IdempotencyRecord* EarlierAnswerOf(const Status& status) {
  const auto* detail = status.detail<EarlierAnswerDetail>();
  return detail == nullptr ? nullptr : &detail->record();
}

net::HttpResponse ReplayedResponse(const IdempotencyRecord& record) {
  net::HttpResponse response;
  if (!record.response_body.empty()) {
    response = net::HttpResponse::Json(record.http_status, record.response_body);
  }
  response.status = record.http_status;
  return response;
}

}  // namespace lifeboat::catalog
