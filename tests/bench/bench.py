"""tests/bench/run after everything is built: chooses contestants, measures, reports. Called by that script."""

import argparse
import contextlib
import os
import pathlib
import resource
import sys
import tempfile

import clients
import contests
import crowd
import measure
import report
import servers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WHAT = ("plain", "pipelined", "memory", "compile", *contests.WHAT)


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="tests/bench/run",
        description="Measures Indrik beside a bare epoll server, nginx, and aiohttp under gunicorn.")
    parser.add_argument("--quick", action="store_true", help="3 rounds")
    parser.add_argument("--rounds", type=int, help="alternating rounds (default 7)")
    parser.add_argument("--seconds", type=float, help="length of one measurement (default 1)")
    parser.add_argument("--only", help="contestants, separated by commas: bare,indrik,nginx,aiohttp")
    parser.add_argument("--what", default=",".join(WHAT),
                        help="measurements, separated by commas (default: %(default)s)")
    parser.add_argument("--client", default="wrk,lean",
                        help="load generators, separated by commas: wrk, lean (default: %(default)s)")
    parser.add_argument("--against", action="append", default=[], metavar="[LABEL=]BUILD",
                        help="a second Indrik, given by its build directory; repeatable")
    parser.add_argument("--connections", type=int, default=64, help="under load (default %(default)s)")
    parser.add_argument("--depth", type=int, default=16, help="of pipelining (default %(default)s)")
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections (default %(default)s)")
    parser.add_argument("--header", action="append", default=[], metavar="'NAME: VALUE'",
                        help="a further field of every request; repeatable")
    parser.add_argument("--build", default=str(ROOT / "build/release"), help="build directory of Indrik")
    parser.add_argument("--write", action="store_true", help="put the tables into tests/bench/README.md")
    parser.add_argument("--check", action="store_true", help="exit 1 if a target is missed")
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (3 if options.quick else 7)
    options.seconds = options.seconds or 1.0
    unknown = sorted(set(options.what.split(",")) - set(WHAT))
    if unknown:
        parser.error(f"unknown measurement {', '.join(unknown)}; there are {', '.join(WHAT)}")
    return options


def show(line):
    print(line, file=sys.stderr, flush=True)


def raise_descriptor_limit(connections):
    """Returns how many of `connections` each process may hold."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = connections + 512
    if hard != resource.RLIM_INFINITY and hard < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
            return connections
        show(f"descriptors are limited to {hard}: measuring {hard - 512} idle connections")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return hard - 512
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return connections


def choose(contestants, options):
    names = options.only.split(",") if options.only else contestants.names()
    if "bare" not in names:
        names.insert(0, "bare")  # what the others are held against
    unknown = sorted(set(names) - set(contestants.names()))
    if unknown:
        sys.exit(f"tests/bench/run: unknown contestant {', '.join(unknown)}; there are "
                 f"{', '.join(contestants.names())}")
    chosen = []
    for name in names:
        reason = contestants.missing(name)
        if reason:
            show(f"left out: {name}: {reason}")
        else:
            chosen.append(name)
    return chosen


def labelled(builds):
    """{"label": build directory} of --against."""
    result = {}
    for number, text in enumerate(builds, start=1):
        label, _, path = text.rpartition("=")
        result[label or f"indrik-{number + 1}"] = pathlib.Path(path).resolve()
    return result


def measure_all(options):
    cpus = sorted(os.sched_getaffinity(0))
    server_cpu, client_cpu = (cpus[0], cpus[1]) if len(cpus) > 1 else (None, None)
    held = raise_descriptor_limit(options.idle)
    contestants = servers.Contestants(options.build, labelled(options.against), server_cpu, held)
    names = choose(contestants, options)
    what = options.what.split(",")
    common = (client_cpu, options.connections, options.seconds, options.header)
    lean = clients.Lean(options.build, *common)
    generators = [{"wrk": clients.Wrk(*common), "lean": lean}[name] for name in options.client.split(",")]
    results = {"pinned": server_cpu is not None, "held": held}

    with contextlib.ExitStack() as running:
        started = {}
        if "plain" in what or "pipelined" in what:
            for name in names:
                started[name] = contestants.start(name)
                running.callback(started[name].close)
        for client in generators:
            for kind, depth in (("plain", 1), ("pipelined", options.depth)):
                if kind in what:
                    results[kind, client.name] = measure.compare(started, client, depth, options.rounds, show)
    if "memory" in what:
        results["memory"] = {}
        for name in names:
            server = contestants.start(name)  # a fresh one: nothing left over from the load
            with contextlib.closing(server):
                results["memory"][name] = measure.idle_memory_kib(server, lean, held)
            show(f"idle memory: {name} {results['memory'][name]:.2f} KiB per connection")
    measure_contests(options, contestants, names, client_cpu, results)
    if "compile" in what:
        results["compile"] = measure.compile_seconds(options.build, ROOT / "apps/hello/main.cpp")
    return results


def measure_contests(options, contestants, names, client_cpu, results):
    """What is measured against nginx or against itself; see contests.py."""
    what = set(options.what.split(","))
    if not what & set(contests.WHAT):
        return
    results["contests"] = []
    results["uploads"] = {}
    with tempfile.TemporaryDirectory(prefix="indrik-bench-") as directory:
        materials = contests.Materials(pathlib.Path(directory))
        for contest in contests.make_all(materials, options, client_cpu):
            if contest.what not in what:
                continue
            with contextlib.ExitStack() as running:
                started = {}
                for label, name, site in contest.entries(contestants, names):
                    started[label] = contestants.start(name, site)
                    running.callback(started[label].close)
                if started:
                    show(contest.title)
                    rows = measure.compare(started, contest.client, 1, options.rounds, show, contest.baseline)
                    results["contests"].append((contest, rows))
        if "crowd" in what and "indrik" in names:
            results["crowd"] = crowd.measure(contestants, names, options.build, client_cpu, show)
        if "uploads" in what and "indrik" in names:
            for title, path, is_form in contests.UPLOADS:
                with contextlib.closing(contestants.start("indrik", materials.uploads())) as server:
                    grown = measure.upload_memory_kib(server, path, contests.UPLOAD_BYTES, is_form)
                results["uploads"][title] = grown
                show(f"{title}: {grown} KiB")


def main(arguments):
    options = parse_arguments(arguments)
    results = measure_all(options)
    text = report.markdown(results, options)
    print(text, end="")
    if options.write:
        report.write(HERE / "README.md", text)
    missed = [line for line, reached in report.targets(results) if not reached]
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except RuntimeError as error:
        sys.exit(f"tests/bench/run: {error}")
