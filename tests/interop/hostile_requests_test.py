"""Hostile, broken and slow requests over real sockets: each is answered as the protocol answers mistakes, nothing of it
happens, and the server goes on serving others.
"""

import gzip
import json
import os
import resource
import select
import socket
import time

import pytest

from catalog_process import CatalogProcess
from kill_workload import SCHEMA, Connection

BODY_BYTES_MAX = 1024 * 1024
READ_TIMEOUT_SECONDS = 5  # long enough for every request here that is sent at all
LIMIT_SECONDS = 60  # for what takes no time worth speaking of
IDLE_CONNECTIONS = 1000


def allow_open_files(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count if hard == resource.RLIM_INFINITY else min(count, hard), hard))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    allow_open_files(IDLE_CONNECTIONS + 100)  # here, and in the server, which inherits it
    options = ["--body-bytes-max", str(BODY_BYTES_MAX), "--read-timeout-ms", str(READ_TIMEOUT_SECONDS * 1000)]
    process = CatalogProcess(tmp_path_factory.mktemp("hostile"), client=None, options=options)
    connection = Connection(process.port)
    assert connection.call("POST", "/v1/namespaces", {"namespace": ["n"]})[0] == 200
    assert connection.call("POST", "/v1/namespaces/n/tables", {"name": "t", "schema": SCHEMA})[0] == 200
    yield process
    assert process.stop() == 0


@pytest.fixture(autouse=True)
def nothing_happens(server):
    """The catalog and its folder are after each test what they were before."""
    before = everything(server)
    yield
    assert everything(server) == before


def everything(server):
    connection = Connection(server.port)
    log = connection.call("GET", "/lifeboat/v1/changes?after=0")[1]
    table = connection.call("GET", "/v1/namespaces/n/tables/t")[1]
    connection.close()
    files = [os.path.join(parent, name) for parent, _, names in os.walk(server.folder) for name in names]
    return log["last-position"], table, sorted(path for path in files if "catalog.db" not in path)


