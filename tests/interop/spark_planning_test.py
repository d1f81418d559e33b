"""Scans planned by the server: Spark reads through its own plan, the server's, and one it has to wait for."""

import pytest
from catalog_process import CatalogProcess
from spark_session import start_spark

# Copy-on-write, position-delete files, deletion vectors.
DELETE_STYLES = [("copy-on-write", 2), ("merge-on-read", 2), ("merge-on-read", 3)]
PLANNERS = {
    "planned": {"scan-planning-mode": "server"},
    "waiting": {"scan-planning-mode": "server", "header.Prefer": "respond-async"},
}
FILTERS = [
    "true",
    "day = DATE'2026-01-03'",
    "day <> DATE'2026-01-03'",
    "day IS NULL",
    "day IN (DATE'2026-01-01', DATE'2026-01-04')",
    "at >= TIMESTAMP'2026-01-02 00:00:00' AND at < TIMESTAMP'2026-01-03 00:00:00'",
    "at > TIMESTAMP'2026-01-02 12:30:00'",
    "id < 20 OR id > 80",
    "NOT (id < 20 OR id > 80)",
    "region LIKE 'EU%'",
    "region NOT LIKE 'EU%'",
    "region IS NULL",
    "price = 5.25",
    "price > 20",
    "amount > 12.5 AND flag",
    "place.city = 'city3'",
    "place IS NOT NULL",
    "id = 1099511627776",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"))
    yield process
    assert process.stop() == 0


@pytest.fixture(scope="module")
def spark(server, tmp_path_factory):
    session = start_spark(server, tmp_path_factory.mktemp("spark"))
    for name, properties in PLANNERS.items():
        options = {
            "": "org.apache.iceberg.spark.SparkCatalog",
            ".type": "rest",
            ".uri": server.uri,
            ".warehouse": "lake",
            ".credential": server.client,
            ".cache-enabled": "false",
        }
        options.update({f".{key}": value for key, value in properties.items()})
        for key, value in options.items():
            session.conf.set(f"spark.sql.catalog.{name}{key}", value)
    yield session
    session.stop()


@pytest.fixture(scope="module")
def sql(spark):
    return lambda statement: [tuple(row) for row in spark.sql(statement).collect()]


def scan_class(spark, table):
    loaded = spark._jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(spark._jsparkSession, table)
    return loaded.newScan().getClass().getSimpleName()


def make_table(sql, table, mode, version):
    properties = ", ".join(f"'write.{verb}.mode'='{mode}'" for verb in ("delete", "update", "merge"))
    sql(
        f"CREATE TABLE {table} (id BIGINT, region STRING, amount FLOAT, day DATE, at TIMESTAMP, price DECIMAL(9,2),"
        f" flag BOOLEAN, place STRUCT<city: STRING>) USING iceberg PARTITIONED BY (day, days(at), truncate(2, region))"
        f" TBLPROPERTIES ('format-version'='{version}', {properties})"
    )
    for first in (0, 50):
        sql(
            f"INSERT INTO {table} SELECT id, element_at(array('EU-WEST', 'EU-CENTRAL', 'US-EAST', NULL),"
            f" CAST(id % 4 AS INT) + 1), id / 4, IF(id % 13 = 0, NULL, date_add(DATE'2026-01-01', CAST(id / 20 AS INT))),"
            f" TIMESTAMP'2026-01-01 00:00:00' + make_interval(0, 0, 0, 0, CAST(id AS INT)), id / 4, id % 2 = 0,"
            f" IF(id % 5 = 4, NULL, named_struct('city', concat('city', id % 5))) FROM range({first}, {first + 50})"
        )


@pytest.mark.parametrize("mode,version", DELETE_STYLES)
def test_every_filter_finds_the_same_rows(spark, sql, mode, version):
    name = f"n_{mode.replace('-', '_')}_{version}"
    sql(f"CREATE NAMESPACE lake.{name}")
    make_table(sql, f"lake.{name}.t", mode, version)
    sql(f"DELETE FROM lake.{name}.t WHERE id IN (1, 2, 33, 71)")
    sql(f"UPDATE lake.{name}.t SET amount = -1 WHERE id % 10 = 9")
    assert scan_class(spark, f"lake.{name}.t") == "DataTableScan"
    for planner in PLANNERS:
        assert scan_class(spark, f"{planner}.{name}.t") == "RESTTableScan"
    for row_filter in FILTERS:
        query = f"SELECT id, amount FROM {{}}.{name}.t WHERE {row_filter} ORDER BY id"
        expected = sql(query.format("lake"))
        assert sql(query.format("planned")) == expected, row_filter
    assert sql(f"SELECT count(*) FROM waiting.{name}.t") == sql(f"SELECT count(*) FROM lake.{name}.t")
    assert sql(f"SELECT count(*) FROM planned.{name}.t") == [(96,)]


def test_time_travel_and_appends_between_snapshots(spark, sql):
    sql("CREATE NAMESPACE lake.history")
    make_table(sql, "lake.history.t", "copy-on-write", 2)
    [first, second] = [row[0] for row in sql("SELECT snapshot_id FROM lake.history.t.snapshots ORDER BY committed_at")]
    assert sql(f"SELECT count(*) FROM planned.history.t VERSION AS OF {first}") == [(50,)]
    between = spark.read.format("iceberg").option("start-snapshot-id", first).option("end-snapshot-id", second)
    assert between.load("planned.history.t").count() == 50
