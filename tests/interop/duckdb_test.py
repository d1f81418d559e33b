"""DuckDB's iceberg extension against the catalog server; runs under a Python with DuckDB and with Spark, which writes what
DuckDB cannot: tables in a local folder, position deletes, deletion vectors."""

import importlib
from pathlib import Path

import duckdb
import pytest
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
    connection.execute(f"ATTACH 'lake' AS lake (TYPE iceberg, ENDPOINT '{server.uri}', SECRET catalog)")
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
    server_with_wrong_secret = type("Server", (), {"uri": server.uri, "client": "duck:wrong"})
    with pytest.raises(duckdb.Error, match="(?i)401|unauthorized|invalid_client"):
        connect(server_with_wrong_secret)
