"""Snowflake's Python connector, 4.x or 5.x, against the driver protocol as served here."""

import datetime
import decimal
import json
import time

import pytest
import snowflake.connector as sf
from snowflake.connector.constants import QueryStatus

ALL_TYPES = """
select 42::number(38,0) as c_fixed, 3.14::number(10,2) as c_scaled, 1.5::double as c_real, 'x'::varchar as c_text,
  true as c_boolean, '2026-01-31'::date as c_date, '12:34:56.789'::time as c_time,
  '2026-01-31 12:34:56.123456'::timestamp_ntz as c_ntz, '2026-01-31 12:34:56.123456 +0000'::timestamp_ltz as c_ltz,
  '2026-01-31 13:34:56.123456 +0100'::timestamp_tz as c_tz, parse_json('{"k":"v"}') as c_variant,
  object_construct('k','v') as c_object, array_construct(1,2) as c_array, to_binary('DEADBEEF') as c_binary
"""


@pytest.fixture
def connection(server, connect):
    return connect(server.port)


@pytest.fixture
def cursor(connection):
    return connection.cursor()


def test_login_takes_account_and_connection_names(server, connect):
    for account in ("LIFEBOAT-PRIMARY", "primary", "lifeboat-lifeboat_demo", "LIFEBOAT-LIFEBOAT-DEMO"):
        assert connect(server.port, account=account).cursor().execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize("wrong", [dict(password="p2"), dict(user="u2"), dict(account="LIFEBOAT-ELSEWHERE")])
def test_login_refuses_without_saying_what_is_wrong(server, connect, wrong):
    with pytest.raises(sf.errors.DatabaseError) as error:
        connect(server.port, **wrong)
    assert "Incorrect username or password was specified" in str(error.value)


def test_login_options_reach_the_session(server, connect):
    connection = connect(server.port, role="R2", database="DB1", schema="S1", warehouse="WH1")
    connection.cursor().execute("select 1")
    assert (connection.role, connection.database, connection.schema, connection.warehouse) == ("R2", "DB1", "S1", "WH1")


def test_current_objects_follow_statements(connection):
    connection.cursor().execute("use role r2")
    connection.cursor().execute("use database db2")
    assert (connection.role, connection.database, connection.schema) == ("R2", "DB2", "PUBLIC")


def test_every_type(cursor):
    values, nulls = cursor.execute(ALL_TYPES).fetchall()
    utc = datetime.timezone.utc
    instant = datetime.datetime(2026, 1, 31, 12, 34, 56, 123456)
    assert values[:5] == (42, decimal.Decimal("3.14"), 1.5, 'Grüße "quoted"\n\\', True)
    assert values[5:8] == (datetime.date(2026, 1, 31), datetime.time(12, 34, 56, 789000), instant)
    assert values[8] == instant.replace(tzinfo=utc)
    assert values[9] == instant.replace(tzinfo=utc) and values[9].utcoffset() == datetime.timedelta(hours=1)
    assert [json.loads(value) for value in values[10:13]] == [{"k": "v"}, {"k": "v"}, [1, 2]]
    assert bytes(values[13]) == b"\xde\xad\xbe\xef"
    assert nulls == (None,) * 14
    assert [column.name for column in cursor.description][:2] == ["C_FIXED", "C_SCALED"]
    assert (cursor.description[1].precision, cursor.description[1].scale) == (10, 2)


def test_server_side_binds(server, connect, monkeypatch):
    monkeypatch.setattr(sf, "paramstyle", "qmark")
    cursor = connect(server.port, paramstyle="qmark").cursor()
    row = cursor.execute("select ?, ?, ?, ?", (1, "it's", None, decimal.Decimal("1.20"))).fetchone()
    assert row == ("1", "it's", None, "1.20")


def test_executemany_is_one_array_bind(server, connect):
    cursor = connect(server.port, paramstyle="qmark").cursor()
    cursor.executemany("insert into t values (?, ?)", [(n, str(n)) for n in range(1000)])
    assert cursor.rowcount == 1000


