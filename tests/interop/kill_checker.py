"""Judges a catalog that was killed under load, from its clients' journal and its own state; knows nothing of the load.

  python kill_checker.py JOURNAL_FOLDER PORT      prints the violations, exits 1 if there are any

The journal (kill_workload.py writes it) says of each request what it asked and what it was told. The catalog's state is
the change log, the tables and where each one's metadata.json is, and those files. What must hold:
 - the log's positions have no gap, its times do not go back, its transactions are distinct;
 - replaying the log gives exactly the tables that the catalog lists, each at the metadata file it answers;
 - every metadata file that the log names exists and can be read, and a table never loses a commit;
 - each log entry is exactly one request, whole: its tables, no others, with its key;
 - each request and each key is in the log once at most, each acknowledged one once, each refused one never.
"""

import glob
import json
import os
import sys

NOT_APPLIED = {429, 503}  # 5xx besides these leave the outcome open


class Request:
    def __init__(self, value):
        self.value, self.operation, self.tables, self.key = value, None, None, None
        self.statuses = []

    @property
    def acknowledged(self):
        return any(s is not None and 200 <= s < 300 for s in self.statuses)

    @property
    def refused(self):
        """Every time it was sent it was told, for certain, that nothing happened."""
        return bool(self.statuses) and all(s is not None and (400 <= s < 500 or s in NOT_APPLIED) for s in self.statuses)


def read_journal(records):
    """Requests by value. A send without a later line (its client was stopped) counts as silence."""
    requests, open_sends = {}, set()
    for record in records:
        request = requests.setdefault(record["value"], Request(record["value"]))
        if record["event"] == "send":
            request.operation, request.tables, request.key = record["operation"], record["tables"], record["key"]
            open_sends.add(record["value"])
        else:
            open_sends.discard(record["value"])
            request.statuses.append(record.get("status"))
    for value in open_sends:
        requests[value].statuses.append(None)
    return requests


def commits_in(metadata):
    """The values that commits left in a table's metadata."""
    values = {key[len("commit-"):] for key in metadata["properties"] if key.startswith("commit-")}
    return values | {s["summary"]["commit"] for s in metadata.get("snapshots", []) if "commit" in s["summary"]}


