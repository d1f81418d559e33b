"""Files of a table, both ways: what PyIceberg writes Lifeboat plans alike, what Lifeboat writes PyIceberg reads."""

import datetime
import decimal
import json
import os
import subprocess
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import StaticTable
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform, MonthTransform, TruncateTransform
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    TimestampType,
    TimestamptzType,
)

TOOL = os.environ.get("LIFEBOAT_ICEBERG_FILES_TOOL", "build/dev/bin/iceberg_files_tool")

SCHEMA = Schema(
    NestedField(1, "id", LongType(), required=False),
    NestedField(2, "campaign", StringType(), required=False),
    NestedField(3, "day", DateType(), required=False),
    NestedField(4, "at", TimestampType(), required=False),
    NestedField(5, "at_utc", TimestamptzType(), required=False),
    NestedField(6, "cost", DecimalType(9, 2), required=False),
    NestedField(7, "rate", DoubleType(), required=False),
    NestedField(8, "score", FloatType(), required=False),
    NestedField(9, "active", BooleanType(), required=False),
    NestedField(10, "hour", IntegerType(), required=False),
    NestedField(11, "raw", BinaryType(), required=False),
)


def field(source, transform, name):
    return PartitionField(source_id=source, field_id=1000, transform=transform, name=name)


SPECS = {
    "unpartitioned": PartitionSpec(),
    "date": PartitionSpec(field(3, IdentityTransform(), "day")),
    "day_of_timestamp": PartitionSpec(field(4, DayTransform(), "at_day")),
    "month_of_date": PartitionSpec(field(3, MonthTransform(), "day_month")),
    "bucket_of_text": PartitionSpec(field(2, BucketTransform(4), "campaign_bucket")),
    "truncated_text": PartitionSpec(field(2, TruncateTransform(5), "campaign_trunc")),
    "decimal": PartitionSpec(field(6, IdentityTransform(), "cost")),
    "boolean": PartitionSpec(field(9, IdentityTransform(), "active")),
}

# Column, operator and value for the tool; the filter for PyIceberg; what it means for one row.
JAN_31 = datetime.date(2026, 1, 31)
FEB_1 = datetime.datetime(2026, 2, 1)
FILTERS = [
    (("id", "=", "7"), "id = 7", lambda r: r["id"] == 7),
    (("id", ">", "25"), "id > 25", lambda r: r["id"] > 25),
    (("campaign", "=", "CMP-3"), "campaign = 'CMP-3'", lambda r: r["campaign"] == "CMP-3"),
    (("campaign", "!=", "CMP-3"), "campaign != 'CMP-3'", lambda r: r["campaign"] not in (None, "CMP-3")),
    (("campaign", "starts-with", "CMP-2"), "campaign LIKE 'CMP-2%'", lambda r: (r["campaign"] or "") > "CMP-2"
     and r["campaign"].startswith("CMP-2")),
    (("day", "<", "2026-01-03"), "day < '2026-01-03'", lambda r: r["day"] and r["day"] < datetime.date(2026, 1, 3)),
    (("day", ">=", "2026-01-31"), "day >= '2026-01-31'", lambda r: r["day"] and r["day"] >= JAN_31),
    (("at", ">", "2026-02-01T00:00:00"), "at > '2026-02-01T00:00:00'", lambda r: r["at"] and r["at"] > FEB_1),
    (("active", "=", "true"), "active = true", lambda r: r["active"]),
    (("rate", "is-null"), "rate IS NULL", lambda r: r["rate"] is None),
    (("rate", ">", "16"), "rate > 16", lambda r: r["rate"] is not None and not r["rate"] <= 16),  # NaN is above 16
    (("hour", "not-null"), "hour IS NOT NULL", lambda r: r["hour"] is not None),
]


def rows(first, count):
    def at(i):
        return datetime.datetime(2026, 1, 1, 10, 30) + datetime.timedelta(days=i % 40, minutes=i)

    def maybe(i, value):
        return None if i % 11 == 5 else value

    n = range(first, first + count)
    return pa.Table.from_pydict(
        {
            "id": list(n),
            "campaign": [maybe(i, f"CMP-{i % 6}") for i in n],
            "day": [maybe(i, at(i).date()) for i in n],
            "at": [maybe(i, at(i)) for i in n],
            "at_utc": [at(i).replace(tzinfo=datetime.timezone.utc) for i in n],
            "cost": [maybe(i, decimal.Decimal(i % 3 * 100 - 100) / 100) for i in n],
            "rate": [float("nan") if i % 7 == 0 else i / 3 for i in n],
            "score": [i / 2 for i in n],
            "active": [maybe(i, i % 2 == 0) for i in n],
            "hour": [i % 24 for i in n],
            "raw": [bytes([i % 256, 255, 0]) for i in n],
        },
        schema=SCHEMA.as_arrow(),
    )


def tool(*arguments):
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def lifeboat_plan(metadata_location, *words):
    return {f["file_path"]: f for f in json.loads(tool("plan", metadata_location, *words))}


def pyiceberg_plan(table, row_filter="id IS NOT NULL"):
    return {task.file.file_path: task.file for task in table.scan(row_filter=row_filter).plan_files()}


def numbers(counts):
    return {str(k): v for k, v in (counts or {}).items()}


