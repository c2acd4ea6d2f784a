"""The measurements of tests/bench/run: what a request costs, what an idle connection or an upload holds, how long hello takes to
compile."""

import http.client
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import tempfile
import time

MEMORY_SETTLE_SECONDS = 0.5


def idle_memory_kib(server, client, connections):
    """KiB by which the server's processes grow for each idle connection that has had one answer."""
    with client.hold(server, 64):
        pass  # whatever is set up by the first requests is not counted
    time.sleep(MEMORY_SETTLE_SECONDS)
    before = server.memory_kib()
    with client.hold(server, connections) as held:
        time.sleep(MEMORY_SETTLE_SECONDS)
        grown = server.memory_kib() - before
        kept = held.go()["kept"]
    if kept != connections:
        raise RuntimeError(f"{server.name} kept only {kept} of {connections} idle connections")
    return max(0, grown / connections)


def one_round(server, client, depth):
    report = client.run(server, depth)
    sample = {key: value for key, value in report.items() if key in ("p50_us", "p99_us", "bytes")}
    sample["cpu_us"] = report["cpu_seconds"] * 1e6 / report["requests"]
    sample["throughput"] = report["requests"] / report["seconds"]
    return sample


def compare(servers, client, depth, rounds, show, baseline="bare"):
    """Alternating rounds: {name: {"cpu_us": median, "ratio": median of the ratios to `baseline` round by round, ...}}."""
    names = list(servers)
    samples = {name: [] for name in names}
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            samples[name].append(one_round(servers[name], client, depth))
        show(f"{client.name}, depth {depth}, round {number + 1} of {rounds}: " + "  ".join(
            f"{name} {samples[name][-1]['cpu_us']:.3f}" for name in names) + " us")
    result = {}
    for name in names:
        result[name] = {key: statistics.median(sample[key] for sample in samples[name])
                        for key in samples[name][0]}
        if baseline in samples:
            ratios = [sample["cpu_us"] / base["cpu_us"]
                      for sample, base in zip(samples[name], samples[baseline])]
            result[name].update(ratio=statistics.median(ratios), low=min(ratios), high=max(ratios))
    return result


def upload(port, path, size, is_form):
    """Sends `size` bytes, as the only file of a form or as they are; the server tells how many it has stored."""
    piece = bytes(range(256)) * 256
    head = tail = b""
    fields = {"Content-Type": "application/octet-stream"}
    if is_form:
        fields["Content-Type"] = "multipart/form-data; boundary=bench"
        head = (b'--bench\r\nContent-Disposition: form-data; name="file"; filename="file.bin"\r\n'
                b"Content-Type: application/octet-stream\r\n\r\n")
        tail = b"\r\n--bench--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("POST", path)
    for name, value in fields.items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(head) + size + len(tail)))
    connection.endheaders(head)
    for begin in range(0, size, len(piece)):
        connection.send(piece[:size - begin])
    connection.send(tail)
    response = connection.getresponse()
    stored = response.read()
    connection.close()
    if response.status != 200 or stored != str(size).encode():
        raise RuntimeError(f"upload to {path}: {response.status} {stored[:200]!r}, not {size}")


def upload_memory_kib(server, path, size, is_form):
    """KiB by which the resident set of the server grows at most during an upload. A small one before it is not counted."""
    upload(server.port, path, 16 * 1024, is_form)
    server.watch_peak_memory()
    before = server.resident_kib()
    upload(server.port, path, size, is_form)
    return server.resident_kib(peak=True) - before


def compile_seconds(build, source, runs=3):
    """Median time of compiling `source` at -O2 with the flags of `build` and no cache; None if it is not there."""
    source = pathlib.Path(source).resolve()
    commands = pathlib.Path(build, "compile_commands.json")
    if not source.exists() or not commands.exists():
        return None
    for entry in json.loads(commands.read_text()):
        if pathlib.Path(entry["directory"], entry["file"]).resolve() == source:
            break
    else:
        return None
    words = [word for word in shlex.split(entry["command"])
             if not word.startswith("-O") and pathlib.Path(word).name != "ccache"]
    with tempfile.TemporaryDirectory() as directory:
        words[words.index("-o") + 1] = str(pathlib.Path(directory, "hello.o"))
        times = []
        for _ in range(runs):
            begin = time.monotonic()
            subprocess.run([*words, "-O2"], cwd=entry["directory"], check=True,
                           env={**os.environ, "CCACHE_DISABLE": "1"})
            times.append(time.monotonic() - begin)
    return statistics.median(times)
