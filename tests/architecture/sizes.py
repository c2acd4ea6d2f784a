#!/usr/bin/env python3
"""Lists the files that have outgrown the house's ceilings (header 250 lines, source 500, test 600). It warns and never fails:
splitting by concept is a decision for a person."""

import pathlib
import sys

CEILINGS = {".hpp": 250, ".cpp": 500}
TEST_CEILING = 600


def oversized(root):
    """(lines, ceiling, path) of every file above its ceiling, the largest first."""
    found = []
    for top in ("framework", "supervisor", "apps", "tests"):
        for path in pathlib.Path(root, top).glob("**/*"):
            if path.suffix in (".hpp", ".cpp", ".py"):
                ceiling = TEST_CEILING if top == "tests" else CEILINGS.get(path.suffix, TEST_CEILING)
                lines = path.read_bytes().count(b"\n")
                if lines > ceiling:
                    found.append((lines, ceiling, path.relative_to(root).as_posix()))
    return sorted(found, reverse=True)


if __name__ == "__main__":
    for size, limit, name in oversized(sys.argv[1]):
        print(f"warning: {name} has {size} lines, the ceiling is {limit}")
