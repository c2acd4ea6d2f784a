#!/usr/bin/env python3
"""`indrik templates check`: what it finds, and what it leaves alone.

    check_test.py INDRIK
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

INDRIK = "indrik"


class Check(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name, "pages")
        self.folder.mkdir()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def run_check(self, *options, folder=None):
        result = subprocess.run([INDRIK, "templates", "check", folder or self.folder, *options], capture_output=True,
                                timeout=60, check=False)
        return result.returncode, result.stdout.decode(), result.stderr.decode()

    def expect(self, problems, *options):
        code, output, errors = self.run_check(*options)
        self.assertEqual(output.splitlines(), [f"{self.folder}/{problem}" for problem in problems])
        self.assertEqual((code, errors), (1 if problems else 0, ""))

    def test_an_empty_folder_and_good_templates_are_fine(self):
        self.expect([])
        self.write("a.html", "{% for x in range(3) %}{{ loop.index }}{{ x }}{% endfor %}{% set n = namespace(a=1) %}{{ n.a }}")
        self.write("b/c.html", "{% macro m(a, b=1) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{{ caller() }}{% endmacro %}"
                               "{% call(x) m(1) %}{{ x }}{% endcall %}{% with y = 1 %}{{ y }}{% endwith %}{{ _('text') }}"
                               "{% trans count=3 %}one{% pluralize %}{{ count }}{% endtrans %}")
        self.write("d.html", "{% from 'b/c.html' import m as n %}{% import 'b/c.html' as c %}{{ n(1) }}{{ c.m(1) }}"
                             "{{ url('index') }}{{ static('a.css') }}{{ request.path }}{{ csrf_token() }}")
        self.expect([])

    def test_broken_syntax(self):
        self.write("a.html", "one\n{% if %}")
        self.write("b.html", "\n\n{{ x")
        self.write("c.html", b"\xff\xfe")
        code, output, _ = self.run_check()
        lines = output.splitlines()
        self.assertEqual(code, 1)
        self.assertEqual([line.split(": ")[0] for line in lines], [f"{self.folder}/{x}" for x in ("a.html:2", "b.html:3", "c.html:1")])
        self.assertIn("TemplateSyntaxError: ", lines[0])

    def test_unknown_filters_and_tests_wherever_they_stand(self):
        self.write("a.html", "{{ 1|nosuch }}\n{% if false %}{{ 1|other }}{% endif %}\n{% if 1 is strange %}{% endif %}"
                             "\n{% filter nosuch|upper %}{% endfilter %}{{ 1 if 1 is even else 2|third }}")
        self.write("b.html", "{{ 1|nosuch }}")
        self.expect(["a.html:1: No filter named 'nosuch'.", "a.html:2: No filter named 'other'.",
                     "a.html:3: No test named 'strange'.", "a.html:4: No filter named 'nosuch'.",
                     "a.html:4: No filter named 'third'.", "b.html:1: No filter named 'nosuch'."])
        self.expect(["a.html:3: No test named 'strange'."], "--filter", "nosuch", "--filter=other", "--filter", "third")

    def test_undefined_names(self):
        self.write("a.html", "{{ user.name }}\n{% for x in items %}{{ x }}{{ y }}{% endfor %}\n{{ x }}\n"
                             "{% macro m(a) %}{{ a }}{{ outer }}{% endmacro %}{{ loop }}")
        self.expect(["a.html:1: undefined name 'user'", "a.html:2: undefined name 'items'", "a.html:2: undefined name 'y'",
                     "a.html:3: undefined name 'x'", "a.html:4: undefined name 'loop'", "a.html:4: undefined name 'outer'"])
        data = self.folder.parent / "data.json"
        data.write_text('{"items": [], "x": 1, "loop": 2}')
        self.expect(["a.html:2: undefined name 'y'", "a.html:4: undefined name 'outer'"], "--define", "user", "--data", data)

    def test_names_that_are_asked_for_or_have_a_default_are_fine(self):
        self.write("a.html", "{% if user is defined %}{{ user }}{% endif %}{{ title|default('x') }}{{ a|d }}\n{{ title }}")
        self.expect(["a.html:2: undefined name 'title'"])

    def test_names_come_from_relatives(self):
        self.write("base.html", "{{ title }}{% set base = 1 %}{% block b %}{{ title }}{% endblock %}{% include 'part.html' %}")
        self.write("page.html", "{% extends 'base.html' %}{% set title = 'x' %}{% block b %}{{ base }}{{ more }}{% endblock %}")
        self.write("part.html", "{{ title }}{{ base }}{{ row }}")
        self.write("list.html", "{% for row in [1] %}{% include ['none.html', 'part.html'] %}{% endfor %}")
        self.write("alone.html", "{% include 'apart.html' without context %}{% set z = 1 %}")
        self.write("apart.html", "{{ z }}")
        self.expect(["apart.html:1: undefined name 'z'", "page.html:1: undefined name 'more'"])

    def test_templates_that_are_not_found(self):
        self.write("a.html", "{% extends 'none.html' %}")
        self.write("b.html", "{% include 'none.html' %}{% include 'none.html' ignore missing %}{% include name %}\n"
                             "{% include ['x', 'a.html'] %}\n{% import 'y' as y %}{% from 'z' import a %}{% include ['x', 'v'] %}")
        self.write("c.html", "{% extends 'a.html' if 1 else '../c.html' %}")
        self.expect(["a.html:1: template 'none.html' is not found", "b.html:1: template 'none.html' is not found",
                     "b.html:3: template 'v' is not found", "b.html:3: template 'x' is not found",
                     "b.html:3: template 'y' is not found", "b.html:3: template 'z' is not found",
                     "c.html:1: template '../c.html' is not found"], "--define", "name")
        other = self.folder.parent / "other"
        other.mkdir()
        (other / "none.html").write_text("{{ wrong|nosuch }}")
        code, output, _ = self.run_check("--search", other)
        self.assertNotIn("none.html", output)

    def test_templates_that_include_each_other(self):
        self.write("a.html", "{% include 'b.html' %}{% set x = 1 %}")
        self.write("b.html", "{% include 'a.html' %}{{ x }}{{ y }}")
        self.write("c.html", "{% extends 'c.html' %}")
        self.expect(["b.html:1: undefined name 'y'"])

    def test_files_that_are_no_text_are_left_alone(self):
        self.write("logo.png", b"\x89PNG\r\n\x00\x00{{ x|nosuch }}")
        self.expect([])

    def test_bad_usage_is_exit_2(self):
        self.write("a.html", "x")
        for options in (["--nosuch"], ["more"], ["--define"], ["--data", self.folder / "none"]):
            self.assertEqual(self.run_check(*options)[0], 2)
        self.assertEqual(self.run_check(folder=self.folder / "a.html")[0], 2)
        for arguments in ([], ["chek", "."], ["check"]):
            result = subprocess.run([INDRIK, "templates", *arguments], capture_output=True, timeout=60, check=False)
            self.assertEqual((result.returncode, result.stderr.count(b"\n")), (2, 1))


if __name__ == "__main__":
    INDRIK = os.path.abspath(sys.argv[1])
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
