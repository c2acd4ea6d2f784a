"""`indrik routes MODULE`: the table of an application's routes, for people and for machines."""

import json
import pathlib
import re
import subprocess
import unittest

from master import COMMAND, MODULES, PATIENCE, environment

ROUTES = str(MODULES / "routes.so")
SOURCE = (pathlib.Path(__file__).parent / "modules" / "routes.cpp").read_text().splitlines()


def run(*arguments):
    return subprocess.run([COMMAND, "routes", *arguments], env=environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE, check=False)


def line_of(text):
    """The number of the line of the module's source that holds `text`."""
    return next(number for number, line in enumerate(SOURCE, start=1) if text in line)


class RoutesTest(unittest.TestCase):
    def table(self):
        done = run(ROUTES)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        return done.stdout.splitlines()

    def check_refusal(self, status, *texts, arguments):
        done = run(*arguments)
        self.assertEqual(status, done.returncode, done)
        self.assertEqual("", done.stdout)
        self.assertEqual(1, done.stderr.count("\n"), done.stderr)
        self.assertTrue(done.stderr.startswith("indrik: "), done.stderr)
        for text in texts:
            self.assertIn(text, done.stderr)

    def test_the_table_is_in_the_order_of_matching(self):
        lines = [re.split(r"  +", line)[:2] for line in self.table()]
        self.assertEqual([["METHOD", "PATH"],
                          ["*", "/"],
                          ["GET,HEAD", "/"],
                          ["POST", "/upload"],
                          ["GET,HEAD", "/v1/things/{id:uuid}"],
                          ["DELETE", "/v1/things/{id:uuid}"],
                          ["GET,HEAD", "/admin/users/{id:int}"],
                          ["GET,HEAD", "/{rest:path}"]], lines)

    def test_the_columns_are_aligned(self):
        lines = self.table()
        for heading in ("PATH", "PLACE"):
            column = lines[0].index(heading)
            for line in lines:
                self.assertEqual("  ", line[column - 2:column], line)
                self.assertNotEqual(" ", line[column], line)

    def test_a_line_says_everything_about_its_route(self):
        upload = next(line for line in self.table() if line.startswith("POST"))
        self.assertIn("type image/*; X-Version: 2", upload)
        self.assertRegex(upload, rf"routes\.cpp:{line_of('/upload')}$")
        user = next(line for line in self.table() if "/admin/users" in line)
        self.assertRegex(user, r" admin:user +/admin ")

    def test_json_is_for_machines(self):
        done = run("--json", ROUTES)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        routes = json.loads(done.stdout)
        self.assertEqual(7, len(routes))
        self.assertEqual((["*"], "api.example.com", None),
                         (routes[0]["methods"], routes[0]["application"], routes[0]["name"]))
        home = routes[1]
        self.assertTrue(home.pop("file").endswith("routes.cpp"))
        self.assertEqual({"methods": ["GET", "HEAD"], "path": "/", "name": "home", "application": None,
                          "conditions": [], "line": line_of('.name("home")')}, home)
        self.assertEqual(["type image/*", "X-Version: 2"], routes[2]["conditions"])

    def test_an_application_without_routes(self):
        self.assertEqual("there are no routes\n", run(f"{ROUTES}:empty").stdout)
        self.assertEqual([], json.loads(run(f"{ROUTES}:empty", "--json").stdout))

    def test_a_conflict_names_both_places(self):
        first = line_of('web::get("/a", answer)')
        self.check_refusal(4, "its factory threw", "route GET /a is registered twice", f"routes.cpp:{first} ",
                           f"routes.cpp:{first + 1}\n", arguments=[f"{ROUTES}:conflict"])

    def test_modules_that_cannot_be_loaded(self):
        self.check_refusal(4, "/nowhere/app.so: there is no such file", arguments=["/nowhere/app.so"])
        self.check_refusal(4, "no Indrik module", arguments=[str(MODULES / "foreign.so")])
        self.check_refusal(4, "Indrik 9.8.7", arguments=[str(MODULES / "other_version.so")])
        self.check_refusal(4, 'no application "absent"', arguments=[f"{ROUTES}:absent"])

    def test_command_lines_that_cannot_be_read(self):
        self.check_refusal(2, "no application is given", arguments=[])
        self.check_refusal(2, "more than one MODULE", arguments=[ROUTES, ROUTES])
        self.check_refusal(2, "unknown option --jason", arguments=["--jason", ROUTES])

    def test_help(self):
        done = run("--help")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertIn("indrik routes [--json] MODULE", done.stdout)


if __name__ == "__main__":
    unittest.main()
