"""A PostgreSQL server in a folder of its own, with an empty database, that can be crashed and cut off; it refuses to run as
root, and then the user `postgres` runs it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from reserved_port import ReservedPort

LIMIT_SECONDS = 120


def programs():
    """The newest server's programs, as Debian lays them out; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PostgresProcess:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="lifeboat-postgres-"))
        self.as_user = ["/usr/bin/setpriv"]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.as_user += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.data = str(self.folder / "data")
        self.run("initdb", "-D", self.data, "-U", "app", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self.reserved = ReservedPort()
        self.port = self.reserved.number
        self.start()
        self.new_database("catalog")

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [*self.as_user, "--pdeathsig=QUIT", programs() / "postgres", "-D", self.data, "-p", str(self.port), "-k",
                 str(self.folder), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"], stdout=log, stderr=log, cwd="/")
        deadline = time.monotonic() + LIMIT_SECONDS
        while "ready" not in self.status():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start: " + (self.folder / "log").read_text())
            time.sleep(0.02)

    @property
    def uri(self):
        return self.uri_of("catalog")

    def uri_of(self, database):
        return f"postgresql://app@127.0.0.1:{self.port}/{database}"

    def new_database(self, name):
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "app", name)
        return self.uri_of(name)

    def status(self):
        path = self.folder / "data" / "postmaster.pid"
        return path.read_text() if path.exists() else ""

    def run(self, program, *arguments):
        subprocess.run([*self.as_user, programs() / program, *arguments], check=True, capture_output=True, cwd="/")

    def crash(self):
        """As `pg_ctl stop -m immediate`: no checkpoint, recovery at the next start."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=LIMIT_SECONDS)

    def cut_connections(self):
        self.run("psql", "-X", "-q", "-d", self.uri_of("postgres"), "-c", "SELECT pg_terminate_backend(pid) FROM "
                 "pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=LIMIT_SECONDS)
        shutil.rmtree(self.folder)
