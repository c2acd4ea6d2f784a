"""`indrik top`: in a terminal of its own, and without one."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from control import ControlledMaster
from master import COMMAND, PATIENCE, Load, environment, is_alive, wait_until


def is_stopped(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"


class Screen:
    """`indrik top` in a pseudo-terminal, and what has been drawn there last."""

    def __init__(self, master, *options, columns=120, rows=20):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(environment(XDG_RUNTIME_DIR=str(master.folder.path)))
            os.execv(COMMAND, [COMMAND, "top", "--pid", str(master.pid), "--interval", "200ms", *options])
        self.resize(columns, rows)
        self.raw = b""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self.fd)

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def _read(self, longest=0.2):
        if select.select([self.fd], [], [], longest)[0]:
            try:
                piece = os.read(self.fd, 65536)
            except OSError:  # the other end is closed
                piece = b""
            self.raw += piece
            return bool(piece)
        return True

    def frames(self):
        """Each drawing as lines of text without colours."""
        text = self.raw.decode()
        return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", frame).replace("\r", "").split("\n") for frame in text.split("\x1b[H")[1:]]

    def wait_for(self, condition, what):
        """The first drawing from now on that the condition likes."""
        self.raw = b""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._read()
            for frame in self.frames()[:-1]:  # the last may not be whole
                if condition("\n".join(frame)):
                    return frame
        raise AssertionError(f"waited in vain for {what}; the screen:\n" + "\n".join((self.frames() or [["nothing"]])[-1]))

    def is_restored(self):
        return self.raw.endswith(b"\x1b[?25h\x1b[?1049l")

    def end(self):
        """The exit status, once everything has been read."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not self._read():
                break
        _, status = os.waitpid(self.pid, 0)
        return status


class TopTest(unittest.TestCase):
    def test_it_shows_workers_and_rates(self):
        with ControlledMaster("-w", "2") as master, Load(master, short=1, kept=1), Screen(master) as screen:
            frame = screen.wait_for(lambda text: re.search(r"total: +[1-9][\d.]*/s", text), "requests a second")
            self.assertIn("serving", frame[0])
            self.assertIn("workers: 2 of 2 serve", frame[1])
            self.assertRegex(frame[4], r"SLOT +PID +GEN +STATE +AGE +REQ/S +IN-FLIGHT +CONNS +QUEUE +RSS +CPU +BEAT +REQUESTS")
            for line, worker in zip(frame[5:7], sorted(master.workers())):
                self.assertIn(str(worker), line)
                self.assertIn("ready", line)
            self.assertIn("q quit", frame[-1])

    def test_keys(self):
        with ControlledMaster() as master, Screen(master) as screen:
            screen.wait_for(lambda text: "1 of 1 serve" in text, "the worker")
            screen.press("+")
            screen.wait_for(lambda text: "2 of 2 serve" in text, "another one")
            screen.press("-")
            screen.wait_for(lambda text: "1 of 1 serve" in text, "one less")
            screen.press("-")
            screen.wait_for(lambda text: "at least one worker stays" in text, "the refusal")
            screen.press("r")
            screen.wait_for(lambda text: "generation 2" in text, "the reload")
            screen.press("s")
            screen.wait_for(lambda text: "sort by: requests/s" in text, "the order")
            worker, = master.wait_for_workers(1)
            screen.press(f"k{worker}")
            screen.wait_for(lambda text: f"PID: {worker}_" in text, "the question")
            screen.press("\r")
            screen.wait_for(lambda text: f"kill worker {worker}" in text, "the confirmation")
            screen.press("n")
            screen.wait_for(lambda text: "q quit" in text, "nothing")
            self.assertTrue(is_alive(worker))
            screen.press(f"k{worker}\ry")
            screen.wait_for(lambda text: f"worker {worker} was sent SIGTERM" in text, "the death")
            screen.press("q")
            self.assertEqual(0, screen.end())
            self.assertTrue(screen.is_restored())

    def test_the_terminal_is_as_before_whatever_ends_it(self):
        with ControlledMaster() as master:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
                with Screen(master) as screen:
                    screen.wait_for(lambda text: "serve" in text, "the worker")
                    self.assertFalse(termios.tcgetattr(screen.fd)[3] & termios.ECHO)
                    os.kill(screen.pid, number)
                    screen.end()
                    self.assertTrue(screen.is_restored(), number)

    def test_the_masters_end_ends_it(self):
        with ControlledMaster() as master, Screen(master) as screen:
            screen.wait_for(lambda text: "serve" in text, "the worker")
            master.stop()
            self.assertEqual(3, os.waitstatus_to_exitcode(screen.end()))
            self.assertIn(b"\x1b[?1049l", screen.raw)
            self.assertIn(b"the master has ended", screen.raw)

    def test_it_fits_into_any_terminal(self):
        with ControlledMaster("-w", "3") as master, Screen(master, columns=40, rows=6) as screen:
            frame = screen.wait_for(lambda text: "serve" in text, "the worker")
            self.assertEqual((6, True), (len(frame), all(len(line) <= 40 for line in frame)))
            screen.resize(100, 30)
            frame = screen.wait_for(lambda text: "REQUESTS" in text, "the wide table")
            self.assertEqual(30, len(frame))
            screen.resize(1, 1)
            screen.wait_for(lambda text: len(text) <= 1, "the smallest")

    def test_it_can_be_stopped_and_continued(self):
        with ControlledMaster() as master, Screen(master) as screen:
            screen.wait_for(lambda text: "serve" in text, "the worker")
            screen.raw = b""
            os.kill(screen.pid, signal.SIGTSTP)
            wait_until(lambda: screen._read(0.05) and screen.is_restored(), "the old screen")
            wait_until(lambda: is_stopped(screen.pid), "the stop")
            os.kill(screen.pid, signal.SIGCONT)
            screen.wait_for(lambda text: "serve" in text, "the new screen")

    def once(self, master, *options):
        return subprocess.run([COMMAND, "top", "--pid", str(master.pid), *options], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE, env=environment(XDG_RUNTIME_DIR=str(master.folder.path)))

    def test_without_a_terminal_it_shows_once(self):
        with ControlledMaster("-w", "2") as master, Load(master, short=1, kept=1):
            for options in ((), ("--once",)):
                shown = self.once(master, *options)
                self.assertEqual(0, shown.returncode, shown.stderr)
                self.assertNotIn("\x1b", shown.stdout)
                self.assertRegex(shown.stdout, r"total: +[1-9][\d.]*/s")
            data = json.loads(self.once(master, "--json").stdout)
            self.assertEqual({"stats", "workers", "listeners", "totals"}, set(data))
            self.assertAlmostEqual(data["totals"]["rate"], sum(worker["rate"] for worker in data["workers"]))
            self.assertGreater(data["totals"]["rate"], 0)

    def test_what_cannot_be_done(self):
        with ControlledMaster() as master:
            self.assertEqual(2, self.once(master, "now").returncode)
            self.assertEqual(2, self.once(master, "--wait").returncode)
            self.assertEqual(0, self.once(master, "--help").returncode)
            master.stop()
            self.assertEqual(3, self.once(master).returncode)


if __name__ == "__main__":
    unittest.main()
