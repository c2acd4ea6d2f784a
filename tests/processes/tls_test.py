"""HTTPS: what clients get, whoever they are, and what operators read who got the settings wrong."""

import os
import signal
import socket
import ssl
import time
import unittest

from certificates import CertificateFolder, TLSMaster, client_context, run_openssl
from master import PATIENCE, Master


class TLSTest(unittest.TestCase):
    def setUp(self):
        self.folder = CertificateFolder()
        self.addCleanup(self.folder.remove)
        self.certificate = self.folder.issue("site")

    def serve(self, *options, **arguments):
        return TLSMaster(*options, folder=self.folder, **arguments)

    def test_it_serves_and_says_so(self):
        with self.serve() as master:
            self.assertTrue(master.urls[0].startswith("https://"))
            for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
                seen = master.connection(client_context(self.certificate, version))
                self.assertEqual(name, seen["tls"]["version"])
                self.assertEqual("localhost", seen["tls"]["server_name"])
                self.assertTrue(seen["url"].startswith("https://localhost"))
                self.assertEqual("127.0.0.1", seen["remote"])
            self.assertEqual(0, master.stop())

    def test_plain_http_is_told_so(self):
        with self.serve() as master:
            answer = Master.get(master, "/pid", Master.connect(master))
            self.assertEqual(400, answer.status)
            self.assertIn("HTTPS port", answer.body)

    def test_noise_and_silence_do_no_harm(self):
        with self.serve("--header-timeout", "500ms") as master:
            with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as noise, \
                    socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as silent:
                noise.sendall(b"\x16\x03\x01\xff\xff" + b"\x00" * 400)
                master.get("/pid")
                self.assertEqual(b"", silent.recv(100))  # the handshake has a deadline

    def test_the_alert_arrives_although_the_client_has_more_to_say(self):
        with self.serve() as master:
            with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as client:
                client.sendall(b"\x16\x03\x01\x00\x04\xff\xff\xff\xff")
                master.expect("handshake of 127.0.0.1")
                client.sendall(b"x" * 300_000)
                client.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: client.recv(4096), b""))  # a reset would be an exception
                self.assertEqual(b"\x15\x03", answer[:2])

    def test_many_handshakes_at_once_succeed(self):
        with self.serve() as master:
            context = client_context(self.certificate)
            clients = [socket.create_connection(("127.0.0.1", master.port()), PATIENCE) for _ in range(40)]
            streams = [context.wrap_socket(client, server_hostname="localhost", do_handshake_on_connect=False)
                       for client in clients]
            for stream in streams:
                stream.setblocking(False)
            waiting = set(streams)
            deadline = time.monotonic() + PATIENCE
            while waiting and time.monotonic() < deadline:
                for stream in list(waiting):
                    try:
                        stream.do_handshake()
                        waiting.remove(stream)
                    except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                        time.sleep(0.0005)
            self.assertFalse(waiting)
            for stream in streams:
                stream.close()

    def test_the_oldest_version_can_be_set(self):
        older = client_context(self.certificate, ssl.TLSVersion.TLSv1_2)
        with self.serve("--ssl-minimum-version", "1.3") as master:
            with self.assertRaises(ssl.SSLError) as caught:
                master.connection(older)
            self.assertIn("PROTOCOL_VERSION", caught.exception.reason)
            self.assertEqual("TLSv1.3", master.connection()["tls"]["version"])

    def test_what_is_obsolete_is_refused(self):
        with self.serve() as master:
            address = ["s_client", "-connect", f"127.0.0.1:{master.port()}"]
            self.assertIn("alert protocol version",
                          run_openssl(*address, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"))
            self.assertIn("alert handshake failure",
                          run_openssl(*address, "-tls1_2", "-cipher", "AES128-SHA:AES128-GCM-SHA256"))
            self.assertIn("no renegotiation", run_openssl(*address, "-tls1_2", text="R\n"))

    def test_ciphers_can_be_chosen(self):
        older = client_context(self.certificate, ssl.TLSVersion.TLSv1_2)
        with self.serve("--ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305") as master:
            self.assertEqual("ECDHE-ECDSA-CHACHA20-POLY1305", master.connection(older)["tls"]["cipher"])

    def test_a_connection_ends_with_close_notify(self):
        with self.serve("--keep-alive", "300ms") as master:
            context = client_context(self.certificate)
            for request in (b"GET /pid HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                            b"GET /pid HTTP/1.1\r\nHost: x\r\n\r\n"):
                with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as plain, \
                        context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as stream:
                    stream.sendall(request)
                    while stream.recv(4096):  # an end without close_notify would be an exception
                        pass

    def test_a_slow_reader_gets_large_files_whole(self):
        for size in (1 << 20, 20 << 20):
            self.folder.write(f"files/{size}", os.urandom(1 << 16) * (size >> 16))
        with self.serve() as master:
            context = client_context(self.certificate)
            for size in (1 << 20, 20 << 20):
                plain = socket.socket()
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
                plain.settimeout(PATIENCE)
                plain.connect(("127.0.0.1", master.port()))
                with plain, context.wrap_socket(plain, server_hostname="localhost") as stream:
                    stream.sendall(f"GET /files/{size} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                    received = bytearray()
                    rest_at = 0
                    while piece := stream.recv(65536):
                        received += piece
                        if len(received) >= rest_at:
                            rest_at = len(received) + size // 20
                            time.sleep(0.01)  # so that the server's buffers fill, again and again
                body = bytes(received).split(b"\r\n\r\n", 1)[1]
                self.assertEqual((self.folder.path / "files" / str(size)).read_bytes(), body)


class BadSettingsTest(unittest.TestCase):
    """One line that names the file and the reason; exit code 1."""

    def setUp(self):
        self.folder = CertificateFolder()
        self.addCleanup(self.folder.remove)
        self.folder.issue("site")
        self.folder.issue("other")

    def expect_refusal(self, options, reason):
        with self.subTest(options), TLSMaster(*options, folder=self.folder, wait=False) as master:
            self.assertIn(reason, master.expect("CRITICAL"))
            self.assertEqual(1, master.exit_status())
            self.assertEqual(1, sum(" [CRITICAL] " in line or " [ERROR] " in line for line in master.lines))

    def test_certificates(self):
        self.folder.write("text.pem", "hello\n")
        run_openssl("x509", "-in", self.folder.path / "site.pem", "-outform", "DER", "-out", self.folder.path / "site.der")
        self.expect_refusal(["--certfile", "none.pem"], "none.pem: No such file or directory")
        self.expect_refusal(["--certfile", "text.pem"], "text.pem: no PEM certificate in this file")
        self.expect_refusal(["--certfile", "site.der", "--keyfile", "site.key"], "site.der: no PEM certificate")
        self.expect_refusal(["--certfile", "."], ".: Is a directory")
        if os.geteuid() != 0:
            self.folder.write("secret.pem", "").chmod(0)
            self.expect_refusal(["--certfile", "secret.pem"], "secret.pem: Permission denied")

    def test_keys(self):
        self.expect_refusal(["--certfile", "site.pem"], "site.pem: no PEM private key")
        self.expect_refusal(["--certfile", "site.pem", "--keyfile", "none.key"], "none.key: No such file")
        self.expect_refusal(["--certfile", "site.pem", "--keyfile", "other.key"],
                            "other.key (for site.pem): the private key is not that of the certificate")
        self.expect_refusal(["--certfile", "site.pem", "--keyfile", "site.key", "--certfile", "other.pem"],
                            "--keyfile: 1 for 2 of --certfile")

    def test_encrypted_keys(self):
        run_openssl("pkey", "-in", self.folder.path / "site.key", "-aes256", "-passout", "pass:secret",
                    "-out", self.folder.path / "site.enc")
        pair = ["--certfile", "site.pem", "--keyfile", "site.enc"]
        self.folder.write("right", "secret\n")
        self.folder.write("wrong", "guess\n")
        self.folder.write("empty", "\n")
        self.expect_refusal(pair, "site.enc: the private key is encrypted, and no passphrase was given; --keyfile-password")
        self.expect_refusal([*pair, "--keyfile-password-file", "wrong"], "site.enc: the passphrase does not open")
        self.expect_refusal([*pair, "--keyfile-password-file", "empty"], "empty: its first line is empty")
        self.expect_refusal([*pair, "--keyfile-password-file", "none"], "none: No such file or directory")
        with TLSMaster(*pair, "--keyfile-password-file", "right", folder=self.folder) as master:
            master.connection()

    def test_client_authorities_and_ciphers(self):
        pair = ["--certfile", "site.pem", "--keyfile", "site.key"]
        self.expect_refusal([*pair, "--cert-reqs", "2"], "--cert-reqs: needs --ca-certs")
        self.expect_refusal([*pair, "--cert-reqs", "optional", "--ca-certs", "site.key"],
                            "site.key: no PEM certificate")
        self.expect_refusal([*pair, "--ciphers", "NONSENSE"], "TLS ciphers 'NONSENSE': no cipher match")

    def test_options_without_a_certificate(self):
        for options, reason in ((["--keyfile", "site.key"], "--keyfile: needs --certfile"),
                                (["--cert-reqs", "2"], "--cert-reqs: needs --certfile")):
            with Master(*options, folder=self.folder, wait=False) as master:
                self.assertIn(reason, master.expect("CRITICAL"))
                self.assertEqual(1, master.exit_status())

    def test_values_that_do_not_exist(self):
        for option, value, reason in (("--cert-reqs", "maybe", "is none of none, optional, required"),
                                      ("--ssl-minimum-version", "1.1", "use 1.2 or 1.3")):
            with Master(option, value, folder=self.folder, wait=False) as master:
                self.assertIn(reason, master.expect(option))
                self.assertEqual(1, master.exit_status())

    def test_an_expired_certificate_is_served_with_a_warning(self):
        run_openssl("x509", "-in", self.folder.path / "site.pem", "-signkey", self.folder.path / "site.key",
                    "-days", "-1", "-out", self.folder.path / "old.pem")
        with TLSMaster("--certfile", "old.pem", "--keyfile", "site.key", folder=self.folder, wait=False) as master:
            self.assertIn("old.pem: the certificate expired on", master.expect("WARNING"))
            master.expect("is ready")
            self.assertEqual(0, master.stop(signal.SIGTERM))


if __name__ == "__main__":
    unittest.main()
