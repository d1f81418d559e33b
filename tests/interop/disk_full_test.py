"""A disk that is full: the catalog lives on a small tmpfs of its own mount namespace; and, also where none can be had, its
process may not make any file longer.

Writes fail as "not applied, try again" (503 with Retry-After), reads go on, nothing is half there, and once there is
space again everything works, also for a server that was killed while the disk was full.
"""

import json
import os
import random
import resource
import signal
import subprocess
import time

import pytest

from catalog_process import SERVER, CatalogProcess
from kill_workload import Connection, NAMESPACE, append_of, create_body, prepare, set_property, table_path, uuid7
from postgres_process import PostgresProcess, programs
from small_disk import SmallDisk

SIZE_MIB = 8


class Room:
    """Where the server has its folder, and how much it may write there. We see the folder at `path`."""

    def __init__(self, folder, path, enter=(), **options):
        self.folder, self.path, self.enter, self.options = str(folder), str(path), list(enter), options
        self.servers = []

    def files(self):
        found = [os.path.join(parent, name) for parent, _, names in os.walk(self.path + "/warehouse") for name in names]
        return sorted(path[len(self.path):] for path in found)

    def start_server(self):
        self.servers.append(Server(self))
        return self.servers[-1]

    def close(self):
        for server in self.servers:
            server.kill()


class RoomOnASmallDisk(Room):
    said = b"free space"

    def __init__(self, folder):
        self.disk = SmallDisk(folder, SIZE_MIB)
        self.fill, self.free = self.disk.fill, self.disk.free
        super().__init__(folder, self.disk.path, self.disk.enter)

    def close(self):
        super().close()
        self.disk.close()


class RoomWithALimit(Room):
    """Stands in for a small disk: while it is "full", the limit on the length of files is 0 for the server's process."""

    said = b"file size limit"

    def __init__(self, folder):
        # A process that is told of the limit by a signal would die of it; Python ignores the signal, and with this
        # option its children inherit that.
        super().__init__(folder, folder, restore_signals=False)

    def limit(self, length):
        for server in self.servers:
            if server.process.poll() is None:
                hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]
                resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard if length is None else length, hard))

    def fill(self):
        self.limit(0)

    def free(self):
        self.limit(None)


class Server:
    def __init__(self, disk):
        command = [*disk.enter, SERVER, disk.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                        **disk.options)
        line = self.process.stdout.readline()
        assert line.startswith("PORT "), "the server did not start"
        self.port = int(line.split()[1])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture(params=[RoomOnASmallDisk, RoomWithALimit])
def disk(request, tmp_path):
    disk = request.param(tmp_path)
    yield disk
    disk.close()


def commit(connection, value, key=None, filler=""):
    """Status, headers and body of the answer."""
    update = set_property(value)
    if filler:
        update["updates"]["filler"] = filler
    body = {"requirements": [], "updates": [update]}
    connection.http.request("POST", table_path("shared"), json.dumps(body), {"Idempotency-Key": key} if key else {})
    response = connection.http.getresponse()
    return response.status, dict(response.getheaders()), response.read()


def commits(connection):
    status, loaded = connection.call("GET", table_path("shared"))
    assert status == 200
    return {k[len("commit-"):] for k in loaded["metadata"]["properties"] if k.startswith("commit-")}


def log_length(connection):
    return connection.call("GET", "/lifeboat/v1/changes?after=0")[1]["last-position"]


def test_a_full_disk(disk):
    server = disk.start_server()
    prepare(server.port)
    connection = Connection(server.port)
    assert commit(connection, "before")[0] == 200

    disk.fill()
    files, length = disk.files(), log_length(connection)
    keys = {f"full-{i}": uuid7() for i in range(20)}
    done = {"before"}
    for value, key in keys.items():
        status, headers, body = commit(connection, value, key)
        assert status in (200, 503), (status, body)  # a little room may be left in pages the store owns
        if status == 200:
            done.add(value)
        else:
            assert headers["Retry-After"] and disk.said in body, body
    assert len(done) < len(keys), "the disk was not full"
    for path, body in ((f"/v1/namespaces/{NAMESPACE}/tables", create_body("t-new")), ("/v1/namespaces", {"namespace": ["m"]})):
        assert connection.call("POST", path, body)[0] in (200, 503)
    assert commits(connection) == done, "reads go on"
    if done == {"before"}:
        assert [f for f in disk.files() if ".metadata.json" in f] == [f for f in files if ".metadata.json" in f]

    server.kill()  # and it starts again once there is space
    disk.free()
    server = disk.start_server()
    connection = Connection(server.port)
    assert commits(connection) == done and log_length(connection) >= length
    for value, key in keys.items():
        assert commit(connection, value, key)[0] == 200
    metadata = connection.call("GET", table_path("shared"))[1]["metadata"]
    assert connection.call("POST", table_path("shared"), append_of(metadata, "append"))[0] == 200
    assert commits(connection) == {"before", *keys}
    server.kill()


def test_the_same_server_goes_on_when_there_is_space_again(disk):
    server = disk.start_server()
    prepare(server.port)
    connection = Connection(server.port)
    for i in range(3):
        disk.fill()
        for j in range(5):
            assert commit(connection, f"{i}-{j}", None)[0] in (200, 503)
        disk.free()
        assert commit(connection, f"{i}-after")[0] == 200
    assert {f"{i}-after" for i in range(3)} <= commits(connection)
    server.process.terminate()
    assert server.process.wait(timeout=120) == 0


@pytest.mark.skipif(programs() is None or os.geteuid() != 0, reason="PostgreSQL on a small disk takes root, and PostgreSQL")
def test_a_full_disk_below_postgresql(tmp_path):
    """The database stops at what it cannot write, crashes where that is its log, and the catalog outlives both."""
    postgres = PostgresProcess(disk_mib=160)
    server = CatalogProcess(tmp_path, client=None, store=postgres.uri)
    prepare(server.port)
    connection = Connection(server.port)
    assert commit(connection, "before")[0] == 200
    postgres.disk.fill()
    done, refused = {"before"}, 0
    for i in range(1000):
        status, headers, body = commit(connection, f"full-{i}", filler=random.randbytes(100_000).hex())
        assert status in (200, 503), (status, body)
        if status == 200:
            done.add(f"full-{i}")
        else:
            assert headers["Retry-After"], headers
            refused += 1
        if refused == 20:
            break
    assert refused == 20, "the disk was not full"
    postgres.disk.free()
    if postgres.process.poll() is not None:
        postgres.start()
    deadline = time.monotonic() + 120
    while commit(connection, "after")[0] != 200:
        assert time.monotonic() < deadline, "the catalog does not recover"
        time.sleep(0.05)
    assert commits(connection) == done | {"after"}
    assert log_length(connection) == len(done | {"after"}) + 2  # the namespace, the table and every commit, once
    assert server.stop() == 0
    postgres.stop()
