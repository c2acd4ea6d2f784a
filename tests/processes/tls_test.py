"""HTTPS: certificates, tickets that every worker knows, clients that speak no TLS, and reloads of certificates."""

import http.client
import signal
import socket
import ssl
import subprocess
import unittest

from master import PATIENCE, Folder, Master


def make_certificate(folder, name, common_name="localhost"):
    """NAME.pem with NAME.key, signed by itself; the path of the certificate."""
    certificate = folder.path / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", folder.path / f"{name}.key", "-out", certificate, "-subj", f"/CN={common_name}",
         "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return certificate


class TLSTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.certificate = make_certificate(self.folder, "site")

    def serve(self, *options, **arguments):
        return Master("--certfile", "site.pem", "--keyfile", "site.key", *options, folder=self.folder, **arguments)

    def context(self, certificate=None, version=None):
        context = ssl.create_default_context(cafile=certificate or self.certificate)
        if version:
            context.maximum_version = version
        return context

    def get(self, master, path="/pid", context=None):
        connection = http.client.HTTPSConnection(
            "localhost", master.port(), timeout=PATIENCE, context=context or self.context())
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def subject(self, master, certificate):
        """Of the certificate that the server shows; an ssl.SSLError if it is not `certificate`."""
        with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as plain:
            with self.context(certificate).wrap_socket(plain, server_hostname="localhost") as stream:
                return dict(pair[0] for pair in stream.getpeercert()["subject"])["commonName"]

    def test_it_serves_and_says_so(self):
        with self.serve() as master:
            self.assertTrue(master.urls[0].startswith("https://"))
            worker, = master.workers()
            self.assertEqual(str(worker), self.get(master))
            self.assertEqual(str(worker), self.get(master, context=self.context(version=ssl.TLSVersion.TLSv1_2)))
            self.assertEqual(0, master.stop())

    def test_a_ticket_of_one_worker_is_good_for_all(self):
        with self.serve("-w", "3") as master:
            context = self.context(version=ssl.TLSVersion.TLSv1_2)
            session, workers = None, set()
            for _ in range(40):
                with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as plain:
                    with context.wrap_socket(plain, server_hostname="localhost", session=session) as stream:
                        self.assertEqual(session is not None, stream.session_reused)
                        session = session or stream.session
                        stream.sendall(b"GET /pid HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        answer = b"".join(iter(lambda: stream.recv(4096), b""))
                        workers.add(answer.rsplit(b"\r\n\r\n", 1)[1])
            self.assertGreater(len(workers), 1)

    def test_plain_http_is_told_so(self):
        with self.serve() as master:
            answer = master.get("/pid")
            self.assertEqual(400, answer.status)
            self.assertIn("HTTPS port", answer.body)

    def test_noise_and_silence_do_no_harm(self):
        with self.serve("--header-timeout", "500ms") as master:
            with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as noise, \
                    socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as silent:
                noise.sendall(b"\x16\x03\x01\xff\xff" + b"\x00" * 400)
                self.get(master)
                self.assertEqual(b"", silent.recv(100))  # the handshake has a deadline

    def test_client_certificates(self):
        client = make_certificate(self.folder, "client", "alice")
        with self.serve("--ca-certs", "client.pem", "--cert-reqs", "2") as master:
            with self.assertRaises((ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)):
                self.get(master)
            context = self.context()
            context.load_cert_chain(client, self.folder.path / "client.key")
            self.get(master, context=context)

    def test_hup_brings_the_new_certificate_and_keeps_the_old_one_if_it_is_bad(self):
        with self.serve() as master:
            self.assertEqual("localhost", self.subject(master, self.certificate))
            old = (self.folder.path / "site.pem").read_text()
            (self.folder.path / "site.pem").write_text("nonsense")
            master.send_signal(signal.SIGHUP)
            self.assertIn("site.pem", master.expect("Reload failed"))
            trusted = self.folder.path / "old.pem"
            trusted.write_text(old)
            self.assertEqual("localhost", self.subject(master, trusted))
            renewed = make_certificate(self.folder, "site", "renewed")
            master.send_signal(signal.SIGHUP)
            master.expect("Worker exiting")
            self.assertEqual("renewed", self.subject(master, renewed))

    def test_a_bad_certificate_stops_the_start(self):
        for options, reason in (
                (["--certfile", "none.pem"], "none.pem: No such file or directory"),
                (["--certfile", "site.pem", "--keyfile", "site.pem"], "site.pem: no PEM private key"),
                (["--keyfile", "site.key"], "--keyfile: needs --certfile"),
                (["--certfile", "site.pem", "--keyfile", "site.key", "--cert-reqs", "2"], "--cert-reqs: needs --ca-certs")):
            with self.subTest(options), Master(*options, folder=self.folder, wait=False) as master:
                self.assertIn(reason, master.expect("CRITICAL"))
                self.assertEqual(1, master.exit_status())


if __name__ == "__main__":
    unittest.main()
