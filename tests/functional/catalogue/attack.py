"""How the catalogue's tests attack: the real server, raw sockets, and a journal of what reached the application.

A case is a request that must be refused. It is sent whole, byte by byte, cut at every interesting point, behind a good
request and before one; each time the status must be right, the connection must end, and nothing behind must be executed.
"""

import contextlib
import dataclasses
import json
import os
import re
import socket
import time
import unittest

import served

PATIENCE = 20  # seconds; for a sanitized build on a busy machine
IS_SANITIZED = "INDRIK_SANITIZED" in os.environ
COMMAND = [os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"]]


@dataclasses.dataclass
class Case:
    """A request that must be refused. ID within it is replaced, so that the journal can tell whether it was executed."""

    line: str  # of the catalogue, in words, with its advisory if there is one
    request: bytes
    status: int = 400
    ends: bool = False  # the client finishes sending behind it


@dataclasses.dataclass
class Response:
    status: int
    head: bytes
    body: bytes

    def field(self, name):
        """The values of a field, joined; None if there is none."""
        values = re.findall(rb"(?im)^" + name.encode() + rb":[ \t]*(.*?)\r$", self.head)
        return b", ".join(values).decode("latin-1") if values else None

    @property
    def closes(self):
        return (self.field("Connection") or "").lower() == "close"


def get(path="/?id=ID", more=b""):
    return b"GET " + path.encode("latin-1") + b" HTTP/1.1\r\nHost: test\r\n" + more + b"\r\n"


def post(path, body=b"", more=b"", length=True):
    if length:
        more += b"Content-Length: %d\r\n" % len(body)
    return b"POST " + path.encode("latin-1") + b" HTTP/1.1\r\nHost: test\r\n" + more + b"\r\n" + body


def chunked(body, path="/echo?id=ID", more=b""):
    return post(path, body, more + b"Transfer-Encoding: chunked\r\n", length=False)


def parse_responses(received, methods=()):
    """Takes a stream of responses apart, strictly. `methods` of the requests, where one is HEAD."""
    responses, methods = [], list(methods)
    while received:
        end = received.find(b"\r\n\r\n")
        if end < 0:
            raise AssertionError(f"no end of a head in {received!r}")
        head, received = received[:end + 2], received[end + 4:]
        match = re.match(rb"HTTP/1\.1 (\d{3}) [A-Za-z -]*\r\n", head)
        if not match:
            raise AssertionError(f"no status line in {head!r}")
        response = Response(int(match[1]), head, b"")
        responses.append(response)
        if response.status < 200:
            continue
        method = methods.pop(0) if methods else "GET"
        if method == "HEAD" or response.status in (204, 304):
            continue
        if response.field("Transfer-Encoding") == "chunked":
            response.body, received = parse_chunks(received)
            continue
        length = int(response.field("Content-Length"))
        if length > len(received):
            raise AssertionError(f"{len(received)} of {length} bytes of a body")
        response.body, received = received[:length], received[length:]
    return responses


def parse_chunks(received):
    body = b""
    while True:
        line, received = received.split(b"\r\n", 1)
        size = int(line, 16)
        if size == 0:
            while not received.startswith(b"\r\n"):  # trailers
                received = received.split(b"\r\n", 1)[1]
            return body, received[2:]
        body, received = body + received[:size], received[size + 2:]


class Connection:
    """A client that sees exactly what arrives."""

    def __init__(self, port, wrap=None):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if wrap:
            self.socket = wrap(self.socket)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def send(self, *pieces, pause=0.0):
        """False if the server has gone in between, which is its right once it has answered."""
        try:
            for i, piece in enumerate(pieces):
                if i and pause:
                    time.sleep(pause)  # lets the server see the piece alone
                self.socket.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def finish(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def read_all(self):
        """Everything until the server ends the connection; a reset or a timeout is an error."""
        received = bytearray()
        while data := self.socket.recv(1 << 16):
            received += data
        return bytes(received)

    def read_response(self, method="GET"):
        """The next response, which the connection outlives."""
        received = bytearray()
        while True:
            data = self.socket.recv(1 << 16)
            if not data:
                raise AssertionError(f"the connection ended behind {bytes(received)!r}")
            received += data
            if b"\r\n\r\n" not in received:
                continue
            with contextlib.suppress(AssertionError, ValueError):
                return parse_responses(bytes(received), [method])[-1]


def cut_everywhere(request):
    """Cut behind and before whatever means something to a parser."""
    points = set()
    for match in re.finditer(rb"[\r\n:;,= /]|\r\n\r\n", request):
        points.update((match.start(), match.end()))
    points = sorted(points - {0, len(request)})
    if len(points) > 40:
        points = points[:20] + points[-20:]
    return [request[a:b] for a, b in zip([0, *points], [*points, len(request)])]


def cut_to_bytes(request):
    """Byte by byte; only the ends of long ones, since their middle is more of the same."""
    if len(request) <= 400:
        return [request[i:i + 1] for i in range(len(request))]
    return [*cut_to_bytes(request[:200]), request[200:-200], *cut_to_bytes(request[-200:])]


class AttackTest(unittest.TestCase):
    """Tests of one theme against one server. Subclasses may add OPTIONS and files."""

    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = served.Application(*COMMAND, "--log-level", "debug", *cls.OPTIONS).__enter__()
        cls.port = cls.server.port

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def setUp(self):
        self.journal()  # begins empty

    def connect(self):
        return Connection(self.port)

    def journal(self):
        """What has happened since the last call."""
        status, _, body = self.server.request("GET", "/journal")
        self.assertEqual(200, status)
        return json.loads(body)

    def pid(self):
        return int(self.server.request("GET", "/pid")[2])

    def exchange(self, *pieces, ends=False, pause=0.0, methods=()):
        """Sends, and returns the responses until the server ends the connection."""
        with self.connect() as client:
            client.send(*pieces, pause=pause)
            if ends:
                client.finish()
            return parse_responses(client.read_all(), methods)

    def ask(self, request, method="GET"):
        """One request with one response on a connection of its own."""
        with self.connect() as client:
            client.send(request)
            return client.read_response(method)

    def log_lines(self, text):
        return [line for line in self.server.log().splitlines() if text in line]

    # ---- refusals

    def refuse_head(self, case):
        """The head itself is refused: nothing of it, and nothing behind it, may reach the application."""
        bad = case.request.replace(b"ID", b"bad")
        good = get("/?id=good")
        attempts = {
            "whole": ([bad], []),
            "bytes": (cut_to_bytes(bad), []),
            "cut": (cut_everywhere(bad), []),
            "behind": ([good + bad], [200]),
        }
        if not case.ends:
            attempts["before"] = ([bad + good], [])
            attempts["before, a body"] = ([bad + b"5\r\nhello\r\n0\r\n\r\n" + good], [])
        for name, (pieces, before) in attempts.items():
            with self.subTest(case.line, sent=name):
                responses = self.exchange(*pieces, ends=case.ends, pause=0.001 if name == "cut" else 0)
                self.assertEqual([*before, case.status], [r.status for r in responses])
                self.assertTrue(responses[-1].closes)
                executed = ["good"] if before else []
                self.assertEqual({"started": executed, "completed": [], "failed": []}, self.journal())

    def refuse_body(self, case, paths=("/echo", "/stream", "/ignore")):
        """The body is refused: its reader has an exception and no complete body, and nothing behind it is executed."""
        good = get("/?id=good")
        for path in paths:
            bad = case.request.replace(b"/echo", path.encode()).replace(b"ID", b"bad")
            attempts = {
                "whole": ([bad], []),
                "bytes": (cut_to_bytes(bad), []),
                "cut": (cut_everywhere(bad), []),
                "behind": ([good + bad], [200]),
            }
            if not case.ends:
                attempts["before"] = ([bad + good], [])
            for name, (pieces, before) in attempts.items():
                with self.subTest(case.line, path=path, sent=name):
                    responses = self.exchange(*pieces, ends=case.ends, pause=0.001 if name == "cut" else 0)
                    self.check_refused_body(case, path, before, responses)

    def check_refused_body(self, case, path, before, responses):
        journal = self.journal()
        started = ["good"] * len(before) + ["bad"]
        self.assertEqual(started, journal["started"])
        self.assertEqual([], journal["completed"])
        if path == "/ignore":  # nobody looked at the body, so the answer stands
            self.assertEqual([*before, 200], [r.status for r in responses])
            return
        self.assertEqual([*before, case.status], [r.status for r in responses])
        self.assertTrue(responses[-1].closes)
        self.assertEqual(1, len(journal["failed"]))
        self.assertTrue(journal["failed"][0].startswith("bad: "))


def memory_kib(pid, what="VmRSS"):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(what + ":"))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.01)
