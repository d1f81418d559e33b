"""Spark, unchanged, against the catalog server; runs under each Spark that scripts/interop-clients installs."""

import pytest
from catalog_process import CatalogProcess
from spark_session import start_spark

# Copy-on-write, position-delete files, deletion vectors.
DELETE_STYLES = [("copy-on-write", 2), ("merge-on-read", 2), ("merge-on-read", 3)]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = CatalogProcess(tmp_path_factory.mktemp("catalog"))
    yield process
    assert process.stop() == 0


@pytest.fixture(scope="module")
def spark(server, tmp_path_factory):
    session = start_spark(server, tmp_path_factory.mktemp("spark"))
    yield session
    session.stop()


@pytest.fixture
def sql(spark):
    return lambda statement: [tuple(row) for row in spark.sql(statement).collect()]


@pytest.fixture
def namespace(sql, request):
    name = "".join(c if c.isalnum() else "_" for c in request.node.name)
    sql(f"CREATE NAMESPACE {name}")
    return name


def ids(sql, source):
    return [row[0] for row in sql(f"SELECT id FROM {source} ORDER BY id")]


def snapshots_of(sql, table):
    return [row[0] for row in sql(f"SELECT snapshot_id FROM {table}.snapshots ORDER BY committed_at")]


def test_namespaces(sql):
    sql("CREATE NAMESPACE plain WITH PROPERTIES ('team'='ads')")
    sql("CREATE NAMESPACE plain.nested COMMENT 'within'")
    assert ("plain.nested",) in sql("SHOW NAMESPACES IN plain")
    sql("ALTER NAMESPACE plain SET PROPERTIES ('tier'='gold')")
    properties = dict(sql("DESCRIBE NAMESPACE EXTENDED plain"))["Properties"]
    assert "(team,ads)" in properties and "(tier,gold)" in properties
    sql("CREATE TABLE plain.nested.t (id BIGINT) USING iceberg")
    with pytest.raises(Exception, match="(?i)not empty"):
        sql("DROP NAMESPACE plain.nested")
    sql("DROP TABLE plain.nested.t")
    sql("DROP NAMESPACE plain.nested")
    sql("DROP NAMESPACE plain")
    assert ("plain",) not in sql("SHOW NAMESPACES")


@pytest.mark.parametrize("mode, version", DELETE_STYLES)
def test_merge_update_and_delete(sql, namespace, mode, version):
    table = f"{namespace}.t"
    sql(f"CREATE TABLE {table} (id BIGINT, s STRING) USING iceberg TBLPROPERTIES ('format-version'='{version}', "
        f"'write.merge.mode'='{mode}', 'write.update.mode'='{mode}', 'write.delete.mode'='{mode}')")
    sql(f"INSERT INTO {table} SELECT id, concat('v', id) FROM range(0, 1000, 1, 1)")
    [first] = snapshots_of(sql, table)
    sql(f"MERGE INTO {table} t USING (SELECT id, 'm' AS s FROM range(900, 1100, 1, 1)) u ON t.id = u.id "
        "WHEN MATCHED AND u.id >= 990 THEN DELETE WHEN MATCHED THEN UPDATE SET s = u.s WHEN NOT MATCHED THEN INSERT *")
    sql(f"UPDATE {table} SET s = 'u' WHERE id BETWEEN 10 AND 19")
    sql(f"DELETE FROM {table} WHERE id < 10")
    assert sql(f"SELECT count(*), min(id), max(id), count_if(s = 'm'), count_if(s = 'u') FROM {table}") == [
        (1000 - 10 + 100 - 10, 10, 1099, 90 + 100, 10)]
    assert ids(sql, f"{table} VERSION AS OF {first}") == list(range(1000))
    deletes = {row[0] for row in sql(f"SELECT file_format FROM {table}.delete_files")}
    assert deletes == {("copy-on-write", 2): set(), ("merge-on-read", 2): {"PARQUET"}, ("merge-on-read", 3): {"PUFFIN"}}[
        (mode, version)]
    if version == 3:
        row_ids = [row[0] for row in sql(f"SELECT _row_id FROM {table} ORDER BY _row_id")]
        assert len(set(row_ids)) == len(row_ids) and None not in row_ids


def test_format_version_upgrades(sql, namespace):
    table = f"{namespace}.t"
    sql(f"CREATE TABLE {table} (id BIGINT) USING iceberg TBLPROPERTIES ('format-version'='1')")
    for version in (2, 3):
        sql(f"INSERT INTO {table} VALUES ({version})")
        sql(f"ALTER TABLE {table} SET TBLPROPERTIES ('format-version'='{version}')")
    sql(f"INSERT INTO {table} VALUES (4)")
    assert ids(sql, table) == [2, 3, 4]
    with pytest.raises(Exception, match="(?i)downgrade"):
        sql(f"ALTER TABLE {table} SET TBLPROPERTIES ('format-version'='2')")


