"""What 10,000 WebSockets that listen cost the server: their memory, a message to all of them, their heartbeats."""

import contextlib
import json
import pathlib
import statistics
import subprocess
import time

import clients
import servers

CONNECTIONS = 10_000
MESSAGES = 20
HEARTBEAT_SECONDS = 10  # as in workloads.cpp
USUAL_HEARTBEAT_SECONDS = 30
REST_SECONDS = 25
ROOM = ("--worker-connections", "20000")
ECHO = servers.Site("bench/workloads.so:websocket_echo", arguments=ROOM)
TOPIC = servers.Site("bench/workloads.so:crowd", arguments=ROOM, bare="bare_websocket_server")


class Crowd:
    """websocket_crowd.cpp beside a server."""

    def __init__(self, build, server, cpu, path):
        self._process = subprocess.Popen(
            [str(pathlib.Path(build, "bench/websocket_crowd")), str(server.port), "--connections", str(CONNECTIONS),
             "--listen", path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=clients.pin(cpu))
        self._expect("ready")

    def close(self):
        self._process.kill()
        self._process.communicate()

    def ask(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return json.loads(self._expect("{"))

    def _expect(self, beginning):
        line = self._process.stdout.readline()
        if not line.startswith(beginning):
            self._process.kill()
            raise RuntimeError(self._process.communicate()[1].strip() or "the crowd has failed")
        return line


def measure(contestants, names, build, cpu, show):
    """[(title, figure, unit, limit)]; no limit: None"""
    with contextlib.closing(contestants.start("indrik", ECHO)) as server:
        memory = idle_memory(server, build, cpu)
        show(f"{CONNECTIONS:,} idle WebSockets: {memory:.2f} KiB each")
    with contextlib.closing(contestants.start("indrik", TOPIC)) as server:
        with contextlib.closing(Crowd(build, server, cpu, "/listen")) as crowd:
            cost = broadcast_cost(server, crowd, "indrik", show)
            share = heartbeat_share(server, crowd)
            show(f"heartbeats every {USUAL_HEARTBEAT_SECONDS} s: {share:.2f} % of a CPU")
    count = f"{CONNECTIONS:,} WebSockets"
    broadcast = f"a message of 100 bytes to {count}, median of {MESSAGES}: CPU per recipient"
    rows = [(f"memory of an idle WebSocket, {count}", memory, "KiB", 4),
            (broadcast, cost, "us", 3),
            (f"heartbeats of {count} every {USUAL_HEARTBEAT_SECONDS} s: share of a CPU", share, "%", 1)]
    if "bare" in names:
        with contextlib.closing(contestants.start("bare", TOPIC)) as server:
            with contextlib.closing(Crowd(build, server, cpu, "/listen")) as crowd:
                floor = broadcast_cost(server, crowd, "bare", show)
        rows[2:2] = [(f"{broadcast}, bare server", floor, "us", None),
                     (f"{broadcast}, Indrik beside the bare server", cost / floor, "times", None)]
    return rows


def idle_memory(server, build, cpu):
    """KiB of each."""
    before = server.memory_kib()
    with contextlib.closing(Crowd(build, server, cpu, "/echo")) as crowd:
        crowd.ask("rest 1")  # what the opening leaves behind
        return (server.memory_kib() - before) / CONNECTIONS


def broadcast_cost(server, crowd, name, show):
    costs = broadcast_costs(server, crowd)
    cost = statistics.median(costs)
    show(f"broadcast to {CONNECTIONS:,}, {name}: {cost:.2f} us each ({min(costs):.2f} to {max(costs):.2f})")
    return cost


def broadcast_costs(server, crowd):
    """Microseconds of CPU for each recipient of each message."""
    crowd.ask("rest 1")
    costs = []
    for _ in range(MESSAGES):
        begin = server.cpu_seconds()
        reached = crowd.ask("publish")["recipients"]
        costs.append(1e6 * (server.cpu_seconds() - begin) / reached)
    return costs


def heartbeat_share(server, crowd):
    """Percent of a CPU, if heartbeats were as rare as they usually are. Pings, and the pongs that come back."""
    begin, start = server.cpu_seconds(), time.monotonic()
    pings = crowd.ask(f"rest {REST_SECONDS}")["pings"]
    if pings < 2 * CONNECTIONS:
        raise RuntimeError(f"only {pings} heartbeats came")
    used, passed = server.cpu_seconds() - begin, time.monotonic() - start
    return 100 * used / passed * HEARTBEAT_SECONDS / USUAL_HEARTBEAT_SECONDS
