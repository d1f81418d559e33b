"""Tables in S3 through the catalog, for clients that have no credentials for the store: they borrow some, or have each
request signed. And the whole deployment with its lake in S3.
"""

import json

import pyarrow as pa
import pytest
import s3fs

from s3_lake import ROLE, SECRET, Deployment, Minio

ROWS = pa.table({"id": pa.array(range(1000), pa.int64()), "name": [f"n{i}" for i in range(1000)]})


@pytest.fixture(autouse=True)
def no_kept_clients():
    """s3fs keeps its clients for the process, with the signer of the catalog they were made for."""
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture(scope="module")
def minio():
    server = Minio()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def vending(minio):
    deployment = Deployment(minio, "--s3-role-arn", ROLE)
    yield deployment
    deployment.stop()


def write_and_read(catalog, name):
    """What an engine does with a table: create, append, overwrite, delete rows, scan."""
    catalog.create_namespace_if_not_exists("ns")
    table = catalog.create_table(f"ns.{name}", ROWS.schema)
    table.append(ROWS)
    table.append(ROWS)
    table = catalog.load_table(f"ns.{name}")
    table.delete("id >= 500")
    assert catalog.load_table(f"ns.{name}").scan().to_arrow().num_rows == 1000
    table.overwrite(ROWS)
    table = catalog.load_table(f"ns.{name}")
    assert table.scan(row_filter="id < 10").to_arrow().num_rows == 10
    return table


def credentials_of(table):
    return {key: table.io.properties.get(f"s3.{key}") for key in
            ("access-key-id", "secret-access-key", "session-token", "endpoint", "session-token-expires-at-ms")}


def test_vended_credentials_read_and_write_their_table_and_no_other(minio, vending):
    catalog = vending.connect("vended-credentials")
    mine = write_and_read(catalog, "vended")
    other = write_and_read(catalog, "other")
    lent = credentials_of(mine)
    assert lent["session-token"] and lent["endpoint"] == minio.endpoint
    assert lent["access-key-id"] != credentials_of(other)["access-key-id"]
    as_mine = minio.filesystem(lent["access-key-id"], lent["secret-access-key"], lent["session-token"])

    def path(table, name="metadata/probe"):
        return f"{table.metadata.location.removeprefix('s3://')}/{name}"

    with as_mine.open_output_stream(path(mine)) as stream:
        stream.write(b"x")
    data_of_other = other.inspect.files()["file_path"][0].as_py().removeprefix("s3://")
    with pytest.raises(OSError):
        as_mine.open_input_file(data_of_other).read()
    with pytest.raises(OSError):
        with as_mine.open_output_stream(path(other)) as stream:
            stream.write(b"x")
    assert minio.filesystem().open_input_file(data_of_other).read(4) == b"PAR1"


def test_the_secrets_appear_in_no_log(vending):
    table = vending.connect("vended-credentials").load_table("ns.vended")
    log = vending.log()
    assert "storage credentials lent" in log
    assert SECRET not in log
    lent = credentials_of(table)
    assert lent["secret-access-key"] not in log and lent["session-token"] not in log


def test_remote_signing_reads_and_writes_without_any_credentials(minio, vending):
    catalog = vending.connect("remote-signing", **{"py-io-impl": "pyiceberg.io.fsspec.FsspecFileIO"})
    table = write_and_read(catalog, "signed")
    assert credentials_of(table)["secret-access-key"] is None
    assert table.io.properties["s3.remote-signing-enabled"] == "true"


def test_signing_needs_no_role(minio):
    deployment = Deployment(minio)
    try:
        catalog = deployment.connect("remote-signing", **{"py-io-impl": "pyiceberg.io.fsspec.FsspecFileIO"})
        write_and_read(catalog, "by_own_key")
    finally:
        deployment.stop()


def test_the_whole_deployment_with_its_lake_in_s3(minio):
    deployment = Deployment(minio)
    try:
        deployment.run("load", "--campaigns", "12", "--impressions-per-campaign", "400", "--click-rate", "0.2",
                       "--conversion-rate", "0.2")
        deployment.run("append-campaigns", "--count", "3")
        deployment.run("runbook", "--quiet")
        rows = {}
        for table in ("campaigns", "impressions"):
            answer = json.loads(deployment.run("sql", "--format", "json", "-q",
                                               f"select count(*) as n from iceberg_prod.advertising.{table}"))
            rows[table] = int(answer[0]["N"])
        assert rows["campaigns"] == 15
        assert rows["impressions"] > 0
        objects = minio.filesystem().get_file_info(selector("lake/wh"))
        assert sum(1 for o in objects if o.path.endswith(".parquet")) > 4
    finally:
        deployment.stop()


def selector(path):
    from pyarrow.fs import FileSelector

    return FileSelector(path, recursive=True)
