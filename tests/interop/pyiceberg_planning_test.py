"""Scan planning on the server: PyIceberg with scan-planning-mode=server finds what it finds by itself."""

import datetime
import decimal
import json
import time

import pyarrow as pa
import pytest
from catalog_process import CatalogProcess
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.expressions import (
    And,
    EqualTo,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNaN,
    IsNull,
    LessThan,
    LessThanOrEqual,
    Not,
    NotEqualTo,
    NotIn,
    NotNaN,
    NotNull,
    NotStartsWith,
    Or,
    StartsWith,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform, TruncateTransform
from pyiceberg.typedef import Record
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    LongType,
    NestedField,
    StringType,
    TimestamptzType,
)

SCHEMA = Schema(
    NestedField(1, "id", LongType(), required=False),
    NestedField(2, "region", StringType(), required=False),
    NestedField(3, "amount", DoubleType(), required=False),
    NestedField(4, "day", DateType(), required=False),
    NestedField(5, "at", TimestamptzType(), required=False),
    NestedField(6, "price", DecimalType(9, 2), required=False),
    NestedField(7, "flag", BooleanType(), required=False),
)
DAY = datetime.date(2026, 1, 1)
AT = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
REGIONS = ["EU-WEST", "EU-CENTRAL", "US-EAST", None]


