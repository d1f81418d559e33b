"""Writers that append to one table at once with PyIceberg, each trying only once: the server puts their snapshots in a row."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from catalog_process import CatalogProcess
from postgres_process import PostgresProcess, programs
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField

SCHEMA = Schema(NestedField(1, "id", LongType(), required=False))
ENABLED = "lifeboat.append-rebase.enabled"
WRITERS, ROUNDS, ROWS = 32, 4, 10


def one_try(**properties):
    return {"commit.retry.num-retries": "0"} | properties


def rows_of(writer, round_number):
    first = (round_number * WRITERS + writer) * ROWS
    return range(first, first + ROWS)


def race(catalogs, identifier, rounds=ROUNDS):
    """Each writer loads the table and, when all of them have, appends to it. Returns the rows acknowledged and the refusals."""
    loaded = threading.Barrier(WRITERS)

    def write(writer):
        acknowledged, refused = [], 0
        for round_number in range(rounds):
            table = catalogs[writer % len(catalogs)].load_table(identifier)
            loaded.wait(600)
            rows = rows_of(writer, round_number)
            try:
                table.append(pa.table({"id": list(rows)}), snapshot_properties={"writer": str(writer)})
                acknowledged += rows
            except CommitFailedException:
                refused += 1
        return acknowledged, refused

    with ThreadPoolExecutor(WRITERS) as pool:
        reports = list(pool.map(write, range(WRITERS)))
    return sorted(row for rows, _ in reports for row in rows), sum(refused for _, refused in reports)


def check(table, acknowledged):
    """The table holds the rows acknowledged, each once, and its history is one line."""
    assert sorted(table.scan().to_arrow()["id"].to_pylist()) == acknowledged
    history = []
    snapshot = table.current_snapshot()
    while snapshot:
        history.append(snapshot)
        snapshot = table.snapshot_by_id(snapshot.parent_snapshot_id) if snapshot.parent_snapshot_id else None
    history.reverse()
    assert len(history) == len(table.snapshots()) == len(acknowledged) // ROWS
    if table.format_version > 1:
        assert [snapshot.sequence_number for snapshot in history] == list(range(1, len(history) + 1))
    assert [int(snapshot.summary["total-records"]) for snapshot in history] == [
        ROWS * (i + 1) for i in range(len(history))]
    assert all(snapshot.summary["added-records"] == str(ROWS) and "writer" in snapshot.summary.additional_properties
               for snapshot in history)
    times = [snapshot.timestamp_ms for snapshot in history]
    assert times == sorted(times)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"))
    yield process
    assert process.stop() == 0


@pytest.fixture(scope="module")
def catalog(server):
    catalog = server.connect()
    catalog.create_namespace("n")
    return catalog


@pytest.mark.parametrize("version", ["1", "2"])
def test_every_append_succeeds_at_its_first_try(catalog, version):
    identifier = ("n", f"racing_v{version}")
    catalog.create_table(identifier, SCHEMA, properties=one_try(**{ENABLED: "true", "format-version": version}))
    acknowledged, refused = race([catalog], identifier)
    assert refused == 0
    assert len(acknowledged) == WRITERS * ROUNDS * ROWS
    check(catalog.load_table(identifier), acknowledged)


def test_without_the_property_a_head_that_moved_is_a_conflict(catalog):
    identifier = ("n", "strict")
    catalog.create_table(identifier, SCHEMA, properties=one_try())
    acknowledged, refused = race([catalog], identifier, rounds=1)
    assert refused == WRITERS - 1, "all were made on the same version"
    check(catalog.load_table(identifier), acknowledged)


def test_a_rewrite_in_between_is_kept(catalog):
    identifier = ("n", "rewritten")
    catalog.create_table(identifier, SCHEMA, properties=one_try(**{ENABLED: "true"}))
    catalog.load_table(identifier).append(pa.table({"id": list(range(100))}))
    stale = [catalog.load_table(identifier) for _ in range(3)]
    catalog.load_table(identifier).delete("id < 40")
    with catalog.load_table(identifier).update_schema() as update:
        update.add_column("more", LongType())
    stale[0].append(pa.table({"id": [1000]}))
    catalog.load_table(identifier).overwrite(pa.table({"id": [2000], "more": [1]}), overwrite_filter="id < 90")
    stale[1].append(pa.table({"id": [3000]}))
    with pytest.raises(CommitFailedException):
        stale[2].delete("id = 95")
    table = catalog.load_table(identifier)
    assert sorted(table.scan().to_arrow()["id"].to_pylist()) == [*range(90, 100), 1000, 2000, 3000]
    assert table.current_snapshot().schema_id == table.schema().schema_id


@pytest.mark.skipif(not programs(), reason="there is no PostgreSQL here")
def test_two_servers_over_one_database(tmp_path):
    postgres = PostgresProcess()
    servers = []
    try:
        servers += [CatalogProcess(tmp_path, store=postgres.uri) for _ in range(2)]
        catalogs = [server.connect() for server in servers]
        catalogs[0].create_namespace("n")
        catalogs[0].create_table(("n", "t"), SCHEMA, properties=one_try(**{ENABLED: "true"}))
        acknowledged, refused = race(catalogs, ("n", "t"), rounds=2)
        assert refused == 0
        check(catalogs[1].load_table(("n", "t")), acknowledged)
    finally:
        for server in servers:
            server.stop()
        postgres.stop()
