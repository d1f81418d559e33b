"""Sessions of Spark that write to one table at once, each trying only once: appends are put in a row by the server, whatever
looked at the table before is refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from catalog_process import CatalogProcess
from spark_session import start_spark

ENABLED = "'lifeboat.append-rebase.enabled'='true'"
ONE_TRY = "'commit.retry.num-retries'='0'"
SESSIONS, THREADS, ROWS = 2, 3, 5
WRITERS = SESSIONS * THREADS
REBASED_MIN, ROUNDS_MAX = 5, 12  # Spark merges the manifests of a hundred appends, which is no pure append


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"))
    yield process
    assert process.stop() == 0


@pytest.fixture(scope="module")
def sessions(server, tmp_path_factory):
    """Each with a catalog client of its own."""
    first = start_spark(server, tmp_path_factory.mktemp("spark"))
    first.sql("CREATE NAMESPACE n")
    yield [first, *(first.newSession() for _ in range(SESSIONS - 1))]
    first.stop()


@pytest.fixture
def sql(sessions):
    return lambda statement: [tuple(row) for row in sessions[0].sql(statement).collect()]


def at_once(sessions, work):
    """What work(session, writer) returns for each writer."""
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(lambda writer: work(sessions[writer % len(sessions)], writer), range(WRITERS)))


def rebased(sql, table):
    """Snapshots whose manifest list is not the one that their writer named after its commit, as it did its manifests."""
    lists = dict(sql(f"SELECT snapshot_id, manifest_list FROM {table}.snapshots"))
    manifests = sql(f"SELECT DISTINCT added_snapshot_id, path FROM {table}.all_manifests")
    return [snapshot for snapshot, path in manifests
            if path.rsplit("/", 1)[1].rsplit("-m", 1)[0] not in lists[snapshot].rsplit("/", 1)[1]]


def is_refusal(error):
    """Of a commit whose table is another than the one it was prepared on, by the server or by Iceberg's own check."""
    return any(name in str(error) for name in ("CommitFailedException", "ValidationException", "concurrently modified"))


def until_accepted(session, statement):
    """How often it was refused before."""
    for refused in range(200):
        try:
            session.sql(statement).collect()
            return refused
        except Exception as error:
            if not is_refusal(error):
                raise
    raise AssertionError(f"refused 200 times: {statement}")


@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_append_succeeds_at_its_first_try(sessions, sql, version):
    table = f"n.appended_v{version}"
    sql(f"CREATE TABLE {table} (id BIGINT) USING iceberg TBLPROPERTIES ('format-version'='{version}', {ENABLED}, {ONE_TRY})")
    rounds = 0
    while len(rebased(sql, table)) < REBASED_MIN:
        assert rounds < ROUNDS_MAX, "the writers did not meet"

        def append(session, writer):
            first = (rounds * WRITERS + writer) * ROWS
            session.sql(f"INSERT INTO {table} SELECT id FROM range({first}, {first + ROWS}, 1, 1)").collect()

        at_once(sessions, append)
        rounds += 1
    appends = rounds * WRITERS
    assert [row[0] for row in sql(f"SELECT id FROM {table} ORDER BY id")] == list(range(appends * ROWS))
    history = sql(f"SELECT s.snapshot_id, s.parent_id, s.operation, s.summary['total-records'] FROM {table}.snapshots s "
                  "ORDER BY CAST(s.summary['total-records'] AS BIGINT)")
    assert [row[1] for row in history] == [None, *(row[0] for row in history[:-1])], "one line"
    assert [row[2:] for row in history] == [("append", str(ROWS * (i + 1))) for i in range(appends)]
    if version == 3:
        rows = sql(f"SELECT _row_id, _last_updated_sequence_number FROM {table} ORDER BY _row_id")
        assert rows == [(row, row // ROWS + 1) for row in range(appends * ROWS)]


@pytest.mark.parametrize("mode, version", [("copy-on-write", 2), ("merge-on-read", 2), ("merge-on-read", 3)])
def test_no_update_is_lost_beside_appends(sessions, sql, mode, version):
    """Half the writers count in one row with MERGE, the others append; the table allows that appends are put onto a new head."""
    table = f"n.counted_{mode.replace('-', '_')}_v{version}"
    sql(f"CREATE TABLE {table} (id BIGINT, n BIGINT) USING iceberg TBLPROPERTIES ('format-version'='{version}', {ENABLED}, "
        f"{ONE_TRY}, 'write.merge.mode'='{mode}', 'write.merge.isolation-level'='snapshot')")
    sql(f"INSERT INTO {table} VALUES (0, 0)")
    times = 4

    def write(session, writer):
        for i in range(times):
            if writer % 2 == 0:
                session.sql(f"INSERT INTO {table} VALUES ({1 + writer * times + i}, 0)").collect()
            else:
                until_accepted(session, f"MERGE INTO {table} t USING (SELECT 0 AS id) u ON t.id = u.id "
                                        "WHEN MATCHED THEN UPDATE SET n = t.n + 1")

    at_once([sessions[0], sessions[1]], write)
    assert sql(f"SELECT n FROM {table} WHERE id = 0") == [(WRITERS // 2 * times,)]
    appended = [1 + writer * times + i for writer in range(0, WRITERS, 2) for i in range(times)]
    assert [row[0] for row in sql(f"SELECT id FROM {table} WHERE id > 0 ORDER BY id")] == appended


def test_merges_that_insert_the_same_keys_insert_them_once(sessions, sql):
    """What finds nothing to update is an append by name, but it looked first: without the property it is never put onto a new
    head. (A MERGE that can only insert looks for Spark like any other append, and Spark does not look again.)"""
    table = "n.upserted"
    sql(f"CREATE TABLE {table} (id BIGINT, writer INT) USING iceberg TBLPROPERTIES ({ONE_TRY})")
    refused = 0
    for first in range(0, 30, 10):
        refused += sum(at_once(sessions, lambda session, writer: until_accepted(
            session, f"MERGE INTO {table} t USING (SELECT id, {writer} AS writer FROM range({first}, {first + 10}, 1, 1)) u "
                     "ON t.id = u.id WHEN MATCHED THEN UPDATE SET writer = u.writer WHEN NOT MATCHED THEN INSERT *")))
    assert refused > 0, "the writers did not meet"
    assert [row[0] for row in sql(f"SELECT id FROM {table} ORDER BY id")] == list(range(30))
    assert rebased(sql, table) == []
