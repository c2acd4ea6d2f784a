"""--daemon: the command ends when the workers serve or cannot; the master has let go of everything that was the caller's."""

import os
import pathlib
import signal
import subprocess
import time
import unittest

from master import APPLICATION, COMMAND, PATIENCE, Folder, environment, is_alive, wait_until
from operations import run


class DaemonTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.pid_file = self.folder.path / "pid"
        self.log = self.folder.path / "log"
        self.addCleanup(self.end)

    def end(self):
        if self.pid_file.exists() and is_alive(pid := int(self.pid_file.read_text())):
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: not is_alive(pid), "the daemon's end")

    def start(self, *options, **env):
        return run(APPLICATION, "-D", "-b", "unix:app.sock", "-p", self.pid_file, "--error-logfile", self.log, *options,
                   cwd=self.folder.path, **self.folder.environment(), **env)

    def test_it_ends_with_zero_when_all_serve(self):
        self.folder.startup_file.write_text("slow")
        begin = time.monotonic()
        result = self.start("-w", "2")
        self.assertEqual((0, "", ""), (result.returncode, result.stdout, result.stderr))
        self.assertGreater(time.monotonic() - begin, 0.6)
        self.assertEqual(2, sum(event == "started" for event, _ in self.folder.journal()))
        pid = int(self.pid_file.read_text())
        worker = int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
        for process in (pid, worker):
            for stream in (0, 1, 2):
                self.assertEqual("/dev/null", os.readlink(f"/proc/{process}/fd/{stream}"))
        # A session of its own without a terminal, whose leader is gone.
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        self.assertNotEqual(os.getsid(0), int(fields[3]))
        self.assertEqual("0", fields[4])
        self.end()
        self.assertFalse(self.pid_file.exists())

    def test_nothing_holds_the_callers_pipes(self):
        process = subprocess.Popen(
            [COMMAND, APPLICATION, "-D", "-b", "unix:app.sock", "-p", str(self.pid_file), "--error-logfile", str(self.log)],
            cwd=self.folder.path, env=environment(**self.folder.environment()), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(b"", process.communicate(timeout=PATIENCE)[0])  # its end
        self.assertEqual(0, process.returncode)

    def test_failures_have_their_code_and_their_line(self):
        self.folder.startup_file.write_text("throw")
        result = self.start()
        self.assertEqual(3, result.returncode)
        self.assertEqual(1, len(result.stderr.splitlines()), result.stderr)
        self.assertIn("indrik: The application does not start: no database today", result.stderr)
        result = self.start("-b", "192.0.2.1:80")
        self.assertEqual(1, result.returncode)
        self.assertIn("192.0.2.1:80 is not an address of this machine", result.stderr)
        result = run("nowhere.so", "-D", "-b", "unix:app.sock", cwd=self.folder.path)
        self.assertEqual(4, result.returncode)
        self.assertIn("nowhere.so: there is no such file", result.stderr)
        self.assertFalse(self.pid_file.exists())

    def test_a_second_one_is_refused(self):
        self.assertEqual(0, self.start().returncode)
        result = self.start()
        self.assertEqual(1, result.returncode)
        self.assertIn("names the living process", result.stderr)


if __name__ == "__main__":
    unittest.main()
