"""The cases of the corpus, a folder of *.txt files, each of many cases:

    ### a name                      begins a case
    --- options {"autoescape": true}
    --- data {"user": {"name": "Ann"}}
    --- template main               begins a template; the first one without a name is "main"
    Hello {{ user.name }}

As a program it writes the templates of the cases that indrik_compile_templates() is told about, each case into a folder of its own:

    cases.py CORPUS OUTPUT          OUTPUT/plain/<case>/<template>, and OUTPUT/escaped/... with autoescape
"""

import json
import pathlib
import sys


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


def compiled_group(case):
    """How the case's templates are compiled: "plain" or "escaped"; None if its environment differs in more."""
    if set(case["options"]) - {"autoescape", "undefined"}:
        return None
    return "escaped" if case["options"].get("autoescape") else "plain"


def number_of(index):
    return f"{index:04}"


def main(corpus, output):
    for index, case in enumerate(load_corpus(corpus)):
        group = compiled_group(case)
        for name, text in case["templates"].items() if group else ():
            path = pathlib.Path(output) / group / number_of(index) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != text.encode():
                path.write_bytes(text.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
