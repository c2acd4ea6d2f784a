"""--preload: loaded once a generation, shared by its workers, loaded anew by a reload."""

import os
import pathlib
import shutil
import signal
import time
import unittest

from certificates import CertificateFolder, TLSMaster
from master import APPLICATION, COMMAND, Folder, Load, Master, is_alive, wait_until
from operations import NOBODY, needs_root, owner_of, run


def preloader_of(master):
    """Its pid; there is one, unless a reload is under way."""
    pids = [pid for pid in master.workers() if pathlib.Path(f"/proc/{pid}/comm").read_text() == "indrik: preload\n"]
    return pids[-1]


def preloaded(*options, **arguments):
    return Master("--preload", *options, env={"TEST_PRELOAD": "yes"}, **arguments)


class PreloadTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)

    def made(self):
        """The processes that called the factory."""
        return [pid for event, pid in self.folder.journal() if event == "made"]

    def test_the_factory_runs_once_and_the_workers_share_what_it_made(self):
        with preloaded("-w", "3", folder=self.folder) as master:
            preloader = preloader_of(master)
            self.assertEqual([preloader], self.made())
            workers = set(master.workers()) - {preloader}
            self.assertEqual(3, len(workers))
            self.assertEqual(3, sum(event == "started" for event, _ in self.folder.journal()))
            self.assertEqual({str(worker) for worker in workers}, {master.get("/pid").body for _ in range(60)})
            self.assertNotIn("application.so", pathlib.Path(f"/proc/{master.pid}/maps").read_text())
            self.assertEqual(0, master.stop())
            wait_until(lambda: not is_alive(preloader), "the preloader's end")

    def test_killed_workers_are_forked_from_it(self):
        with preloaded("-w", "2", folder=self.folder) as master:
            preloader = preloader_of(master)
            victim = next(pid for pid in master.workers() if pid != preloader)
            begin = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            master.expect(f"Worker (pid:{victim}) was sent SIGKILL!")
            master.expect("is ready in slot")
            self.assertLess(time.monotonic() - begin, 3)
            self.assertEqual(1, len(self.made()))
            master.send_signal(signal.SIGTTIN)
            master.expect("is ready in slot 2")
            self.assertEqual(1, len(self.made()))

    def test_a_reload_loads_new_code(self):
        module = self.folder.path / "served.so"
        shutil.copy(APPLICATION, module)
        with preloaded("-w", "2", command=[COMMAND, str(module)], folder=self.folder) as master, Load(master) as load:
            first = preloader_of(master)
            # As a linker does: a new file under the old name.
            shutil.copy(APPLICATION, self.folder.path / "new.so")
            (self.folder.path / "new.so").rename(module)
            self.folder.text_file.write_text("second")
            master.send_signal(signal.SIGHUP)
            master.expect("generation 2 serves")
            load.wait_for_more()
            self.assertEqual("second", master.get("/").body)
            wait_until(lambda: not is_alive(first), "the first preloader's end")
            self.assertEqual(2, len(set(self.made())))
            maps = pathlib.Path(f"/proc/{preloader_of(master)}/maps").read_text()
            inodes = {line.split()[4] for line in maps.splitlines() if line.endswith("served.so")}
            self.assertEqual({str(module.stat().st_ino)}, inodes)  # the new file, and no trace of the old one
        self.assertEqual([], load.failures)

    def test_what_cannot_be_loaded(self):
        for module, code, says in (("nowhere.so", 4, "The application cannot be loaded: nowhere.so: there is no such file"),
                                   (f"{APPLICATION}:nothing", 4, "its factory threw: nothing can be made")):
            with self.subTest(module=module):
                result = run(module, "--preload", "-b", "127.0.0.1:0", cwd=self.folder.path)
                self.assertEqual(code, result.returncode, result.stderr)
                self.assertIn(says, result.stderr)

    def test_what_does_not_start(self):
        with preloaded(startup="throw", wait=False) as master:
            self.assertEqual(3, master.exit_status())

    def test_a_reload_that_cannot_load_changes_nothing(self):
        (self.folder.path / "indrik.conf").write_text(f"application = {APPLICATION}\n")
        with preloaded(command=[COMMAND], folder=self.folder) as master:
            before = master.workers()
            (self.folder.path / "indrik.conf").write_text(f"application = {APPLICATION}:nothing\n")
            master.send_signal(signal.SIGHUP)
            self.assertIn("nothing can be made", master.expect("Reload failed, generation 1 stays"))
            wait_until(lambda: master.workers() == before, "the old processes only")
            self.assertEqual(200, master.get("/pid").status)

    def test_a_preloader_that_is_killed_is_replaced_when_it_is_needed(self):
        with preloaded("-w", "2", folder=self.folder) as master:
            preloader = preloader_of(master)
            os.kill(preloader, signal.SIGKILL)
            wait_until(lambda: not is_alive(preloader), "its end")
            self.assertEqual(200, master.get("/pid").status)
            os.kill(master.workers()[0], signal.SIGKILL)
            master.expect("Preloading the application")
            master.expect("is ready in slot")
            self.assertEqual(2, len(self.made()))

    def test_logs_that_were_rotated(self):
        log = self.folder.path / "log"
        with preloaded("--error-logfile", str(log), folder=self.folder, wait=False) as master:
            self.folder.wait_for("started")
            log.rename(self.folder.path / "log.1")
            master.send_signal(signal.SIGUSR1)
            wait_until(log.exists, "the new log")
            worker = next(pid for pid in master.workers() if pid != preloader_of(master))
            os.kill(worker, signal.SIGKILL)
            self.folder.wait_for("started", 2)
            worker = next(pid for pid in master.workers() if pid != preloader_of(master))
            files = {os.readlink(f"/proc/{worker}/fd/{fd}") for fd in os.listdir(f"/proc/{worker}/fd")}
            self.assertIn(str(log), files)

    @needs_root
    def test_it_loads_as_the_user(self):
        folder = CertificateFolder()
        self.addCleanup(folder.remove)
        os.chmod(folder.path, 0o777)
        folder.issue("site")
        os.chmod(folder.path / "site.key", 0o600)
        with TLSMaster("--preload", "-u", "nobody", folder=folder) as master:
            self.assertEqual({NOBODY}, {owner_of(pid)[0] for pid in master.workers()})
            self.assertEqual(2, len(master.workers()))
            self.assertEqual(200, master.get("/connection").status)


if __name__ == "__main__":
    unittest.main()
