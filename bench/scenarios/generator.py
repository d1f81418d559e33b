"""Rows per second of `lifeboat generate` (Parquet) against a row-at-a-time Python generator of the same columns, and
against DuckDB's own COPY of equally many synthetic rows of as many columns. All in one run, interleaved; medians.

Usage: generator.py LIFEBOAT
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb
from row_generator import impressions

ROUNDS = 5
CAMPAIGNS, IMPRESSIONS = 200, 20_000  # about 2.7 million rows

# Sixteen columns of the impressions' types and cardinalities, made by DuckDB itself.
SYNTHETIC = """
COPY (SELECT 'IMP-' || lpad(i::VARCHAR, 10, '0') AS impression_id,
             'CMP-' || lpad((hash(i) % 200)::VARCHAR, 6, '0') AS campaign_id,
             (TIMESTAMP '2026-01-01' + INTERVAL (hash(i + 1) % 7776000000) MILLISECOND)::VARCHAR AS "timestamp",
             strftime(DATE '2026-01-01' + (hash(i + 1) % 90)::INTEGER, '%Y-%m-%d') AS date_key,
             (hash(i + 2) % 24)::INTEGER AS hour,
             ['desktop', 'mobile', 'tablet', 'connected_tv', 'other'][1 + (hash(i + 3) % 5)::BIGINT] AS device_type,
             ['US-EAST', 'US-WEST', 'US-CENTRAL', 'CANADA', 'UK', 'EU-WEST', 'EU-CENTRAL', 'APAC'][1 + (hash(i + 4) % 8)::BIGINT]
               AS geo_region,
             ['US', 'CA', 'UK', 'EU', 'AP'][1 + (hash(i + 5) % 5)::BIGINT] AS geo_country,
             ['New York', 'Toronto', 'London', 'Paris', 'Berlin', 'Tokyo'][1 + (hash(i + 6) % 6)::BIGINT] AS geo_city,
             ['Chrome', 'Safari', 'Firefox', 'Edge', 'Other'][1 + (hash(i + 7) % 5)::BIGINT] AS browser,
             ['Windows', 'macOS', 'iOS', 'Android', 'Linux', 'Other'][1 + (hash(i + 8) % 6)::BIGINT] AS os,
             ['top', 'middle', 'bottom', 'sidebar'][1 + (hash(i + 9) % 4)::BIGINT] AS ad_position,
             hash(i + 10) % 5 <> 0 AS viewable,
             round(0.001 + (hash(i + 11) % 490) / 10000.0, 4)::DOUBLE AS cost_usd,
             'PUB-' || lpad((hash(i + 12) % 500)::VARCHAR, 4, '0') AS publisher_id,
             'PLC-' || lpad((hash(i + 13) % 2000)::VARCHAR, 5, '0') AS placement_id
      FROM range({rows}) t(i)) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
"""


def lifeboat_generate(binary, folder):
    begin = time.monotonic()
    out = subprocess.run(
        [binary, "generate", "--output", folder, "--format", "parquet", "--campaigns", str(CAMPAIGNS), "--impressions",
         str(IMPRESSIONS), "--json"], check=True, capture_output=True, text=True)
    seconds = time.monotonic() - begin
    facts = json.loads(out.stdout)
    rows = sum(facts["rows"].values())
    return rows, seconds


def main():
    binary = sys.argv[1]
    ours, copies, pythons = [], [], []
    work = tempfile.mkdtemp(prefix="lifeboat-bench-")
    try:
        rows, _ = lifeboat_generate(binary, f"{work}/warm")
        for round_number in range(ROUNDS):
            made, seconds = lifeboat_generate(binary, f"{work}/g{round_number}")
            ours.append(made / seconds)
            shutil.rmtree(f"{work}/g{round_number}")
            connection = duckdb.connect()
            begin = time.monotonic()
            connection.execute(SYNTHETIC.format(rows=rows, file=f"{work}/copy.parquet"))
            copies.append(rows / (time.monotonic() - begin))
            connection.close()
            begin = time.monotonic()
            pythons.append(len(impressions(50_000)) / (time.monotonic() - begin))
    finally:
        shutil.rmtree(work)
    mine, copy, python = map(statistics.median, (ours, copies, pythons))
    print(f"rows per run                     {rows:>12,}")
    print(f"lifeboat generate, rows/s        {mine:>12,.0f}   (process start included; {min(ours):,.0f} to {max(ours):,.0f})")
    print(f"DuckDB COPY of synthetic, rows/s {copy:>12,.0f}   ({min(copies):,.0f} to {max(copies):,.0f})")
    print(f"Python, row at a time, rows/s    {python:>12,.0f}   (rows not written)")
    print(f"ratio to DuckDB COPY             {mine / copy:>12.2f}   goal >= 0.5")
    print(f"ratio to Python                  {mine / python:>12.1f}   goal >= 100")


if __name__ == "__main__":
    main()
