// Iceberg documents as clients send and catalogs store them: what the fuzz targets start from.
#ifndef LIFEBOAT_TESTS_FUZZ_ICEBERG_SEEDS_H_
#define LIFEBOAT_TESTS_FUZZ_ICEBERG_SEEDS_H_

namespace lifeboat::fuzz {

inline constexpr char kMetadataVersion1[] = R"json({
  "format-version": 1, "location": "file:///t/", "last-updated-ms": 1, "last-column-id": 1,
  "schema": {"type": "struct", "fields": [{"id": 1, "name": "x", "required": true, "type": "long"}]},
  "partition-spec": [{"name": "x", "transform": "identity", "source-id": 1, "field-id": 1000}],
  "properties": {}, "current-snapshot-id": -1, "snapshots": []})json";

// Everything version 2 has, with a member that nobody knows at every level.
inline constexpr char kMetadataVersion2[] = R"json({
  "format-version": 2, "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1", "location": "s3://bucket/t",
  "last-sequence-number": 34, "last-updated-ms": 1602638573590, "last-column-id": 5, "future": {"a": [1, 2.5, "x"]},
  "current-schema-id": 1,
  "schemas": [
    {"type": "struct", "schema-id": 0, "fields": [{"id": 1, "name": "x", "required": true, "type": "long"}]},
    {"type": "struct", "schema-id": 1, "identifier-field-ids": [1], "note": 7, "fields": [
      {"id": 1, "name": "x", "required": true, "type": "long", "hint": true},
      {"id": 2, "name": "y", "required": false, "type": "decimal(9, 2)", "doc": "comment"},
      {"id": 3, "name": "tags", "required": false,
       "type": {"type": "map", "key-id": 4, "key": "string", "value-id": 5, "value": "timestamptz",
                "value-required": false, "later": null}}]}],
  "default-spec-id": 0,
  "partition-specs": [{"spec-id": 0, "more": 1, "fields": [
    {"source-id": 1, "field-id": 1000, "name": "x_bucket", "transform": "bucket[16]", "odd": "o"}]}],
  "last-partition-id": 1000, "default-sort-order-id": 3,
  "sort-orders": [{"order-id": 3, "s": 1, "fields": [
    {"transform": "identity", "source-id": 1, "direction": "asc", "null-order": "nulls-first", "z": {}}]}],
  "properties": {"read.split.target.size": "134217728"},
  "current-snapshot-id": 3055729675574597004,
  "refs": {"main": {"snapshot-id": 3055729675574597004, "type": "branch", "new": "n"},
           "t1": {"snapshot-id": 3051729675574597004, "type": "tag", "max-ref-age-ms": 10000000}},
  "snapshots": [
    {"snapshot-id": 3051729675574597004, "timestamp-ms": 1515100955770, "sequence-number": 33,
     "summary": {"operation": "append", "added-records": "2"}, "manifest-list": "s3://a/1.avro"},
    {"snapshot-id": 3055729675574597004, "parent-snapshot-id": 3051729675574597004, "timestamp-ms": 1555100955770,
     "sequence-number": 34, "summary": {"operation": "append"}, "manifest-list": "s3://a/2.avro", "schema-id": 1,
     "branch-hint": [true]}],
  "statistics": [{"snapshot-id": 3055729675574597004, "statistics-path": "s3://a/b.puffin", "file-size-in-bytes": 413,
    "file-footer-size-in-bytes": 42, "blob-metadata": [{"type": "ndv", "snapshot-id": 1, "fields": [1]}], "st": 1}],
  "partition-statistics": [{"snapshot-id": 3055729675574597004, "statistics-path": "s3://a/p.parquet",
    "file-size-in-bytes": 43, "pst": 2}],
  "snapshot-log": [{"snapshot-id": 3051729675574597004, "timestamp-ms": 1515100955770, "l": 1},
                   {"snapshot-id": 3055729675574597004, "timestamp-ms": 1555100955770}],
  "metadata-log": [{"metadata-file": "s3://bucket/.../v1.json", "timestamp-ms": 1515100, "m": 1}]})json";

inline constexpr char kMetadataVersion3[] = R"json({
  "format-version": 3, "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1", "location": "s3://bucket/t",
  "last-sequence-number": 0, "last-updated-ms": 1, "last-column-id": 3, "current-schema-id": 0, "next-row-id": 9,
  "schemas": [{"type": "struct", "schema-id": 0, "fields": [
    {"id": 1, "name": "v", "required": false, "type": "variant"},
    {"id": 2, "name": "g", "required": false, "type": "geometry(srid:4326)"},
    {"id": 3, "name": "n", "required": false, "type": "timestamp_ns",
      "initial-default": "2026-01-01T00:00:00.000000001",
     "write-default": "2026-01-01T00:00:00.000000002"}]}],
  "default-spec-id": 0, "partition-specs": [{"spec-id": 0, "fields": [
    {"source-ids": [1, 2], "source-id": 1, "field-id": 1000, "name": "p", "transform": "multi[3]"}]}],
  "last-partition-id": 1000, "default-sort-order-id": 0, "sort-orders": [{"order-id": 0, "fields": []}],
  "properties": {}, "current-snapshot-id": null, "refs": {}, "snapshots": [], "statistics": [],
  "partition-statistics": [], "snapshot-log": [], "metadata-log": [],
  "encryption-keys": [{"key-id": "k", "encrypted-key-metadata": "AAA=", "encrypted-by-id": "kek"}]})json";

