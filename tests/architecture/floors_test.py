#!/usr/bin/env python3
"""floors.py against small trees: what it must report, and what it must leave alone."""

import pathlib
import tempfile
import unittest

import floors


class FloorsTest(unittest.TestCase):
    def report(self, files):
        with tempfile.TemporaryDirectory() as root:
            listed = {}
            for name, text in files.items():
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
                parts = pathlib.PurePosixPath(name).parts
                if parts[0] == "framework" and name.endswith(".hpp") and len(parts) > 3:
                    listed.setdefault(path.parent, []).append(path.name)
            for folder, names in listed.items():
                if not (folder / "CMakeLists.txt").exists():
                    (folder / "CMakeLists.txt").write_text("\n".join(names))
            return floors.violations(root)

    def assert_reported(self, expected, files):
        found = self.report(files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(expected, found[0])

    def test_lower_floors_and_own_files_are_fine(self):
        self.assertEqual([], self.report({
            "framework/indrik/core/task.hpp": "#include <asio/awaitable.hpp>\n",
            "framework/indrik/http/status.hpp": "#include <cstdint>\n",
            "framework/indrik/http/parser.hpp": '#include "indrik/core/task.hpp"\n#include "indrik/http/status.hpp"\n',
            "framework/indrik/web/request.cpp": '#include "indrik/http/parser.hpp"\n#include <re2/re2.h>\n',
            "framework/indrik/web.hpp": '#include "indrik/http/parser.hpp"\n',
            "supervisor/arbiter/arbiter.cpp": "#include <sys/wait.h>\n#include <unistd.h>\n",
            "apps/hello/main.cpp": "#include <indrik/web.hpp>\n",
        }))

    def test_a_higher_floor_is_reported(self):
        self.assert_reported("core (floor 0) includes framework/indrik/http/a.hpp", {
            "framework/indrik/http/a.hpp": "",
            "framework/indrik/core/b.cpp": '\n#include "indrik/http/a.hpp"\n',
        })

    def test_the_same_floor_is_reported(self):
        self.assert_reported("http (floor 1) includes framework/indrik/net/a.hpp of net (floor 1)", {
            "framework/indrik/net/a.hpp": "",
            "framework/indrik/http/b.cpp": '#include "indrik/net/a.hpp"\n',
        })

    def test_the_umbrella_header_belongs_to_its_module(self):
        self.assert_reported("client (floor 3) includes framework/indrik/web.hpp of web", {
            "framework/indrik/web.hpp": "",
            "framework/indrik/client/b.cpp": '#include "indrik/web.hpp"\n',
        })

    def test_a_module_without_a_floor_is_reported(self):
        self.assert_reported("module shed stands on no floor", {
            "framework/indrik/shed/a.hpp": "",
            "framework/indrik/web/b.cpp": '#include "indrik/shed/a.hpp"\n',
        })

    def test_the_framework_knows_no_supervisor(self):
        self.assert_reported("the framework includes supervisor/include/indrik/run.hpp", {
            "supervisor/include/indrik/run.hpp": "",
            "framework/indrik/web/b.cpp": '#include "indrik/run.hpp"\n',
        })

    def test_only_the_web_worker_includes_net_and_web(self):
        tree = {"framework/indrik/net/a.hpp": "", "framework/indrik/web/a.hpp": ""}
        includes = '#include "indrik/net/a.hpp"\n'
        self.assertEqual([], self.report({**tree, "supervisor/worker/web_worker.cpp": includes}))
        self.assert_reported("may not include net", {**tree, "supervisor/arbiter/arbiter.cpp": includes})
        self.assert_reported("may not include net", {**tree, "supervisor/include/indrik/run.hpp": includes})
        self.assertEqual([], self.report(
            {**tree, "supervisor/include/indrik/run.hpp": '#include "indrik/web/a.hpp"\n'}))

    def test_an_application_sees_only_what_is_public(self):
        tree = {"supervisor/arbiter/a.hpp": "", "supervisor/include/indrik/run.hpp": ""}
        self.assertEqual([], self.report({**tree, "apps/hello/main.cpp": "#include <indrik/run.hpp>\n"}))
        self.assert_reported("not public", {**tree, "apps/hello/main.cpp": '#include "supervisor/arbiter/a.hpp"\n'})

    def test_third_party_headers_have_their_places(self):
        for file, include in (
            ("framework/indrik/http/a.hpp", "asio/buffer.hpp"),
            ("framework/indrik/http/a.hpp", "boost/system/result.hpp"),
            ("framework/indrik/http/a.cpp", "boost/json/value.hpp"),
            ("framework/indrik/http/a.cpp", "openssl/evp.h"),
            ("framework/indrik/client/a.cpp", "re2/re2.h"),
            ("framework/indrik/web/a.cpp", "sqlite3.h"),
            ("supervisor/arbiter/a.cpp", "asio/io_context.hpp"),
            ("framework/indrik/web/a.cpp", "asio.hpp"),
        ):
            with self.subTest(file=file, include=include):
                self.assert_reported("has no place", {file: f"#include <{include}>\n"})

    def test_an_unknown_library_is_reported(self):
        self.assert_reported("no library of the plan", {"framework/indrik/web/a.cpp": "#include <folly/Uri.h>\n"})

    def test_a_missing_file_is_reported(self):
        self.assert_reported("is no file of this tree", {"framework/indrik/web/a.cpp": '#include "indrik/web/b.hpp"\n'})

    def test_detached_tasks_are_reported_outside_task_group(self):
        line = "co_spawn(loop, run(), asio::detached);\n"
        self.assertEqual([], self.report({"framework/indrik/core/task_group.cpp": line}))
        self.assertEqual([], self.report({"framework/indrik/net/a.cpp": "// never asio::detached\n"}))
        self.assert_reported("asio::detached", {"framework/indrik/net/a.cpp": line})

    def test_headers_that_include_each_other_are_reported(self):
        self.assert_reported("headers include each other", {
            "framework/indrik/web/a.hpp": '#include "indrik/web/b.hpp"\n',
            "framework/indrik/web/b.hpp": '#include "indrik/web/c.hpp"\n',
            "framework/indrik/web/c.hpp": '#include "indrik/web/a.hpp"\n',
        })

    def test_modules_that_include_each_other_are_reported(self):
        found = self.report({
            "framework/indrik/net/a.hpp": "",
            "framework/indrik/http/a.hpp": "",
            "framework/indrik/net/b.cpp": '#include "indrik/http/a.hpp"\n',
            "framework/indrik/http/b.cpp": '#include "indrik/net/a.hpp"\n',
        })
        self.assertIn("modules include each other: http, net", found)

    def test_a_header_that_its_module_does_not_list_is_reported(self):
        self.assert_reported("not named in framework/indrik/web/CMakeLists.txt", {
            "framework/indrik/web/CMakeLists.txt": "indrik_module(web HEADERS other.hpp)\n",
            "framework/indrik/web/a.hpp": "",
        })


if __name__ == "__main__":
    unittest.main()
