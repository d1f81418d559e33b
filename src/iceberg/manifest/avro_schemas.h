// The Avro schemas of manifest lists and manifests, as JSON text with Iceberg's field ids.
//
// Source: Iceberg table spec, "Manifests", "Manifest Lists", Appendix A "Avro".
#ifndef LIFEBOAT_ICEBERG_MANIFEST_AVRO_SCHEMAS_H_
#define LIFEBOAT_ICEBERG_MANIFEST_AVRO_SCHEMAS_H_

#include <string>

#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

std::string ManifestListSchemaJson(int32_t format_version);
// `partition_type` is the struct of partition values (PartitionType).
std::string ManifestEntrySchemaJson(int32_t format_version, const Type& partition_type);

// Bytes of the Avro fixed that holds a decimal of that precision.
int32_t DecimalFixedSize(int32_t precision);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MANIFEST_AVRO_SCHEMAS_H_
