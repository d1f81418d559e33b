"""Clients that commit to a catalog while it is killed, and the journal of what they asked and were told.

Every client is a thread with its own tables, a table shared with the others and a journal file. A line is written
before a request is sent ("send") and after its answer came ("answer", with the status) or did not ("silence"). Every
request has a value of its own, which it leaves in what it changes: a property "commit-<value>", a snapshot whose summary
has it, a table named after it. So the catalog's state alone tells which requests happened.

An unclear outcome (no answer, 5xx) of a request with an Idempotency-Key is repeated until it is clear; without a key, and
now and then with one, it is left unclear.
"""

import http.client
import json
import os
import random
import threading
import time
import uuid

NAMESPACE = "n"
SHARED = "shared"
SCHEMA = {"type": "struct", "fields": [{"id": 1, "name": "x", "type": "long", "required": False}]}
KEEP_LOG = {"write.metadata.previous-versions-max": "100000"}
LIMIT_SECONDS = 120
GIVE_UP = 0.15  # of unclear outcomes that could have been repeated


def uuid7():
    """RFC 9562 section 5.7; Python 3.11 has none."""
    value = (time.time_ns() // 1_000_000) << 80 | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62
    return str(uuid.UUID(int=value | random.getrandbits(62)))


class Connection:
    """Plain HTTP, so that nothing repeats a request behind the test's back."""

    def __init__(self, port, timeout=60):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def call(self, method, path, body=None, headers=None):
        self.http.request(method, path, json.dumps(body) if body is not None else None, headers or {})
        response = self.http.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text else None

    def close(self):
        self.http.close()


def table_path(name):
    return f"/v1/namespaces/{NAMESPACE}/tables/{name}"


def identifier(name):
    return {"namespace": [NAMESPACE], "name": name}


def create_body(name):
    return {"name": name, "schema": SCHEMA, "properties": KEEP_LOG}


def set_property(value):
    return {"action": "set-properties", "updates": {f"commit-{value}": "1"}}


def append_of(metadata, value):
    """Requirements and updates of an append on top of `metadata`."""
    current = metadata.get("current-snapshot-id", -1)
    current = None if current in (-1, None) else current
    snapshot = {
        "snapshot-id": random.getrandbits(62),
        "sequence-number": metadata["last-sequence-number"] + 1,
        "timestamp-ms": max(int(time.time() * 1000), metadata["last-updated-ms"]),
        "manifest-list": f"{metadata['location']}/metadata/{value}.avro",
        "summary": {"operation": "append", "commit": value},
        "schema-id": 0,
    }
    if current is not None:
        snapshot["parent-snapshot-id"] = current
    reference = {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch"}
    return {
        "requirements": [{"type": "assert-ref-snapshot-id", "ref": "main", "snapshot-id": current}],
        "updates": [{"action": "add-snapshot", "snapshot": snapshot}, {**reference, "snapshot-id": snapshot["snapshot-id"]}],
    }


class Client(threading.Thread):
    """`ports`: of the servers of the catalog, the first of them asked first."""

    def __init__(self, ports, index, run, folder, stop, seed):
        super().__init__(name=f"client-{index}")
        self.ports, self.index, self.run_name, self.stop = list(ports), index, run, stop
        self.chance = random.Random(seed)
        self.journal = open(os.path.join(folder, f"client-{run}-{index}.jsonl"), "a", buffering=1)
        self.connection = None
        self.number = 0
        self.own = []  # tables that are certainly there
        self.acknowledged = 0
        self.failure = None

    def run(self):
        try:
            while not self.stop.is_set():
                self.step()
        except Exception as error:  # told by join_all
            self.failure = error
        finally:
            self.journal.close()

    def step(self):
        self.number += 1
        value = f"{self.run_name}-{self.index}-{self.number}"
        what = self.chance.random()
        if not self.own or what < 0.08:
            name = f"t-{value}"
            if self.ask(value, "create", [name], "POST", f"/v1/namespaces/{NAMESPACE}/tables", create_body(name)) == 200:
                self.own.append(name)
        elif what < 0.12 and len(self.own) > 1:
            name = self.own.pop()
            self.ask(value, "drop", [name], "DELETE", table_path(name))
        elif what < 0.16:
            name, renamed = self.own.pop(), f"r-{value}"
            body = {"source": identifier(name), "destination": identifier(renamed)}
            if self.ask(value, "rename", [name, renamed], "POST", "/v1/tables/rename", body) == 204:
                self.own.append(renamed)
        elif what < 0.40:
            self.append(value, self.own[0])
        elif what < 0.55:
            self.append(value, SHARED)
        elif what < 0.75:
            self.commit(value, SHARED)
        else:
            tables = [self.own[0], SHARED]
            changes = [{"identifier": identifier(t), "requirements": [], "updates": [set_property(value)]} for t in tables]
            self.ask(value, "commit", tables, "POST", "/v1/transactions/commit", {"table-changes": changes})

    def commit(self, value, table):
        body = {"requirements": [], "updates": [set_property(value)]}
        self.ask(value, "commit", [table], "POST", table_path(table), body)

    def append(self, value, table):
        loaded = self.send("GET", table_path(table), None, {})
        if loaded is None or loaded[0] != 200:
            return
        self.ask(value, "commit", [table], "POST", table_path(table), append_of(loaded[1]["metadata"], value))

    def ask(self, value, operation, tables, method, path, body=None):
        """Sends it, again while the outcome is unclear; the status of a clear one, else None."""
        key = uuid7() if self.chance.random() < 0.75 else None
        while True:
            self.note({"event": "send", "value": value, "operation": operation, "tables": tables, "key": key})
            answer = self.send(method, path, body, {"Idempotency-Key": key} if key else {})
            if answer is None:
                self.note({"event": "silence", "value": value})
            else:
                self.note({"event": "answer", "value": value, "status": answer[0]})
                if answer[0] < 500:
                    self.acknowledged += answer[0] < 300
                    return answer[0]
                if answer[0] == 503 and key is None:
                    return None  # not applied: the next request may be another
                time.sleep(0.02)
            if key is None or self.stop.is_set() or self.chance.random() < GIVE_UP:
                return None

    def send(self, method, path, body, headers):
        """Status and answer; None when there is no answer. Waits while no server can be reached."""
        while not self.stop.is_set():
            try:
                if self.connection is None:
                    self.connection = Connection(self.ports[0])
                    self.connection.http.connect()
            except OSError:
                self.connection = None
                self.ports.append(self.ports.pop(0))
                time.sleep(0.01)
                continue
            try:
                return self.connection.call(method, path, body, headers)
            except (OSError, http.client.HTTPException, ValueError):
                self.connection.close()
                self.connection = None
                return None
        return None

    def note(self, record):
        self.journal.write(json.dumps(record) + "\n")


def prepare(port):
    connection = Connection(port)
    assert connection.call("POST", "/v1/namespaces", {"namespace": [NAMESPACE]})[0] == 200
    assert connection.call("POST", f"/v1/namespaces/{NAMESPACE}/tables", create_body(SHARED))[0] == 200
    connection.close()


def wait_until_acknowledged(clients, more):
    """Returns when the clients were told of `more` successes since the call: on a slow machine later than on a fast one."""
    wanted = sum(client.acknowledged for client in clients) + more
    deadline = time.monotonic() + LIMIT_SECONDS
    while sum(client.acknowledged for client in clients) < wanted:
        for client in clients:
            assert client.is_alive(), f"{client.name} ended with {client.failure!r}"
        assert time.monotonic() < deadline, f"no {more} successes in {LIMIT_SECONDS} s"
        time.sleep(0.005)


def join_all(clients):
    for client in clients:
        client.join(timeout=LIMIT_SECONDS)
        assert not client.is_alive(), f"{client.name} hangs"
        if client.failure is not None:
            raise client.failure
