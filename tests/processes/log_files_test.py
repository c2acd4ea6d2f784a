"""Log files that are moved away by logrotate, and disks that are full."""

import pathlib
import re
import shutil
import signal
import subprocess
import sys
import unittest

from master import Load, wait_until
from troubled import troubled

FORMAT = "A %U %P"


def wait_for_start(master):
    """With the log in error.log."""
    error = master.folder.path / "error.log"
    count = master._count
    wait_until(lambda: error.exists() and error.read_text().count("is ready in slot") == count, "the start")
    master.urls = [re.search(r"Listening at: (http://[\d.:]+)", error.read_text()).group(1)]
    return error


class RotationTest(unittest.TestCase):
    def test_no_line_is_lost_when_files_are_moved_under_load(self):
        with troubled("-w", "2", "--access-logfile", "access.log", "--access-logformat", FORMAT, "--log-file", "error.log",
                      wait=False) as master:
            wait_for_start(master)
            folder = master.folder.path
            with Load(master) as load:
                for number in range(1, 6):
                    (folder / "access.log").rename(folder / f"access.log.{number}")
                    master.send_signal(signal.SIGUSR1)
                    load.wait_for_more(50)
                    wait_until((folder / "access.log").exists, "the new file")
            self.assertEqual([], load.failures)
            self.assertEqual(0, master.stop())
            lines = "".join(path.read_text() for path in folder.glob("access.log*")).splitlines()
            self.assertGreaterEqual(len(lines), load.answers)
            for line in lines:
                self.assertRegex(line, r"^A /pid \d+$")

    @unittest.skipUnless(shutil.which("logrotate"), "logrotate is not installed")
    def test_logrotate_itself(self):
        with troubled("--access-logfile", "access.log", "--access-logformat", FORMAT, "--log-file", "error.log", "-p",
                      "indrik.pid", wait=False) as master:
            wait_for_start(master)
            folder = master.folder.path
            master.get("/pid")
            wait_until(lambda: "/pid" in (folder / "access.log").read_text(), "the first line")
            configuration = folder / "logrotate.conf"
            configuration.write_text(
                f"{folder}/*.log {{\n  rotate 3\n  nocreate\n  sharedscripts\n  postrotate\n"
                f"    kill -USR1 $(cat {folder}/indrik.pid)\n  endscript\n}}\n")
            configuration.chmod(0o600)
            subprocess.run(["logrotate", "--force", "--state", str(folder / "state"), str(configuration)], check=True)
            wait_until((folder / "access.log").exists, "the new file")
            master.get("/healthz")
            wait_until(lambda: "/healthz" in (folder / "access.log").read_text(), "a line in the new file")
            self.assertIn("/pid", (folder / "access.log.1").read_text())
            self.assertIn("Listening at", (folder / "error.log.1").read_text())
            self.assertEqual(0, master.stop())


def may_mount():
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0


@unittest.skipUnless(may_mount(), "needs a mount namespace of its own")
class FullDiskTest(unittest.TestCase):
    """Runs itself again in a mount namespace, with a small file system for the logs."""

    def test_a_full_disk_loses_lines_and_nothing_else(self):
        subprocess.run(["unshare", "--mount", sys.executable, "-B", __file__, "in a namespace"], check=True, timeout=100)


def with_a_full_disk():
    folder = pathlib.Path("/mnt")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=True)
    with troubled("-w", "2", "--access-logfile", "/mnt/access.log", "--access-logformat", FORMAT + " " + "x" * 100,
                  "--log-file", "error.log", wait=False) as master:
        wait_for_start(master)
        ballast = folder / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass  # full
        with Load(master) as load:
            load.wait_for_more(300)
        assert not load.failures, load.failures
        ballast.unlink()
        access = folder / "access.log"

        def is_logging_again():
            master.get("/healthz")
            return "/healthz" in access.read_text()
        wait_until(is_logging_again, "lines after the disk has room")
        assert master.stop() == 0
        for line in access.read_text().splitlines():
            # One line may have been cut short where the disk was full; no two have run together.
            assert line.count("A /") <= 1, line


if __name__ == "__main__":
    if sys.argv[1:] == ["in a namespace"]:
        with_a_full_disk()
    else:
        unittest.main()
