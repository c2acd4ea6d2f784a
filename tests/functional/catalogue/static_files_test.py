"""Static files: no way out of the folder, no redirect to elsewhere, no script in a listing, ranges of digits only."""

import os
import shutil
import tempfile
import unittest

from attack import AttackTest, get

SECRET = b"secret"


class StaticFilesTest(AttackTest):
    @classmethod
    def setUpClass(cls):
        cls.top = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.top)
        cls.folder = os.path.join(cls.top, "static")
        os.makedirs(os.path.join(cls.folder, "sub"))
        os.makedirs(os.path.join(cls.top, "static-other"))
        for path, content in (("secret", SECRET), ("static-other/secret", SECRET), ("static/a.txt", b"0123456789"),
                              ("static/sub/b.txt", b"b"), ("static/c.txt", b"c" * 100), ("static/d.txt", b"d" * 100),
                              ("static/unreadable", SECRET), ("static/<img src=x onerror=alert(1)>.txt", b"x"),
                              ("static/\"' &.txt", b"x")):
            with open(os.path.join(cls.top, path), "wb") as file:
                file.write(content)
        os.chmod(os.path.join(cls.folder, "unreadable"), 0)
        os.symlink("../secret", os.path.join(cls.folder, "outside"))
        os.symlink(os.path.join(cls.top, "secret"), os.path.join(cls.folder, "absolute"))
        os.symlink("..", os.path.join(cls.folder, "up"))
        os.symlink("../secret", os.path.join(cls.folder, "c.txt.gz"))
        os.symlink("a.txt", os.path.join(cls.folder, "d.txt.gz"))
        os.environ["CATALOGUE_FILES"] = cls.folder
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        del os.environ["CATALOGUE_FILES"]

    def fetch(self, target, more=b""):
        with self.connect() as client:
            client.send(get(target, more))
            return client.read_response()

    def test_files_are_served(self):
        for prefix in ("/static", "/linked"):
            self.assertEqual(b"0123456789", self.fetch(prefix + "/a.txt").body)

    def test_no_spelling_leads_out(self):
        """CVE-2024-23334, also with symbolic links followed; CVE-2026-34515, paths of other systems."""
        ways = ["../secret", "%2e%2e/secret", "..%2fsecret", "%2e%2e%2fsecret", "sub/../../secret", "./../secret",
                ".%2e/secret", "..%5csecret", "%2e%2e%5csecret", "..%00/secret", "%252e%252e/secret",
                "..%c0%afsecret", "%c0%ae%c0%ae/secret", "../static-other/secret", "..//secret", "/../secret",
                "%2fetc/passwd", "/etc/passwd", "%5c%5cevil%5cshare", "//evil/share", "sub/%2e%2e/../secret",
                "../" * 12 + "etc/passwd", "a.txt/../../secret", "a.txt%00", "a.txt%00.png", "...//secret",
                "%ef%bc%8e%ef%bc%8e/secret", "C:/secret", "file:///etc/passwd", "up/secret", "outside", "absolute"]
        for prefix in ("/static/", "/linked/"):
            for way in ways:
                with self.subTest(prefix=prefix, way=way):
                    response = self.fetch(prefix + way)
                    self.assertEqual(404, response.status)
                    self.assertNotIn(SECRET, response.body)
                    self.assertNotIn(b"root:", response.body)

    def test_what_exists_outside_looks_like_what_does_not(self):
        """CVE-2025-69226: 403 for what exists outside and 404 for what does not told them apart."""
        reference = self.fetch("/static/../no-such")
        for way in ("../secret", "../static-other/secret", "../static-other/", "..", "../", "outside", "up", "up/",
                    "no-such", "sub/no-such"):
            with self.subTest(way=way):
                response = self.fetch("/static/" + way)
                self.assertEqual((reference.status, reference.body), (response.status, response.body))
        if os.geteuid() != 0:
            self.assertEqual(404, self.fetch("/static/unreadable").status)

    def test_a_compressed_sibling_outside_is_not_followed(self):
        """CVE-2024-42367: the .gz of a file was a symbolic link to the outside."""
        for prefix in ("/static", "/linked"):
            response = self.fetch(prefix + "/c.txt", b"Accept-Encoding: gzip\r\n")
            self.assertEqual((200, b"c" * 100, None), (response.status, response.body, response.field("Content-Encoding")))
        self.assertEqual(b"d" * 100, self.fetch("/static/d.txt", b"Accept-Encoding: gzip\r\n").body)

    def test_a_listing_escapes_names(self):
        """CVE-2024-27306: a file's name was a script in the page of its folder."""
        page = self.fetch("/static/").body
        self.assertIn(b"&lt;img", page)
        self.assertNotIn(b"<img", page)
        self.assertNotIn(b"\"' &.txt", page)
        self.assertNotIn(b"unknown", page)

    def test_a_listing_escapes_its_own_path(self):
        for target in ("/static/%3Cscript%3E/", "/static/sub/?%3Cscript%3E"):
            self.assertNotIn(b"<script>", self.fetch(target).body)

    def test_no_redirect_leads_elsewhere(self):
        """CVE-2021-21330: a path that begins with // became the host of a Location."""
        for target in ("//evil.com/..", "//evil.com/%2e%2e", "//evil.com/", "/\\evil.com", "//evil.com//static",
                       "/%5cevil.com/", "///evil.com/%2f..", "/static//evil.com/..", "/static/sub", "//static/sub"):
            with self.subTest(target=target):
                response = self.fetch(target.replace("\\", "%5C"))
                location = response.field("Location")
                self.assertFalse(location and (location.startswith("//") or "evil" in location), location)
                self.assertIn(response.status, (200, 301, 302, 307, 308, 404))

    def test_ranges_are_of_digits(self):
        """CVE-2025-69225: Unicode digits in Range. What is no range is ignored, as RFC 9110 section 14.2 has it."""
        for value in ("bytes=\u0661-\u0662", "bytes=\uff11-", "bytes=+1-2", "bytes=1-+2", "bytes=0x1-2", "bytes=1_0-",
                      "bytes= 1 - 2", "bytes=--1", "bytes=a-b", "bytes=", "bytes=-", "lines=1-2"):
            with self.subTest(value=value):
                response = self.fetch("/static/a.txt", b"Range: " + value.encode() + b"\r\n")
                self.assertEqual((200, b"0123456789"), (response.status, response.body))
        response = self.fetch("/static/a.txt", b"Range: bytes=1-2\r\n")
        self.assertEqual((206, b"12"), (response.status, response.body))

    def test_ranges_overflow_nothing(self):
        for value, status in (("bytes=99999999999999999999-", 416), ("bytes=0-99999999999999999999", 206),
                              ("bytes=-99999999999999999999", 206), ("bytes=10-", 416), ("bytes=-0", 416)):
            with self.subTest(value=value):
                self.assertEqual(status, self.fetch("/static/a.txt", f"Range: {value}\r\n".encode()).status)

    def test_many_ranges_cost_no_more_than_the_file(self):
        value = b"bytes=" + b",".join(b"0-" for _ in range(1000))
        response = self.fetch("/static/a.txt", b"Range: " + value + b"\r\n")
        self.assertLess(len(response.body), 1000)


if __name__ == "__main__":
    unittest.main()
