"""apps/httpbin: uploads are read as they come."""

import hashlib
import json
import re
import unittest

from httpbin_case import HttpbinTest

TYPE = {"Content-Type": "multipart/form-data; boundary=X"}


def part(head, body):
    return b"--X\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + body + b"\r\n"


class Upload(HttpbinTest):
    def upload(self, body, headers=None):
        return self.server.request("POST", "/upload", body, {**TYPE, **(headers or {})})

    def test_files_and_texts_are_reported(self):
        body = (part(b'name="a"', "\u00fc".encode()) + part(b'name="f"; filename="caf\xc3\xa9.txt"\r\nContent-Type: text/plain', b"text")
                + part(b'name="f"; filename="../empty"', b"") + b"--X--\r\n")
        status, fields, text = self.upload(body)
        self.assertEqual((200, "application/json"), (status, fields["Content-Type"]))
        report = json.loads(text)
        self.assertEqual([{"name": "a", "text": "\u00fc"}], report["fields"])
        first, second = report["files"]
        self.assertEqual({"name": "f", "filename": "caf\u00e9.txt", "content_type": "text/plain", "size": 4,
                          "sha256": hashlib.sha256(b"text").hexdigest(), "md5": hashlib.md5(b"text").hexdigest()}, first)
        self.assertEqual(("../empty", "application/octet-stream", 0, hashlib.sha256().hexdigest()),
                         (second["filename"], second["content_type"], second["size"], second["sha256"]))

    def test_a_large_file_in_chunks_goes_beyond_the_limit_of_bodies(self):
        block = bytes(range(256)) * 1024
        pieces = [part(b'name="f"; filename="large"', b"")[:-2], *[block] * 20, b"\r\n--X--\r\n"]
        status, _, text = self.upload(iter(pieces))
        file, = json.loads(text)["files"]
        self.assertEqual((200, 20 * len(block), hashlib.sha256(block * 20).hexdigest()), (status, file["size"], file["sha256"]))

    def test_a_huge_file_costs_no_memory(self):
        before = self.server.worker_memory()
        block = bytes(1 << 20)
        status, _, text = self.upload(iter([part(b'name="f"; filename="huge"', b"")[:-2], *[block] * 64, b"\r\n--X--\r\n"]))
        self.assertEqual((200, 64 << 20), (status, json.loads(text)["files"][0]["size"]))
        self.assertLess(self.server.worker_memory() - before, 32 << 20)

    def test_a_browser_gets_a_page(self):
        body = part(b'name="f"; filename="<b>&.txt"', b"text") + part(b'name="<i>"', b"<u>") + b"--X--\r\n"
        status, fields, text = self.upload(body, {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        page = text.decode()
        self.assertEqual((200, "text/html; charset=utf-8"), (status, fields["Content-Type"]))
        self.assertIn(hashlib.sha256(b"text").hexdigest(), page)
        self.assertIn("&lt;b&gt;&amp;.txt", page)
        self.assertIsNone(re.search("<b>|<i>|<u>", page))

    def test_the_form_sends_files(self):
        status, _, body = self.get("/upload")
        self.assertEqual(200, status)
        self.assertIn(b'enctype="multipart/form-data"', body)

    def test_what_is_no_form_is_refused(self):
        self.assertEqual(415, self.server.request("POST", "/upload", b"x", {"Content-Type": "text/plain"})[0])
        self.assertEqual(400, self.server.request("POST", "/upload", b"x", {"Content-Type": "multipart/form-data"})[0])
        self.assertEqual(400, self.upload(part(b'name="f"; filename="cut"', b"text"))[0])
        self.assertEqual(413, self.upload(part(b'name="text"', b"x" * 70000) + b"--X--\r\n")[0])


del HttpbinTest  # only its children are tests

if __name__ == "__main__":
    unittest.main()
