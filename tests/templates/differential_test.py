#!/usr/bin/env python3
"""Renders every case of the corpus with this engine and with Jinja2, and compares bytes, and errors by kind and line.

    differential_test.py [--compiled] TEMPLATE_RENDER CORPUS [NAME...]

With --compiled, the templates that were compiled into TEMPLATE_RENDER are rendered: those of environments that the build knows.
The corpus is described in cases.py.

Exit status 77 (skipped) if python3-jinja2 is not there.
"""

import json
import subprocess
import sys

import cases as corpus

try:
    import jinja_oracle
except ImportError:
    print("skipped: python3-jinja2 is not installed")
    sys.exit(77)

MAX_SHOWN = 40
MIN_NATIVE = 0.97
RANDOM = ("lipsum", "random")
STEPS = (None, *range(1, 40), 60, 100, 200)


def same(ours, theirs):
    if "output" in theirs or "output" in ours:
        return ours.get("output") == theirs.get("output")
    return ours.get("error") == theirs["error"] and ours.get("line") == theirs["line"]


def load(folder, names, is_compiled):
    cases = corpus.load_corpus(folder)
    if is_compiled:
        for index, case in enumerate(cases):
            case["compiled"] = corpus.compiled_group(case) and corpus.number_of(index)
        cases = [case for case in cases if case["compiled"]]
    return [case for case in cases if not names or any(name in case["name"] for name in names)]


def ask(program, cases):
    """What the program answers, its exit status and what it complained of."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    run = subprocess.run([program], input=lines, capture_output=True, text=True, encoding="utf-8", timeout=300)
    return [json.loads(line) for line in run.stdout.split("\n") if line], run.returncode, run.stderr


def count_differences(program, cases):
    """Compiled and interpreted templates must do the same in every detail: messages, places, and where the limits are. What
    takes a random number of steps is left out."""
    differences = 0
    cases = [case for case in cases if not any(word in text for text in case["templates"].values() for word in RANDOM)]
    for steps in STEPS:
        limited = [case | ({"steps": steps} if steps else {}) for case in cases]
        interpreted = ask(program, [{key: value for key, value in case.items() if key != "compiled"} for case in limited])[0]
        compiled = ask(program, limited)[0]
        for case, ours, theirs in zip(limited, compiled, interpreted, strict=True):
            if {key: ours[key] for key in ours if key not in ("native", "loaded")} == theirs:
                continue
            differences += 1
            if differences <= MAX_SHOWN:
                print(f"{case['name']}, {steps or 'any'} steps\n  compiled {ours!r}\n  interpreted {theirs!r}")
    print(f"{len(cases) * len(STEPS) - differences} of {len(cases) * len(STEPS)} renderings are the same interpreted and compiled")
    return differences


def main(*arguments):
    is_compiled = arguments[0] == "--compiled"
    program, folder, *names = arguments[is_compiled:]
    cases = load(folder, names, is_compiled)
    answers, status, complaint = ask(program, cases)
    failures = 0
    for index, case in enumerate(cases):
        theirs = jinja_oracle.answer(case)
        ours = answers[index] if index < len(answers) else {"error": "no answer", "line": status}
        if same(ours, theirs):
            continue
        failures += 1
        if failures <= MAX_SHOWN:
            print(f"{case['name']}\n  template {case['templates']!r}\n  jinja2 {theirs!r}\n  indrik {ours!r}")
    print(f"{len(cases) - failures} of {len(cases)} cases agree")
    if is_compiled:
        native, loaded = (sum(answer.get(key, 0) for answer in answers) for key in ("native", "loaded"))
        print(f"{native} of {loaded} templates ran as compiled code")
        # A few call filters that exist nowhere, behind conditions: those are left to the interpreter.
        if native < loaded * MIN_NATIVE:
            failures += 1
        failures += count_differences(program, cases)
    if status != 0:
        print(complaint)
    return 1 if failures or status != 0 or not cases else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
