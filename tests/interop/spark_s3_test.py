"""Spark on tables in S3 with no credentials of its own: it borrows them from the catalog or has each request signed, and
shows the catalog who it is by OAuth2 or by requests signed as for AWS.
"""

import pytest
from s3_lake import ROLE, Deployment, LakeCatalog, Minio
from spark_session import aws_jar, start_spark


@pytest.fixture(scope="module")
def catalog():
    minio = Minio()
    deployment = Deployment(minio, "--s3-role-arn", ROLE)
    yield LakeCatalog(deployment)
    deployment.stop()
    minio.stop()


@pytest.fixture(scope="module")
def spark(catalog, tmp_path_factory):
    session = start_spark(catalog, tmp_path_factory.mktemp("spark"), jars=[aws_jar()])
    yield session
    session.stop()


@pytest.fixture(scope="module")
def sql(spark):
    return lambda statement: [tuple(row) for row in spark.sql(statement).collect()]


def add_catalog(spark, name, catalog, **properties):
    options = {"": "org.apache.iceberg.spark.SparkCatalog", ".type": "rest", ".uri": catalog.uri, ".warehouse": catalog.warehouse,
               ".io-impl": "org.apache.iceberg.aws.s3.S3FileIO", ".cache-enabled": "false"}
    options.update({f".{key}": value for key, value in properties.items()})
    for key, value in options.items():
        spark.conf.set(f"spark.sql.catalog.{name}{key}", value)


def check_everyday_work(sql, table):
    sql(f"CREATE TABLE {table} (id BIGINT, region STRING) USING iceberg PARTITIONED BY (region) "
        "TBLPROPERTIES ('format-version'='2', 'write.delete.mode'='merge-on-read', 'write.merge.mode'='merge-on-read')")
    sql(f"INSERT INTO {table} SELECT id, concat('r', id % 3) FROM range(300)")
    sql(f"DELETE FROM {table} WHERE id % 10 = 3")
    sql(f"MERGE INTO {table} t USING (SELECT id FROM range(290, 310)) s ON t.id = s.id "
        "WHEN MATCHED THEN UPDATE SET region = 'merged' WHEN NOT MATCHED THEN INSERT (id, region) VALUES (s.id, 'new')")
    assert sql(f"SELECT count(*), count_if(region = 'merged'), count_if(region = 'new') FROM {table}") == [(281, 9, 11)]
    database, name = table.split(".", 1)
    sql(f"CALL {database}.system.rewrite_data_files(table => '{name}', options => map('rewrite-all', 'true'))")
    assert sql(f"SELECT count(*) FROM {table}") == [(281,)]


def test_vended_credentials(spark, sql, catalog):
    add_catalog(spark, "vended", catalog, credential=catalog.client, **{"header.X-Iceberg-Access-Delegation": "vended-credentials"})
    sql("CREATE NAMESPACE vended.v")
    check_everyday_work(sql, "vended.v.t")


def test_remote_signing(spark, sql, catalog):
    add_catalog(spark, "signed", catalog, credential=catalog.client, **{"header.X-Iceberg-Access-Delegation": "remote-signing"})
    sql("CREATE NAMESPACE signed.s")
    check_everyday_work(sql, "signed.s.t")


def test_signed_requests_reach_what_is_granted_and_no_more(spark, sql, catalog):
    add_catalog(spark, "owner", catalog, credential=catalog.client, **{"header.X-Iceberg-Access-Delegation": "vended-credentials"})
    sql("CREATE NAMESPACE owner.g")
    for name in ("mine", "other"):
        sql(f"CREATE TABLE owner.g.{name} (id BIGINT) USING iceberg")
        sql(f"INSERT INTO owner.g.{name} SELECT id FROM range(5)")
    made = catalog.manage("POST", "principals", {"id": "signer", "kind": "access-key"})
    catalog.grant("signer", ["select"], kind="table", namespace=["g"], name="mine")
    add_catalog(spark, "glue", catalog, **{
        "rest.sigv4-enabled": "true", "rest.signing-name": "glue", "rest.signing-region": "eu-west-1",
        "rest.access-key-id": made["access-key-id"], "rest.secret-access-key": made["secret-access-key"],
        "header.X-Iceberg-Access-Delegation": "vended-credentials"})
    # An engine of one's own is an external one, which is lent nothing until that is allowed.
    with pytest.raises(Exception, match="Forbidden: null"):
        sql("SELECT count(*) FROM glue.g.mine")
    catalog.manage("POST", "settings", {"external-full-table-access": True, "allow-external": ["signer"]})
    assert sql("SELECT count(*) FROM glue.g.mine") == [(5,)]
    assert sql("SHOW TABLES IN glue.g") == [("g", "mine", False)]
    with pytest.raises(Exception, match="(?i)forbidden|lacks"):
        sql("SELECT count(*) FROM glue.g.other")
    with pytest.raises(Exception, match="(?i)forbidden|lacks|access denied"):
        sql("INSERT INTO glue.g.mine VALUES (6)")
    assert sql("SELECT count(*) FROM owner.g.mine") == [(5,)]
