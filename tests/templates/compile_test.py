#!/usr/bin/env python3
"""`indrik templates compile`: what it writes, and what it refuses. That the code is right is for differential_test.py to show.

    compile_test.py INDRIK
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

INDRIK = sys.argv.pop(1)


class CompileTest(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name, "pages")
        self.output = pathlib.Path(self.scratch.name, "out")
        self.folder.mkdir()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def run_command(self, *options):
        command = [INDRIK, "templates", "compile", str(self.folder), *options]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    def compile(self, *options):
        return self.run_command("--output", str(self.output), *options)

    def test_writes_as_many_files_as_it_was_told(self):
        for number in range(5):
            self.write(f"sub/{number}.html", "{{ a }}")
        run = self.compile("--namespace", "shop::pages", "--units", "2", "--prefix", "p/")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(sorted(path.name for path in self.output.iterdir()),
                         ["shop_pages.cpp", "shop_pages.hpp", "shop_pages_0.cpp", "shop_pages_1.cpp"])
        self.assertIn('"p/sub/3.html"', (self.output / "shop_pages.cpp").read_text())

    def test_leaves_files_alone_whose_text_stays(self):
        self.write("a.html", "{{ a }}")
        self.write("b.html", "{{ b }}")
        self.compile("--units", "2")
        before = {path.name: path.stat().st_mtime_ns for path in self.output.iterdir()}
        self.write("b.html", "{{ b }}!")
        self.compile("--units", "2")
        changed = [path.name for path in self.output.iterdir() if path.stat().st_mtime_ns != before[path.name]]
        self.assertEqual(sorted(changed), ["templates.cpp", "templates_1.cpp"])

    def test_names_the_place_of_a_mistake_and_writes_nothing(self):
        self.write("fine.html", "fine")
        self.write("broken.html", "first\n{% if %}\n")
        run = self.compile()
        self.assertEqual(run.returncode, 1)
        self.assertIn(f"{self.folder}/broken.html:2: error: TemplateSyntaxError: ", run.stderr)
        self.assertIn("    > {% if %}\n", run.stderr)
        self.assertFalse(self.output.exists())
        self.assertEqual(self.compile("--keep-broken").returncode, 0)

    def test_compiles_only_the_files_that_are_named(self):
        self.write("a.html", "{{ a }}")
        self.write("b.html", "{% broken %}")
        self.assertEqual(self.compile("--file", "a.html").returncode, 0)

    def test_refuses_a_command_line_that_makes_no_sense(self):
        for options in (["--namespace", "a b"], ["--namespace", "a::"], ["--namespace", "1a"], ["--autoescape", "maybe"]):
            with self.subTest(options):
                run = self.compile(*options)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertEqual(run.stderr.count("\n"), 1)
        self.assertEqual(self.run_command().returncode, 2)
        self.assertEqual(subprocess.run([INDRIK, "templates", "compile", "/nowhere"], capture_output=True).returncode, 2)


if __name__ == "__main__":
    unittest.main()
