"""Too many connections, and peers that are too slow."""

import os
import socket
import time
import unittest

from master import PATIENCE, Master, read_answer, wait_until

LARGE = 50_000_000  # bytes: more than the kernel buffers for a connection


def sockets_of(pid):
    """Descriptors of a process that are sockets."""
    count = 0
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(entry.path).startswith("socket:")
        except FileNotFoundError:  # closed meanwhile
            pass
    return count


class ConnectionLimits(unittest.TestCase):
    def test_who_comes_beyond_the_limit_of_a_worker_is_told_to_come_again(self):
        self.check("--worker-connections")

    def test_an_address_has_its_limit(self):
        self.check("--address-connections")

    def check(self, option):
        with Master(option, "2") as master:
            kept = [master.connect(), master.connect()]
            for connection in kept:
                self.assertEqual(200, master.get("/pid", connection).status)
            refusal = master.get("/pid")
            self.assertEqual(503, refusal.status)
            self.assertGreater(int(refusal.headers["Retry-After"]), 0)
            self.assertEqual("close", refusal.headers["Connection"])
            master.expect("Too many connections (2 open)")
            self.assertEqual(200, master.get("/pid", kept[0]).status)
            kept[0].close()
            wait_until(lambda: master.get("/pid").status == 200, "a free place")
            kept[1].close()


class SlowPeers(unittest.TestCase):
    def ask_slowly(self, master):
        """A client that has asked for much and takes little, and the number of its worker's sockets with it."""
        client = socket.socket()
        self.addCleanup(client.close)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(PATIENCE)
        client.connect(("127.0.0.1", master.port()))
        client.sendall(f"GET /size/{LARGE} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 200"))
        return client, sockets_of(master.workers()[0])

    def read_for(self, client, seconds, bytes_per_second):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not client.recv(bytes_per_second // 50):
                break
            time.sleep(0.02)  # the pace is what is tested

    def test_a_reader_that_stops_is_cut(self):
        with Master("--write-timeout", "1s") as master:
            _, sockets = self.ask_slowly(master)
            wait_until(lambda: sockets_of(master.workers()[0]) < sockets, "the end of the connection")

    def test_a_slow_reader_is_served_as_long_as_it_reads(self):
        with Master("--write-timeout", "1s") as master:
            client, sockets = self.ask_slowly(master)
            self.read_for(client, 3, 50_000)
            self.assertEqual(sockets, sockets_of(master.workers()[0]))

    def test_a_reader_below_the_minimum_rate_is_cut(self):
        with Master("--write-timeout", "1s", "--min-write-rate", "10M") as master:
            client, sockets = self.ask_slowly(master)
            self.read_for(client, 3, 50_000)
            wait_until(lambda: sockets_of(master.workers()[0]) < sockets, "the end of the connection")

    def test_a_body_below_the_minimum_rate_is_given_up(self):
        with Master("--body-timeout", "1s") as master:
            client = socket.create_connection(("127.0.0.1", master.port()), timeout=PATIENCE)
            client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
            client.settimeout(0.1)
            for _ in range(PATIENCE * 10):
                client.sendall(b"x")
                try:
                    client.recv(1, socket.MSG_PEEK)
                    break
                except TimeoutError:
                    pass
            client.settimeout(PATIENCE)
            self.assertEqual(408, read_answer(client)[0])

    def test_a_slow_body_above_the_rate_arrives(self):
        with Master("--body-timeout", "1s") as master:
            client = socket.create_connection(("127.0.0.1", master.port()), timeout=PATIENCE)
            client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n")
            for _ in range(20):
                client.sendall(50 * b"x")
                time.sleep(0.1)  # the pace is what is tested
            self.assertEqual((200, 1000 * "x"), read_answer(client))


if __name__ == "__main__":
    unittest.main()
