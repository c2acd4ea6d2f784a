"""HTTPS: which certificate a client gets, and which it must show."""

import http.client
import json
import socket
import ssl
import subprocess
import unittest

from certificates import CertificateFolder, TLSMaster, client_context, run_openssl
from master import PATIENCE


class ServerNameTest(unittest.TestCase):
    def setUp(self):
        self.folder = CertificateFolder()
        self.addCleanup(self.folder.remove)
        self.folder.issue("site")
        self.folder.issue("wild", "wild", "DNS:*.wild.test")
        self.folder.issue("shop", "shop", "DNS:shop.test,DNS:www.shop.test")
        self.folder.issue("shop-rsa", "shop-rsa", "DNS:shop.test", kind="rsa")

    def shown(self, master, name, *options):
        """The common name of the certificate that a client gets who asks for `name`."""
        words = ["-servername", name] if name else ["-noservername"]
        printed = run_openssl("s_client", "-connect", f"127.0.0.1:{master.port()}", *words, *options)
        return printed.split("subject=CN = ")[1].split("\n")[0]

    def check(self, master):
        for name, expected in ((None, "localhost"), ("localhost", "localhost"), ("unknown.test", "localhost"),
                               ("a.wild.test", "wild"), ("a.b.wild.test", "localhost"), ("wild.test", "localhost"),
                               ("SHOP.test", "shop"), ("www.shop.test", "shop")):
            self.assertEqual(expected, self.shown(master, name), name)
        self.assertEqual("shop-rsa", self.shown(master, "shop.test", "-sigalgs", "RSA-PSS+SHA256"))
        self.assertEqual("shop-rsa", self.shown(master, "shop.test", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"))

    def test_certificates_are_chosen_by_name_and_kind(self):
        options = []
        for name in ("site", "wild", "shop", "shop-rsa"):
            options += ["--certfile", f"{name}.pem", "--keyfile", f"{name}.key"]
        with TLSMaster(*options, folder=self.folder) as master:
            self.check(master)
            context = client_context(self.folder.path / "shop.pem")
            with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as plain, \
                    context.wrap_socket(plain, server_hostname="www.shop.test") as stream:
                stream.sendall(b"GET /connection HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                answer = b"".join(iter(lambda: stream.recv(4096), b""))
            self.assertEqual("www.shop.test", json.loads(answer.split(b"\r\n\r\n")[1])["tls"]["server_name"])

    def test_the_configuration_file_lists_them(self):
        lines = []
        for name in ("site", "wild", "shop", "shop-rsa"):
            both = (self.folder.path / f"{name}.pem").read_text() + (self.folder.path / f"{name}.key").read_text()
            self.folder.write(f"{name}-both.pem", both)
            lines.append(f"certfile = {name}-both.pem\n")
        self.folder.write("tls.conf", "".join(lines))
        with TLSMaster("-c", "tls.conf", "--log-level", "debug", folder=self.folder, certificate=False) as master:
            self.check(master)

    def test_protocols_are_negotiated(self):
        with TLSMaster(folder=self.folder) as master:
            context = client_context(self.folder.path / "site.pem")
            context.set_alpn_protocols(["h2", "http/1.1"])
            self.assertEqual("http/1.1", master.connection(context)["tls"]["protocol"])
            context.set_alpn_protocols(["http/1.0"])
            self.assertEqual("http/1.0", master.connection(context)["tls"]["protocol"])
            context.set_alpn_protocols(["smtp"])
            with self.assertRaises(ssl.SSLError):
                master.connection(context)
            self.assertEqual("", master.connection()["tls"]["protocol"])

    def test_curl_is_served(self):
        with TLSMaster(folder=self.folder) as master:
            done = subprocess.run(
                ["curl", "-sS", "--http1.0", "--cacert", self.folder.path / "site.pem",
                 f"https://localhost:{master.port()}/connection"], capture_output=True, check=True, timeout=PATIENCE)
            self.assertEqual("TLSv1.3", json.loads(done.stdout)["tls"]["version"])


class ClientCertificateTest(unittest.TestCase):
    REFUSALS = (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)

    def setUp(self):
        self.folder = CertificateFolder()
        self.addCleanup(self.folder.remove)
        self.site = self.folder.issue("site")
        self.alice = self.folder.issue("alice", "alice", "email:alice@example.org,URI:spiffe://example.org/alice")
        self.mallory = self.folder.issue("mallory", "mallory")

    def serve(self, which):
        return TLSMaster("--ca-certs", "alice.pem", "--cert-reqs", which, folder=self.folder)

    def test_the_application_sees_who_it_is(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.serve("required") as master:
                seen = master.connection(client_context(self.site, version, self.alice))["tls"]
                self.assertEqual("CN=alice", seen["subject"])
                self.assertEqual("CN=alice", seen["issuer"])
                self.assertEqual(["email:alice@example.org", "URI:spiffe://example.org/alice"], seen["names"])
                self.assertEqual(self.alice.read_text(), seen["pem"])

    def test_required_ones_must_be_shown_and_good(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.serve("2") as master:
                for client in (None, self.mallory):
                    with self.assertRaises(self.REFUSALS):
                        master.connection(client_context(self.site, version, client))
                    master.expect("handshake of 127.0.0.1")

    def test_who_is_refused_is_told_why(self):
        with self.serve("required") as master:
            printed = run_openssl("s_client", "-connect", f"127.0.0.1:{master.port()}", "-ign_eof",
                                  text="GET / HTTP/1.1\r\n\r\n")
            self.assertIn("alert certificate required", printed)

    def test_optional_ones_may_be_missing_but_not_bad(self):
        with self.serve("optional") as master:
            self.assertNotIn("subject", master.connection()["tls"])
            seen = master.connection(client_context(self.site, client=self.alice))["tls"]
            self.assertEqual("CN=alice", seen["subject"])
            with self.assertRaises(self.REFUSALS):
                master.connection(client_context(self.site, client=self.mallory))


if __name__ == "__main__":
    unittest.main()
