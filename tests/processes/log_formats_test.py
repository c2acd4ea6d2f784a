"""What the lines of the logs say: atoms of both notations, JSON, exclusions, request ids, slow requests."""

import json
import re
import signal
import socket
import unittest

from master import wait_until
from troubled import troubled


def json_lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


class LogFormatsTest(unittest.TestCase):
    def test_apaches_and_aiohttps_atoms(self):
        with troubled("--access-logfile", "-", "--access-logformat",
                      'X %a %P "%r" %s %b %O %Tf %{Host}i %{X-Request-ID}o %L %(m)s') as master:
            body = master.get("/pid").body
            line = master.expect("X 127.0.0.1")
            self.assertRegex(line, rf'^X 127\.0\.0\.1 {body} "GET /pid HTTP/1\.1" 200 {len(body)} \d+ 0\.\d{{6}} '
                                   rf'127\.0\.0\.1:{master.port()} ([0-9a-f]{{32}}) \1 GET$')

    def test_json_access_lines(self):
        for options in (("--access-log-json",), ("--access-logformat", "json"), ("--log-json", "--log-file", "error.log")):
            with self.subTest(options), troubled("--access-logfile", "access.log", *options, wait=False) as master:
                if "--log-json" in options:
                    error = master.folder.path / "error.log"
                    wait_until(lambda: error.exists() and "is ready" in error.read_text(), "the start")
                    master.urls = [re.search(r"Listening at: (http://[\d.:]+)", error.read_text()).group(1)]
                else:
                    master.wait_until_serving()
                connection = master.connect()
                connection.request("GET", "/pid?a=%22b%22", headers={
                    "User-Agent": 'agent "\\\xff', "Referer": "http://r/", "Authorization": "Basic dXNlcjpwYXNz",
                    "X-Request-ID": "id-1"})
                self.assertEqual(200, connection.getresponse().status)
                connection.close()
                with socket.create_connection(("127.0.0.1", master.port())) as raw:
                    raw.sendall(b"NONSENSE\r\n\r\n")
                    raw.recv(100)
                self.assertEqual(0, master.stop())
                first, second = json_lines(master.folder.path / "access.log")
                self.assertRegex(first.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
                self.assertLess(first.pop("duration"), 30)
                self.assertGreater(first.pop("bytes"), 0)
                self.assertGreater(first.pop("pid"), 1)
                self.assertEqual({"remote": "127.0.0.1", "user": "user", "method": "GET", "path": "/pid",
                                  "query": "a=%22b%22", "protocol": "HTTP/1.1", "status": 200, "referer": "http://r/",
                                  "user_agent": 'agent "\\\ufffd', "request_id": "id-1"}, first)
                self.assertEqual((400, None, None), (second["status"], second["method"], second["request_id"]))

    def test_json_error_lines_also_of_a_crash(self):
        with troubled("--error-logformat", "json", "--log-file", "error.log", wait=False) as master:
            path = master.folder.path / "error.log"
            wait_until(lambda: path.exists() and "is ready" in path.read_text(), "the start")
            master.urls = [re.search(r"Listening at: (http://[\d.:]+)", path.read_text()).group(1)]
            self.assertEqual(500, master.get("/fail").status)
            master.send("/null").close()
            wait_until(lambda: "was sent SIGSEGV" in path.read_text(), "the crash")
            self.assertEqual(0, master.stop())
            entries = json_lines(path)
            for entry in entries:
                self.assertEqual({"time", "level", "logger", "pid", "message"}, set(entry), entry)
                self.assertIn(entry["level"], ("debug", "info", "warning", "error", "critical"))
            messages = [entry["message"] for entry in entries]
            self.assertTrue(any("failed on purpose" in message for message in messages))
            stack = next(message for message in messages if message.startswith("The stack when SIGSEGV"))
            self.assertIn("\n#0 troubled::read_null(int const*)", stack)

    def test_excluded_paths(self):
        with troubled("--access-logfile", "-", "--access-logformat", "A %U", "--access-log-exclude", "/healthz",
                      "--access-log-exclude", "/slow/*") as master:
            for path in ("/healthz", "/healthz?x", "/slow/1", "/healthz/2", "/pid"):
                master.get(path)
            self.assertEqual("A /healthz/2", master.expect("A /"))
            self.assertEqual("A /pid", master.expect("A /"))

    def test_slow_requests_are_in_the_error_log(self):
        with troubled("--slow-request", "50ms") as master:
            master.get("/pid")
            master.get("/slow/80?x=y")
            line = master.expect("Slow request")
            self.assertRegex(line, r"\[WARNING\] \[indrik\.worker\.requests\] Slow request: GET /slow/80\?x=y took "
                                   r"\d+\.\d{3} s, status 200, request [0-9a-f]{32}$")
            self.assertFalse(any("Slow request: GET /pid" in text for text in master.lines))

    def test_a_bad_format_is_refused(self):
        with troubled("--access-logfile", "-", "--access-logformat", "%Z", wait=False) as master:
            self.assertEqual(1, master.exit_status())
            self.assertIn("--access-logformat: access log format: unknown atom '%Z' at position 0", "\n".join(master.lines))

    def test_a_reload_changes_the_form(self):
        with troubled() as master:
            (master.folder.path / "indrik.conf").write_text("log_json = true\n")
            master.send_signal(signal.SIGHUP)
            self.assertEqual("info", json.loads(master.expect("generation 2 serves"))["level"])


if __name__ == "__main__":
    unittest.main()
