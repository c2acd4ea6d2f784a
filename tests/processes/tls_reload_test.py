"""HTTPS: sessions that every worker resumes, and certificates that change while everybody is served."""

import json
import re
import signal
import socket
import ssl
import unittest

from certificates import CertificateFolder, TLSLoad, TLSMaster, client_context, run_openssl
from master import PATIENCE


class SessionTest(unittest.TestCase):
    def setUp(self):
        self.folder = CertificateFolder()
        self.addCleanup(self.folder.remove)
        self.certificate = self.folder.issue("site")

    def ask(self, master, context, session=None):
        """What the server knows of a new connection, and its session."""
        with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as plain, \
                context.wrap_socket(plain, server_hostname="localhost", session=session) as stream:
            stream.sendall(b"GET /connection HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: stream.recv(4096), b""))
            seen = json.loads(answer.split(b"\r\n\r\n", 1)[1])
            self.assertEqual(stream.session_reused, seen["tls"]["resumed"])
            return seen, stream.session

    def resume_by_others(self, master, context, session, but):
        """Resumes at as many workers as the kernel lets it meet; all of them must know the session."""
        pids = set()
        for _ in range(60):
            seen, _ = self.ask(master, context, session)
            self.assertTrue(seen["tls"]["resumed"])
            pids.add(seen["pid"])
            if len(pids - {but}) > 1:
                return
        self.fail(f"all connections were taken by {pids}")

    def test_a_ticket_of_one_worker_is_good_for_all_and_survives_a_reload(self):
        with TLSMaster("-w", "3", folder=self.folder) as master:
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = client_context(self.certificate, version)
                seen, session = self.ask(master, context)
                self.assertFalse(seen["tls"]["resumed"])
                self.resume_by_others(master, context, session, seen["pid"])
                master.send_signal(signal.SIGHUP)
                master.expect("Reloaded: generation")
                for _ in range(3):
                    master.expect("Worker exiting")
                self.resume_by_others(master, context, session, seen["pid"])

    def test_a_ticket_survives_a_change_of_masters(self):
        with TLSMaster("-w", "3", folder=self.folder) as master:
            context = client_context(self.certificate, ssl.TLSVersion.TLSv1_3)
            seen, session = self.ask(master, context)
            for _ in range(2):
                master.send_signal(signal.SIGUSR2)
                pid = int(master.expect("the new master has pid").rsplit(" ", 1)[1])
                master.expect("is gone")
                master.pid = pid
                self.resume_by_others(master, context, session, seen["pid"])

    def test_openssl_resumes_at_another_worker(self):
        with TLSMaster("-w", "2", folder=self.folder) as master:
            file = self.folder.path / "session"
            request = "GET /connection HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

            def ask(*options):
                printed = run_openssl("s_client", "-connect", f"127.0.0.1:{master.port()}", "-ign_eof",
                                      "-CAfile", self.certificate, *options, text=request)
                return printed, int(re.search(r'"pid":(\d+)', printed).group(1))

            printed, first = ask("-sess_out", file)
            self.assertIn("New, TLSv1.3", printed)
            pids = set()
            while len(pids) < 2:
                printed, pid = ask("-sess_in", file)
                self.assertIn("Reused, TLSv1.3", printed)
                pids.add(pid)
            self.assertIn(first, pids)

    def test_a_session_does_not_evade_a_certificate_that_a_reload_asks_for(self):
        alice = self.folder.issue("alice", "alice")
        self.folder.write("indrik.conf", "")
        with TLSMaster(folder=self.folder) as master:
            context = client_context(self.certificate, ssl.TLSVersion.TLSv1_2)
            _, session = self.ask(master, context)
            self.folder.write("indrik.conf", f"cert_reqs = required\nca_certs = {alice}\n")
            master.send_signal(signal.SIGHUP)
            master.expect("Worker exiting")
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                self.ask(master, context, session)


class ReloadTest(unittest.TestCase):
    def setUp(self):
        self.folder = CertificateFolder()
        self.addCleanup(self.folder.remove)
        self.certificate = self.folder.issue("site")

    def subject(self, master, certificate):
        """Of the certificate that the server shows; an ssl.SSLError if it is not `certificate`."""
        with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as plain:
            with client_context(certificate).wrap_socket(plain, server_hostname="localhost") as stream:
                return dict(pair[0] for pair in stream.getpeercert()["subject"])["commonName"]

    def test_hup_brings_the_new_certificate_and_keeps_the_old_one_if_it_is_bad(self):
        with TLSMaster("-w", "2", folder=self.folder) as master:
            old = self.folder.write("old.pem", self.certificate.read_text())
            self.folder.issue("other")
            for bad, reason in (("nonsense", "site.pem: no PEM certificate in this file"),
                                ((self.folder.path / "other.pem").read_text(),
                                 "site.key (for site.pem): the private key is not that of the certificate")):
                self.certificate.write_text(bad)
                master.send_signal(signal.SIGHUP)
                self.assertTrue(master.expect("Reload failed").endswith(f"stays: {reason}"))
                self.assertEqual("localhost", self.subject(master, old))
            renewed = self.folder.issue("site", "renewed")
            master.send_signal(signal.SIGHUP)
            master.expect("Reloaded")
            for _ in range(2):
                master.expect("Worker exiting")
            self.assertEqual("renewed", self.subject(master, renewed))

    def test_nobody_is_lost_while_certificates_change(self):
        with TLSMaster("-w", "2", folder=self.folder) as master:
            with TLSLoad(master) as load:
                for generation in (2, 3):
                    renewed = self.folder.issue(f"renewed{generation}")
                    master.context.load_verify_locations(renewed)
                    self.certificate.write_text(renewed.read_text())
                    (self.folder.path / "site.key").write_text(renewed.with_suffix(".key").read_text())
                    master.send_signal(signal.SIGHUP)
                    master.expect(f"Reloaded: generation {generation}")
                    for _ in range(2):
                        master.expect("Worker exiting")
                    load.wait_for_more()
            self.assertEqual([], load.failures)
            self.assertEqual("localhost", self.subject(master, renewed))

    def test_a_request_in_progress_is_finished_by_the_old_certificates_worker(self):
        self.folder.write("files/large", b"x" * (8 << 20))
        with TLSMaster(folder=self.folder) as master:
            with socket.create_connection(("127.0.0.1", master.port()), PATIENCE) as plain, \
                    client_context(self.certificate).wrap_socket(plain, server_hostname="localhost") as stream:
                stream.sendall(b"GET /files/large HTTP/1.1\r\nHost: x\r\n\r\n")
                received = len(stream.recv(100))
                self.folder.issue("site", "renewed")
                master.send_signal(signal.SIGHUP)
                master.expect("Reloaded: generation 2")
                while piece := stream.recv(65536):
                    received += len(piece)
                self.assertGreater(received, 8 << 20)
            master.expect("Worker exiting")


if __name__ == "__main__":
    unittest.main()
