#!/usr/bin/python3
"""The templates of micro_templates.cpp (in templates/) in Jinja2: microseconds of CPU time a page."""

import pathlib
import re
import time

import jinja2

SOURCE = pathlib.Path(__file__).with_name("micro_templates.cpp").read_text()


def fortunes():
    body = SOURCE.split("std::vector<Fortune> fortunes() {")[1].split("\n}\n")[0]
    found = re.findall(r'\{(\d+), "((?:[^"\\]|\\.)*)"\}', body)
    return [{"id": int(number), "message": text.encode().decode("unicode_escape").encode("latin-1").decode()} for number, text in found]


def rows():
    return [{"id": i, "name": f"Name <{i}>", "city": "Amsterdam" if i % 2 else "Berlin", "active": i % 3 == 0} for i in range(1000)]


def measure(name, template, values, rounds):
    template.render(values)
    begin = time.process_time()
    for _ in range(rounds):
        template.render(values)
    print(f"{name:20} {(time.process_time() - begin) / rounds * 1e6:10.1f} us")


def main():
    loader = jinja2.FileSystemLoader(pathlib.Path(__file__).with_name("templates"))
    environment = jinja2.Environment(loader=loader, autoescape=True, auto_reload=False)
    measure("fortunes", environment.get_template("fortunes.html"), {"fortunes": fortunes()}, 5000)
    measure("table", environment.get_template("table.html"), {"title": "people", "rows": rows()}, 100)


if __name__ == "__main__":
    main()