inline constexpr char kViewMetadata[] = R"json({
  "view-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1", "format-version": 1, "location": "file:///v",
  "schemas": [{"type": "struct", "schema-id": 0, "fields": [{"id": 1, "name": "x", "required": false,
      "type": "long"}]}],
  "current-version-id": 1, "properties": {"comment": "c"}, "future": [1],
  "versions": [{"version-id": 1, "schema-id": 0, "timestamp-ms": 5, "summary": {"engine": "e"},
    "default-catalog": "c", "default-namespace": ["n"], "later": 1,
    "representations": [{"type": "sql", "sql": "select 1", "dialect": "spark", "new": true}]}],
  "version-log": [{"version-id": 1, "timestamp-ms": 5}]})json";

// Every kind of table update, to kMetadataVersion2.
inline constexpr char kTableUpdates[] = R"json([
  {"action": "assign-uuid", "uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1"},
  {"action": "upgrade-format-version", "format-version": 3},
  {"action": "add-schema", "last-column-id": 7, "schema": {"type": "struct", "fields": [
    {"id": 1, "name": "x", "required": true, "type": "long"},
    {"id": 6, "name": "list", "required": false,
     "type": {"type": "list", "element-id": 7, "element": "fixed[16]", "element-required": false}}]}},
  {"action": "set-current-schema", "schema-id": -1},
  {"action": "add-spec", "spec": {"fields": [{"source-id": 1, "name": "t", "transform": "truncate[4]"}]}},
  {"action": "set-default-spec", "spec-id": -1},
  {"action": "add-sort-order", "sort-order": {"order-id": 1, "fields": [
    {"transform": "bucket[8]", "source-id": 1, "direction": "desc", "null-order": "nulls-last"}]}},
  {"action": "set-default-sort-order", "sort-order-id": -1},
  {"action": "add-snapshot", "snapshot": {"snapshot-id": 7, "parent-snapshot-id": 3055729675574597004,
    "sequence-number": 35, "timestamp-ms": 1602638573591, "manifest-list": "s3://a/3.avro", "first-row-id": 0,
    "added-rows": 4, "summary": {"operation": "append"}, "schema-id": 1}},
  {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": 7, "min-snapshots-to-keep": 1,
   "max-snapshot-age-ms": 1, "max-ref-age-ms": 1},
  {"action": "remove-snapshots", "snapshot-ids": [3051729675574597004]},
  {"action": "remove-snapshot-ref", "ref-name": "t1"},
  {"action": "set-location", "location": "s3://bucket/u"},
  {"action": "set-properties", "updates": {"write.metadata.previous-versions-max": "3"}},
  {"action": "remove-properties", "removals": ["read.split.target.size"]},
  {"action": "set-statistics", "snapshot-id": 7, "statistics": {"snapshot-id": 7, "statistics-path": "s3://a/c.puffin",
    "file-size-in-bytes": 413, "file-footer-size-in-bytes": 42,
    "blob-metadata": [{"type": "ndv", "snapshot-id": 7, "sequence-number": 1, "fields": [1], "properties": {}}]}},
  {"action": "remove-statistics", "snapshot-id": 3055729675574597004},
  {"action": "set-partition-statistics", "partition-statistics": {"snapshot-id": 7, "statistics-path": "s3://a/q",
    "file-size-in-bytes": 43}},
  {"action": "remove-partition-statistics", "snapshot-id": 3055729675574597004},
  {"action": "remove-partition-specs", "spec-ids": [0]},
  {"action": "remove-schemas", "schema-ids": [0]},
  {"action": "add-encryption-key", "encryption-key": {"key-id": "k", "encrypted-key-metadata": "AAA="}},
  {"action": "remove-encryption-key", "key-id": "k"}])json";

inline constexpr char kTableRequirements[] = R"json([
  {"type": "assert-table-uuid", "uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1"},
  {"type": "assert-ref-snapshot-id", "ref": "main", "snapshot-id": 3055729675574597004},
  {"type": "assert-ref-snapshot-id", "ref": "b", "snapshot-id": null},
  {"type": "assert-last-assigned-field-id", "last-assigned-field-id": 5},
  {"type": "assert-current-schema-id", "current-schema-id": 1},
  {"type": "assert-last-assigned-partition-id", "last-assigned-partition-id": 1000},
  {"type": "assert-default-spec-id", "default-spec-id": 0},
  {"type": "assert-default-sort-order-id", "default-sort-order-id": 3},
  {"type": "assert-create"}])json";

// Every kind of view update, to kViewMetadata.
inline constexpr char kViewUpdates[] = R"json([
  {"action": "assign-uuid", "uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1"},
  {"action": "upgrade-format-version", "format-version": 1},
  {"action": "add-schema", "schema": {"type": "struct", "fields": [{"id": 2, "name": "y", "required": false,
      "type": "int"}]}},
  {"action": "set-location", "location": "file:///w"},
  {"action": "set-properties", "updates": {"version.history.num-entries": "2"}},
  {"action": "remove-properties", "removals": ["comment"]},
  {"action": "add-view-version", "view-version": {"version-id": 2, "schema-id": -1, "timestamp-ms": 6, "summary": {},
    "default-namespace": ["n"], "representations": [{"type": "sql", "sql": "select 2", "dialect": "spark"}]}},
  {"action": "set-current-view-version", "view-version-id": -1}])json";

}  // namespace lifeboat::fuzz

#endif  // LIFEBOAT_TESTS_FUZZ_ICEBERG_SEEDS_H_
