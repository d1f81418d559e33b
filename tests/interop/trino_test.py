"""Trino, unchanged, against the catalog server; runs under a Python with Spark, whose table Trino reads."""

import pytest
from catalog_process import CatalogProcess
from spark_session import start_spark
from trino_process import TrinoProcess


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    # Trino's settings take the credential as it stands: no spaces at its ends, no escapes.
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"), client="trino:a-secret")
    yield process
    assert process.stop() == 0


@pytest.fixture(scope="module")
def trino(server, tmp_path_factory):
    process = TrinoProcess(server, tmp_path_factory.mktemp("trino"))
    yield process
    process.stop()


def test_create_write_and_read(trino):
    trino.sql("CREATE SCHEMA lake.sales")
    assert ("sales",) in trino.sql("SHOW SCHEMAS FROM lake")
    trino.sql("CREATE TABLE lake.sales.nations WITH (format_version = 2, partitioning = ARRAY['regionkey']) AS "
              "SELECT * FROM tpch.tiny.nation")
    assert trino.sql("SELECT count(*) FROM lake.sales.nations") == [(25,)]
    trino.sql("DELETE FROM lake.sales.nations WHERE nationkey < 5")
    trino.sql("UPDATE lake.sales.nations SET name = 'renamed' WHERE nationkey = 5")
    trino.sql("MERGE INTO lake.sales.nations t USING (SELECT * FROM tpch.tiny.nation WHERE nationkey < 9) s "
              "ON t.nationkey = s.nationkey WHEN MATCHED THEN UPDATE SET comment = 'merged' "
              "WHEN NOT MATCHED THEN INSERT (nationkey, name, regionkey, comment) VALUES (s.nationkey, s.name, s.regionkey, 'back')")
    assert trino.sql("SELECT count(*), count_if(comment = 'merged'), count_if(comment = 'back'), count_if(name = 'renamed') "
                     "FROM lake.sales.nations") == [(25, 4, 5, 1)]
    operations = [row[0] for row in trino.sql('SELECT operation FROM lake.sales."nations$snapshots" ORDER BY committed_at')]
    assert operations[0] == "append" and len(operations) >= 4
    [(first,)] = trino.sql('SELECT snapshot_id FROM lake.sales."nations$snapshots" ORDER BY committed_at LIMIT 1')
    assert trino.sql(f"SELECT count(*) FROM lake.sales.nations FOR VERSION AS OF {first} WHERE comment = 'merged'") == [(0,)]
    assert trino.sql('SELECT sum(file_count) > 0 FROM lake.sales."nations$partitions"') == [(True,)]


def test_alter_and_maintain(trino):
    trino.sql("CREATE SCHEMA lake.alter_it")
    trino.sql("CREATE TABLE lake.alter_it.t (id bigint, s varchar, d date)")
    for i in range(3):
        trino.sql(f"INSERT INTO lake.alter_it.t VALUES ({i}, 's{i}', DATE '2026-01-0{i + 1}')")
    trino.sql("ALTER TABLE lake.alter_it.t ADD COLUMN n integer")
    trino.sql("ALTER TABLE lake.alter_it.t RENAME COLUMN s TO label")
    trino.sql("ALTER TABLE lake.alter_it.t SET PROPERTIES partitioning = ARRAY['month(d)']")
    trino.sql("INSERT INTO lake.alter_it.t VALUES (3, 's3', DATE '2026-02-01', 7)")
    assert trino.sql("SELECT id, label, n FROM lake.alter_it.t ORDER BY id") == [
        (0, "s0", None), (1, "s1", None), (2, "s2", None), (3, "s3", 7)]
    trino.sql("ALTER TABLE lake.alter_it.t EXECUTE optimize")
    trino.sql("ALTER TABLE lake.alter_it.t EXECUTE expire_snapshots(retention_threshold => '0s')")
    trino.sql("ALTER TABLE lake.alter_it.t EXECUTE remove_orphan_files(retention_threshold => '0s')")
    assert trino.sql("SELECT count(*), sum(id) FROM lake.alter_it.t") == [(4, 6)]
    trino.sql("COMMENT ON TABLE lake.alter_it.t IS 'kept'")
    assert "kept" in trino.sql("SHOW CREATE TABLE lake.alter_it.t")[0][0]
    trino.sql("ALTER TABLE lake.alter_it.t RENAME TO lake.alter_it.moved")
    assert trino.sql("SHOW TABLES FROM lake.alter_it") == [("moved",)]
    with pytest.raises(RuntimeError, match="(?i)not empty|non-empty"):
        trino.sql("DROP SCHEMA lake.alter_it")
    trino.sql("DROP TABLE lake.alter_it.moved")
    trino.sql("DROP SCHEMA lake.alter_it")


def test_views(trino):
    trino.sql("CREATE SCHEMA lake.looks")
    trino.sql("CREATE TABLE lake.looks.t AS SELECT nationkey FROM tpch.tiny.nation")
    trino.sql("CREATE VIEW lake.looks.few AS SELECT nationkey FROM lake.looks.t WHERE nationkey < 3")
    assert trino.sql("SELECT count(*) FROM lake.looks.few") == [(3,)]
    trino.sql("CREATE OR REPLACE VIEW lake.looks.few AS SELECT nationkey FROM lake.looks.t WHERE nationkey < 2")
    assert trino.sql("SELECT count(*) FROM lake.looks.few") == [(2,)]
    with pytest.raises(RuntimeError, match="(?i)already exists"):
        trino.sql("CREATE VIEW lake.looks.few AS SELECT 1 AS nationkey")
    trino.sql("DROP VIEW lake.looks.few")
    assert trino.sql("SHOW TABLES FROM lake.looks") == [("t",)]


def test_reads_and_continues_what_spark_wrote(server, trino, tmp_path):
    spark = start_spark(server, tmp_path)
    try:
        spark.sql("CREATE NAMESPACE shared")
        spark.sql("CREATE TABLE shared.t (id BIGINT, s STRING) USING iceberg TBLPROPERTIES ('format-version'='2', "
                  "'write.delete.mode'='merge-on-read')")
        spark.sql("INSERT INTO shared.t SELECT id, concat('v', id) FROM range(0, 100, 1, 1)")
        spark.sql("DELETE FROM shared.t WHERE id < 10")
        assert trino.sql("SELECT count(*), min(id) FROM lake.shared.t") == [(90, 10)]
        trino.sql("INSERT INTO lake.shared.t VALUES (1000, 'trino')")
        trino.sql("DELETE FROM lake.shared.t WHERE id = 50")
        assert [tuple(row) for row in spark.sql("SELECT count(*), max(id) FROM shared.t").collect()] == [(90, 1000)]
    finally:
        spark.stop()
