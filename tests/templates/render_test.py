#!/usr/bin/env python3
"""Drives the real `indrik render`: the whole corpus against Jinja2, then its own options, data and errors.

    render_test.py INDRIK CORPUS

Templates are files here, data is a JSON file, and what the command prints is compared byte by byte. Exit status 77
(skipped) if python3-jinja2 is not there.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

try:
    import jinja2
    import jinja_oracle
except ImportError:
    print("skipped: python3-jinja2 is not installed")
    sys.exit(77)

import cases

SWITCHES = {"trim_blocks", "lstrip_blocks", "keep_trailing_newline"}
INDRIK, CORPUS = "indrik", "corpus"
ESCAPED = (".html", ".htm", ".xml")


def run(*arguments, stdin=b"", folder=None):
    result = subprocess.run([INDRIK, "render", *map(str, arguments)], input=stdin, capture_output=True, cwd=folder,
                            timeout=60, check=False)
    return result.returncode, result.stdout, result.stderr.decode()


def by_name(name):
    return name is not None and name.lower().endswith(ESCAPED)


def jinja(template, data, search=(), **options):
    """What Jinja2 makes of the file, in the surroundings that `indrik render` promises: ("output", bytes) or
    ("error", name, line)."""
    folders = [str(template.parent), *map(str, search)]
    options.setdefault("autoescape", by_name)
    options["undefined"] = jinja_oracle.UNDEFINED[options.get("undefined", "default")]
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folders), extensions=jinja_oracle.EXTENSIONS, **options)
    environment.install_null_translations()
    try:
        return "output", environment.get_template(template.name).render(data).encode()
    except jinja2.exceptions.TemplateSyntaxError as error:
        return "error", type(error).__name__, error.lineno
    except Exception as error:  # whatever a template can raise
        return "error", type(error).__name__, jinja_oracle.line_of(error, lambda name: name.startswith(tuple(folders)))


def indrik(template, data, search=(), **options):
    arguments = [template]
    for folder in search:
        arguments += ["--search", folder]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if name in SWITCHES:
            arguments += [flag] if value else []
        else:
            arguments += [flag, {True: "on", False: "off"}.get(value, value)]
    code, output, errors = run(*arguments, "--data", "-", stdin=json.dumps(data).encode())
    if code == 0:
        return ("output", output) if not errors else ("noise", errors)
    first = errors.split("\n")[0]
    if code == 1 and (match := re.match(r"(?:indrik render|(.+):(\d+)): (\w+)(: |$)", first)):
        return "error", match.group(3), int(match.group(2) or 0)
    return "code", code, errors


class Corpus(unittest.TestCase):
    def test_every_case(self):
        checked = 0
        for case in cases.load_corpus(CORPUS):
            options = {"autoescape": False} | case["options"]
            if set(options) - SWITCHES - {"autoescape", "undefined"}:
                continue  # the command has no option for other delimiters
            with self.subTest(case["name"]), tempfile.TemporaryDirectory() as folder:
                for name, text in case["templates"].items():
                    path = pathlib.Path(folder, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(text.encode())
                main = pathlib.Path(folder, "main")
                self.assertEqual(indrik(main, case["data"], **options), jinja(main, case["data"], **options))
                checked += 1
        self.assertGreater(checked, 300)


class Folder(unittest.TestCase):
    """A folder of templates of its own for each case."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path


