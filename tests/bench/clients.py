"""The load generators of tests/bench/run.

wrk is what everybody measures with; on one core it is slower than a lean server, which then sleeps now and then. The lean
client (load_client.cpp) keeps the server busy all the time: the price of a request under full load. Handshakes have a client of
their own.
"""

import json
import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
MICROSECONDS = {"us": 1, "ms": 1e3, "s": 1e6, "m": 60e6}


def pin(cpu):
    return None if cpu is None else (lambda: os.sched_setaffinity(0, {cpu}))


class Wrk:
    """One thread, whole seconds."""

    name = "wrk"

    def __init__(self, cpu, connections, seconds, headers):
        self._cpu = cpu
        self._command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency",
                         *(part for header in headers for part in ("-H", header))]

    def run(self, server, depth):
        """{"requests", "seconds", "cpu_seconds"} of one round, and "p50_us" and "p99_us" if known."""
        script = [] if depth == 1 else ["-s", str(HERE / "pipeline.lua")]
        command = [*self._command, *script, f"http://127.0.0.1:{server.port}/"]
        if depth != 1:
            command += ["--", str(depth)]
        before = server.cpu_seconds()
        done = subprocess.run(command, capture_output=True, text=True, preexec_fn=pin(self._cpu))
        used = server.cpu_seconds() - before
        if done.returncode != 0 or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
            raise RuntimeError(f"wrk against {server.name}: {done.stdout}{done.stderr}")
        total = re.search(r"(\d+) requests in ([\d.]+)(\w+),", done.stdout)
        report = {
            "requests": int(total.group(1)),
            "seconds": float(total.group(2)) * MICROSECONDS[total.group(3)] / 1e6,
            "cpu_seconds": used,
        }
        if depth == 1:  # wrk 4.1 loses count of the latencies of pipelined requests
            report["p50_us"] = self._percentile(done.stdout, 50)
            report["p99_us"] = self._percentile(done.stdout, 99)
        return report

    @staticmethod
    def _percentile(output, number):
        value, unit = re.search(rf"^\s+{number}%\s+([\d.]+)(\w+)$", output, re.MULTILINE).groups()
        return float(value) * MICROSECONDS[unit]


class Held:
    """The lean client beside one server, connected and ready to begin."""

    def __init__(self, program, server, cpu, arguments):
        self._process = subprocess.Popen(
            [str(program), str(server.port), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=pin(cpu))

    def __enter__(self):
        if self._process.stdout.readline() != "ready\n":
            self._fail()
        return self

    def __exit__(self, *unused):
        self._process.kill()
        self._process.communicate()

    def go(self):
        """Lets it work and returns its report."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._fail()
        return json.loads(line)

    def _fail(self):
        self._process.kill()
        raise RuntimeError(self._process.communicate()[1].strip() or "the load client has failed")


class Counting:
    """A program that prints how many requests it has made in how many seconds."""

    def __init__(self, name, program, cpu, arguments):
        self.name = name
        self._program = program
        self._cpu = cpu
        self._arguments = [str(argument) for argument in arguments]

    def run(self, server, depth):
        arguments = [*self._arguments, *server.site.load]
        if depth != 1:
            arguments += ["--depth", str(depth)]
        with Held(self._program, server, self._cpu, arguments) as client:
            before = server.cpu_seconds()
            report = client.go()
            report["cpu_seconds"] = server.cpu_seconds() - before
        return report


class Lean(Counting):
    """load_client.cpp: checks every response, keeps the server saturated, and holds idle connections."""

    def __init__(self, build, cpu, connections, seconds, headers, more=()):
        self._headers = [part for header in headers for part in ("--header", header)]
        super().__init__("lean", pathlib.Path(build, "bench/load_client"), cpu,
                         ["--connections", connections, "--seconds", seconds, *self._headers, *more])

    def hold(self, server, connections):
        """A context in which `connections` idle connections are open, each having had one answer; go() tells how many are left."""
        return Held(self._program, server, self._cpu, ["--hold", str(connections), *self._headers])


class Handshakes(Counting):
    """handshake_client.cpp: full handshakes of one TLS version."""

    def __init__(self, build, cpu, seconds, version):
        super().__init__("handshakes", pathlib.Path(build, "bench/handshake_client"), cpu,
                         ["--connections", 16, "--seconds", seconds, "--tls", version])


class WebSockets(Counting):
    """websocket_client.cpp: messages of 125 bytes that come back."""

    def __init__(self, build, cpu, connections, seconds, more=()):
        super().__init__("WebSockets", pathlib.Path(build, "bench/websocket_client"), cpu,
                         ["--connections", connections, "--seconds", seconds, *more])
