"""Chunked bodies: sizes, extensions, ends, trailers, and bodies that stop too early."""

import unittest

from attack import AttackTest, Case, chunked, get, parse_responses, post

DATA = b"5\r\nhello\r\n"
LAST = b"0\r\n\r\n"


def size(text):
    """A body whose first chunk has this size line."""
    return chunked(text + b"\r\nhello\r\n" + LAST)


SIZES = [
    Case("chunk size `5 `", size(b"5 ")),
    Case("chunk size ` 5`", size(b" 5")),
    Case("chunk size 0x5 (CVE-2023-47627)", size(b"0x5")),
    Case("chunk size +5 (CVE-2023-47627)", size(b"+5")),
    Case("chunk size -5", size(b"-5")),
    Case("chunk size 5_", size(b"5_")),
    Case("chunk size 0_5", size(b"0_5")),
    Case("chunk size of 17 hexadecimal digits", size(b"00000000000000005")),
    Case("chunk size 2^63", size(b"8000000000000000")),
    Case("chunk size 2^64 + 5", size(b"10000000000000005")),
    Case("empty chunk size", size(b"")),
    Case("chunk size g", size(b"g")),
    Case("chunk size in Unicode digits (CVE-2025-69224)", size("\u0665".encode())),
    Case("chunk size behind a tab", size(b"\t5")),
    Case("chunk size with NUL", size(b"5\x00")),
    Case("bare LF behind the chunk size", chunked(b"5\nhello\r\n" + LAST)),
    Case("bare CR behind the chunk size", chunked(b"5\rhello\r\n" + LAST)),
    Case("bad size of a later chunk", chunked(DATA + b"z\r\n")),
]

EXTENSIONS = [
    Case("newline in a chunk extension (CVE-2024-52304)", size(b"5;a\nb")),
    Case("newline ends a chunk extension (CVE-2024-52304)", chunked(b"5;a\nhello\r\n" + LAST)),
    Case("bare CR in a chunk extension (gunicorn 25.3)", size(b"5;a\rb")),
    Case("bare CR within quotes", size(b'5;a="\rb"')),
    Case("NUL in a chunk extension", size(b"5;a\x00")),
    Case("an extension without a name", size(b"5;")),
    Case("an extension without a value", size(b"5;a=")),
    Case("an extension in quotes that do not end", size(b'5;a="b')),
    Case("extension of the last chunk with newline", chunked(DATA + b"0;a\nb\r\n\r\n")),
    Case("extensions of 5000 bytes", size(b"5;" + b"a" * 5000)),
]

ENDS = [
    Case("chunk data not followed by CRLF", chunked(b"5\r\nhello" + LAST)),
    Case("chunk data longer than its size", chunked(b"5\r\nhelloX\r\n" + LAST)),
    Case("bare LF behind chunk data", chunked(b"5\r\nhello\n" + LAST)),
    Case("bare CR behind chunk data", chunked(b"5\r\nhello\r0\r\n\r\n")),
    Case("bare LF ends the body", chunked(DATA + b"0\r\n\n")),
    Case("something else than the end behind the last chunk", chunked(DATA + b"0\r\nX\r\n\r\n")),
]

TRAILERS = [
    Case("trailer Content-Length", chunked(DATA + b"0\r\nContent-Length: 5\r\n\r\n")),
    Case("trailer Transfer-Encoding", chunked(DATA + b"0\r\nTransfer-Encoding: chunked\r\n\r\n")),
    Case("trailer Host", chunked(DATA + b"0\r\nHost: other\r\n\r\n")),
    Case("trailer Trailer (gunicorn 26.0)", chunked(DATA + b"0\r\nTrailer: X\r\n\r\n")),
    Case("trailer Authorization (gunicorn 26.0)", chunked(DATA + b"0\r\nAuthorization: Basic eDp5\r\n\r\n")),
    Case("trailer X-Forwarded-For", chunked(DATA + b"0\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")),
    Case("a request line as a trailer (CVE-2025-53643)", chunked(DATA + b"0\r\nGET /?id=inner HTTP/1.1\r\n\r\n")),
    Case("a trailer without a name (CVE-2025-53643)", chunked(DATA + b"0\r\n: X\r\n\r\n")),
    Case("space before a trailer's colon", chunked(DATA + b"0\r\nX : a\r\n\r\n")),
    Case("a folded trailer", chunked(DATA + b"0\r\nX: a\r\n b\r\n\r\n")),
    Case("a trailer with bare LF", chunked(DATA + b"0\r\nX: a\nY: b\r\n\r\n")),
    Case("a trailer with NUL", chunked(DATA + b"0\r\nX: \x00\r\n\r\n")),
    Case("unlimited trailers: too many (CVE-2026-22815)",
         chunked(DATA + b"0\r\n" + b"X: a\r\n" * 65 + b"\r\n"), 431),
    Case("unlimited trailers: too large (CVE-2026-22815)",
         chunked(DATA + b"0\r\nX: " + b"a" * 8200 + b"\r\n\r\n"), 431),
]

