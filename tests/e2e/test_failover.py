"""Real clients hold sessions through the connection while the primary account is killed."""

import json
import os
import signal
import subprocess
import unittest

from support import LIMIT_SECONDS, ConnectorSession, Deployment, FolderTest, run, wait_until

CONNECTORS = {"4.x": "LIFEBOAT_TEST_PYTHON_SF4", "5.x": "LIFEBOAT_TEST_PYTHON_SF5"}

READ_WITH_PYICEBERG = """
import json, sys
from pyiceberg.catalog import load_catalog
e = json.load(open(sys.argv[1]))["catalogs"][0]
catalog = load_catalog("lake", type="rest", uri=e["uri"], warehouse=e["warehouse"],
                       credential=e["client_id"] + ":" + e["client_secret"])
print(json.dumps({t: catalog.load_table(("iceberg_advertising_db", t)).scan().to_arrow().num_rows
                  for t in ("campaigns", "impressions", "clicks", "conversions")}))
"""


class FailoverTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.deployment = Deployment(self.folder).up().load()

    def counts(self):
        return {table: self.deployment.sql(f"select count(*) as n from iceberg_prod.advertising.{table}")[0]["N"]
                for table in ("campaigns", "impressions", "clicks", "conversions")}

    def kill_primary(self):
        os.kill(self.deployment.pid("account-primary"), signal.SIGKILL)

    def check_connector(self, generation):
        python = os.environ.get(CONNECTORS[generation])
        if not python:
            self.skipTest(f"no Python environment with connector {generation}")
        endpoints = self.deployment.endpoints
        connection, account = endpoints["connection"], endpoints["accounts"][0]
        session = ConnectorSession(python, connection["account"], connection["host"], connection["port"],
                                   account["user"], account["password"])
        self.addCleanup(session.close)
        session.query("use role iceberg_analyst")
        session.query("use schema iceberg_prod.advertising")
        session.query("set mark = 'kept'")
        question = "select $mark, current_role(), current_schema(), count(*) from clicks"
        before = session.query(question)
        self.assertEqual(session.query("select current_account_name()"), [["PRIMARY"]])
        self.kill_primary()
        self.assertEqual(session.query(question), before)
        self.assertEqual(session.query("select current_account_name()"), [["SECONDARY"]])
        self.assertEqual(before[0][:3], ["kept", "ICEBERG_ANALYST", "ADVERTISING"])

    def test_connector_4(self):
        self.check_connector("4.x")

    def test_connector_5(self):
        self.check_connector("5.x")

    def test_same_counts_from_the_other_account_and_back(self):
        before = self.counts()
        self.kill_primary()
        self.assertEqual(self.counts(), before)
        status = self.deployment.status()
        self.assertEqual(status["connection"]["primary"], "SECONDARY")
        self.deployment.up()
        wait_until(lambda: self.deployment.status()["healthy"], "the killed account is back")
        self.assertEqual(self.counts(), before)
        self.assertEqual(self.deployment.status()["connection"]["primary"], "SECONDARY")

    def test_snow_cli(self):
        snow = os.environ.get("LIFEBOAT_TEST_SNOW")
        if not snow:
            self.skipTest("no snow command")
        connection, account = self.deployment.endpoints["connection"], self.deployment.endpoints["accounts"][0]
        command = [snow, "sql", "-x", "--account", connection["account"], "--host", connection["host"], "--port",
                   str(connection["port"]), "--protocol", "http", "--user", account["user"], "--format", "json", "-q",
                   "select count(*) as n from iceberg_prod.advertising.clicks"]
        environment = {**os.environ, "SNOWFLAKE_HOME": str(self.folder / "snow"),
                       "SNOWFLAKE_PASSWORD": account["password"]}
        (self.folder / "snow").mkdir()

        def ask():
            done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=LIMIT_SECONDS)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)

        before = ask()
        self.kill_primary()
        self.assertEqual(ask(), before)

    def test_pyiceberg_reads_what_was_loaded(self):
        python = os.environ.get("LIFEBOAT_TEST_PYTHON")
        if not python:
            self.skipTest("no Python environment with PyIceberg")
        done = subprocess.run([python, "-c", READ_WITH_PYICEBERG, str(self.deployment.dir / "endpoints.json")],
                              capture_output=True, text=True, timeout=LIMIT_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), self.counts())


if __name__ == "__main__":
    unittest.main()
