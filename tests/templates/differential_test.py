#!/usr/bin/env python3
"""Renders every case of the corpus with this engine and with Jinja2, and compares bytes, and errors by kind and line.

    differential_test.py TEMPLATE_RENDER CORPUS [NAME...]

The corpus is a folder of *.txt files, each of many cases:

    ### a name                      begins a case
    --- options {"autoescape": true}
    --- data {"user": {"name": "Ann"}}
    --- template main               begins a template; the first one without a name is "main"
    Hello {{ user.name }}

Exit status 77 (skipped) if python3-jinja2 is not there.
"""

import json
import pathlib
import subprocess
import sys

try:
    import jinja_oracle
except ImportError:
    print("skipped: python3-jinja2 is not installed")
    sys.exit(77)

MAX_SHOWN = 40


def parse_cases(path):
    """The cases of one file, with their names."""
    case, template = None, None
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("### "):
            case = {"name": f"{path.stem}: {line[4:]}", "templates": {}, "data": {}, "options": {}}
            template = None
            yield case
        elif line.startswith("--- options "):
            case["options"] = json.loads(line[12:])
        elif line.startswith("--- data "):
            case["data"] = json.loads(line[9:])
        elif line.startswith("--- template"):
            template = line[12:].strip() or "main"
            case["templates"][template] = None
        elif case is not None:
            template = template or "main"
            known = case["templates"].get(template)
            case["templates"][template] = line if known is None else known + "\n" + line


def load_corpus(folder):
    cases = []
    for path in sorted(pathlib.Path(folder).glob("*.txt")):
        cases += list(parse_cases(path))
    for case in cases:
        # The blank line before the next case belongs to nobody.
        for name, text in case["templates"].items():
            case["templates"][name] = (text or "").removesuffix("\n")
    return cases


def same(ours, theirs):
    if "output" in theirs or "output" in ours:
        return ours.get("output") == theirs.get("output")
    return ours.get("error") == theirs["error"] and ours.get("line") == theirs["line"]


def main(program, folder, *names):
    cases = [case for case in load_corpus(folder) if not names or any(name in case["name"] for name in names)]
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    run = subprocess.run([program], input=lines, capture_output=True, text=True, encoding="utf-8", timeout=300)
    answers = [json.loads(line) for line in run.stdout.split("\n") if line]
    failures = 0
    for index, case in enumerate(cases):
        theirs = jinja_oracle.answer(case)
        ours = answers[index] if index < len(answers) else {"error": "no answer", "line": run.returncode}
        if same(ours, theirs):
            continue
        failures += 1
        if failures <= MAX_SHOWN:
            print(f"{case['name']}\n  template {case['templates']!r}\n  jinja2 {theirs!r}\n  indrik {ours!r}")
    print(f"{len(cases) - failures} of {len(cases)} cases agree")
    if run.returncode != 0:
        print(run.stderr)
    return 1 if failures or run.returncode != 0 or not cases else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
