"""apps/httpbin: answers that come in pieces, or take their time."""

import base64
import hashlib
import json
import socket
import string
import time
import unittest

from httpbin_case import HttpbinTest


class Streams(HttpbinTest):
    def raw(self, path, version="1.1"):
        """What comes over the wire, until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as client:
            client.sendall(f"GET {path} HTTP/{version}\r\nHost: test\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: client.recv(65536), b""))

    def test_stream_is_a_line_of_json_for_each(self):
        status, fields, body = self.get("/stream/3?a=b")
        self.assertEqual((200, "application/json", "chunked"),
                         (status, fields["Content-Type"], fields["Transfer-Encoding"]))
        lines = [json.loads(line) for line in body.splitlines()]
        self.assertEqual([0, 1, 2], [line["id"] for line in lines])
        self.assertEqual(({"a": "b"}, f"http://{self.host()}/stream/3?a=b"), (lines[2]["args"], lines[2]["url"]))
        self.assertEqual((100, 0), tuple(self.get(f"/stream/{n}")[2].count(b"\n") for n in (10**30, 0)))

    def test_stream_bytes_are_those_of_bytes_in_chunks(self):
        whole = self.get("/bytes/1000?seed=7")[2]
        self.assertEqual(whole, self.get("/stream-bytes/1000?seed=7")[2])
        self.assertEqual(whole, self.get("/stream-bytes/1000?SEED=7&Chunk_Size=33")[2])
        self.assertEqual(102400, len(self.get("/stream-bytes/102401")[2]))
        self.assertEqual((200, b""), self.get("/stream-bytes/0")[::2])
        body = self.raw("/stream-bytes/10?chunk_size=4").split(b"\r\n\r\n", 1)[1]
        self.assertEqual((b"4", b"4", b"2", b"0"), (body[:1], body[9:10], body[18:19], body[25:26]))
        self.assertEqual(5, self.raw("/stream-bytes/3?chunk_size=-9").count(b"\r\n1\r\n") + 2)
        for wrong in ("chunk_size=x", "seed=x", "seed=1.5"):
            self.assertEqual(400, self.get("/stream-bytes/4?" + wrong)[0], wrong)

    def test_a_client_of_http_10_gets_the_bytes_until_the_end(self):
        head, body = self.raw("/stream-bytes/5000?seed=1", "1.0").split(b"\r\n\r\n", 1)
        self.assertNotIn(b"Transfer-Encoding", head)
        self.assertEqual(self.get("/bytes/5000?seed=1")[2], body)

    def test_drip_drips(self):
        begin = time.monotonic()
        status, fields, body = self.get("/drip?duration=0.4&numbytes=5&delay=0.1&code=202")
        self.assertGreaterEqual(time.monotonic() - begin, 0.1 + 0.4 * 4 / 5)
        self.assertEqual((202, b"*****", "5"), (status, body, fields["Content-Length"]))

    def test_drops_come_one_by_one(self):
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as client:
            client.sendall(b"GET /drip?duration=60&numbytes=3 HTTP/1.1\r\nHost: test\r\n\r\n")
            received = b""
            while not received.endswith(b"\r\n\r\n*"):  # the first, long before the second
                piece = client.recv(65536)
                self.assertTrue(piece, received)
                received += piece
        # Gone in the middle: stopping the server would otherwise have to wait for the rest.

    def test_drip_minds_its_parameters(self):
        self.assertEqual(b"*" * 200000, self.get("/drip?duration=0&numbytes=200000")[2])
        self.assertEqual((204, b""), self.get("/drip?duration=0&code=204")[::2])
        self.assertEqual((200, b""), self.server.request("HEAD", "/drip?duration=0.01")[::2])
        for wrong in ("numbytes=0", "numbytes=-1", "numbytes=x", "duration=x", "duration=-1", "duration=nan", "delay=x", "code=x",
                      "code=100", "code=600", "code=99999999999999999999"):
            self.assertEqual(400, self.get("/drip?" + wrong)[0], wrong)

    def test_clients_that_do_not_read_cost_no_memory(self):
        before = self.server.worker_memory()
        clients = [socket.socket() for _ in range(20)]
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(20)
            client.connect(("127.0.0.1", self.server.port))
            client.sendall(b"GET /drip?duration=0&numbytes=10000000 HTTP/1.1\r\nHost: test\r\n\r\n")
            self.assertEqual(b"HTTP", client.recv(4))
        self.assertEqual(200, self.get("/get")[0])
        for client in clients:
            client.close()
        self.assertLess(self.server.worker_memory() - before, 50_000_000)  # of 200; a sanitizer keeps what was freed

    def test_early_hints_come_before_the_answer(self):
        head, answer = self.raw("/early-hints").split(b"\r\n\r\n", 1)
        self.assertTrue(head.startswith(b"HTTP/1.1 103 Early Hints\r\n"), head)
        self.assertIn(b"Link: </static/style.css>; rel=preload; as=style", head)
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer)
        self.assertNotIn(b" 103 ", self.raw("/early-hints", "1.0"))

    def test_trailers_follow_the_body(self):
        status, headers, body = self.get("/trailers")
        self.assertEqual("Content-Digest", headers["Trailer"])
        digest = base64.b64encode(hashlib.sha256(body).digest())
        self.assertEqual((200, 3), (status, body.count(b"\n")))
        self.assertTrue(self.raw("/trailers").endswith(b"\r\n0\r\nContent-Digest: sha-256=:" + digest + b":\r\n\r\n"))


LETTERS = (string.ascii_lowercase * 4000).encode()


class Ranges(HttpbinTest):
    def test_the_whole(self):
        status, fields, body = self.get("/range/1000")
        self.assertEqual((200, LETTERS[:1000]), (status, body))
        self.assertEqual(('"range1000"', "bytes", "1000", None), tuple(
            fields[name] for name in ("ETag", "Accept-Ranges", "Content-Length", "Content-Range")))
        self.assertEqual(LETTERS[:102400], self.get("/range/102400")[2])

    def test_parts(self):
        for asked, first, last in (("0-9", 0, 9), ("20-", 20, 99), ("-7", 93, 99), ("90-200", 90, 99), ("0-99", 0, 99),
                                   ("-200", 0, 99)):
            status, fields, body = self.get("/range/100", {"Range": "bytes=" + asked})
            self.assertEqual((206, f"bytes {first}-{last}/100", LETTERS[first:last + 1]), (status, fields["Content-Range"], body))

    def test_what_is_no_range_is_ignored(self):
        for asked in ("bytes=9-3", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6", "bytes="):
            self.assertEqual((200, LETTERS[:100]), self.get("/range/100", {"Range": asked})[::2], asked)

    def test_what_lies_beyond_cannot_be_had(self):
        for asked in ("bytes=100-", "bytes=100-200", "bytes=-0"):
            status, fields, body = self.get("/range/100", {"Range": asked})
            self.assertEqual((416, "bytes */100", b"", '"range100"'), (status, fields["Content-Range"], body, fields["ETag"]))

    def test_a_part_of_another_version_is_the_whole(self):
        for tag, status in (('"range100"', 206), ('"range99"', 200), ('W/"range100"', 200)):
            self.assertEqual(status, self.get("/range/100", {"Range": "bytes=0-9", "If-Range": tag})[0], tag)

    def test_none_is_too_few_and_too_many(self):
        for size in (0, 102401, 10**30):
            status, fields, body = self.get(f"/range/{size}")
            self.assertEqual((404, "bytes"), (status, fields["Accept-Ranges"]))
            self.assertIn(b"102400", body)

    def test_it_may_take_its_time(self):
        begin = time.monotonic()
        _, _, body = self.get("/range/100?duration=0.2&chunk_size=30")
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)
        self.assertEqual(LETTERS[:100], body)
        for wrong in ("duration=x", "chunk_size=x"):
            self.assertEqual(400, self.get("/range/9?" + wrong)[0])


del HttpbinTest  # only its children are tests

if __name__ == "__main__":
    unittest.main()
