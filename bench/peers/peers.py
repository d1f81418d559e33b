"""Lifeboat's catalog beside the catalogs that can be had here, all up together, warmed, in interleaved rounds.

Usage: peers.py --build DIR --clients DIR --s3 DIR [--rounds 3] [--seconds 6] [--warm-seconds 15] [--scenario TEXT] [--json FILE]

A cell with any answer that is not 2xx (304 where 304 is asked for) is not valid, nor are appends of which more than 1 % are
refused: it is shown with what went wrong, and no ratio is made of it.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import workload
from peer_servers import Fixture, Lifeboat, Nessie, StaticServer

OURS, CEILING = Lifeboat.name, StaticServer.name


@dataclass
class Tools:
    build: Path     # with bin/catalog_test_server, bin/commit_load, bin/static_server
    clients: Path   # made by scripts/interop-clients
    s3: Path        # made by scripts/test-s3
    java: str = "java"

    @property
    def new_java(self):
        return str(self.clients / "java/bin/java")


class Scenario:
    """One column of load: `run(server)` measures a server once; `serves(server)` says whether it can."""

    def __init__(self, name, run, serves=lambda server: True):
        self.name, self.run, self.serves = name, run, serves


def path_of(server, table):
    return f"/{table}" if server.name == CEILING else server.table_path(table)


def scenarios(tools, servers, seconds):
    is_catalog = {server.name: server.name != CEILING for server in servers}
    etags = {server.name: workload.etag_answered_304(server, path_of(server, "small")) for server in servers}

    def read(table, conditional=False):
        def run(server):
            headers = {"If-None-Match": etags[server.name]} if conditional else {}
            return workload.read_load(server, path_of(server, table), seconds, headers)
        return run

    def commits(table, count, clients):
        return lambda server: workload.commit_load(tools, server, table, count, clients, seconds)

    yield Scenario("loadTable, 3 kB", read("small"))
    yield Scenario("loadTable answered 304", read("small", conditional=True), lambda server: etags[server.name])
    yield Scenario("loadTable, 5 MB", read("large"), lambda server: server.holds_all_snapshots)
    for clients in (1, 4, 32):
        yield Scenario(f"commits, {clients} client{'s' * (clients > 1)}, own tables", commits("t", clients, clients),
                       lambda server: is_catalog[server.name])
    for clients in (4, 32):
        yield Scenario(f"commits, {clients} clients, one table", commits("one", 1, clients),
                       lambda server: is_catalog[server.name])


    for clients in (1, 32):
        # Clients write manifests beside the table themselves, so it has to be in a local folder.
        yield Scenario(f"appends, {clients} client{'s' * (clients > 1)}, one table",
                       lambda server, clients=clients: workload.append_load(tools, server, clients, seconds),
                       lambda server: server.tables_are_local)


def warm(tools, server, seconds):
    """Half reads, half commits, on the tables that the scenarios use."""
    workload.read_load(server, path_of(server, "small"), max(1, seconds // 2))
    if server.name != CEILING:
        workload.commit_load(tools, server, "t", workload.CLIENTS_MAX, 4, max(1, seconds / 4))
        workload.commit_load(tools, server, "one", 1, 4, max(1, seconds / 4))


def settle(servers, seconds_max=10):
    """Waits until the servers have finished what was asked of them before: a slow one goes on when its client is gone."""
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        before = sum(server.cpu_seconds() for server in servers)
        time.sleep(0.25)
        if sum(server.cpu_seconds() for server in servers) - before < 0.03:
            return


def measure(tools, servers, options, folder):
    results = {}
    facts = {"disk_durable_writes_per_second": [], "load_average_before_round": []}
    for server in servers:
        print(f"warming {server.name} for {options.warm_seconds} s", flush=True)
        warm(tools, server, options.warm_seconds)
    plan = [scenario for scenario in scenarios(tools, servers, options.seconds) if options.scenario in scenario.name]
    for round_number in range(options.rounds):
        facts["load_average_before_round"].append(os.getloadavg()[0])
        facts["disk_durable_writes_per_second"].append(round(workload.durable_writes_per_second(folder)))
        for scenario in plan:
            # Another order each round, so that nobody always follows the same neighbour.
            order = servers[round_number % len(servers):] + servers[:round_number % len(servers)]
            for server in order:
                if scenario.serves(server):
                    settle(servers)
                    report = scenario.run(server)
                    results.setdefault(scenario.name, {}).setdefault(server.name, []).append(report)
                    print(f"round {round_number + 1}  {scenario.name:<34} {server.name:<16} {report['per_second']:>10,.0f}/s"
                          f"  p99 {report['p99_ms']:.2f} ms{'' if report['valid'] else '  NOT VALID'}", flush=True)
    facts["resident_mib_at_end"] = {server.name: server.resident_mib() for server in servers}
    return results, facts


def median(reports, key):
    return statistics.median(report[key] for report in reports)


def spread(reports, key, digits):
    low, high = min(report[key] for report in reports), max(report[key] for report in reports)
    return f"{low:,.{digits}f} – {high:,.{digits}f}"


def what_went_wrong(reports):
    counts = {}
    for report in reports:
        for status, count in report.get("answers", {}).items():
            if status != "200":
                counts[status] = counts.get(status, 0) + count
        for key in ("refused", "broken"):
            if report.get(key):
                counts[key] = counts.get(key, 0) + report[key]
    return ", ".join(f"{count:,} × {what}" for what, count in counts.items())


def print_table(results):
    print("\n| scenario | catalog | per second | p50 ms | p99 ms | |")
    print("|---|---|---|---|---|---|")
    for scenario, by_server in results.items():
        for server, reports in by_server.items():
            wrong = what_went_wrong(reports)
            print(f"| {scenario} | {server} | {spread(reports, 'per_second', 0)} | {spread(reports, 'p50_ms', 2)} | "
                  f"{spread(reports, 'p99_ms', 2)} | {'not valid: ' + wrong if wrong else ''} |")


def ratios(results):
    """Medians of the rounds: ours to the fastest valid peer's, and ours to the ceiling's."""
    found = {}
    for scenario, by_server in results.items():
        valid = {server: reports for server, reports in by_server.items() if all(report["valid"] for report in reports)}
        if OURS not in valid:
            continue
        mine, facts = valid[OURS], {}
        peers = {server: reports for server, reports in valid.items() if server not in (OURS, CEILING)}
        if peers:
            best = max(peers, key=lambda server: median(peers[server], "per_second"))
            facts["best_peer"] = best
            facts["throughput_to_best_peer"] = round(median(mine, "per_second") / median(peers[best], "per_second"), 2)
            facts["p99_to_best_peer"] = round(median(mine, "p99_ms") / min(median(r, "p99_ms") for r in peers.values()), 3)
        if CEILING in valid:
            facts["throughput_to_bare_http"] = round(median(mine, "per_second") / median(valid[CEILING], "per_second"), 2)
        found[scenario] = facts
    return found


def print_ratios(found):
    print("\n| scenario | to the best peer | p99 to the lowest peer's | to bare HTTP |")
    print("|---|---|---|---|")
    for scenario, facts in found.items():
        peer = f"{facts['throughput_to_best_peer']} × {facts['best_peer']}" if "best_peer" in facts else ""
        print(f"| {scenario} | {peer} | {facts.get('p99_to_best_peer', '')} | {facts.get('throughput_to_bare_http', '')} |")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("peers.py was ended"))  # through `finally`: no server stays behind
    parser = argparse.ArgumentParser()
    for name in ("--build", "--clients", "--s3"):
        parser.add_argument(name, type=lambda text: Path(text).resolve(), required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--warm-seconds", type=int, default=15)
    parser.add_argument("--only", help="comma-separated names of the catalogs to run; Lifeboat's always runs")
    parser.add_argument("--scenario", default="", help="only scenarios whose name holds this text")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    tools = Tools(options.build, options.clients, options.s3)
    wanted = options.only.split(",") if options.only else [Fixture.name, Nessie.name]

    folder = Path(tempfile.mkdtemp(prefix="lifeboat-peers-"))
    servers = []
    try:
        for kind in (Lifeboat, Fixture, Nessie):
            if kind is Lifeboat or kind.name in wanted:
                server = kind(folder, tools)
                servers.append(server)
                print(f"starting {server.name} ({server.note})", flush=True)
                server.start()
                workload.prepare(server)
        bodies = {name: workload.body_of(servers[0], name) for name in ("small", "large")}
        servers.append(StaticServer(folder, tools, bodies))
        servers[-1].start()
        results, facts = measure(tools, servers, options, folder)
        facts["body_bytes"] = {name: len(body) for name, body in bodies.items()}
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print_table(results)
    found = ratios(results)
    print_ratios(found)
    print("\n" + json.dumps(facts))
    if options.json:
        options.json.write_text(json.dumps({"results": results, "ratios": found, "facts": facts}, indent=1) + "\n")


if __name__ == "__main__":
    main()
