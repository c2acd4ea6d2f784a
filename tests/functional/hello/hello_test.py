"""apps/hello as a module and as its own program. Environment: INDRIK_COMMAND, INDRIK_MODULE, INDRIK_PROGRAM."""

import os
import unittest

import served


class HelloTest(unittest.TestCase):
    def check(self, *command):
        with served.Application(*command) as server:
            status, headers, body = server.request("GET", "/")
            self.assertEqual((200, b"Hello, World!"), (status, body))
            self.assertEqual("text/plain; charset=utf-8", headers["Content-Type"])
            self.assertEqual("13", headers["Content-Length"])
            for name in ("Server", "Date"):
                self.assertTrue(headers[name])
            status, headers, body = server.request("HEAD", "/")
            self.assertEqual((200, b"", "13"), (status, body, headers["Content-Length"]))
            self.assertEqual(404, server.request("GET", "/nowhere")[0])
            status, headers, _ = server.request("POST", "/", b"x")
            self.assertEqual((405, "GET,HEAD"), (status, headers["Allow"].replace(" ", "")))

    def test_the_command_serves_the_module(self):
        self.check(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"])

    def test_the_program_serves_itself(self):
        self.check(os.environ["INDRIK_PROGRAM"])


if __name__ == "__main__":
    unittest.main()
