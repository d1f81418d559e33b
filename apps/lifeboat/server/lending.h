// Lending: what a catalog process needs to lend clients access to tables in S3, made from its settings.
#ifndef LIFEBOAT_SERVER_LENDING_H_
#define LIFEBOAT_SERVER_LENDING_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"
#include "catalog/access/credential_vendor.h"
#include "catalog/access/request_signer.h"
#include "catalog/server/catalog_server.h"
#include "lifeboat/server/object_storage.h"
#include "storage/s3/sts.h"

namespace lifeboat::app {

struct LendingSettings {
  // Assumed to make temporary credentials; empty: none are lent.
  std::string role_arn;
  std::string external_id;
  std::chrono::seconds lifetime{3600};
  std::string sts_endpoint;     // empty: the store's own endpoint, or Amazon's of the region
  std::string client_endpoint;  // how clients reach the store; empty: as the catalog does
  bool remote_signing = true;
  std::vector<std::string> kms_keys;
  std::vector<std::string> locations;  // besides the warehouse location
};

// The section's table "vending": role_arn, external_id, duration_seconds, sts_endpoint, client_endpoint,
// remote_signing, kms_keys, locations. Nothing when there is no such table: nothing is lent.
Result<std::optional<LendingSettings>> ReadLendingSettings(const ConfigTable& section);

class Lending {
 public:
  static Result<std::unique_ptr<Lending>> Make(const LendingSettings& settings, const S3Settings& s3,
                                               const std::string& warehouse_location, const Clock& clock);
  // Valid while this lives.
  catalog::StorageLending ForServer() const;

 private:
  Lending() = default;

  catalog::StorageLending lending_;
  std::unique_ptr<storage::s3::StsClient> sts_;
  std::unique_ptr<catalog::access::CredentialVendor> vendor_;
  std::unique_ptr<catalog::access::RequestSigner> signer_;
};

}  // namespace lifeboat::app

#endif  // LIFEBOAT_SERVER_LENDING_H_
