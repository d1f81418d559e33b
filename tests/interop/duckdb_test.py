"""DuckDB's iceberg extension against the catalog server; runs under a Python with DuckDB and with Spark, which writes what
DuckDB cannot: tables in a local folder, position deletes, deletion vectors."""

import importlib
from pathlib import Path

import duckdb
import pytest
import s3_process
from catalog_process import CatalogProcess
from spark_session import start_spark


def connect(server):
    """A DuckDB with the catalog attached as `lake`, its extensions loaded from packages: nothing is downloaded."""
    connection = duckdb.connect(config={"allow_unsigned_extensions": "false"})
    for name in ("avro", "httpfs", "iceberg"):
        package = Path(importlib.import_module(f"duckdb_extension_{name}").__file__).parent
        [file] = package.glob(f"extensions/*/{name}.duckdb_extension")
        connection.execute(f"LOAD '{file}'")
    identity, secret = server.client.split(":")
    connection.execute(f"CREATE SECRET catalog (TYPE iceberg, CLIENT_ID '{identity}', CLIENT_SECRET '{secret}', "
                       f"OAUTH2_SERVER_URI '{server.uri}/v1/oauth/tokens')")
    options = ""
    if server.s3:
        connection.execute(f"CREATE SECRET files (TYPE s3, KEY_ID '{server.s3.key}', SECRET '{server.s3.secret}', "
                           f"ENDPOINT '127.0.0.1:{server.s3.port}', URL_STYLE 'path', USE_SSL false, REGION 'us-east-1')")
        options = ", ACCESS_DELEGATION_MODE 'none'"
    connection.execute(f"ATTACH 'lake' AS lake (TYPE iceberg, ENDPOINT '{server.uri}', SECRET catalog{options})")
    return connection


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"), client="duck:a-secret")
    yield process
    assert process.stop() == 0


@pytest.fixture(scope="module")
def written(server, tmp_path_factory):
    """Tables shared.t2 (position deletes) and shared.t3 (deletion vectors) of Spark, 1,090 rows each."""
    spark = start_spark(server, tmp_path_factory.mktemp("spark"))
    try:
        spark.sql("CREATE NAMESPACE shared")
        for version in (2, 3):
            table = f"shared.t{version}"
            spark.sql(f"CREATE TABLE {table} (id BIGINT, s STRING, d DATE) USING iceberg PARTITIONED BY (bucket(2, id)) "
                      f"TBLPROPERTIES ('format-version'='{version}', 'write.merge.mode'='merge-on-read', "
                      "'write.delete.mode'='merge-on-read')")
            spark.sql(f"INSERT INTO {table} SELECT id, concat('v', id), DATE '2026-01-01' FROM range(0, 1000, 1, 1)")
            spark.sql(f"MERGE INTO {table} t USING (SELECT id, 'm' AS s FROM range(900, 1100, 1, 1)) u ON t.id = u.id "
                      "WHEN MATCHED THEN UPDATE SET s = u.s WHEN NOT MATCHED THEN INSERT (id, s, d) VALUES (u.id, u.s, NULL)")
            spark.sql(f"DELETE FROM {table} WHERE id < 10")
            formats = {row[0] for row in spark.sql(f"SELECT file_format FROM {table}.delete_files").collect()}
            assert formats == {"PARQUET" if version == 2 else "PUFFIN"}
    finally:
        spark.stop()


def test_lists_and_describes(server, written):
    with connect(server) as duck:
        assert duck.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' ORDER BY 1").fetchall() == [
            ("t2",), ("t3",)]
        assert [row[:2] for row in duck.execute("DESCRIBE lake.shared.t2").fetchall()] == [
            ("id", "BIGINT"), ("s", "VARCHAR"), ("d", "DATE")]


@pytest.mark.parametrize("version", [2, 3])
def test_reads_deletes_of_both_kinds(server, written, version):
    with connect(server) as duck:
        assert duck.execute(f"SELECT count(*), min(id), max(id), count_if(s = 'm'), count_if(d IS NULL) "
                            f"FROM lake.shared.t{version}").fetchall() == [(1090, 10, 1099, 200, 100)]
        [(snapshot,)] = duck.execute(
            f"SELECT snapshot_id FROM iceberg_snapshots(lake.shared.t{version}) ORDER BY sequence_number LIMIT 1").fetchall()
        assert duck.execute(
            f"SELECT count(*) FROM lake.shared.t{version} AT (VERSION => {snapshot})").fetchall() == [(1000,)]


def test_a_wrong_secret_is_refused(server):
    server_with_wrong_secret = type("Server", (), {"uri": server.uri, "client": "duck:wrong", "s3": None})
    with pytest.raises(duckdb.Error, match="(?i)401|unauthorized|invalid_client"):
        connect(server_with_wrong_secret)


@pytest.mark.skipif(not s3_process.SERVER, reason="no versitygw: scripts/test-s3 builds it")
def test_writes_to_s3(tmp_path):
    s3 = s3_process.S3Process(tmp_path)
    server = CatalogProcess(tmp_path, client="duck:a-secret", s3=s3)
    try:
        with connect(server) as duck:
            duck.execute("CREATE SCHEMA lake.made")
            duck.execute("CREATE TABLE lake.made.t (id BIGINT, s VARCHAR)")
            duck.execute("INSERT INTO lake.made.t SELECT range, 'v' || range FROM range(1000)")
            duck.execute("DELETE FROM lake.made.t WHERE id < 10")
            duck.execute("UPDATE lake.made.t SET s = 'u' WHERE id = 10")
            duck.execute("BEGIN; INSERT INTO lake.made.t VALUES (5000, 'rolled back'); ROLLBACK")
        with connect(server) as again:
            assert again.execute("SELECT count(*), min(id), max(id), count_if(s = 'u') FROM lake.made.t").fetchall() == [
                (990, 10, 999, 1)]
            again.execute("DROP TABLE lake.made.t")
            assert again.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lake'").fetchall() == [(0,)]
    finally:
        stopped = server.stop()
        s3.stop()
    assert stopped == 0
