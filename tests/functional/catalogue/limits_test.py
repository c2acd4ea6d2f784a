"""Limits, memory and time: what a client sends costs no more than its limit, however it is cut."""

import os
import time
import unittest

from attack import (IS_SANITIZED, AttackTest, Case, chunked, cpu_seconds, get, memory_kib, parse_responses, post,
                    wait_until)

MIB = 1 << 20
LINE = 8190
BODY = MIB  # the default limit

HEADS = [
    Case("request line beyond its limit is 414", b"GET /?id=ID&" + b"a" * LINE + b" HTTP/1.1\r\nHost: test\r\n\r\n", 414),
    Case("request line that never ends (CVE-2026-54277)", b"GET /?id=ID&" + b"a" * 2 * LINE, 414, ends=True),
    Case("field beyond its limit is 431", get(more=b"X: " + b"a" * LINE + b"\r\n"), 431),
    Case("field that never ends (CVE-2026-54277)", get()[:-2] + b"X: " + b"a" * 2 * LINE, 431, ends=True),
    Case("field name beyond its limit", get(more=b"a" * LINE + b": x\r\n"), 431),
    Case("129 fields", get(more=b"X: a\r\n" * 128), 431),
    Case("129 dropped fields", get(more=b"X_Y: a\r\n" * 128), 431),
    Case("a head beyond 64 KiB", get(more=(b"X: " + b"a" * 8000 + b"\r\n") * 9), 431),
    Case("Content-Length beyond the body's limit", post("/echo?id=ID").replace(b": 0", b": 99999999"), 413),
]


class LimitsTest(AttackTest):
    def setUp(self):
        super().setUp()
        self.worker = self.pid()

    def grown_kib(self, before):
        return memory_kib(self.worker) - before

    def expect_growth_below(self, kib, before, what):
        grown = self.grown_kib(before)
        if not IS_SANITIZED:
            self.assertLess(grown, kib, f"KiB more for {what}")

    def expect_cpu_below(self, seconds, before, what):
        used = cpu_seconds(self.worker) - before
        self.assertLess(used, seconds * (8 if IS_SANITIZED else 1), f"CPU seconds for {what}")

    def test_heads_beyond_their_limits(self):
        for case in HEADS[:-1]:
            self.refuse_head(case)

    def test_at_the_limits_everything_is_taken(self):
        target = b"/?" + b"a" * (LINE - len(b"GET /? HTTP/1.1"))
        request = (b"GET " + target + b" HTTP/1.1\r\nHost: test\r\nX:" + b"a" * (LINE - 2) + b"\r\n" +
                   b"Y: b\r\n" * 126 + b"\r\n")
        self.assertEqual(200, self.ask(request).status)
        self.assertEqual(BODY, len(self.ask(post("/echo", b"x" * BODY)).body))

    def test_tiny_fragments_do_not_get_around_the_limit(self):
        """CVE-2026-54277: a line that comes byte by byte has the same limit, and costs linear time."""
        before = cpu_seconds(self.worker)
        with self.connect() as client:
            line = b"GET /" + b"a" * (LINE - 4)
            client.send(*(line[i:i + 1] for i in range(len(line))))
            self.assertEqual([414], [r.status for r in parse_responses(client.read_all())])
        self.expect_cpu_below(1.0, before, "8191 fragments")

    def test_an_announced_body_beyond_the_limit_is_refused_unread(self):
        with self.connect() as client:
            client.send(HEADS[-1].request)
            response = client.read_response()
            self.assertEqual((413, True), (response.status, response.closes))

    def test_a_chunked_body_beyond_the_limit_is_refused_on_the_way(self):
        before = memory_kib(self.worker)
        with self.connect() as client:
            client.send(chunked(b"fffffff\r\n" + b"x" * (2 * MIB)))
            responses = parse_responses(client.read_all())
            self.assertEqual([(413, True)], [(r.status, r.closes) for r in responses])
        self.expect_growth_below(4096, before, "a chunk that announced 256 MiB")

    def test_an_announced_body_gets_no_memory_beforehand(self):
        before = memory_kib(self.worker)
        clients = []
        for _ in range(200):
            client = self.connect()
            self.addCleanup(client.socket.close)
            client.send(post("/stream").replace(b": 0", b": 1048576"))
            clients.append(client)
        self.ask(get("/"))
        self.expect_growth_below(16 * 1024, before, "200 announced bodies")

    def test_many_tiny_chunks_cost_linear_time(self):
        """CVE-2025-69229: a body of one-byte chunks."""
        count = 100_000
        before = cpu_seconds(self.worker)
        self.assertEqual(b"x" * count, self.ask(chunked(b"1\r\nx\r\n" * count + b"0\r\n\r\n", "/echo")).body)
        self.expect_cpu_below(0.5, before, f"{count} chunks")

    def test_a_pipeline_does_not_queue_up(self):
        """CVE-2026-54273: requests wait in the socket, and not in memory, while their answers are not read."""
        before = memory_kib(self.worker)
        request = get("/large?size=10000")
        with self.connect() as client:
            client.socket.setblocking(False)
            sent, block, quiet_since = 0, request * 1000, time.monotonic()
            while time.monotonic() < quiet_since + 0.5 and sent < 64 * MIB:
                try:
                    sent += client.socket.send(block[sent % len(request):])
                    quiet_since = time.monotonic()
                except BlockingIOError:
                    time.sleep(0.01)  # until the server reads more, if it ever does
            self.assertLess(sent, 64 * MIB, "the server never stopped reading")
            self.expect_growth_below(8 * 1024, before, f"{sent} bytes of requests")

    def test_pipelined_requests_are_answered_in_order(self):
        count = 1000
        paths = [f"/large?size={i}" for i in range(count)]
        requests = b"".join(get(path) for path in paths) + get("/", b"Connection: close\r\n")
        responses = self.exchange(requests)
        self.assertEqual([*range(count), 5], [len(r.body) for r in responses])

    def test_unknown_paths_and_methods_leave_nothing_behind(self):
        """CVE-2024-52303: every 404 and 405 left an entry in a cache."""
        def ask_unknown(first, count):
            requests = b"".join(get(f"/unknown/{first + i}") + b"DELETE /stream?%d HTTP/1.1\r\nHost: t\r\n\r\n" % i
                                for i in range(count))
            responses = self.exchange(requests + get("/", b"Connection: close\r\n"))
            self.assertEqual([404, 405] * count + [200], [r.status for r in responses])

        ask_unknown(0, 2000)
        before = memory_kib(self.worker)
        for turn in range(1, 5):
            ask_unknown(turn * 5000, 5000)
        self.expect_growth_below(1024, before, "40000 requests for what is not there")

    def test_payloads_are_closed_when_writing_is_interrupted(self):
        """CVE-2026-54280: clients that leave in the middle leave no descriptor behind."""
        def descriptors():
            return len(os.listdir(f"/proc/{self.worker}/fd"))

        self.ask(get("/"))
        before = descriptors()
        for _ in range(50):
            with self.connect() as client:
                client.send(get("/large?size=5000000"))
                client.socket.recv(1000)
        wait_until(lambda: descriptors() <= before + 1, "the connections' descriptors")


if __name__ == "__main__":
    unittest.main()
