#include "lifeboat/server/access_options.h"

#include <algorithm>
#include <cctype>

#include "base/encoding.h"
#include "lifeboat/deployment/private_file.h"

namespace lifeboat::app {
namespace {

constexpr size_t kSecretKeyBytes = 32;

Result<std::string> ReadSecretKey(const ConfigTable& section) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string path, section.String("secret_key_file", ""));
  if (path.empty()) return std::string();
  Result<std::string> text = ReadWholeFile(path);
  if (!text.ok()) return section.Error("secret_key_file", text.status().message());
  std::erase_if(*text, [](unsigned char c) { return std::isspace(c) != 0; });
  const Result<std::string> key = Base64Decode(*text);
  if (!key.ok() || key->size() != kSecretKeyBytes) {
    return section.Error("secret_key_file",
                         "must hold 32 bytes in base64, as `openssl rand -base64 32` prints them");
  }
  return *key;
}

Status ReadIssuer(const ConfigTable& section, catalog::CatalogServerOptions* options) {
  if (!section.Has("issuer")) return Status::Ok();
  LIFEBOAT_ASSIGN_OR_RETURN(const ConfigTable issuer, section.Table("issuer"));
  catalog::access::ExternalIssuerOptions read;
  LIFEBOAT_ASSIGN_OR_RETURN(read.issuer, issuer.String("issuer"));
  LIFEBOAT_ASSIGN_OR_RETURN(read.audience, issuer.String("audience"));
  LIFEBOAT_ASSIGN_OR_RETURN(read.key_set, issuer.String("key_set"));
  LIFEBOAT_ASSIGN_OR_RETURN(read.subject_claim, issuer.String("subject_claim", "sub"));
  if (!read.key_set.starts_with('/') && read.key_set.find("://") == std::string::npos) {
    return issuer.Error("key_set", "must be an absolute path or a URL");
  }
  options->issuer = std::move(read);
  return Status::Ok();
}

}  // namespace

Status ReadAccessOptions(const ConfigTable& section, catalog::CatalogServerOptions* options) {
  LIFEBOAT_ASSIGN_OR_RETURN(options->audit_log, section.String("audit_log", ""));
  if (!options->audit_log.empty() && !options->audit_log.starts_with('/')) {
    return section.Error("audit_log", "must be an absolute path");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(options->secret_key, ReadSecretKey(section));
  LIFEBOAT_RETURN_IF_ERROR(ReadIssuer(section, options));
  if (section.Has("signed_requests")) {
    LIFEBOAT_ASSIGN_OR_RETURN(const ConfigTable requests, section.Table("signed_requests"));
    if (requests.Has("services")) {
      LIFEBOAT_ASSIGN_OR_RETURN(options->signed_requests.services, requests.Strings("services"));
    }
    LIFEBOAT_ASSIGN_OR_RETURN(options->signed_requests.region, requests.String("region", ""));
  }
  return Status::Ok();
}

}  // namespace lifeboat::app
