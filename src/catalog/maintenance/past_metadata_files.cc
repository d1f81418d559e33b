#include "catalog/maintenance/past_metadata_files.h"

#include <set>
#include <string_view>

#include "catalog/api/table_places.h"
#include "catalog/maintenance/file_set.h"

namespace lifeboat::catalog {
namespace {

// The last is how older writers spell a compressed one.
constexpr std::string_view kMetadataSuffixes[] = {".metadata.json", ".metadata.json.gz"};

bool IsMetadataName(std::string_view location) {
  for (const std::string_view suffix : kMetadataSuffixes) {
    if (location.ends_with(suffix)) return true;
  }
  return false;
}

// Whether the file is a version of the table; damaged and missing ones are not known to be.
Result<bool> IsOfTable(storage::Storage& storage, const std::string& location, std::string_view table_uuid) {
  const Result<std::string> text = storage.Read(location);
  if (text.status().code() == StatusCode::kNotFound) return false;
  if (!text.ok()) return text.status();
  const Result<iceberg::TableMetadata> metadata = iceberg::ParseTableMetadata(*text, location);
  return metadata.ok() && metadata->table_uuid == table_uuid;
}

}  // namespace

Result<std::vector<std::string>> FindPastMetadataFiles(storage::Storage& storage,
                                                       const iceberg::TableMetadata& metadata,
                                                       const std::string& metadata_location,
                                                       const StopCheck& check) {
  const std::vector<std::string> places = PlacesOf(metadata.location, metadata.properties);
  std::set<std::string> known = {NormalLocation(metadata_location)};
  for (const auto& entry : metadata.metadata_log) known.insert(NormalLocation(entry.metadata_file));
  std::set<std::string> folders;
  for (const std::string& location : known) {
    const size_t slash = location.rfind('/');
    if (slash != std::string::npos && LiesInPlaces(places, location)) {
      folders.insert(location.substr(0, slash + 1));
    }
  }
  std::vector<std::string> candidates;
  for (const std::string& folder : folders) {
    LIFEBOAT_RETURN_IF_ERROR(storage.List(folder, [&](const storage::ObjectInfo& object) {
      if (IsMetadataName(object.location) && known.insert(NormalLocation(object.location)).second) {
        candidates.push_back(object.location);
      }
      return check();
    }));
  }
  std::vector<std::string> past;
  for (std::string& location : candidates) {
    LIFEBOAT_RETURN_IF_ERROR(check());
    LIFEBOAT_ASSIGN_OR_RETURN(const bool of_table, IsOfTable(storage, location, metadata.table_uuid));
    if (of_table) past.push_back(std::move(location));
  }
  return past;
}

}  // namespace lifeboat::catalog
