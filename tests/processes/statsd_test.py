"""gunicorn's metrics at a statsd daemon."""

import os
import re
import signal
import socket
import unittest

from master import PATIENCE
from troubled import troubled


class Daemon:
    """Takes metrics; unix: a path, else UDP."""

    def __init__(self, path=None):
        self._socket = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(path or ("127.0.0.1", 0))
        self._socket.settimeout(PATIENCE)
        self._path = path
        self.address = f"unix://{path}" if path else f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.metrics = []

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._socket.close()
        if self._path:
            os.unlink(self._path)

    def wait_for(self, pattern, count=1):
        """Until so many metrics match; returns them."""
        while True:
            found = [metric for metric in self.metrics if re.fullmatch(pattern, metric)]
            if len(found) >= count:
                return found
            try:
                self.metrics += self._socket.recv(65536).decode().split("\n")
            except TimeoutError:
                raise AssertionError(f"{count} of {pattern} did not come, but {self.metrics}") from None


class StatsdTest(unittest.TestCase):
    def test_gunicorns_metrics(self):
        with Daemon() as daemon, troubled("--statsd-host", daemon.address, "-w", "2", "--enable-backlog-metric") as master:
            for _ in range(20):
                master.get("/pid")
            master.get("/nowhere")
            self.assertEqual(500, master.get("/fail").status)
            daemon.wait_for(r"gunicorn\.requests:1\|c\|@1\.0", 22)
            daemon.wait_for(r"gunicorn\.request\.duration:\d+(\.\d+)?\|ms", 22)
            daemon.wait_for(r"gunicorn\.request\.status\.200:1\|c\|@1\.0", 20)
            daemon.wait_for(r"gunicorn\.request\.status\.404:1\|c\|@1\.0")
            daemon.wait_for(r"gunicorn\.request\.status\.500:1\|c\|@1\.0")
            daemon.wait_for(r"gunicorn\.workers:2\|g")
            daemon.wait_for(r"gunicorn\.backlog:\d+\|h")
            daemon.wait_for(r"gunicorn\.log\.exception:1\|c\|@1\.0")
            os.kill(master.workers()[0], signal.SIGKILL)
            daemon.wait_for(r"gunicorn\.log\.error:1\|c\|@1\.0")
            names = {metric.split(":")[0] for metric in daemon.metrics}
            self.assertLessEqual(names, {"gunicorn.requests", "gunicorn.request.duration", "gunicorn.request.status.200",
                                         "gunicorn.request.status.404", "gunicorn.request.status.500", "gunicorn.workers",
                                         "gunicorn.backlog", "gunicorn.log.exception", "gunicorn.log.error",
                                         "gunicorn.log.warning", "gunicorn.log.critical"})

    def test_prefix_and_tags_on_a_unix_socket(self):
        path = f"/tmp/indrik-statsd-{os.getpid()}"
        with Daemon(path) as daemon, troubled("--statsd-host", daemon.address, "--statsd-prefix", "shop",
                                              "--dogstatsd-tags", "region:eu,app:x") as master:
            master.get("/pid")
            daemon.wait_for(r"shop\.gunicorn\.requests:1\|c\|@1\.0\|#region:eu,app:x")
            self.assertTrue(all(metric.startswith("shop.gunicorn.") for metric in daemon.metrics), daemon.metrics)

    def test_a_daemon_that_is_away_stops_nobody(self):
        with troubled("--statsd-host", "unix:///nowhere/statsd") as master:
            for _ in range(100):
                self.assertEqual(200, master.get("/pid").status)
            self.assertEqual(0, master.stop())

    def test_bad_addresses(self):
        with troubled("--statsd-host", "udp://localhost:8125", wait=False) as master:
            self.assertEqual(1, master.exit_status())
            self.assertIn("--statsd-host", "\n".join(master.lines))


if __name__ == "__main__":
    unittest.main()
