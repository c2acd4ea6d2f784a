"""/sse of apps/httpbin. Environment: INDRIK_COMMAND, INDRIK_MODULE."""

import os
import subprocess
import time
import unittest

import served


class Events(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"])
        cls.enterClassContext(cls.server)

    def test_events_are_numbered(self):
        status, fields, body = self.server.request("GET", "/sse?count=3&interval=0")
        self.assertEqual((200, "text/event-stream", "no-cache"),
                         (status, fields["Content-Type"], fields["Cache-Control"]))
        self.assertEqual(": ping\n\n" + "".join(f"id: {i}\nevent: count\ndata: event {i}\n\n" for i in (1, 2, 3)),
                         body.decode())

    def test_they_go_on_behind_the_last_one_seen(self):
        _, _, body = self.server.request("GET", "/sse?count=5&interval=0", headers={"Last-Event-ID": "4"})
        self.assertEqual([b"id: 5"], [line for line in body.splitlines() if line.startswith(b"id")])
        _, _, body = self.server.request("GET", "/sse?count=5&interval=0", headers={"Last-Event-ID": "5"})
        self.assertNotIn(b"data", body)

    def test_they_come_when_they_happen(self):
        with subprocess.Popen(["curl", "-sN", f"http://127.0.0.1:{self.server.port}/sse?count=20&interval=0.3"],
                              stdout=subprocess.PIPE) as curl:
            begin = time.monotonic()
            lines = [curl.stdout.readline() for _ in range(6)]
            self.assertEqual([b": ping\n", b"\n", b"id: 1\n", b"event: count\n", b"data: event 1\n", b"\n"], lines)
            self.assertLess(time.monotonic() - begin, 5)
            curl.terminate()

    def test_it_stops_when_the_client_has_gone(self):
        # The application ends only when its connections have: leaving the context would take long otherwise.
        with served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"]) as server:
            connection = server.connect()
            connection.request("GET", "/sse?count=1000&interval=60")
            response = connection.getresponse()
            self.assertEqual(b": ping\n", response.readline())
            connection.close()
            response.close()
            begin = time.monotonic()
        self.assertLess(time.monotonic() - begin, 10)


if __name__ == "__main__":
    unittest.main()
