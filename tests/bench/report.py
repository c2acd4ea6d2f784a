"""The report of tests/bench/run: one table in Markdown, the targets, and the machine it was measured on."""

import pathlib
import platform
import re
import subprocess
import time

import contests

BEGIN = "<!-- tests/bench/run --write: begin -->"
END = "<!-- tests/bench/run --write: end -->"

CLIENTS = {"wrk": "load from wrk", "lean": "load from `load_client`, which keeps the server saturated"}

TARGETS = (  # what Indrik must reach: label, limit, unit, where the figure is
    ("CPU per request, not pipelined", 1.15, "times bare", lambda r: r["plain", "wrk"]["indrik"]["ratio"]),
    ("CPU per request, 16 deep", 1.5, "times bare", lambda r: r["pipelined", "wrk"]["indrik"]["ratio"]),
    ("memory per idle connection", 1.5, "KiB", lambda r: r["memory"]["indrik"]),
    ("compiling apps/hello at -O2", 3.0, "s", lambda r: r["compile"]),
)


def machine():
    model = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True).stdout.splitlines()
    system = "Linux"
    release = pathlib.Path("/etc/os-release")
    if release.exists():
        system = re.search(r'^PRETTY_NAME="?([^"\n]+)', release.read_text(), re.MULTILINE).group(1)
    cores = len(re.findall(r"^processor", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE))
    return (f"{model.group(1) if model else platform.machine()}, {cores} cores, kernel {platform.release()}, "
            f"{system}, {compiler[0] if compiler else 'no compiler'}")


def load_table(figures):
    lines = ["| server | CPU per request | ratio to bare (range) | requests per CPU second | requests/s | p50 | p99 |",
             "|---|---|---|---|---|---|---|"]
    for name, row in figures.items():
        ratio = f"**{row['ratio']:.2f}** ({row['low']:.2f} to {row['high']:.2f})" if "ratio" in row else ""
        latencies = [f"{row[key]:,.0f} us" if key in row else "" for key in ("p50_us", "p99_us")]
        lines.append(f"| {name} | {row['cpu_us']:.3f} us | {ratio} | {1e6 / row['cpu_us']:,.0f} | "
                     f"{row['throughput']:,.0f} | {' | '.join(latencies)} |")
    return lines


def contest_table(measured):
    lines = ["| what | server | CPU each | ratio (range) | each CPU second | each second | bytes |",
             "|---|---|---|---|---|---|---|"]
    for contest, rows in measured:
        for name, row in rows.items():
            ratio = f"**{row['ratio']:.2f}** ({row['low']:.2f} to {row['high']:.2f})" if "ratio" in row else ""
            size = f"{row['bytes']:,}" if "bytes" in row else ""
            lines.append(f"| {contest.title} | {name} | {row['cpu_us']:.2f} us | {ratio} | {1e6 / row['cpu_us']:,.0f} | "
                         f"{row['throughput']:,.0f} | {size} |")
    return lines


def figures(results):
    """(label, figure, unit, limit) of every target that was measured."""
    for label, limit, unit, figure in TARGETS:
        try:
            yield label, figure(results), unit, limit
        except KeyError:
            continue
    for contest, rows in results.get("contests", []):
        for label, ratio in contest.targets(rows):
            yield f"{label}: CPU per {contest.unit}", ratio, f"times {contest.baseline}", contest.limit
    yield from results.get("crowd", [])
    for title, grown in results.get("uploads", {}).items():
        yield f"{title}: memory at its highest", grown, "KiB", contests.UPLOAD_LIMIT_KIB


def targets(results):
    """(line, reached) for every target whose figure was measured."""
    for label, value, unit, limit in figures(results):
        if value is None or limit is None:
            continue
        number = f"{value:.2f}" if isinstance(value, float) else f"{value:,}"
        reached = round(value, 2) <= limit
        yield f"{label}: {number} {unit}, at most {limit}: {'reached' if reached else 'MISSED'}", reached


def markdown(results, options):
    where = "server and client each pinned to a core of their own" if results["pinned"] else "nothing pinned"
    lines = [f"Measured {time.strftime('%Y-%m-%d')}: {options.rounds} alternating rounds of {options.seconds:g} s, "
             f"{options.connections} keep-alive connections; {where}.",
             f"Machine: {machine()}."]
    for key in results:
        if isinstance(key, tuple):
            kind, client = key
            how = "Not pipelined" if kind == "plain" else f"Pipelined {options.depth} deep"
            lines += ["", f"{how}, {CLIENTS[client]}:", "", *load_table(results[key])]
    if "memory" in results:
        lines += ["", f"Memory per idle keep-alive connection, {results['held']:,} of them, each having had one answer:",
                  "", "| server | KiB per connection |", "|---|---|",
                  *(f"| {name} | {value:.2f} |" for name, value in results["memory"].items())]
    if results.get("contests"):
        lines += ["", "Files, TLS, compression and handshakes beside nginx; many routes beside one, JSON beside text, middlewares "
                  "beside none, WebSockets beside the bare server; load from our own clients:",
                  "", *contest_table(results["contests"])]
    if results.get("crowd"):
        lines += ["", "WebSockets that listen, one worker:", "", "| what | figure |", "|---|---|",
                  *(f"| {title} | {value:.2f} {unit} |" for title, value, unit, _ in results["crowd"])]
    if results.get("uploads"):
        lines += ["", "Growth of the resident set of all processes at its highest, while one upload is stored:",
                  "", "| upload | KiB |", "|---|---|",
                  *(f"| {title} | {grown:,} |" for title, grown in results["uploads"].items())]
    reached = [f"- {line}" for line, _ in targets(results)]
    if reached:
        lines += ["", "Targets:", "", *reached]
    return "\n".join(lines) + "\n"


def write(path, text):
    """Puts `text` between the markers of the page at `path`."""
    page = path.read_text()
    if BEGIN not in page or END not in page:
        raise RuntimeError(f"{path} has no markers {BEGIN} and {END}")
    head, rest = page.split(BEGIN, 1)
    path.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{rest.split(END, 1)[1]}")
