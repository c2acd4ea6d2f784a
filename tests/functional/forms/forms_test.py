"""Forms as curl sends them, over real sockets. Argument: the server program."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None  # argument of the command line
MIB = 1024 * 1024
IS_SANITIZED = "INDRIK_SANITIZED" in os.environ


class Server:
    def __init__(self):
        self.directory = tempfile.mkdtemp()
        self.uploads = os.path.join(self.directory, "uploads")
        os.mkdir(self.uploads)
        self.process = subprocess.Popen([PROGRAM, self.uploads], stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def file(self, name, size, byte=b"x"):
        path = os.path.join(self.directory, name)
        with open(path, "wb") as file:
            for _ in range(size // MIB):
                file.write(byte * MIB)
            file.write(byte * (size % MIB))
        return path

    def curl(self, path, *arguments):
        command = ["curl", "-sS", "--noproxy", "*", "-m", "60", *arguments, f"http://127.0.0.1:{self.port}{path}"]
        return subprocess.run(command, check=True, capture_output=True).stdout.decode()

    def peak_kib(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=20)
        self.process.stdout.close()
        shutil.rmtree(self.directory)
        return status


class FormsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0

    def test_several_files_and_texts_arrive_in_order(self):
        small = self.server.file("small.txt", 10)
        large = self.server.file("large.bin", 3 * MIB, b"y")
        answer = self.server.curl(
            "/form", "-F", "title=a b", "-F", f"one=@{small}", "-F", f"two=@{large};type=image/png;filename=sm\u00e9.png",
            "-F", "title=more")
        self.assertEqual(
            "title=a b\none=small.txt,text/plain,10,xxxxx\n"
            f"two=sm\u00e9.png,image/png,{3 * MIB},yyyyy\ntitle=more\n", answer)
        self.assertEqual([], os.listdir(self.server.uploads))

    def test_an_urlencoded_form_and_a_compressed_one(self):
        self.assertEqual("a=1\na=2 3\n", self.server.curl("/form", "-d", "a=1", "--data-urlencode", "a=2 3"))
        path = os.path.join(self.server.directory, "form.gz")
        with open(path, "wb") as file:
            subprocess.run(["gzip", "-c"], input=b"k=v", stdout=file, check=True)
        self.assertEqual("k=v\n", self.server.curl("/form", "--data-binary", f"@{path}", "-H", "Content-Encoding: gzip"))

    def test_curl_understands_what_is_compressed(self):
        self.assertEqual("x" * 5000, self.server.curl("/", "--compressed"))

    def check_memory(self, path, expected):
        data = self.server.file("data", 100 * MIB)
        small = self.server.file("warm", 2 * MIB)
        for _ in range(3):
            self.server.curl(path, "-F", f"f=@{small}")
        before = self.server.peak_kib()
        answer = self.server.curl(path, "-H", "Expect:", "-F", f"f=@{data}")
        grown = self.server.peak_kib() - before
        print(f"{path}: memory grew by {grown} KiB for 100 MiB", file=sys.stderr)
        self.assertEqual(expected, answer)
        if not IS_SANITIZED:
            self.assertLessEqual(grown, 1024)

    def test_a_large_upload_costs_the_memory_of_a_piece(self):
        self.check_memory("/upload", str(100 * MIB))

    def test_a_large_form_costs_the_memory_of_a_piece(self):
        self.check_memory("/form", f"f=data,application/octet-stream,{100 * MIB},xxxxx\n")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
