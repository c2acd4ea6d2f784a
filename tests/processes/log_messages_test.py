"""Logs that leave the machine or the process: syslog in all its transports, and the systemd journal."""

import os
import re
import select
import signal
import socket
import subprocess
import unittest

from master import ANY_PORT, COMMAND, MODULES, PATIENCE, environment
from troubled import troubled

ERROR = re.compile(r"^<(\d+)>\w{3} [ \d]\d \d\d:\d\d:\d\d (\S+ )?indrik\.shop\.error\[(\d+)\]: \[(\d+)\] \[(\w+)\] \[indrik\.\w+\] ")


def receive_until(receive, text):
    """Messages up to the first with `text`."""
    messages = []
    while True:
        messages.append(receive())
        if text in messages[-1]:
            return messages


class SyslogTest(unittest.TestCase):
    def check(self, address, receive, is_local, **more):
        with troubled("--log-syslog", "--log-syslog-to", address, "--log-syslog-prefix", "shop", "--log-syslog-facility",
                      "local3", **more) as master:
            messages = receive_until(receive, "is ready in slot")
            for message in messages:
                found = ERROR.match(message)
                self.assertTrue(found, message)
                self.assertEqual(is_local, found.group(2) is None)
                self.assertEqual(19 * 8 + {"DEBUG": 7, "INFO": 6, "WARNING": 4}[found.group(5)], int(found.group(1)))
            master.get("/pid")
            access = receive_until(receive, "GET /pid")[-1]
            self.assertRegex(access, r'^<158>.{15} (\S+ )?indrik\.shop\.access\[\d+\]: 127\.0\.0\.1 - - \[.*"GET /pid HTTP/1\.1" 200')
            self.assertEqual(500, master.get("/fail").status)
            failure = receive_until(receive, "failed on purpose")[-1]
            self.assertTrue(failure.startswith(f"<{19 * 8 + 3}>"), failure)

    def test_unix_datagrams(self):
        for suffix in ("", "#dgram"):
            path = f"/tmp/indrik-syslog-{os.getpid()}"
            with self.subTest(suffix), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
                server.bind(path)
                server.settimeout(PATIENCE)
                try:
                    self.check(f"unix://{path}{suffix}", lambda: server.recv(65536).decode(), True)
                finally:
                    os.unlink(path)

    def test_udp(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", 0))
            server.settimeout(PATIENCE)
            self.check(f"udp://127.0.0.1:{server.getsockname()[1]}", lambda: server.recv(65536).decode(), False)

    def test_streams(self):
        for family in (socket.AF_UNIX, socket.AF_INET):
            with self.subTest(family), StreamServer(family) as server:
                self.check(server.address, server.next_line, family == socket.AF_UNIX)

    def test_a_daemon_that_is_away_stops_nobody(self):
        with troubled("--log-syslog", "--log-syslog-to", "unix:///nowhere/log", "--access-logfile", "-") as master:
            self.assertEqual(200, master.get("/pid").status)
            master.expect("GET /pid")

    def test_the_access_log_may_stay_away(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", 0))
            server.settimeout(PATIENCE)
            with troubled("--log-syslog", "--log-syslog-to", f"udp://127.0.0.1:{server.getsockname()[1]}",
                          "--disable-redirect-access-to-syslog") as master:
                master.get("/pid")
                master.send_signal(signal.SIGTERM)
                messages = receive_until(lambda: server.recv(65536).decode(), "Shutting down")
                self.assertFalse([message for message in messages if "GET /pid" in message])

    def test_bad_values(self):
        for option, value in (("--log-syslog-to", "localhost:514"), ("--log-syslog-to", "unix:///x#y"),
                              ("--log-syslog-facility", "postbox"), ("--log-syslog-to", "udp://")):
            with self.subTest(value), troubled("--log-syslog", option, value, wait=False) as master:
                self.assertEqual(1, master.exit_status())
                self.assertIn(option, "\n".join(master.lines))


class StreamServer:
    """Reads lines of all who connect."""

    def __init__(self, family):
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._path = f"/tmp/indrik-syslog-stream-{os.getpid()}"
        self._socket.bind(self._path if family == socket.AF_UNIX else ("127.0.0.1", 0))
        self._socket.listen()
        self._clients = {}
        self._lines = []
        self.address = (f"unix://{self._path}#stream" if family == socket.AF_UNIX
                        else f"tcp://127.0.0.1:{self._socket.getsockname()[1]}")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for client in self._clients:
            client.close()
        self._socket.close()
        if os.path.exists(self._path):
            os.unlink(self._path)

    def next_line(self):
        while not self._lines:
            ready, _, _ = select.select([self._socket, *self._clients], [], [], PATIENCE)
            if not ready:
                raise AssertionError("no line came")
            for source in ready:
                if source is self._socket:
                    self._clients[source.accept()[0]] = b""
                    continue
                piece = source.recv(65536)
                if not piece:
                    del self._clients[source]
                    continue
                *lines, self._clients[source] = (self._clients[source] + piece).split(b"\n")
                self._lines += [line.decode() for line in lines]
        return self._lines.pop(0)


class JournalTest(unittest.TestCase):
    def test_priorities_when_standard_error_is_the_journal(self):
        # As systemd does it: a socket as standard error, and its device and inode in the environment.
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE)
        status = os.fstat(theirs.fileno())
        process = subprocess.Popen(
            [COMMAND, str(MODULES / "troubled.so"), "-b", ANY_PORT, "--log-level", "debug"], stderr=theirs, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, env=environment(JOURNAL_STREAM=f"{status.st_dev}:{status.st_ino}"))
        theirs.close()
        with ours, ours.makefile() as lines:
            try:
                text = next(line for line in lines if "Booting worker" in line)
                self.assertRegex(text, r"^<6>\[.*\[INFO\] \[indrik\.arbiter\] Booting worker with pid")
                ready = next(line for line in lines if "is ready in slot" in line)
                self.assertRegex(ready, r"^<7>\[.*\[DEBUG\]")
                os.kill(int(text.split(": ")[1]), signal.SIGABRT)
                text = next(line for line in lines if "SIGABRT" in line)
                self.assertRegex(text, r"^<2>\[.*\[CRITICAL\] \[indrik\.worker\] Aborted by SIGABRT")
                self.assertEqual("<2>Requests in flight: none\n", next(lines))
                process.terminate()
                for text in lines:
                    self.assertRegex(text, r"^<\d>")
                self.assertEqual(0, process.wait(PATIENCE))
            finally:
                process.kill()
                process.wait()

    def test_no_priorities_elsewhere(self):
        with troubled(env={"JOURNAL_STREAM": "1:2"}) as master:
            self.assertFalse([line for line in master.lines if line.startswith("<")])


if __name__ == "__main__":
    unittest.main()
