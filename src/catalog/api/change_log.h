// The change log: a catalog's history as a totally ordered list of transactions.
//
// Positions start at 1 and have no gaps; position n+1 was applied after n and on top of it, so a catalog that
// holds entries 1…n is exactly what this catalog was after n. An entry may change several objects at once. It
// names metadata by location: the metadata.json it points at exists when the entry can be read (the store
// keeps its bytes until the file is durable). The entry carries the idempotency key of the request behind it,
// so that a replica which takes over recognises a repeated request; and who made it: what an audit asks for.
#ifndef LIFEBOAT_CATALOG_API_CHANGE_LOG_H_
#define LIFEBOAT_CATALOG_API_CHANGE_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/api/identifier.h"

namespace lifeboat::catalog {

enum class ObjectKind { kNamespace, kTable, kView, kRecord };

enum class ChangeKind {
  kCreate,  // the object appears (a table also by register)
  kCommit,  // table, view: the metadata pointer moves; namespace: its properties change
  kRename,  // table, view: `renamed_to` is the new identifier; metadata stays
  kDrop,    // the object goes; `purge` asks for its files to go too
};

// "namespace", "table", "view", "record"; "create", "commit", "rename", "drop"
std::string_view ObjectKindName(ObjectKind kind);
std::string_view ChangeKindName(ChangeKind kind);

struct LoggedChange {
  ChangeKind kind = ChangeKind::kCommit;
  ObjectKind object = ObjectKind::kTable;
  TableIdentifier identifier;  // a namespace has no name; a record's name is its key
  std::optional<TableIdentifier> renamed_to;
  std::string uuid;                        // of the table or view
  std::string previous_metadata_location;  // empty for kCreate
  std::string metadata_location;           // empty for kDrop
  Properties properties;                   // namespace: all of them after the change
  bool purge = false;
  std::optional<std::string> value;  // record: after the change, unless it is secret
  bool operator==(const LoggedChange&) const = default;
};

struct ChangeLogEntry {
  uint64_t position = 0;
  uint64_t epoch = 0;            // the term it was committed under
  int64_t committed_micros = 0;  // since 1970; never less than the entry before
  std::string transaction_id;    // UUIDv7
  std::string idempotency_key;   // empty: none was sent
  std::vector<LoggedChange> changes;
  std::string principal;  // whose request it was; empty: an anonymous one's, or the catalog's own work
  bool operator==(const ChangeLogEntry&) const = default;
};

// One JSON object per entry, {"position":…,"epoch":…,"changes":[{"kind":"commit","object":"table",…}]}: what
// GET /lifeboat/v1/changes returns. Empty fields are left out.
std::string ChangeLogEntryToJson(const ChangeLogEntry& entry);
// kCorruption, naming the field, for anything ChangeLogEntryToJson does not write.
Result<ChangeLogEntry> ChangeLogEntryFromJson(std::string_view json);

// What a store keeps as one text: {"principal":…,"changes":[…]}, or the array alone when there is no
// principal.
struct LoggedTransaction {
  std::string principal;
  std::vector<LoggedChange> changes;
};
std::string LoggedTransactionToJson(std::string_view principal, const std::vector<LoggedChange>& changes);
Result<LoggedTransaction> LoggedTransactionFromJson(std::string_view json);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_API_CHANGE_LOG_H_
