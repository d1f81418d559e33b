"""`lifeboat demo`: told twice, interrupted anywhere and told again, and nothing left running."""

import json
import os
import signal
import subprocess
import threading
import unittest

from support import LIFEBOAT, LIMIT_SECONDS, FolderTest, run, servers_below


class DemoTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.dir = self.folder / "demo"

    def tell(self):
        run("demo", "--dir", self.dir, "--fast")
        report = json.loads((self.dir / "report.json").read_text())
        self.assertTrue(report["succeeded"])
        self.assertGreater(len(report["checks"]), 20)
        self.assertTrue(all(check["held"] for check in report["checks"]))
        self.assertEqual(report["counts"]["before"], report["counts"]["after"])
        trial = report["failover"]["trials"][0]
        self.assertEqual((trial["killed"], trial["moved_to"]), ("PRIMARY", "SECONDARY"))
        self.assertEqual(trial["queries_failed"], 0)
        self.assertTrue(trial["session_survived"])
        self.assertGreater(trial["seconds_from_sigkill_to_first_answer"], 0)
        self.assertIn("Every check held", (self.dir / "report.md").read_text())
        self.assertEqual(servers_below(self.folder), [])

    def test_told_twice(self):
        self.tell()
        self.tell()

    def interrupt(self, step, how):
        """Stops a telling soon after it has announced a step, or at once when the step is over before that."""
        demo = subprocess.Popen([LIFEBOAT, "demo", "--dir", str(self.dir), "--fast"], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, start_new_session=True)
        begun, over = threading.Event(), threading.Event()

        def follow():
            for line in demo.stderr:
                if line.startswith("[") and begun.is_set():
                    over.set()
                if line.startswith(f"[{step}/"):
                    begun.set()
            begun.set()
            over.set()

        follower = threading.Thread(target=follow)
        follower.start()
        begun.wait(LIMIT_SECONDS)
        over.wait(0.05 * step)
        demo.send_signal(how)
        code = demo.wait(LIMIT_SECONDS)
        follower.join()
        demo.stderr.close()
        return code

    def test_interrupted_at_any_step_it_leaves_nothing_running(self):
        for step in range(1, 7):
            with self.subTest(step=step):
                code = self.interrupt(step, signal.SIGINT)
                self.assertEqual(servers_below(self.folder), [])
                # Exit code 0 only if it had been told to its end before the signal came.
                succeeded = json.loads((self.dir / "report.json").read_text())["succeeded"]
                self.assertEqual(code, 0 if succeeded else 1)
        self.tell()

    def test_killed_without_warning_the_next_telling_clears_up(self):
        for step in (2, 4, 6):
            with self.subTest(step=step):
                self.assertEqual(self.interrupt(step, signal.SIGKILL), -signal.SIGKILL)
        self.tell()

    def test_a_folder_with_other_files_is_left_alone(self):
        self.dir.mkdir()
        (self.dir / "precious").write_text("mine")
        (self.dir / "data").mkdir()
        done = run("demo", "--dir", self.dir, "--fast", check=False)
        self.assertEqual(done.returncode, 1)
        self.assert_one_sentence(done, str(self.dir), "--dir")
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["data", "precious"])


if __name__ == "__main__":
    unittest.main()