def test_errors_carry_code_state_and_query_id(cursor):
    with pytest.raises(sf.errors.ProgrammingError) as error:
        cursor.execute("select * from nosuch")
    assert (error.value.errno, error.value.sqlstate) == (2003, "42S02")
    assert "Object 'NOSUCH' does not exist" in str(error.value)
    assert error.value.sfqid
    assert cursor.execute("select 1").fetchone() == (1,)


def test_slow_statement_is_polled_for(cursor):
    assert cursor.execute("select system$wait(1)").fetchone() == ("waited 1 seconds",)


def test_timeout_cancels_the_statement(server, connect):
    # 4.x takes the limit with the statement, 5.x with the connection.
    on_connection, on_statement = ({}, {"timeout": 1}) if sf.__version__ < "5" else ({"query_timeout": 1}, {})
    connection = connect(server.port, **on_connection)
    started = time.monotonic()
    with pytest.raises(sf.errors.Error):
        connection.cursor().execute("select system$wait(300)", **on_statement)
    # The session's statements run in order: this one would wait for the other had it not ended.
    assert connection.cursor().execute("select 1").fetchone() == (1,)
    assert time.monotonic() - started < 200


def test_asynchronous_statement(connection):
    cursor = connection.cursor()
    cursor.execute_async("select system$wait(1)")
    query_id = cursor.sfqid
    cursor.get_results_from_sfqid(query_id)
    assert cursor.fetchall() == [("waited 1 seconds",)]
    assert connection.get_query_status(query_id) == QueryStatus.SUCCESS


def test_failure_of_an_asynchronous_statement(connection):
    cursor = connection.cursor()
    cursor.execute_async("select * from nosuch")
    query_id = cursor.sfqid
    while connection.is_still_running(connection.get_query_status(query_id)):
        time.sleep(0.05)
    assert connection.get_query_status(query_id) == QueryStatus.FAILED_WITH_ERROR
    with pytest.raises(sf.errors.ProgrammingError, match="NOSUCH"):
        connection.get_query_status_throw_if_error(query_id)


def test_abort_by_query_id(connection):
    cursor = connection.cursor()
    cursor.execute_async("select system$wait(300)")
    query_id = cursor.sfqid
    assert connection.get_query_status(query_id) in (QueryStatus.RUNNING, QueryStatus.QUEUED)
    assert cursor.abort_query(query_id)
    while connection.is_still_running(connection.get_query_status(query_id)):
        time.sleep(0.05)
    assert connection.get_query_status(query_id) == QueryStatus.FAILED_WITH_ERROR


def test_several_statements_at_once(connection):
    cursor = connection.cursor()
    cursor.execute("use role r2; select 1; select 2", num_statements=3)
    assert cursor.nextset() is not None
    assert cursor.fetchall() == [(1,)]
    assert cursor.nextset() is not None
    assert cursor.fetchall() == [(2,)]
    assert cursor.nextset() is None


def test_wrong_number_of_statements(connection):
    with pytest.raises(sf.errors.ProgrammingError) as error:
        connection.cursor().execute("select 1; select 2", num_statements=3)
    assert error.value.errno == 8
    assert "Actual statement count 2 did not match the desired statement count 3" in str(error.value)


def test_large_result_comes_in_chunks(cursor):
    rows = cursor.execute("select seq4(), 'row ' || seq4() from table(generator(rowcount => 50000))").fetchall()
    assert rows == [(n, f"row {n}") for n in range(50_000)]


def test_describe_runs_nothing(cursor):
    columns = cursor.describe("select 1")
    assert [column.name for column in columns] == ["1"]


def test_expired_session_token_is_renewed(start_server, connect):
    connection = connect(start_server("--session-seconds", 1).port)
    connection.cursor().execute("set v = 'kept'")
    time.sleep(1.5)
    assert connection.cursor().execute("select $v").fetchone() == ("'kept'",)


def test_heartbeat_and_close(server, connect):
    connection = connect(server.port)
    assert connection.is_valid()
    connection.close()
    assert connection.is_closed()
    with pytest.raises(sf.errors.Error):
        connection.cursor().execute("select 1")
