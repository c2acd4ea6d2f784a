"""The master's endpoint for Prometheus: what it counts, and that nobody can disturb it or the master through it."""

import http.client
import os
import re
import signal
import socket
import threading
import time
import unittest

import prometheus_text
from master import PATIENCE, Load, wait_until
from troubled import troubled


class Metrics:
    """A master with --metrics-bind, and what its endpoint says."""

    def __init__(self, *options):
        self.master = troubled("--metrics-bind", "127.0.0.1:0", *options, wait=False)

    def __enter__(self):
        self.master.__enter__()
        line = self.master.expect("Listening at: ")
        self.master.urls = [line.split("Listening at: ")[1]]
        self.port = int(re.search(r":(\d+)/metrics$", self.master.expect("Metrics at: ")).group(1))
        for _ in range(self.master._count):
            self.master.expect("is ready in slot")
        return self

    def __exit__(self, *error):
        self.master.__exit__(*error)

    def ask(self, method="GET", path="/metrics"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response, body

    def scrape(self):
        response, body = self.ask()
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return prometheus_text.parse(body)

    def requests(self):
        return self.scrape()["indrik_requests_total"].total()


class MetricsTest(unittest.TestCase):
    def test_counts_what_was_asked(self):
        with Metrics("-w", "2") as metrics:
            for path, count in (("/pid", 30), ("/nowhere", 3), ("/fail", 2), ("/status/304", 4), ("/slow/30", 2)):
                for _ in range(count):
                    metrics.master.get(path)
            families = metrics.scrape()
            requests = families["indrik_requests_total"]
            self.assertEqual([0, 32, 4, 3, 2], [requests.value(class_=f"{digit}xx") for digit in range(1, 6)])
            durations = families["indrik_request_duration_seconds"]
            self.assertEqual(41, durations.value("_count"))
            self.assertGreaterEqual(durations.value("_sum"), 0.06)
            self.assertLessEqual(durations.value("_bucket", le="0.025"), 39)
            self.assertEqual(2, families["indrik_workers"].value(state="ready"))
            self.assertEqual(2, families["indrik_workers_wanted"].value())
            self.assertEqual(2, families["indrik_workers_started_total"].value())
            self.assertEqual(2, len(families["indrik_listen_queue"].samples))
            wait_until(lambda: min(metrics.scrape()["indrik_worker_resident_memory_bytes"].samples.values()) > 1e6, "memory")
            self.assertEqual(2, len(families["indrik_worker_loop_lag_seconds"].samples))

    def test_sums_match_under_load_and_across_reloads_and_deaths(self):
        with Metrics("-w", "2") as metrics:
            before = 0
            with Load(metrics.master) as load:
                for generation in (2, 3):
                    load.wait_for_more(50)
                    metrics.master.send_signal(signal.SIGHUP)
                    metrics.master.expect(f"generation {generation} serves")
                    now = metrics.requests()
                    self.assertGreaterEqual(now, before)  # a counter never goes back
                    before = now
            self.assertEqual([], load.failures)
            wait_until(lambda: len(metrics.master.workers()) == 2, "the old workers' end")
            counted = metrics.requests()
            for number in range(1, 11):
                metrics.master.get("/pid")
                self.assertEqual(counted + number, metrics.requests())
            os.kill(metrics.master.workers()[0], signal.SIGKILL)
            metrics.master.expect("is ready in slot")
            families = metrics.scrape()
            self.assertEqual(counted + 10, families["indrik_requests_total"].total())
            self.assertEqual(1, families["indrik_workers_lost_total"].value())
            self.assertEqual(7, families["indrik_workers_started_total"].value())

    def test_exact_count_with_several_clients(self):
        with Metrics("-w", "2") as metrics:
            def ask_often():
                connection = metrics.master.connect()
                for _ in range(200):
                    self.assertEqual(200, metrics.master.get("/pid", connection).status)
                connection.close()
            threads = [threading.Thread(target=ask_often) for _ in range(4)]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                metrics.scrape()
            for thread in threads:
                thread.join()
            self.assertEqual(800, metrics.requests())

    def test_queues_of_a_worker_that_is_blocked(self):
        with Metrics("-w", "1", "-t", "60") as metrics:
            blocked = metrics.master.send("/spin/3000")
            clients = []

            def is_queued():
                clients.append(metrics.master.send("/pid"))
                return metrics.scrape()["indrik_listen_queue"].total() >= 2
            wait_until(is_queued, "a queue")
            for client in [blocked, *clients]:
                client.close()

    def test_other_requests_have_answers_too(self):
        with Metrics() as metrics:
            self.assertEqual(404, metrics.ask(path="/")[0].status)
            self.assertEqual(405, metrics.ask(method="POST")[0].status)
            response, body = metrics.ask(method="HEAD")
            self.assertEqual((200, ""), (response.status, body))
            self.assertGreater(int(response.headers["Content-Length"]), 1000)
            self.assertEqual(200, metrics.ask(path="/metrics?x=y")[0].status)
            for request, status in ((b"NONSENSE\r\n\r\n", b"400"), (b"GET /metrics HTTP/1.1\r\nX: " + 20000 * b"x", b"431")):
                with socket.create_connection(("127.0.0.1", metrics.port), timeout=PATIENCE) as client:
                    client.sendall(request)
                    self.assertIn(status, client.recv(100))

    def test_byte_by_byte(self):
        with Metrics() as metrics, socket.create_connection(("127.0.0.1", metrics.port), timeout=PATIENCE) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n":
                client.sendall(bytes([byte]))
            self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 200"))

    def test_silent_clients_are_cut_off_and_stop_nobody(self):
        with Metrics() as metrics:
            start = time.monotonic()
            silent = [socket.create_connection(("127.0.0.1", metrics.port), timeout=PATIENCE) for _ in range(8)]
            metrics.master.send_signal(signal.SIGHUP)  # the master goes on with its work
            metrics.master.expect("generation 2 serves")
            self.assertEqual(0, metrics.requests())  # waits for a place
            self.assertGreater(time.monotonic() - start, 4)
            for client in silent:
                self.assertEqual(b"", client.recv(1))
                client.close()

            def descriptors():
                return len(os.listdir(f"/proc/{metrics.master.pid}/fd"))
            before = descriptors()
            for _ in range(50):
                metrics.scrape()
            wait_until(lambda: descriptors() <= before, "closed connections")

    def test_a_reload_moves_the_endpoint(self):
        with troubled() as master:
            path = master.folder.path / "metrics.sock"
            configuration = master.folder.path / "indrik.conf"
            configuration.write_text(f"metrics_bind = unix:{path}\n")
            master.send_signal(signal.SIGHUP)
            master.expect("Metrics at: unix:")
            master.expect("generation 2 serves")
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(PATIENCE)
                client.connect(str(path))
                client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
                self.assertTrue(client.makefile().read().startswith("HTTP/1.1 200"))
            configuration.write_text("")
            master.send_signal(signal.SIGHUP)
            master.expect("generation 3 serves")
            self.assertFalse(path.exists())

    def test_an_address_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            with troubled("--metrics-bind", address, wait=False) as master:
                self.assertEqual(1, master.exit_status())
                self.assertIn(f"--metrics-bind: {address} is in use", "\n".join(master.lines))


if __name__ == "__main__":
    unittest.main()
