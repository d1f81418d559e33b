"""Trino on tables in S3 with credentials that the catalog lends it for each table."""

import pytest
from s3_lake import ROLE, Deployment, LakeCatalog, Minio
from trino_process import TrinoProcess


@pytest.fixture(scope="module")
def trino(tmp_path_factory):
    minio = Minio()
    deployment = Deployment(minio, "--s3-role-arn", ROLE)
    process = TrinoProcess(LakeCatalog(deployment), tmp_path_factory.mktemp("trino"), properties=(
        "iceberg.rest-catalog.vended-credentials-enabled=true\nfs.native-s3.enabled=true\n"
        f"s3.endpoint={minio.endpoint}\ns3.region=us-east-1\ns3.path-style-access=true\n"))
    yield process
    process.stop()
    deployment.stop()
    minio.stop()


def test_create_write_and_read(trino):
    trino.sql("CREATE SCHEMA lake.sales")
    trino.sql("CREATE TABLE lake.sales.nations WITH (partitioning = ARRAY['regionkey']) AS SELECT * FROM tpch.tiny.nation")
    trino.sql("DELETE FROM lake.sales.nations WHERE nationkey < 5")
    trino.sql("UPDATE lake.sales.nations SET name = 'renamed' WHERE nationkey = 5")
    assert trino.sql("SELECT count(*), count_if(name = 'renamed') FROM lake.sales.nations") == [(20, 1)]
    trino.sql("ALTER TABLE lake.sales.nations EXECUTE optimize")
    [(path,)] = trino.sql('SELECT min(file_path) FROM lake.sales."nations$files"')
    assert path.startswith("s3://lake/wh/sales/nations")
    assert trino.sql("SELECT count(*) FROM lake.sales.nations") == [(20,)]
    trino.sql("DROP TABLE lake.sales.nations")
