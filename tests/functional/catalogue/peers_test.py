"""Peers that speak something else, disks that fail, and logs that say who asked."""

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

import served
from attack import COMMAND, AttackTest, Connection, get, parse_responses, post, wait_until

MIB = 1 << 20
UPLOAD = (b'--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n', b"\r\n--B--\r\n")


def upload(size):
    return post("/form", UPLOAD[0] + b"x" * size + UPLOAD[1], b"Content-Type: multipart/form-data; boundary=B\r\n")


def client_hello():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    stream = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        stream.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class OtherProtocolsTest(AttackTest):
    def test_a_tls_client_on_a_plain_port_is_told(self):
        """As nginx does: 400, which is no TLS record, so that the client fails at once; and a line in the debug log."""
        hello = client_hello()
        before = len(self.log_lines("TLS handshake"))
        for pieces in ([hello], [hello[:1], hello[1:]]):
            with self.connect() as client:
                client.send(*pieces)
                self.assertEqual([400], [r.status for r in parse_responses(client.read_all())])
        lines = self.log_lines("began a TLS handshake on a port without TLS")[before:]
        self.assertEqual(2, len(lines), self.server.log())
        self.assertTrue(all("[DEBUG]" in line and "127.0.0.1" in line for line in lines))

    def test_a_tls_library_fails_at_once(self):
        with self.assertRaises(ssl.SSLError), socket.create_connection(("127.0.0.1", self.port), 20) as plain:
            ssl._create_unverified_context().wrap_socket(plain)

    def test_other_protocols_are_refused(self):
        for opening in (b"\x80\x2e\x01\x03\x01\x00\x15\x00\x00", b"SSH-2.0-OpenSSH_9.2\r\n", b"EHLO test\r\n", b"\x05\x01\x00",
                        b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + get(), b"\r\n\r\n\0\r\nQUIT\n" + get(),
                        b"\x00\x00\x00\x08\x04\xd2\x16\x2f", b"{\"a\":1}\n", b"\xff\xfb\x01"):
            with self.subTest(opening=opening), self.connect() as client:
                client.send(opening)
                responses = parse_responses(client.read_all())
                self.assertEqual([400], [r.status for r in responses])
        self.assertEqual([], self.journal()["started"])


class TLSPortTest(unittest.TestCase):
    def test_plain_http_on_a_tls_port_is_told(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-keyout", key, "-out", certificate, "-subj", "/CN=localhost"],
                       check=True, capture_output=True)
        context = ssl.create_default_context(cafile=certificate)
        context.check_hostname = False
        with served.Application(*COMMAND, "--certfile", certificate, "--keyfile", key) as server:
            for request in (get("/"), get("/") * 3, post("/echo", b"x" * 100_000), b"GET / HTTP/1.0\r\n\r\n"):
                with Connection(server.port) as client:
                    client.send(request)
                    responses = parse_responses(client.read_all())
                    self.assertEqual([400], [r.status for r in responses])
                    self.assertIn(b"HTTPS port", responses[0].body)
            with Connection(server.port, context.wrap_socket) as client:
                client.send(get("/", b"Connection: close\r\n"))
                self.assertEqual([b"hello"], [r.body for r in parse_responses(client.read_all())])
            # The core is as strict within TLS.
            with Connection(server.port, context.wrap_socket) as client:
                client.send(get("/") + get(more=b"X : a\r\n") + get("/"))
                self.assertEqual([200, 400], [r.status for r in parse_responses(client.read_all())])


class FailingDiskTest(unittest.TestCase):
    """An upload that finds no room is 507; its file is gone, and the server goes on."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def check(self, *prefix):
        command = ["env", f"TMPDIR={self.folder}", *prefix, *COMMAND, "--limit-request-body", "8M"]
        with served.Application(*command) as server:
            worker = server.request("GET", "/pid")[2].decode()
            for _ in range(3):
                with Connection(server.port) as client:
                    client.send(upload(4 * MIB))
                    response = client.read_response()
                    self.assertEqual(507, response.status)
                    if response.closes:
                        self.assertEqual(b"", client.read_all())
                    else:
                        client.send(get("/"))
                        self.assertEqual(b"hello", client.read_response().body)
                wait_until(lambda: not self.open_files(worker), "the temporary file to go")
            # There is room again for what fits.
            with Connection(server.port) as client:
                client.send(upload(256 * 1024))
                self.assertEqual((200, b"f;"), (lambda r: (r.status, r.body))(client.read_response()))
            self.assertEqual(worker, server.request("GET", "/pid")[2].decode(), "the worker lives")
            self.assertEqual([], os.listdir(f"/proc/{worker}/root{self.folder}"))
            self.assertIn("Error handling request POST /form", server.log())

    def open_files(self, worker):
        links = []
        for fd in os.listdir(f"/proc/{worker}/fd"):
            try:
                links.append(os.readlink(f"/proc/{worker}/fd/{fd}"))
            except FileNotFoundError:
                pass  # closed meanwhile
        return [link for link in links if link.startswith(self.folder)]

    def test_a_file_size_limit(self):
        """RLIMIT_FSIZE comes with SIGXFSZ, which would kill the worker."""
        self.check("prlimit", f"--fsize={MIB}")

    def test_a_full_disk(self):
        mount = f"mount -t tmpfs -o size=1m tmpfs {self.folder} && exec \"$@\""
        private = ["unshare", "--mount", "sh", "-c", mount, "sh"]
        if subprocess.run([*private, "true"], capture_output=True).returncode != 0:
            self.skipTest("no mount namespaces here")
        self.check(*private)


class AccessLogTest(unittest.TestCase):
    def log_of(self, *requests, options=()):
        with served.Application(*COMMAND, "--access-logfile", "-", "--access-logformat", '%(h)s "%(r)s" %(s)s "%(a)s"',
                                *options) as server:
            for request in requests:
                with Connection(server.port) as client:
                    client.send(request)
                    client.read_response()
            lines = []

            def logged():
                lines[:] = [line for line in server.log().splitlines() if '?id=' in line or '"-" 400' in line]
                return len(lines) >= len(requests)
            wait_until(logged, "the access log")
            return lines

    def test_it_names_the_client_behind_a_trusted_proxy(self):
        requests = (get("/?id=1", b"X-Forwarded-For: 203.0.113.9\r\n"), get("/?id=2"),
                    get("/?id=3", b"X-Forwarded-For: 198.51.100.1, 203.0.113.9\r\n"),
                    get("/?id=4", b"X-Forwarded-For: not an address\r\n"))
        hosts = [line.split()[0] for line in self.log_of(*requests)]
        self.assertEqual(["203.0.113.9", "127.0.0.1", "203.0.113.9"], hosts[:3])
        self.assertIn(hosts[3], ("127.0.0.1", "unknown"))

    def test_it_names_the_peer_if_that_is_not_trusted(self):
        request = get("/?id=1", b"X-Forwarded-For: 203.0.113.9\r\n")
        lines = self.log_of(request, options=("--forwarded-allow-ips", "10.0.0.1"))
        self.assertEqual("127.0.0.1", lines[0].split()[0])

    def test_nobody_forges_a_line(self):
        lines = self.log_of(get("/?id=1", b'User-Agent: a" 200 "b\xe9\r\n'), get(more=b"User-Agent: a\nb\r\n"))
        self.assertEqual(2, len(lines))
        self.assertIn(r'"a\" 200 \"b', lines[0])
        self.assertIn('"-" 400', lines[1])


if __name__ == "__main__":
    unittest.main()
