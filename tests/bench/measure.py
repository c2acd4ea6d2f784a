"""The measurements of tests/bench/run: what a request costs, what an idle connection holds, how long hello takes to compile."""

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
    sample = {key: value for key, value in report.items() if key in ("p50_us", "p99_us")}
    sample["cpu_us"] = report["cpu_seconds"] * 1e6 / report["requests"]
    sample["throughput"] = report["requests"] / report["seconds"]
    return sample


def compare(servers, client, depth, rounds, show):
    """Alternating rounds: {name: {"cpu_us": median, "ratio": median of the ratios round by round, ...}}."""
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
        if "bare" in samples:
            ratios = [sample["cpu_us"] / bare["cpu_us"]
                      for sample, bare in zip(samples[name], samples["bare"])]
            result[name].update(ratio=statistics.median(ratios), low=min(ratios), high=max(ratios))
    return result


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
