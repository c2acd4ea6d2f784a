"""Where a body ends: whatever could let two servers disagree about it (request smuggling)."""

import unittest

from attack import AttackTest, Case, get, post


def framed(*fields, body=b"hello", version=b"1.1"):
    head = b"POST /echo?id=ID HTTP/" + version + b"\r\nHost: test\r\n"
    return head + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"
CL = b"Content-Length: "
TE = b"Transfer-Encoding: "

BOTH = [
    Case("Content-Length plus Transfer-Encoding (CVE-2023-47641)", framed(CL + b"5", TE + b"chunked", body=CHUNKS)),
    Case("the same in the other order (gunicorn 19.10, SNYK-PYTHON-GUNICORN-541164)",
         framed(TE + b"chunked", CL + b"15", body=CHUNKS)),
    Case("Content-Length: 0 plus Transfer-Encoding", framed(CL + b"0", TE + b"chunked", body=CHUNKS)),
    Case("both on HTTP/1.0", framed(CL + b"5", TE + b"chunked", version=b"1.0")),
    Case("both, the name in odd cases", framed(CL + b"5", b"tRANSFER-eNCODING: chunked", body=CHUNKS)),
]

LENGTHS = [
    Case("two Content-Lengths, the same (gunicorn 25.3)", framed(CL + b"5", CL + b"5")),
    Case("two Content-Lengths, different", framed(CL + b"5", CL + b"6")),
    Case("Content-Length list `5, 5` (gunicorn 26.0)", framed(CL + b"5, 5")),
    Case("Content-Length list `5,6`", framed(CL + b"5,6")),
    Case("Content-Length: +5 (CVE-2023-47627)", framed(CL + b"+5")),
    Case("Content-Length: -1", framed(CL + b"-1")),
    Case("Content-Length: -0", framed(CL + b"-0", body=b"")),
    Case("Content-Length: 0x5", framed(CL + b"0x5")),
    Case("Content-Length: 5_0 (CVE-2023-47627)", framed(CL + b"5_0", body=b"h" * 50)),
    Case("Content-Length in Unicode digits (CVE-2025-69224)", framed(CL + "\u0665".encode())),
    Case("Content-Length in full-width digits (CVE-2025-69224)", framed(CL + "\uff15".encode())),
    Case("Content-Length in Latin-1 superscript digits", framed(CL + b"\xb2")),
    Case("empty Content-Length", framed(b"Content-Length:")),
    Case("Content-Length of spaces", framed(CL + b"  ")),
    Case("Content-Length of 20 digits, beyond 64 bits", framed(CL + b"18446744073709551621")),
    Case("Content-Length 2^63", framed(CL + b"9223372036854775808")),
    Case("Content-Length of 40 digits", framed(CL + b"1" * 40)),
    Case("Content-Length: 5 6", framed(CL + b"5 6")),
    Case("Content-Length: 5;", framed(CL + b"5;")),
    Case("Content-Length: 5.0", framed(CL + b"5.0")),
    Case("Content-Length: 5e0", framed(CL + b"5e0")),
    Case('Content-Length: "5"', framed(CL + b'"5"')),
]

CODINGS = [
    Case("Transfer-Encoding: xchunked (CVE-2024-6827)", framed(TE + b"xchunked")),
    Case("xchunked with a Content-Length (CVE-2024-6827, TE.CL)", framed(TE + b"xchunked", CL + b"5")),
    Case("chunked, identity", framed(TE + b"chunked, identity", body=CHUNKS)),
    Case("identity", framed(TE + b"identity")),
    Case("chunked, chunked", framed(TE + b"chunked, chunked", body=CHUNKS)),
    Case("\\x0bchunked", framed(TE + b"\x0bchunked", body=CHUNKS)),
    Case("chunked\\x00", framed(TE + b"chunked\x00", body=CHUNKS)),
    Case("chunked twice, in two fields (CVE-2024-1135)", framed(TE + b"chunked", TE + b"chunked", body=CHUNKS)),
    Case("two conflicting fields (CVE-2024-1135)", framed(TE + b"chunked", TE + b"identity", body=CHUNKS)),
    Case("two conflicting fields, the other order", framed(TE + b"gzip", TE + b"chunked", body=CHUNKS)),
    Case("Transfer-Encoding in HTTP/1.0 (gunicorn 25.3)", framed(TE + b"chunked", body=CHUNKS, version=b"1.0")),
    Case("empty Transfer-Encoding", framed(b"Transfer-Encoding:", body=CHUNKS)),
    Case("chunked behind a comma", framed(TE + b",chunked", body=CHUNKS)),
    Case("chunked before a comma", framed(TE + b"chunked,", body=CHUNKS)),
    Case("chunked with a parameter", framed(TE + b"chunked;q=1", body=CHUNKS)),
    Case("chunked in quotes", framed(TE + b'"chunked"', body=CHUNKS)),
    Case("chunked with a non-ASCII letter", framed(TE + "c\u00d0hunked".encode(), body=CHUNKS)),
    Case("chunked before another coding", framed(TE + b"chunked, gzip", body=CHUNKS)),
    Case("space before the colon of Transfer-Encoding", framed(b"Transfer-Encoding : chunked", body=CHUNKS)),
    Case("a folded Transfer-Encoding", framed(b"Transfer-Encoding:\r\n chunked", body=CHUNKS)),
    Case("an unknown coding is 501", framed(TE + b"cow"), 501),
    # gunicorn takes these and closes; here no transfer coding but chunked is known.
    Case("gzip before chunked is 501", framed(TE + b"gzip, chunked", body=CHUNKS), 501),
    Case("deflate alone is 501", framed(TE + b"deflate"), 501),
]