def test_schema_and_partition_evolution(sql, namespace):
    table = f"{namespace}.t"
    sql(f"CREATE TABLE {table} (id INT, s STRING, place STRUCT<city: STRING>, ts TIMESTAMP) USING iceberg "
        "PARTITIONED BY (days(ts))")
    sql(f"INSERT INTO {table} VALUES (1, 'a', named_struct('city', 'Paris'), TIMESTAMP '2026-01-01 10:00:00')")
    sql(f"ALTER TABLE {table} ADD COLUMN place.zip INT")
    sql(f"ALTER TABLE {table} ADD COLUMN amount DECIMAL(10, 2) AFTER id")
    sql(f"ALTER TABLE {table} RENAME COLUMN s TO label")
    sql(f"ALTER TABLE {table} ALTER COLUMN id TYPE BIGINT")
    sql(f"ALTER TABLE {table} ADD PARTITION FIELD bucket(4, id)")
    sql(f"INSERT INTO {table} VALUES (3000000000, 1.50, 'b', named_struct('city', 'Rome', 'zip', 7), "
        "TIMESTAMP '2026-01-02 10:00:00')")
    sql(f"ALTER TABLE {table} DROP PARTITION FIELD days(ts)")
    sql(f"ALTER TABLE {table} DROP COLUMN ts")
    sql(f"ALTER TABLE {table} WRITE ORDERED BY id")
    sql(f"INSERT INTO {table} VALUES (3, NULL, 'c', NULL)")
    assert sql(f"SELECT id, CAST(amount AS STRING), label, place.city, place.zip FROM {table} ORDER BY id") == [
        (1, None, "a", "Paris", None), (3, None, "c", None, None), (3000000000, "1.50", "b", "Rome", 7)]
    assert sql(f"SELECT count(DISTINCT spec_id) FROM {table}.files") == [(3,)]
    sql(f"ALTER TABLE {table} SET TBLPROPERTIES ('note'='kept')")
    sql(f"ALTER TABLE {table} UNSET TBLPROPERTIES ('note')")
    assert "note" not in dict(sql(f"SHOW TBLPROPERTIES {table}"))


def test_branches_tags_and_rollback(sql, namespace):
    table = f"{namespace}.t"
    sql(f"CREATE TABLE {table} (id BIGINT) USING iceberg")
    sql(f"INSERT INTO {table} VALUES (1)")
    sql(f"ALTER TABLE {table} CREATE TAG start RETAIN 365 DAYS")
    sql(f"ALTER TABLE {table} CREATE BRANCH audit")
    sql(f"INSERT INTO {table}.branch_audit VALUES (2)")
    sql(f"INSERT INTO {table} VALUES (3)")
    assert ids(sql, table) == [1, 3]
    assert ids(sql, f"{table} VERSION AS OF 'audit'") == [1, 2]
    assert ids(sql, f"{table} VERSION AS OF 'start'") == [1]
    first = snapshots_of(sql, table)[0]
    sql(f"CALL lake.system.rollback_to_snapshot('{table}', {first})")
    sql(f"CALL lake.system.fast_forward('{table}', 'main', 'audit')")
    assert ids(sql, table) == [1, 2]
    sql(f"ALTER TABLE {table} DROP BRANCH audit")
    sql(f"ALTER TABLE {table} DROP TAG start")
    assert {row[0] for row in sql(f"SELECT name FROM {table}.refs")} == {"main"}


def test_time_travel_by_time(spark, sql, namespace):
    table = f"{namespace}.t"
    sql(f"CREATE TABLE {table} (id BIGINT) USING iceberg")
    sql(f"INSERT INTO {table} VALUES (1)")
    sql(f"INSERT INTO {table} VALUES (2)")
    [(when,)] = sql(f"SELECT max(made_current_at) FROM (SELECT * FROM {table}.history ORDER BY made_current_at LIMIT 1)")
    assert ids(sql, f"{table} TIMESTAMP AS OF '{when}'") == [1]


def test_maintenance_procedures(sql, namespace, server):
    table = f"{namespace}.t"
    sql(f"CREATE TABLE {table} (id BIGINT, p INT) USING iceberg PARTITIONED BY (p) "
        "TBLPROPERTIES ('write.delete.mode'='merge-on-read')")
    for i in range(6):
        sql(f"INSERT INTO {table} SELECT id, {i % 2} FROM range({i * 10}, {i * 10 + 10}, 1, 1)")
    sql(f"DELETE FROM {table} WHERE id = 5")
    [(rewritten, added, *_)] = sql(
        f"CALL lake.system.rewrite_data_files(table => '{table}', options => map('rewrite-all', 'true'))")
    assert (rewritten, added) == (6, 2)
    sql(f"CALL lake.system.rewrite_position_delete_files(table => '{table}', options => map('rewrite-all', 'true'))")
    sql(f"CALL lake.system.rewrite_manifests('{table}')")
    assert ids(sql, table) == [i for i in range(60) if i != 5]
    sql(f"CALL lake.system.expire_snapshots(table => '{table}', older_than => TIMESTAMP '2999-01-01 00:00:00', retain_last => 1)")
    assert len(snapshots_of(sql, table)) == 1
    assert ids(sql, table) == [i for i in range(60) if i != 5]
    [(location,)] = [row[1:2] for row in sql(f"DESCRIBE TABLE EXTENDED {table}") if row[0] == "Location"]
    assert location.startswith(f"file://{server.folder}/warehouse/")
    orphans = sql(f"CALL lake.system.remove_orphan_files(table => '{table}', older_than => TIMESTAMP '2026-01-01 00:00:00')")
    assert orphans == []
    assert ids(sql, table) == [i for i in range(60) if i != 5]


