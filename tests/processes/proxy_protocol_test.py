"""The PROXY protocol in front of HTTP and HTTPS, over TCP and Unix sockets."""

import contextlib
import json
import signal
import socket
import struct
import subprocess
import unittest

from certificates import CONNECTION, CertificateFolder, TLSMaster, client_context
from master import COMMAND, PATIENCE, Master

V1 = b"PROXY TCP4 192.0.2.1 198.51.100.2 50001 443\r\n"
SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
V2 = SIGNATURE + b"\x21\x11" + struct.pack(">H", 12) + socket.inet_aton("192.0.2.2") + \
    socket.inet_aton("198.51.100.2") + struct.pack(">HH", 50002, 443)
V2_IPV6 = SIGNATURE + b"\x21\x21" + struct.pack(">H", 36) + socket.inet_pton(socket.AF_INET6, "2001:db8::1") + \
    socket.inet_pton(socket.AF_INET6, "2001:db8::2") + struct.pack(">HH", 50003, 443)
LOCAL = SIGNATURE + b"\x20\x00\x00\x00"
REQUEST = b"GET /connection HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n"


def receive_all(client):
    return b"".join(iter(lambda: client.recv(4096), b""))


class ProxyProtocolTest(unittest.TestCase):
    def setUp(self):
        self.folder = CertificateFolder()
        self.addCleanup(self.folder.remove)
        (self.folder.path / "files").mkdir()

    def serve(self, *options, **arguments):
        return Master(*options, folder=self.folder, command=[COMMAND, CONNECTION], **arguments)

    def connect(self, master):
        return socket.create_connection(("127.0.0.1", master.port()), PATIENCE)

    def remote(self, client, header):
        """Who the server takes the client for."""
        with client:
            client.sendall(header + REQUEST)
            return json.loads(receive_all(client).split(b"\r\n\r\n", 1)[1])["remote"]

    def test_who_is_announced_is_the_client(self):
        with self.serve("--proxy-protocol", "--access-logfile", "-", "--access-logformat", "from %(h)s") as master:
            for header, remote in ((V1, "192.0.2.1"), (V2, "192.0.2.2"), (V2_IPV6, "2001:db8::1")):
                self.assertEqual(remote, self.remote(self.connect(master), header))
                master.expect(f"from {remote}")
            # The proxy speaks for itself, and is one of those that may say for whom: 127.0.0.1.
            self.assertEqual("203.0.113.9", self.remote(self.connect(master), LOCAL))

    def test_curl_announces_itself(self):
        with self.serve("--proxy-protocol", "v1") as master:
            done = subprocess.run(["curl", "-sS", "--haproxy-protocol", f"{master.urls[0]}/connection"],
                                  capture_output=True, check=True, timeout=PATIENCE)
            self.assertEqual("127.0.0.1", json.loads(done.stdout)["remote"])

    def test_it_comes_before_tls(self):
        certificate = self.folder.issue("site")
        with TLSMaster("--proxy-protocol", "v2", folder=self.folder) as master:
            with self.connect(master) as plain:
                plain.sendall(V2)
                with client_context(certificate).wrap_socket(plain, server_hostname="localhost") as stream:
                    stream.sendall(REQUEST)
                    seen = json.loads(receive_all(stream).split(b"\r\n\r\n", 1)[1])
            self.assertEqual("192.0.2.2", seen["remote"])
            self.assertEqual("localhost", seen["tls"]["server_name"])

    def test_unix_sockets_are_always_allowed(self):
        path = self.folder.path / "socket"
        with self.serve("--proxy-protocol", "auto", bind=f"unix:{path}") as master:
            for header, remote in ((V1, "192.0.2.1"), (V2, "192.0.2.2")):
                client = socket.socket(socket.AF_UNIX)
                client.settimeout(PATIENCE)
                client.connect(str(path))
                self.assertEqual(remote, self.remote(client, header))
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(PATIENCE)
                client.connect(str(path))
                client.sendall(REQUEST)
                with contextlib.suppress(ConnectionResetError):
                    self.assertEqual(b"", receive_all(client))
                master.expect("Connection from a Unix socket closed: no PROXY protocol header")

    def test_a_bad_or_missing_header_is_one_line_and_the_end(self):
        with self.serve("--proxy-protocol", "v1", "--header-timeout", "500ms") as master:
            for sent, reason in ((REQUEST, "no PROXY protocol header"),
                                 (V2 + REQUEST, "no PROXY protocol header"),
                                 (b"PROXY TCP4 1.2.3.4\r\n", "malformed PROXY protocol line"),
                                 (b"PROXY TCP4 192", "no PROXY protocol header came in time")):
                with self.connect(master) as client:
                    client.sendall(sent)
                    with contextlib.suppress(ConnectionResetError):
                        self.assertEqual(b"", receive_all(client))
                    self.assertTrue(master.expect(" closed: ").endswith(f"closed: {reason}"))

    def test_others_are_served_without_and_refused_with_a_header(self):
        with self.serve("--proxy-protocol", "--proxy-allow-from", "192.0.2.0/24") as master:
            self.assertEqual("203.0.113.9", self.remote(self.connect(master), b""))
            for header in (V1, V2):
                with self.connect(master) as client:
                    client.sendall(header + REQUEST)
                    self.assertTrue(receive_all(client).startswith(b"HTTP/1.1 403 Forbidden\r\n"))
                master.expect("from an address that must not send one")

    def test_a_reload_turns_it_on_and_off(self):
        self.folder.write("indrik.conf", "")
        with self.serve() as master:
            for mode, header, remote in (("auto", V1, "192.0.2.1"), ("off", b"", "203.0.113.9")):
                self.folder.write("indrik.conf", f"proxy_protocol = {mode}\n")
                master.send_signal(signal.SIGHUP)
                master.expect("Worker exiting")
                self.assertEqual(remote, self.remote(self.connect(master), header))

    def test_without_it_a_header_is_no_request(self):
        with self.serve() as master:
            for header in (V1, V2):
                with self.connect(master) as client:
                    client.sendall(header + REQUEST)
                    self.assertTrue(receive_all(client).startswith(b"HTTP/1.1 400 "))

    def test_bad_values_stop_the_start(self):
        with self.serve("--proxy-protocol", "v3", wait=False) as master:
            self.assertIn('"v3" is none of off, v1, v2, auto', master.expect("--proxy-protocol"))
            self.assertEqual(1, master.exit_status())
        with self.serve("--proxy-protocol", "--proxy-allow-from", "10.0.0.1/8", wait=False) as master:
            self.assertIn("is no list of addresses and networks", master.expect("--proxy-allow-from"))
            self.assertEqual(1, master.exit_status())


if __name__ == "__main__":
    unittest.main()
