// CredentialVendor: lends a caller temporary storage credentials that reach exactly one CredentialScope.
//
// They come from AssumeRole with a session policy made from the scope, so the store itself enforces it. They
// cannot be taken back: what bounds a mistake is their lifetime. STS grants no less than 900 seconds; a
// shorter lifetime is enforced by a condition on the time in the session policy.
//
// Credentials are kept and lent again, to the same caller and for the same scope only, while a good part of
// their lifetime is left; callers that ask for the same ones at the same time share one request. When STS
// does not answer, kept ones serve until they expire.
#ifndef LIFEBOAT_CATALOG_ACCESS_CREDENTIAL_VENDOR_H_
#define LIFEBOAT_CATALOG_ACCESS_CREDENTIAL_VENDOR_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "catalog/access/credential_scope.h"
#include "storage/s3/sts.h"

namespace lifeboat::catalog::access {

struct CredentialVendorOptions {
  std::string role_arn;     // the data role; some stores take any text
  std::string external_id;  // empty: none
  std::chrono::seconds lifetime{3600};
  std::vector<std::string> kms_keys;  // see SessionPolicyOptions
  size_t cache_entries_max = 10'000;
};

struct LentCredentials {
  storage::s3::S3Credentials credentials;
  // Tells these credentials from others without saying anything about them.
  std::string fingerprint;
};

class CredentialVendor {
 public:
  // kInvalidArgument for a lifetime that no credentials can have, or no role. `clock` must outlive the
  // vendor.
  static Result<std::unique_ptr<CredentialVendor>> Make(CredentialVendorOptions options,
                                                        storage::s3::AssumeRole assume_role,
                                                        const Clock& clock);

  const CredentialVendorOptions& options() const { return options_; }

  // Waits for STS if need be. Errors are those of AssumeRole and SessionPolicyJson. `principal` becomes the
  // session's name in the store's audit log.
  Result<std::shared_ptr<const LentCredentials>> Lend(const CredentialScope& scope,
                                                      std::string_view principal);
  // Kept credentials that Lend would give; null when it would have to ask. Never waits.
  std::shared_ptr<const LentCredentials> FindKept(const CredentialScope& scope, std::string_view principal);

 private:
  // One request to STS and everybody who waits for it.
  struct Asking {
    bool done = false;
    Result<std::shared_ptr<const LentCredentials>> outcome = Status::Internal("not asked yet");
  };
  struct Entry {
    std::shared_ptr<const LentCredentials> lent;  // null: none yet
    std::shared_ptr<Asking> asking;               // null: nobody does
  };

  CredentialVendor(CredentialVendorOptions options, storage::s3::AssumeRole assume_role, const Clock& clock)
      : options_(std::move(options)), assume_role_(std::move(assume_role)), clock_(clock) {}

  static std::string KeyOf(const CredentialScope& scope, std::string_view principal);
  bool IsFresh(const LentCredentials& lent) const;
  bool IsValid(const LentCredentials& lent) const;
  Result<std::shared_ptr<const LentCredentials>> Ask(const CredentialScope& scope,
                                                     std::string_view principal);
  void MakeRoom() REQUIRES_LOCK(mutex_);

  const CredentialVendorOptions options_;
  const storage::s3::AssumeRole assume_role_;
  const Clock& clock_;
  Mutex mutex_;
  CondVar answered_;
  std::map<std::string, Entry, std::less<>> entries_ GUARDED_BY(mutex_);
};

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_CREDENTIAL_VENDOR_H_
