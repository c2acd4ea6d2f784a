"""Indrik's request parser against http-parser and llhttp (Node's), on generated streams.

Each stream holds one to three requests, most of them with a named fault (faults.py). The parsers must find the same requests in it:
method, target, version, fields, body, trailers, and how many there are. Where they may not, differences.py says so, with the reason.
A difference that is not listed there fails the test, and so does an entry that never occurs.
"""

import collections
import json
import os
import struct
import subprocess
import tempfile
import unittest

import faults
import streams
from differences import DIFFERENCES, HERE, READ, THERE

PROGRAM = os.environ["INDRIK_PARSE_STREAMS"]
NODE = os.environ.get("NODE", "node")
FOLDER = os.path.dirname(os.path.abspath(__file__))
COUNT = 6000
OTHERS = ("http_parser", "llhttp")


def first_difference(ours, theirs):
    """Which request, how, and in which parts; None if there is none."""
    for i in range(max(len(ours), len(theirs))):
        if i == len(ours):
            return i, HERE, ()
        if i == len(theirs):
            return i, THERE, ()
        parts = tuple(part for part in ours[i] if ours[i][part] != theirs[i][part])
        if parts:
            return i, READ, parts
    return None


def is_explained_by(difference, entry, put):
    _, how, parts = difference
    return how == entry.how and set(parts) <= set(entry.parts) and entry.fault in put


class DifferentialTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.streams = streams.make_streams(COUNT, faults.FAULTS)
        with tempfile.NamedTemporaryFile() as corpus:
            for stream, _ in cls.streams:
                corpus.write(struct.pack("<I", len(stream)) + stream)
            corpus.flush()
            native = subprocess.run([PROGRAM, corpus.name], stdout=subprocess.PIPE, check=True, timeout=60)
            node = subprocess.run([NODE, os.path.join(FOLDER, "parse_streams.js"), corpus.name],
                                  stdout=subprocess.PIPE, check=True, timeout=60)
        cls.found = [json.loads(line) for line in native.stdout.splitlines()]
        for entry, line in zip(cls.found, node.stdout.splitlines(), strict=True):
            entry["llhttp"] = json.loads(line)

    def test_the_parsers_agree_but_for_what_is_listed(self):
        occurred = set()
        unexplained = []
        differences = 0
        for (stream, put), found in zip(self.streams, self.found, strict=True):
            for other in OTHERS:
                difference = first_difference(found["ours"], found[other])
                if difference is None:
                    continue
                differences += 1
                entries = [entry for entry in DIFFERENCES if is_explained_by(difference, entry, put)]
                occurred.update(entries)
                if not entries:
                    unexplained.append(f"{put} {other} {difference}\n  {stream[:1000]!r}")
        print(f"{len(self.streams)} streams, {differences} differences, {len(unexplained)} of them not explained")
        self.assertFalse(unexplained, "not explained:\n" + "\n".join(unexplained[:5]))
        never = [f"{entry.how}: {entry.fault}" for entry in DIFFERENCES if entry not in occurred and not entry.old]
        self.assertEqual([], never, "these never occur")

    def test_faults_have_consequences(self):
        """All but those that are listed as harmless are refused by somebody, so that the generator is known to make them."""
        refused = collections.Counter()
        for (stream, put), found in zip(self.streams, self.found, strict=True):
            if len(put) == 1 and len({len(found[name]) for name in ("ours", *OTHERS)}) + (found["ours"] == []) > 1:
                refused[put[0]] += 1
        harmless = {"CONNECT", "Content-Length: tab before", "field: underscore", "trailer: too late", "trailer: underscore"}
        self.assertEqual(set(), set(faults.FAULTS) - set(refused) - harmless)


if __name__ == "__main__":
    unittest.main()