def rows(first, count, nulls=True):
    ids = list(range(first, first + count))
    amounts = [None if i % 7 == 0 else float("nan") if i % 11 == 0 else i / 2 for i in ids]
    return pa.table(
        {
            "id": pa.array(ids, pa.int64()),
            "region": pa.array([REGIONS[i // 10 % (4 if nulls else 3)] for i in ids], pa.string()),
            "amount": pa.array(amounts, pa.float64()),
            "day": pa.array([None if nulls and i % 13 == 0 else DAY + datetime.timedelta(days=i // 20) for i in ids]),
            "at": pa.array([AT + datetime.timedelta(hours=i) for i in ids], pa.timestamp("us", "UTC")),
            "price": pa.array([decimal.Decimal(i) / 4 for i in ids], pa.decimal128(9, 2)),
            "flag": pa.array([i % 2 == 0 for i in ids], pa.bool_()),
        }
    )


FILTERS = [
    None,
    EqualTo("region", "EU-WEST"),
    NotEqualTo("region", "EU-WEST"),
    In("region", {"EU-WEST", "US-EAST"}),
    NotIn("region", {"EU-WEST", "US-EAST"}),
    StartsWith("region", "EU"),
    NotStartsWith("region", "EU"),
    IsNull("region"),
    NotNull("region"),
    LessThan("id", 25),
    GreaterThanOrEqual("id", 75),
    IsNaN("amount"),
    NotNaN("amount"),
    GreaterThan("amount", 30.25),
    EqualTo("day", "2026-01-03"),
    LessThanOrEqual("day", "2026-01-02"),
    IsNull("day"),
    GreaterThan("at", "2026-01-04T00:00:00+00:00"),
    LessThan("at", "2026-01-02T12:00:00+00:00"),
    EqualTo("price", decimal.Decimal("5.25")),
    GreaterThan("price", decimal.Decimal("20.00")),
    EqualTo("flag", True),
    And(EqualTo("region", "EU-WEST"), LessThan("id", 5)),
    Or(EqualTo("region", "US-EAST"), GreaterThan("id", 90)),
    Not(And(EqualTo("region", "EU-WEST"), LessThan("id", 60))),
    EqualTo("id", 1 << 40),
]
# PyIceberg reads no partition value that is null out of a plan, so only columns without nulls are partitioned by.
NULLS = {"plain", "day_of_at"}
SPECS = {
    "plain": PartitionSpec(),
    "region": PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "region")),
    "day_of_at": PartitionSpec(PartitionField(5, 1000, DayTransform(), "at_day")),
    "bucket_and_day": PartitionSpec(
        PartitionField(1, 1000, BucketTransform(4), "id_bucket"),
        PartitionField(4, 1001, IdentityTransform(), "day"),
    ),
    "truncated": PartitionSpec(
        PartitionField(2, 1000, TruncateTransform(2), "region_trunc"),
        PartitionField(6, 1001, IdentityTransform(), "price"),
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"))
    yield process
    assert process.stop() == 0


@pytest.fixture(scope="module")
def by_client(server):
    catalog = server.connect()
    catalog.create_namespace("n")
    return catalog


@pytest.fixture(scope="module")
def by_server(server, by_client):
    catalog = server.connect(**{"scan-planning-mode": "server"})
    assert catalog.supports_server_side_planning()
    return catalog


@pytest.fixture
def planned(monkeypatch):
    """Counts the plans the server was asked for."""
    calls = []
    plan = RestCatalog._plan_table_scan
    monkeypatch.setattr(RestCatalog, "_plan_table_scan", lambda *a, **k: calls.append(1) or plan(*a, **k))
    return calls


def scan(table, row_filter, **options):
    return table.scan(row_filter=row_filter, **options) if row_filter is not None else table.scan(**options)


def paths(table_scan):
    return sorted(task.file.file_path for task in table_scan.plan_files())


def ids(table_scan):
    return sorted(table_scan.to_arrow()["id"].to_pylist())


@pytest.mark.parametrize("spec", SPECS)
def test_every_filter_finds_the_same_rows(by_client, by_server, planned, spec):
    name = f"n.{spec}"
    table = by_client.create_table(name, SCHEMA, partition_spec=SPECS[spec], properties={"format-version": "2"})
    for first in range(0, 100, 25):
        table.append(rows(first, 25, spec in NULLS))
    table.delete(In("id", {3, 30, 31, 32, 77}))  # files are rewritten, others dropped
    table.overwrite(rows(200, 10, spec in NULLS), overwrite_filter=GreaterThanOrEqual("id", 90))
    for row_filter in FILTERS:
        local, remote = by_client.load_table(name), by_server.load_table(name)
        before = len(planned)
        paths(scan(remote, row_filter))
        assert len(planned) == before + 1
        assert ids(scan(remote, row_filter)) == ids(scan(local, row_filter)), row_filter
        assert scan(remote, row_filter).count() == scan(local, row_filter).count(), row_filter


def test_snapshots_and_selected_columns(by_client, by_server):
    table = by_client.create_table("n.history", SCHEMA)
    table.append(rows(0, 10))
    first = table.current_snapshot().snapshot_id
    table.append(rows(10, 10))
    remote = by_server.load_table("n.history")
    assert ids(remote.scan(snapshot_id=first)) == list(range(10))
    assert remote.scan(selected_fields=("id",)).to_arrow().column_names == ["id"]
    assert ids(remote.scan(row_filter="ID < 5", case_sensitive=False)) == list(range(5))
    assert ids(remote.scan(limit=3)) and len(ids(remote.scan(limit=3))) == 3


def add_files(table, count, per_commit):
    """Commits data files that only their metadata tells of."""
    for first in range(0, count, per_commit):
        with table.transaction() as transaction, transaction.update_snapshot().fast_append() as append:
            for i in range(first, first + per_commit):
                file = DataFile.from_args(
                    content=DataFileContent.DATA,
                    file_path=f"{table.location()}/data/{i:06}.parquet",
                    file_format=FileFormat.PARQUET,
                    partition=Record(i % 100),
                    record_count=100,
                    file_size_in_bytes=10_000,
                    column_sizes={1: 400, 2: 400, 3: 400},
                    value_counts={1: 100, 2: 100, 3: 100},
                    null_value_counts={1: 0, 2: 0, 3: 0},
                    nan_value_counts={},
                    lower_bounds={1: i.to_bytes(8, "little")},
                    upper_bounds={1: (i + 99).to_bytes(8, "little")},
                    split_offsets=[4],
                )
                file.spec_id = table.spec().spec_id
                append.append_data_file(file)


def test_ten_thousand_files(by_client, by_server, record_property):
    schema = Schema(*SCHEMA.fields[:3], NestedField(8, "part", LongType(), required=False))
    spec = PartitionSpec(PartitionField(8, 1000, IdentityTransform(), "part"))
    add_files(by_client.create_table("n.large", schema, partition_spec=spec), 10_000, 1_000)
    for row_filter, expected in ((None, 10_000), (EqualTo("part", 7), 100), (LessThan("id", 500), 500)):
        found, seconds = {}, {}
        for name, catalog in (("client", by_client), ("server", by_server)):
            table = catalog.load_table("n.large")
            seconds[name] = []
            for _ in range(3):
                start = time.perf_counter()
                found[name] = paths(scan(table, row_filter))
                seconds[name].append(time.perf_counter() - start)
        assert found["server"] == found["client"]
        assert len(found["server"]) == expected
        figures = ", ".join(f"by the {name} {min(taken):.3f} s" for name, taken in seconds.items())
        print(f"plan of {expected} of 10,000 files: {figures}")
        record_property(f"plan_{expected}", figures)


def test_plan_answers_of_ten_thousand_files_are_bounded(server, by_client, by_server):
    if not by_client.table_exists("n.large"):
        pytest.skip("needs the table of test_ten_thousand_files")

    def post(path, body):
        start = time.perf_counter()
        response = by_client._session.post(f"{server.uri}/v1/namespaces/n/tables/large/{path}", data=body)
        response.raise_for_status()
        print(f"POST {path}: {len(response.content)} bytes in {time.perf_counter() - start:.3f} s")
        return response.json()

    todo, files, answers = [post("plan", b"{}")], 0, 0
    while todo:
        answer = todo.pop()
        answers += 1
        assert len(answer["file-scan-tasks"]) <= 5_000
        files += len(answer["file-scan-tasks"])
        todo += [post("tasks", json.dumps({"plan-task": task}).encode()) for task in answer["plan-tasks"]]
    assert files == 10_000
    assert answers <= 4