TRUNCATED = [
    Case("no chunk at all, then close", chunked(b""), ends=True),
    Case("truncated in a chunk size", chunked(b"5"), ends=True),
    Case("truncated before a chunk's data", chunked(b"5\r\n"), ends=True),
    Case("truncated in chunk data (gunicorn 26.1)", chunked(b"5\r\nhel"), ends=True),
    Case("truncated behind chunk data", chunked(b"5\r\nhello"), ends=True),
    Case("truncated before the last chunk (gunicorn 26.1)", chunked(DATA), ends=True),
    Case("truncated in the last chunk", chunked(DATA + b"0\r\n"), ends=True),
    Case("truncated in the last CRLF (gunicorn 26.1)", chunked(DATA + b"0\r\n\r"), ends=True),
    Case("truncated in the trailers", chunked(DATA + b"0\r\nX: a\r\n"), ends=True),
    Case("Content-Length cut short", post("/echo?id=ID", b"hello").replace(b"Length: 5", b"Length: 6"), ends=True),
    Case("Content-Length, nothing came", post("/echo?id=ID").replace(b"Length: 0", b"Length: 6"), ends=True),
]


class ChunkedBodiesTest(AttackTest):
    def refuse_all(self, cases):
        for case in cases:
            self.refuse_body(case)

    def test_sizes(self):
        self.refuse_all(SIZES)

    def test_extensions(self):
        self.refuse_all(EXTENSIONS)

    def test_ends(self):
        self.refuse_all(ENDS)

    def test_trailers(self):
        self.refuse_all(TRAILERS)

    def test_truncated_bodies_are_never_complete(self):
        self.refuse_all(TRUNCATED)

    def test_a_reset_within_a_body_is_an_exception(self):
        with self.connect() as client:
            client.send(chunked(b"5\r\nhel").replace(b"ID", b"reset"))
            self.assertEqual(["reset"], self.wait_for("started"))
        failed = self.wait_for("failed")
        self.assertEqual(1, len(failed))

    def wait_for(self, what):
        for _ in range(2000):
            journal = self.journal()
            self.assertEqual([], journal["completed"])
            if journal[what]:
                return journal[what]
        return []

    def test_good_chunks_are_taken(self):
        good = get("/", b"Connection: close\r\n")
        for body in (DATA + LAST, b"00000005\r\nhello\r\n000\r\n\r\n", b"2\r\nhe\r\n3\r\nllo\r\n" + LAST,
                     b'5;a;b=c;d="e \\" f"\r\nhello\r\n0;x=y\r\n\r\n', DATA + b"0\r\nX-Sum: 7\r\nETag: a\r\n\r\n"):
            for request in (chunked(body), chunked(body, "/stream"), chunked(body, "/ignore")):
                with self.subTest(request=request):
                    self.assertEqual([200, 200], [r.status for r in self.exchange(request + good)])

    def test_trailers_are_there_for_the_handler(self):
        body = DATA + b"0\r\nX-Sum: 7\r\nx-more:\ta b \r\nX_Dropped: 1\r\nContent-Type: text/evil\r\n\r\n"
        for pieces in ([chunked(body, "/trailers")], [bytes([b]) for b in chunked(body, "/trailers")]):
            with self.connect() as client:
                client.send(*pieces)
                self.assertEqual(b"X-Sum=7\nx-more=a b\n", client.read_response().body)
                # They are gone with their request.
                client.send(post("/trailers", b"x"))
                self.assertEqual(b"", client.read_response().body)
                client.send(chunked(DATA + LAST, "/trailers"))
                self.assertEqual(b"", client.read_response().body)

    def test_trailers_do_not_become_header_fields(self):
        responses = self.exchange(chunked(DATA + b"0\r\nX-Late: 7\r\n\r\n") + get("/fields", b"Connection: close\r\n"))
        self.assertNotIn(b"X-Late", responses[1].body)

    def test_a_truncated_body_of_every_length(self):
        """However a body is cut, its reader never sees it as complete."""
        body = b"3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX: a\r\n\r\n"
        whole = chunked(body).replace(b"ID", b"cut")
        for length in range(len(whole) - len(body), len(whole)):
            with self.subTest(length=length), self.connect() as client:
                client.send(whole[:length])
                client.finish()
                responses = parse_responses(client.read_all())
                self.assertEqual([400], [r.status for r in responses])
                journal = self.journal()
                self.assertEqual([], journal["completed"])
                self.assertEqual(1, len(journal["failed"]))
                self.assertIn("before the end of the body", journal["failed"][0])


if __name__ == "__main__":
    unittest.main()
