"""PyIceberg, unchanged, against the catalog server."""

import json
import os
import threading
import time
import urllib.error
import urllib.request

import pyarrow as pa
import pytest
from catalog_process import CatalogProcess
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceAlreadyExistsError,
    NamespaceNotEmptyError,
    NoSuchNamespaceError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DoubleType, LongType, NestedField, StringType

SCHEMA = Schema(
    NestedField(1, "id", LongType(), required=False),
    NestedField(2, "region", StringType(), required=False),
    NestedField(3, "amount", DoubleType(), required=False),
)


def rows(first, count, region="EU"):
    ids = list(range(first, first + count))
    return pa.table({"id": ids, "region": [region] * count, "amount": [float(i) for i in ids]})


def ids_of(table, **scan):
    return sorted(table.scan(**scan).to_arrow()["id"].to_pylist())


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"))
    yield process
    assert process.stop() == 0


@pytest.fixture(scope="module")
def catalog(server):
    return server.connect()


@pytest.fixture
def namespace(catalog, request):
    name = request.node.name.replace("[", "_").replace("]", "")
    catalog.create_namespace(name)
    return name


def test_namespaces(server, catalog):
    # Where its tables go is always told, also where nobody set it.
    location = {"location": f"file://{server.folder}/warehouse/plain"}
    catalog.create_namespace("plain", {"owner": "me"})
    with pytest.raises(NamespaceAlreadyExistsError):
        catalog.create_namespace("plain")
    catalog.create_namespace(("plain", "nested.dot"))
    assert ("plain",) in catalog.list_namespaces()
    assert catalog.list_namespaces("plain") == [("plain", "nested.dot")]
    assert catalog.load_namespace_properties("plain") == {"owner": "me"} | location
    summary = catalog.update_namespace_properties("plain", removals={"owner", "nothing"}, updates={"a": "b"})
    assert (summary.updated, summary.removed, summary.missing) == (["a"], ["owner"], ["nothing"])
    assert catalog.load_namespace_properties("plain") == {"a": "b"} | location
    assert catalog.namespace_exists("plain")
    with pytest.raises(NamespaceNotEmptyError):
        catalog.drop_namespace("plain")
    catalog.drop_namespace(("plain", "nested.dot"))
    catalog.drop_namespace("plain")
    assert not catalog.namespace_exists("plain")
    with pytest.raises(NoSuchNamespaceError):
        catalog.drop_namespace("plain")
    with pytest.raises(NoSuchNamespaceError):
        catalog.list_tables("plain")


def test_create_list_rename_drop(catalog, namespace):
    catalog.create_table((namespace, "t"), SCHEMA, properties={"k": "v"})
    with pytest.raises(TableAlreadyExistsError):
        catalog.create_table((namespace, "t"), SCHEMA)
    with pytest.raises(NoSuchNamespaceError):
        catalog.create_table(("not_there", "t"), SCHEMA)
    assert catalog.list_tables(namespace) == [(namespace, "t")]
    table = catalog.load_table((namespace, "t"))
    assert table.schema().as_struct() == SCHEMA.as_struct()
    assert table.properties["k"] == "v"
    table.append(rows(0, 3))

    catalog.create_table((namespace, "taken"), SCHEMA)
    with pytest.raises(TableAlreadyExistsError):
        catalog.rename_table((namespace, "t"), (namespace, "taken"))
    renamed = catalog.rename_table((namespace, "t"), (namespace, "moved"))
    assert ids_of(renamed) == [0, 1, 2]
    assert not catalog.table_exists((namespace, "t"))
    assert catalog.table_exists((namespace, "moved"))
    with pytest.raises(NoSuchTableError):
        catalog.load_table((namespace, "t"))
    with pytest.raises(NoSuchTableError):
        catalog.rename_table((namespace, "t"), (namespace, "other"))

    with pytest.raises(NamespaceNotEmptyError):
        catalog.drop_namespace(namespace)
    catalog.drop_table((namespace, "moved"))
    with pytest.raises(NoSuchTableError):
        catalog.drop_table((namespace, "moved"))
    # A new table of the name starts empty, away from the dropped one's files.
    anew = catalog.create_table((namespace, "t"), SCHEMA)
    assert anew.location() != table.location()
    assert ids_of(anew) == []


def test_append_overwrite_delete_and_time_travel(catalog, namespace):
    table = catalog.create_table((namespace, "t"), SCHEMA)
    assert table.current_snapshot() is None
    table.append(rows(0, 10))
    first = table.current_snapshot().snapshot_id
    table.append(rows(10, 10, "US"))
    table.delete("id < 5")
    table.overwrite(rows(100, 2), overwrite_filter="region = 'US'")
    loaded = catalog.load_table((namespace, "t"))
    assert ids_of(loaded) == [5, 6, 7, 8, 9, 100, 101]
    assert ids_of(loaded, snapshot_id=first) == list(range(10))
    assert ids_of(loaded, row_filter="region == 'EU' and id > 7") == [8, 9, 100, 101]
    loaded.manage_snapshots().create_tag(first, "start").create_branch(first, "audit").commit()
    refs = catalog.load_table((namespace, "t")).refs()
    assert refs["start"].snapshot_id == first and refs["audit"].snapshot_id == first


