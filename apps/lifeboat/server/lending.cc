#include "lifeboat/server/lending.h"

namespace lifeboat::app {
namespace {

namespace access = catalog::access;

// What a client's file I/O is told about the store, in the words of Java's and of Python's.
std::map<std::string, std::string> ClientConfig(const S3Settings& s3, const std::string& endpoint) {
  std::map<std::string, std::string> config{{"client.region", s3.region}, {"s3.region", s3.region}};
  if (!endpoint.empty()) config["s3.endpoint"] = endpoint;
  if (s3.path_style) config["s3.path-style-access"] = "true";
  return config;
}

}  // namespace

Result<std::optional<LendingSettings>> ReadLendingSettings(const ConfigTable& section) {
  if (!section.Has("vending")) return std::optional<LendingSettings>();
  LIFEBOAT_ASSIGN_OR_RETURN(const ConfigTable table, section.Table("vending"));
  if (!section.Has("s3"))
    return section.Error("vending", "needs [catalog.s3]: only access to S3 can be lent");
  LendingSettings settings;
  LIFEBOAT_ASSIGN_OR_RETURN(settings.role_arn, table.String("role_arn", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.external_id, table.String("external_id", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t seconds,
                            table.Integer("duration_seconds", settings.lifetime.count()));
  if (seconds < 1 || seconds > storage::s3::kMaxSessionDuration.count())
    return table.Error("duration_seconds", "must be 1 to 43200");
  settings.lifetime = std::chrono::seconds(seconds);
  LIFEBOAT_ASSIGN_OR_RETURN(settings.sts_endpoint, table.String("sts_endpoint", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.client_endpoint, table.String("client_endpoint", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.remote_signing, table.Boolean("remote_signing", true));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.kms_keys, table.Strings("kms_keys"));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.locations, table.Strings("locations"));
  return std::optional(std::move(settings));
}

Result<std::unique_ptr<Lending>> Lending::Make(const LendingSettings& settings, const S3Settings& s3,
                                               const std::string& warehouse_location, const Clock& clock) {
  std::unique_ptr<Lending> made(new Lending);
  if (!settings.role_arn.empty()) {
    storage::s3::StsOptions options;
    options.endpoint = settings.sts_endpoint.empty() ? s3.endpoint : settings.sts_endpoint;
    options.region = s3.region;
    options.credentials = S3CredentialsOf(s3);
    options.ca_bundle_path = s3.ca_file;
    LIFEBOAT_ASSIGN_OR_RETURN(made->sts_, storage::s3::MakeStsClient(options));
    access::CredentialVendorOptions vendor;
    vendor.role_arn = settings.role_arn;
    vendor.external_id = settings.external_id;
    vendor.lifetime = settings.lifetime;
    vendor.kms_keys = settings.kms_keys;
    LIFEBOAT_ASSIGN_OR_RETURN(made->vendor_,
                              access::CredentialVendor::Make(
                                  vendor,
                                  [sts = made->sts_.get()](const storage::s3::AssumeRoleRequest& request) {
                                    return sts->AssumeRole(request);
                                  },
                                  clock));
  }
  const std::string& endpoint = settings.client_endpoint.empty() ? s3.endpoint : settings.client_endpoint;
  if (settings.remote_signing) {
    access::RequestSignerOptions signer;
    signer.endpoints = {endpoint};
    signer.region = s3.region;
    signer.credentials = S3CredentialsOf(s3);
    LIFEBOAT_ASSIGN_OR_RETURN(made->signer_, access::RequestSigner::Make(signer, made->vendor_.get(), clock));
  }
  made->lending_.vendor = made->vendor_.get();
  made->lending_.signer = made->signer_.get();
  made->lending_.locations = settings.locations;
  made->lending_.locations.push_back(warehouse_location);
  made->lending_.client_config = ClientConfig(s3, endpoint);
  return made;
}

catalog::StorageLending Lending::ForServer() const {
  return lending_;
}

}  // namespace lifeboat::app
