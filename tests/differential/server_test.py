"""The server finds the same requests in a stream as its parsers do: whatever bodies, pipelines and refusals do to a connection.

The generated streams go to a real server, whose application remembers what it was asked; the parsers say what it should have been.
"""

import json
import os
import socket
import struct
import subprocess
import tempfile
import unittest

import faults
import served
import streams

PROGRAM = os.environ["INDRIK_PARSE_STREAMS"]
COUNT = 1500


def found_by_parsers(corpus):
    with tempfile.NamedTemporaryFile() as file:
        for stream, _ in corpus:
            file.write(struct.pack("<I", len(stream)) + stream)
        file.flush()
        lines = subprocess.run([PROGRAM, file.name], stdout=subprocess.PIPE, check=True, timeout=60).stdout.splitlines()
    # The server takes a CONNECT no further.
    return [[request for request in json.loads(line)["ours"] if request["method"] != "CONNECT"] for line in lines]


def send(port, stream):
    """What came back, until the server ended the connection."""
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        try:
            client.sendall(stream)
            client.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered already
        received = b""
        while data := client.recv(1 << 16):
            received += data
        return received


class ServerTest(unittest.TestCase):
    def test_what_reaches_the_application_is_what_the_parsers_find(self):
        corpus = streams.make_streams(COUNT, faults.FAULTS, seed=2)
        expected = found_by_parsers(corpus)
        with served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"]) as server:
            server.request("GET", "/journal")
            for (stream, put), requests in zip(corpus, expected, strict=True):
                answer = send(server.port, stream)
                seen = json.loads(server.request("GET", "/journal")[2])
                self.assertEqual(requests, seen, f"{put}\n{stream!r}\n{answer!r}")
                final = answer.count(b"HTTP/1.1 ") - answer.count(b"HTTP/1.1 1")
                self.assertLessEqual(final, len(requests) + 1, "at most one refusal behind what was executed")
        print(f"{COUNT} streams, {sum(len(requests) for requests in expected)} requests reached the application")


if __name__ == "__main__":
    unittest.main()
