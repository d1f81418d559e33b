"""The snow command as a user runs it."""

import json
import os
import subprocess

import pytest

SNOW = os.environ["LIFEBOAT_TEST_SNOW"]


@pytest.fixture
def snow(server, tmp_path):
    config = tmp_path / "config.toml"
    config.write_text(
        f"""[connections.demo]
account = "LIFEBOAT-LIFEBOAT_DEMO"
host = "127.0.0.1"
port = {server.port}
protocol = "http"
user = "u1"
password = "p1"
"""
    )
    config.chmod(0o600)

    def run(*arguments, password=None):
        command = [SNOW, "--config-file", str(config), "sql", "-c", "demo", *arguments]
        if password is not None:
            command += ["--password", password]
        return subprocess.run(command, capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL)

    return run


def test_query_as_json(snow):
    done = snow("-q", "select 1", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [{"1": 1}]


def test_script_runs_in_one_session(snow, tmp_path):
    script = tmp_path / "script.sql"
    script.write_text("use role r2; -- a comment\nset v = 'a;b';\nselect $v;\nselect current_role();\n")
    done = snow("-f", str(script), "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[2:] == [[{"$V": "'a;b'"}], [{"CURRENT_ROLE()": "R2"}]]


def test_stops_at_the_first_error(snow):
    done = snow("-q", "select 1; select * from nosuch; select 2")
    assert done.returncode == 1
    assert "002003" in done.stderr and "NOSUCH" in done.stderr
    assert "2" not in [line.strip("| ") for line in done.stdout.splitlines()]


def test_refused_login(snow):
    done = snow("-q", "select 1", password="wrong")
    assert done.returncode == 1
    assert "Incorrect username or password" in done.stderr


def test_statement_in_the_background(snow):
    done = snow("-q", "select 1;>", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert "scheduled" in done.stdout.lower()
