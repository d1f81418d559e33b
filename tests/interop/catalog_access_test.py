"""Access control through real clients: PyIceberg with OAuth2, with SigV4, and with tokens of an external issuer."""

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import pyarrow as pa
import pytest
from catalog_process import CLIENT, CatalogProcess
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import ForbiddenError
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField

SCHEMA = Schema(NestedField(1, "id", LongType(), required=False))
ISSUER = "https://issuer.example"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size):
    return base64url(value.to_bytes(size, "big"))


class Issuer:
    """An identity provider with one RSA and one elliptic key, and a key set file."""

    def __init__(self, folder):
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.elliptic = ec.generate_private_key(ec.SECP256R1())
        modulus = self.rsa.public_key().public_numbers()
        point = self.elliptic.public_key().public_numbers()
        self.key_set = folder / "keys.json"
        self.key_set.write_text(json.dumps({"keys": [
            {"kty": "RSA", "kid": "r", "n": number(modulus.n, 256), "e": number(modulus.e, 3)},
            {"kty": "EC", "kid": "e", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)},
        ]}))

    def token(self, algorithm, **claims):
        header = {"alg": algorithm, "kid": "r" if algorithm == "RS256" else "e"}
        body = {"iss": ISSUER, "aud": "lake", "sub": "eva@example.com", "exp": int(time.time()) + 600, **claims}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (header, body))
        if algorithm == "RS256":
            signature = self.rsa.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        else:
            r, s = utils.decode_dss_signature(self.elliptic.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
            signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return f"{text}.{base64url(signature)}"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def server(tmp_path_factory, issuer):
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"),
                             options=["--issuer", ISSUER, "--audience", "lake", "--key-set", str(issuer.key_set)])
    catalog = process.connect()
    catalog.create_namespace("n")
    for name in ("t", "u"):
        catalog.create_table(("n", name), SCHEMA).append(pa.table({"id": [1, 2, 3]}))
    yield process
    assert process.stop() == 0


def manage(server, method, path, body=None):
    request = urllib.request.Request(f"{server.uri}/v1/oauth/tokens", method="POST", data=(
        f"grant_type=client_credentials&client_id=tester&client_secret={urllib.parse.quote(CLIENT.split(':')[1])}"
    ).encode())
    token = json.load(urllib.request.urlopen(request))["access_token"]
    request = urllib.request.Request(f"{server.uri}/lifeboat/v1/access/{path}", method=method,
                                     data=json.dumps(body).encode() if body is not None else None,
                                     headers={"Authorization": f"Bearer {token}"})
    text = urllib.request.urlopen(request).read()
    return json.loads(text) if text else None


def grant(server, principal, privileges, name="t"):
    manage(server, "POST", "grants", {"grantee": {"principal": principal}, "privileges": privileges,
                                      "object": {"kind": "table", "namespace": ["n"], "name": name}})


def check_reads_one_table_and_writes_none(catalog):
    assert catalog.list_namespaces() == [("n",)]
    assert catalog.list_tables("n") == [("n", "t")]
    assert catalog.load_table(("n", "t")).scan().to_arrow().num_rows == 3
    with pytest.raises(ForbiddenError):
        catalog.load_table(("n", "u"))
    with pytest.raises(ForbiddenError) as refused:
        catalog.load_table(("n", "t")).append(pa.table({"id": [4]}))
    assert "lacks insert on table n.t" in str(refused.value)
    with pytest.raises(ForbiddenError):
        catalog.drop_table(("n", "t"))
    with pytest.raises(ForbiddenError):
        catalog.create_table(("n", "mine"), SCHEMA)


def test_client_credentials(server):
    secret = manage(server, "POST", "principals", {"id": "reader"})["client-secret"]
    grant(server, "reader", ["select"])
    catalog = load_catalog("c", type="rest", uri=server.uri, warehouse="lake", credential=f"reader:{secret}")
    check_reads_one_table_and_writes_none(catalog)


def test_a_writer_owns_what_it_makes(server):
    secret = manage(server, "POST", "principals", {"id": "writer"})["client-secret"]
    manage(server, "POST", "grants", {"grantee": {"principal": "writer"}, "privileges": ["create_table"],
                                      "object": {"kind": "namespace", "namespace": ["n"]}})
    catalog = load_catalog("c", type="rest", uri=server.uri, warehouse="lake", credential=f"writer:{secret}")
    table = catalog.create_table(("n", "own"), SCHEMA)
    table.append(pa.table({"id": [1]}))
    table.overwrite(pa.table({"id": [2, 3]}))
    with table.update_schema() as update:
        update.add_column("more", LongType())
    with catalog.create_table_transaction(("n", "staged"), SCHEMA) as transaction:
        transaction.append(pa.table({"id": [1]}))
    assert catalog.load_table(("n", "staged")).scan().to_arrow().num_rows == 1
    for name in ("own", "staged"):
        catalog.drop_table(("n", name))


@pytest.mark.parametrize("service, folder", [("glue", ""), ("glue", "/iceberg"), ("execute-api", "")])
def test_signed_requests(server, service, folder):
    id = f"signer-{service}{folder.replace('/', '-')}"
    uri = server.uri + folder  # https://glue.<region>.amazonaws.com/iceberg, as AWS's clients are set up
    made = manage(server, "POST", "principals", {"id": id, "kind": "access-key"})
    grant(server, id, ["select"])
    properties = {"rest.sigv4-enabled": "true", "rest.signing-name": service, "rest.signing-region": "eu-west-1",
                  "client.access-key-id": made["access-key-id"],
                  "client.secret-access-key": made["secret-access-key"]}
    catalog = load_catalog("c", type="rest", uri=uri, warehouse="lake", **properties)
    assert catalog.properties.get("prefix") == ("catalogs/lake" if folder else None)
    check_reads_one_table_and_writes_none(catalog)
    with pytest.raises(Exception) as refused:
        load_catalog("c", type="rest", uri=uri, warehouse="lake",
                     **{**properties, "client.secret-access-key": "wrong"})
    assert "signature" in str(refused.value).lower() or "Unauthorized" in type(refused.value).__name__


def test_tokens_of_an_external_issuer(server, issuer):
    manage(server, "POST", "principals", {"id": "eva", "kind": "external", "subject": "eva@example.com"})
    grant(server, "eva", ["select"])
    for algorithm in ("RS256", "ES256"):
        catalog = load_catalog("c", type="rest", uri=server.uri, warehouse="lake", token=issuer.token(algorithm))
        check_reads_one_table_and_writes_none(catalog)
    for wrong in ({"aud": "other"}, {"iss": "https://other"}, {"exp": int(time.time()) - 600}, {"sub": "nobody"}):
        request = urllib.request.Request(f"{server.uri}/v1/config",
                                         headers={"Authorization": f"Bearer {issuer.token('RS256', **wrong)}"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 401
