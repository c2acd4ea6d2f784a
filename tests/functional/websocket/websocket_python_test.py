"""python3-websockets against /ws/echo of apps/httpbin. Environment: INDRIK_COMMAND, INDRIK_MODULE."""

import asyncio
import os
import random
import socket
import unittest

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

import served

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class Echo(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"])
        cls.server.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def connect(self, **options):
        options.setdefault("max_size", None)
        return websockets.connect(f"ws://127.0.0.1:{self.server.port}/ws/echo", **options)

    async def echoes(self, client, message):
        await client.send(message)
        answer = await asyncio.wait_for(client.recv(), 30)
        self.assertTrue(answer == message, f"{len(answer)} of {len(message)}")

    async def test_messages_of_all_sizes_come_back(self):
        for compression in (None, "deflate"):
            async with self.connect(compression=compression) as client:
                for size in (0, 1, 125, 126, 127, 65535, 65536, 1_000_000):
                    await self.echoes(client, "\u00e9" * (size // 2) + "x" * (size % 2))
                    await self.echoes(client, random.Random(size).randbytes(size))

    async def test_every_window_and_context_is_agreed_upon(self):
        text = "The quick brown fox jumps over the lazy dog. " * 400
        for bits in range(8, 16):
            for no_context in (False, True):
                # The client's own compressor cannot do 8 bits; its decompressor can.
                factory = ClientPerMessageDeflateFactory(
                    server_no_context_takeover=no_context, client_no_context_takeover=no_context,
                    server_max_window_bits=bits, client_max_window_bits=max(bits, 9))
                async with self.connect(compression=None, extensions=[factory]) as client:
                    self.assertEqual(["permessage-deflate"], [e.name for e in client.extensions])
                    for _ in range(3):
                        await self.echoes(client, text)

    async def test_fragments_are_joined(self):
        async with self.connect() as client:
            await client.send(["one ", "two ", "three"])
            self.assertEqual("one two three", await client.recv())

    async def test_64_mib_in_one_message_but_not_more(self):
        async with self.connect(compression=None) as client:
            await self.echoes(client, bytes(64 * 1024 * 1024))
            with self.assertRaises(websockets.ConnectionClosedError) as caught:
                await client.send(bytes(64 * 1024 * 1024 + 1))
                await client.recv()
            self.assertEqual(1009, caught.exception.rcvd.code)

    async def test_pings_are_answered(self):
        async with self.connect() as client:
            for payload in (b"", b"hello", bytes(125)):
                pong = await client.ping(payload)
                await asyncio.wait_for(pong, 10)

    async def test_the_closing_code_comes_back(self):
        async with self.connect() as client:
            await client.close(4321, "enough")
            self.assertEqual(4321, client.close_code)

    async def test_many_clients_at_once(self):
        async def one(number):
            async with self.connect() as client:
                for i in range(20):
                    await self.echoes(client, f"{number}:{i}")
        await asyncio.gather(*(one(number) for number in range(50)))

    async def test_a_slow_reader_gets_everything(self):
        async with self.connect(compression=None, max_queue=1) as client:
            async def send_all():
                for number in range(40):
                    await client.send(bytes([number]) * 500_000)
            sending = asyncio.create_task(send_all())
            await asyncio.sleep(0.3)  # until all buffers on the way are full
            for number in range(40):
                self.assertEqual(bytes([number]) * 500_000, await client.recv())
            await sending

    async def test_who_asks_without_upgrade_is_told(self):
        status, fields, body = self.server.request("GET", "/ws/echo")
        self.assertEqual((426, "websocket", "13"),
                         (status, fields["Upgrade"], fields["Sec-WebSocket-Version"]))
        self.assertIn(b"Upgrade: websocket", body)
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
        status, fields, _ = self.server.request(
            "GET", "/ws/echo", headers={**upgrade, "Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": KEY})
        self.assertEqual((426, "13"), (status, fields["Sec-WebSocket-Version"]))
        status, _, body = self.server.request(
            "GET", "/ws/echo", headers={**upgrade, "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "short"})
        self.assertEqual(400, status)
        self.assertIn(b"Sec-WebSocket-Key", body)

    async def test_what_breaks_the_rules_is_closed_with_a_code(self):
        for frame, code in ((b"\x81\x05hello", 1002), (b"\x83\x80abcd", 1002), (b"\xf1\x80abcd", 1002),
                            (b"\x89\xfe\x00\x7eabcd", 1002), (b"\x81\x81\0\0\0\0\xff", 1007),
                            (b"\x88\x81\0\0\0\0\x03", 1002), (b"\x82\xff\x7f" + b"\xff" * 7 + b"abcd", 1009)):
            self.assertEqual(code, self.code_after(frame), frame)

    def code_after(self, frame):
        """The code with which the server closes when it is sent these bytes."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=15) as client:
            client.sendall(f"GET /ws/echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n".encode())
            received = b""
            while b"\r\n\r\n" not in received:
                received += client.recv(4096)
            client.sendall(frame)
            received = received.split(b"\r\n\r\n", 1)[1]
            while True:
                piece = client.recv(4096)
                if not piece:
                    break
                received += piece
        self.assertEqual(0x88, received[0], received)
        return int.from_bytes(received[2:4], "big")


class Retirement(unittest.IsolatedAsyncioTestCase):
    async def test_a_worker_that_retires_closes_with_1001(self):
        server = served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"])
        server.__enter__()
        client = await websockets.connect(f"ws://127.0.0.1:{server.port}/ws/echo")
        await client.send("here")
        self.assertEqual("here", await client.recv())
        stopping = asyncio.get_running_loop().run_in_executor(None, server.__exit__)
        with self.assertRaises(websockets.ConnectionClosed):
            await asyncio.wait_for(client.recv(), 20)
        self.assertEqual(1001, client.close_code)
        await stopping


if __name__ == "__main__":
    unittest.main()
