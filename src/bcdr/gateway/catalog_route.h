// CatalogRoute: sends the catalog listener's requests to the first catalog, in order of preference, that
// answers.
#ifndef LIFEBOAT_BCDR_GATEWAY_CATALOG_ROUTE_H_
#define LIFEBOAT_BCDR_GATEWAY_CATALOG_ROUTE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "bcdr/gateway/connection_state_machine.h"
#include "bcdr/gateway/holding_proxy.h"

namespace lifeboat::bcdr {

class CatalogRoute {
 public:
  CatalogRoute(std::vector<std::string> uris, HoldingProxy& proxy)
      : uris_(std::move(uris)), proxy_(proxy), health_(uris_.size(), MemberHealth::kUnknown) {}

  void OnProbe(size_t catalog, MemberHealth verdict, bool answered) EXCLUDES_LOCK(mutex_);

 private:
  std::optional<size_t> Wanted() const REQUIRES_LOCK(mutex_);

  const std::vector<std::string> uris_;
  HoldingProxy& proxy_;
  Mutex mutex_;
  std::vector<MemberHealth> health_ GUARDED_BY(mutex_);
  std::optional<size_t> current_ GUARDED_BY(mutex_);
};

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_CATALOG_ROUTE_H_