UPGRADES = [
    Case("body of a WebSocket upgrade left unread (CVE-2026-69243)",
         framed(b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13", CL + b"5")),
    Case("chunked body of a WebSocket upgrade (CVE-2026-69243)",
         framed(b"Connection: Upgrade", b"Upgrade: websocket", TE + b"chunked", body=CHUNKS)),
]


class FramingTest(AttackTest):
    def refuse_all(self, cases):
        for case in cases:
            self.refuse_head(case)

    def test_both_framings(self):
        self.refuse_all(BOTH)

    def test_lengths(self):
        self.refuse_all(LENGTHS)

    def test_transfer_codings(self):
        self.refuse_all(CODINGS)

    def test_upgrades_with_a_body(self):
        self.refuse_all(UPGRADES)

    def test_another_upgrade_does_not_hide_the_body(self):
        """An Upgrade that is not taken leaves an ordinary request: its body is read, and what follows is the next one."""
        request = framed(b"Connection: Upgrade, close", b"Upgrade: h2c", CL + b"5")
        responses = self.exchange(request + get("/?id=second"))
        self.assertEqual([(200, b"hello")], [(r.status, r.body) for r in responses])
        self.assertEqual(["ID"], self.journal()["started"])

    def test_a_request_behind_connection_close_is_not_executed(self):
        for first in (get("/?id=first", b"Connection: close\r\n"),
                      get("/?id=first", b"Connection: keep-alive, Close\r\n"),
                      b"GET /?id=first HTTP/1.0\r\n\r\n",
                      post("/echo?id=first", b"hello", b"Connection: close\r\n"),
                      post("/ignore?id=first", b"hello", b"Connection: close\r\n")):
            with self.subTest(first=first):
                responses = self.exchange(first + get("/?id=second") * 3)
                self.assertEqual([200], [r.status for r in responses])
                self.assertTrue(responses[0].closes)
                self.assertEqual(["first"], self.journal()["started"])

    def test_a_body_is_never_taken_for_a_request(self):
        """The keep-alive gate: a request inside a body is data, whether the body was read or not."""
        inner = get("/?id=inner")
        for path in ("/echo", "/stream", "/ignore", "/nothing", "/reflect"):
            with self.subTest(path=path):
                request = post(path + "?id=outer", inner) + get("/?id=next", b"Connection: close\r\n")
                self.assertEqual(2, len(self.exchange(request)))
                self.assertEqual(["outer", "next"], self.journal()["started"])

    def test_methods_that_seldom_have_a_body_may_have_one(self):
        for method in (b"GET", b"HEAD", b"DELETE", b"OPTIONS"):
            with self.subTest(method=method):
                outer = post("/echo?id=outer", get("/?id=inner")).replace(b"POST", method)
                responses = self.exchange(outer + get("/?id=next", b"Connection: close\r\n"), methods=[method.decode()])
                self.assertEqual([200, 200], [r.status for r in responses])
                self.assertEqual(["outer", "next"], self.journal()["started"])

    def test_good_framings_are_taken(self):
        """What looks odd and is right, so that the refusals above are for the right reason."""
        for request, body in ((framed(CL + b"5"), b"hello"),
                              (framed(b"content-length:5"), b"hello"),
                              (framed(CL + b" 5\t"), b"hello"),
                              (framed(CL + b"0000000000000000000000005"), b"hello"),
                              (framed(TE + b"Chunked", body=CHUNKS), b"hello"),
                              (framed(TE + b"\tchunked  ", body=CHUNKS), b"hello"),
                              (framed(body=b""), b"")):
            with self.subTest(request=request):
                responses = self.exchange(request + get("/", b"Connection: close\r\n"))
                self.assertEqual([(200, body), (200, b"hello")], [(r.status, r.body) for r in responses])


if __name__ == "__main__":
    unittest.main()
