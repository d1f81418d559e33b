"""A session outlives the account it was opened at: same client object, no error, its state kept."""

import threading
import time

import pytest
from relay import Relay
from reserved_port import ReservedPort


@pytest.fixture
def relay():
    relays = []

    def start(port):
        relays.append(Relay(port))
        return relays[-1]

    yield start
    for one in relays:
        one.close()


def test_session_survives_a_restart_on_the_same_port(start_server, connect):
    port = ReservedPort()
    first = start_server("--port", port.number)
    connection = connect(first.port, account="LIFEBOAT_DEMO")
    connection.cursor().execute("select 1")
    first.kill()
    restart = threading.Timer(1.0, lambda: start_server("--port", port.number, "--account", "SECONDARY"))
    restart.start()
    assert connection.cursor().execute("select 2").fetchone() == (2,)
    restart.join()
    port.close()


def test_role_and_variables_follow_the_session(start_server, connect, relay):
    primary, secondary = start_server("--account", "PRIMARY"), start_server("--account", "SECONDARY")
    door = relay(primary.port)
    connection = connect(door.port, account="LIFEBOAT-LIFEBOAT_DEMO")
    connection.cursor().execute("use role r2")
    connection.cursor().execute("set v = 42")
    primary.kill()
    door.target_port = secondary.port
    assert connection.cursor().execute("select $v").fetchone() == ("42",)
    assert connection.cursor().execute("select current_role()").fetchone() == ("R2",)


def test_failback_does_not_bring_back_the_old_state(start_server, connect, relay):
    primary, secondary = start_server("--account", "PRIMARY"), start_server("--account", "SECONDARY")
    door = relay(primary.port)
    connection = connect(door.port, account="LIFEBOAT_DEMO")
    connection.cursor().execute("set v = 'old'")
    door.target_port = secondary.port
    connection.cursor().execute("set v = 'new'")
    door.target_port = primary.port  # where the session as it was before the failover is still open
    assert connection.cursor().execute("select $v").fetchone() == ("'new'",)


def test_statement_under_way_is_repeated_at_the_new_account(start_server, connect, relay):
    primary, secondary = start_server("--account", "PRIMARY"), start_server("--account", "SECONDARY")
    door = relay(primary.port)
    connection = connect(door.port, account="LIFEBOAT_DEMO")

    def move():
        primary.kill()
        door.target_port = secondary.port

    started = time.monotonic()
    threading.Timer(0.5, move).start()
    assert connection.cursor().execute("select system$wait(2)").fetchone() == ("waited 2 seconds",)
    assert time.monotonic() - started > 2.4
