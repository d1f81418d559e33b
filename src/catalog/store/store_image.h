// A store image: everything a CatalogStore holds, as a stream of rows, for moving a catalog from one store to
// another.
//
// Versions and positions stay what they are, so tags, change-log readers and replicas go on where they were.
#ifndef LIFEBOAT_CATALOG_STORE_STORE_IMAGE_H_
#define LIFEBOAT_CATALOG_STORE_STORE_IMAGE_H_

#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "catalog/api/change_log.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

struct ImageTable {
  ObjectKind object = ObjectKind::kTable;
  TableRecord record;
  bool pending = false;  // its metadata.json is not yet known to be durable
};
// Superseded metadata whose file is not yet known to be durable.
struct ImagePendingFile {
  std::string uuid;
  std::string metadata_location;
  std::string metadata_json;
};
// The state comes first and once, then rows of each kind in turn: namespaces (parents before children),
// tables and views, pending files, records, change-log entries in order, idempotency records.
using ImageRow = std::variant<StoreState, NamespaceRecord, ImageTable, ImagePendingFile, StoreRecord,
                              ChangeLogEntry, IdempotencyRecord>;

class ImageSink {
 public:
  virtual ~ImageSink() = default;
  // An error ends the reading and is passed on.
  virtual Status Take(ImageRow row) = 0;
};
class ImageSource {
 public:
  virtual ~ImageSource() = default;
  // The next row, nothing at the end. An error ends the writing, and nothing is written.
  virtual Result<std::optional<ImageRow>> Next() = 0;
};

// kFailedPrecondition for a store that anything was ever written to.
Status CheckStoreIsEmpty(const StoreState& state);
}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_STORE_IMAGE_H_
