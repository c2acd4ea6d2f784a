"""apps/login with four workers: who is logged in, how often a page was seen, messages that are shown once."""

import base64
import concurrent.futures
import html
import http.cookies
import os
import re
import signal
import time
import unittest
import urllib.parse
from unittest import mock

import served

COMMAND = [os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"]]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """One browser's cookies."""

    def __init__(self, server):
        self.server = server
        self.cookies = {}

    def ask(self, method, path, fields=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        body = None
        if fields is not None:
            headers |= FORM
            body = urllib.parse.urlencode(fields)
        status, answer, body = self.server.request(method, path, body, headers)
        for line in answer.get_all("Set-Cookie", []):
            for morsel in http.cookies.SimpleCookie(line).values():
                if morsel["max-age"] == "0":
                    self.cookies.pop(morsel.key, None)
                else:
                    self.cookies[morsel.key] = morsel.value
        return status, body.decode()

    def home(self):
        """(the page, how often it was shown, the messages on it)"""
        status, page = self.ask("GET", "/")
        assert status == 200, (status, page)
        visits = int(re.search(r'class="count">(\d+)<', page)[1])
        return page, visits, [html.unescape(text) for text in re.findall(r'role="status">(.*?)</p>', page)]

    def submit(self, path, **fields):
        """Sends the form of the page as it is now."""
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', self.home()[0]))
        return self.ask("POST", path, hidden | fields)[0]

    def log_in(self, name):
        return self.submit("/log-in", name=name, password=name)


class LoginTest(unittest.TestCase):
    def serve(self):
        return served.Application(*COMMAND, workers=4)

    def test_a_visit(self):
        with self.serve() as server:
            ada = Browser(server)
            self.assertIn("Who are you?", ada.home()[0])
            self.assertEqual(303, ada.submit("/log-in", name="Ada", password="wrong"))
            self.assertEqual(["The password is the name. Try again."], ada.home()[2])
            self.assertEqual(303, ada.log_in("<Ada>"))
            page, visits, messages = ada.home()
            self.assertIn("Hello, &lt;Ada&gt;", page)
            self.assertEqual((["Welcome, <Ada>."], 5), (messages, visits))
            self.assertEqual([], ada.home()[2])  # shown once
            self.assertIn("Who are you?", Browser(server).home()[0])
            self.assertEqual(303, ada.submit("/log-out"))
            page, visits, messages = ada.home()
            self.assertIn("Who are you?", page)
            self.assertEqual((["You are logged out."], 1), (messages, visits))

    def test_who_knew_the_session_before_does_not_know_it_after_the_log_in(self):
        with self.serve() as server:
            victim = Browser(server)
            victim.home()
            thief = Browser(server)
            thief.cookies = dict(victim.cookies)
            victim.log_in("Ada")
            self.assertIn("Hello, Ada", victim.home()[0])
            self.assertIn("Who are you?", thief.home()[0])

    def test_forms_of_other_sites_are_refused(self):
        with self.serve() as server:
            ada = Browser(server)
            ada.home()
            self.assertEqual(403, ada.ask("POST", "/log-in", {"name": "a", "password": "a"})[0])
            self.assertEqual(403, ada.ask("POST", "/log-in", {"name": "a", "password": "a", "csrf_token": "guess"})[0])
            self.assertIn("Who are you?", ada.home()[0])
            before = re.search(r'name="csrf_token" value="([^"]+)"', ada.home()[0])[1]
            ada.log_in("Ada")
            self.assertEqual(403, ada.ask("POST", "/log-out", {"csrf_token": before})[0])  # that of another session
            self.assertEqual(303, ada.submit("/log-out"))

    def test_every_visit_counts_whoever_answers_and_whoever_dies(self):
        with self.serve() as server:
            ada = Browser(server)
            ada.log_in("Ada")
            before = ada.home()[1]
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda _: ada.home(), range(200)))
            self.assertEqual(before + 201, ada.home()[1])
            os.kill(server.workers()[0], signal.SIGKILL)
            server.send_signal(signal.SIGHUP)
            time_limit = time.monotonic() + served.START_SECONDS
            while "Reloaded: generation 2" not in server.log() and time.monotonic() < time_limit:
                ada.home()
            count = ada.home()[1]
            self.assertEqual(list(range(count + 1, count + 9)), [ada.home()[1] for _ in range(8)])
            self.assertIn("Hello, Ada", ada.home()[0])

    def test_with_a_key_the_cookie_holds_it_and_outlives_the_server(self):
        key = base64.b64encode(bytes(range(32))).decode()
        with mock.patch.dict(os.environ, SESSION_KEY=key):
            with self.serve() as server:
                ada = Browser(server)
                ada.log_in("Ada")
                _, visits, _ = ada.home()
            with self.serve() as server:
                ada.server = server
                page, again, _ = ada.home()
                self.assertIn("Hello, Ada", page)
                self.assertEqual(visits + 1, again)
        with mock.patch.dict(os.environ, SESSION_KEY="too short"):
            with self.assertRaisesRegex(RuntimeError, "key"), self.serve():
                pass


if __name__ == "__main__":
    unittest.main()
