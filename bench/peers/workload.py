"""What every catalog is given and asked: the tables, the requests, and the programs that send them (wrk, commit_load)."""

import json
import os
import subprocess
import time
from pathlib import Path

from peer_servers import exchange

SMALL_BYTES = 3_000
LARGE_SNAPSHOTS = 10_000  # about 5 MB of metadata
CLIENTS_MAX = 32
CONNECTIONS = 8

SCHEMA = {"type": "struct", "schema-id": 0, "fields": [
    {"id": i + 1, "name": name, "required": False, "type": kind}
    for i, (name, kind) in enumerate([("id", "long"), ("customer", "string"), ("amount", "double"), ("day", "date"),
                                      ("created", "timestamptz"), ("region", "string"), ("active", "boolean")])]}


def create_table(server, name, properties=None):
    return server.request("POST", "/namespaces/bench/tables",
                          {"name": name, "schema": SCHEMA, "stage-create": False, "properties": properties or {}})


def commit(server, name, updates):
    uuid = server.request("GET", f"/namespaces/bench/tables/{name}")["metadata"]["table-uuid"]
    server.request("POST", f"/namespaces/bench/tables/{name}",
                   {"requirements": [{"type": "assert-table-uuid", "uuid": uuid}], "updates": updates})


def body_of(server, table):
    return exchange(server.port, "GET", server.table_path(table))[2]


def snapshots(first, count, location):
    """Updates that append `count` snapshots, the last of them current."""
    now = int(time.time() * 1000)
    updates = []
    for i in range(count):
        number = first + i
        summary = {"operation": "append", "added-data-files": "4", "added-records": "100000", "added-files-size": "12345678",
                   "changed-partition-count": "1", "total-records": str(100_000 * number), "total-data-files": str(4 * number)}
        snapshot = {"snapshot-id": 10**18 + number, "sequence-number": number, "timestamp-ms": now + i, "schema-id": 0,
                    "manifest-list": f"{location}/metadata/snap-{10**18 + number}-1-0f6d3c2a.avro", "summary": summary}
        if number > 1:
            snapshot["parent-snapshot-id"] = 10**18 + number - 1
        updates.append({"action": "add-snapshot", "snapshot": snapshot})
    updates.append({"action": "set-snapshot-ref", "ref-name": "main", "type": "branch",
                    "snapshot-id": 10**18 + first + count - 1})
    return updates


def prepare(server):
    """Namespace `bench`: t0 … t31 and one0 for commits, small and, where old snapshots are handed out, large for reads."""
    server.request("POST", "/namespaces", {"namespace": ["bench"], "properties": {}})
    for i in range(CLIENTS_MAX):
        create_table(server, f"t{i}")
    create_table(server, "one0")
    create_table(server, "small")
    padding = 0
    for _ in range(2):  # the first commit also adds an entry to the metadata log
        padding = max(1, padding + SMALL_BYTES - len(body_of(server, "small")))
        commit(server, "small", [{"action": "set-properties", "updates": {"padding": "x" * padding}}])
    if server.holds_all_snapshots:
        location = create_table(server, "large")["metadata"]["location"]
        commit(server, "large", snapshots(1, LARGE_SNAPSHOTS, location))


def etag_answered_304(server, path):
    """The ETag that gets 304 from this server, or nothing."""
    etag = exchange(server.port, "GET", path)[1].get("ETag")
    if etag and exchange(server.port, "GET", path, headers={"If-None-Match": etag})[0] == 304:
        return etag
    return None


def read_load(server, path, seconds, headers=None):
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-s",
               str(Path(__file__).parent / "wrk_report.lua")]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run([*command, f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True)
    report = json.loads(done.stdout.strip().splitlines()[-1])
    report["valid"] = report["refused"] == 0 and report["broken"] == 0
    return report


def append_load(tools, server, clients, seconds):
    """Independent appends to a new table, each sent once. Valid if 99 % of them succeed: what is refused is the result."""
    name = f"appended{time.monotonic_ns()}n"
    create_table(server, name + "0", {"lifeboat.append-rebase.enabled": "true"})
    report = commit_load(tools, server, name, 1, clients, seconds, "--append", "1")
    report["valid"] = report["broken"] == 0 and report["success"] >= 0.99
    return report


def commit_load(tools, server, table, count, clients, seconds, *more):
    done = subprocess.run([str(tools.build / "bin/commit_load"), "--port", str(server.port), "--tables",
                           server.table_path(table), "--count", str(count), "--clients", str(clients), "--seconds", str(seconds),
                           *more],
                          capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    report["valid"] = report["broken"] == 0 and set(report["answers"]) == {"200"}
    return report


def durable_writes_per_second(folder, seconds=1.0, size=12_288):
    """What the disk allows a program that waits for each write: the limit of commits without group commit."""
    path = Path(folder) / "disk-probe"
    block, count = b"x" * size, 0
    with open(path, "wb", buffering=0) as file:
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            file.write(block)
            os.fdatasync(file.fileno())
            count += 1
        elapsed = time.monotonic() - begin
    path.unlink()
    return count / elapsed
