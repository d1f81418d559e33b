// The settings of a catalog section that are about access: token issuer, signed requests, secret key, audit
// log.
//
//   audit_log = "/var/log/lifeboat/audit.jsonl"
//   secret_key_file = "/etc/lifeboat/secret.key"    # 32 bytes, base64
//   [catalog.issuer]          issuer, audience, key_set (file or URL), subject_claim
//   [catalog.signed_requests] services, region
#ifndef LIFEBOAT_SERVER_ACCESS_OPTIONS_H_
#define LIFEBOAT_SERVER_ACCESS_OPTIONS_H_

#include "base/config.h"
#include "base/result.h"
#include "catalog/server/catalog_server.h"

namespace lifeboat::app {

Status ReadAccessOptions(const ConfigTable& section, catalog::CatalogServerOptions* options);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_SERVER_ACCESS_OPTIONS_H_