class Checker:
    """`read_metadata(location)` gives a metadata file's document or raises OSError or ValueError."""

    def __init__(self, records, entries, tables, read_metadata):
        self.requests = read_journal(records)
        self.entries, self.tables, self.read_metadata = entries, tables, read_metadata
        self.violations = []
        self.live = {}  # table → metadata location, as the log leaves it
        self.commits = {}  # metadata location → the values in it
        self.applied = {}  # value → positions

    def run(self):
        self.check_log()
        for entry in self.entries:
            self.replay(entry)
        if self.live != self.tables:
            wrong = sorted(set(self.live.items()) ^ set(self.tables.items()))
            self.say(f"replaying the log does not give the catalog's tables: {wrong[:4]}")
        self.check_requests()
        return self.violations

    def say(self, violation):
        self.violations.append(violation)

    def check_log(self):
        if [e["position"] for e in self.entries] != list(range(1, len(self.entries) + 1)):
            self.say("the log has a gap")
        times = [e["committed-micros"] for e in self.entries]
        if times != sorted(times):
            self.say("the log's times go back")
        if len({e["transaction-id"] for e in self.entries}) != len(self.entries):
            self.say("two entries have one transaction id")
        keys = [e["idempotency-key"] for e in self.entries if "idempotency-key" in e]
        for key in sorted({k for k in keys if keys.count(k) > 1} if len(set(keys)) < len(keys) else ()):
            self.say(f"idempotency key {key} was applied {keys.count(key)} times")

    def replay(self, entry):
        """Applies an entry to what is live, and finds the request it is."""
        position, done = entry["position"], {}  # value → what the entry did in its name
        for change in entry["changes"]:
            if change["object"] != "table":
                continue
            name, kind = change["name"], change["kind"]
            if kind == "create":
                if name in self.live:
                    self.say(f"{position}: {name} is created twice")
                self.live[name] = change["metadata-location"]
                self.load(position, change["metadata-location"])
                done.setdefault(name[2:], []).append(("create", name))
            elif name not in self.live:
                self.say(f"{position}: {kind} of {name}, which is not there")
            elif kind == "commit":
                self.replay_commit(position, change, done)
            elif kind == "rename":
                renamed = change["renamed-to"]["name"]
                if renamed in self.live:
                    self.say(f"{position}: {name} is renamed to {renamed}, which is there")
                self.live[renamed] = self.live.pop(name)
                done.setdefault(renamed[2:], []).append(("rename", name, renamed))
            elif kind == "drop":
                del self.live[name]
                done.setdefault(self.dropper_of(name), []).append(("drop", name))
        self.attribute(entry, done)

    def replay_commit(self, position, change, done):
        name, location = change["name"], change["metadata-location"]
        before = self.live[name]
        if change.get("previous-metadata-location") != before:
            self.say(f"{position}: the chain of {name} is broken")
        self.live[name] = location
        new = self.load(position, location) - self.commits.get(before, set())
        if self.commits.get(before, set()) - self.commits[location]:
            self.say(f"{position}: {name} lost a commit")
        if len(new) != 1:
            self.say(f"{position}: the commit to {name} holds {len(new)} requests: {sorted(new)[:4]}")
        for value in new:
            done.setdefault(value, []).append(("commit", name))

    def load(self, position, location):
        try:
            self.commits[location] = commits_in(self.read_metadata(location))
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.say(f"{position}: metadata file {location} cannot be read: {error!r}")
            self.commits[location] = set()
        return self.commits[location]

    def dropper_of(self, name):
        for request in self.requests.values():
            if request.operation == "drop" and request.tables == [name]:
                return request.value
        return f"drop of {name}"

    def attribute(self, entry, done):
        position = entry["position"]
        if len(done) > 1:
            self.say(f"{position}: one entry is several requests: {sorted(done)[:4]}")
        for value, changes in done.items():
            request = self.requests.get(value)
            if request is None:
                if changes != [("create", "shared")]:
                    self.say(f"{position}: nobody asked for {changes}")
                continue
            self.applied.setdefault(value, []).append(position)
            if request.operation == "commit":
                wanted = [("commit", table) for table in request.tables]
            else:
                wanted = [(request.operation, *request.tables)]
            if sorted(changes) != sorted(wanted):
                self.say(f"{position}: request {value} is there in part: {changes} of {wanted}")
            if entry.get("idempotency-key") != request.key:
                self.say(f"{position}: request {value} with key {request.key} is logged under {entry.get('idempotency-key')}")

    def check_requests(self):
        for value, request in self.requests.items():
            positions = self.applied.get(value, [])
            if len(positions) > 1:
                self.say(f"request {value} was applied at {positions}")
            if request.acknowledged and not positions:
                self.say(f"acknowledged request {value} ({request.operation} {request.tables}) is lost")
            if request.refused and positions:
                self.say(f"request {value} was refused with {request.statuses} and yet applied at {positions}")


def read_log(call):
    entries, after = [], 0
    while True:
        page = call("GET", f"/lifeboat/v1/changes?after={after}&limit=500")
        entries += page["entries"]
        if not page["entries"]:
            return entries
        after = page["entries"][-1]["position"]


def read_file(location):
    if not location.startswith("file://"):
        raise ValueError(f"{location} is no local file")
    with open(location[len("file://"):]) as file:
        return json.load(file)


def main(folder, port):
    from kill_workload import Connection, NAMESPACE, table_path

    connection = Connection(port)

    def call(method, path):
        status, answer = connection.call(method, path)
        if status != 200:
            raise RuntimeError(f"{method} {path} answered {status}: {answer}")
        return answer

    records = []
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        with open(path) as file:
            records += [json.loads(line) for line in file]
    names = [t["name"] for t in call("GET", f"/v1/namespaces/{NAMESPACE}/tables")["identifiers"]]
    tables = {name: call("GET", table_path(name))["metadata-location"] for name in names}
    checker = Checker(records, read_log(call), tables, read_file)
    violations = checker.run()
    for violation in violations:
        print(f"VIOLATION {violation}")
    requests = checker.requests.values()
    applied = len(checker.applied)
    acknowledged = sum(r.acknowledged for r in requests)
    unclear = sum(not r.acknowledged and not r.refused for r in requests)
    repeated = sum(len(r.statuses) > 1 for r in requests)
    print(f"{len(requests)} requests: {acknowledged} acknowledged, {unclear} unclear, {repeated} repeated; "
          f"{applied} applied, {len(tables)} tables")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
