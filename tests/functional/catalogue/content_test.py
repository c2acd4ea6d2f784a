"""What is in a request: cookies, forms, multipart bodies, and compressed ones."""

import gzip
import os
import unittest
import zlib

from attack import IS_SANITIZED, AttackTest, cpu_seconds, get, memory_kib, parse_responses, post

MIB = 1 << 20
LIMIT = MIB  # of a body, the default
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
MULTIPART = b"Content-Type: multipart/form-data; boundary=B\r\n"


def multipart(*parts, end=b"--B--\r\n", path="/form?id=form"):
    return post(path, b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + end, MULTIPART)


def part(name, content, more=b""):
    return b'Content-Disposition: form-data; name="' + name + b'"\r\n' + more + b"\r\n" + content


def upload(name, content):
    return b'Content-Disposition: form-data; name="' + name + b'"; filename="f"\r\n\r\n' + content


class ContentTest(AttackTest):
    def setUp(self):
        super().setUp()
        self.worker = self.pid()
        self.cpu = cpu_seconds(self.worker)
        self.memory = memory_kib(self.worker)

    def check_costs(self, kib):
        """No endless loop, and no more memory than a body may have."""
        self.assertLess(cpu_seconds(self.worker) - self.cpu, 10 if IS_SANITIZED else 1)
        if not IS_SANITIZED:
            self.assertLess(memory_kib(self.worker) - self.memory, kib)

    # ---- cookies

    def test_bad_cookies_are_dropped_alone(self):
        field = b'Cookie: a=1; b; =c; d e=f; g="h"; i(=j; k=l=m;; n=\r\n'
        self.assertEqual(b"a=1\ng=h\nk=l=m\nn=\n", self.ask(get("/cookies", field)).body)

    def test_bad_cookies_are_no_log_storm(self):
        """CVE-2025-69230: each invalid cookie was a line of the log. Here a process says it once."""
        requests = get("/cookies", b"Cookie: " + b"b(=a; " * 100 + b"\r\n") * 50
        self.assertEqual(51, len(self.exchange(requests + get("/cookies", b"Connection: close\r\n"))))
        lines = self.log_lines("malformed cookies")
        self.assertEqual(1, len(lines), lines)
        self.assertIn("[WARNING]", lines[0])

    def test_many_cookies_are_cut_off(self):
        field = b"Cookie: " + b";".join(b"%d=x" % i for i in range(1000)) + b"\r\n"
        self.assertEqual(256, len(self.ask(get("/cookies", field)).body.splitlines()))

    # ---- forms

    def test_malformed_multipart_ends(self):
        """CVE-2024-30251, CVE-2025-69227: endless loops. Whatever is malformed is 400."""
        for body in (b"", b"x", b"--B", b"--B\r\n", b"--B\r\n\r\n", b"--B-", b"--B\r\nX\r\n\r\n--B--\r\n", b"--Bx\r\n",
                     b"--B\r\n" * 1000, b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--B",
                     b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--B-", b"\r\n" * 1000,
                     b"--B\r\nContent-Disposition: form-data\r\n\r\nb\r\n--B--\r\n",
                     b"--B\nContent-Disposition: form-data; name=a\n\nb\n--B--\n",
                     b"--B\r\nContent-Disposition: form-data; name=a\r\n b\r\n\r\nc\r\n--B--\r\n",
                     b"--B\r\nContent-Disposition : form-data; name=a\r\n\r\nc\r\n--B--\r\n",
                     b"--B\r\nContent-Disposition: form-data; name=a\r\nContent-Length: 99\r\n\r\nc\r\n--B"):
            with self.subTest(body=body[:80]):
                response = self.ask(post("/form?id=form", body, MULTIPART))
                self.assertEqual(400, response.status)
        self.assertEqual([], self.journal()["completed"])
        self.check_costs(2048)

    def test_a_boundary_must_be_one(self):
        for value in (b"multipart/form-data", b"multipart/form-data; boundary=" + b"B" * 71,
                      b'multipart/form-data; boundary="a\\\r\nb"', b'multipart/form-data; boundary="a "'):
            with self.subTest(value=value), self.connect() as client:
                client.send(post("/form", b"--B--\r\n", b"Content-Type: " + value + b"\r\n"))
                self.assertEqual(400, client.read_response().status)
        # A content type that is none at all is that of an unknown body, in which there are no fields.
        answer = self.ask(post("/form", b"--B--\r\n", b"Content-Type: multipart/form-data; boundary=\r\n"))
        self.assertEqual((200, b""), (answer.status, answer.body))

    def test_a_truncated_form_is_never_complete(self):
        whole = multipart(part(b"a", b"hello"))
        with self.connect() as client:
            client.send(whole[:-10])
            client.finish()
            self.assertEqual([400], [r.status for r in parse_responses(client.read_all())])
        self.assertEqual([], self.journal()["completed"])

    def test_the_limit_counts_all_fields_together(self):
        """CVE-2025-69228: it was counted anew for each field."""
        for kind in (part, upload):
            for chunked_body in (False, True):
                with self.subTest(kind=kind.__name__, chunked=chunked_body):
                    request = multipart(*(kind(b"%d" % i, b"x" * 100_000) for i in range(12)))
                    if chunked_body:
                        head, body = request.split(b"\r\n\r\n", 1)
                        head = head.replace(b"Content-Length: %d" % len(body), b"Transfer-Encoding: chunked")
                        request = head + b"\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
                    with self.connect() as client:
                        client.send(request)
                        self.assertEqual(413, client.read_response().status)
        self.assertEqual([], self.journal()["completed"])
        self.check_costs(8192)

    def test_part_headers_have_a_limit(self):
        """CVE-2026-34516."""
        for more, status in ((b"X: " + b"a" * 9000 + b"\r\n", 413), (b"X: a\r\n" * 33, 413), (b"X: a\r\n" * 20, 200)):
            with self.subTest(more=more[:20], size=len(more)):
                self.assertEqual(status, self.ask(multipart(part(b"a", b"b", more))).status)

    def test_a_text_field_is_measured_as_it_comes(self):
        """CVE-2026-34517: the size of what is no file was checked when it was all in memory."""
        with self.connect() as client:
            client.send(post("/form", b"", MULTIPART + b"Transfer-Encoding: chunked\r\n", length=False) +
                        b"fffffff\r\n--B\r\n" + part(b"a", b""))
            sent = 0
            while sent < 64 * MIB and client.send(b"x" * MIB):
                sent += MIB
            self.assertLess(sent, 16 * MIB, "the server took it all")
            self.assertEqual([413], [r.status for r in parse_responses(client.read_all())])
        self.check_costs(8192)

    def test_parts_are_counted(self):
        self.assertEqual(200, self.ask(multipart(*(part(b"a", b"") for _ in range(1000)))).status)
        self.assertEqual(413, self.ask(multipart(*(part(b"a", b"") for _ in range(1001)))).status)

    def test_multipart_within_multipart_is_refused(self):
        nested = part(b"a", b"--C\r\n\r\n\r\n--C--\r\n", b"Content-Type: multipart/mixed; boundary=C\r\n")
        self.assertEqual(400, self.ask(multipart(nested)).status)

    def test_urlencoded_fields_are_counted(self):
        response = self.ask(post("/form", b"&".join(b"a=" for _ in range(20000)), FORM))
        self.assertEqual(400, response.status)
        self.check_costs(4096)

    def test_malformed_escapes_harm_nobody(self):
        for body in (b"%", b"%g=1", b"a=%0", b"=", b"&&&", b"a=%ff%00", b"+" * 1000):
            with self.subTest(body=body):
                self.assertIn(self.ask(post("/form", body, FORM)).status, (200, 400))

    # ---- compressed bodies

    def test_a_bomb_does_not_go_off(self):
        """CVE-2025-69223: what comes of a body counts against the limit. 200 MiB in 200 KiB."""
        for coding, bomb in (("gzip", gzip.compress(b"\0" * 200 * MIB, 9)), ("deflate", zlib.compress(b"\0" * 200 * MIB, 9))):
            for path in ("/echo", "/form"):
                with self.subTest(coding=coding, path=path):
                    more = b"Content-Encoding: " + coding.encode() + b"\r\n" + (FORM if path == "/form" else b"")
                    self.assertEqual(413, self.ask(post(path + "?id=bomb", bomb, more)).status)
        self.assertEqual([], self.journal()["completed"])
        self.check_costs(8192)

    def test_an_unread_bomb_is_not_decompressed(self):
        """CVE-2026-54278: what the handler left was decompressed in one go at the end."""
        bomb = gzip.compress(b"\0" * 50 * MIB, 9)[:60000]
        with self.connect() as client:
            for _ in range(20):
                client.send(post("/ignore", bomb, b"Content-Encoding: gzip\r\n"))
                self.assertEqual(200, client.read_response().status)
        self.check_costs(2048)

    def test_a_compressed_body_that_is_wrong_is_400(self):
        good = gzip.compress(os.urandom(1000))
        for body in (b"x", good[:-1], good[:500], good[:-8] + b"\0" * 8, b"\x1f\x8b"):
            with self.subTest(body=body[:10]):
                self.assertEqual(400, self.ask(post("/echo?id=wrong", body, b"Content-Encoding: gzip\r\n")).status)
        self.assertEqual([], self.journal()["completed"])

    def test_codings_that_are_not_known_are_415(self):
        for coding in (b"compress", b"gzip, gzip", b"snappy", b""):
            with self.subTest(coding=coding):
                response = self.ask(post("/echo", b"x", b"Content-Encoding: " + coding + b"\r\n"))
                self.assertEqual(415, response.status)


if __name__ == "__main__":
    unittest.main()
