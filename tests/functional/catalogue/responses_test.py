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
