"""The server against clients that it did not write: curl, http.client, and bare sockets. Argument: the server program."""

import concurrent.futures
import http.client
import os
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = None  # argument of the command line
CLIENTS = 2000


class Server:
    def __init__(self):
        self.directory = tempfile.mkdtemp()
        self.path = os.path.join(self.directory, "socket")
        self.process = subprocess.Popen([PROGRAM, self.path], stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=20)
        self.process.stdout.close()
        shutil.rmtree(self.directory)
        return status


def get(path, more=""):
    return f"GET {path} HTTP/1.1\r\nHost: test\r\n{more}\r\n".encode()


def read_all(client):
    received = bytearray()
    while data := client.recv(1 << 16):
        received += data
    return bytes(received)


class ServerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        assert status == 0, f"exit status {status}"

    def curl(self, *arguments):
        url_port = str(self.server.port)
        result = subprocess.run(
            ["curl", "-sS", "--max-time", "20", *(a.replace("PORT", url_port) for a in arguments)],
            capture_output=True, check=True)
        return result.stdout

    def test_curl_reuses_its_connection(self):
        output = self.curl("-w", "%{http_code} %{num_connects}\n",
                           "http://127.0.0.1:PORT/", "http://127.0.0.1:PORT/remote", "http://127.0.0.1:PORT/nothing")
        self.assertEqual(output, b"hello200 1\n127.0.0.1200 0\n404: Not Found404 0\n")

    def test_curl_over_a_unix_socket(self):
        output = self.curl("--unix-socket", self.server.path, "http://test/", "http://test/remote")
        self.assertEqual(output, b"hello")

    def test_curl_uploads_with_and_without_expectation(self):
        with tempfile.NamedTemporaryFile() as file:
            body = os.urandom(3_000_000)
            file.write(body)
            file.flush()
            for expect in ("Expect: 100-continue", "Expect:"):
                for framing in ("X-Framing: length", "Transfer-Encoding: chunked"):
                    with self.subTest(expect=expect, framing=framing):
                        output = self.curl("--data-binary", "@" + file.name, "-H", expect, "-H", framing,
                                           "http://127.0.0.1:PORT/echo")
                        self.assertEqual(output, body)

    def test_curl_head_and_http10(self):
        head = self.curl("-I", "http://127.0.0.1:PORT/size/70000").decode()
        self.assertIn("HTTP/1.1 200 OK\r\n", head)
        self.assertIn("Content-Length: 70000\r\n", head)
        self.assertEqual(self.curl("--http1.0", "http://127.0.0.1:PORT/"), b"hello")

    def test_http_client_keeps_its_connection(self):
        client = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        self.addCleanup(client.close)
        for i in range(50):
            body = b"b" * (i * 1000)
            client.request("POST", "/echo", body)
            own = client.sock
            self.assertEqual(client.getresponse().read(), body)
            self.assertIs(client.sock, own)
        client.request("POST", "/echo", iter([b"chunk", b"ed"]), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})
        self.assertEqual(client.getresponse().read(), b"chunked")

    def test_half_closed_client_gets_its_answer(self):
        for path, size in (("/delay/100", 5), ("/size/5000000", 5_000_000)):
            with self.subTest(path=path), self.server.connect() as client:
                client.sendall(get(path))
                client.shutdown(socket.SHUT_WR)
                head, body = read_all(client).split(b"\r\n\r\n", 1)
                self.assertTrue(head.startswith(b"HTTP/1.1 200 OK\r\n"))
                self.assertEqual(len(body), size)

    def test_half_closed_client_that_does_not_read_costs_nothing(self):
        with self.server.connect() as client:
            client.sendall(get("/size/20000000"))
            client.shutdown(socket.SHUT_WR)
            time.sleep(0.2)  # the buffers fill
            before = self.server.cpu_seconds()
            time.sleep(0.5)
            self.assertLess(self.server.cpu_seconds() - before, 0.2)

    def test_reset_in_the_middle_leaves_the_server_well(self):
        requests = (b"", b"GET / HT", get("/delay/50"), get("/size/20000000"), get("/") * 100,
                    b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
        for request in requests * 20:
            client = self.server.connect()
            client.sendall(request)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        with self.server.connect() as client:
            client.sendall(get("/", "Connection: close\r\n"))
            self.assertTrue(read_all(client).endswith(b"hello"))

    def test_two_thousand_keep_alive_connections(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < CLIENTS + 100:
            self.skipTest("too few descriptors")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, CLIENTS + 1000)), hard))
        server = Server()  # has the larger limit
        clients = [server.connect() for _ in range(CLIENTS)]
        try:
            for _ in range(3):
                for client in clients:
                    client.sendall(get("/"))
                waiting = dict.fromkeys(clients, b"")
                poll = select.epoll()
                by_fd = {client.fileno(): client for client in clients}
                for fd in by_fd:
                    poll.register(fd, select.EPOLLIN)
                end = time.monotonic() + 20
                while waiting and time.monotonic() < end:
                    for fd, _ in poll.poll(1):
                        client = by_fd[fd]
                        data = client.recv(4096)
                        self.assertTrue(data, "closed")
                        waiting[client] += data
                        if waiting[client].endswith(b"hello"):
                            del waiting[client]
                            poll.unregister(fd)
                poll.close()
                self.assertEqual(len(waiting), 0)
        finally:
            for client in clients:
                client.close()
            self.assertEqual(server.stop(), 0)

    def test_busy_connections_are_answered_before_the_end(self):
        server = Server()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            clients = [server.connect() for _ in range(10)]
            for client in clients:
                client.sendall(get("/delay/300"))
            time.sleep(0.1)  # they are being handled
            ended = pool.submit(server.stop)
            for client in clients:
                answer = read_all(client)
                self.assertIn(b"Connection: close\r\n", answer)
                self.assertTrue(answer.endswith(b"slept"))
                client.close()
            self.assertEqual(ended.result(), 0)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
