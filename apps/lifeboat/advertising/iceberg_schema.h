// The advertising tables as Iceberg sees them.
#ifndef LIFEBOAT_ADVERTISING_ICEBERG_SCHEMA_H_
#define LIFEBOAT_ADVERTISING_ICEBERG_SCHEMA_H_

#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"
#include "lifeboat/advertising/tables.h"

namespace lifeboat::app::advertising {

// Field ids are the columns' positions, from 1.
iceberg::Schema IcebergSchema(Table table);
// Identity of the partition column; no fields for a table without one.
iceberg::PartitionSpec IcebergPartitionSpec(Table table);

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_ICEBERG_SCHEMA_H_
