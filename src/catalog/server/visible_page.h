// The page of a listing that a caller gets: of the objects he may see, and of no others. Hidden ones take no
// place in a page, and its token does not tell a name of theirs: it is the last object shown, and there is
// none when no object that may be seen follows.
#ifndef LIFEBOAT_CATALOG_SERVER_VISIBLE_PAGE_H_
#define LIFEBOAT_CATALOG_SERVER_VISIBLE_PAGE_H_

#include <algorithm>
#include <utility>

#include "base/result.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

// `list` is the store's listing: a PageRequest → Result<Page<T>>. `may_see`: a T → bool. `cursor`: the text
// after which the store continues behind a T.
template <typename T, typename List, typename MaySee, typename Cursor>
Result<Page<T>> VisiblePage(const PageRequest& request, List list, MaySee may_see, Cursor cursor) {
  // Where little may be seen, many objects are passed over for one that is: not with a query of the store for
  // each.
  constexpr size_t kSliceMin = 1000;
  PageRequest slice_request = request;
  if (request.limit > 0) slice_request.limit = std::max(request.limit + 1, kSliceMin);
  Page<T> page;
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(Page<T> slice, list(slice_request));
    for (T& item : slice.items) {
      if (!may_see(item)) continue;
      if (request.limit > 0 && page.items.size() == request.limit) {
        page.next = cursor(page.items.back());
        return page;
      }
      page.items.push_back(std::move(item));
    }
    if (slice.next.empty()) return page;
    slice_request.after = std::move(slice.next);
  }
}

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_VISIBLE_PAGE_H_