class Agreement(Folder):
    """Byte for byte with Jinja2, beyond the corpus."""

    def check(self, text, data, name="page.html", search=(), **options):
        template = self.write(name, text)
        search = [self.folder / folder for folder in search]
        expected = jinja(template, data, search, **options)
        self.assertEqual(indrik(template, data, search, **options), expected)
        return expected

    def test_escaping_goes_by_the_name(self):
        for name in ("a.html", "a.htm", "a.xml", "a.HTML", "a.txt", "a.html.j2", "html", "a.xhtml", "a.svg"):
            with self.subTest(name):
                self.check("{{ text }}{{ text|safe }}{% include 'part.txt' ignore missing %}", {"text": "<&\"'>"}, name)

    def test_an_included_file_escapes_by_its_own_name(self):
        self.write("part.txt", "{{ text }}")
        self.write("part.html", "{{ text }}")
        text = "{{ text }}{% include 'part.txt' %}{% include 'part.html' %}"
        self.check(text, {"text": "<b>"}, "a.txt")
        self.check(text, {"text": "<b>"}, "a.html")
        self.check(text, {"text": "<b>"}, "a.html", autoescape=False)
        self.check(text, {"text": "<b>"}, "a.txt", autoescape=True)

    def test_numbers(self):
        numbers = [0.1, 1e22, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 2.5, -0.0, 5e-324, 1.7976931348623157e308,
                   2 ** 63 - 1, -2 ** 63, 0, -1, 1.0, 100.0, 3.141592653589793, 0.30000000000000004, 9007199254740993]
        self.check("{% for n in numbers %}{{ n }} {{ n / 3 }} {{ n|round(2) }} {{ n|string|length }}\n{% endfor %}"
                   "{{ numbers }}{{ numbers|sum }}", {"numbers": numbers}, "a.txt")

    def test_unicode(self):
        texts = ["ünïcödé", "日本語", "😀😀", "a\u0301", "\u202e", "\x7f", "İı", "ß", "\u00a0x", "\t\n"]
        self.check("{% for t in texts %}{{ t }}|{{ t|upper }}|{{ t|length }}|{{ t[::-1] }}|{{ [t] }}|{{ t|tojson }}\n"
                   "{% endfor %}ключ: {{ данные }}", {"texts": texts, "данные": "значение"})

    def test_nested_data_prints_as_python_does(self):
        data = {"a": {"z": [1, [2, {"k": None, "q": "it's"}], True], "b": {"": "x", "y z": 'say "hi"'}}}
        self.check("{{ a }}\n{{ a.z[1][1].k }} {{ a|tojson(2) }} {% for k, v in a|dictsort %}{{ k }}={{ v }};{% endfor %}"
                   "{{ a.items()|list }}", data, "a.txt")

    def test_line_ends_and_white_space(self):
        text = "a\r\n  {% if x %}\r\n b\r\n  {% endif %}\r\n\r\nend\n\n"
        for options in ({}, {"trim_blocks": True}, {"lstrip_blocks": True}, {"keep_trailing_newline": True},
                        {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}):
            with self.subTest(options):
                self.check(text, {"x": 1}, "a.txt", **options)

    def test_undefined_kinds(self):
        for kind in ("default", "strict", "chainable", "debug"):
            for text in ("{{ a }}", "{{ a.b }}", "\n{{ a.b.c }}", "{{ a|default('x') }}", "{% if a %}{% endif %}", "{{ d.x }}"):
                with self.subTest(kind=kind, text=text):
                    self.check(text, {"d": {}}, "a.txt", undefined=kind)

    def test_folders_are_searched_in_order(self):
        self.write("one/part.html", "one")
        self.write("two/part.html", "two")
        self.write("two/deep/er.html", "deep")
        for search in (("one", "two"), ("two", "one")):
            self.check("{% include 'part.html' %}{% include ['x', 'deep/er.html'] ignore missing %}", {}, search=search)
        self.write("part.html", "own")
        self.check("{% include 'part.html' %}", {}, search=("one", "two"))

    def test_errors_have_the_line_of_the_innermost_template(self):
        self.write("part.html", "\n\n{{ 1 / zero }}")
        self.write("macros.html", "{% macro m(x) %}\n{{ x.y.z }}{% endmacro %}")
        for text in ("\n{% include 'part.html' %}", "{% import 'macros.html' as l %}\n\n{{ l.m(1) }}", "{{ 'x' + 1 }}",
                     "\n{% for %}", "{{ a", "{% include 'none' %}", "\n{{ x|nosuch }}", "{% extends 'none' %}"):
            with self.subTest(text):
                self.assertEqual(self.check(text, {"zero": 0})[0], "error")


