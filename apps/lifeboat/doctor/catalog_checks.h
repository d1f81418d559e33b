// Checks of one catalog and of the storage below it, by using them as a client would.
#ifndef LIFEBOAT_DOCTOR_CATALOG_CHECKS_H_
#define LIFEBOAT_DOCTOR_CATALOG_CHECKS_H_

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "lifeboat/deployment/endpoints.h"
#include "lifeboat/doctor/finding.h"
#include "storage/storage.h"

namespace lifeboat::app {

// Reachable; token; clocks; warehouse; store reads and writes (a namespace is made and dropped); storage
// writes, reads, lists (an object beside the tables, removed again); who could reach which table's files.
// What cannot be looked at because something before it is wrong is left out.
//
// `storage`: what reaches the warehouse from this machine, or why nothing does.
void CheckCatalog(const CatalogEndpoint& endpoint, const Result<std::shared_ptr<storage::Storage>>& storage,
                  const Clock& clock, Findings* findings);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DOCTOR_CATALOG_CHECKS_H_
