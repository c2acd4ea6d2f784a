"""apps/chat as python3-websockets sees it. Environment: INDRIK_COMMAND, INDRIK_MODULE."""

import asyncio
import contextlib
import json
import os
import signal
import time
import unittest

import websockets

import served

PATIENCE = 30


class Guest:
    """Somebody in a room."""

    def __init__(self, client):
        self.client = client
        self.seen = []

    async def receive(self, kind, matches=lambda message: True):
        """The next message of that kind that matches; all others are kept in `seen`."""
        while True:
            message = json.loads(await asyncio.wait_for(self.client.recv(), PATIENCE))
            self.seen.append(message)
            if message["type"] == kind and matches(message):
                return message

    async def say(self, text, key):
        await self.client.send(json.dumps({"type": "say", "key": key, "text": text}))
        return await self.receive("message", lambda message: message["key"] == key)


class ChatTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.server = self.enterContext(
            served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"], workers=4))

    async def asyncSetUp(self):
        asyncio.get_running_loop().slow_callback_duration = PATIENCE
        self.stack = contextlib.AsyncExitStack()
        self.addAsyncCleanup(self.stack.aclose)

    async def enter(self, name, room="lobby", after=""):
        """(guest, the room's hello)"""
        url = f"ws://127.0.0.1:{self.server.port}/ws/{room}?name={name}&after={after}"
        client = await self.stack.enter_async_context(websockets.connect(url, open_timeout=PATIENCE, close_timeout=1))
        guest = Guest(client)
        return guest, await guest.receive("hello")

    async def enter_elsewhere(self, name, workers, **options):
        """Until it is another worker's guest."""
        while True:
            guest, hello = await self.enter(name, **options)
            if hello["worker"] not in workers:
                return guest, hello
            await guest.client.close()

    async def test_people_on_different_workers_meet(self):
        anna, hello = await self.enter("anna")
        self.assertEqual([], hello["entries"])
        ben, _ = await self.enter_elsewhere("ben", {hello["worker"]})
        everybody = [{"name": "anna", "windows": 1}, {"name": "ben", "windows": 1}]
        await anna.receive("people", lambda message: message["people"] == everybody)
        await ben.receive("people", lambda message: message["people"] == everybody)

        said = await anna.say("hello <b>ben</b>", "k1")
        self.assertEqual(("anna", "hello <b>ben</b>"), (said["name"], said["text"]))
        self.assertEqual(said, await ben.receive("message"))
        await ben.client.send(json.dumps({"type": "typing"}))
        self.assertEqual("ben", (await anna.receive("typing"))["name"])
        await ben.client.close()
        await anna.receive("people", lambda message: message["people"] == everybody[:1])

    async def test_what_is_said_twice_with_one_key_is_said_once(self):
        anna, hello = await self.enter("anna")
        await anna.say("once", "key")
        other, hello = await self.enter_elsewhere("anna", {hello["worker"]})
        self.assertEqual(["once"], [entry["text"] for entry in hello["entries"]])
        await other.client.send(json.dumps({"type": "say", "key": "key", "text": "once"}))
        await other.say("end", "end")
        self.assertEqual(["once", "end"], [entry["text"] for entry in (await self.enter("ben"))[1]["entries"]])

    async def test_rooms_are_apart(self):
        anna, _ = await self.enter("anna", room="one")
        await anna.say("in one", "k")
        self.assertEqual([], (await self.enter("ben", room="two"))[1]["entries"])

    async def test_a_room_keeps_fifty_messages_through_reloads_and_deaths(self):
        anna, hello = await self.enter("anna")
        for i in range(60):
            await anna.say(str(i), f"k{i}")
        texts = [str(i) for i in range(10, 60)]
        for worker in self.server.workers()[:3]:
            os.kill(worker, signal.SIGKILL)
            await self.until(lambda: worker not in self.server.workers() and len(self.server.workers()) == 4)
            await asyncio.to_thread(self.server.request, "GET", "/")
        old = set(self.server.workers())
        self.server.send_signal(signal.SIGHUP)
        await self.until(lambda: not old & set(self.server.workers()) and len(self.server.workers()) == 4)
        seen = set()
        while len(seen) < 4:
            guest, hello = await self.enter("ben")
            seen.add(hello["worker"])
            self.assertEqual(texts, [entry["text"] for entry in hello["entries"]])
            await guest.client.close()

    async def test_who_comes_back_gets_what_is_new(self):
        anna, _ = await self.enter("anna")
        first = await anna.say("early", "k1")
        long_ago = f"{first['at'] + 60_000:013}-0"
        self.assertEqual([], (await self.enter("ben", after=long_ago))[1]["entries"])
        self.assertEqual(1, len((await self.enter("ben", after=first["id"]))[1]["entries"]), "a few seconds overlap")

    async def test_nonsense_is_refused(self):
        for path in ("/ws/lobby", "/ws/lobby?name=%20", "/ws/lobby?name=" + "x" * 129):
            status, _, body = await asyncio.to_thread(self.server.request, "GET", path)
            self.assertEqual((400, True), (status, b"name" in body), path)
        self.assertEqual(404, (await asyncio.to_thread(self.server.request, "GET", "/room/not%20a%20room"))[0])
        anna, _ = await self.enter("anna")
        await anna.client.send('{"type": 5}')
        with self.assertRaises(websockets.ConnectionClosed) as closed:
            await anna.receive("never")
        self.assertEqual(1007, closed.exception.code)

    async def until(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    unittest.main()
