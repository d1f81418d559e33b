#include "storage/s3/delete_objects.h"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/utf8.h"
#include "storage/s3/xml_scanner.h"

namespace lifeboat::storage::s3 {
namespace {

// XML 1.0 has no way to write most control characters, not even as a reference.
bool XmlCanHold(std::string_view key) {
  return IsUtf8(key) && std::none_of(key.begin(), key.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
         });
}

// S3 refuses a DeleteObjects whose body is vouched for by nothing but its signature. MD5 is what every store
// takes; a machine in FIPS mode has none.
HeaderList::value_type DigestHeader(std::string_view body) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(body.data(), body.size(), digest, &size, EVP_md5(), nullptr) != 1) {
    return {"x-amz-checksum-sha256", Base64Encode(Sha256(body))};
  }
  return {"Content-MD5", Base64Encode({reinterpret_cast<const char*>(digest), size})};
}

bool HasNoDeleteObjects(const Status& status) {
  const auto* detail = status.detail<S3ErrorDetail>();
  return detail != nullptr && (detail->http_status == 501 || detail->http_status == 405);
}

// The objects of one bucket, as indexes into the caller's list.
class BucketBatch {
 public:
  BucketBatch(S3Client& client, std::vector<Status>* outcomes) : client_(client), outcomes_(*outcomes) {}

  void Add(size_t index, S3Location target) {
    members_.push_back({index, std::move(target)});
    if (members_.size() == kMaxKeysPerDelete) Send();
  }

  void Send() {
    const std::vector<Member> members = std::exchange(members_, {});
    if (members.empty()) return;
    std::map<std::string, S3Error> failed;
    const Status sent = members.size() > 1 && supported_ ? Request(members, &failed) : Status::Ok();
    supported_ = supported_ && !HasNoDeleteObjects(sent);
    for (const auto& [index, target] : members) {
      if (members.size() == 1 || !supported_) {
        outcomes_[index] = DeleteObject(client_, target);
      } else if (!sent.ok()) {
        outcomes_[index] = sent;
      } else if (const auto error = failed.find(target.key); error != failed.end()) {
        outcomes_[index] = OutcomeOf(error->second, target);
      }
    }
  }

 private:
  struct Member {
    size_t index = 0;
    S3Location target;
  };

  Status Request(const std::vector<Member>& members, std::map<std::string, S3Error>* failed) {
    std::string body = "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>";
    for (const Member& member : members) {
      body += "<Object><Key>" + XmlEscape(member.target.key) + "</Key></Object>";
    }
    body += "</Delete>";
    S3Call call;
    call.method = "POST";
    call.target = members.front().target;
    call.target.key.clear();
    call.query = "delete=";
    call.headers = {DigestHeader(body), {"Content-Type", "application/xml"}};
    call.body = body;
    call.action = "delete objects of";
    call.is_write = true;
    call.check = [failed](const HttpReply& reply) -> Status {
      LIFEBOAT_ASSIGN_OR_RETURN(*failed, ParseDeleteResult(reply.body));
      return Status::Ok();
    };
    return client_.Do(call).status();
  }

  Status OutcomeOf(const S3Error& error, const S3Location& target) {
    if (error.code == "NoSuchKey") return Status::Ok();
    if (error.code == "AccessDenied") return S3ErrorStatus(error, "delete", target.ToString());
    return DeleteObject(client_, target);  // it may have been for a moment; otherwise this says why
  }

  S3Client& client_;
  std::vector<Status>& outcomes_;
  std::vector<Member> members_;
  bool supported_ = true;
};

}  // namespace

Status DeleteObject(S3Client& client, const S3Location& target) {
  S3Call call;
  call.method = "DELETE";
  call.target = target;
  call.action = "delete";
  call.is_write = true;
  const Status status = client.Do(call).status();
  const auto* detail = status.detail<S3ErrorDetail>();
  if (detail != nullptr && detail->code == "NoSuchKey") return Status::Ok();
  return status;
}

std::vector<Status> DeleteObjects(S3Client& client, const std::vector<std::string>& locations) {
  std::vector<Status> outcomes(locations.size());
  std::map<std::string, BucketBatch> by_bucket;
  for (size_t i = 0; i < locations.size(); ++i) {
    Result<S3Location> target = ParseS3ObjectLocation(locations[i]);
    outcomes[i] = target.status();
    if (!target.ok()) continue;
    if (!XmlCanHold(target->key)) {
      outcomes[i] = DeleteObject(client, *target);
      continue;
    }
    by_bucket.try_emplace(target->bucket, client, &outcomes).first->second.Add(i, *std::move(target));
  }
  for (auto& [bucket, batch] : by_bucket) batch.Send();
  return outcomes;
}

Result<std::map<std::string, S3Error>> ParseDeleteResult(std::string_view body) {
  std::map<std::string, S3Error> failed;
  std::string key;
  S3Error error;
  XmlScanner scanner(body);
  while (scanner.Next()) {
    if (scanner.Is("DeleteResult/Error/Key")) {
      key = scanner.text();
    } else if (scanner.Is("DeleteResult/Error/Code")) {
      error.code = scanner.text();
    } else if (scanner.Is("DeleteResult/Error/Message")) {
      error.message = scanner.text();
    } else if (scanner.Is("DeleteResult/Error")) {
      error.http_status = 200;
      failed.insert_or_assign(std::exchange(key, {}), std::exchange(error, {}));
    }
  }
  if (!scanner.complete() || !scanner.Is("DeleteResult")) {
    return Status::Corruption("the store's answer is not a whole DeleteResult");
  }
  return failed;
}

}  // namespace lifeboat::storage::s3
