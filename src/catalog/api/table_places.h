// Places: the folders that a table's or view's files may lie in — its location and what its path properties
// name — in one spelling, so that whether two overlap is a comparison of strings.
//
// Whoever may reach one table's files by credentials made for them may reach everything below its places, so
// no place of one table may equal, contain or lie below another table's. A place ends in '/': "s3a://b/t",
// "s3://b//t/" and "s3://b/./t" are all the place "s3://b/t/", "file:/x" and "/x" are "file:///x/". Spellings
// that some stores tell apart (an S3 key may have empty components) count as one: that refuses more, never
// less.
#ifndef LIFEBOAT_CATALOG_API_TABLE_PLACES_H_
#define LIFEBOAT_CATALOG_API_TABLE_PLACES_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::catalog {

// Properties whose values are locations that writers follow. Source: Iceberg, "Table properties".
inline constexpr std::string_view kPathProperties[] = {
    "write.data.path", "write.metadata.path", "write.object-storage.path", "write.folder-storage.path"};

// Longer ones are no table's: an S3 key has at most 1,024 bytes, and an index entry of PostgreSQL 2,704.
inline constexpr size_t kMaxPlaceBytes = 2'000;

std::string PlaceOf(std::string_view location);

// kInvalidArgument for one that no store can keep: too long, or with control characters, bytes that are no
// UTF-8, or a component "..".
Status ValidatePlaces(const std::vector<std::string>& places);

// Of a table or view; sorted, without those that lie below another.
std::vector<std::string> PlacesOf(std::string_view location,
                                  const std::map<std::string, std::string>& properties);
// The same from its metadata.json; kInvalidArgument for what is no JSON object.
Result<std::vector<std::string>> PlacesOfMetadata(std::string_view metadata_json);

// Whether a file lies below one of the places, however its location is spelt; one with a component ".." does
// in none.
bool LiesInPlaces(const std::vector<std::string>& places, std::string_view file_location);

// The place itself and all that contain it.
std::vector<std::string_view> PlacesAtOrAbove(std::string_view place);
// Places below `place` are those greater than it and less than this, byte by byte.
std::string EndOfPlacesBelow(std::string_view place);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_API_TABLE_PLACES_H_
