"""Iceberg's REST compatibility kit against the catalog server: catalog and view suites, then the catalog suite once more
with nested namespaces and with dots and slashes in names.

Each run gets a server and a folder of its own: the kit leaves namespaces behind and refuses to start among them.
"""

import os
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from catalog_process import CLIENT, CatalogProcess
from postgres_process import PostgresProcess

KIT = Path(os.environ.get("LIFEBOAT_INTEROP_CLIENTS", "build/interop")).resolve() / "kit"
CATALOG_SUITE = "org.apache.iceberg.rest.RESTCompatibilityKitCatalogTests"
VIEW_SUITE = "org.apache.iceberg.rest.RESTCompatibilityKitViewCatalogTests"
EVERY_NAME_SUITE = "EveryNameCatalogTests"
# It begins with asserting that `parent` is not there, which other tests of the suite leave behind.
NEEDS_AN_EMPTY_CATALOG = "testDropNamespaceWithNestedNamespace"


def run_kit(server, selection, report_folder, class_path, credential=None):
    command = ["java", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-Drck.local=false",
               "-Drck.requires-namespace-create=true", f"-Duri={server.uri}/", "-Dwarehouse=lake"]
    if credential:
        command.append(f"-Dcredential={credential}")
    command += ["-cp", class_path, "org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner",
                "--details=none", "--reports-dir", str(report_folder), *selection]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    report = report_folder / "TEST-junit-jupiter.xml"
    assert report.exists(), f"the kit did not run:\n{done.stdout}\n{done.stderr}"
    return report


def outcomes(report):
    """{(class, test): (outcome, first line of the message)}; a parameterised test counts once for each parameter."""
    found = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        outcome, message = "passed", ""
        for kind in ("skipped", "failure", "error"):
            element = case.find(kind)
            if element is not None:
                outcome = kind
                message = (element.get("message") or element.text or "").strip().split("\n")[0]
        found[(case.get("classname").rsplit(".", 1)[-1], case.get("name"))] = (outcome, message[:200])
    return found


def check(found, at_least):
    failed = {test: message for test, (outcome, message) in found.items() if outcome in ("failure", "error")}
    passed = sum(outcome == "passed" for outcome, _ in found.values())
    print(f"{passed} passed, {len(failed)} failed, {len(found) - passed - len(failed)} skipped")
    listed = "\n".join(f"  {suite} {name}: {message}" for (suite, name), message in sorted(failed.items()))
    assert not failed, f"{passed} passed, {len(failed)} failed:\n{listed}"
    assert passed >= at_least


@pytest.fixture
def server(tmp_path):
    process = CatalogProcess(tmp_path)
    yield process
    assert process.stop() == 0


def run_both_suites(folder, store=None):
    server = CatalogProcess(folder, client=None, store=store)
    selection = ["--select-class", CATALOG_SUITE, "--select-class", VIEW_SUITE]
    try:
        found = outcomes(run_kit(server, selection, folder / "report", f"{KIT}/*"))
    finally:
        stopped = server.stop()
    assert stopped == 0
    check(found, at_least=145)


def test_catalog_and_view_suites(tmp_path):
    run_both_suites(tmp_path)


def test_catalog_and_view_suites_on_postgresql(tmp_path):
    database = PostgresProcess()
    try:
        run_both_suites(tmp_path, store=database.uri)
    finally:
        database.stop()


@pytest.fixture(scope="module")
def every_name_classes(tmp_path_factory):
    classes = tmp_path_factory.mktemp("classes")
    source = Path(__file__).parent / "java" / f"{EVERY_NAME_SUITE}.java"
    subprocess.run(["javac", "-cp", f"{KIT}/*", "-d", str(classes), str(source)], check=True)
    return f"{classes}:{KIT}/*"


def test_nested_namespaces_dots_and_slashes_as_a_client_with_credentials(server, tmp_path, every_name_classes):
    selection = ["--select-class", EVERY_NAME_SUITE, "--exclude-methodname", f".*{NEEDS_AN_EMPTY_CATALOG}.*"]
    found = outcomes(run_kit(server, selection, tmp_path / "report", every_name_classes, credential=CLIENT))
    skipped = {name for (_, name), (outcome, _) in found.items() if outcome == "skipped"}
    # What stays out: the empty namespace (a path of the protocol cannot name it), and a test the kit disables.
    assert all("EmptyNamespace" in name or "UniqueLocation" in name for name in skipped), skipped
    check(found, at_least=100)


def test_dropping_nested_namespaces(server, tmp_path, every_name_classes):
    selection = ["--select-method", f"{EVERY_NAME_SUITE}#{NEEDS_AN_EMPTY_CATALOG}"]
    check(outcomes(run_kit(server, selection, tmp_path / "report", every_name_classes, credential=CLIENT)), at_least=1)
