"""Access and error logs, and their reopening for logrotate."""

import re
import signal
import unittest

from master import Master, wait_until

ACCESS_LINE = re.compile(r'^127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] '
                         r'"GET /pid HTTP/1\.1" 200 \d+ "-" "-"$')
ERROR_LINE = re.compile(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[INFO\] \[indrik\.arbiter\] Starting")


class LogsTest(unittest.TestCase):
    def test_gunicorns_formats(self):
        with Master("--access-logfile", "-", "-w", "1") as master:
            self.assertTrue(any(ERROR_LINE.match(line) for line in master.lines), master.lines)
            master.get("/pid")
            self.assertRegex(master.expect("GET /pid"), ACCESS_LINE)

    def test_another_format(self):
        with Master("--access-logfile", "-", "--access-logformat", "%(m)s|%(U)s|%(s)s") as master:
            master.get("/pid")
            self.assertEqual("GET|/pid|200", master.expect("GET|"))

    def test_access_is_not_logged_unless_asked(self):
        with Master() as master:
            master.get("/pid")
            master.stop()
            self.assertFalse(any("GET /pid" in line for line in master.lines))

    def test_levels(self):
        with Master("--log-level", "warning", wait=False) as master:
            master.folder.wait_for("started")
            self.assertEqual(0, master.stop())
            self.assertEqual([], [line for line in master.lines if "The workers are root" not in line])

    def test_usr1_reopens_both_in_master_and_workers(self):
        with Master("-w", "2", "--access-logfile", "access.log", "--log-file", "error.log", wait=False) as master:
            access, error = (master.folder.path / name for name in ("access.log", "error.log"))
            wait_until(lambda: error.exists() and error.read_text().count("is ready") == 2, "two workers")
            master.urls = [re.search(r"Listening at: (\S+)", error.read_text()).group(1)]
            master.get("/pid")
            wait_until(lambda: "/pid" in access.read_text(), "the first line")
            for file in (access, error):
                file.rename(f"{file}.1")
            master.send_signal(signal.SIGUSR1)
            wait_until(lambda: access.exists() and error.exists(), "new files")

            def reaches_the_new_file():
                master.get("/nowhere")
                return access.read_text().count("/nowhere") >= 10
            wait_until(reaches_the_new_file, "lines in the new file")
            self.assertEqual(0, master.stop())
            self.assertIn("Shutting down", error.read_text())
            old = (master.folder.path / "error.log.1").read_text()
            self.assertIn("Starting", old)
            self.assertNotIn("Shutting down", old)

    def test_the_access_log_is_complete_at_the_end(self):
        with Master("-w", "2", "--access-logfile", "access.log") as master:
            for _ in range(30):
                master.get("/pid")
            self.assertEqual(0, master.stop())
            self.assertEqual(30, (master.folder.path / "access.log").read_text().count("/pid"))


if __name__ == "__main__":
    unittest.main()
