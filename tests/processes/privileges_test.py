"""Root binds and opens; the workers are somebody else. Who owns what, and what is refused."""

import http.client
import os
import pathlib
import signal
import socket
import stat
import unittest

from certificates import CertificateFolder, TLSMaster
from master import APPLICATION, COMMAND, Folder, Master, wait_until
from operations import NOBODY, needs_root, owner_of, run

AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
NOT_ALLOWED = {"INDRIK_ALLOW_ROOT": None}


def open_to_nobody(folder):
    """The scratch folder for a worker that is nobody: it writes its journal there."""
    os.chmod(folder.path, 0o777)
    return folder


@needs_root
class PrivilegesTest(unittest.TestCase):
    def setUp(self):
        self.folder = open_to_nobody(Folder())
        self.addCleanup(self.folder.remove)

    def test_workers_are_the_user_and_nothing_of_root(self):
        with Master("-w", "2", "-u", "nobody", folder=self.folder, env=NOT_ALLOWED) as master:
            self.assertEqual(0, owner_of(master.pid)[0])
            for worker in master.workers():
                self.assertEqual((NOBODY, NOBODY, [NOBODY]), owner_of(worker))
                self.assertEqual(NOBODY, os.stat(f"/proc/{worker}").st_uid)  # so it may leave a core
            self.assertEqual(200, master.get("/pid").status)
            os.kill(master.workers()[0], signal.SIGKILL)
            master.expect("is ready in slot")
            self.assertEqual({NOBODY}, {owner_of(worker)[0] for worker in master.wait_for_workers(2)})
            self.assertEqual(0, master.stop())

    def test_workers_end_with_a_master_of_another_user(self):
        with Master("-u", "nobody", folder=self.folder) as master:
            worker, = master.workers()
            master.send_signal(signal.SIGKILL)
            wait_until(lambda: not pathlib.Path(f"/proc/{worker}").exists(), "the worker's end")
            self.folder.wait_for("cleaned")

    def test_groups(self):
        with Master("-u", "nobody", "-g", "daemon", folder=self.folder) as master:
            self.assertEqual((NOBODY, 1, [1]), owner_of(master.workers()[0]))
        with Master("-u", "1234", folder=self.folder) as master:
            self.assertEqual((1234, 1234, [1234]), owner_of(master.workers()[0]))
        with Master("-u", "nobody", "--initgroups", folder=self.folder) as master:
            self.assertEqual((NOBODY, NOBODY, [NOBODY]), owner_of(master.workers()[0]))

    def test_root_is_warned_of_unless_it_is_meant(self):
        for options, is_warned in ((), True), (("--allow-root",), False), (("-u", "nobody"), False):
            with Master(*options, folder=self.folder, env=NOT_ALLOWED) as master:
                warned = any("[WARNING]" in line and "The workers are root" in line for line in master.lines)
                self.assertEqual(is_warned, warned, master.lines)
                self.assertEqual(NOBODY if "nobody" in options else 0, owner_of(master.workers()[0])[0])

    def test_a_low_port(self):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", 81))
            except OSError:
                self.skipTest("port 81 is in use")
        with Master("-u", "nobody", bind="127.0.0.1:81", folder=self.folder) as master:
            self.assertEqual(200, master.get("/pid").status)
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start") as start:
            if int(start.read()) > 81:
                result = run(APPLICATION, "-b", "127.0.0.1:81", cwd=self.folder.path, prefix=AS_NOBODY)
                self.assertEqual(1, result.returncode)
                self.assertIn("ports below 1024 need root", result.stderr)

    def test_unix_sockets_have_the_users_and_the_mask(self):
        for options, mode in (((), 0o777), (("-m", "007"), 0o770), (("--umask", "0177"), 0o600)):
            with Master("-u", "nobody", "-g", "daemon", *options, bind="unix:app.sock", folder=self.folder):
                status = (self.folder.path / "app.sock").stat()
                self.assertEqual((NOBODY, 1, mode), (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)))

    def test_logs_belong_to_the_user_and_can_be_rotated(self):
        folder = Folder()  # where only root may make files
        self.addCleanup(folder.remove)
        os.chmod(folder.path, 0o755)
        logs = [folder.path / name for name in ("error.log", "access.log")]
        with Master("-u", "nobody", "--error-logfile", str(logs[0]), "--access-logfile", str(logs[1]), folder=folder,
                    wait=False) as master:
            wait_until(lambda: "is ready" in (logs[0].read_text() if logs[0].exists() else ""), "a worker")
            for log in logs:
                self.assertEqual(NOBODY, log.stat().st_uid)
                log.rename(f"{log}.1")
            master.send_signal(signal.SIGUSR1)
            for log in logs:
                wait_until(log.exists, log)
                self.assertEqual(NOBODY, log.stat().st_uid)
            self.assertEqual(0, master.stop())
            self.assertNotIn("cannot be", logs[0].read_text())

    def test_keys_that_only_root_may_read(self):
        folder = open_to_nobody(CertificateFolder())
        self.addCleanup(folder.remove)
        folder.issue("site")
        os.chmod(folder.path / "site.key", 0o600)
        with TLSMaster("-u", "nobody", folder=folder) as master:
            self.assertEqual(NOBODY, owner_of(master.workers()[0])[0])
            master.send_signal(signal.SIGHUP)
            master.expect("generation 2 serves")
            self.assertEqual(200, master.get("/connection").status)

    def test_who_is_not_there(self):
        for option, value, says in (("--user", "no-such-user", "there is no user"), ("--group", "no-such-group", "there is no group")):
            result = run(APPLICATION, option, value, cwd=self.folder.path)
            self.assertEqual((1, f"indrik: {option}: {says}"), (result.returncode, result.stderr.split(' "')[0]))

    def test_only_root_can_become_somebody(self):
        result = run(APPLICATION, "-u", "daemon", cwd=self.folder.path, prefix=AS_NOBODY, **self.folder.environment())
        self.assertEqual(1, result.returncode)
        self.assertIn('indrik: --user: nobody but root can become "daemon"', result.stderr)
        with Master("-u", "nobody", command=[*AS_NOBODY, COMMAND, APPLICATION], folder=self.folder, env=NOT_ALLOWED) as master:
            self.assertEqual(200, master.get("/pid").status)

    def test_a_reload_that_names_nobody_is_refused(self):
        (self.folder.path / "indrik.conf").write_text("user = nobody\n")
        with Master(folder=self.folder, env=NOT_ALLOWED) as master:
            before = master.workers()
            (self.folder.path / "indrik.conf").write_text("user = no-such-user\n")
            master.send_signal(signal.SIGHUP)
            self.assertIn("there is no user", master.expect("Reload refused"))
            self.assertEqual(before, master.workers())


if __name__ == "__main__":
    unittest.main()
