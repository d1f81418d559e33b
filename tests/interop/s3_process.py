"""An S3 server of one process on a folder, with the bucket `lake`."""

import os
import socket
import subprocess
import time
from pathlib import Path

from reserved_port import ReservedPort

SERVER = os.environ.get("LIFEBOAT_TEST_VERSITYGW", "")


class S3Process:
    key = "interop"
    secret = "interop-secret"

    def __init__(self, folder):
        (Path(folder) / "data" / "lake").mkdir(parents=True)  # a bucket is a folder to this server
        self.reserved = ReservedPort()
        self.port = self.reserved.number
        with open(Path(folder) / "s3.log", "wb") as log:
            self.process = subprocess.Popen(
                [SERVER, "--quiet", "--keep-alive", "--access", self.key, "--secret", self.secret, "--port",
                 f"127.0.0.1:{self.port}", "posix", "--nometa", str(Path(folder) / "data")], stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the S3 server did not start, see {folder}/s3.log") from None
                time.sleep(0.1)

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
