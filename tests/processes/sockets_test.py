"""Addresses: IPv4, IPv6, Unix; taken ports; who shares what."""

import http.client
import socket
import stat
import subprocess
import time
import unittest

from master import APPLICATION, COMMAND, Folder, Master, environment


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(str(self._path))


def ask(connection, path="/pid"):
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class SocketsTest(unittest.TestCase):
    def test_several_addresses(self):
        with Master("-b", "localhost:0", "-b", "unix:app.sock", "-w", "2") as master:
            self.assertEqual(3, len(master.urls))
            ports = [master.port(0), master.port(2)]
            self.assertEqual(2, len(set(ports)))
            for port in ports:
                self.assertEqual(200, ask(http.client.HTTPConnection("127.0.0.1", port))[0])
            self.assertEqual(200, ask(UnixConnection(master.folder.path / "app.sock"))[0])

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_ipv6(self):
        with Master(bind="[::1]:0") as master:
            self.assertTrue(master.urls[0].startswith("http://[::1]:"))
            self.assertEqual(200, ask(http.client.HTTPConnection("::1", master.port()))[0])

    def test_a_unix_socket_is_served_by_all_and_removed_at_the_end(self):
        with Master("-w", "2", bind="unix:app.sock") as master:
            path = master.folder.path / "app.sock"
            master.wait_for_workers(2)
            self.assertTrue(stat.S_ISSOCK(path.stat().st_mode))
            self.assertEqual(200, ask(UnixConnection(path))[0])
            self.assertEqual(0, master.stop())
            self.assertFalse(path.exists())

    def test_a_stale_unix_socket_is_replaced(self):
        folder = Folder()
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(folder.path / "app.sock"))
        with Master(bind="unix:app.sock", folder=folder):
            self.assertEqual(200, ask(UnixConnection(folder.path / "app.sock"))[0])
        folder.remove()

    def test_a_living_unix_socket_is_refused(self):
        folder = Folder()
        with socket.socket(socket.AF_UNIX) as alive:
            alive.bind(str(folder.path / "app.sock"))
            alive.listen()
            with Master(bind="unix:app.sock", folder=folder, wait=False) as master:
                master.expect("Retrying in 1 second.")
                self.assertEqual(0, master.stop())
        folder.remove()

    def test_connections_are_spread_over_the_workers(self):
        with Master("-w", "3") as master:
            pids = {master.get("/pid").body for _ in range(100)}
            self.assertEqual({str(pid) for pid in master.workers()}, pids)

    def test_a_second_instance_is_refused_after_five_tries(self):
        with Master("-w", "2") as first:
            start = time.monotonic()
            with Master(bind=f"127.0.0.1:{first.port()}", wait=False) as second:
                self.assertEqual(1, second.exit_status())
                self.assertGreater(time.monotonic() - start, 3.5)
                self.assertEqual(4, sum("Retrying in 1 second." in line for line in second.lines))
                self.assertEqual(f"indrik: 127.0.0.1:{first.port()} is in use by another process", second.lines[-1])
            self.assertEqual(200, first.get("/pid").status)

    def test_a_port_that_becomes_free_is_taken(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            with Master(bind=f"127.0.0.1:{port}", wait=False) as master:
                master.expect("Retrying in 1 second.")
                other.close()
                master.wait_until_serving()
                self.assertEqual(200, master.get("/pid").status)

    def test_an_address_of_another_machine(self):
        result = subprocess.run([COMMAND, APPLICATION, "-b", "192.0.2.1:8000"], env=environment(),
                                capture_output=True, text=True, timeout=30)
        self.assertEqual(1, result.returncode)
        self.assertIn("indrik: --bind: 192.0.2.1:8000 is not an address of this machine", result.stderr)


if __name__ == "__main__":
    unittest.main()
