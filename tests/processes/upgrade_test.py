"""USR2: a new master beside the old one, which goes when the new one serves, and stays when it fails. WINCH."""

import os
import signal
import time
import unittest

from master import ANY_PORT, Folder, Master, is_alive, read_answer, wait_until


class UpgradeTest(unittest.TestCase):
    def upgrade(self, master):
        """Sends the signal; the new master's pid."""
        master.send_signal(signal.SIGUSR2)
        return int(master.expect("the new master has pid").rsplit(" ", 1)[1])

    def test_the_new_master_takes_over(self):
        with Master("-w", "2", "-p", "pid", "-b", ANY_PORT, "-b", "unix:s", bind=None) as master:
            old, old_workers = master.pid, master.workers()
            pid_file = master.folder.path / "pid"
            master.folder.startup_file.write_text("slow")  # so that there is time to look
            new = self.upgrade(master)
            wait_until((master.folder.path / "pid.2").exists, "the second pid file")
            self.assertEqual(f"{old}\n", pid_file.read_text())
            master.expect(f"all workers of the new master (pid {new}) are ready")
            master.expect(f"the old master (pid {old}) is gone")
            self.assertEqual(0, master.process.wait(30))
            wait_until(lambda: pid_file.read_text() == f"{new}\n", "the pid file")
            self.assertFalse((master.folder.path / "pid.2").exists())
            self.assertTrue((master.folder.path / "s").is_socket())
            master.pid = new
            self.assertEqual(set(), set(old_workers) & set(master.wait_for_workers(2)))
            self.assertIn(int(master.get("/pid").body), master.workers())
            # It is a master like any other.
            master.folder.startup_file.unlink()
            self.upgrade_once_more(master)

    def upgrade_once_more(self, master):
        new = self.upgrade(master)
        master.expect("is gone")
        master.pid = new
        master.send_signal(signal.SIGTTIN)
        master.expect("Workers: 3")
        master.expect("is ready in slot 2")
        master.send_signal(signal.SIGTERM)
        master.expect("Shutting down: Master")
        wait_until(lambda: not is_alive(new), "its end")
        self.assertFalse((master.folder.path / "s").exists())
        self.assertFalse((master.folder.path / "pid").exists())

    def test_worker_counts_may_differ(self):
        folder = Folder()
        (folder.path / "indrik.conf").write_text("workers = 2\n")
        with Master("-p", "pid", folder=folder, wait=False) as master:
            master._count = 2
            master.wait_until_serving()
            for count in (4, 1):
                (master.folder.path / "indrik.conf").write_text(f"workers = {count}\n")
                new = self.upgrade(master)
                master.expect("is gone")
                master.pid = new
                master.wait_for_workers(count)
                answers = {read_answer(client) for client in [master.send("/pid") for _ in range(60)]}
                self.assertEqual({(200, str(pid)) for pid in master.workers()}, answers)
        folder.remove()

    def test_a_new_master_that_fails_changes_nothing(self):
        with Master("-w", "2", "-p", "pid", "-b", ANY_PORT, "-b", "unix:s", bind=None) as master:
            before = sorted(master.workers())
            master.folder.startup_file.write_text("throw")
            self.upgrade(master)
            master.expect("no database today")
            master.expect("Upgrade failed, everything stays: the new master ended")
            wait_until(lambda: sorted(master.workers()) == before, "the old workers alone")
            self.assertTrue((master.folder.path / "s").is_socket())
            self.assertEqual(f"{master.pid}\n", (master.folder.path / "pid").read_text())
            self.assertFalse((master.folder.path / "pid.2").exists())
            self.assertEqual({200}, {master.get("/pid").status for _ in range(20)})
            master.folder.startup_file.write_text("")
            self.upgrade(master)
            master.expect("is gone")

    def test_a_new_master_that_hangs_is_ended(self):
        with Master("--boot-timeout", "1s", "-t", "0") as master:
            master.folder.startup_file.write_text("block")
            new = self.upgrade(master)
            master.expect("Upgrade failed, everything stays")
            wait_until(lambda: not is_alive(new), "its end")
            self.assertEqual(200, master.get("/pid").status)

    def test_a_new_master_that_is_killed_changes_nothing(self):
        with Master("-w", "2") as master:
            master.folder.startup_file.write_text("slow")
            new = self.upgrade(master)
            master.expect("Booting worker")
            os.kill(new, signal.SIGKILL)
            master.expect("Upgrade failed, everything stays")
            self.assertEqual({200}, {master.get("/pid").status for _ in range(20)})

    def test_one_at_a_time(self):
        with Master() as master:
            master.folder.startup_file.write_text("slow")
            self.upgrade(master)
            master.send_signal(signal.SIGUSR2)
            master.expect("No upgrade: one is under way")
            master.send_signal(signal.SIGHUP)
            master.expect("No reload: an upgrade is under way")
            master.expect("is gone")

    def test_the_old_master_finishes_what_it_has(self):
        with Master() as master:
            old, = master.workers()
            slow = master.send("/slow/1500")
            master.folder.wait_for("slow")
            new = self.upgrade(master)
            master.expect(f"of the new master (pid {new}) are ready")
            self.assertNotEqual(str(old), master.get("/pid").body)
            self.assertEqual((200, str(old)), read_answer(slow))
            master.expect("is gone")

    def test_the_old_master_passes_on_what_is_meant_for_the_new_one(self):
        with Master() as master:
            old, = master.workers()
            slow = master.send("/slow/3000")
            master.folder.wait_for("slow")
            new = self.upgrade(master)
            master.expect(f"of the new master (pid {new}) are ready")
            master.send_signal(signal.SIGHUP)
            self.assertIn(f"[{new}]", master.expect("Handling signal: SIGHUP"))
            self.assertIn(f"[{new}]", master.expect("Reloaded: generation"))
            master.send_signal(signal.SIGUSR1)
            master.expect(f"[{new}] [INFO] [indrik.arbiter] Handling signal: SIGUSR1")
            self.assertEqual((200, str(old)), read_answer(slow))
            master.expect("is gone")

    def test_term_during_an_upgrade_ends_both(self):
        with Master() as master:
            master.folder.startup_file.write_text("slow")
            new = self.upgrade(master)
            master.expect("Booting worker")
            self.assertEqual(0, master.stop())
            wait_until(lambda: not is_alive(new), "the end of the new one")

    def test_winch_lets_the_workers_go_and_hup_brings_them_back(self):
        with Master("-w", "2") as master:
            for number, outcome in ((signal.SIGHUP, "generation 2 serves"), (signal.SIGTTIN, "Workers: 1")):
                master.send_signal(signal.SIGWINCH)
                master.expect("Workers: 0")
                master.wait_for_workers(0)
                waiting = master.send("/pid")
                time.sleep(0.1)
                master.send_signal(number)
                master.expect(outcome)
                self.assertEqual(200, read_answer(waiting)[0])
            self.assertEqual(1, len(master.wait_for_workers(1)))  # TTIN adds one


if __name__ == "__main__":
    unittest.main()
