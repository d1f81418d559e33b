// FileSet: files by location, where different spellings of one location are one file.
//
// "file:/a", "file:///a", "/a" and "//a" are one; so are s3://, s3a:// and s3n:// with the same rest.
// Comparing locations as they are spelt would take a file that one client wrote and another lists for two,
// and one of them for unreachable.
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_FILE_SET_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_FILE_SET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lifeboat::catalog {

// The one spelling of a location.
std::string NormalLocation(std::string_view location);

// True when `location` is `folder` or lies below it. Both normal.
bool IsWithin(std::string_view location, std::string_view folder);

// In the order in which files can go: whatever names a file goes after it, so that a removal that was cut
// short can start anew and find the rest.
enum class FileKind : uint8_t { kContent, kManifest, kManifestList, kStatistics, kMetadata };
inline constexpr FileKind kFileKinds[] = {FileKind::kContent, FileKind::kManifest, FileKind::kManifestList,
                                          FileKind::kStatistics, FileKind::kMetadata};
std::string_view FileKindName(FileKind kind);  // "content", "manifest", …

class FileSet {
 public:
  void Insert(std::string_view location, FileKind kind) { files_.emplace(NormalLocation(location), kind); }
  // True when it was there.
  bool Erase(std::string_view location) {
    return !files_.empty() && files_.erase(NormalLocation(location)) > 0;
  }
  // Erases files that lie outside of the places (table_places.h); how many.
  size_t EraseOutside(const std::vector<std::string>& places);
  bool Contains(std::string_view location) const { return files_.contains(NormalLocation(location)); }
  size_t size() const { return files_.size(); }
  bool empty() const { return files_.empty(); }
  // Normal locations, sorted.
  std::vector<std::string> OfKind(FileKind kind) const;

 private:
  std::unordered_map<std::string, FileKind> files_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_FILE_SET_H_
