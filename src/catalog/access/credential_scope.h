// CredentialScope: the part of object storage that one table's files lie in, and what may be done there. Both
// ways of lending access are bounded by it: vended credentials by the session policy made from it, remote
// signing by asking it about each request.
//
// A scope never covers more than what lies below the table's own locations: "s3://lake/ads/t" covers
// "s3://lake/ads/t/…" and neither "s3://lake/ads/t2/…" nor the object "s3://lake/ads/t".
#ifndef LIFEBOAT_CATALOG_ACCESS_CREDENTIAL_SCOPE_H_
#define LIFEBOAT_CATALOG_ACCESS_CREDENTIAL_SCOPE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog::access {

// kAppend reads and adds files, but removes none. Writers that clean up after a failure are refused that,
// which they bear; what they leave is an orphan file.
enum class StorageAccess { kRead, kAppend, kReadWrite };
std::string_view StorageAccessName(StorageAccess access);  // "read", "append", "read-write"

// Where a table's files lie: its location, then those of its properties write.data.path, write.metadata.path,
// write.object-storage.path and write.folder-storage.path. As written, but without slashes at the end.
std::vector<std::string> TableLocations(const iceberg::TableMetadata& metadata);

class CredentialScope {
 public:
  // kInvalidArgument, naming the location, for one that is not "s3://bucket/key…" or whose key has an empty,
  // "." or ".." component: stores disagree on what such names mean. A location below another is left out.
  static Result<CredentialScope> Make(const std::vector<std::string>& locations, StorageAccess access);

  StorageAccess access() const { return access_; }
  bool allows_write() const { return access_ != StorageAccess::kRead; }
  bool allows_delete() const { return access_ == StorageAccess::kReadWrite; }
  // As written, sorted.
  const std::vector<std::string>& locations() const { return locations_; }
  // What all locations begin with; the location itself if there is one.
  std::string CommonPrefix() const;
  // True if the object, or a listing of keys that begin with `key`, stays inside.
  bool Covers(std::string_view bucket, std::string_view key) const;
  // Names the scope among all scopes.
  std::string Key() const;

  struct Prefix {
    std::string bucket;
    std::string key;  // without '/' at its end, not empty
  };
  const std::vector<Prefix>& prefixes() const { return prefixes_; }

 private:
  StorageAccess access_ = StorageAccess::kRead;
  std::vector<std::string> locations_;
  std::vector<Prefix> prefixes_;  // of locations_, in the same order
};

struct SessionPolicyOptions {
  std::string_view partition = "aws";  // of resource names: "aws", "aws-cn", "aws-us-gov"
  std::vector<std::string> kms_keys;   // ARNs of the keys that the buckets are encrypted with
  int64_t not_after_micros = 0;        // nothing is allowed from then on; 0: no such condition
};

// An IAM policy that allows what the scope holds and no more: reading (s3:GetObject, s3:ListBucket of these
// prefixes), to append s3:PutObject and s3:AbortMultipartUpload, for read-write s3:DeleteObject, too. A store
// without versions lets s3:PutObject replace an object: no policy can forbid that. kInvalidArgument
// for a location with '*', '?' or '$', which policies take for patterns.
//
// Source: "IAM JSON policy reference", "Actions, resources, and condition keys for Amazon S3".
Result<std::string> SessionPolicyJson(const CredentialScope& scope, const SessionPolicyOptions& options);

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_CREDENTIAL_SCOPE_H_
