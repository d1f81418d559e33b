"""PyIceberg, unchanged, against the catalog server: what it does with tables beyond the basics, and views."""

import datetime

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from catalog_process import CatalogProcess
from pyiceberg.exceptions import NoSuchViewError
from pyiceberg.expressions import EqualTo
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.sorting import SortField, SortOrder
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform
from pyiceberg.types import (
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    StructType,
    TimestamptzType,
)
from pyiceberg.view.metadata import SQLViewRepresentation, ViewRepresentation, ViewVersion

SCHEMA = Schema(NestedField(1, "id", LongType(), required=True), NestedField(2, "s", StringType(), required=False),
                identifier_field_ids=[1])
ARROW = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("s", pa.string())])


def rows(first, count, text="v"):
    return pa.table({"id": range(first, first + count), "s": [text] * count}, schema=ARROW)


def ids_of(table, **scan):
    return sorted(table.scan(**scan).to_arrow()["id"].to_pylist())


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"))
    yield process.connect()
    assert process.stop() == 0


@pytest.fixture
def namespace(catalog, request):
    name = request.node.name.replace("[", "_").replace("]", "")
    catalog.create_namespace(name)
    return name


def test_upsert(catalog, namespace):
    table = catalog.create_table((namespace, "t"), SCHEMA)
    table.append(rows(0, 10))
    result = table.upsert(rows(8, 4, "new"))
    assert (result.rows_updated, result.rows_inserted) == (2, 2)
    loaded = catalog.load_table((namespace, "t"))
    assert ids_of(loaded) == list(range(12))
    assert ids_of(loaded, row_filter=EqualTo("s", "new")) == [8, 9, 10, 11]


def test_several_changes_in_one_transaction(catalog, namespace):
    table = catalog.create_table((namespace, "t"), SCHEMA)
    with table.transaction() as transaction:
        transaction.append(rows(0, 5))
        with transaction.update_schema() as update:
            update.add_column("n", IntegerType(), "a number")
        transaction.set_properties({"k": "v"})
        transaction.delete("id == 2")
    loaded = catalog.load_table((namespace, "t"))
    assert ids_of(loaded) == [0, 1, 3, 4]
    assert loaded.properties["k"] == "v" and loaded.schema().find_field("n").doc == "a number"


def test_a_transaction_that_lost_the_race_is_rebased_whole(catalog, namespace):
    catalog.create_table((namespace, "t"), SCHEMA)
    loser = catalog.load_table((namespace, "t")).transaction()
    loser.append(rows(100, 1))
    loser.set_properties({"by": "the loser"})
    with catalog.load_table((namespace, "t")).update_schema() as update:
        update.add_column("n", IntegerType())
    catalog.load_table((namespace, "t")).append(rows(0, 1).append_column("n", pa.array([1], pa.int32())))
    loser.commit_transaction()
    loaded = catalog.load_table((namespace, "t"))
    assert ids_of(loaded) == [0, 100] and loaded.properties["by"] == "the loser"
    assert [field.name for field in loaded.schema().fields] == ["id", "s", "n"]
    assert len(loaded.snapshots()) == 2


def test_partition_evolution_and_pruning(catalog, namespace):
    schema = Schema(NestedField(1, "id", LongType()), NestedField(2, "at", TimestamptzType()))
    spec = PartitionSpec(PartitionField(2, 1000, DayTransform(), "at_day"))
    order = SortOrder(SortField(1, IdentityTransform()))
    table = catalog.create_table((namespace, "t"), schema, partition_spec=spec, sort_order=order)
    day = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone.utc)

    def events(first):
        return pa.table({"id": [first, first + 1], "at": [day, day + datetime.timedelta(days=1)]},
                        schema=pa.schema([("id", pa.int64()), ("at", pa.timestamp("us", "UTC"))]))

    table.append(events(0))
    with table.update_spec() as update:
        update.remove_field("at_day")
        update.add_field("id", BucketTransform(4), "id_bucket")
    table.append(events(10))
    loaded = catalog.load_table((namespace, "t"))
    assert [field.name for field in loaded.spec().fields] == ["id_bucket"]
    assert loaded.sort_order().fields[0].source_id == 1
    assert ids_of(loaded, row_filter="at < '2026-01-02T00:00:00+00:00'") == [0, 10]
    planned = list(loaded.scan(row_filter="at >= '2026-01-02T00:00:00+00:00' and id < 10").plan_files())
    assert {file.file.spec_id for file in planned} == {0} and len(planned) == 1


