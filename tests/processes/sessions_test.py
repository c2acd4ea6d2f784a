"""Sessions across workers, their deaths and reloads, and between Indrik and the real aiohttp_session."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from master import COMMAND, MODULES, PATIENCE, Master, wait_until

MODULE = str(MODULES / "sessions.so")
KEY = "0123456789abcdef0123456789ABCDEF"
OTHER_KEY = "x" * 32
PYTHON = "/usr/bin/python3"  # that of the distribution, whose packages the peer uses
PEER = pathlib.Path(__file__).with_name("aiohttp_sessions.py")


class Browser:
    """Keeps cookies, and shows them to whatever port it asks."""

    def __init__(self, cookies=None):
        self.cookies = dict(cookies or {})

    def ask(self, port, method="GET", path="/", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read()
        if response.status != 200:
            raise AssertionError(f"{method} {path}: {response.status} {text}")
        for field in response.headers.get_all("Set-Cookie", []):
            name, value = field.split(";")[0].split("=", 1)
            if value.strip('"') and "Max-Age=0" not in field:
                self.cookies[name] = value.strip('"')
            else:
                self.cookies.pop(name, None)
        connection.close()
        self.pid = response.headers.get("X-Pid")
        return json.loads(text)


class Peer:
    """aiohttp with aiohttp_session."""

    def __init__(self, key=KEY, max_age=3600):
        self._process = subprocess.Popen([PYTHON, "-B", str(PEER), key, str(max_age)], stdout=subprocess.PIPE, text=True)
        self._port = int(self._process.stdout.readline())

    def port(self):
        return self._port

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def serve(kind, *options, **env):
    return Master(*options, command=[COMMAND, MODULE], env=dict(TEST_STORAGE=kind, TEST_KEY=KEY, **env))


class PythonTest(unittest.TestCase):
    """One site, partly on Python and partly on Indrik."""

    DATA = {"name": "Ada \u00fc \u20ac \U0001f600", "quote": "a\"b\\c\n", "n": 1, "half": 0.5, "no": None, "yes": True,
            "cart": {"items": ["plum"], "deep": [[{}], []]}}

    def test_python_writes_indrik_updates_python_reads(self):
        with Peer() as python, serve("fernet", "-w", "2") as indrik:
            browser = Browser()
            browser.ask(python.port(), "POST", "/", self.DATA)
            self.assertEqual(["AIOHTTP_SESSION"], list(browser.cookies))
            self.assertEqual(self.DATA, browser.ask(indrik.port()))
            browser.ask(indrik.port(), "POST", "/append")
            expected = json.loads(json.dumps(self.DATA))
            expected["cart"]["items"] = ["plum", "pear"]
            self.assertEqual(expected, browser.ask(python.port()))
            browser.ask(python.port(), "POST", "/append")
            expected["cart"]["items"].append("apple")
            self.assertEqual(expected, browser.ask(indrik.port()))

    def test_indrik_writes_python_updates_indrik_reads(self):
        with Peer() as python, serve("fernet") as indrik:
            browser = Browser()
            browser.ask(indrik.port(), "POST", "/", self.DATA)
            self.assertEqual(self.DATA, browser.ask(python.port()))
            browser.ask(python.port(), "POST", "/", {"n": 2})
            self.assertEqual(self.DATA | {"n": 2}, browser.ask(indrik.port()))
            browser.ask(indrik.port(), "POST", "/", {"n": 3})
            self.assertEqual(3, browser.ask(python.port())["n"])

    def test_either_ends_a_session_for_both(self):
        with Peer() as python, serve("fernet") as indrik:
            for begins, ends in ((python, indrik), (indrik, python)):
                browser = Browser()
                browser.ask(begins.port(), "POST", "/", {"n": 1})
                browser.ask(ends.port(), "POST", "/end")
                self.assertEqual({}, browser.cookies)
                self.assertEqual({}, browser.ask(begins.port()))

    def test_neither_takes_what_another_key_made(self):
        with Peer(OTHER_KEY) as python, serve("fernet") as indrik:
            for begins, reads in ((python, indrik), (indrik, python)):
                browser = Browser()
                browser.ask(begins.port(), "POST", "/", {"n": 1})
                self.assertEqual({}, browser.ask(reads.port()))

    def test_both_find_a_session_expired(self):
        with Peer(max_age=1) as python, serve("fernet", TEST_MAX_AGE="1") as indrik:
            for begins in (python, indrik):
                browser = Browser()
                browser.ask(begins.port(), "POST", "/", {"n": 1})
                kept = Browser(browser.cookies)

                def is_gone(port):
                    return Browser(kept.cookies).ask(port) == {}
                wait_until(lambda: is_gone(indrik.port()), "Indrik to find it expired")
                wait_until(lambda: is_gone(python.port()), "Python to find it expired")


class WorkersTest(unittest.TestCase):
    THREADS = 8
    ROUNDS = 100

    def count(self, port, cookies, rounds=None):
        """Counts from many threads; the workers that answered."""
        def work(_):
            browser = Browser(cookies)
            pids = set()
            for _ in range(rounds or self.ROUNDS):
                browser.ask(port, "POST", "/count")
                pids.add(browser.pid)
            return pids
        with concurrent.futures.ThreadPoolExecutor(self.THREADS) as pool:
            return set().union(*pool.map(work, range(self.THREADS)))

    def begin(self, port):
        browser = Browser()
        browser.ask(port, "POST", "/", {"n": 0, "name": "Ada"})
        return browser

    def test_four_workers_keep_a_counter_exact_in_shared_memory(self):
        with serve("memory", "-w", "4") as master:
            browser = self.begin(master.port())
            pids = self.count(master.port(), browser.cookies)
            self.assertEqual(4, len(pids))
            self.assertEqual({"n": self.THREADS * self.ROUNDS, "name": "Ada"}, browser.ask(master.port()))

    def test_four_workers_keep_a_counter_exact_in_files(self):
        with tempfile.TemporaryDirectory() as folder, serve("files", "-w", "4", TEST_SESSIONS=folder) as master:
            browser = self.begin(master.port())
            self.count(master.port(), browser.cookies, rounds=20)
            self.assertEqual(self.THREADS * 20, browser.ask(master.port())["n"])

    def test_shared_memory_outlives_killed_workers_and_reloads(self):
        with serve("memory", "-w", "2") as master:
            browser = self.begin(master.port())
            browser.ask(master.port(), "POST", "/count")
            first = int(browser.pid)
            os.kill(first, signal.SIGKILL)
            wait_until(lambda: first not in master.workers() and len(master.workers()) == 2, "another worker")
            before = set(master.workers())
            master.send_signal(signal.SIGHUP)
            wait_until(lambda: len(master.workers()) == 2 and not before & set(master.workers()), "new workers")
            self.assertEqual({"n": 1, "name": "Ada"}, browser.ask(master.port()))

    def test_encrypted_cookies_are_good_for_every_worker(self):
        with serve("sealed", "-w", "4") as master:
            browser = self.begin(master.port())
            for n in range(1, 20):
                self.assertEqual(n, browser.ask(master.port(), "POST", "/count")["n"])

    def test_expired_files_are_swept(self):
        with tempfile.TemporaryDirectory() as folder:
            with serve("files", "-w", "2", TEST_SESSIONS=folder, TEST_MAX_AGE="1") as master:
                self.begin(master.port())
                wait_until(lambda: not list(pathlib.Path(folder).glob("*.session")), "the sweeper")

    def test_a_key_of_the_wrong_length_is_one_clear_line(self):
        with Master("-w", "2", command=[COMMAND, MODULE], wait=False,
                    env=dict(TEST_STORAGE="sealed", TEST_KEY="too-short")) as master:
            self.assertEqual(4, master.exit_status())
            complaints = [line for line in master.lines if "[CRITICAL]" in line or "[ERROR]" in line]
            self.assertEqual(1, len(complaints), complaints)
            self.assertIn("a session key has 32 bytes", complaints[0])
            self.assertNotIn("too-short", complaints[0])


if __name__ == "__main__":
    unittest.main()
