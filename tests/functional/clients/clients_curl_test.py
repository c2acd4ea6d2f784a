"""curl against apps/httpbin. Environment: INDRIK_COMMAND, INDRIK_MODULE."""

import hashlib
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import served


class CurlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = cls.enterClassContext(served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"], *cls.options()))

    @classmethod
    def options(cls):
        return []

    def curl(self, *arguments, scheme="http"):
        """Runs curl; "@/path" stands for the server's address and a path, and "%{name}" prints a fact behind the output."""
        arguments = [f"{scheme}://127.0.0.1:{self.server.port}{one[1:]}" if one.startswith("@/") else one for one in arguments]
        result = subprocess.run(["curl", "-sS", "--max-time", "60", *arguments], capture_output=True, cwd=self.folder)
        self.assertEqual(0, result.returncode, result.stderr)
        self.errors = result.stderr.decode(errors="replace")
        return result.stdout

    def json(self, *arguments, **options):
        return json.loads(self.curl(*arguments, **options))


class Plain(CurlTest):
    def test_ranges(self):
        whole = self.curl("@/static/melody.wav")
        self.assertEqual(whole[100:200], self.curl("-r", "100-199", "@/static/melody.wav"))
        self.assertEqual(whole[-10:], self.curl("-r", "-10", "@/static/melody.wav"))
        self.assertEqual(b"defg", self.curl("-r", "3-6", "@/range/26"))
        parts = self.curl("-r", "0-3,1000-1003", "@/static/melody.wav")
        self.assertIn(b"content-type: multipart/byteranges", self.curl("-i", "-r", "0-3,1000-1003", "@/static/melody.wav").lower())
        self.assertIn(b"\r\n\r\nRIFF\r\n", parts)
        self.assertIn(f"bytes 1000-1003/{len(whole)}".encode(), parts)

    def test_an_interrupted_download_is_resumed(self):
        whole = self.curl("@/range/1000")
        file = self.folder / "resumed"
        file.write_bytes(whole[:300])
        self.curl("-C", "-", "-o", file.name, "@/range/1000")
        self.assertEqual(whole, file.read_bytes())

    def test_every_coding_that_it_knows(self):
        features = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout
        for path, mark, needed in (("gzip", "gzipped", "libz"), ("deflate", "deflated", "libz"), ("brotli", "brotli", "brotli"),
                                   ("zstd", "zstd", "zstd")):
            self.assertIn(needed, features)
            self.assertIs(True, self.json("--compressed", f"@/{path}")[mark])

    def test_passwords(self):
        self.assertEqual("u", self.json("-u", "u:p", "@/basic-auth/u/p")["user"])
        for qop in ("auth", "auth-int", "both"):
            for algorithm in ("MD5", "SHA-256", "MD5-sess", "SHA-256-sess"):
                answer = self.json("--digest", "-u", "u:p", f"@/digest-auth/{qop}/u/p/{algorithm}?a=b")
                self.assertEqual({"authenticated": True, "user": "u"}, answer, algorithm)
        self.assertEqual(b"401", self.curl("--digest", "-u", "u:x", "-o", "/dev/null", "-w", "%{http_code}", "@/digest-auth/auth/u/p"))
        self.assertEqual("u", self.json("--anyauth", "-u", "u:p", "@/digest-auth/auth/u/p")["user"])
        self.assertEqual("t", self.json("--oauth2-bearer", "t", "@/bearer")["token"])

    def test_a_digest_with_cookies_and_a_stale_nonce(self):
        answer = self.json("--digest", "-u", "u:p", "-c", "jar", "-b", "jar", "@/digest-auth/auth/u/p/MD5/never?require-cookie=1")
        self.assertIs(True, answer["authenticated"])

    def test_redirects_are_followed_to_their_end(self):
        for path in ("@/redirect/5", "@/absolute-redirect/5", "@/redirect/5?absolute=true"):
            answer = self.curl("-L", "-w", "%{stderr}%{num_redirects} %{num_connects}", path)
            self.assertIn("/get", json.loads(answer)["url"])
            self.assertEqual("5 1", self.errors, path)

    def test_a_redirect_keeps_the_method_if_it_says_so(self):
        answer = self.json("-L", "-d", "k=v", "@/redirect-to?url=/post&status_code=307")
        self.assertEqual({"k": "v"}, answer["form"])
        answer = self.json("-L", "-d", "k=v", "@/redirect-to?url=/get&status_code=303")
        self.assertNotIn("form", answer)

    def test_cookies_are_kept_and_forgotten(self):
        self.assertEqual({"a": "1", "b": "2"}, self.json("-L", "-c", "cookies", "-b", "cookies", "@/cookies/set?a=1&b=2")["cookies"])
        self.assertEqual({"b": "2"}, self.json("-L", "-c", "cookies", "-b", "cookies", "@/cookies/delete?a")["cookies"])

    def test_uploads_wait_for_100_continue(self):
        (self.folder / "body").write_bytes(b"x" * 500000)
        answer = self.curl("-v", "-H", "Expect: 100-continue", "--data-binary", "@body", "@/echo")
        self.assertEqual(500000, len(answer))
        self.assertIn("< HTTP/1.1 100 Continue", self.errors)
        refused = self.curl("-v", "-H", "Expect: 100-continue", "--data-binary", "@body", "-w", "%{http_code}", "@/get")
        self.assertTrue(refused.endswith(b"405"), refused)
        self.assertNotIn("100 Continue", self.errors)

    def test_files_of_a_form(self):
        content = bytes(range(256)) * 20000  # 5 MB
        (self.folder / "large").write_bytes(content)
        for more in ([], ["-H", "Transfer-Encoding: chunked"]):
            report = self.json("-F", "text=a b", "-F", "file=@large;type=image/x-test", "-F", "file=@large;filename=other", *more, "@/upload")
            self.assertEqual([{"name": "text", "text": "a b"}], report["fields"])
            expected = {"name": "file", "size": len(content), "sha256": hashlib.sha256(content).hexdigest(),
                        "md5": hashlib.md5(content).hexdigest()}
            self.assertEqual([{**expected, "filename": "large", "content_type": "image/x-test"},
                              {**expected, "filename": "other", "content_type": "application/octet-stream"}], report["files"])

    def test_an_upload_from_a_pipe_is_chunked(self):
        answer = subprocess.run(["curl", "-sS", "-T", "-", f"http://127.0.0.1:{self.server.port}/put"], input=b"piped",
                                capture_output=True, check=True, timeout=60)
        answer = json.loads(answer.stdout)
        self.assertEqual(("piped", "chunked"), (answer["data"], answer["headers"]["Transfer-Encoding"]))

    def test_one_connection_serves_many_requests(self):
        urls = ["@/get", "@/stream/3", "@/bytes/70000", "@/status/204", "@/gzip", "@/range/100", "@/trailers", "@/static/melody.wav",
                "@/drip?duration=0&numbytes=300000", "@/early-hints"] * 3
        self.curl(*(part for url in urls for part in ("-o", "/dev/null", url)), "-w", "%{stderr}%{num_connects} ")
        self.assertEqual(["1"] + ["0"] * (len(urls) - 1), self.errors.split())

    def test_http_10(self):
        for path in ("get", "stream/3", "bytes/70000", "static/melody.wav", "trailers", "drip?duration=0&numbytes=100000"):
            self.assertEqual(self.strip(self.curl(f"@/{path}?seed=1" if "?" not in path else f"@/{path}")),
                             self.strip(self.curl("--http1.0", f"@/{path}?seed=1" if "?" not in path else f"@/{path}")), path)
        head = self.curl("--http1.0", "-i", "@/stream/3").split(b"\r\n\r\n")[0]
        self.assertNotIn(b"Transfer-Encoding", head)
        head = self.curl("--http1.0", "-H", "Connection: keep-alive", "-i", "@/get").split(b"\r\n\r\n")[0]
        self.assertIn(b"\r\nConnection: keep-alive", head)

    @staticmethod
    def strip(body):
        return body.replace(b"HTTP/1.0", b"HTTP/1.1")

    def test_head_and_conditions(self):
        head = self.curl("-I", "@/static/melody.wav").decode()
        self.assertIn("Content-Length: 64044", head)
        self.curl("--etag-save", "tag", "-o", "/dev/null", "@/static/melody.wav")
        code = self.curl("--etag-compare", "tag", "-o", "/dev/null", "-w", "%{http_code}", "@/static/melody.wav")
        self.assertEqual(b"304", code)

    def test_trailers_and_early_hints(self):
        self.assertIn(b"line 3\nContent-Digest: sha-256=:", self.curl("-i", "@/trailers"))
        self.assertIn(b"HTTP/1.1 103 Early Hints", self.curl("-i", "@/early-hints"))

    def test_a_slow_reader_gets_everything(self):
        body = self.curl("--limit-rate", "4M", "@/drip?duration=0&numbytes=3000000")
        self.assertEqual(b"*" * 3000000, body)


class UnixSocket(CurlTest):
    @classmethod
    def options(cls):
        return ["-b", f"unix:{cls.folder}/socket"]

    def test_requests_over_a_unix_socket(self):
        answer = self.json("--unix-socket", f"{self.folder}/socket", "http://name.example/get?a=b")
        self.assertEqual(("http://name.example/get?a=b", ""), (answer["url"], answer["origin"]))
        self.assertEqual(70000, len(self.curl("--unix-socket", f"{self.folder}/socket", "http://x/bytes/70000")))


class Encrypted(CurlTest):
    @classmethod
    def options(cls):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem",
                        "-out", "certificate.pem"], cwd=cls.folder, check=True, capture_output=True)
        return ["--certfile", f"{cls.folder}/certificate.pem", "--keyfile", f"{cls.folder}/key.pem"]

    def test_https_with_and_without_verification(self):
        for trust in (["-k"], ["--cacert", "certificate.pem"]):
            self.assertEqual(f"https://127.0.0.1:{self.server.port}/get", self.json(*trust, "@/get", scheme="https")["url"])
        result = subprocess.run(["curl", "-sS", f"https://127.0.0.1:{self.server.port}/get"], capture_output=True)
        self.assertEqual(60, result.returncode, result.stderr)  # an authority that it does not know

    def test_bodies_both_ways(self):
        content = bytes(range(256)) * 8000
        (self.folder / "large").write_bytes(content)
        file, = self.json("-k", "-F", "file=@large", "@/upload", scheme="https")["files"]
        self.assertEqual(hashlib.sha256(content).hexdigest(), file["sha256"])
        self.assertEqual(b"*" * 3000000, self.curl("-k", "@/drip?duration=0&numbytes=3000000", scheme="https"))
        self.assertEqual(64044, len(self.curl("-k", "@/static/melody.wav", scheme="https")))

    def test_what_is_set_over_it_is_secure(self):
        head = self.curl("-k", "-i", "@/cookies/set?a=1", scheme="https")
        self.assertIn(b"Set-Cookie: a=1; Path=/; Secure", head)
        location = self.curl("-k", "-o", "/dev/null", "-w", "%{redirect_url}", "@/absolute-redirect/2", scheme="https")
        self.assertTrue(location.startswith(b"https://"), location)

    def test_one_handshake_serves_many_requests(self):
        self.curl("-k", *(["-o", "/dev/null", "@/get"] * 10), "-w", "%{stderr}%{num_connects} ", scheme="https")
        self.assertEqual(["1"] + ["0"] * 9, self.errors.split())

    def test_plain_http_is_told(self):
        self.assertEqual(b"400", self.curl("-o", "/dev/null", "-w", "%{http_code}", "@/get"))


del CurlTest  # only its children are tests

if __name__ == "__main__":
    unittest.main()
