"""A disk that is really full: the catalog lives on a small tmpfs of its own mount namespace.

Writes fail as "not applied, try again" (503 with Retry-After), reads go on, nothing is half there, and once there is
space again everything works, also for a server that was killed while the disk was full.
"""

import errno
import json
import os
import signal
import subprocess

import pytest

from catalog_process import SERVER
from kill_workload import Connection, NAMESPACE, append_of, create_body, prepare, set_property, table_path, uuid7

SIZE_MIB = 8


class SmallDisk:
    """A tmpfs that only a process of ours and its children see; we see it below /proc."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.servers = []
        mount = f"mount -t tmpfs -o size={SIZE_MIB}m tmpfs {self.folder} && echo mounted && exec sleep infinity"
        unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
        self.keeper = subprocess.Popen([*unshare, "sh", "-c", mount], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.keeper.stdout.readline() != "mounted\n":
            pytest.skip(f"a tmpfs cannot be mounted in a namespace of its own: {self.keeper.stderr.read().strip()}")
        self.path = f"/proc/{self.keeper.pid}/root{self.folder}"
        self.enter = ["nsenter", f"--target={self.keeper.pid}", "--mount"]
        if os.geteuid() != 0:
            self.enter.insert(2, "--user")

    def fill(self):
        with open(os.path.join(self.path, "filler"), "ab", buffering=0) as filler:
            for block in (65536, 4096, 1):
                try:
                    while True:
                        filler.write(b"x" * block)
                except OSError as error:
                    assert error.errno == errno.ENOSPC

    def free(self):
        os.remove(os.path.join(self.path, "filler"))

    def files(self):
        found = [os.path.join(parent, name) for parent, _, names in os.walk(self.path + "/warehouse") for name in names]
        return sorted(path[len(self.path):] for path in found)

    def start_server(self):
        server = Server(self)
        self.servers.append(server)
        return server

    def close(self):
        for server in self.servers:
            server.kill()
        self.keeper.kill()
        self.keeper.wait()


class Server:
    def __init__(self, disk):
        command = [*disk.enter, SERVER, disk.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("PORT "), "the server did not start"
        self.port = int(line.split()[1])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def disk(tmp_path):
    disk = SmallDisk(tmp_path)
    yield disk
    disk.close()


def commit(connection, value, key=None):
    """Status, and the whole answer where it is no success."""
    body = {"requirements": [], "updates": [set_property(value)]}
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
            assert headers["Retry-After"] and b"free space" in body, body
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
    assert server.process.wait(timeout=30) == 0