def test_dynamic_partition_overwrite(catalog, namespace):
    spec = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "s"))
    table = catalog.create_table((namespace, "t"), SCHEMA, partition_spec=spec)
    table.append(pa.concat_tables([rows(0, 3, "a"), rows(10, 3, "b")]))
    table.dynamic_partition_overwrite(rows(20, 1, "b"))
    assert ids_of(catalog.load_table((namespace, "t"))) == [0, 1, 2, 20]


def test_nested_types_evolve(catalog, namespace):
    schema = Schema(
        NestedField(1, "id", LongType()),
        NestedField(2, "place", StructType(NestedField(3, "city", StringType()))),
        NestedField(4, "tags", ListType(5, StringType(), element_required=False)),
        NestedField(6, "facts", MapType(7, StringType(), 8, IntegerType(), value_required=False)))
    table = catalog.create_table((namespace, "t"), schema)
    with table.update_schema() as update:
        update.add_column(("place", "zip"), IntegerType())
        update.update_column(("facts", "value"), LongType())
        update.move_first("tags")
    table.append(pa.table({"tags": [["x"]], "id": [1], "place": [{"city": "Rome", "zip": 7}], "facts": [[("k", 2**40)]]},
                          schema=catalog.load_table((namespace, "t")).schema().as_arrow()))
    [row] = catalog.load_table((namespace, "t")).scan().to_arrow().to_pylist()
    assert row == {"tags": ["x"], "id": 1, "place": {"city": "Rome", "zip": 7}, "facts": [("k", 2**40)]}


def test_name_mapping_reads_files_without_field_ids(catalog, namespace, tmp_path):
    table = catalog.create_table((namespace, "t"), SCHEMA)
    parquet.write_table(rows(0, 3), tmp_path / "plain.parquet")
    table.add_files([f"file://{tmp_path}/plain.parquet"])
    with catalog.load_table((namespace, "t")).update_schema() as update:
        update.rename_column("s", "label")
    loaded = catalog.load_table((namespace, "t"))
    assert loaded.scan().to_arrow().to_pydict() == {"id": [0, 1, 2], "label": ["v", "v", "v"]}
    assert {field.field_id: set(field.names) for field in loaded.name_mapping().root}[2] == {"s", "label"}


def test_branch_writes_and_snapshot_expiry(catalog, namespace):
    table = catalog.create_table((namespace, "t"), SCHEMA)
    for i in range(4):
        table.append(rows(i, 1))
    first, second, *_ = [snapshot.snapshot_id for snapshot in table.snapshots()]
    table.manage_snapshots().create_tag(first, "keep").create_branch(second, "work").commit()
    table.append(rows(100, 1), branch="work")
    table.maintenance.expire_snapshots().older_than(datetime.datetime.now() + datetime.timedelta(days=1)).commit()
    loaded = catalog.load_table((namespace, "t"))
    left = {snapshot.snapshot_id for snapshot in loaded.snapshots()}
    assert first in left and second not in left and loaded.current_snapshot().snapshot_id in left
    on_branch = loaded.scan().use_ref("work").to_arrow()["id"].to_pylist()
    assert sorted(on_branch) == [0, 1, 100]
    assert ids_of(loaded, snapshot_id=first) == [0]
    assert ids_of(loaded) == [0, 1, 2, 3]


@pytest.mark.parametrize("version", ["1", "2", "3"])
def test_format_versions(catalog, namespace, version):
    table = catalog.create_table((namespace, "t"), SCHEMA, properties={"format-version": version})
    assert table.format_version == int(version)
    if version != "3":  # PyIceberg 0.12 reads the metadata of version 3 but does not write its manifests
        table.append(rows(0, 2))
        assert ids_of(catalog.load_table((namespace, "t"))) == [0, 1]
    if version == "1":
        with table.transaction() as transaction:
            transaction.upgrade_table_version(2)
        assert catalog.load_table((namespace, "t")).format_version == 2


def test_views(catalog, namespace):
    def version(sql):
        return ViewVersion(schema_id=0, default_namespace=(namespace,), representations=[
            ViewRepresentation(SQLViewRepresentation(type="sql", sql=sql, dialect="spark"))])

    created = catalog.create_view((namespace, "v"), SCHEMA, version("SELECT 1 AS id, 'x' AS s"), properties={"k": "v"})
    assert catalog.view_exists((namespace, "v")) and catalog.list_views(namespace) == [(namespace, "v")]
    loaded = catalog.load_view((namespace, "v"))
    assert loaded.uuid() == created.uuid() and loaded.properties["k"] == "v"
    assert loaded.sql_for("spark").sql == "SELECT 1 AS id, 'x' AS s"
    assert [field.name for field in loaded.schema().fields] == ["id", "s"]
    catalog.drop_view((namespace, "v"))
    assert not catalog.view_exists((namespace, "v"))
    with pytest.raises(NoSuchViewError):
        catalog.load_view((namespace, "v"))
