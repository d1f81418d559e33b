"""Seconds from SIGKILL of the primary account to the first answered query of an open session, over consecutive runs.

Usage: failover.py LIFEBOAT [RUNS]
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    binary = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory(prefix="lifeboat-bench-") as folder:
        subprocess.run([binary, "demo", "--dir", folder, "--fast", "--runs", str(runs)], check=True,
                       stdout=subprocess.DEVNULL)
        report = json.loads((Path(folder) / "report.json").read_text())
    kills = report["kills"]
    seconds = sorted(kill["seconds_to_first_answer"] for kill in kills)
    p95 = seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))]
    print(f"runs                         {len(seconds):>8}")
    print(f"median seconds to an answer  {statistics.median(seconds):>8.2f}")
    print(f"95th percentile              {p95:>8.2f}   goal <= 3")
    print(f"worst                        {seconds[-1]:>8.2f}")
    print(f"failed queries               {sum(kill['failed_queries'] for kill in kills):>8}   goal 0")
    print(f"failed sessions              {sum(kill['failed_sessions'] for kill in kills):>8}   goal 0")


if __name__ == "__main__":
    main()
