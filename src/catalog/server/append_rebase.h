// AppendRebase: an append that lost a race is put onto the branch's new head instead of being refused.
//
// An append adds data files and looks at no others, so appends of several writers may follow each other in
// any order. Its snapshot, though, names the head it was prepared on as its parent and lists that head's
// manifests beside its own. When the branch has moved on to a descendant of that parent, a new manifest list
// is written: the manifests of the head there is now and those the append brings. The snapshot keeps its id
// and gets the new list, parent, sequence number, row ids (v3), schema id and totals, as if its writer had
// begun later. No data file and no manifest is written anew.
//
// A commit is rebased only if all of this holds; otherwise what the ordinary rules say of it stands:
// - its updates are one add-snapshot, one set-snapshot-ref that moves a branch to it, and changes of
// properties;
// - the snapshot says it is an append, and its manifest list has every manifest of its parent with live files
//   and besides only manifests of its own, whose entries are added data files that leave their sequence
//   numbers and row ids to be inherited; it is not a cherry-picked one, whose writer looks for it first;
// - their partition spec and schemas are still the table's;
// - every requirement of the commit holds but, where the table allows it, assert-ref-snapshot-id of that
// branch;
// - all files to be read lie in the table's locations.
//
// assert-ref-snapshot-id means what it says unless the table (or the server, for all tables that say nothing)
// is told otherwise: the snapshots of MERGE, of overwrites that found nothing to delete and of sinks that
// keep their positions in snapshots are appends by name, too, but their writers checked the asserted
// snapshot. The property is for tables whose writers append and check nothing.
#ifndef LIFEBOAT_CATALOG_SERVER_APPEND_REBASE_H_
#define LIFEBOAT_CATALOG_SERVER_APPEND_REBASE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "catalog/server/manifest_list_cache.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/model/table_update.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

// Table property, "true" or "false": whether an append is rebased although it asserts the head it was made
// on.
inline constexpr std::string_view kAppendRebaseEnabled = "lifeboat.append-rebase.enabled";

struct RebasedAppend {
  std::vector<iceberg::TableUpdate> updates;  // the commit's, with the snapshot put onto the head
  // Written for it, but not durably yet: to be synced before it is committed, deleted if that fails.
  std::string manifest_list;
};

// Thread-safe.
class AppendRebase {
 public:
  // `enabled_by_default`: what tables without the property do.
  AppendRebase(storage::Storage& storage, bool enabled_by_default)
      : storage_(storage), enabled_by_default_(enabled_by_default) {}

  // `outcome` is what the ordinary rules say of the commit: why it is refused, or ok. None: that stands. A
  // commit that is prepared on the newest version costs a look at its updates and reads nothing.
  std::optional<RebasedAppend> Rebase(const iceberg::TableMetadata& base,
                                      const std::vector<iceberg::TableRequirement>& requirements,
                                      const std::vector<iceberg::TableUpdate>& updates,
                                      const Status& outcome);

 private:
  storage::Storage& storage_;
  const bool enabled_by_default_;
  ManifestListCache lists_{64ull * 1024 * 1024};
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_APPEND_REBASE_H_
