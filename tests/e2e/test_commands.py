"""Commands that need no deployment: help, exit codes, generated data, bad input."""

import csv
import json
import resource
import signal
import unittest

from support import SMALL, FolderTest, run

COMMANDS = ["up", "down", "status", "sql", "runbook", "generate", "load", "append-campaigns", "demo", "server", "version"]


class HelpTest(FolderTest):
    def test_every_command_has_help_with_an_example(self):
        for command in COMMANDS:
            with self.subTest(command):
                text = run(command, "--help").stdout
                self.assertIn("Example:", text)
                self.assertIn(f"lifeboat {command}", text)

    def test_wrong_usage_is_exit_code_2(self):
        for arguments in [["generate", "--no-such-option"], [], ["no-such-command"], ["generate", "--format", "xml"],
                          ["generate", "--start", "2026-02-30"], ["generate", "--click-rate", "2"],
                          ["sql", "--host", "127.0.0.1"]]:
            with self.subTest(arguments):
                done = run(*arguments, check=False, cwd=self.folder)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertNotEqual(done.stderr + done.stdout, "")

    def test_version(self):
        self.assertRegex(json.loads(run("version", "--json").stdout)["version"], r"^\d+\.\d+\.\d+$")


class GenerateTest(FolderTest):
    def generate(self, name, *options, check=True, **more):
        return run("generate", "--output", self.folder / name, "--format", "csv", "--end", "2026-11-01", *SMALL, *options,
                   check=check, **more)

    def rows(self, name, table):
        with open(self.folder / name / f"{table}.csv", newline="") as file:
            return list(csv.DictReader(file))

    def test_same_seed_same_bytes_whatever_the_threads(self):
        self.generate("one", "--threads", 1)
        self.generate("two", "--threads", 4)
        self.generate("other", "--seed", 99)
        for table in ["campaigns", "impressions", "clicks", "conversions"]:
            one, two, other = ((self.folder / name / f"{table}.csv").read_bytes() for name in ["one", "two", "other"])
            self.assertEqual(one, two)
            self.assertNotEqual(one, other)

    def test_summary_counts_what_is_in_the_files(self):
        summary = json.loads(self.generate("data", "--json").stdout)
        spend = 0.0
        for table, count in summary["rows"].items():
            rows = self.rows("data", table)
            self.assertEqual(len(rows), count)
            if table in ("impressions", "clicks"):
                spend += sum(float(row["cost_usd"]) for row in rows)
        self.assertAlmostEqual(spend, summary["spend_usd"], places=2)
        revenue = sum(float(row["revenue_usd"]) for row in self.rows("data", "conversions"))
        self.assertAlmostEqual(revenue, summary["revenue_usd"], places=2)

    def test_existing_data_is_not_overwritten_unasked(self):
        self.generate("data")
        before = (self.folder / "data" / "clicks.csv").read_bytes()
        done = self.generate("data", "--seed", 5, check=False)
        self.assertEqual(done.returncode, 1)
        self.assert_one_sentence(done, "--overwrite")
        self.assertEqual((self.folder / "data" / "clicks.csv").read_bytes(), before)
        self.generate("data", "--seed", 5, "--overwrite")
        self.assertNotEqual((self.folder / "data" / "clicks.csv").read_bytes(), before)

    def test_a_folder_that_cannot_be_made(self):
        (self.folder / "file").write_text("")
        done = run("generate", "--output", self.folder / "file" / "data", *SMALL, check=False)
        self.assertEqual(done.returncode, 1)
        self.assert_one_sentence(done, str(self.folder / "file" / "data"))

    def test_a_write_that_does_not_fit_leaves_nothing(self):
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        for form in ["csv", "parquet"]:
            with self.subTest(form):
                target = self.folder / form
                done = run("generate", "--output", target, "--format", form, *SMALL, check=False, preexec_fn=small_files)
                self.assertEqual(done.returncode, 1)
                self.assert_one_sentence(done)
                self.assertEqual([p for p in target.rglob("*") if p.is_file()], [])


class ServerConfigurationTest(FolderTest):
    def serve(self, text):
        file = self.folder / "server.toml"
        file.write_text(text)
        return run("server", "--config", file, check=False)

    def test_mistakes_name_file_line_and_key(self):
        store = f'store = "{self.folder}/c.db"\nlocation = "file://{self.folder}/lake"\n'
        for text, words in [
            ("", ["server.toml", "names nothing"]),
            ("[catalog]\nport = 1\n", ["server.toml:1", "catalog.store"]),
            (f'[catalog]\n{store}port = "x"\n', ["server.toml:4", "port"]),
            (f"[catalog]\n{store}port = 70000\n", ["server.toml:4", "port"]),
            (f"[catalog]\n{store}allow_anonymous = true\nprot = 1\n", ["server.toml:5", "prot"]),
            (f"[catalog]\n{store}", ["server.toml:1", "clients", "at least one client"]),
            (f"[catalog]\n{store}clients = []\n", ["server.toml:4", "clients", "[[clients]]"]),
            (f'[catalog]\n{store}host = "0.0.0.0"\nallow_anonymous = true\n', ["server.toml:5", "loopback", "0.0.0.0"]),
            (f'[catalog]\n{store}host = "127.example.com"\nallow_anonymous = true\n', ["server.toml:5", "loopback", "127.example.com"]),
            (f'[catalog]\n{store}allow_anonymous = false\nanonymous_principal = "guest"\n[[catalog.clients]]\nid = "a"\n'
             'secret = "b"\n', ["server.toml:5", "anonymous_principal"]),
            ("[account\n", ["server.toml:1"]),
            ('[account]\nname = "A"\ndir = "relative"\n', ["server.toml:3", "dir"]),
        ]:
            with self.subTest(text):
                done = self.serve(text)
                self.assertEqual(done.returncode, 1)
                self.assert_one_sentence(done, *words)
                self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["server.toml"])

    def test_missing_file(self):
        done = run("server", "--config", self.folder / "none.toml", check=False)
        self.assertEqual(done.returncode, 1)
        self.assert_one_sentence(done, "none.toml")


if __name__ == "__main__":
    unittest.main()