class Command(Folder):
    def test_values_come_from_files_standard_input_and_the_command_line(self):
        page = self.write("page.txt", "{{ a }} {{ b }} {{ c }} {{ c is string }}")
        data = self.write("data.json", '{"a": 1, "b": 2, "c": 3}')
        self.assertEqual(run(page, "--data", data), (0, b"1 2 3 False", ""))
        self.assertEqual(run(page, "--data", data, "--set", "c=x=y"), (0, b"1 2 x=y True", ""))
        self.assertEqual(run(page, "--set=c=", "--set", "b=ü", "--data", data), (0, "1 ü  True".encode(), ""))
        self.assertEqual(run(page, "--data", data, "--data", "-", stdin=b'{"a": [0.5]}'), (0, b"[0.5] 2 3 False", ""))

    def test_the_folder_of_the_template_is_searched(self):
        self.write("pages/page.txt", "{% include 'part.txt' %}")
        self.write("pages/part.txt", "part")
        self.assertEqual(run("pages/page.txt", folder=self.folder), (0, b"part", ""))
        self.assertEqual(run("page.txt", folder=self.folder / "pages"), (0, b"part", ""))

    def test_bad_usage_is_exit_2_with_one_line(self):
        page = self.write("page.txt", "x")
        array = self.write("array.json", "[]")
        broken = self.write("broken.json", '{\n"a": }')
        huge = self.write("huge.json", '{"a": 18446744073709551616}')
        for arguments in ([], [page, page], [page, "--nosuch"], [page, "--set", "novalue"], [page, "--set", "=x"],
                          [page, "--data"], [page, "--data", self.folder / "none.json"], [page, "--data", array],
                          [page, "--data", broken], [page, "--data", huge], [page, "--data", self.folder],
                          [page, "--autoescape", "maybe"], [page, "--undefined", "x"], [page, "--trim-blocks=1"],
                          [page, "--autoescape", "on", "--autoescape", "off"], [page, "--trim"]):
            with self.subTest(arguments):
                code, output, errors = run(*arguments)
                self.assertEqual((code, output, errors.count("\n")), (2, b"", 1), errors)
                self.assertTrue(errors.startswith("indrik render: "), errors)
        self.assertIn("line 2 column 6", run(page, "--data", broken)[2])

    def test_errors_show_the_place_the_line_and_the_chain(self):
        page = self.write("page.html", "{% extends 'base.html' %}\n{% block b %}\n{% include 'part.html' %}{% endblock %}")
        self.write("base.html", "<html>\n{% block b %}{% endblock %}")
        part = self.write("part.html", "one\n  {{ user.name.first }}")
        code, output, errors = run(page)
        self.assertEqual((code, output), (1, b""))
        self.assertEqual(errors.split("\n"), [
            f"{part}:2: UndefinedError: 'user' is undefined",
            "    >   {{ user.name.first }}",
            f"  from {page}:3",
            f"  from {self.folder / 'base.html'}:2",
            f"  from {page}:1" if f"{page}:1" in errors else "",
        ][:len(errors.split("\n")) - 1] + [""])

    def test_a_template_that_is_not_there_is_exit_1(self):
        code, output, errors = run(self.folder / "none.html")
        self.assertEqual((code, output, errors), (1, b"", "indrik render: TemplateNotFound: none.html\n"))

    def test_help_lists_the_options(self):
        code, output, errors = run("--help")
        self.assertEqual((code, errors), (0, ""))
        for option in ("--data", "--set", "--search", "--autoescape", "--undefined", "--trim-blocks", "--lstrip-blocks",
                       "--keep-trailing-newline"):
            self.assertIn(option.encode(), output)

    def test_output_that_cannot_be_written_is_an_error(self):
        page = self.write("page.txt", "x" * 100)
        with open("/dev/full", "wb") as full:
            result = subprocess.run([INDRIK, "render", page], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(b"standard output", result.stderr)


if __name__ == "__main__":
    INDRIK, CORPUS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
