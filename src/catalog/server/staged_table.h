// StagedTable: a table that was made but not committed yet. No server keeps anything of it, so where its
// files lie is told by the client, as signed text in the address of its signing endpoint
// ("…/sign?staged=TEXT").
#ifndef LIFEBOAT_CATALOG_SERVER_STAGED_TABLE_H_
#define LIFEBOAT_CATALOG_SERVER_STAGED_TABLE_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/api/identifier.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {

inline constexpr std::string_view kStagedParameter = "staged";
inline constexpr std::chrono::hours kStagedLifetime{12};  // in which it is committed or given up

struct StagedTable {
  TableIdentifier identifier;
  std::string principal;       // who makes it, and nobody else
  int64_t expires_micros = 0;  // since the epoch
};

// `key` is secret and the same on all servers of a store.
std::string EncodeStagedTable(const StagedTable& table, const iceberg::TableMetadata& metadata,
                              std::string_view key);
// The location and the path properties that it was staged with, and nothing else of its metadata.
// kPermissionDenied for text that was not made for this table and principal, or that has expired.
Result<iceberg::TableMetadata> DecodeStagedTable(std::string_view text, const TableIdentifier& identifier,
                                                 std::string_view principal, int64_t now_micros,
                                                 std::string_view key);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_STAGED_TABLE_H_
