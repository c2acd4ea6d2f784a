#!/usr/bin/env python3
"""Writes unicode_classes.cpp and unicode_case.cpp from what this Python knows of Unicode: make_unicode_tables.py FOLDER."""

import pathlib
import sys
import unicodedata

POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def ranges(test):
    found, begin, last = [], None, None
    for c in POINTS:
        if test(chr(c)):
            if begin is not None and c == last + 1:
                last = c
            else:
                if begin is not None:
                    found.append((begin, last))
                begin = last = c
    found.append((begin, last))
    return found


def wrap(items, width=98):
    lines, line = [], ""
    for item in items:
        if len(line) + len(item) + 1 > width:
            lines.append(line)
            line = ""
        line += item + ","
    return "\n".join(lines + [line])


def class_table(name, test):
    deltas, position = [], 0
    for begin, last in ranges(test):
        deltas += [str(begin - position), str(last - begin + 1)]
        position = last + 1
    return f"constexpr std::uint32_t k{name}Deltas[] = {{\n{wrap(deltas)}}};\nconstexpr auto k{name} = expand(k{name}Deltas);\n"


def case_table(name, convert):
    """Runs of characters whose mapping is one character at a fixed distance: first, count, stride, distance."""
    runs = []
    for c in POINTS:
        mapped = convert(chr(c))
        if len(mapped) != 1 or mapped == chr(c):
            continue
        distance = ord(mapped) - c
        if runs:
            first, count, stride, known = runs[-1]
            step = c - (first + (count - 1) * stride)
            if known == distance and (step == stride or (count == 1 and step <= 2)):
                runs[-1] = (first, count + 1, step, known)
                continue
        runs.append((c, 1, 1, distance))
    return f"constexpr Run k{name}Runs[] = {{\n{wrap(['{%d,%d,%d,%d}' % run for run in runs])}}};\n"


def special_table(name, convert):
    items = []
    for c in POINTS:
        mapped = convert(chr(c))
        if len(mapped) != 1:
            points = [ord(x) for x in mapped] + [0] * (3 - len(mapped))
            items.append("{%d,{%d,%d,%d}}" % (c, *points))
    return f"constexpr Special k{name}Specials[] = {{\n{wrap(items)}}};\n"


def is_case_ignorable(c):
    return unicodedata.category(c) in ("Mn", "Me", "Cf", "Lm", "Sk") or c in "'.:\u00b7\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a"


CLASSES = {
    "Alpha": str.isalpha,
    "Decimal": str.isdecimal,
    "Digit": str.isdigit,
    "Numeric": str.isnumeric,
    "Space": str.isspace,
    "Unprintable": lambda c: not c.isprintable(),
    "Upper": str.isupper,
    "Lower": str.islower,
    "Title": lambda c: unicodedata.category(c) == "Lt",
    "IdentifierStart": str.isidentifier,
    "IdentifierRest": lambda c: ("a" + c).isidentifier(),
    "CaseIgnorable": is_case_ignorable,
}
CASES = {"Upper": str.upper, "Lower": str.lower, "Title": str.title, "Folded": str.casefold}
HEAD = '// Written by make_unicode_tables.py; Unicode {version}.\n// clang-format off\n#include "indrik/templates/detail/unicode.hpp"\n\n{includes}\n\nnamespace indrik::templates::detail {{\n\nnamespace {{\n\n'


def main(folder):
    head = HEAD.format(version=unicodedata.unidata_version, includes="#include <algorithm>\n#include <array>")
    text = head + """struct Interval {
    std::uint32_t first, last;
};

template <std::size_t N>
constexpr auto expand(const std::uint32_t (&deltas)[N]) {
    std::array<Interval, N / 2> intervals{};
    std::uint32_t position = 0;
    for (std::size_t i = 0; i < N / 2; ++i) {
        intervals[i].first = position + deltas[2 * i];
        intervals[i].last = intervals[i].first + deltas[2 * i + 1] - 1;
        position = intervals[i].last + 1;
    }
    return intervals;
}

template <std::size_t N>
bool holds(const std::array<Interval, N>& intervals, char32_t c) {
    const auto found = std::lower_bound(intervals.begin(), intervals.end(), c,
                                        [](const Interval& i, char32_t point) { return i.last < point; });
    return found != intervals.end() && found->first <= c;
}

"""
    text += "\n".join(class_table(name, test) for name, test in CLASSES.items())
    text += "\n}  // namespace\n\n"
    for name in CLASSES:
        snake = "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")
        text += f"bool is_{snake}(char32_t c) {{ return holds(k{name}, c); }}\n"
    text += "\n}  // namespace indrik::templates::detail\n"
    pathlib.Path(folder, "unicode_classes.cpp").write_text(text)

    text = HEAD.format(version=unicodedata.unidata_version, includes="#include <algorithm>\n#include <iterator>") + """struct Run {
    std::uint32_t first;
    std::uint16_t count;
    std::uint16_t stride;
    std::int32_t distance;
};

struct Special {
    std::uint32_t from;
    std::uint32_t to[3];
};

template <std::size_t N, std::size_t M>
CaseMapping map(const Run (&runs)[N], const Special (&specials)[M], char32_t c) {
    const auto special = std::lower_bound(std::begin(specials), std::end(specials), c,
                                          [](const Special& s, char32_t point) { return s.from < point; });
    if (special != std::end(specials) && special->from == c) {
        return {special->to[0], special->to[1], special->to[2]};
    }
    // Runs of different strides interleave: the one that covers `c` is among the last few that begin before it.
    auto run = std::upper_bound(std::begin(runs), std::end(runs), c,
                                [](char32_t point, const Run& r) { return point < r.first; });
    for (int looked = 0; run != std::begin(runs) && looked < 8; ++looked) {
        --run;
        const std::uint32_t offset = c - run->first;
        if (offset % run->stride == 0 && offset / run->stride < run->count) {
            return {static_cast<char32_t>(static_cast<std::int64_t>(c) + run->distance), 0, 0};
        }
    }
    return {c, 0, 0};
}

"""
    for name, convert in CASES.items():
        text += case_table(name, convert) + "\n" + special_table(name, convert) + "\n"
    text += "}  // namespace\n\n"
    for name in CASES:
        text += f"CaseMapping to_{name.lower()}(char32_t c) {{ return map(k{name}Runs, k{name}Specials, c); }}\n"
    text += "\n}  // namespace indrik::templates::detail\n"
    pathlib.Path(folder, "unicode_case.cpp").write_text(text)


if __name__ == "__main__":
    main(sys.argv[1])
