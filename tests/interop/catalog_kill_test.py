"""SIGKILL the catalog while clients commit, again and again; then let a checker judge what is left.

Every commit sets a property to a value of its own, so what the table holds tells which commits happened. The workload
only notes what it was told; the checker knows nothing of the workload but those notes:
 - every acknowledged commit is in the change log and in its table's history, exactly once;
 - a commit without an answer is wholly there (log, table, metadata file) or wholly absent;
 - the log has no gap, its times do not go back, and each table's entries form one chain that ends at its pointer;
 - every metadata file the log names and the table still refers to can be read and is valid.
LIFEBOAT_KILL_ROUNDS (10) and LIFEBOAT_KILL_SEED (1) change how long and which way.
"""

import http.client
import json
import os
import random
import threading
import time

from catalog_process import CatalogProcess

ROUNDS = int(os.environ.get("LIFEBOAT_KILL_ROUNDS", "10"))
SEED = int(os.environ.get("LIFEBOAT_KILL_SEED", "1"))
WRITERS = 6
SCHEMA = {"type": "struct", "fields": [{"id": 1, "name": "x", "type": "long", "required": False}]}


class Connection:
    """Plain HTTP, so that nothing repeats a request behind the test's back."""

    def __init__(self, port):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def call(self, method, path, body=None):
        self.http.request(method, path, json.dumps(body) if body is not None else None)
        response = self.http.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text else None


def table_name(index):
    return f"t{index}"


class Writer(threading.Thread):
    """Commits to its own table and to a shared one, in single and multi-table transactions, until the server dies."""

    def __init__(self, port, index, round_number, notes):
        super().__init__()
        self.port, self.index, self.round, self.notes = port, index, round_number, notes

    def run(self):
        number = 0
        own, shared = table_name(self.index), "shared"
        try:
            connection = Connection(self.port)
        except OSError:
            return
        while True:
            number += 1
            value = f"{self.round}-{self.index}-{number}"
            tables = [own, shared] if number % 3 == 0 else [shared] if number % 3 == 1 else [own]
            update = [{"action": "set-properties", "updates": {f"commit-{value}": "1"}}]
            note = {"value": value, "tables": tables, "acknowledged": False}
            self.notes.append(note)
            try:
                if len(tables) == 1:
                    body = {"requirements": [], "updates": update}
                    status, answer = connection.call("POST", f"/v1/namespaces/n/tables/{tables[0]}", body)
                else:
                    changes = [
                        {"identifier": {"namespace": ["n"], "name": t}, "requirements": [], "updates": update}
                        for t in tables
                    ]
                    status, answer = connection.call("POST", "/v1/transactions/commit", {"table-changes": changes})
            except (OSError, http.client.HTTPException, ValueError):
                return
            assert status in (200, 204), (status, answer)
            note["acknowledged"] = True


def path_of(location):
    assert location.startswith("file://"), location
    return location[len("file://"):]


def read_log(connection):
    entries, after = [], 0
    while True:
        status, page = connection.call("GET", f"/lifeboat/v1/changes?after={after}&limit=500")
        assert status == 200
        entries += page["entries"]
        if not page["entries"]:
            return entries, page["last-position"]
        after = page["entries"][-1]["position"]


def commits_in(metadata):
    return {key[len("commit-"):] for key in metadata["properties"] if key.startswith("commit-")}


def check(connection, notes):
    entries, last_position = read_log(connection)
    assert [e["position"] for e in entries] == list(range(1, last_position + 1)), "the log has a gap"
    assert all(a["committed-micros"] <= b["committed-micros"] for a, b in zip(entries, entries[1:]))
    assert len({e["transaction-id"] for e in entries}) == len(entries)

    chains = {}
    for entry in entries:
        for change in entry["changes"]:
            if change["object"] != "table":
                continue
            chain = chains.setdefault(change["name"], [])
            assert change.get("previous-metadata-location") == (chain[-1][1] if chain else None), "a chain is broken"
            chain.append((entry["position"], change["metadata-location"]))

    positions_of = {}  # commit → table → positions at which the table first had it
    for name, chain in chains.items():
        status, loaded = connection.call("GET", f"/v1/namespaces/n/tables/{name}")
        assert status == 200
        assert loaded["metadata-location"] == chain[-1][1], "the pointer is not the end of the chain"
        before = set()
        for position, location in chain:
            with open(path_of(location)) as file:
                metadata = json.load(file)
            now = commits_in(metadata)
            assert before <= now, "a commit got lost"
            for value in now - before:
                positions_of.setdefault(value, {}).setdefault(name, []).append(position)
            before = now
        assert commits_in(loaded["metadata"]) == before

    for note in notes:
        places = positions_of.pop(note["value"], {})
        if note["acknowledged"]:
            assert places, f"acknowledged commit {note['value']} is lost"
        if places:
            assert sorted(places) == sorted(note["tables"]), f"commit {note['value']} is half there"
            assert len({tuple(p) for p in places.values()}) == 1, f"commit {note['value']} is not one entry"
            assert all(len(p) == 1 for p in places.values())
    assert not positions_of, f"commits that nobody made: {positions_of}"


def metadata_files(folder):
    found = []
    for parent, _, names in os.walk(os.path.join(folder, "warehouse")):
        found += [os.path.join(parent, name) for name in names if name.endswith(".metadata.json")]
    return found


def test_kill_loop(tmp_path):
    chance = random.Random(SEED)
    server = CatalogProcess(tmp_path, client=None)
    connection = Connection(server.port)
    assert connection.call("POST", "/v1/namespaces", {"namespace": ["n"]})[0] == 200
    for name in [table_name(i) for i in range(WRITERS)] + ["shared"]:
        body = {"name": name, "schema": SCHEMA, "properties": {"write.metadata.previous-versions-max": "100000"}}
        assert connection.call("POST", "/v1/namespaces/n/tables", body)[0] == 200

    notes = []
    for round_number in range(ROUNDS):
        writers = [Writer(server.port, i, round_number, notes) for i in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(chance.uniform(0.02, 0.25))
        server.kill()
        for writer in writers:
            writer.join()
        # What a power cut may take besides: files that were published but not yet made durable.
        newest = sorted(metadata_files(server.folder), key=os.path.getmtime)[-3:]
        pending = [path for path in newest if chance.random() < 0.5]
        torn_before = _truncate_if_pending(server.folder, pending)
        server.start()
        connection = Connection(server.port)
        check(connection, notes)
        for path in torn_before:
            assert os.path.getsize(path) > 0, f"{path} was not restored"
    acknowledged = sum(note["acknowledged"] for note in notes)
    unanswered = len(notes) - acknowledged
    print(f"{ROUNDS} rounds: {acknowledged} commits acknowledged, {unanswered} without an answer")
    assert acknowledged > ROUNDS and unanswered > 0
    assert server.stop() == 0


def _truncate_if_pending(folder, paths):
    """Empties those of the files whose bytes the store still holds to restore them from."""
    import sqlite3

    database = sqlite3.connect(os.path.join(folder, "catalog.db"))
    query = "SELECT location FROM metadata_files JOIN pending_files ON metadata_id = id"
    pending = {path_of(row[0]) for row in database.execute(query)}
    database.close()
    torn = [path for path in paths if path in pending]
    for path in torn:
        os.truncate(path, 0)
    return torn
