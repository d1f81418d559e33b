#include "catalog/maintenance/file_set.h"

#include <algorithm>

#include "catalog/api/table_places.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

std::string NormalLocation(std::string_view location) {
  std::string_view scheme = storage::SchemeOf(location);
  std::string_view rest = location;
  if (const size_t colon = scheme.size();
      location.size() > colon && location.substr(0, colon) == scheme && location[colon] == ':') {
    rest.remove_prefix(colon + 1);
  }
  if (scheme == "s3a" || scheme == "s3n") scheme = "s3";
  const bool is_file = scheme == "file";
  std::string path;
  path.reserve(rest.size());
  for (const char c : rest) {
    // In an object store "a//b" is another key than "a/b".
    if (c == '/' && (path.empty() || (is_file && path.ends_with('/')))) continue;
    path.push_back(c);
  }
  while (path.ends_with('/')) path.pop_back();
  std::string normal(scheme);
  normal += is_file ? ":///" : "://";
  normal += path;
  return normal;
}

bool IsWithin(std::string_view location, std::string_view folder) {
  return location.starts_with(folder) && (location.size() == folder.size() || location[folder.size()] == '/');
}

std::string_view FileKindName(FileKind kind) {
  switch (kind) {
    case FileKind::kContent:
      return "content";
    case FileKind::kManifest:
      return "manifest";
    case FileKind::kManifestList:
      return "manifest-list";
    case FileKind::kStatistics:
      return "statistics";
    case FileKind::kMetadata:
      return "metadata";
  }
  return "";
}

size_t FileSet::EraseOutside(const std::vector<std::string>& places) {
  return std::erase_if(files_, [&](const auto& file) { return !LiesInPlaces(places, file.first); });
}

std::vector<std::string> FileSet::OfKind(FileKind kind) const {
  std::vector<std::string> locations;
  for (const auto& [location, its_kind] : files_) {
    if (its_kind == kind) locations.push_back(location);
  }
  std::sort(locations.begin(), locations.end());
  return locations;
}

}  // namespace lifeboat::catalog
