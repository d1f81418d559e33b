"""A catalog in a process of its own (catalog_test_server), and a PyIceberg catalog connected to it.

Tests of other clients run where PyIceberg is not installed: only connect() needs it.
"""

import os
import signal
import subprocess

from reserved_port import ReservedPort

SERVER = os.environ.get("LIFEBOAT_CATALOG_TEST_SERVER", "build/dev/bin/catalog_test_server")
CLIENT = "tester:a secret & more"
LIMIT_SECONDS = 120


class CatalogProcess:
    """`store` is a PostgreSQL URI, `s3` an S3Process; without them all is in the folder. It keeps its port when it is
    started again."""

    def __init__(self, folder, client=CLIENT, store=None, s3=None, options=()):
        self.folder = str(folder)
        self.options = list(options)
        self.client = client
        self.reserved = ReservedPort()
        self.port = self.reserved.number
        self.store = store
        self.s3 = s3
        self.process = None
        self.start()

    def start(self):
        command = [SERVER, self.folder, "--port", str(self.port), *self.options]
        if self.client:
            command += ["--client", self.client]
        environment = dict(os.environ)
        if self.store:
            command += ["--store", self.store]
        if self.s3:
            command += ["--s3", self.s3.endpoint]
            environment |= {"AWS_ACCESS_KEY_ID": self.s3.key, "AWS_SECRET_ACCESS_KEY": self.s3.secret}
        log = open(os.path.join(self.folder, "server.log"), "ab")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        log.close()
        line = self.process.stdout.readline()
        if not line.startswith("PORT "):
            with open(os.path.join(self.folder, "server.log"), errors="replace") as log:
                raise RuntimeError("the server did not start: " + log.read()[-2000:])

    warehouse = "lake"

    @property
    def uri(self):
        return f"http://127.0.0.1:{self.port}"

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(timeout=LIMIT_SECONDS)
        self.process.stdout.close()
        return code

    def connect(self, **properties):
        if self.client and "credential" not in properties:
            properties["credential"] = self.client
        from pyiceberg.catalog import load_catalog

        return load_catalog("lifeboat", type="rest", uri=self.uri, warehouse="lake", **properties)
