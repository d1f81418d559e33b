"""The catalogs that are measured, each started as a process of its own on 127.0.0.1, in a folder of its own."""

import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/support"))

from reserved_port import ReservedPort

START_SECONDS_MAX = 90


def exchange(port, method, path, body=None, headers=None):
    """(status, headers, body) of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        fields = dict(headers or {})
        if body is not None:
            body = json.dumps(body)
            fields["Content-Type"] = "application/json"
        connection.request(method, path, body, fields)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


class PeerServer:
    """A running catalog. `path` is what precedes /namespaces in its paths."""

    name = ""
    note = ""  # what makes it differ from the others, for the table
    path = "/v1"
    config_path = "/v1/config"
    holds_all_snapshots = True
    tables_are_local = True  # their files are in a local folder

    def __init__(self, folder, tools):
        self.folder = Path(folder) / self.name
        self.folder.mkdir(parents=True)
        self.tools = tools
        self.reserved = []
        self.port = self.new_port()
        self.processes = []

    def new_port(self):
        """A port that nobody else is given while this server lives."""
        self.reserved.append(ReservedPort())
        return self.reserved[-1].number

    def start(self):
        self.launch()
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                status, _, body = exchange(self.port, "GET", self.config_path)
                if status == 200:
                    return self
                problem = f"{status} {body[:300]}"
            except OSError as error:
                problem = str(error)
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                self.stop()
                raise RuntimeError(f"{self.name} does not serve: {problem}; see {self.folder}/log")
            time.sleep(0.2)

    def launch(self):
        raise NotImplementedError

    def run(self, command, **environment):
        with open(self.folder / "log", "ab") as log:
            self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                   cwd=self.folder, env={**os.environ, **environment}))

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []

    def request(self, method, path, body=None, headers=None):
        """JSON of the answer to a request below this catalog's prefix; raises when it is no success."""
        status, _, answer = exchange(self.port, method, self.path + path, body, headers)
        if not 200 <= status < 300:
            raise RuntimeError(f"{self.name}: {method} {path}: {status} {answer[:500]}")
        return json.loads(answer) if answer else None

    def table_path(self, table):
        return f"{self.path}/namespaces/bench/tables/{table}"

    def cpu_seconds(self):
        """Of all its processes, since they started."""
        ticks = 0
        for process in self.processes:
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # utime, stime
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident_mib(self):
        total = 0
        for process in self.processes:
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1])
        return round(total / 1024)


class Lifeboat(PeerServer):
    name = "lifeboat"
    note = "SQLite, fsync a group of commits; metadata.json in a local folder"

    def launch(self):
        self.run([str(self.tools.build / "bin/catalog_test_server"), str(self.folder / "data"), "--port", str(self.port)])


class Fixture(PeerServer):
    """Iceberg's RESTCatalogServer. Its pool opens two connections by default, and each connection to an in-memory sqlite
    is a database of its own: half of concurrent requests would fail. One connection is the setting that works."""

    name = "iceberg-fixture"
    note = "Iceberg 1.11.0, sqlite in memory, one connection: not durable; metadata.json in a local folder"

    def launch(self):
        self.run([self.tools.java, "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp",
                  f"{self.tools.clients}/fixture/*", "org.apache.iceberg.rest.RESTCatalogServer"],
                 CATALOG_REST_PORT=str(self.port), CATALOG_WAREHOUSE=f"file:{self.folder}/warehouse", CATALOG_CLIENTS="1")


class Nessie(PeerServer):
    """Nessie keeps metadata.json in an object store only, so it gets an S3 gateway over a local folder."""

    name = "nessie"
    note = "0.99.0, RocksDB; metadata.json in versitygw S3 over a local folder"
    path = "/iceberg/v1/main"
    config_path = "/iceberg/v1/config"
    holds_all_snapshots = False
    tables_are_local = False

    def launch(self):
        s3_port, management_port = self.new_port(), self.new_port()
        (self.folder / "s3" / "lake").mkdir(parents=True)
        self.run([str(self.tools.s3 / "versitygw"), "--quiet", "--keep-alive", "--access", "test", "--secret", "testtest",
                  "--port", f"127.0.0.1:{s3_port}", "posix", "--nometa", str(self.folder / "s3")])
        s3 = "nessie.catalog.service.s3.default-options"
        settings = {
            "quarkus.http.host": "127.0.0.1", "quarkus.http.port": self.port, "quarkus.management.host": "127.0.0.1",
            "quarkus.management.port": management_port, "quarkus.otel.sdk.disabled": "true",
            "quarkus.http.access-log.enabled": "false", "nessie.version.store.type": "ROCKSDB",
            "nessie.version.store.persist.rocks.database-path": self.folder / "rocks",
            "nessie.catalog.default-warehouse": "warehouse",
            "nessie.catalog.warehouses.warehouse.location": "s3://lake/nessie/",
            f"{s3}.endpoint": f"http://127.0.0.1:{s3_port}/", f"{s3}.path-style-access": "true", f"{s3}.region": "us-east-1",
            f"{s3}.request-signing-enabled": "false", f"{s3}.access-key": "urn:nessie-secret:quarkus:s3key",
            "s3key.name": "test", "s3key.secret": "testtest",
        }
        [runner] = (self.tools.clients / "nessie").glob("nessie-quarkus-*-runner.jar")
        self.run([self.tools.new_java, "-Xmx1g", *(f"-D{key}={value}" for key, value in settings.items()), "-jar", str(runner)])


class StaticServer(PeerServer):
    """net::HttpServer answering the same bytes: the ceiling. Serves /small and /large."""

    name = "bare-http"
    note = "net::HttpServer answering the same bytes from memory"
    config_path = "/small"
    tables_are_local = False

    def __init__(self, folder, tools, bodies):
        super().__init__(folder, tools)
        for name, body in bodies.items():
            (self.folder / name).write_bytes(body)
        self.names = list(bodies)

    def launch(self):
        process = subprocess.Popen([str(self.tools.build / "bin/static_server"),
                                    *(f"/{name}={self.folder / name}" for name in self.names)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        self.port = int(process.stdout.readline().split()[1])
