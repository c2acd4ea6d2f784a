"""Request lines, targets, Host, and field lines."""

import unittest

from attack import AttackTest, Case, get


def head(line=b"GET /?id=ID HTTP/1.1", *fields, host=b"Host: test"):
    return b"\r\n".join([line, *([host] if host else []), *fields, b"", b""])


METHODS = [
    Case("lower-case method", head(b"get /?id=ID HTTP/1.1")),
    Case("method in mixed case", head(b"Get /?id=ID HTTP/1.1")),
    Case("method beyond 20 bytes", head(b"A" * 21 + b" /?id=ID HTTP/1.1")),
    Case("method of 2 bytes", head(b"AB /?id=ID HTTP/1.1")),
    Case("separators in a method (CVE-2024-23829)", head(b"GE(T /?id=ID HTTP/1.1")),
    Case("# in a method", head(b"GE#T /?id=ID HTTP/1.1")),
    Case("CR in a method (CVE-2023-49082)", head(b"GE\rT /?id=ID HTTP/1.1")),
    Case("LF in a method (CVE-2023-49082)", head(b"GE\nT /?id=ID HTTP/1.1")),
    Case("NUL in a method", head(b"GE\x00T /?id=ID HTTP/1.1")),
    Case("a method in Unicode letters", head("G\u00c9T /?id=ID HTTP/1.1".encode())),
    Case("space before the method", head(b" GET /?id=ID HTTP/1.1")),
    Case("no method", head(b"/?id=ID HTTP/1.1")),
    Case("PRI of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
]

VERSIONS = [
    Case("HTTP/1.10", head(b"GET /?id=ID HTTP/1.10")),
    Case("HTTP/1.", head(b"GET /?id=ID HTTP/1.")),
    Case("HTTP/1", head(b"GET /?id=ID HTTP/1")),
    Case("HTTP/01.1", head(b"GET /?id=ID HTTP/01.1")),
    Case("http/1.1", head(b"GET /?id=ID http/1.1")),
    Case("HTTP/1,1", head(b"GET /?id=ID HTTP/1,1")),
    Case("HTTPS/1.1", head(b"GET /?id=ID HTTPS/1.1")),
    Case("Unicode digit in the version (CVE-2025-69224)", head("GET /?id=ID HTTP/1.\u0661".encode())),
    Case("CR in the version (CVE-2023-49081)", head(b"GET /?id=ID HTTP/1.1\rX: y")),
    Case("no version, as HTTP/0.9", b"GET /?id=ID\r\n\r\n"),
    # A version that is well-formed and not spoken has a status of its own (RFC 9110 section 15.6.6).
    Case("HTTP/0.9", head(b"GET /?id=ID HTTP/0.9"), 505),
    Case("HTTP/2.0", head(b"GET /?id=ID HTTP/2.0"), 505),
    Case("HTTP/1.2", head(b"GET /?id=ID HTTP/1.2"), 505),
]

LINES = [
    Case("empty target (gunicorn 23.0)", head(b"GET  HTTP/1.1")),
    Case("no target", head(b"GET HTTP/1.1")),
    Case("two spaces before the target", head(b"GET  /?id=ID HTTP/1.1")),
    Case("two spaces behind the target", head(b"GET /?id=ID  HTTP/1.1")),
    Case("space behind the version", head(b"GET /?id=ID HTTP/1.1 ")),
    Case("space within the target", head(b"GET /a b?id=ID HTTP/1.1")),
    Case("tab instead of a space", head(b"GET\t/?id=ID HTTP/1.1")),
    Case("tab within the target", head(b"GET /a\tb?id=ID HTTP/1.1")),
    Case("vertical tab as a space", head(b"GET\x0b/?id=ID HTTP/1.1")),
    Case("NUL in the target", head(b"GET /\x00?id=ID HTTP/1.1")),
    Case("DEL in the target", head(b"GET /\x7f?id=ID HTTP/1.1")),
    Case("bare LF behind the request line", b"GET /?id=ID HTTP/1.1\nHost: test\r\n\r\n"),
    Case("bare CR behind the request line", b"GET /?id=ID HTTP/1.1\rHost: test\r\n\r\n"),
    Case("bare LF line ends throughout", b"GET /?id=ID HTTP/1.1\nHost: test\n\n"),
    Case("many empty lines before", b"\r\n" * 6 + get()),
    Case("bare LF before", b"\n" + get()),
    Case("a fragment in the target", head(b"GET /#?id=ID HTTP/1.1")),
    Case("a non-ASCII target", head("GET /\u00e9?id=ID HTTP/1.1".encode())),
    Case("a backslash in the target", head(b"GET \\?id=ID HTTP/1.1")),
]

TARGETS = [
    Case("relative target", head(b"GET index.html?id=ID HTTP/1.1")),
    Case("* without OPTIONS", head(b"GET * HTTP/1.1")),
    Case("*?query with OPTIONS", head(b"OPTIONS *?id=ID HTTP/1.1")),
    Case("authority-form without CONNECT", head(b"GET test:80 HTTP/1.1")),
    Case("absolute-form with another scheme", head(b"GET ftp://test/?id=ID HTTP/1.1")),
    Case("absolute-form without a host", head(b"GET http:///?id=ID HTTP/1.1")),
    Case("absolute-form with another Host", head(b"GET http://other/?id=ID HTTP/1.1")),
    Case("absolute-form with another port", head(b"GET http://test:81/?id=ID HTTP/1.1")),
    Case("userinfo in an absolute-form", head(b"GET http://user@test/?id=ID HTTP/1.1")),
    Case("userinfo with a password", head(b"GET http://test:80@evil/?id=ID HTTP/1.1", host=b"Host: evil")),
    Case("bad IPv6 URL (CVE-2022-33124)", head(b"GET http://[::1/?id=ID HTTP/1.1", host=b"Host: [::1")),
    Case("IPv6 URL with too many groups (CVE-2022-33124)",
         head(b"GET http://[1:2:3:4:5:6:7:8:9]/?id=ID HTTP/1.1", host=b"Host: [1:2:3:4:5:6:7:8:9]")),
    Case("IPv6 URL with a zone", head(b"GET http://[fe80::1%25eth0]/?id=ID HTTP/1.1", host=b"Host: [fe80::1%25eth0]")),
    Case("port beyond 65535", head(b"GET http://test:65536/?id=ID HTTP/1.1", host=b"Host: test:65536")),
    Case("CONNECT is refused", head(b"CONNECT test:80 HTTP/1.1"), 501),
    Case("CONNECT with another Host is refused", head(b"CONNECT other:443 HTTP/1.1"), 501),
    Case("CONNECT without a port", head(b"CONNECT test HTTP/1.1")),
    Case("CONNECT with a path", head(b"CONNECT /?id=ID HTTP/1.1")),
]

HOSTS = [
    Case("no Host in HTTP/1.1", head(host=None)),
    Case("duplicate Host, the same (CVE-2026-34525, gunicorn 26.1)", head(b"GET /?id=ID HTTP/1.1", b"Host: test")),
    Case("duplicate Host, different (CVE-2026-34525)", head(b"GET /?id=ID HTTP/1.1", b"host: other")),
    Case("empty Host", head(host=b"Host:")),
    Case("two names in Host", head(host=b"Host: a, b")),
    Case("space in Host", head(host=b"Host: a b")),
    Case("userinfo in Host", head(host=b"Host: user@test")),
    Case("path in Host", head(host=b"Host: test/path")),
    Case("port that is no number", head(host=b"Host: test:http")),
    Case("signed port", head(host=b"Host: test:+80")),
    Case("port in Unicode digits", head(host="Host: test:\u0668\u0660".encode())),
    Case("non-ASCII Host", head(host="Host: t\u00e9st".encode())),
    Case("bad IPv6 Host (CVE-2022-33124)", head(host=b"Host: [::1")),
    Case("IPv6 without brackets", head(host=b"Host: ::1")),
    Case("a quote in Host", head(host=b'Host: te"st')),
]

NAMES = [
    Case("space before the colon (CVE-2023-47627)", head(b"GET /?id=ID HTTP/1.1", b"X : a")),
    Case("tab before the colon", head(b"GET /?id=ID HTTP/1.1", b"X\t: a")),
    Case("space within a name", head(b"GET /?id=ID HTTP/1.1", b"X Y: a")),
    Case("space before the first name", b"GET /?id=ID HTTP/1.1\r\n Host: test\r\n\r\n"),
    Case("empty name", head(b"GET /?id=ID HTTP/1.1", b": a")),
    Case("no colon", head(b"GET /?id=ID HTTP/1.1", b"X")),
    Case("( in a name (CVE-2024-23829)", head(b"GET /?id=ID HTTP/1.1", b"X(: a")),
    Case("NUL in a name", head(b"GET /?id=ID HTTP/1.1", b"X\x00Y: a")),
    Case("non-ASCII name", head(b"GET /?id=ID HTTP/1.1", b"X\xe9: a")),
    Case("Unicode name that folds to ASCII", head("GET /?id=ID HTTP/1.1".encode(), "Content-\u017fength: 5".encode())),
    Case("CR in a name", head(b"GET /?id=ID HTTP/1.1", b"X\rY: a")),
    *(Case(f"{chr(c)} in a name (CVE-2024-23829)", head(b"GET /?id=ID HTTP/1.1", b"X%c: a" % c))
      for c in b'"),/;<=>?@[\\]{}'),
]

VALUES = [
    Case("obs-fold with a space", head(b"GET /?id=ID HTTP/1.1", b"X: a", b" b")),
    Case("obs-fold with a tab", head(b"GET /?id=ID HTTP/1.1", b"X: a", b"\tb")),
    Case("bare LF in a value (CVE-2023-37276)", head(b"GET /?id=ID HTTP/1.1", b"X: a\nY: b")),
    Case("bare CR in a value (CVE-2023-37276)", head(b"GET /?id=ID HTTP/1.1", b"X: a\rY: b")),
    Case("NUL in a value (CVE-2023-37276)", head(b"GET /?id=ID HTTP/1.1", b"X: a\x00b")),
    Case("bare CR that hides a field (GHSA-pjjw-qhg8-p2p9)",
         head(b"POST /?id=ID HTTP/1.1", b"X: a\rTransfer-Encoding: chunked", b"Content-Length: 0")),
    Case("CR CR LF behind a value", head(b"GET /?id=ID HTTP/1.1", b"X: a\r")),
    Case("CR before the empty line", b"GET /?id=ID HTTP/1.1\r\nHost: test\r\n\r\r\n"),
    Case("bare LF as the empty line", b"GET /?id=ID HTTP/1.1\r\nHost: test\r\n\n"),
    *(Case(f"control character {c:#04x} in a value", head(b"GET /?id=ID HTTP/1.1", b"X: a%cb" % c))
      for c in (0x01, 0x07, 0x08, 0x0b, 0x0c, 0x0e, 0x1b, 0x1f, 0x7f)),
]

DUPLICATES = [
    Case(f"duplicate {name} (aiohttp's list of single fields; gunicorn 26.1)",
         head(b"GET /?id=ID HTTP/1.1", name.encode() + b": 1", name.lower().encode() + b": 1"))
    for name in ("Content-Type", "Content-Location", "Content-Range", "ETag", "Max-Forwards", "Server", "User-Agent")
]

EXPECTATIONS = [
    Case("an unknown Expect is 417", head(b"POST /echo?id=ID HTTP/1.1", b"Expect: 200-maybe", b"Content-Length: 0"), 417),
    Case("100-continue in a list", head(b"GET /?id=ID HTTP/1.1", b"Expect: 100-continue, more"), 417),
    Case("an empty Expect", head(b"GET /?id=ID HTTP/1.1", b"Expect:"), 417),
]


class RequestHeadsTest(AttackTest):
    def refuse_all(self, cases):
        for case in cases:
            self.refuse_head(case)

    def test_methods(self):
        self.refuse_all(METHODS)

    def test_versions(self):
        self.refuse_all(VERSIONS)

    def test_request_lines(self):
        self.refuse_all(LINES)

    def test_targets(self):
        self.refuse_all(TARGETS)

    def test_hosts(self):
        self.refuse_all(HOSTS)

    def test_names(self):
        self.refuse_all(NAMES)

    def test_values(self):
        self.refuse_all(VALUES)

    def test_duplicates(self):
        self.refuse_all(DUPLICATES)

    def test_expectations(self):
        self.refuse_all(EXPECTATIONS)

    def test_names_with_underscores_are_dropped(self):
        """gunicorn's header_map: a gateway behind us could take X_Y for X-Y."""
        answer = self.ask(head(b"GET /fields HTTP/1.1", b"X_Forwarded_For: 1.2.3.4", b"Content_Length: 5", b"X-Kept: 1"))
        self.assertEqual(b"Host=test\nX-Kept=1\n", answer.body)

    def test_what_is_odd_and_right_is_taken(self):
        for request in (head(b"GET / HTTP/1.1", host=b"hOST:test"), head(b"GET / HTTP/1.1", host=b"Host: \t test\t "),
                        head(b"GET / HTTP/1.1", host=b"Host: test:"), head(b"GET / HTTP/1.1", host=b"Host: [::1]:80"),
                        head(b"GET / HTTP/1.1", b"X:"), head(b"GET / HTTP/1.1", b"!#$%&'*+-.^`|~9: a"),
                        head(b"GET / HTTP/1.1", "X: \u00e9\u65e5".encode()), head(b"GET /?{}|^` HTTP/1.1"),
                        b"\r\n\r\n" + get("/"), b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.0\r\nHost: test\r\n\r\n"):
            with self.subTest(request=request):
                self.assertEqual(200, self.ask(request).status)

    def test_the_host_of_an_absolute_form_wins(self):
        for line, host, expected in ((b"http://Test/host", b"Host: test", b"Test"),
                                     (b"http://test:80/host", b"Host: test", b"test:80"),
                                     (b"https://test/host", b"Host: test:443", b"test"),
                                     (b"HTTP://test/host?a", b"Host: TEST", b"test")):
            with self.subTest(line=line):
                answer = self.ask(head(b"GET " + line + b" HTTP/1.1", host=host))
                self.assertEqual((200, expected), (answer.status, answer.body))
        self.assertEqual(b"hello", self.ask(head(b"GET http://test HTTP/1.1")).body)

    def test_the_asterisk_stands_for_the_server(self):
        with self.connect() as client:
            for _ in range(2):
                client.send(head(b"OPTIONS * HTTP/1.1"))
                self.assertEqual(204, client.read_response().status)
            client.send(head(b"OPTIONS /no%2Asuch HTTP/1.1"))
            self.assertEqual(404, client.read_response().status)

    def test_an_expectation_of_http10_is_ignored(self):
        request = b"POST /echo HTTP/1.0\r\nExpect: 200-maybe\r\nContent-Length: 2\r\n\r\nhi"
        self.assertEqual((200, b"hi"), (lambda r: (r.status, r.body))(self.ask(request)))

    def test_100_comes_when_the_body_is_first_read(self):
        request = head(b"POST /echo HTTP/1.1", b"Expect: 100-continue", b"Content-Length: 2")
        with self.connect() as client:
            client.send(request)
            interim = client.socket.recv(4096)
            self.assertEqual(b"HTTP/1.1 100 Continue\r\n\r\n", interim)
            client.send(b"hi")
            self.assertEqual(b"hi", client.read_response().body)
            # Who has begun to send does not wait for it.
            client.send(request + b"hi")
            self.assertEqual(b"hi", client.read_response().body)

    def test_expect_with_an_unread_body_is_not_answered_with_100(self):
        """The body that the client holds back will not come, so the connection ends; what comes anyway is no request."""
        request = head(b"POST /ignore?id=first HTTP/1.1", b"Expect: 100-continue", b"Content-Length: 500")
        with self.connect() as client:
            client.send(request)
            answer = client.read_response()
            self.assertEqual((200, True), (answer.status, answer.closes))
            client.send(get("/?id=second"))
            self.assertEqual(b"", client.read_all())
        self.assertEqual(["first"], self.journal()["started"])


if __name__ == "__main__":
    unittest.main()
