"""A MinIO in a process of its own with an empty bucket `lake`, and a Lifeboat deployment whose lake is in it."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from reserved_port import ReservedPort

MINIO = os.environ.get("LIFEBOAT_TEST_MINIO", "")
LIFEBOAT = os.environ.get("LIFEBOAT", "")
KEY, SECRET = "testadmin", "testsecret123"
ROLE = "arn:aws:iam::000000000000:role/lake"
LIMIT_SECONDS = 600


class Minio:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="lifeboat-minio-")
        os.makedirs(f"{self.folder}/data/lake")  # a bucket is a folder to this server
        self.reserved = ReservedPort()
        address = f"127.0.0.1:{self.reserved.number}"
        self.endpoint = f"http://{address}"
        environment = {"MINIO_ROOT_USER": KEY, "MINIO_ROOT_PASSWORD": SECRET, "MINIO_BROWSER": "off",
                       "MINIO_UPDATE": "off", "HOME": self.folder, "PATH": os.environ["PATH"]}
        with open(f"{self.folder}/server.log", "wb") as log:
            self.process = subprocess.Popen(
                [MINIO, "server", "--quiet", "--address", address, f"{self.folder}/data"], env=environment,
                stdout=log, stderr=log)
        self.wait()

    def wait(self):
        """Until it serves: its /minio/health/live answers while its bucket and its STS do not yet."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{self.endpoint}/minio/health/cluster", timeout=60).close()
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    with open(f"{self.folder}/server.log", encoding="utf-8", errors="replace") as log:
                        raise RuntimeError(f"MinIO did not start: {log.read()[-2000:]}") from None
                time.sleep(0.05)

    def filesystem(self, key=KEY, secret=SECRET, token=None):
        """Reads and writes the store with these credentials, as a client would."""
        from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

        return S3FileSystem(access_key=key, secret_key=secret, session_token=token, region="us-east-1",
                            endpoint_override=self.endpoint, allow_bucket_creation=True,
                            connect_timeout=60, request_timeout=60,
                            retry_strategy=AwsStandardS3RetryStrategy(max_attempts=1))

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Deployment:
    """`lifeboat up --storage s3://…`, in a folder of its own."""

    def __init__(self, minio, *options):
        self.folder = tempfile.mkdtemp(prefix="lifeboat-s3-")
        self.environment = {**os.environ, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        self.run("up", "--storage", "s3://lake/wh", "--s3-endpoint", minio.endpoint, *options)
        # Nobody but `up` is given the secret.
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            del self.environment[name]
        with open(f"{self.folder}/endpoints.json", encoding="utf-8") as file:
            self.endpoints = json.load(file)

    def run(self, command, *arguments):
        done = subprocess.run([LIFEBOAT, command, "--dir", self.folder, *arguments], env=self.environment,
                              capture_output=True, text=True, timeout=LIMIT_SECONDS)
        assert done.returncode == 0, f"lifeboat {command} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def connect(self, delegation, **properties):
        """A PyIceberg catalog that has no credentials for the store."""
        from pyiceberg.catalog import load_catalog

        catalog = self.endpoints["catalogs"][0]
        # A connection that a busy machine does not take within a second, the client's own limit, is no failure.
        properties = {"s3.connect-timeout": "60", "s3.request-timeout": "60", **properties}
        return load_catalog("lake", type="rest", uri=catalog["uri"], warehouse=catalog["warehouse"],
                            credential=f"{catalog['client_id']}:{catalog['client_secret']}",
                            **{"header.X-Iceberg-Access-Delegation": delegation}, **properties)

    def log(self):
        text = ""
        for name in sorted(os.listdir(f"{self.folder}/run")):
            if name.endswith(".log"):
                with open(f"{self.folder}/run/{name}", encoding="utf-8", errors="replace") as file:
                    text += file.read()
        return text

    def stop(self):
        self.run("down")
        shutil.rmtree(self.folder, ignore_errors=True)


class LakeCatalog:
    """A deployment's catalog as start_spark() and TrinoProcess want it, and its access management."""

    def __init__(self, deployment):
        catalog = deployment.endpoints["catalogs"][0]
        self.uri, self.warehouse = catalog["uri"], catalog["warehouse"]
        self.client = f"{catalog['client_id']}:{catalog['client_secret']}"

    def request(self, method, path, body=None, **headers):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        answer = urllib.request.urlopen(urllib.request.Request(f"{self.uri}{path}", method=method, data=data, headers=headers))
        text = answer.read()
        return json.loads(text) if text else None

    def manage(self, method, path, body):
        id, secret = self.client.split(":", 1)
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": id, "client_secret": secret})
        token = self.request("POST", "/v1/oauth/tokens", form.encode())["access_token"]
        return self.request(method, f"/lifeboat/v1/access/{path}", body, Authorization=f"Bearer {token}")

    def grant(self, principal, privileges, **object):
        self.manage("POST", "grants", {"grantee": {"principal": principal}, "privileges": privileges, "object": object})
