"""A Spark of one process whose catalog `lake` is the catalog server, with Iceberg's runtime of the same environment."""

import os
import sys
from pathlib import Path

CLIENTS = Path(os.environ.get("LIFEBOAT_INTEROP_CLIENTS", "build/interop")).resolve()


def runtime_jar():
    """Iceberg's runtime for the Spark of this environment."""
    import pyspark

    version = ".".join(pyspark.__version__.split(".")[:2])
    [jar] = (CLIENTS / "spark").glob(f"iceberg-spark-runtime-{version}_*.jar")
    return str(jar)


def aws_jar():
    """The AWS clients that Iceberg's runtime calls for S3 and for signed requests."""
    [jar] = (CLIENTS / "spark").glob("iceberg-aws-bundle-*.jar")
    return str(jar)


def start_spark(server, folder, jars=()):
    """`jars`: beside Iceberg's runtime."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    options = {
        "spark.jars": ",".join([runtime_jar(), *jars]),
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1500m",
        "spark.local.dir": f"{folder}/spark",
        "spark.sql.warehouse.dir": f"{folder}/spark-warehouse",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.type": "rest",
        "spark.sql.catalog.lake.uri": server.uri,
        "spark.sql.catalog.lake.warehouse": "lake",
        "spark.sql.catalog.lake.credential": server.client,
        "spark.sql.catalog.lake.cache-enabled": "false",
        "spark.sql.defaultCatalog": "lake",
    }
    builder = SparkSession.builder.master("local[2]").appName("interop")
    for name, value in options.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark
