"""The campaign performance query through an account (driver protocol, views over the linked database) against raw DuckDB
over the same Parquet files, interleaved in one run; medians.

Usage: campaign_query.py LIFEBOAT [IMPRESSIONS_PER_CAMPAIGN]
"""

import glob
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import snowflake.connector

ROUNDS = 15
THREADS = 2  # what an account uses

QUERY = "SELECT * FROM {prod}V_CAMPAIGN_PERFORMANCE ORDER BY campaign_id"
TABLES = ("campaigns", "impressions", "clicks", "conversions")


def view_text():
    """The query of the runbook's view, so that both sides compute the same."""
    script = (Path(__file__).parents[2] / "runbook" / "15_production_views.sql").read_text()
    text = script[script.index("VIEW V_CAMPAIGN_PERFORMANCE"):]
    text = text[text.index("\nAS\n") + 4:]
    return text[:text.index(";")]


def data_files(folder, table):
    files = glob.glob(f"{folder}/**/{table}/**/*.parquet", recursive=True)
    if not files:
        sys.exit(f"no Parquet files of {table} below {folder}")
    return files


def raw_connection(folder):
    connection = duckdb.connect(config={"threads": THREADS})
    for table in TABLES:
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({data_files(folder, table)!r}, "
                           "hive_partitioning = false)")
    connection.execute(f"CREATE VIEW V_CAMPAIGN_PERFORMANCE AS {view_text()}")
    return connection


def account_connection(folder):
    endpoints = json.loads((Path(folder) / "endpoints.json").read_text())
    account = endpoints["accounts"][0]
    return snowflake.connector.connect(account=account["account"], user=account["user"], password=account["password"],
                                       role=account["role"], host=account["host"], port=account["port"],
                                       protocol=account["protocol"])


def timed(run):
    begin = time.perf_counter()
    rows = run()
    return rows, time.perf_counter() - begin


def main():
    binary = sys.argv[1]
    impressions = sys.argv[2] if len(sys.argv) > 2 else "10000"
    with tempfile.TemporaryDirectory(prefix="lifeboat-bench-") as folder:
        lifeboat = lambda *arguments: subprocess.run([binary, *arguments], check=True, stdout=subprocess.DEVNULL)
        lifeboat("up", "--dir", folder)
        try:
            lifeboat("load", "--dir", folder, "--impressions", impressions)
            lifeboat("runbook", "--dir", folder, "--quiet")
            raw, account = raw_connection(folder), account_connection(folder)
            cursor = account.cursor()
            ask_raw = lambda: raw.execute(QUERY.format(prod="")).fetchall()
            ask_account = lambda: cursor.execute(QUERY.format(prod="ICEBERG_PROD.ADVERTISING.")).fetchall()
            expected, answered = ask_raw(), ask_account()
            if [row[:7] for row in expected] != [tuple(row[:7]) for row in answered]:
                sys.exit("the account and raw DuckDB disagree")
            raws, accounts = [], []
            for _ in range(ROUNDS):
                raws.append(timed(ask_raw)[1])
                accounts.append(timed(ask_account)[1])
            account.close()
            events = sum(raw.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in TABLES)
        finally:
            lifeboat("down", "--dir", folder)
    mine, peer = statistics.median(accounts), statistics.median(raws)
    print(f"rows read                        {events:>10,}")
    print(f"through an account, ms           {mine * 1000:>10.1f}   ({min(accounts) * 1000:.1f} to {max(accounts) * 1000:.1f})")
    print(f"raw DuckDB, same files, ms       {peer * 1000:>10.1f}   ({min(raws) * 1000:.1f} to {max(raws) * 1000:.1f})")
    print(f"ratio                            {mine / peer:>10.2f}   goal <= 1.2")


if __name__ == "__main__":
    main()
