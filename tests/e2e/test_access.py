"""lifeboat access and lifeboat doctor on a live deployment."""

import json
import os
import signal
import unittest
import urllib.error
import urllib.parse
import urllib.request

from support import Deployment, FolderTest, run, wait_until


def token(uri, client, secret):
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client, "client_secret": secret})
    return json.load(urllib.request.urlopen(uri + "/v1/oauth/tokens", form.encode()))["access_token"]


def get(uri, bearer):
    request = urllib.request.Request(uri, headers={"Authorization": "Bearer " + bearer})
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code


class AccessTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.deployment = Deployment(self.folder).up()
        self.catalog = self.deployment.endpoints["catalogs"][0]

    def access(self, verb, *arguments, **options):
        return run("access", verb, "--dir", self.deployment.dir, *arguments, **options)

    def json(self, verb, *arguments):
        return json.loads(self.access(verb, "--json", *arguments).stdout)

    def test_principals_grants_and_settings(self):
        made = self.json("create-principal", "etl")
        secret = made["client-secret"]
        self.assertEqual(self.access("create-principal", "etl", check=False).returncode, 1)
        self.access("create-role", "writers")
        self.access("add-member", "writers", "--principal", "etl")
        bearer = token(self.catalog["uri"], "etl", secret)
        table = self.catalog["uri"] + "/v1/namespaces/n/tables/t"
        self.assertEqual(get(table, bearer), 403)
        self.access("grant", "select,insert", "--to-role", "writers", "--on-namespace", "n")
        self.assertEqual(get(table, bearer), 404)  # it may look, and there is nothing
        shown = self.json("show", "--principal", "etl", "--on-table", "n.t")
        self.assertEqual(shown["privileges"], ["describe", "select", "insert"])
        self.assertEqual(shown["roles"], ["writers"])
        self.access("revoke", "insert", "--from-role", "writers", "--on-namespace", "n")
        self.assertEqual(self.json("show", "--principal", "etl", "--on-table", "n.t")["privileges"],
                         ["describe", "select"])

        self.json("settings", "--allow-external", "etl")
        settings = self.json("settings", "--external-full-table-access", "on")
        self.assertEqual(settings["external-allow-list"], ["etl"])
        self.assertEqual(len(self.json("trust", "--add", "service:catalog")["trust"]), 1)
        self.access("register-location", "s3://spare/tables")
        overview = self.access("list").stdout
        for word in ("etl", "writers", "select on namespace n", "s3://spare/tables", "service:catalog"):
            self.assertIn(word, overview)
        self.assertNotIn(secret, overview + self.access("list", "--json").stdout)

        self.access("rotate-secret", "etl")
        self.assertEqual(get(table, bearer), 401)
        self.access("drop-role", "writers")
        self.access("drop-principal", "etl")
        self.assert_one_sentence(self.access("drop-principal", "etl", check=False), "principal 'etl' does not exist")

    def test_what_is_wrong_with_a_command_line(self):
        for arguments in (("grant", "select", "--on-namespace", "n"), ("grant", "select", "--to-role", "r"),
                          ("settings", "--external-filtering", "maybe"), ("create-principal",)):
            self.assertEqual(self.access(*arguments, check=False).returncode, 2, arguments)
        wrong = self.access("grant", "read", "--to-role", "r", "--on-catalog", check=False)
        self.assertEqual(wrong.returncode, 1)
        self.assert_one_sentence(wrong, "unknown privilege 'read'", "describe, select")

    def test_a_principal_manages_what_is_its_own_by_address(self):
        secret = self.json("create-principal", "etl")["client-secret"]
        self.access("grant", "select", "--to-principal", "etl", "--on-namespace", "n", "--grant-option")
        self.access("create-principal", "reader")
        environment = {**os.environ, "LIFEBOAT_CLIENT_SECRET": secret}
        address = ["--catalog-uri", self.catalog["uri"], "--client-id", "etl"]
        run("access", "grant", "select", "--to-principal", "reader", "--on-table", "n.t", *address, env=environment)
        refused = run("access", "list", *address, env=environment, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assert_one_sentence(refused, "principal 'etl' lacks super on the catalog")

    def test_doctor(self):
        healthy = json.loads(run("doctor", "--dir", self.deployment.dir, "--json").stdout)["checks"]
        outcomes = {check["check"]: check["outcome"] for check in healthy}
        site = self.catalog["site"]
        for check in ("process catalog", "endpoints.json", f"catalog {site}: token", f"catalog {site}: clock",
                      f"catalog {site}: store reads", f"catalog {site}: store writes", f"catalog {site}: storage",
                      "account PRIMARY: log in"):
            self.assertEqual(outcomes.get(check), "ok", check)
        self.assertNotIn("WRONG", outcomes.values())

        os.kill(self.deployment.pid("account-secondary"), signal.SIGKILL)
        wait_until(lambda: not self.deployment.status()["healthy"], "status notices the dead process")
        sick = run("doctor", "--dir", self.deployment.dir, check=False)
        self.assertEqual(sick.returncode, 1)
        line = next(l for l in sick.stdout.splitlines() if "process account-secondary" in l)
        self.assertTrue(line.startswith("WRONG"))
        self.assertIn("lifeboat up --dir", line)

        wrong = {**os.environ, "LIFEBOAT_CLIENT_SECRET": "wrong"}
        refused = run("doctor", "--catalog-uri", self.catalog["uri"], "--client-id", "lifeboat", env=wrong, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("rotate-secret", refused.stdout)
        nobody = run("doctor", "--catalog-uri", "http://127.0.0.1:1", check=False)
        self.assertIn("start it", nobody.stdout)


if __name__ == "__main__":
    unittest.main()
