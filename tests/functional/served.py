"""A real `indrik` process for functional tests.

    with served.Application(sys.argv...) as server:
        status, headers, body = server.request("GET", "/")
"""

import http.client
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

START_SECONDS = 20  # a sanitized build on a busy machine
STOP_SECONDS = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Application:
    """Runs `command` with a free port of 127.0.0.1 bound; ends it with SIGTERM and expects exit status 0."""

    def __init__(self, *command, workers=1):
        self.port = free_port()
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [*command, "-w", str(workers), "-b", f"127.0.0.1:{self.port}"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, start_new_session=True,
            env={**os.environ, "INDRIK_ALLOW_ROOT": "1"})

    def __enter__(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.request("HEAD", "/")
                return self
            except OSError:
                time.sleep(0.05)  # until it listens
        self._kill()
        raise RuntimeError(f"the server does not answer; it said:\n{self.log()}")

    def __exit__(self, *unused):
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            status = "none: it did not stop"
        self._kill()
        if status != 0:
            raise RuntimeError(f"the server's exit status is {status}; it said:\n{self.log()}")
        self._log.close()

    def _kill(self):
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()

    def log(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def send_signal(self, number):
        self._process.send_signal(number)

    def workers(self):
        """Their process numbers."""
        master = self._process.pid
        return [int(pid) for pid in pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    def worker_memory(self):
        """Bytes of memory that the worker has used at most."""
        worker = self.workers()[0]
        status = pathlib.Path(f"/proc/{worker}/status").read_text()
        return 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", status)[1])

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)

    def request(self, method, path, body=None, headers=None):
        """(status, http.client.HTTPMessage, body) of one request on a connection of its own."""
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()
