"""Topics over the bus between workers: everybody gets what is published, whoever dies, retires, joins or hangs.

python3-websockets belongs to the system's Python, which runs this.
"""

import asyncio
import collections
import contextlib
import json
import os
import signal
import time
import unittest

import websockets

import master
from master import Master, wait_until
from preload_test import preloader_of

MODULE = str(master.MODULES / "topics.so")
WORKERS = 4
TIMEOUT = ("-t", "120")  # a worker that a test stops is not aborted


class Listener:
    """A WebSocket that forwards a topic, and knows its worker."""

    def __init__(self, client, pid):
        self.client = client
        self.pid = pid

    async def receive(self):
        return await asyncio.wait_for(self.client.recv(), master.PATIENCE)

    async def receive_until(self, last):
        received = [await self.receive()]
        while received[-1] != last:
            received.append(await self.receive())
        return received


class TopicsTest(unittest.IsolatedAsyncioTestCase):
    def start(self, *options):
        self.server = self.enterContext(
            Master("-w", str(WORKERS), *TIMEOUT, *options, command=[master.COMMAND, MODULE]))
        asyncio.get_running_loop().slow_callback_duration = master.PATIENCE
        self.stack = contextlib.AsyncExitStack()
        self.addAsyncCleanup(self.stack.aclose)  # before the server ends
        wait_until(lambda: all(one["nodes"] == WORKERS - 1 for one in self.states().values()), "all workers to know each other")

    # ---- workers, each found by asking until the right one answers

    def states(self, missing=()):
        """pid -> its state, of all workers but those."""
        wanted = set(self.server.workers()) - set(missing)
        states = {}
        deadline = time.monotonic() + master.PATIENCE
        while set(states) < wanted and time.monotonic() < deadline:
            connection = self.server.connect()
            connection.timeout = 1
            with contextlib.suppress(OSError):
                state = json.loads(self.server.get("/state", connection).body)
                states[state["pid"]] = state
            connection.close()
        return states

    def flood_from_a_running_worker(self, count):
        while True:
            connection = self.server.connect()
            connection.timeout = 1
            try:
                self.server.get("/state", connection)
            except OSError:  # it waits for the one that is stopped
                connection.close()
                continue
            connection.sock.settimeout(master.PATIENCE)
            answer = self.server.get(f"/flood/{count}/1000", connection)
            connection.close()
            return int(answer.body)

    async def listen(self, topic="room", name="x", query=""):
        url = f"ws://127.0.0.1:{self.server.port()}/listen/{topic}/{name}{query}"
        client = await self.stack.enter_async_context(
            websockets.connect(url, compression=None, open_timeout=master.PATIENCE, close_timeout=1))
        return Listener(client, int(await asyncio.wait_for(client.recv(), master.PATIENCE)))

    async def listen_everywhere(self, topic="room"):
        """pid -> a listener there."""
        wanted = set(self.server.workers())
        listeners = {}
        while set(listeners) < wanted:
            one = await self.listen(topic, name=f"n{len(listeners)}")
            if one.pid in listeners:
                await one.client.close()
            else:
                listeners[one.pid] = one
        return listeners

    async def publish(self, text, topic="room"):
        """The pid of the worker that did."""
        answer = await asyncio.to_thread(self.server.get, f"/publish/{topic}/{text}")
        return int(answer.body)

    async def eventually(self, condition, what):
        deadline = time.monotonic() + master.PATIENCE
        while not await asyncio.to_thread(condition):
            self.assertLess(time.monotonic(), deadline, f"waited in vain for {what}")

    # ---- the tests

    async def test_every_worker_gets_everything_in_order(self):
        self.start()
        listeners = await self.listen_everywhere()
        by_worker = collections.defaultdict(list)
        for i in range(40):
            text = f"m{i}"
            by_worker[await self.publish(text)].append(text)
        await self.publish("end")
        await self.publish("elsewhere", topic="other")
        self.assertGreater(len(by_worker), 1, "several workers published")
        for listener in listeners.values():
            received = await listener.receive_until("end")
            for texts in by_worker.values():
                self.assertEqual(texts, [text for text in received if text in texts])
            self.assertEqual(41, len(received))
        wait_until(lambda: all(one["present"] == WORKERS for one in self.states().values()), "all to be present everywhere")
        self.assertEqual({"n0": 1, "n1": 1, "n2": 1, "n3": 1}, next(iter(self.states().values()))["names"])

    async def test_preloaded_workers_meet_as_well(self):
        self.server = self.enterContext(
            Master("-w", "3", "--preload", *TIMEOUT, command=[master.COMMAND, MODULE]))
        self.stack = contextlib.AsyncExitStack()
        self.addAsyncCleanup(self.stack.aclose)
        preloader = preloader_of(self.server)

        def know_each_other():
            states = self.states(missing=[preloader])
            return len(states) == 3 and all(one["nodes"] == 2 for one in states.values())
        wait_until(know_each_other, "all workers to know each other")
        listener = await self.listen()
        pids = set()
        for i in range(30):
            pids.add(await self.publish(f"m{i}"))
        await self.publish("end")
        self.assertEqual([f"m{i}" for i in range(30)], sorted((await listener.receive_until("end"))[:-1], key=lambda m: int(m[1:])))
        self.assertGreater(len(pids), 1, "several workers published")
        victim = next(pid for pid in self.server.workers() if pid not in (preloader, listener.pid))
        os.kill(victim, signal.SIGKILL)
        self.server.expect(f"Worker (pid:{victim}) was sent SIGKILL!")
        self.server.expect("is ready in slot")
        await self.eventually(know_each_other, "the new one to be known")

    async def test_large_messages_arrive_whole(self):
        self.start()
        await asyncio.to_thread(self.server.get, "/flood/20/3000000")
        wait_until(lambda: all(one["messages"] == 20 for one in self.states().values()), "20 large messages everywhere")
        for state in self.states().values():
            self.assertEqual((0, 0), (state["out_of_order"], state["gaps"]))

    async def test_a_killed_worker_is_missed_by_nobody(self):
        self.start()
        listeners = await self.listen_everywhere()
        wait_until(lambda: all(one["present"] == WORKERS for one in self.states().values()), "all to be present")
        victim, lost = listeners.popitem()
        os.kill(victim, signal.SIGKILL)
        await self.publish("after")
        for listener in listeners.values():
            self.assertEqual("after", await listener.receive())
        with self.assertRaises(websockets.ConnectionClosed):
            await lost.receive()
        await self.eventually(lambda: len(set(self.server.workers()) - {victim}) == WORKERS, "its successor")
        await self.eventually(lambda: all(one["present"] == WORKERS - 1 and one["nodes"] == WORKERS - 1
                                          for one in self.states().values()), "the dead to be forgotten")
        newcomers = await self.listen_everywhere()
        await self.publish("again")
        for listener in [*newcomers.values(), *listeners.values()]:
            self.assertIn("again", await listener.receive_until("again"))

    async def test_generations_talk_to_each_other(self):
        self.start()
        old = await self.listen(query="?hold=1")
        generation = set(self.server.workers())
        self.server.send_signal(signal.SIGHUP)
        await asyncio.to_thread(self.server.expect, "Reloaded: generation 2")
        number = 1
        while await self.publish(f"from-a-new-one-{number}") in generation:  # which take who waits in their queues
            number += 1
        self.assertEqual(number, len(await old.receive_until(f"from-a-new-one-{number}")))
        with self.assertRaises(websockets.ConnectionClosed) as closed:
            await old.receive()
        self.assertEqual(1001, closed.exception.code)
        await self.eventually(lambda: not generation & set(self.server.workers()), "the old ones to end")
        await self.eventually(lambda: all((one["nodes"], one["present"]) == (WORKERS - 1, 0)
                                          for one in self.states().values()), "the old ones to be forgotten")

    async def test_masters_that_change_places_share_the_bus(self):
        """Whether a worker was there before the new master, or was forked while that had workers already."""
        self.start()
        old = await self.listen(query="?hold=1")
        generation = set(self.server.workers())
        self.server.send_signal(signal.SIGUSR2)
        line = await asyncio.to_thread(self.server.expect, "the new master has pid")
        successor = int(line.rsplit(" ", 1)[1])
        await asyncio.to_thread(self.server.expect, "Booting worker")
        os.kill(successor, signal.SIGSTOP)  # so that it does not take over before its time
        os.kill(next(pid for pid in generation if pid != old.pid), signal.SIGKILL)
        latecomer = await asyncio.to_thread(self.server.expect_pid, "Booting worker")
        await asyncio.to_thread(self.server.expect, f"(pid:{latecomer}) is ready")
        late = await self.listen(query="?hold=1")
        while late.pid != latecomer:
            await late.client.close()
            late = await self.listen(query="?hold=1")
        generation.add(latecomer)
        os.kill(successor, signal.SIGCONT)
        await asyncio.to_thread(self.server.expect, "all workers of the new master")
        number = 1
        while await self.publish(f"from-a-new-one-{number}") in generation:
            number += 1
        for listener in (old, late):
            self.assertEqual(number, len(await listener.receive_until(f"from-a-new-one-{number}")))
            with self.assertRaises(websockets.ConnectionClosed):
                await listener.receive()
        await asyncio.to_thread(self.server.expect, "is gone")
        self.server.pid = successor
        await self.eventually(lambda: len(self.states()) == WORKERS and
                              all((one["nodes"], one["present"]) == (WORKERS - 1, 0) for one in self.states().values()),
                              "the old ones to be forgotten")

    async def test_workers_join_and_leave(self):
        self.start()
        self.server.send_signal(signal.SIGTTIN)
        await asyncio.to_thread(self.server.expect, "is ready in slot")
        await self.eventually(lambda: len(self.states()) == WORKERS + 1 and
                              all(one["nodes"] == WORKERS for one in self.states().values()), "the fifth")
        listeners = await self.listen_everywhere()
        await self.publish("five")
        for listener in listeners.values():
            self.assertEqual("five", await listener.receive())
        self.server.send_signal(signal.SIGTTOU)
        await self.eventually(lambda: len(self.server.workers()) == WORKERS, "the fifth to go")
        await self.eventually(lambda: all((one["nodes"], one["present"]) == (WORKERS - 1, WORKERS)
                                          for one in self.states().values()), "the fifth to be forgotten")

    async def test_a_stopped_worker_blocks_nobody(self):
        self.start()
        listeners = await self.listen_everywhere()
        stopped = max(listeners)
        os.kill(stopped, signal.SIGSTOP)
        count = 20_000
        publisher = await asyncio.to_thread(self.flood_from_a_running_worker, count)
        await self.eventually(lambda: all(one["messages"] >= count for one in self.states([stopped]).values()),
                              "the others to have all of it")
        for state in self.states([stopped]).values():
            self.assertEqual((0, 0), (state["out_of_order"], state["gaps"]))
        state = self.states([stopped])[publisher]
        self.assertGreater(state["dropped"], 0)
        self.assertLess(state["waiting"], 9 * 1024 * 1024)

        # Who comes and goes meanwhile is told later.
        await next(one for pid, one in listeners.items() if pid != stopped).client.close()
        os.kill(stopped, signal.SIGCONT)
        await self.eventually(lambda: self.states().get(stopped, {}).get("gaps"), "the gap")
        self.assertIn("gap", await listeners[stopped].receive_until("gap"))
        await self.eventually(lambda: all(one["present"] == WORKERS - 1 and one["waiting"] == 0
                                          for one in self.states().values()), "presence to be right again")
        self.assertEqual(0, self.states()[stopped]["out_of_order"])
        await self.publish("end")
        self.assertIn("end", await listeners[stopped].receive_until("end"))


if __name__ == "__main__":
    unittest.main()