def check_same_files(ours, theirs):
    assert ours.keys() == theirs.keys()
    for path, our in ours.items():
        their = theirs[path]
        assert our["file_format"] == their.file_format.value
        assert our["record_count"] == their.record_count
        assert our["file_size_in_bytes"] == their.file_size_in_bytes
        assert our["spec_id"] == their.spec_id
        assert len(our["partition"]) == len(their.partition)
        for name in ("column_sizes", "value_counts", "null_value_counts", "nan_value_counts"):
            assert our[name] == numbers(getattr(their, name)), name
        for name in ("lower_bounds", "upper_bounds"):
            assert our[name] == {k: v.hex() for k, v in numbers(getattr(their, name)).items()}, name
        assert our["split_offsets"] == (their.split_offsets or [])


def sorted_rows(arrow):
    return [repr(row) for row in arrow.sort_by("id").to_pylist()]


@pytest.fixture
def catalog(tmp_path):
    return SqlCatalog("test", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/lake")


def make_table(catalog, spec, version):
    catalog.create_namespace_if_not_exists("n")
    table = catalog.create_table(f"n.t{uuid.uuid4().hex}", schema=SCHEMA, partition_spec=SPECS[spec],
                                 properties={"format-version": str(version)})
    table.append(rows(0, 30))
    table.append(rows(30, 20))
    return table


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("spec", SPECS)
def test_pyiceberg_writes_lifeboat_reads(catalog, spec, version):
    table = make_table(catalog, spec, version)
    everything = lifeboat_plan(table.metadata_location)
    check_same_files(everything, pyiceberg_plan(table))
    contents = {path: pq.ParquetFile(path.removeprefix("file://")).read().to_pylist() for path in everything}
    for words, row_filter, matches in FILTERS:
        planned = lifeboat_plan(table.metadata_location, *words)
        for path in everything.keys() - planned.keys():
            assert not any(matches(row) for row in contents[path]), (words, path)
        # What is left out is as much as the reference leaves out, but for NaN, which engines sort above all numbers.
        if words[0] != "rate":
            assert len(planned) <= len(pyiceberg_plan(table, row_filter)), words


def test_filters_leave_files_out(catalog):
    table = make_table(catalog, "day_of_timestamp", 2)
    everything = lifeboat_plan(table.metadata_location)
    # The day of row 7, and the files without a day, whose ids reach across.
    assert len(lifeboat_plan(table.metadata_location, "id", "=", "7")) == 2
    assert 0 < len(lifeboat_plan(table.metadata_location, "at", ">", "2026-02-01T00:00:00")) < len(everything) / 2


@pytest.mark.parametrize("spec", ["unpartitioned", "date"])
def test_deleted_and_existing_entries(catalog, spec):
    table = make_table(catalog, spec, 2)
    table.delete("id < 12")
    table.overwrite(rows(100, 5), overwrite_filter="id = 40")
    check_same_files(lifeboat_plan(table.metadata_location), pyiceberg_plan(table))


def test_evolved_schema_and_spec(catalog):
    table = make_table(catalog, "date", 2)
    with table.update_schema() as update:
        update.update_column("hour", LongType())
        update.rename_column("campaign", "campaign_id")
        update.add_column("note", StringType())
    with table.update_spec() as update:
        update.add_field("id", BucketTransform(3), "id_bucket")
    table.append(rows(200, 5).rename_columns(["campaign_id" if c == "campaign" else c for c in SCHEMA.column_names])
                 .set_column(9, pa.field("hour", pa.int64()), pa.array([1] * 5, pa.int64())))
    check_same_files(lifeboat_plan(table.metadata_location), pyiceberg_plan(table))
    assert len({f["spec_id"] for f in lifeboat_plan(table.metadata_location).values()}) == 2


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("spec", SPECS)
def test_lifeboat_writes_pyiceberg_reads(catalog, tmp_path, spec, version):
    source = make_table(catalog, spec, min(version, 2))
    location = tool("rewrite", source.metadata_location, f"file://{tmp_path}/rewritten", str(version))
    table = StaticTable.from_metadata(location)
    assert table.metadata.format_version == version
    assert sorted_rows(table.scan().to_arrow()) == sorted_rows(source.scan().to_arrow())
    theirs = pyiceberg_plan(table)
    check_same_files(lifeboat_plan(location), theirs)
    for path, file in pyiceberg_plan(source).items():
        assert list(theirs[path].partition) == list(file.partition)
    for _, row_filter, _ in FILTERS:
        assert sorted_rows(table.scan(row_filter=row_filter).to_arrow()) == sorted_rows(
            source.scan(row_filter=row_filter).to_arrow()), row_filter

    snapshots = table.metadata.snapshots
    assert len(snapshots) == 2 and snapshots[1].parent_snapshot_id == snapshots[0].snapshot_id
    assert snapshots[1].summary["total-records"] == "50"
    manifests = snapshots[1].manifests(table.io)
    assert sum(m.added_rows_count for m in manifests) == 50
    assert [m.sequence_number for m in manifests] == ([0, 0] if version == 1 else [2, 1])
    assert table.inspect.entries().num_rows == len(theirs)
    if version == 3:
        assert table.metadata.next_row_id == 50


def test_damaged_manifest_is_named(catalog):
    table = make_table(catalog, "unpartitioned", 2)
    manifest = table.current_snapshot().manifests(table.io)[0].manifest_path
    path = manifest.removeprefix("file://")
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) - 10)
    done = subprocess.run([TOOL, "plan", table.metadata_location], capture_output=True, text=True)
    assert done.returncode == 1
    assert "Corruption" in done.stderr and manifest in done.stderr
