"""client::ws_connect (main.cpp here) against servers that others wrote: Node's ws, python3-websockets, with and without TLS.

Environment: INDRIK_WEBSOCKET_CLIENT, NODE_PATH.
"""

import asyncio
import functools
import http
import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import unittest

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

CLIENT = os.environ["INDRIK_WEBSOCKET_CLIENT"]


async def run(*arguments):
    """(exit status, lines of the output)."""
    process = await asyncio.create_subprocess_exec(
        CLIENT, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    output, errors = await asyncio.wait_for(process.communicate(), 60)
    if errors:
        raise AssertionError(errors.decode())
    return process.returncode, output.decode().splitlines()


class Node(unittest.IsolatedAsyncioTestCase):
    async def serve(self, *arguments):
        self.server = await asyncio.create_subprocess_exec(
            "node", str(pathlib.Path(__file__).with_name("node_ws_server.cjs")), *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        self.addAsyncCleanup(self.end)
        return f"ws://127.0.0.1:{int(await self.said())}"

    async def said(self):
        return (await asyncio.wait_for(self.server.stdout.readline(), 20)).decode().strip()

    async def end(self):
        self.server.stdin.close()
        await self.server.wait()

    async def test_messages_come_back(self):
        url = await self.serve()
        sizes = [0, 1, 125, 126, 65535, 65536, 1_000_000]
        actions = [action for size in sizes for action in (f"bytes:{size}", "receive")]
        status, lines = await run("--protocol", "x", "--protocol", "chat", url, "text:h\u00e9llo", "receive", *actions,
                                  "close:4000:bye")
        self.assertEqual(["text h\u00e9llo", *(f"bytes {size}" for size in sizes), "closed 4000 bye"], lines[1:])
        self.assertEqual(f"open {url}/ protocol=chat compressed=0", lines[0])
        self.assertEqual(0, status)
        self.assertEqual("close 4000 bye", await self.said())

    async def test_compression_in_every_shape(self):
        for server in ({}, {"serverNoContextTakeover": True, "clientNoContextTakeover": True},
                       {"serverMaxWindowBits": 9, "clientMaxWindowBits": 10}, {"threshold": 0}):
            url = await self.serve("deflate", json.dumps(server))
            # Asked for windows of 9 bits, a ws that is set to 10 answers with 10, which no client can take.
            windows = [] if "clientMaxWindowBits" in server else [["--window-bits", "9"]]
            for client in ([], ["--no-takeover"], *windows):
                status, lines = await run("--compress", *client, url, "texts:30:5000", *["receive"] * 30, "bytes:100000",
                                          "receive", "close")
                self.assertEqual([f"open {url}/ protocol= compressed=1", *["text 5000"] * 30, "bytes 100000", "closed 1000 "],
                                 lines, (server, client))
                self.assertEqual("close 1000", await self.said())
            await self.end()

    async def test_pieces_and_fragments(self):
        url = await self.serve()
        _, lines = await run(url, "pieces:50:3000", "receive", "pieces:1:0", "receive", "bytes:3000000", "receive-pieces",
                             "close")
        self.assertEqual(["bytes 150000", "bytes 0", "pieces 3000000", "closed 1000 "], lines[1:])
        _, lines = await run(url + "/fragments", "receive", "close")
        self.assertEqual(["text 1500", "closed 1000 "], lines[1:])

    async def test_pings_are_answered(self):
        url = await self.serve()
        _, lines = await run(url + "/ping", "receive", "close")
        self.assertEqual("text pong are you there?", lines[1])

    async def test_ends(self):
        url = await self.serve()
        _, lines = await run(url + "/close", "drain", "close")
        self.assertEqual(["closed 4010 closing \u00e9"] * 2, lines[1:])
        self.assertEqual("close 4010", await self.said())  # our answer repeats the code only
        _, lines = await run(url + "/terminate", "drain", "close")
        self.assertEqual(["text last words", "closed 1006 ", "closed 1006 "], lines[1:])
        self.assertEqual("close 1006", await self.said())
        _, lines = await run(url)  # neither side closed: the program just ends
        self.assertEqual(1, len(lines))
        self.assertEqual("close 1001", await self.said())


def certificates(folder):
    """A certificate for localhost, which is its own authority."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", f"{folder}/key.pem",
                    "-out", f"{folder}/cert.pem"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/cert.pem", f"{folder}/key.pem")
    return context


async def echo(socket, *_):
    async for message in socket:
        await socket.send(message)


class Python(unittest.IsolatedAsyncioTestCase):
    async def serve(self, handler=echo, **options):
        options.setdefault("max_size", None)
        server = await websockets.serve(handler, "127.0.0.1", 0, **options)
        self.addAsyncCleanup(functools.partial(self.end, server))
        return server.sockets[0].getsockname()[1]

    @staticmethod
    async def end(server):
        server.close()
        await server.wait_closed()

    async def test_every_window_and_context(self):
        for bits in range(9, 16):
            for no_context in (False, True):
                factory = ServerPerMessageDeflateFactory(
                    server_no_context_takeover=no_context, client_no_context_takeover=no_context,
                    server_max_window_bits=bits, client_max_window_bits=bits)
                port = await self.serve(compression=None, extensions=[factory])
                _, lines = await run("--compress", f"ws://127.0.0.1:{port}/", "texts:10:20000", *["receive"] * 10, "close")
                self.assertEqual([*["text 20000"] * 10, "closed 1000 "], lines[1:], (bits, no_context))
                self.assertIn("compressed=1", lines[0])

    async def test_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            port = await self.serve(ssl=certificates(folder))
            url = f"wss://localhost:{port}/"
            status, lines = await run("--ca", f"{folder}/cert.pem", url, "bytes:3000000", "receive", "text:x", "receive", "close")
            self.assertEqual((0, ["bytes 3000000", "text x", "closed 1000 "]), (status, lines[1:]))
            status, lines = await run(url)
            self.assertEqual((3, [f"error TLS with localhost:{port}: certificate verification failed: "
                                  "self-signed certificate"]), (status, lines))
            status, lines = await run("--ca", f"{folder}/cert.pem", f"wss://127.0.0.1:{port}/")
            self.assertEqual((3, [f"error TLS with 127.0.0.1:{port}: certificate verification failed: "
                                  "IP address mismatch"]), (status, lines))
            status, lines = await run(f"ws://localhost:{port}/")
            self.assertEqual(3, status)

    async def test_refusals(self):
        async def refuse(path, fields):
            if path == "/teapot":
                return http.HTTPStatus.IM_A_TEAPOT, [("Content-Type", "text/plain"), ("X-A", "b")], b"short and stout\n"
            if path == "/old":
                return http.HTTPStatus.MOVED_PERMANENTLY, [("Location", "/new?x")], b""
            return None
        port = await self.serve(process_request=refuse, origins=["https://page.example"])
        url = f"ws://127.0.0.1:{port}"
        origin = ["--origin", "https://page.example"]
        self.assertEqual((3, [f"error {url}/teapot answers the WebSocket handshake with 418 I'm a Teapot: short and stout"]),
                         await run(*origin, url + "/teapot"))
        status, lines = await run("--origin", "https://other.example", url)
        self.assertEqual(3, status)
        self.assertIn("403 Forbidden", lines[0])
        status, lines = await run(*origin, url + "/old", "text:there", "receive", "close")
        self.assertEqual((0, [f"open {url}/new?x protocol= compressed=0", "text there", "closed 1000 "]), (status, lines))

    async def test_logins(self):
        port = await self.serve(create_protocol=websockets.basic_auth_protocol_factory(
            realm="r", credentials=("me", "pass:word")))
        status, lines = await run(f"ws://me:pass%3Aword@127.0.0.1:{port}/", "close")
        self.assertEqual((0, "closed 1000 "), (status, lines[-1]))
        status, lines = await run(f"ws://me:wrong@127.0.0.1:{port}/")
        self.assertEqual(3, status)
        self.assertIn("401 Unauthorized", lines[0])
        self.assertNotIn("wrong", lines[0])

    async def test_a_broken_message_ends_the_connection(self):
        async def broken(socket, *_):
            await socket.write_frame(True, 1, b"\xff\xfe")
            await socket.wait_closed()
            codes.append(socket.close_code)
        codes = []
        port = await self.serve(broken)
        _, lines = await run(f"ws://127.0.0.1:{port}/", "drain", "close")
        self.assertTrue(lines[1].startswith("closed 1007 "), lines)
        self.assertEqual([1007], codes)


if __name__ == "__main__":
    unittest.main()
