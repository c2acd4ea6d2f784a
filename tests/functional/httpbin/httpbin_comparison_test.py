"""apps/httpbin beside the original httpbin: the same requests, the answers field by field. Environment: INDRIK_COMMAND, INDRIK_MODULE."""

import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest
import zlib

import served
from comparison_cases import CASES, RULES

FIELDS = ["Accept-Ranges", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods",
          "Access-Control-Allow-Origin", "Access-Control-Max-Age", "Allow", "Cache-Control", "Content-Encoding",
          "Content-Range", "Content-Type", "ETag", "Last-Modified", "Location", "Proxy-Authenticate", "Set-Cookie", "Vary",
          "WWW-Authenticate", "X-More-Info"]
DATE = re.compile(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT")
RANDOM = re.compile(r"\b[0-9a-f]{32,128}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


class Reference:
    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(pathlib.Path(__file__).with_name("reference.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            message = self._process.communicate()[1]
            if self._process.returncode == 77:
                raise unittest.SkipTest(message)
            raise RuntimeError(message)
        facts = json.loads(line)
        self.port, self.routes = facts["port"], facts["routes"]

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()
        self._process.stderr.close()


def normalized_field(name, values, port):
    """What does not change from one answer to the next."""
    text = ", ".join(values)
    if name == "Allow":
        return ", ".join(sorted(re.split(r"\s*,\s*", text)))
    if name in ("Set-Cookie", "WWW-Authenticate"):  # the order of attributes and parameters means nothing
        text = "\n".join(sorted(", ".join(sorted(re.split(r"\s*[,;]\s*(?![^\"]*\"(?:[^\"]*\"[^\"]*\")*[^\"]*$)", value)))
                                for value in values))
        text = text.replace('algorithm="', "algorithm=").replace('qop="auth"', "qop=auth")
    text = text.replace(f"127.0.0.1:{port}", "HOST")
    return RANDOM.sub("RANDOM", DATE.sub(lambda match: match[0] if "1970" in match[0] else "DATE", text))


def aspects_of(case, port):
    """The answer as a dictionary of what is compared."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(case.method, case.path, case.body, case.headers)
        answer = connection.getresponse()
        body = decoded(answer.read(), answer.headers.get("Content-Encoding"))
    finally:
        connection.close()
    aspects = {"status": answer.status}
    for name in FIELDS:
        values = answer.headers.get_all(name)
        if values is not None:
            aspects[name] = normalized_field(name, values, port)
    aspects.update(body_aspects(case, answer.headers.get("Content-Type", ""), body, port))
    return aspects


def decoded(body, coding):
    if coding == "br":
        import brotli  # python3-httpbin depends on it
        return brotli.decompress(body)
    return zlib.decompress(body, 47) if coding else body  # gzip or zlib


def body_aspects(case, content_type, body, port):
    if case.compare == "none":
        return {}
    if case.compare == "length":
        return {"body": len(body)}
    if case.compare == "lines":
        return {"body": body.count(b"\n")}
    if content_type != "application/json":
        return {"body": body.replace(f"127.0.0.1:{port}".encode(), b"HOST")}
    # One or several objects, each on lines of its own.
    decoder, text, result = json.JSONDecoder(), body.decode().replace(f"127.0.0.1:{port}", "HOST"), {}
    for number in range(1000):
        text = text.lstrip()
        if not text:
            break
        value, end = decoder.raw_decode(text)
        text = text[end:]
        for key, member in value.items():
            member = RANDOM.sub("RANDOM", member) if isinstance(member, str) else member
            result[f"body.{key}" if number == 0 else f"body.{number}.{key}"] = member
    return result


class Comparison(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reference = Reference()
        cls.addClassCleanup(cls.reference.close)
        cls.server = served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"])
        cls.enterClassContext(cls.server)

    def test_every_route_of_the_original_is_compared(self):
        kinds = {"int:": r"\d+", "path:": ".+", "": "[^/]+"}
        for methods, rule in self.reference.routes:
            if rule == "/static/<path:filename>":
                continue  # Flask's own: there are no such files
            pattern = re.sub(r"<(int:|path:|)\w+>", lambda match: kinds[match[1]], rule)
            compared = {case.method for case in CASES if re.fullmatch(pattern, case.path.split("?")[0])}
            self.assertLessEqual(set(methods), compared, rule)
        self.assertGreater(len(self.reference.routes), 45)

    def test_both_answer_alike_but_for_the_listed_differences(self):
        used = set()
        for case in CASES:
            with self.subTest(str(case)):
                self.compare(case, used)
        self.assertEqual(set(), {reason for reason, _ in RULES} - used, "rules that explain nothing")

    def compare(self, case, used):
        ours, theirs = aspects_of(case, self.server.port), aspects_of(case, self.reference.port)
        different = {aspect for aspect in ours.keys() | theirs.keys() if ours.get(aspect) != theirs.get(aspect)}
        for aspect in sorted(different - set(case.differs)):
            reasons = [reason for reason, explains in RULES if explains(aspect, ours, theirs)]
            self.assertTrue(reasons, f"{aspect}: ours is {ours.get(aspect)!r}, theirs {theirs.get(aspect)!r}")
            used.update(reasons)
        self.assertEqual(set(), set(case.differs) - different, "listed, but no differences")


if __name__ == "__main__":
    unittest.main()
