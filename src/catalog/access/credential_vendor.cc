#include "catalog/access/credential_vendor.h"

#include <algorithm>

#include "base/log.h"
#include "storage/s3/sigv4.h"

namespace lifeboat::catalog::access {
namespace {

// How much lifetime lent credentials have left at least: clients renew some minutes before the end.
constexpr std::chrono::seconds kMarginMax{600};
constexpr size_t kFingerprintDigits = 16;

int64_t Micros(std::chrono::seconds duration) {
  return std::chrono::microseconds(duration).count();
}

// "aws-cn" of "arn:aws-cn:iam::1:role/r".
std::string_view PartitionOf(std::string_view role_arn) {
  constexpr std::string_view kArn = "arn:";
  if (!role_arn.starts_with("arn:aws-")) return "aws";
  const std::string_view rest = role_arn.substr(kArn.size());
  return rest.substr(0, rest.find(':'));
}

}  // namespace

Result<std::unique_ptr<CredentialVendor>> CredentialVendor::Make(CredentialVendorOptions options,
                                                                 storage::s3::AssumeRole assume_role,
                                                                 const Clock& clock) {
  if (options.role_arn.empty()) {
    return Status::InvalidArgument("credentials are lent by assuming a role, and none is named");
  }
  if (options.lifetime < std::chrono::seconds(1) || options.lifetime > storage::s3::kMaxSessionDuration) {
    return Status::InvalidArgument(
        "a lifetime of {} seconds is not possible: credentials live 1 to {} seconds",
        options.lifetime.count(), storage::s3::kMaxSessionDuration.count());
  }
  return std::unique_ptr<CredentialVendor>(
      new CredentialVendor(std::move(options), std::move(assume_role), clock));
}

std::string CredentialVendor::KeyOf(const CredentialScope& scope, std::string_view principal) {
  // A location holds no line break, so keys of different scopes and callers differ.
  return fmt::format("{}\n\n{}", scope.Key(), principal);
}

bool CredentialVendor::IsFresh(const LentCredentials& lent) const {
  const int64_t margin_micros = Micros(std::min(kMarginMax, options_.lifetime / 3));
  return clock_.NowMicros() < lent.credentials.expires_micros - margin_micros;
}

bool CredentialVendor::IsValid(const LentCredentials& lent) const {
  return clock_.NowMicros() < lent.credentials.expires_micros;
}

std::shared_ptr<const LentCredentials> CredentialVendor::FindKept(const CredentialScope& scope,
                                                                  std::string_view principal) {
  const std::string key = KeyOf(scope, principal);
  MutexLock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.lent == nullptr || !IsFresh(*found->second.lent))
    return nullptr;
  return found->second.lent;
}

Result<std::shared_ptr<const LentCredentials>> CredentialVendor::Lend(const CredentialScope& scope,
                                                                      std::string_view principal) {
  const std::string key = KeyOf(scope, principal);
  std::shared_ptr<Asking> asking;
  {
    MutexLock lock(mutex_);
    Entry& entry = entries_[key];
    if (entry.lent != nullptr && IsFresh(*entry.lent)) return entry.lent;
    if (entry.asking != nullptr) {
      asking = entry.asking;
      while (!asking->done) answered_.Wait(mutex_);
      return asking->outcome;
    }
    asking = entry.asking = std::make_shared<Asking>();
  }
  Result<std::shared_ptr<const LentCredentials>> outcome = Ask(scope, principal);
  MutexLock lock(mutex_);
  Entry& entry = entries_[key];
  if (outcome.ok()) {
    entry.lent = *outcome;
  } else if (entry.lent != nullptr && IsValid(*entry.lent)) {
    log::Warning("kept storage credentials are lent again", {{"reason", outcome.status()}});
    outcome = entry.lent;
  }
  entry.asking = nullptr;
  asking->done = true;
  asking->outcome = outcome;
  answered_.NotifyAll();
  if (entry.lent == nullptr) entries_.erase(key);
  MakeRoom();
  return outcome;
}

Result<std::shared_ptr<const LentCredentials>> CredentialVendor::Ask(const CredentialScope& scope,
                                                                     std::string_view principal) {
  const std::chrono::seconds session = std::max(options_.lifetime, storage::s3::kMinSessionDuration);
  const int64_t ends_micros = clock_.NowMicros() + Micros(options_.lifetime);
  SessionPolicyOptions policy;
  policy.partition = PartitionOf(options_.role_arn);
  policy.kms_keys = options_.kms_keys;
  if (session != options_.lifetime) policy.not_after_micros = ends_micros;
  storage::s3::AssumeRoleRequest request;
  LIFEBOAT_ASSIGN_OR_RETURN(request.policy, SessionPolicyJson(scope, policy));
  request.role_arn = options_.role_arn;
  request.external_id = options_.external_id;
  request.duration = session;
  request.session_name =
      storage::s3::SessionNameOf(principal.empty() ? "lifeboat" : fmt::format("lifeboat-{}", principal));
  auto lent = std::make_shared<LentCredentials>();
  LIFEBOAT_ASSIGN_OR_RETURN(lent->credentials, assume_role_(request));
  if (policy.not_after_micros != 0) {
    // The policy's time has no fraction of a second.
    lent->credentials.expires_micros =
        std::min(lent->credentials.expires_micros, ends_micros - ends_micros % 1'000'000);
  }
  lent->fingerprint = storage::s3::Sha256Hex(fmt::format("{} {}", lent->credentials.access_key_id,
                                                         lent->credentials.expires_micros))
                          .substr(0, kFingerprintDigits);
  log::Info("storage credentials lent", {{"principal", principal},
                                         {"access", StorageAccessName(scope.access())},
                                         {"locations", fmt::format("{}", fmt::join(scope.locations(), " "))},
                                         {"expires", FormatUtc(lent->credentials.expires_micros)}});
  return std::shared_ptr<const LentCredentials>(std::move(lent));
}

void CredentialVendor::MakeRoom() {
  if (entries_.size() <= options_.cache_entries_max) return;
  std::erase_if(entries_, [this](const auto& item) {
    return item.second.asking == nullptr && !IsFresh(*item.second.lent);
  });
  while (entries_.size() > options_.cache_entries_max) {
    auto oldest = entries_.end();
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (entry->second.asking != nullptr) continue;
      if (oldest == entries_.end() ||
          entry->second.lent->credentials.expires_micros < oldest->second.lent->credentials.expires_micros)
        oldest = entry;
    }
    if (oldest == entries_.end()) return;
    entries_.erase(oldest);
  }
}

}  // namespace lifeboat::catalog::access
