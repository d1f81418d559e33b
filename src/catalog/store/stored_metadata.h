// Stored metadata: how the SQLite store keeps the bytes of a metadata.json.
//
// A table's metadata names every earlier metadata file and snapshot, in texts that differ by little:
// compressed it is about a sixth, and so is what a commit makes the disk wait for. Short texts, which would
// gain nothing, stay as they are. A reader tells one from the other by the first bytes: JSON never starts
// like a zstd frame.
#ifndef LIFEBOAT_CATALOG_STORE_STORED_METADATA_H_
#define LIFEBOAT_CATALOG_STORE_STORED_METADATA_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::catalog {

std::string ToStoredMetadata(std::string metadata_json);

// kCorruption for a damaged frame.
Result<std::string> FromStoredMetadata(std::string_view stored);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_STORED_METADATA_H_
