"""What the end-to-end tests share: running the binary, a deployment in a folder of its own, and client sessions."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

LIFEBOAT = os.environ.get("LIFEBOAT", "")
HERE = Path(__file__).resolve().parent
SMALL = ["--campaigns", "12", "--impressions-per-campaign", "400", "--click-rate", "0.2", "--conversion-rate", "0.2"]
LIMIT_SECONDS = 600


def run(*arguments, check=True, **options):
    """Runs `lifeboat ARGUMENTS` to its end."""
    done = subprocess.run([LIFEBOAT, *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT_SECONDS,
                          **options)
    if check and done.returncode != 0:
        raise AssertionError(f"lifeboat {arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done


def servers_below(folder):
    """Process ids of every `lifeboat server` whose configuration lies below the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"server" in arguments and any(a.startswith(os.fsencode(str(folder)) + b"/") for a in arguments):
            found.append(int(entry.name))
    return found


def wait_until(condition, what, seconds=LIMIT_SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


class FolderTest(unittest.TestCase):
    """A test with a folder of its own, in which nothing may run when it ends."""

    def setUp(self):
        self.assertTrue(LIFEBOAT, "the environment's LIFEBOAT must name the binary")
        self.folder = Path(tempfile.mkdtemp(prefix="lifeboat-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.addCleanup(self.end_servers)

    def end_servers(self):
        for pid in servers_below(self.folder):
            os.kill(pid, signal.SIGKILL)

    def assert_one_sentence(self, done, *words):
        """A failure is told in one line that names the thing."""
        lines = [line for line in done.stderr.splitlines() if line.startswith("lifeboat: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])


class FivePorts:
    """Five free ports in a row, which are given to nobody else while this lives, whether or not a deployment uses them at
    the moment. They are outside the ranges from which the system and `lifeboat up` take theirs."""

    def __init__(self):
        for self.first in range(10000 + 5 * (os.getpid() % 1000), 20000, 5):
            self.reserved = []
            try:
                for port in range(self.first, self.first + 5):
                    self.reserve(port)
                return
            except OSError:
                self.close()
        raise AssertionError("no five free ports in a row")

    def reserve(self, port):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))  # fails where anybody else has bound it
        # See tests/support/reserved_port.py.
        self.reserved.append(socket.socket())
        self.reserved[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.reserved[-1].bind(("127.0.0.1", port))

    def close(self):
        for one in self.reserved:
            one.close()

    def __del__(self):
        self.close()


class Deployment:
    """A deployment with small data, loaded and set up."""

    def __init__(self, folder):
        self.dir = folder / "deployment"
        self.ports = FivePorts()

    def up(self):
        run("up", "--dir", self.dir, "--port-base", self.ports.first)
        return self

    def load(self):
        run("load", "--dir", self.dir, *SMALL)
        run("runbook", "--dir", self.dir, "--quiet")
        return self

    def down(self):
        return run("down", "--dir", self.dir)

    @property
    def endpoints(self):
        return json.loads((self.dir / "endpoints.json").read_text())

    def pid(self, process):
        return next(p["pid"] for p in self.endpoints["processes"] if p["name"] == process)

    def sql(self, query, *options):
        """The rows of a query, as dictionaries."""
        return json.loads(run("sql", "--dir", self.dir, "-q", query, "--format", "json", *options).stdout)

    def status(self):
        return json.loads(run("status", "--dir", self.dir, "--json", check=False).stdout)


class ConnectorSession:
    """An open session of Snowflake's own Python connector, in the Python environment that has it."""

    def __init__(self, python, account, host, port, user, password):
        self.child = subprocess.Popen([python, str(HERE / "connector_session.py")], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
        self._send({"account": account, "host": host, "port": port, "user": user, "password": password})
        self._receive()

    def _send(self, message):
        self.child.stdin.write(json.dumps(message) + "\n")
        self.child.stdin.flush()

    def _receive(self):
        line = self.child.stdout.readline()
        if not line:
            raise AssertionError("the connector's process ended")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["rows"]

    def query(self, sql):
        self._send({"sql": sql})
        return self._receive()

    def close(self):
        self.child.stdin.close()
        self.child.wait(timeout=LIMIT_SECONDS)
        self.child.stdout.close()
