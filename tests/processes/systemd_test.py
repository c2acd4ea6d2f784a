"""What systemd is told, and when; and that its units are sound."""

import os
import pathlib
import shutil
import signal
import subprocess
import unittest

from master import Folder, Master
from operations import ServiceManager

UNITS = pathlib.Path(__file__).parents[2] / "deploy" / "systemd"


class NotificationsTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.path = self.folder.path / "notify"

    def master(self, *options, **env):
        return Master(*options, folder=self.folder, env={"NOTIFY_SOCKET": str(self.path), **env})

    def test_a_life(self):
        with ServiceManager(self.path) as systemd, self.master("-w", "2") as master:
            message, before = systemd.wait_for(READY="1")
            self.assertEqual("2 of 2 workers serve", message["STATUS"])
            self.assertTrue(all("READY" not in earlier for earlier in before))
            self.assertEqual(2, sum(event == "started" for event, _ in self.folder.journal()))
            master.send_signal(signal.SIGTTIN)
            systemd.wait_for(STATUS="3 of 3 workers serve")
            master.send_signal(signal.SIGHUP)
            message, _ = systemd.wait_for(RELOADING="1")
            self.assertGreater(int(message["MONOTONIC_USEC"]), 0)
            message, _ = systemd.wait_for(READY="1")
            self.assertEqual("2 of 2 workers serve", message["STATUS"])
            master.send_signal(signal.SIGTERM)
            systemd.wait_for(STOPPING="1")
            self.assertEqual(0, master.exit_status())

    def test_it_is_not_ready_before_the_workers_are(self):
        self.folder.startup_file.write_text("throw")
        with ServiceManager(self.path) as systemd:
            with Master(folder=self.folder, env={"NOTIFY_SOCKET": str(self.path)}, wait=False) as master:
                self.assertEqual(3, master.exit_status())
            _, before = systemd.wait_for(STOPPING="1")
            self.assertTrue(all("READY" not in message for message in before))

    def test_a_reload_that_is_refused_ends_all_the_same(self):
        with ServiceManager(self.path) as systemd, self.master() as master:
            systemd.wait_for(READY="1")
            (self.folder.path / "indrik.conf").write_text("workers = none\n")
            master.send_signal(signal.SIGHUP)
            systemd.wait_for(RELOADING="1")
            systemd.wait_for(READY="1")
            master.expect("Reload refused")

    def test_an_abstract_socket(self):
        name = f"indrik-test-{os.getpid()}"
        with ServiceManager(f"\0{name}") as systemd, Master(env={"NOTIFY_SOCKET": f"@{name}"}):
            systemd.wait_for(READY="1")

    def test_a_manager_that_is_not_there(self):
        with self.master() as master:
            self.assertEqual(200, master.get("/pid").status)
            self.assertEqual(0, master.stop())

    def test_the_watchdog_is_fed_while_workers_beat(self):
        with ServiceManager(self.path) as systemd, self.master("-t", "0", WATCHDOG_USEC="400000") as master:
            systemd.wait_for(READY="1")
            for _ in range(3):
                systemd.wait_for(WATCHDOG="1")
            worker, = master.workers()
            os.kill(worker, signal.SIGSTOP)  # with --timeout 0 nobody else will notice
            while not systemd.is_silent_for(1.5):
                pass
            os.kill(worker, signal.SIGCONT)
            systemd.wait_for(WATCHDOG="1")

    def test_an_upgrade_names_the_new_master_which_goes_on(self):
        with ServiceManager(self.path) as systemd, self.master("-w", "2", WATCHDOG_USEC="400000") as master:
            systemd.wait_for(READY="1")
            master.send_signal(signal.SIGUSR2)
            new = int(master.expect("the new master has pid").rsplit(" ", 1)[1])
            _, before = systemd.wait_for(MAINPID=str(new))
            self.assertTrue(all("STOPPING" not in message for message in before))
            master.expect("is gone")
            master.pid = new
            for _ in range(3):  # more than what the old one may have sent last
                _, before = systemd.wait_for(WATCHDOG="1")
                self.assertTrue(all("STOPPING" not in message for message in before))
            master.send_signal(signal.SIGHUP)
            systemd.wait_for(RELOADING="1")
            systemd.wait_for(READY="1")
            master.send_signal(signal.SIGTERM)
            systemd.wait_for(STOPPING="1")
            master.expect("Shutting down: Master")

    def test_workers_do_not_speak_for_the_service(self):
        with ServiceManager(self.path), self.master(WATCHDOG_USEC="9000000") as master:
            for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC"):
                self.assertEqual("", master.get(f"/environment/{name}").body)


class UnitsTest(unittest.TestCase):
    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not here")
    def test_systemd_finds_nothing_wrong(self):
        folder = Folder()
        self.addCleanup(folder.remove)
        units = []
        for unit in UNITS.iterdir():
            text = unit.read_text().replace("/usr/bin/indrik", "/bin/true")  # it must be there
            path = folder.path / unit.name
            path.write_text(text)
            units.append(str(path) if "@" not in unit.name else str(path).replace("@", "@test"))
            if "@" in unit.name:
                path.rename(units[-1])
        result = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False)
        if "Failed to" in result.stderr and "bus" in result.stderr:
            self.skipTest(result.stderr)
        self.assertEqual((0, ""), (result.returncode, result.stderr))


if __name__ == "__main__":
    unittest.main()
