"""The kill test's checker finds what it is there to find: each test damages a sound history in one way."""

import copy

import pytest

from kill_checker import Checker


def metadata(*values, appended=()):
    snapshots = [{"snapshot-id": i, "summary": {"operation": "append", "commit": v}} for i, v in enumerate(appended)]
    return {"properties": {f"commit-{v}": "1" for v in values}, "snapshots": snapshots}


def change(kind, name, location=None, previous=None, renamed=None):
    made = {"kind": kind, "object": "table", "namespace": ["n"], "name": name}
    if location:
        made["metadata-location"] = location
    if previous:
        made["previous-metadata-location"] = previous
    if renamed:
        made["renamed-to"] = {"namespace": ["n"], "name": renamed}
    return made


def entry(position, *changes, key=None):
    made = {"position": position, "committed-micros": position * 10, "transaction-id": f"x{position}"}
    if key:
        made["idempotency-key"] = key
    return {**made, "changes": list(changes)}


def asked(value, operation, tables, *outcomes, key=None):
    """The journal's lines of a request: an outcome is a status, or None for silence."""
    lines = []
    for outcome in outcomes:
        lines.append({"event": "send", "value": value, "operation": operation, "tables": tables, "key": key})
        if outcome is None:
            lines.append({"event": "silence", "value": value})
        else:
            lines.append({"event": "answer", "value": value, "status": outcome})
    return lines


class History:
    """Sound: shared and t-a are made, committed to alone and together, one is renamed, one made and dropped."""

    def __init__(self):
        namespace = {"kind": "create", "object": "namespace", "namespace": ["n"], "properties": {}}
        self.entries = [
            entry(1, namespace),
            entry(2, change("create", "shared", "s0")),
            entry(3, change("create", "t-a", "a0"), key="k1"),
            entry(4, change("commit", "shared", "s1", "s0"), key="k2"),
            entry(5, change("commit", "shared", "s2", "s1"), change("commit", "t-a", "a1", "a0")),
            entry(6, change("commit", "shared", "s3", "s2"), key="k4"),
            entry(7, change("rename", "t-a", renamed="r-e"), key="k5"),
            entry(8, change("create", "t-f", "f0"), key="k6"),
            entry(9, change("drop", "t-f"), key="k7"),
        ]
        self.files = {
            "s0": metadata(), "a0": metadata(), "f0": metadata(), "s1": metadata("b"), "s2": metadata("b", "c"),
            "a1": metadata("c"), "s3": metadata("b", "c", appended=["d"]),
        }
        self.tables = {"shared": "s3", "r-e": "a1"}
        self.records = [
            *asked("a", "create", ["t-a"], 200, key="k1"),
            *asked("b", "commit", ["shared"], None, 503, 200, key="k2"),
            *asked("c", "commit", ["t-a", "shared"], None),
            *asked("d", "commit", ["shared"], 500, None, key="k4"),
            *asked("e", "rename", ["t-a", "r-e"], 204, key="k5"),
            *asked("f", "create", ["t-f"], 200, key="k6"),
            *asked("g", "drop", ["t-f"], 204, key="k7"),
            *asked("h", "commit", ["shared"], 409, key="k8"),
            *asked("i", "commit", ["shared"], None, key="k9"),
        ]

    def entry(self, position):
        return next(e for e in self.entries if e["position"] == position)

    def violations(self):
        def read(location):
            if location not in self.files:
                raise FileNotFoundError(location)
            return self.files[location]

        return Checker(copy.deepcopy(self.records), self.entries, self.tables, read).run()


def lose_entry(history):
    del history.entries[5]


def renumber(history):
    del history.entries[5]
    for position, kept in enumerate(history.entries, 1):
        kept["position"] = position
    history.tables["shared"] = "s2"
    history.records += asked("d", "commit", ["shared"], 200, key="k4")


def apply_key_twice(history):
    history.entries.append(entry(10, change("commit", "shared", "s4", "s3"), key="k4"))
    history.files["s4"] = metadata("b", "c", "i", appended=["d"])
    history.tables["shared"] = "s4"


def apply_request_twice(history):
    history.entries += [entry(10, change("drop", "r-e"), key="k5"), entry(11, change("create", "t-a", "a0"), key="k1")]
    history.tables = {"shared": "s3", "t-a": "a0"}


def tear_transaction(history):
    history.entry(5)["changes"].pop()
    history.tables["r-e"] = "a0"


def apply_refused(history):
    history.entries.append(entry(10, change("commit", "shared", "s4", "s3"), key="k8"))
    history.files["s4"] = metadata("b", "c", "h", appended=["d"])
    history.tables["shared"] = "s4"


def invent_commit(history):
    history.entries.append(entry(10, change("commit", "shared", "s4", "s3")))
    history.files["s4"] = metadata("b", "c", "z", appended=["d"])
    history.tables["shared"] = "s4"


def lose_earlier_commit(history):
    history.files["s3"] = metadata("c", appended=["d"])


def merge_commits(history):
    history.files["s1"] = metadata("b", "i")
    history.files["s2"] = metadata("b", "c", "i")
    history.files["s3"] = metadata("b", "c", "i", appended=["d"])


DAMAGE = [
    (lose_entry, "has a gap"),
    (renumber, "acknowledged request d"),
    (apply_key_twice, "key k4 was applied 2 times"),
    (apply_request_twice, "request a was applied at [3, 11]"),
    (tear_transaction, "request c is there in part"),
    (apply_refused, "request h was refused"),
    (invent_commit, "nobody asked for"),
    (lose_earlier_commit, "shared lost a commit"),
    (merge_commits, "holds 2 requests"),
    (lambda h: h.files.pop("a0"), "metadata file a0 cannot be read"),
    (lambda h: h.files.update(s1={"properties": None}), "metadata file s1 cannot be read"),
    (lambda h: h.tables.update(shared="s2"), "does not give the catalog's tables"),
    (lambda h: h.tables.pop("r-e"), "does not give the catalog's tables"),
    (lambda h: h.tables.update({"t-f": "f0"}), "does not give the catalog's tables"),
    (lambda h: h.entry(6).update({"idempotency-key": "k2"}), "is logged under k2"),
    (lambda h: h.entry(4).pop("idempotency-key"), "is logged under None"),
    (lambda h: h.entry(6).update({"committed-micros": 1}), "times go back"),
    (lambda h: h.entry(6).update({"transaction-id": "x4"}), "one transaction id"),
    (lambda h: h.entry(6)["changes"][0].update({"previous-metadata-location": "s1"}), "chain of shared is broken"),
    (lambda h: h.entry(9)["changes"][0].update({"name": "t-q"}), "drop of t-q, which is not there"),
    (lambda h: h.entry(7)["changes"][0]["renamed-to"].update({"name": "shared"}), "renamed to shared, which is there"),
]


def test_a_sound_history_is_sound():
    assert History().violations() == []


@pytest.mark.parametrize("damage,expected", DAMAGE, ids=[expected for _, expected in DAMAGE])
def test_damage_is_found(damage, expected):
    history = History()
    damage(history)
    assert any(expected in violation for violation in history.violations()), history.violations()
