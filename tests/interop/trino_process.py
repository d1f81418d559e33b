"""A Trino server of one process whose catalog `lake` is the catalog server."""

import json
import os
import subprocess
import time
import urllib.request
from pathlib import Path

from reserved_port import ReservedPort

CLIENTS = Path(os.environ.get("LIFEBOAT_INTEROP_CLIENTS", "build/interop")).resolve()
START_SECONDS_MAX = 180


class TrinoProcess:
    """`properties`: of the catalog `lake`, instead of those for tables in files."""

    def __init__(self, catalog, folder, properties="fs.hadoop.enabled=true\n"):
        self.folder = Path(folder)
        self.reserved = ReservedPort()
        self.port = self.reserved.number
        self.write_settings(catalog, properties)
        environment = {**os.environ, "JAVA_HOME": str(CLIENTS / "java"), "PATH": f"{CLIENTS}/java/bin:{os.environ['PATH']}"}
        with open(self.folder / "trino.log", "wb") as log:
            self.process = subprocess.Popen(
                [str(CLIENTS / "trino/server/bin/launcher"), "run", "--etc-dir", str(self.folder / "etc"), "--data-dir",
                 str(self.folder / "data")], stdout=log, stderr=log, env=environment)
        self.wait_until_it_answers()

    def write_settings(self, catalog, properties):
        etc = self.folder / "etc"
        (etc / "catalog").mkdir(parents=True)
        (etc / "node.properties").write_text(
            f"node.environment=test\nnode.id=interop\nnode.bind-ip=127.0.0.1\nnode.internal-address=127.0.0.1\n"
            f"node.data-dir={self.folder}/data\n")
        (etc / "jvm.config").write_text("-server\n-Xmx2G\n-XX:+ExitOnOutOfMemoryError\n-Djdk.attach.allowAttachSelf=true\n")
        (etc / "config.properties").write_text(
            f"coordinator=true\nnode-scheduler.include-coordinator=true\nhttp-server.http.port={self.port}\n"
            f"discovery.uri=http://127.0.0.1:{self.port}\ncatalog.management=static\n")
        (etc / "catalog" / "tpch.properties").write_text("connector.name=tpch\n")
        (etc / "catalog" / "lake.properties").write_text(
            "connector.name=iceberg\niceberg.catalog.type=rest\n"
            f"iceberg.rest-catalog.uri={catalog.uri}\niceberg.rest-catalog.warehouse={catalog.warehouse}\n"
            f"iceberg.rest-catalog.security=OAUTH2\niceberg.rest-catalog.oauth2.credential={catalog.client}\n"
            "iceberg.rest-catalog.nested-namespace-enabled=true\n"
            # A test drops and expires what it has just written.
            "iceberg.expire-snapshots.min-retention=0s\niceberg.remove-orphan-files.min-retention=0s\n" + properties)

    def wait_until_it_answers(self):
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/info", timeout=5) as answer:
                    started = b'"starting":false' in answer.read()
                if started and self.has_workers():
                    return
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("Trino did not start:\n" + (self.folder / "trino.log").read_text()[-3000:])
            time.sleep(0.5)

    def has_workers(self):
        """Trino announces itself to itself a little after it has started; until then it runs no query."""
        try:
            return self.sql("SELECT count(*) FROM tpch.tiny.region") == [(5,)]
        except RuntimeError as error:
            if "NO_NODES_AVAILABLE" in str(error):
                return False
            raise

    def sql(self, statement):
        """Rows of one statement over Trino's client protocol, values as JSON has them; its error as RuntimeError."""
        page = self.exchange(f"http://127.0.0.1:{self.port}/v1/statement", statement.encode())
        rows = []
        while True:
            if "error" in page:
                raise RuntimeError(f"{statement}\n{page['error']['errorName']}: {page['error']['message']}")
            rows += [tuple(row) for row in page.get("data", [])]
            if "nextUri" not in page:
                return rows
            page = self.exchange(page["nextUri"])

    @staticmethod
    def exchange(url, body=None):
        headers = {"X-Trino-User": "interop", "X-Trino-Catalog": "lake"}
        with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=300) as answer:
            return json.load(answer)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
