#include "catalog/maintenance/file_remover.h"

#include <algorithm>
#include <utility>

namespace lifeboat::catalog {
namespace {

constexpr size_t kFewFiles = 50;  // not worth a request of their own

}  // namespace

std::vector<Status> FileRemover::Delete(const std::vector<std::string>& locations) {
  const size_t share = (locations.size() + kRequestsAtOnce - 1) / kRequestsAtOnce;
  const size_t per_request = std::clamp(share, kFewFiles, kFilesPerRequest);
  if (locations.size() <= per_request) return storage_.DeleteMany(locations);
  if (threads_ == nullptr) threads_ = std::make_unique<ThreadPool>("file-remover", kRequestsAtOnce);
  std::vector<Status> outcomes(locations.size());
  RunAll(*threads_, (locations.size() + per_request - 1) / per_request, [&](size_t request) {
    const size_t first = request * per_request;
    const size_t last = std::min(first + per_request, locations.size());
    std::vector<Status> of_request = storage_.DeleteMany({locations.begin() + static_cast<ptrdiff_t>(first),
                                                          locations.begin() + static_cast<ptrdiff_t>(last)});
    std::move(of_request.begin(), of_request.end(), outcomes.begin() + static_cast<ptrdiff_t>(first));
  });
  return outcomes;
}

}  // namespace lifeboat::catalog
