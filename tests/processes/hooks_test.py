"""Hooks: each is called, in the process and the order that the documentation says, and what they throw ends nothing by itself."""

import os
import signal
import unittest

from certificates import CertificateFolder, TLSMaster
from master import APPLICATION, MODULES, Folder, Master, read_answer

HOOKS = str(MODULES / "hooks.so")


class HooksTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)

    def events(self, pid=None):
        return [event for event, where in self.folder.journal() if pid in (None, where)]

    def test_a_life_in_its_order(self):
        with Master("--hooks", HOOKS, folder=self.folder) as master:
            master.expect("the hook sees 1 workers")
            worker, = master.workers()
            self.assertEqual(200, master.get("/pid").status)
            self.assertEqual(404, master.get("/nowhere").status)
            self.folder.wait_for("post_request/nowhere.404")
            self.assertEqual(0, master.stop())
            self.assertEqual(["on_starting", "nworkers_changed.none.1", "pre_fork", "when_ready", f"child_exit.{worker}", "on_exit"],
                             self.events(master.pid))
            self.assertEqual(["post_fork", "started", "post_worker_init", "pre_request/pid", "post_request/pid.200",
                              "pre_request/nowhere", "post_request/nowhere.404", "cleaned", "worker_exit"], self.events(worker))

    def test_reload_and_the_number_of_workers(self):
        with Master("--hooks", HOOKS, folder=self.folder) as master:
            master.send_signal(signal.SIGTTIN)
            master.expect("is ready in slot 1")
            self.folder.wait_for("nworkers_changed.1.2")
            master.send_signal(signal.SIGHUP)
            master.expect("generation 2 serves")
            self.folder.wait_for("on_reload")

    def test_quick_ends_and_aborts(self):
        with Master("--hooks", HOOKS, "-t", "1", folder=self.folder) as master:
            blocking = master.send("/block")
            self.folder.wait_for("worker_abort")
            with self.assertRaises(OSError):
                read_answer(blocking)
            master.expect("is ready in slot")
            self.assertEqual(0, master.stop(signal.SIGINT))
            self.folder.wait_for("worker_int")

    def test_tls(self):
        folder = CertificateFolder()
        self.addCleanup(folder.remove)
        folder.issue("site")
        with TLSMaster("--hooks", HOOKS, folder=folder) as master:
            self.assertEqual(200, master.get("/connection").status)
            self.assertIn("ssl_context", [event for event, _ in folder.journal()])

    def test_what_they_throw(self):
        for hook, line in (("when_ready", "The hook when_ready threw: ready for nothing"),
                           ("pre_request", "The hook pre_request threw: a bad request hook")):
            with self.subTest(hook=hook), Master("--hooks", HOOKS, env={"TEST_HOOK_FAILURE": hook}) as master:
                self.assertEqual(200, master.get("/pid").status)
                master.expect(line)
                self.assertEqual(0, master.stop())
        for hook, code, line in (("on_starting", 1, "not on a Friday"), ("set_hooks", 1, "no hooks today"),
                                 ("post_fork", 3, "this fork is spoilt")):
            with self.subTest(hook=hook), Master("--hooks", HOOKS, env={"TEST_HOOK_FAILURE": hook}, wait=False) as master:
                self.assertEqual(code, master.exit_status())
                self.assertTrue(any(line in text for text in master.lines), master.lines)

    def test_modules_that_are_none(self):
        for path, line in (("/nowhere.so", "--hooks: /nowhere.so: there is no such file"),
                           (APPLICATION, "this is no hooks module"), (os.path.abspath(__file__), "--hooks: ")):
            with self.subTest(path=path), Master("--hooks", path, wait=False) as master:
                self.assertEqual(1, master.exit_status())
                self.assertEqual(1, len(master.lines), master.lines)
                self.assertIn(line, master.lines[0])


if __name__ == "__main__":
    unittest.main()