def test_partitions_and_schema_evolution(catalog, namespace):
    spec = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "region"))
    table = catalog.create_table((namespace, "t"), SCHEMA, partition_spec=spec)
    table.append(pa.concat_tables([rows(0, 5, "EU"), rows(5, 5, "US")]))
    with table.update_schema() as update:
        update.add_column("note", StringType())
        update.rename_column("amount", "amount_usd")
    with table.update_spec() as update:
        update.add_identity("note")
    wide = rows(10, 1).rename_columns(["id", "region", "amount_usd"]).append_column("note", pa.array(["n"]))
    table.append(wide)
    loaded = catalog.load_table((namespace, "t"))
    assert [f.name for f in loaded.schema().fields] == ["id", "region", "amount_usd", "note"]
    assert len(loaded.specs()) == 2
    assert ids_of(loaded, row_filter="region == 'US'") == [5, 6, 7, 8, 9]
    assert ids_of(loaded, row_filter="note == 'n'") == [10]
    with loaded.transaction() as transaction:
        transaction.set_properties({"a": "1", "b": "2"})
        transaction.remove_properties("a")
    assert "a" not in catalog.load_table((namespace, "t")).properties


def test_staged_create(catalog, namespace):
    with catalog.create_table_transaction((namespace, "t"), SCHEMA) as transaction:
        assert not catalog.table_exists((namespace, "t"))
        transaction.append(rows(0, 4))
    assert ids_of(catalog.load_table((namespace, "t"))) == [0, 1, 2, 3]
    with pytest.raises((TableAlreadyExistsError, CommitFailedException)):
        with catalog.create_table_transaction((namespace, "t"), SCHEMA) as transaction:
            transaction.append(rows(0, 1))


def files_below(location):
    folder = location.removeprefix("file://")
    return [os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names]


def test_purge_deletes_every_file_of_the_table_and_no_other(catalog, namespace):
    table = catalog.create_table((namespace, "t"), SCHEMA)
    other = catalog.create_table((namespace, "other"), SCHEMA)
    for i in range(3):
        table.append(rows(i * 10, 10))
        other.append(rows(i * 10, 10))
    table.delete("id == 4")
    assert len(files_below(table.location())) > 10
    kept = sorted(files_below(other.location()))
    catalog.purge_table((namespace, "t"))
    deadline = time.monotonic() + 120
    while files_below(table.location()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert files_below(table.location()) == []
    assert sorted(files_below(other.location())) == kept
    assert ids_of(catalog.load_table((namespace, "other"))) == list(range(30))


def test_register_table(catalog, namespace):
    table = catalog.create_table((namespace, "t"), SCHEMA)
    table.append(rows(0, 4))
    location = table.metadata_location
    with pytest.raises(TableAlreadyExistsError):
        catalog.register_table((namespace, "t"), location)
    catalog.drop_table((namespace, "t"))
    registered = catalog.register_table((namespace, "again"), location)
    assert ids_of(registered) == [0, 1, 2, 3]
    registered.append(rows(4, 1))
    assert ids_of(catalog.load_table((namespace, "again"))) == [0, 1, 2, 3, 4]


def test_stale_writer_is_told_of_the_conflict(catalog, namespace):
    catalog.create_table((namespace, "t"), SCHEMA)
    stale = catalog.load_table((namespace, "t"))
    stale_transaction = stale.transaction()
    stale_transaction.update_schema().add_column("x", LongType()).commit()
    with catalog.load_table((namespace, "t")).update_schema() as update:
        update.add_column("y", LongType())
    with pytest.raises(CommitFailedException):
        stale_transaction.commit_transaction()


def test_concurrent_appends_to_one_table_all_land(server, catalog, namespace):
    catalog.create_table((namespace, "t"), SCHEMA, properties={"commit.retry.num-retries": "20"})
    failures = []

    def work(writer):
        own = server.connect()
        for i in range(4):
            for _ in range(100):
                try:
                    own.load_table((namespace, "t")).append(rows(writer * 100 + i, 1))
                    break
                except CommitFailedException:
                    continue
            else:
                failures.append((writer, i))

    threads = [threading.Thread(target=work, args=(w,)) for w in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert ids_of(catalog.load_table((namespace, "t"))) == sorted(w * 100 + i for w in range(4) for i in range(4))


def test_wrong_credentials_are_refused(server):
    for credential in ("tester:wrong", "nobody:a secret & more"):
        with pytest.raises(Exception) as refused:
            server.connect(credential=credential)
        assert "401" in str(refused.value) or "Unauthorized" in str(refused.value) or "invalid_client" in str(refused.value)
    for header in ({}, {"Authorization": "Bearer abc.def.ghi"}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(server.uri + "/v1/namespaces", headers=header))
        assert refused.value.code == 401
        assert json.load(refused.value)["error"]["type"] == "NotAuthorizedException"


def test_everything_is_there_after_a_restart(tmp_path):
    server = CatalogProcess(tmp_path)
    catalog = server.connect()
    catalog.create_namespace("n")
    catalog.create_table(("n", "t"), SCHEMA).append(rows(0, 5))
    assert server.stop() == 0
    server.start()
    # The client's token still holds: it is signed, not remembered.
    assert ids_of(catalog.load_table(("n", "t"))) == [0, 1, 2, 3, 4]
    assert server.stop() == 0
