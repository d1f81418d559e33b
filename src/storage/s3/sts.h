// StsClient: asks a security token service for the temporary credentials of a role (AssumeRole).
//
// What they allow is the intersection of the role's own policies and the session policy given here; they
// cannot be taken back, only run out. Amazon's STS and MinIO's, which answers on its S3 endpoint, are known
// to enforce session policies.
//
// Errors: kInvalidArgument (the request can never be carried out: role, duration, policy), kPermissionDenied
// (our own credentials may not assume the role), kUnauthenticated (they are unknown, wrong or expired),
// kResourceExhausted (the policy is too large), kUnsupported (no STS at this endpoint), kUnavailable.
// Messages name the role and the remedy, never keys or tokens.
//
// Source: AWS Security Token Service API Reference 2011-06-15, "AssumeRole", "Common Errors".
#ifndef LIFEBOAT_STORAGE_S3_STS_H_
#define LIFEBOAT_STORAGE_S3_STS_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/s3/http_transport.h"
#include "storage/s3/s3_storage.h"

namespace lifeboat::storage::s3 {

// What STS accepts; a role may allow less than the longest.
inline constexpr std::chrono::seconds kMinSessionDuration{900};
inline constexpr std::chrono::seconds kMaxSessionDuration{43'200};

struct AssumeRoleRequest {
  std::string role_arn;
  // Appears in the store's audit log: 2 to 64 of A–Z a–z 0–9 _ + = , . @ -
  std::string session_name;
  std::string external_id;  // empty: none
  std::string policy;       // JSON; empty: all that the role may do
  std::chrono::seconds duration{3600};
};

// The seam for whoever needs temporary credentials: StsClient::AssumeRole, or a test's own. Thread-safe.
using AssumeRole = std::function<Result<S3Credentials>(const AssumeRoleRequest&)>;

struct StsOptions {
  std::string endpoint;  // empty: Amazon's of the region
  std::string region = "us-east-1";
  CredentialsProvider credentials;
  std::string ca_bundle_path;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds stall_timeout{10'000};
  RetryOptions retry{.max_attempts = 4};
  // Seams, as in S3Options.
  Clock* clock = &SystemClock();
  Random* random = &SystemRandom();
};

class StsClient {
 public:
  virtual ~StsClient() = default;
  virtual Result<S3Credentials> AssumeRole(const AssumeRoleRequest& request) = 0;
};

Result<std::unique_ptr<StsClient>> MakeStsClient(StsOptions options);
Result<std::unique_ptr<StsClient>> MakeStsClient(StsOptions options,
                                                 std::unique_ptr<HttpTransport> transport);

// `text` with what a session name may not hold replaced by '-', cut or filled to its length limits.
std::string SessionNameOf(std::string_view text);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_STS_H_
