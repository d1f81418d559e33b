"""Starts wire_test_server and connects whichever Snowflake connector this Python has."""

import os
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

SERVER = os.environ.get("LIFEBOAT_WIRE_TEST_SERVER", "")

for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
    os.environ.pop(name, None)


class Server:
    def __init__(self, *flags):
        self.process = subprocess.Popen([SERVER, *map(str, flags)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.port = int(line.split()[-1])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(120)
        self.process.stdout.close()


@pytest.fixture
def start_server():
    servers = []

    def start(*flags):
        servers.append(Server(*flags))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def server():
    # Small limits, so that the ordinary tests also meet "in progress" and chunks.
    shared = Server("--hold-ms", 300, "--inline-bytes", 10_000, "--chunk-bytes", 100_000)
    yield shared
    shared.stop()


@pytest.fixture(autouse=True)
def private_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SNOWFLAKE_HOME", str(tmp_path))
    monkeypatch.setenv("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")


@pytest.fixture
def connect():
    import snowflake.connector

    connections = []

    def open_connection(port, **options):
        arguments = dict(account="LIFEBOAT-PRIMARY", host="127.0.0.1", port=port, protocol="http", user="u1", password="p1")
        arguments.update(options)
        connections.append(snowflake.connector.connect(**arguments))
        return connections[-1]

    yield open_connection
    for connection in connections:
        connection.close()
