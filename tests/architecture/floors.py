#!/usr/bin/env python3
"""Holds the include lines of the tree against the floors of the house; run by ctest.

    floors.py ROOT         # one line for every violation; exit status 1 if there is one

A module includes its own files and lower floors only. The tables below are the whole plan.
"""

import fnmatch
import pathlib
import re
import sys

FLOORS = {
    "core": 0,
    "net": 1, "http": 1, "json": 1, "jobs": 1,
    "http1": 2, "websocket": 2, "db": 2, "redis": 2,
    "web": 3, "client": 3,
    "sessions": 4, "templates": 4, "pubsub": 4, "debugtoolbar": 4, "devtools": 4, "test_utils": 4,
}

# What the supervisor may include of the framework: everywhere, and beyond that in a few files.
SUPERVISOR_MODULES = {"core", "json"}
SUPERVISOR_EXCEPTIONS = {
    "supervisor/worker/web_worker*": set(FLOORS),
    "supervisor/worker/app_module*": {"web"},     # the contract of INDRIK_APPLICATION
    "supervisor/include/indrik/run.hpp": {"web"},  # the factory's type
    "supervisor/cli/*": {"web"},
    "supervisor/cli/template_*": {"templates"},
}

# Third-party headers: pattern of the include, and the files that may use it. The first pattern that matches counts.
THIRD_PARTY = (
    ("asio.hpp", ()),  # include the specific header
    ("asio/*", ("!framework/indrik/http/*", "!framework/indrik/json/*", "!framework/indrik/templates/*",
                "framework/*", "supervisor/worker/*", "apps/*")),
    ("boost/system/*", ("framework/indrik/core/result.hpp", "*.cpp")),
    ("boost/json*", ("!framework/indrik/core/*", "!framework/indrik/net/*", "!framework/indrik/http/*",
                     "framework/*", "supervisor/*", "apps/*")),
    ("boost/describe*", ("framework/indrik/json/*", "apps/*")),
    ("boost/url*", ("framework/indrik/client/*",)),
    ("boost/program_options*", ("supervisor/*",)),
    ("valijson/*", ("framework/indrik/json/*",)),
    ("openssl/*", ("framework/indrik/core/*", "framework/indrik/net/*")),
    ("fmt/*", ("framework/*", "supervisor/*", "apps/*")),
    ("spdlog/*", ("framework/indrik/core/*",)),
    ("re2/*", ("framework/indrik/web/*",)),
    ("zlib.h", ("framework/indrik/http/compression*", "framework/indrik/websocket/deflate.cpp")),
    ("brotli/*", ("framework/indrik/http/compression*",)),
    ("zstd*.h", ("framework/indrik/http/compression*",)),
    ("libpq-fe.h", ("framework/indrik/db/*",)),
    ("sqlite3.h", ("framework/indrik/db/*",)),
    ("hiredis/*", ("framework/indrik/redis/*",)),
)
SYSTEM_FOLDERS = {"sys", "netinet", "arpa", "linux", "net", "asm", "bits", "sanitizer"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
DETACHED = re.compile(r"\basio::detached\b")
DETACHED_HOME = "framework/indrik/core/task_group.cpp"


def strip_comments(text):
    """The same lines without // comments; block comments are not used in this tree."""
    return [line.split("//", 1)[0] for line in text.splitlines()]


class Tree:
    """Every source file of framework/, supervisor/ and apps/, with its includes."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.lines = {}
        for top in ("framework", "supervisor", "apps"):
            for path in sorted(self.root.glob(f"{top}/**/*")):
                if path.suffix in (".hpp", ".cpp"):
                    self.lines[path.relative_to(self.root).as_posix()] = strip_comments(path.read_text())

    def includes(self, file):
        """(line number, True for <...>, text) of every include of `file`."""
        for number, line in enumerate(self.lines[file], start=1):
            if match := INCLUDE.match(line):
                yield number, match.group(1) == "<", match.group(2)

    def resolve(self, file, text):
        """The file of the tree that `text` means when `file` includes it, or None."""
        beside = (pathlib.PurePosixPath(file).parent / text).as_posix()
        for candidate in (f"framework/{text}", f"supervisor/include/{text}", text, beside):
            if candidate in self.lines:
                return candidate
        return None


def module_of(file):
    """'http' for framework/indrik/http/..., 'web' for the umbrella framework/indrik/web.hpp, else the top folder."""
    parts = pathlib.PurePosixPath(file).parts
    if parts[0] == "framework":
        return parts[2] if len(parts) > 3 else pathlib.PurePosixPath(parts[-1]).stem
    return parts[0]


def check_floor(file, target):
    """What is wrong with `file` including `target`, both of this tree; None if nothing is."""
    here, there = module_of(file), module_of(target)
    if file.startswith("framework/"):
        if not target.startswith("framework/"):
            return f"the framework includes {target}"
        for module in (here, there):
            if module not in FLOORS:
                return f"module {module} stands on no floor: give it one in tests/architecture/floors.py"
        if here != there and FLOORS[there] >= FLOORS[here]:
            return f"{here} (floor {FLOORS[here]}) includes {target} of {there} (floor {FLOORS[there]})"
    elif file.startswith("supervisor/"):
        if target.startswith("apps/"):
            return f"the supervisor includes {target}"
        if target.startswith("framework/"):
            allowed = set(SUPERVISOR_MODULES)
            for pattern, modules in SUPERVISOR_EXCEPTIONS.items():
                if fnmatch.fnmatch(file, pattern):
                    allowed |= modules
            if there not in allowed:
                return f"this part of the supervisor may not include {there}: {target}"
    elif target.startswith("supervisor/") and not target.startswith("supervisor/include/"):
        return f"an application includes {target}, which is not public"
    elif target.startswith("apps/") and target.split("/")[1] != file.split("/")[1]:
        return f"an application includes another one: {target}"
    return None


def permits(patterns, file):
    for pattern in patterns:
        if pattern.startswith("!"):
            if fnmatch.fnmatch(file, pattern[1:]):
                return False
        elif fnmatch.fnmatch(file, pattern):
            return True
    return False


def check_third_party(file, text):
    for pattern, files in THIRD_PARTY:
        if fnmatch.fnmatch(text, pattern):
            return None if permits(files, file) else f"<{text}> has no place in {module_of(file)}"
    if "/" in text and text.split("/")[0] not in SYSTEM_FOLDERS:
        return f"<{text}> belongs to no library of the plan"
    return None


def strongly_connected(graph):
    """Groups of two or more nodes that reach each other (Tarjan)."""
    index, low, stack, groups = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for successor in graph.get(node, ()):
            if successor not in index:
                visit(successor)
                low[node] = min(low[node], low[successor])
            elif successor in stack:
                low[node] = min(low[node], index[successor])
        if low[node] == index[node]:
            group = [stack.pop()]
            while group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                groups.append(sorted(group))

    for node in graph:
        if node not in index:
            visit(node)
    return groups


def violations(root):
    """Every violation of the tree at `root` as one line of text."""
    tree = Tree(root)
    found, modules, headers = [], {}, {}
    for file in tree.lines:
        for number, angled, text in tree.includes(file):
            target = tree.resolve(file, text)
            if target is None:
                if text.startswith("indrik/") or not angled:
                    problem = f'"{text}" is no file of this tree'
                else:
                    problem = check_third_party(file, text)
            else:
                problem = check_floor(file, target)
                if target.startswith("framework/") and module_of(target) != module_of(file):
                    modules.setdefault(module_of(file), set()).add(module_of(target))
                if file.endswith(".hpp") and target != file:
                    headers.setdefault(file, set()).add(target)
            if problem:
                found.append(f"{file}:{number}: {problem}")
        for number, line in enumerate(tree.lines[file], start=1):
            if file != DETACHED_HOME and DETACHED.search(line):
                found.append(f"{file}:{number}: asio::detached; only {DETACHED_HOME} may use it")
    found += [f"modules include each other: {', '.join(group)}" for group in strongly_connected(modules)]
    found += [f"headers include each other: {', '.join(group)}" for group in strongly_connected(headers)]
    found += unlisted_headers(tree)
    return found


def unlisted_headers(tree):
    """Headers that their module's CMakeLists.txt does not name: they would be missed when it is read."""
    for file in tree.lines:
        parts = pathlib.PurePosixPath(file).parts
        if file.endswith(".hpp") and parts[0] == "framework" and len(parts) > 3:
            listing = tree.root.joinpath(*parts[:3], "CMakeLists.txt")
            name = "/".join(parts[3:])
            if not listing.exists() or not re.search(rf"(^|\s){re.escape(name)}(\s|\)|$)", listing.read_text()):
                yield f"{file}: not named in {'/'.join(parts[:3])}/CMakeLists.txt"


def main(arguments):
    if len(arguments) != 1:
        sys.exit("usage: floors.py ROOT")
    found = violations(arguments[0])
    for line in found:
        print(line)
    print(f"{len(found)} violation(s)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
