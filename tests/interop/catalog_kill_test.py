"""SIGKILL the catalog while clients commit, again and again; then let a separate checker judge what is left.

kill_workload.py has the clients, which journal what they ask and are told; kill_checker.py is a program of its own that
reads the journal and the catalog. The store is SQLite under one server, or one PostgreSQL database under two servers,
where the database is crashed and its connections are cut as well.
LIFEBOAT_KILL_ROUNDS (10) and LIFEBOAT_KILL_SEED (1) change how long and which way.
"""

import os
import random
import subprocess
import sys
import threading
import time

import pytest

from catalog_process import CatalogProcess
from kill_workload import Client, join_all, prepare, wait_until_acknowledged
from postgres_process import PostgresProcess, programs

ROUNDS = int(os.environ.get("LIFEBOAT_KILL_ROUNDS", "10"))
SEED = int(os.environ.get("LIFEBOAT_KILL_SEED", "1"))
ROUNDS_A_CATALOG = 20  # then a new one: the checker reads all there is
CLIENTS = 6
BETWEEN = 6  # successes, so that every blow falls into work


class Deployment:
    """The servers of one catalog, and ways to hurt it."""

    def __init__(self, folder, chance, postgres=None):
        self.chance, self.postgres = chance, postgres
        self.torn = []
        if postgres is None:
            self.servers = [CatalogProcess(folder, client=None)]
        else:
            uri = postgres.new_database(os.path.basename(folder))
            self.servers = [CatalogProcess(folder, client=None, store=uri) for _ in range(2)]

    @property
    def ports(self):
        return [server.port for server in self.servers]

    def hurt(self):
        what = self.chance.random()
        if self.postgres is not None and what < 0.25:
            self.postgres.crash()
            time.sleep(self.chance.uniform(0, 0.1))
            self.postgres.start()
        elif self.postgres is not None and what < 0.5:
            self.postgres.cut_connections()
        else:
            server = self.chance.choice(self.servers)
            server.kill()
            if self.postgres is None:
                self.torn += tear_pending_files(server.folder, self.chance)
            server.start()

    def check(self, journal):
        """Runs the checker; the text it printed."""
        checker = os.path.join(os.path.dirname(__file__), "kill_checker.py")
        command = [sys.executable, checker, journal, str(self.ports[0])]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        for path in self.torn:
            assert os.path.getsize(path) > 0, f"{path} was not restored"
        return done.stdout.strip()

    def stop(self):
        for server in self.servers:
            assert server.stop() == 0


def tear_pending_files(folder, chance):
    """What a power cut may take besides: empties some of the newest files whose bytes the store still holds."""
    import sqlite3

    database = sqlite3.connect(os.path.join(folder, "catalog.db"))
    query = "SELECT location FROM metadata_files JOIN pending_files ON metadata_id = id ORDER BY id DESC LIMIT 20"
    pending = [row[0][len("file://"):] for row in database.execute(query)]
    database.close()
    torn = [path for path in pending if os.path.exists(path) and chance.random() < 0.3]
    for path in torn:
        os.truncate(path, 0)
    return torn


def run_catalog(folder, name, rounds, chance, postgres):
    folder.mkdir()
    journal = folder / "journal"
    journal.mkdir()
    deployment = Deployment(folder, chance, postgres)
    prepare(deployment.ports[0])
    stop = threading.Event()
    clients = []
    for i in range(CLIENTS):
        ports = deployment.ports[i % len(deployment.ports):] + deployment.ports[:i % len(deployment.ports)]
        clients.append(Client(ports, i, name, str(journal), stop, chance.getrandbits(32)))
        clients[-1].start()
    try:
        for _ in range(rounds):
            wait_until_acknowledged(clients, BETWEEN)
            time.sleep(chance.uniform(0.02, 0.3))
            deployment.hurt()
        wait_until_acknowledged(clients, BETWEEN)
    finally:
        stop.set()
        join_all(clients)
    said = deployment.check(str(journal))
    print(said)
    deployment.stop()
    acknowledged = int(said.split(" acknowledged")[0].split()[-1])
    assert acknowledged >= BETWEEN * rounds, said


def run_rounds(tmp_path, rounds_wanted, postgres):
    chance = random.Random(SEED)
    left, number = rounds_wanted, 0
    while left > 0:
        number += 1
        rounds = min(left, ROUNDS_A_CATALOG)
        run_catalog(tmp_path / f"catalog{number}", str(number), rounds, chance, postgres)
        left -= rounds


def test_sqlite(tmp_path):
    run_rounds(tmp_path, ROUNDS, None)


@pytest.mark.skipif(programs() is None, reason="no PostgreSQL 15 or later below /usr/lib/postgresql")
def test_postgresql_and_two_servers(tmp_path):
    postgres = PostgresProcess()
    try:
        run_rounds(tmp_path, ROUNDS // 2, postgres)  # each takes longer
    finally:
        postgres.stop()
