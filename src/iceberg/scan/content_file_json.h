// The JSON form of data and delete files in the REST protocol's scan tasks.
//
// Bounds are written as hexadecimal of their binary single-value form, as the reference implementation writes
// and reads them. Source: Iceberg REST specification 1.11, "ContentFile", "DataFile", "DeleteFile"; Java's
// ContentFileParser.
#ifndef LIFEBOAT_ICEBERG_SCAN_CONTENT_FILE_JSON_H_
#define LIFEBOAT_ICEBERG_SCAN_CONTENT_FILE_JSON_H_

#include <cstdint>
#include <vector>

#include "iceberg/manifest/data_file.h"
#include "iceberg/model/json.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

// `partition_type` is that of the file's spec (PartitionType). Column statistics are written of the columns
// `stats_field_ids` (ascending) alone, and only of data files.
void AppendContentFileJson(const DataFile& file, const Type& partition_type,
                           const std::vector<int32_t>& stats_field_ids, JsonWriter& writer);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_SCAN_CONTENT_FILE_JSON_H_
