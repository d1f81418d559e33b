"""A PostgreSQL server in a folder of its own, with an empty database, that can be crashed and cut off; it refuses to run as
root, and then the user `postgres` runs it."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from reserved_port import ReservedPort
from small_disk import SmallDisk

LIMIT_SECONDS = 120


def programs():
    """The newest server's programs, as Debian lays them out; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PostgresProcess:
    """Its data lies on a disk of so many MiB, if that is said: that takes root."""

    def __init__(self, disk_mib=None):
        self.folder = Path(tempfile.mkdtemp(prefix="lifeboat-postgres-"))
        self.as_user = ["/usr/bin/setpriv"]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.as_user += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.data = str(self.folder / "data")
        self.pid_file = self.folder / "data" / "postmaster.pid"
        self.disk = None
        if disk_mib is not None:
            os.mkdir(self.data)
            self.disk = SmallDisk(self.data, disk_mib, owner=pwd.getpwnam("postgres").pw_uid)
            self.as_user[:0] = self.disk.enter
            self.pid_file = Path(self.disk.path) / "postmaster.pid"
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
        return self.pid_file.read_text() if self.pid_file.exists() else ""

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
        if self.disk is not None:
            self.disk.close()
        shutil.rmtree(self.folder)
