"""Responses that an application makes of its client's words: nobody gets a second one out of them."""

import unittest
import urllib.parse

from attack import AttackTest, get, parse_responses

SPLIT = "x\r\nSet-Cookie: evil=1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"


def reflect(where, text, path="/reflect"):
    return get(f"{path}?" + urllib.parse.urlencode({"where": where, "text": text}))


class ResponsesTest(AttackTest):
    def ask_and_go_on(self, request):
        """The answer, once the connection is known to be still in step."""
        with self.connect() as client:
            client.send(request + get("/", b"Connection: close\r\n"))
            responses = parse_responses(client.read_all())
            self.assertEqual(b"hello", responses[-1].body)
            self.assertEqual(2, len(responses))
            return responses[0]

    def test_no_field_splits_a_response(self):
        """CVE-2018-1000164 (gunicorn): CR and LF in values; CVE-2026-34519 and -34520: CR alone, NUL, controls."""
        for text in (SPLIT, "a\rb", "a\nb", "a\x00b", "a\x7fb", "a\x0bb", "\n", "\r\n b"):
            for where in ("value", "name", "type", "cookie", "cookie-name", "location"):
                with self.subTest(where=where, text=text):
                    response = self.ask_and_go_on(reflect(where, text))
                    self.assertEqual(500, response.status)
                    self.assertNotIn(b"evil", response.head + response.body)

    def test_no_name_is_anything_but_a_token(self):
        for text in ("", "a b", "a:b", "a(b", "caf\u00e9"):
            with self.subTest(text=text):
                self.assertEqual(500, self.ask_and_go_on(reflect("name", text)).status)

    def test_good_values_pass(self):
        for where, field in (("value", "X-Text"), ("type", "Content-Type"), ("location", "Location")):
            with self.subTest(where=where):
                self.assertEqual("a/b", self.ask_and_go_on(reflect(where, "a/b")).field(field))

    def test_early_hints_are_checked(self):
        """gunicorn 26.0: the fields of interim responses, too."""
        response = self.ask_and_go_on(reflect("", SPLIT, "/reflect-early"))
        self.assertEqual(500, response.status)
        self.assertNotIn(b"evil", response.head)
        responses = self.exchange(reflect("", "</a.css>", "/reflect-early") + get("/", b"Connection: close\r\n"))
        self.assertEqual([103, 200, 200], [r.status for r in responses])

    def test_trailers_are_checked(self):
        """A trailer that would split ends the connection without an end of the body."""
        with self.connect() as client:
            client.send(reflect("", SPLIT, "/reflect-trailer"))
            received = client.read_all()
        self.assertNotIn(b"evil", received)
        self.assertFalse(received.endswith(b"0\r\n\r\n"))

    def test_the_server_alone_frames(self):
        """What an application says of framing and connection does not go out (gunicorn's policy); its Date and Server replace ours."""
        for name in ("Transfer-Encoding", "Content-Length", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer",
                     "Proxy-Connection"):
            with self.subTest(name=name):
                response = self.ask_and_go_on(reflect("name", name))
                self.assertEqual((200, b"reflected"), (response.status, response.body))
                self.assertNotEqual("value", response.field(name))
        for name in ("Date", "Server"):
            self.assertEqual("value", self.ask_and_go_on(reflect("name", name)).field(name))

    def test_no_body_where_none_belongs(self):
        for method, path in (("HEAD", "/large?size=100"), ("HEAD", "/reflect"), ("HEAD", "/large?size=100000")):
            with self.subTest(path=path), self.connect() as client:
                request = get(path).replace(b"GET", method.encode())
                client.send(request + get("/", b"Connection: close\r\n"))
                responses = parse_responses(client.read_all(), [method])
                self.assertEqual([b"", b"hello"], [r.body for r in responses])

    def test_a_broken_promise_ends_the_connection(self):
        """aiohttp's known gap: a body longer or shorter than its Content-Length put the connection out of step."""
        for announced, sent in ((10, 5), (10, 15), (0, 5), (10, 100_000)):
            with self.subTest(announced=announced, sent=sent), self.connect() as client:
                client.send(get(f"/promise?announced={announced}&sent={sent}") + get("/?id=second"))
                head, body = client.read_all().split(b"\r\n\r\n", 1)
                self.assertIn(b"Content-Length: %d" % announced, head)
                self.assertLessEqual(len(body), announced)
                self.assertEqual(b"", body.strip(b"x"))
        self.assertEqual([], self.journal()["started"])
        with self.connect() as client:
            client.send(get("/promise?announced=10&sent=10") + get("/", b"Connection: close\r\n"))
            self.assertEqual([b"x" * 10, b"hello"], [r.body for r in parse_responses(client.read_all())])

    def test_error_pages_escape_what_they_show(self):
        request = get("/%3Cscript%3Ealert(1)%3C/script%3E?<".replace("<", "%3C"))
        self.assertNotIn(b"<script", self.ask(request).body)

    def test_the_error_paths_survive_long_and_odd_input(self):
        """CVE-2026-69244: reading out of bounds while a message is made; the sanitizers watch this one."""
        for size in (1, 15, 16, 17, 63, 64, 65, 255, 256, 4095, 4096, 8000):
            for odd in (b"\xff", b"\x80", b"\x00", b"%", b"\\", b"\""):
                for request in (b"GET /" + odd * size + b" HTTP/1.1\r\nHost: t\r\n\r\n",
                                odd * size + b"\r\n\r\n", get(more=odd * size + b": a\r\n"), get(more=b"X: " + odd * size)):
                    with self.connect() as client:
                        client.send(request)
                        client.finish()
                        client.read_all()
        self.assertEqual(200, self.ask(get("/")).status)


if __name__ == "__main__":
    unittest.main()
