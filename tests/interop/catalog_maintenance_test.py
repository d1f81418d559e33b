"""lifeboat maintain beside PyIceberg, and purges that are cut off by SIGKILL."""

import json
import os
import signal
import subprocess
import time
import urllib.request

import pyarrow as pa
import pytest
from pyiceberg.catalog import Catalog, load_catalog
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField
from reserved_port import ReservedPort

LIFEBOAT = os.environ.get("LIFEBOAT_BINARY", "build/dev/lifeboat")
SCHEMA = Schema(NestedField(1, "id", LongType(), required=False))
LIMIT_SECONDS = 120


def rows(first, count):
    return pa.table({"id": list(range(first, first + count))})


def ids_of(table, **scan):
    return sorted(table.scan(**scan).to_arrow()["id"].to_pylist())


def files_below(location):
    folder = location.removeprefix("file://")
    return {os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names}


class Server:
    """`lifeboat server` with a catalog and a sink of its change log."""

    def __init__(self, folder):
        self.reserved = ReservedPort()
        self.uri = f"http://127.0.0.1:{self.reserved.number}"
        self.config = os.path.join(folder, "server.toml")
        self.log = os.path.join(folder, "server.log")
        with open(self.config, "w") as file:
            file.write(
                f'[catalog]\nport = {self.uri.rsplit(":", 1)[1]}\nstore = "{folder}/store/catalog.db"\n'
                f'location = "file://{folder}/lake"\nallow_anonymous = true\nchange_log_max_entries = 0\n'
                f'[[catalog.sinks]]\nname = "audit"\nkind = "json-lines"\npath = "{folder}/changes.jsonl"\n'
            )
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([LIFEBOAT, "server", "--config", self.config], stdout=log, stderr=log)
        deadline = time.monotonic() + LIMIT_SECONDS
        while True:
            try:
                self.get("/healthz")
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < deadline, open(self.log).read()
                time.sleep(0.02)

    def restart_keeping_one_entry(self):
        """The server trims its log when it starts: then nothing but the last entry holds files back."""
        self.end(signal.SIGTERM)
        with open(self.config) as file:
            text = file.read()
        with open(self.config, "w") as file:
            file.write(text.replace("change_log_max_entries = 0", "change_log_max_entries = 1"))
        self.start()
        self.wait_until(lambda: json.loads(self.get("/lifeboat/v1/changes?after=999999"))["first-position"] > 1)

    def get(self, path):
        with urllib.request.urlopen(self.uri + path, timeout=LIMIT_SECONDS) as answer:
            return answer.read()

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(timeout=LIMIT_SECONDS)

    def wait_until(self, condition, pause_seconds=0.02):
        deadline = time.monotonic() + LIMIT_SECONDS
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(pause_seconds)

    def maintain(self, *arguments):
        done = subprocess.run(
            [LIFEBOAT, "maintain", *arguments, "--catalog-uri", self.uri, "--json"], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def server(tmp_path):
    server = Server(str(tmp_path))
    yield server
    if server.process.poll() is None:
        server.end(signal.SIGTERM)


@pytest.fixture
def catalog(server):
    catalog = load_catalog("lifeboat", type="rest", uri=server.uri, warehouse="lake")
    catalog.create_namespace("n")
    return catalog


def test_pyiceberg_reads_what_expiry_and_orphan_removal_leave(server, catalog):
    table = catalog.create_table("n.t", SCHEMA)
    neighbour = catalog.create_table("n.neighbour", SCHEMA)
    neighbour.append(rows(0, 3))
    for i in range(6):
        table.append(rows(i * 10, 10))
        if i == 2:
            table.manage_snapshots().create_tag(table.current_snapshot().snapshot_id, "keep").commit()
        table.delete(f"id == {i * 10 + 3}")
    shown = ids_of(table)
    tagged = ids_of(table, snapshot_id=table.refs()["keep"].snapshot_id)
    orphan = os.path.join(table.location().removeprefix("file://"), "data", "left-by-a-killed-writer.parquet")
    with open(orphan, "wb") as file:
        file.write(b"x" * 100)
    before = files_below(table.location())
    others = files_below(neighbour.location())

    would = server.maintain("expire-snapshots", "n.t", "--max-age", "0", "--retain-last", "1", "--dry-run")
    expired = server.maintain("expire-snapshots", "n.t", "--max-age", "0", "--retain-last", "1")
    assert expired["expired_snapshots"] == would["expired_snapshots"]
    assert expired["snapshots_left"] == 2
    assert expired["kept_for_change_log"] > 0 and expired["files"]["deleted"] == 0
    server.restart_keeping_one_entry()
    listed = server.maintain("remove-orphans", "--all", "--older-than", "0", "--dry-run")
    assert "file://" + orphan in listed["orphans"]
    assert os.path.exists(orphan)
    removed = server.maintain("remove-orphans", "--all", "--older-than", "0")
    assert removed["orphans"] == listed["orphans"]
    assert not os.path.exists(orphan)
    assert server.maintain("remove-orphans", "--all", "--older-than", "0")["orphans"] == []

    table = catalog.load_table("n.t")
    assert ids_of(table) == shown
    assert ids_of(table, snapshot_id=table.refs()["keep"].snapshot_id) == tagged
    left = files_below(table.location())
    assert len(left) < len(before)
    assert files_below(neighbour.location()) == others
    # Nothing is left that no snapshot shows.
    data_files = {path for path in left if path.endswith(".parquet")}
    reachable = {
        file.file.file_path.removeprefix("file://")
        for snapshot in table.metadata.snapshots
        for file in table.scan(snapshot_id=snapshot.snapshot_id).plan_files()
    }
    assert data_files == reachable
    table.append(rows(1000, 5))
    assert ids_of(catalog.load_table("n.t")) == sorted(shown + list(range(1000, 1005)))


def test_without_options_tables_expire_by_their_own_properties(server, catalog):
    catalog.create_namespace("n.inner")
    own = {"history.expire.max-snapshot-age-ms": "1", "history.expire.min-snapshots-to-keep": "2"}
    names = {"n.strict": own, "n.inner.strict": own, "n.default": {}}
    for name, properties in names.items():
        table = catalog.create_table(name, SCHEMA, properties=properties)
        for i in range(5):
            table.append(rows(i, 1))
        with table.manage_snapshots() as manage:
            first = table.metadata.snapshots[0].snapshot_id
            manage.create_branch(first, "old", min_snapshots_to_keep=1).create_tag(first, "keep")
    catalog.create_namespace("elsewhere")
    elsewhere = catalog.create_table("elsewhere.strict", SCHEMA, properties=own)
    elsewhere.append(rows(0, 1))
    elsewhere.append(rows(1, 1))
    elsewhere.append(rows(2, 1))

    done = subprocess.run(
        [LIFEBOAT, "maintain", "expire-snapshots", "--namespace", "n", "--catalog-uri", server.uri, "--json"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    left = {line["table"]: line["snapshots_left"] for line in map(json.loads, done.stdout.splitlines())}
    assert sorted(left.values()) == [3, 3, 5] and len(left) == 3, "two, and what a branch and a tag name"
    for name in names:
        table = catalog.load_table(name)
        assert ids_of(table) == list(range(5))
        assert ids_of(table, snapshot_id=table.refs()["keep"].snapshot_id) == [0]
    assert len(elsewhere.refresh().metadata.snapshots) == 3


def test_old_metadata_files_go_with_the_change_log(server, catalog, monkeypatch):
    # PyIceberg deletes such files itself, without a look at the change log; here the server has to.
    monkeypatch.setattr(Catalog, "_delete_old_metadata", staticmethod(lambda io, base, metadata: None))
    properties = {"write.metadata.delete-after-commit.enabled": "true", "write.metadata.previous-versions-max": "3"}
    table = catalog.create_table("n.t", SCHEMA, properties=properties)
    for i in range(20):
        table.append(rows(i, 1))

    def metadata_files():
        return {path for path in files_below(table.location()) if path.endswith(".metadata.json")}

    assert len(metadata_files()) == 21, "the change log names them all"
    server.restart_keeping_one_entry()
    server.wait_until(lambda: len(metadata_files()) <= 5)
    table = catalog.load_table("n.t")
    needed = {table.metadata_location, *(entry.metadata_file for entry in table.metadata.metadata_log)}
    assert len(needed) == 4
    assert {path.removeprefix("file://") for path in needed} <= metadata_files()
    assert ids_of(table) == list(range(20))
    for i in range(20, 30):
        table.append(rows(i, 1))
    # The trimming of the log goes on as its entries come.
    server.restart_keeping_one_entry()
    server.wait_until(lambda: len(metadata_files()) <= 5)
    assert ids_of(catalog.load_table("n.t")) == list(range(30))
    # At most the file that the commit of the one entry left has dropped.
    assert len(server.maintain("remove-orphans", "--all", "--older-than", "0", "--dry-run")["orphans"]) <= 1


def append_links(table, count):
    """Appends `count` files that are links to one, which stays outside: its link count tells how many are left."""
    table.append(rows(0, 1))
    (first,) = [task.file for task in table.scan().plan_files()]
    path = first.file_path.removeprefix("file://")
    outside = os.path.join(os.path.dirname(os.path.dirname(path)), "outside.parquet")
    os.link(path, outside)
    with table.transaction() as transaction, transaction.update_snapshot().fast_append() as append:
        for i in range(count):
            link = path.replace(".parquet", f"-{i}.parquet")
            os.link(outside, link)
            append.append_data_file(
                DataFile.from_args(
                    content=first.content,
                    file_path="file://" + link,
                    file_format=first.file_format,
                    partition=first.partition,
                    record_count=first.record_count,
                    file_size_in_bytes=first.file_size_in_bytes,
                )
            )
    return outside


def test_a_purge_goes_on_after_sigkill(server, catalog):
    keep = catalog.create_table("n.keep", SCHEMA)
    keep.append(rows(0, 7))
    kept = files_below(keep.location())
    cut_off = False
    for attempt in range(10):
        table = catalog.create_table(f"n.t{attempt}", SCHEMA)
        outside = append_links(table, 10_000)
        files = os.stat(outside).st_nlink
        catalog.purge_table(f"n.t{attempt}")
        server.wait_until(lambda: os.stat(outside).st_nlink < files, pause_seconds=0)
        server.end(signal.SIGKILL)
        # Only on a machine that kept this process waiting is the purge at its end already.
        cut_off = os.stat(outside).st_nlink > 1
        server.start()
        server.wait_until(lambda: files_below(table.location()) == {outside})
        job = [job for job in server.maintain("purge-status")["jobs"] if job["name"] == f"t{attempt}"]
        assert len(job) == 1, "the drop and its job are one transaction"
        if cut_off:
            break
    assert cut_off, "no kill fell into a purge"
    assert files_below(keep.location()) == kept
    assert ids_of(catalog.load_table("n.keep")) == list(range(7))
    # The sink beside it has every entry once, in order, whatever was killed.
    last = json.loads(server.get("/lifeboat/v1/changes?after=999999"))["last-position"]
    sink = server.config.replace("server.toml", "changes.jsonl")

    def positions():
        with open(sink) as file:
            return [json.loads(line)["position"] for line in file if line.endswith("\n")]

    server.wait_until(lambda: positions()[-1] >= last)
    assert positions() == list(range(1, positions()[-1] + 1))
