#!/usr/bin/env python3
"""Writes html_entities_table.cpp from Python's table of HTML 5 entities: make_html_entities.py FOLDER."""

import html.entities
import pathlib
import sys


def main(folder):
    items = []
    for name, text in sorted(html.entities.html5.items()):
        items.append(name + " " + text.encode("utf-8").hex() + " ")
    lines, line = [], ""
    for item in items:
        if len(line) + len(item) > 108:
            lines.append(f'    "{line}"')
            line = ""
        line += item
    lines.append(f'    "{line}"')
    text = """// Written by make_html_entities.py: names, and their characters as hexadecimal UTF-8, sorted by name.
// clang-format off
#include "indrik/templates/detail/html_entities.hpp"

namespace indrik::templates::detail {

const std::string_view kHTMLEntities =
""" + "\n".join(lines) + ";\n\n}  // namespace indrik::templates::detail\n"
    pathlib.Path(folder, "html_entities_table.cpp").write_text(text)


if __name__ == "__main__":
    main(sys.argv[1])