def test_create_and_replace_as_select(sql, namespace):
    table = f"{namespace}.t"
    sql(f"CREATE TABLE {table} USING iceberg PARTITIONED BY (p) AS SELECT id, id % 3 AS p FROM range(9)")
    assert ids(sql, table) == list(range(9))
    with pytest.raises(Exception, match="(?i)already exists"):
        sql(f"CREATE TABLE {table} USING iceberg AS SELECT 1 AS id")
    sql(f"REPLACE TABLE {table} USING iceberg AS SELECT id, 'x' AS s FROM range(5)")
    assert sql(f"SELECT * FROM {table} ORDER BY id") == [(i, "x") for i in range(5)]
    sql(f"CREATE OR REPLACE TABLE {table} USING iceberg AS SELECT id FROM range(2)")
    sql(f"CREATE OR REPLACE TABLE {namespace}.other USING iceberg AS SELECT id FROM range(3)")
    assert (ids(sql, table), ids(sql, f"{namespace}.other")) == ([0, 1], [0, 1, 2])
    # What was replaced stays in the table's history.
    assert ids(sql, f"{table} VERSION AS OF {snapshots_of(sql, table)[0]}") == list(range(9))
    with pytest.raises(Exception, match="(?i)not found|cannot be found|does not exist"):
        sql(f"REPLACE TABLE {namespace}.absent USING iceberg AS SELECT 1 AS id")


def test_views(sql, namespace):
    sql(f"CREATE TABLE {namespace}.t USING iceberg AS SELECT id FROM range(10)")
    sql(f"CREATE VIEW {namespace}.v COMMENT 'few' TBLPROPERTIES ('k'='v') AS SELECT id FROM {namespace}.t WHERE id < 3")
    assert ids(sql, f"{namespace}.v") == [0, 1, 2]
    sql(f"CREATE OR REPLACE VIEW {namespace}.v (id COMMENT 'the id') AS SELECT id FROM {namespace}.t WHERE id < 2")
    assert ids(sql, f"{namespace}.v") == [0, 1]
    with pytest.raises(Exception, match="(?i)already exists"):
        sql(f"CREATE VIEW {namespace}.v AS SELECT 1 AS id")
    sql(f"ALTER VIEW {namespace}.v SET TBLPROPERTIES ('k'='w')")
    assert "'k'='w'" in sql(f"SHOW CREATE TABLE {namespace}.v")[0][0].replace("' = '", "'='")
    sql(f"ALTER VIEW {namespace}.v RENAME TO {namespace}.w")
    assert [row[1] for row in sql(f"SHOW VIEWS IN {namespace}")] == ["w"]
    sql(f"DROP VIEW {namespace}.w")
    assert sql(f"SHOW VIEWS IN {namespace}") == []


def test_rename_register_and_purge(spark, sql, namespace):
    table = f"{namespace}.t"
    sql(f"CREATE TABLE {table} USING iceberg AS SELECT id FROM range(4)")
    sql(f"ALTER TABLE {table} RENAME TO {namespace}.moved")
    [(metadata,)] = sql(f"SELECT file FROM {namespace}.moved.metadata_log_entries ORDER BY timestamp DESC LIMIT 1")
    register = f"CALL lake.system.register_table(table => '{namespace}.copy', metadata_file => '{metadata}')"
    with pytest.raises(Exception, match=f"a folder of {namespace}.moved"):
        sql(register)
    sql(f"DROP TABLE {namespace}.moved")
    sql(register)
    assert ids(sql, f"{namespace}.copy") == [0, 1, 2, 3]
    sql(f"INSERT INTO {namespace}.copy VALUES (4)")
    assert ids(sql, f"{namespace}.copy") == [0, 1, 2, 3, 4]
    sql(f"DROP TABLE {namespace}.copy PURGE")
    assert sql(f"SHOW TABLES IN {namespace}") == []


def test_staged_writes_and_changes(spark, sql, namespace):
    table = f"{namespace}.t"
    sql(f"CREATE TABLE {table} (id BIGINT) USING iceberg")
    sql(f"INSERT INTO {table} VALUES (1)")
    sql(f"ALTER TABLE {table} SET TBLPROPERTIES ('write.wap.enabled'='true')")
    spark.conf.set("spark.wap.id", "staged-1")
    try:
        sql(f"INSERT INTO {table} VALUES (2)")
    finally:
        spark.conf.unset("spark.wap.id")
    assert ids(sql, table) == [1]
    sql(f"CALL lake.system.publish_changes('{table}', 'staged-1')")
    assert ids(sql, table) == [1, 2]
    sql(f"CALL lake.system.create_changelog_view(table => '{table}', changelog_view => 'changes')")
    assert sorted(sql("SELECT id, _change_type FROM changes")) == [(1, "INSERT"), (2, "INSERT")]