class Raw:
    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT_SECONDS)

    def send(self, data):
        try:
            self.socket.sendall(data.encode() if isinstance(data, str) else data)
        except OSError:
            pass  # it has answered and closed already
        return self

    def end(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def answer(self):
        """Status, headers and body of one answer."""
        data = b""
        while b"\r\n\r\n" not in data:
            block = self.socket.recv(65536)
            if not block:
                return None
            data += block
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        while len(body) < int(headers.get("content-length", 0)):
            body += self.socket.recv(65536)
        return int(lines[0].split()[1]), headers, body

    def has_answer(self, seconds=0):
        poll = select.poll()  # knows descriptors beyond 1023
        poll.register(self.socket, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def closed(self):
        return self.socket.recv(1) == b""


def post(path, body, headers="", length=None):
    body = body.encode() if isinstance(body, str) else body
    length = len(body) if length is None else length
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{headers}\r\n".encode() + body


def check_error(answer, *statuses):
    assert answer is not None, "no answer"
    status, headers, body = answer
    assert status in statuses, (status, body[:300])
    assert headers["content-type"].startswith("application/json"), headers
    error = json.loads(body.decode("utf-8"))["error"]
    assert error["code"] == status and error["type"] and error["message"], error
    return error


def refused(server, method, path, body=None, statuses=(400,)):
    """Sends JSON text, or a value, by an ordinary client."""
    raw = Raw(server)
    text = body if isinstance(body, (str, bytes)) else json.dumps(body) if body is not None else ""
    data = post(path, text).replace(b"POST", method.encode(), 1)
    return check_error(raw.send(data).answer(), *statuses)


def create(name="h", **more):
    return {"name": name, "schema": SCHEMA, **more}


def commit(update, requirements=()):
    return {"requirements": list(requirements), "updates": [update]}


TABLE = "/v1/namespaces/n/tables/t"
TABLES = "/v1/namespaces/n/tables"
SNAPSHOT = ('{"requirements":[],"updates":[{"action":"add-snapshot","snapshot":{"snapshot-id":%s,"sequence-number":1,'
            '"timestamp-ms":1700000000000,"manifest-list":"file:///m","summary":{"operation":"append"}}}]}')


@pytest.mark.parametrize("text", [
    "[" * 100_000 + "]" * 100_000,
    '{"namespace":' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}",
    "[" * 100_000,
    "",
    "null",
    "[]",
    '"text"',
    '{"namespace":["h"]',
    '{"namespace":["h"]} trailing',
    '{"namespace":["h"],}',
    '{"namespace":"h"}',
    '{"namespace":[]}',
    '{"namespace":[1]}',
    '{"namespace":[null]}',
    '{"namespace":["h"],"properties":{"a":1}}',
    '{"namespace":["h"],"properties":{"a":NaN}}',
    '{"namespace":["h"],"properties":[]}',
    '{"namespace":["h\\u0000"]}',
    '{"namespace":["h\\u001fi"]}',
    '{"namespace":["\\ud800"]}',
    '{"namespace":[".."]}',
    '{"namespace":["a/../b"]}',
    '{"namespace":["a\\\\..\\\\b"]}',
    '{"namespace":[""]}',
    '{"namespace":["%s"]}' % ("h" * 10_000),
    b'{"namespace":["\xff\xfe"]}',
    b'{"namespace":["\xc0\xaf"]}',
    b"\x00\x01\x02",
    b"\x1f\x8b\x08\x00",
    '{"namespace":["h"],"properties":{"location":"../../etc"}}',
    '{"namespace":["h"],"properties":{"location":"file:///lake/../etc"}}',
], ids=lambda text: repr(text[:40]))
def test_bodies_that_are_no_namespace(server, text):
    refused(server, "POST", "/v1/namespaces", text)


@pytest.mark.parametrize("number", ["1e400", "-1e400", str(2**70), str(2**63), str(-(2**63) - 1), "1.5", "1e3", "NaN",
                                    "Infinity", "-", "0x10", '"7"', "null", "true", "9" * 100_000])
def test_numbers_that_are_no_snapshot_id(server, number):
    refused(server, "POST", TABLE, SNAPSHOT % number)


@pytest.mark.parametrize("body", [
    create(name="..", ),
    create(name="a/../../b"),
    create(name="\u0000"),
    create(name="a\u001fb"),
    create(name="a\nb"),
    create(name="h" * 10_000),
    create(name=""),
    create(location=".."),
    create(location="/etc"[1:]),
    create(location="file:///tmp/../etc"),
    create(location="file:///tmp/\u0000/x"),
    create(location="s3://bucket/a/../../b"),
    create(location="file:///" + "long/" * 3_000),
    create(location="gopher://host/t"),
    create(properties={"write.metadata.path": "file:///tmp/../etc"}),
    create(properties={"format-version": "99"}),
    {"name": "h"},
    {"name": "h", "schema": {"type": "struct", "fields": [{"id": 1, "name": "x", "type": "no-such", "required": True}]}},
    {"name": "h", "schema": {"type": "struct", "fields": [{"id": 1, "name": "x", "type": "long", "required": False}] * 2}},
], ids=lambda body: json.dumps(body)[:60])
def test_tables_that_cannot_be(server, body):
    refused(server, "POST", TABLES, body, (400, 406, 422))


@pytest.mark.parametrize("update", [
    {"action": "set-location", "location": "file:///lake/../etc"},
    {"action": "set-location", "location": "etc/passwd"},
    {"action": "set-properties", "updates": {"a": 1}},
    {"action": "set-properties", "updates": {"write.metadata.path": "file:///lake/%s" % "/../x"}},
    {"action": "no-such-action"},
    {"action": 7},
    {"action": "set-current-schema", "schema-id": 99},
    {"action": "remove-schemas", "schema-ids": [0]},
    {"action": "upgrade-format-version", "format-version": 2**31},
    {"action": "upgrade-format-version", "format-version": -1},
], ids=lambda update: json.dumps(update)[:60])
def test_updates_that_cannot_be(server, update):
    refused(server, "POST", TABLE, commit(update), (400, 406, 422))


@pytest.mark.parametrize("location", ["file:///etc/passwd", "file:///dev/zero", "file:///proc/self/environ", "file:///",
                                      "file:///etc", "..", "file:///tmp/../etc/passwd", "file:///no/such/file",
                                      "http://127.0.0.1:1/v1.json", "s3://bucket/v1.json"])
def test_files_that_are_no_metadata(server, location):
    error = refused(server, "POST", "/v1/namespaces/n/register", {"name": "h", "metadata-location": location},
                    (400, 403, 404, 406, 422))
    assert "root:" not in error["message"]


@pytest.mark.parametrize("path", ["/v1/namespaces/%2e%2e/tables", "/v1/namespaces/..%2F..%2Fetc",
                                  "/v1/namespaces/n/tables/%2e%2e", "/v1/namespaces/n/tables/a%2F..%2Fb",
                                  "/v1/namespaces/n/tables/%00", "/v1/namespaces/n/tables/t%1Fu",
                                  "/v1/namespaces/n%1F%1Fm", "/v1/namespaces/%1F", "/v1/namespaces/%ff%fe",
                                  "/v1/namespaces/n/tables/" + "t" * 10_000, "/v1/namespaces?pageToken=%ff&pageSize=2",
                                  "/v1/namespaces?pageToken=&pageSize=-1", "/v1/namespaces?pageToken=&pageSize=1e9"])
def test_paths_that_name_nothing(server, path):
    error = check_error(Raw(server).send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").answer(), 400, 404)
    assert len(error["message"]) < 70_000


@pytest.mark.parametrize("target", ["/v1/../../etc/passwd", "/../v1/namespaces", "//etc/passwd", "/v1/%zz", "/\xff",
                                    "/" + "a" * 60_000, "/v1/namespaces/n/tables/t/../../../../x"])
def test_targets_without_a_route(server, target):
    data = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode("latin-1")
    check_error(Raw(server).send(data).answer(), 400, 404)


@pytest.mark.parametrize("data,statuses", [
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, (400,)),  # TLS
    (b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", (400,)),
    (b"GET /\r\n\r\n", (400,)),
    (b"G\x00T / HTTP/1.1\r\nHost: localhost\r\n\r\n", (400,)),
    (b"GET / HTTP/1.1\r\n\r\n", (400,)),
    (b"GET / HTTP/1.1\r\nHost h\r\n\r\n", (400,)),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\nA: " + b"a" * 100_000 + b"\r\n\r\n", (431,)),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"A: a\r\n" * 50_000 + b"\r\n", (431,)),
    (post("/v1/namespaces", "{}", length="many"), (400,)),
    (post("/v1/namespaces", "{}", length=-1), (400,)),
    (post("/v1/namespaces", "{}", length=2**80), (400, 413)),
    (post("/v1/namespaces", "{}", headers="Content-Length: 3\r\n"), (400,)),
    (post("/v1/namespaces", "", headers="Transfer-Encoding: chunked\r\n"), (400,)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", (400,)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", (400,)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 17 + b"\r\n", (400, 413)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2;" + b"x" * 100_000, (400, 431)),
    (b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: the-unexpected\r\n\r\n", (417,)),
], ids=lambda value: repr(value)[:50])
def test_what_is_not_http(server, data, statuses):
    raw = Raw(server).send(data)
    check_error(raw.answer(), *statuses)
    assert raw.closed()


def test_bodies_beyond_the_limit(server):
    too_long = "x" * (BODY_BYTES_MAX + 1)
    refused(server, "POST", "/v1/namespaces", too_long, (413,))
    chunk = f"{BODY_BYTES_MAX // 2:x}\r\n" + "x" * (BODY_BYTES_MAX // 2) + "\r\n"
    head = "POST /v1/namespaces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    check_error(Raw(server).send(head + chunk * 3).answer(), 413)
    # Before a byte of it was sent.
    check_error(Raw(server).send(post("/v1/namespaces", "", length=10**12)).answer(), 413)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_compressed_bodies(server, encoding):
    bomb = gzip.compress(b"0" * (200 * BODY_BYTES_MAX))
    assert len(bomb) < BODY_BYTES_MAX
    started = time.monotonic()
    data = post("/v1/namespaces", bomb, headers=f"Content-Encoding: {encoding}\r\n")
    check_error(Raw(server).send(data).answer(), 400, 413)
    assert time.monotonic() - started < LIMIT_SECONDS
    for broken in (bomb[:100], b"\x1f\x8b\x08\x00garbage", b"not compressed"):
        data = post("/v1/namespaces", broken, headers=f"Content-Encoding: {encoding}\r\n")
        check_error(Raw(server).send(data).answer(), 400)


def hang(server, count):
    """Clients that begin a request and leave it at that."""
    parts = ("GET /v1/conf", "POST /v1/namespaces HTTP/1.1\r\nHost: localhost\r\nContent-Le",
             post("/v1/namespaces", '{"namespace":["h"', length=100).decode(),
             "POST /v1/namespaces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n{\"names")
    return [Raw(server).send(part) for part in parts for _ in range(count)]


def test_truncated_bodies_and_hanging_clients_time_out(server):
    for raw in hang(server, 10):
        check_error(raw.answer(), 408)
        assert raw.closed()


def test_while_more_clients_hang_than_there_are_workers_others_are_served(tmp_path):
    patient = CatalogProcess(tmp_path, client=None, options=["--read-timeout-ms", "600000"])
    hanging = hang(patient, 20)
    assert Connection(patient.port).call("GET", "/v1/namespaces")[0] == 200
    assert not any(raw.has_answer() for raw in hanging)
    for raw in hanging:
        raw.socket.close()
    assert patient.stop() == 0


def test_a_truncated_request_is_dropped(server):
    for part in ("GET /v1/conf", post("/v1/namespaces", '{"namespace":["h"]}', length=100)):
        raw = Raw(server).send(part).end()
        answer = raw.answer()
        if answer is not None:
            check_error(answer, 400, 408)


def test_a_drip_does_not_keep_a_connection(server):
    raw = Raw(server)
    drip = iter(b"GET /v1/config HTTP/1.1\r\nHost: localhost\r\nA: " + b"a" * 1000)
    while not raw.has_answer(0.1):  # far longer than the time limit of the server, if it let them
        raw.send(bytes([next(drip)]))
    check_error(raw.answer(), 408)


def test_a_thousand_idle_connections(server):
    count = min(IDLE_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 100)
    idle = [Raw(server) for _ in range(count)]
    connection = Connection(server.port)
    for _ in range(20):
        assert connection.call("GET", TABLE)[0] == 200
    for raw in idle[::100]:  # they work when their clients wake up
        assert raw.send("GET /v1/config HTTP/1.1\r\nHost: localhost\r\n\r\n").answer()[0] == 200
    for raw in idle:
        raw.socket.close()


def test_pipelined_requests_are_answered_in_order(server):
    request = "GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    raw = Raw(server).send("".join(request.format(p) for p in ["/v1/namespaces/zz", TABLE] * 50) + "nonsense\r\n\r\n")
    data = b""
    while True:
        block = raw.socket.recv(65536)
        if not block:
            break
        data += block
    statuses = [int(part[:3]) for part in data.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [404, 200] * 50 + [400]


def test_clients_that_reset_do_no_harm(server):
    for _ in range(50):
        raw = Raw(server).send(post("/v1/namespaces", '{"namespace":["h"', length=100))
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        raw.socket.close()


def test_duplicate_keys_keep_the_last(server):
    """As Java's and Python's parsers read them; what matters is that all parts of the server agree."""
    refused(server, "POST", "/v1/namespaces", '{"namespace":["h"],"namespace":[".."]}')
    refused(server, "POST", "/v1/namespaces", '{"namespace":[".."],"namespace":["n"]}', (409,))


def test_a_hundred_thousand_properties(server, tmp_path):
    """Within the limit they are kept, beyond it refused."""
    many = {f"k{i}": "" for i in range(100_000)}
    refused(server, "POST", TABLES, create(properties=many), (413,))
    own = CatalogProcess(tmp_path, client=None)
    connection = Connection(own.port)
    assert connection.call("POST", "/v1/namespaces", {"namespace": ["n"], "properties": many})[0] == 200
    assert connection.call("POST", TABLES, create(properties=many))[0] == 200
    assert len(connection.call("GET", TABLES + "/h")[1]["metadata"]["properties"]) >= 100_000
    assert own.stop() == 0
