"""A folder served to clients that the server's authors did not write: curl, http.client, and bare sockets.
Argument: the server program."""

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROGRAM = None  # argument of the command line
MIB = 1 << 20


def content(size, seed):
    """Bytes that repeat in no period that a mistake could have."""
    block = b"".join(hashlib.sha256(b"%d %d" % (seed, i)).digest() for i in range(1021))
    return (block * (size // len(block) + 1))[:size]


class StaticFilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.folder = os.path.join(cls.directory.name, "public")
        os.mkdir(cls.folder)
        cls.files = {"small.txt": content(10_240, 1), "large.bin": content(MIB, 2),
                     "huge.bin": content(100 * MIB, 3)}
        for name, data in cls.files.items():
            with open(os.path.join(cls.folder, name), "wb") as file:
                file.write(data)
        with open(os.path.join(cls.directory.name, "secret.txt"), "w") as file:
            file.write("secret")
        cls.process = subprocess.Popen([PROGRAM, cls.folder], stdout=subprocess.PIPE)
        cls.port = int(cls.process.stdout.readline())
        cls.base = f"http://127.0.0.1:{cls.port}"

    @classmethod
    def tearDownClass(cls):
        cls.process.send_signal(signal.SIGTERM)
        status = cls.process.wait(timeout=20)
        cls.process.stdout.close()
        cls.directory.cleanup()
        assert status == 0, f"exit status {status}"

    def curl(self, *arguments):
        return subprocess.run(["curl", "-sS", "--max-time", "30", *arguments],
                              capture_output=True, check=True).stdout

    def get(self, path, **fields):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in fields.items()})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def test_http_client_gets_whole_files_on_one_connection(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        for _ in range(3):
            for name in ("small.txt", "large.bin"):
                connection.request("GET", "/static/" + name)
                response = connection.getresponse()
                self.assertEqual(response.read(), self.files[name])
                self.assertEqual(int(response.headers["Content-Length"]), len(self.files[name]))
        connection.close()

    def test_curl_asks_for_ranges(self):
        data = self.files["large.bin"]
        url = self.base + "/static/large.bin"
        self.assertEqual(self.curl("-r", "0-0", url), data[:1])
        self.assertEqual(self.curl("-r", "4095-500000", url), data[4095:500001])
        self.assertEqual(self.curl("-r", "-70000", url), data[-70000:])
        parts = self.curl("-r", "0-99,200000-399999", url)
        self.assertIn(data[:100], parts)
        self.assertIn(data[200000:400000], parts)
        status = self.curl("-o", "/dev/null", "-w", "%{http_code}", "-r", "2000000-", url)
        self.assertEqual(status, b"416")

    def test_curl_resumes(self):
        with tempfile.NamedTemporaryFile() as partial:
            partial.write(self.files["large.bin"][:333_333])
            partial.flush()
            self.curl("-C", "-", "-o", partial.name, self.base + "/static/large.bin")
            with open(partial.name, "rb") as file:
                self.assertEqual(file.read(), self.files["large.bin"])

    def test_curl_revalidates(self):
        with tempfile.TemporaryDirectory() as directory:
            tag, copy = (os.path.join(directory, name) for name in ("tag", "copy"))
            arguments = ("--etag-save", tag, "--etag-compare", tag, "-z", copy, "-o", copy, "-w", "%{http_code}",
                         self.base + "/static/small.txt")
            self.assertEqual(self.curl(*arguments), b"200")
            self.assertEqual(self.curl(*arguments), b"304")
            with open(copy, "rb") as file:
                self.assertEqual(file.read(), self.files["small.txt"])
        _, headers, _ = self.get("/static/small.txt")
        status, _, body = self.get("/static/small.txt", If_None_Match=headers["ETag"])
        self.assertEqual((status, body), (304, b""))
        status, _, _ = self.get("/static/small.txt", If_Modified_Since=headers["Last-Modified"])
        self.assertEqual(status, 304)

    def test_files_reach_slow_readers_complete(self):
        """A reader with a small window that pauses; the server's memory does not grow, and others are served meanwhile."""
        for name, pauses in (("large.bin", 20), ("huge.bin", 40)):
            with self.subTest(name), socket.socket() as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
                client.settimeout(20)
                client.connect(("127.0.0.1", self.port))
                client.sendall(f"GET /static/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                received = bytearray()
                before = self.resident_bytes()
                step = len(self.files[name]) // pauses
                pause_at = step
                while data := client.recv(1 << 16):
                    received += data
                    if len(received) >= pause_at:
                        pause_at += step
                        time.sleep(0.01)  # the reader is slow: that is the point
                        self.assertEqual(self.get("/static/small.txt")[0], 200)
                self.assertTrue(received.partition(b"\r\n\r\n")[2] == self.files[name])
                self.assertLess(self.resident_bytes() - before, 16 * MIB)

    def test_many_readers_at_once(self):
        failures = []

        def read(name):
            if self.get("/static/" + name)[2] != self.files[name]:
                failures.append(name)

        threads = [threading.Thread(target=read, args=(name,)) for name in ("large.bin", "small.txt") * 8]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_a_file_that_shrinks_ends_the_connection(self):
        path = os.path.join(self.folder, "shrinking.bin")
        with open(path, "wb") as file:
            file.truncate(64 * MIB)
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
            client.settimeout(20)
            client.connect(("127.0.0.1", self.port))
            client.sendall(b"GET /static/shrinking.bin HTTP/1.1\r\nHost: x\r\n\r\n")
            size = len(client.recv(4096))
            os.truncate(path, MIB)
            while data := client.recv(1 << 16):
                size += len(data)
            self.assertLess(size, 64 * MIB)

    def test_paths_as_they_are_do_not_leave_the_folder(self):
        absent = self.get("/static/absent")[2]
        for path in ("/static/../secret.txt", "/static/..%2fsecret.txt", "/static/%2e%2e/secret.txt",
                     "/static/%2e%2e%2fsecret.txt", "/static/%252e%252e/secret.txt", "/static/..%5csecret.txt",
                     "/static/..%00/secret.txt", "/static//etc/passwd", "/static/%2fetc/passwd",
                     "/listed/../secret.txt", "/listed/%2e%2e/", "/listed/..%2f"):
            code = self.curl("--path-as-is", "-w", "%{http_code}", self.base + path)
            self.assertEqual(code, absent + b"404", path)

    def test_folders_are_listed_and_named_by_content(self):
        status, headers, page = self.get("/listed/")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
        self.assertIn(b'<a href="/listed/small.txt">small.txt</a></td><td>10.0 KiB', page)
        self.assertEqual(self.get("/static/")[0], 404)
        url = self.get("/url?small.txt")[2].decode()
        self.assertEqual(url, "/static/small.txt?v=" + hashlib.sha256(self.files["small.txt"]).hexdigest()[:16])
        self.assertIn("immutable", self.get(url)[1]["Cache-Control"])

    def test_a_replaced_file_is_seen_within_a_second(self):
        path = os.path.join(self.folder, "changing.txt")
        with open(path, "w") as file:
            file.write("before")
        self.assertEqual(self.get("/static/changing.txt")[2], b"before")
        with open(path + ".new", "w") as file:
            file.write("after!")
        os.replace(path + ".new", path)
        deadline = time.monotonic() + 3
        while self.get("/static/changing.txt")[2] != b"after!":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)  # until the server looks again


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
