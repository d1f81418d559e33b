"""A local deployment from up to down: what it leaves, what it survives, what it says when it cannot start."""

import json
import os
import pty
import signal
import socket
import stat
import subprocess
import time
import unittest

from support import LIFEBOAT, LIMIT_SECONDS, SMALL, Deployment, FivePorts, FolderTest, run, servers_below, wait_until

PROCESSES = ["account-primary", "account-secondary", "catalog", "gateway"]


class DeploymentTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.deployment = Deployment(self.folder)

    def test_up_status_down_and_up_again_with_everything_kept(self):
        d = self.deployment.up()
        endpoints = d.endpoints
        self.assertEqual(sorted(p["name"] for p in endpoints["processes"]), PROCESSES)
        self.assertEqual({a["site"] for a in endpoints["accounts"]}, {"PRIMARY", "SECONDARY"})
        self.assertEqual(endpoints["connection"]["account"], "LIFEBOAT-LIFEBOAT_DEMO")
        for name in ["endpoints.json", "deployment.json", "run/catalog.toml", "run/account-primary.toml"]:
            self.assertEqual(stat.S_IMODE((d.dir / name).stat().st_mode), 0o600, name)
        status = d.status()
        self.assertTrue(status["healthy"])
        self.assertEqual(status["connection"]["primary"], "PRIMARY")

        again = run("up", "--dir", d.dir)
        self.assertIn("already up", again.stdout)
        self.assertEqual(d.endpoints["processes"], endpoints["processes"])

        d.load()
        counts = d.sql("select count(*) as n from iceberg_prod.advertising.impressions")
        self.assertGreater(counts[0]["N"], 0)
        d.down()
        self.assertEqual(servers_below(self.folder), [])
        self.assertFalse((d.dir / "endpoints.json").exists())
        self.assertIn("nothing was running", d.down().stdout)

        d.up()
        self.assertEqual(d.endpoints["connection"], endpoints["connection"])
        self.assertEqual(d.endpoints["accounts"], endpoints["accounts"])
        self.assertEqual(d.sql("select count(*) as n from iceberg_prod.advertising.impressions"), counts)

    def test_a_crashed_process_is_started_again(self):
        d = self.deployment.up()
        before = {p: d.pid(p) for p in PROCESSES}
        os.kill(before["account-secondary"], signal.SIGKILL)
        wait_until(lambda: not d.status()["healthy"], "status notices the dead process")
        d.up()
        self.assertTrue(d.status()["healthy"])
        self.assertNotEqual(d.pid("account-secondary"), before["account-secondary"])
        self.assertEqual(d.pid("catalog"), before["catalog"])

    def test_append_campaigns_continues_and_is_seen_through_the_link(self):
        d = self.deployment.up().load()
        query = "select campaign_id from iceberg_prod.advertising.campaigns where campaign_id like 'CMP-NEW-%' order by 1"
        self.assertEqual(d.sql(query), [])
        first = json.loads(run("append-campaigns", "--dir", d.dir, "--count", 2, "--json").stdout)
        self.assertEqual(first["campaign_ids"], ["CMP-NEW-1000", "CMP-NEW-1001"])
        second = json.loads(run("append-campaigns", "--dir", d.dir, "--count", 1, "--json").stdout)
        self.assertEqual(second["campaign_ids"], ["CMP-NEW-1002"])
        self.assertEqual(second["snapshots_before"], first["snapshots_after"])
        wanted = [{"CAMPAIGN_ID": f"CMP-NEW-{n}"} for n in (1000, 1001, 1002)]
        for site in ["PRIMARY", "SECONDARY"]:
            wait_until(lambda: d.sql(query, "--site", site) == wanted, f"{site} shows the appended campaigns")

    def test_load_refuses_other_data_and_replaces_when_asked(self):
        d = self.deployment.up().load()
        done = run("load", "--dir", d.dir, *SMALL, "--json")
        self.assertTrue(all(t["already_loaded"] for t in json.loads(done.stdout)["tables"]))
        other = [*SMALL, "--seed", "7"]
        refused = run("load", "--dir", d.dir, *other, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assert_one_sentence(refused, "campaigns", "--replace")
        loaded = json.loads(run("load", "--dir", d.dir, *other, "--replace", "--json").stdout)
        rows = {t["name"]: t["rows"] for t in loaded["tables"]}
        wait_until(lambda: d.sql("select count(*) as n from iceberg_prod.advertising.clicks")[0]["N"] == rows["clicks"],
                   "the new table is seen through the link")

    def test_a_generated_folder_can_be_loaded(self):
        d = self.deployment.up()
        for form in ["csv", "parquet"]:
            data = self.folder / form
            made = json.loads(run("generate", "-o", data, "--format", form, *SMALL, "--json").stdout)
            loaded = json.loads(run("load", "--dir", d.dir, "--from", data, "--replace", "--json").stdout)
            self.assertEqual({t["name"]: t["rows"] for t in loaded["tables"]}, made["rows"])

    def data_files(self):
        return set((self.deployment.dir / "lake").rglob("*.parquet"))

    def interrupted_load(self, how, after_files):
        """Exit code of a load that is interrupted when it has written so many data files."""
        before = self.data_files()
        load = subprocess.Popen([LIFEBOAT, "load", "--dir", str(self.deployment.dir), "--campaigns", "40",
                                 "--impressions", "20000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(self.data_files() - before) < after_files and load.poll() is None:
            time.sleep(0.001)
        load.send_signal(how)
        return load.wait(timeout=LIMIT_SECONDS)

    def test_an_interrupted_load_leaves_whole_tables_or_none(self):
        d = self.deployment.up()
        codes = [self.interrupted_load(signal.SIGINT, after) for after in (1, 2, 20, 100)]
        self.assertIn(1, codes, "every load was over before it could be interrupted")
        self.interrupted_load(signal.SIGKILL, 5)
        finished = json.loads(run("load", "--dir", d.dir, "--campaigns", 40, "--impressions", 20000, "--json").stdout)
        run("runbook", "--dir", d.dir, "--quiet")
        for table in finished["tables"]:
            counted = d.sql(f"select count(*) as n from iceberg_prod.advertising.{table['name']}")[0]["N"]
            self.assertEqual(counted, table["rows"], table["name"])

    def test_an_interrupted_load_leaves_no_data_files_behind(self):
        d = self.deployment.up()
        self.assertEqual(self.interrupted_load(signal.SIGINT, 2), 1)
        for table in (d.dir / "lake" / "iceberg_advertising_db").iterdir():
            if list(table.rglob("*.parquet")):
                self.assertTrue(list(table.rglob("snap-*.avro")), f"{table.name} has data files but no snapshot")

    def test_remove_orphans_clears_what_a_killed_load_left(self):
        d = self.deployment.up()

        def remove_orphans(*more):
            return json.loads(run("maintain", "remove-orphans", "--dir", d.dir, "--all", "--older-than", "0", "--json",
                                  *more).stdout)

        for after in (2, 3, 5, 10, 20, 40):
            self.interrupted_load(signal.SIGKILL, after)
            found = remove_orphans("--dry-run")["orphans"]
            if any(location.endswith(".parquet") for location in found):
                break
        else:
            self.fail("no load was killed between its data files and its commit")
        removed = remove_orphans()
        self.assertEqual(removed["orphans"], found)
        self.assertEqual(removed["files"]["failed"], 0)
        for location in found:
            self.assertFalse(os.path.exists(location.removeprefix("file://")))
        self.assertEqual(remove_orphans()["orphans"], [])
        loaded = json.loads(run("load", "--dir", d.dir, "--campaigns", 40, "--impressions", 20000, "--json").stdout)
        self.assertEqual(remove_orphans()["orphans"], [])
        run("runbook", "--dir", d.dir, "--quiet")
        for table in loaded["tables"]:
            counted = d.sql(f"select count(*) as n from iceberg_prod.advertising.{table['name']}")[0]["N"]
            self.assertEqual(counted, table["rows"], table["name"])

    def test_sql_errors_name_code_and_line(self):
        d = self.deployment.up()
        done = run("sql", "--dir", d.dir, "-q", "select 1;\nselect * from no_such_database.a.b", check=False)
        self.assertEqual(done.returncode, 1)
        for word in ["query:2: 002003", "NO_SUCH_DATABASE"]:
            self.assertIn(word, done.stderr)
        self.assertIn("1", done.stdout)

    def test_the_shell_on_a_terminal(self):
        d = self.deployment.up()
        try:
            terminal, inner = pty.openpty()
        except OSError as error:
            self.skipTest(f"no pseudo-terminal to be had: {error}")
        shell = subprocess.Popen([LIFEBOAT, "sql", "--dir", str(d.dir)], stdin=inner, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True)
        os.close(inner)
        os.write(terminal, b"select 'one; two'\n  as quoted;\nselect no_such_column from (select 1);\nselect 40 + 2;\n\x04")
        text = shell.communicate(timeout=LIMIT_SECONDS)[0]
        os.close(terminal)
        self.assertEqual(shell.returncode, 0)
        self.assertIn("ACCOUNTADMIN> ", text)
        self.assertIn("one; two", text)
        self.assertIn("000904", text)
        self.assertIn("42", text)


class CannotStartTest(FolderTest):
    def test_a_port_in_use(self):
        ports = FivePorts()
        base = ports.first
        with socket.create_server(("127.0.0.1", base + 2)):  # the catalog's
            done = run("up", "--dir", self.folder / "d", "--port-base", base, check=False)
        self.assertEqual(done.returncode, 1)
        self.assert_one_sentence(done, str(base + 2), "catalog", "--port-base")
        self.assertEqual(servers_below(self.folder), [])

    def test_a_later_port_in_use_stops_what_was_started(self):
        ports = FivePorts()
        base = ports.first
        with socket.create_server(("127.0.0.1", base)):  # the gateway's, which starts last
            done = run("up", "--dir", self.folder / "d", "--port-base", base, check=False)
        self.assertEqual(done.returncode, 1)
        self.assert_one_sentence(done, str(base), "gateway")
        self.assertEqual(servers_below(self.folder), [])
        self.assertFalse((self.folder / "d" / "endpoints.json").exists())

    def test_a_folder_that_cannot_be_made(self):
        (self.folder / "file").write_text("")
        done = run("up", "--dir", self.folder / "file" / "d", check=False)
        self.assertEqual(done.returncode, 1)
        self.assert_one_sentence(done, str(self.folder / "file" / "d"))

    def test_what_is_not_available_says_so(self):
        done = run("up", "--dir", self.folder / "d", "--topology", "replicated", check=False)
        self.assertEqual(done.returncode, 1)
        self.assert_one_sentence(done, "replicated", "not available in this version")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_commands_without_a_deployment_name_the_remedy(self):
        for command in [["sql", "-q", "select 1"], ["load"], ["append-campaigns"], ["runbook"]]:
            with self.subTest(command):
                done = run(*command, "--dir", self.folder / "none", check=False)
                self.assertEqual(done.returncode, 1)
                self.assert_one_sentence(done, "lifeboat up")


if __name__ == "__main__":
    unittest.main()
