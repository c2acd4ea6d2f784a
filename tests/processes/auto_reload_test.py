"""--reload: a new module is served, a broken one is not, and nobody notices the change."""

import contextlib
import os
import pathlib
import shutil
import time
import unittest

from master import COMMAND, MODULES, Folder, Load, Master, wait_until
from watched import Watched, variant


class ModuleTest(unittest.TestCase):
    def test_a_new_module_is_served_and_nobody_is_lost(self):
        with Watched("-w", "2") as app, Load(app.master) as load:
            for generation, name in enumerate(("two", "one", "two"), start=2):
                app.put(name)
                app.master.expect(f"generation {generation} serves")
                load.wait_for_more(100)
                wait_until(lambda: len(app.master.workers()) == 2, "the old ones' end")
                app.wait_for(name)
            self.assertEqual([], load.failures)
            self.assertEqual(3, app.reloads())

    def test_keep_alive_connections_and_the_port_survive(self):
        with Watched() as app:
            connection = app.master.connect()
            self.assertEqual("one", app.master.get("/", connection).body)
            app.put("two")
            app.master.expect("generation 2 serves")
            app.wait_for("two")
            with contextlib.suppress(ConnectionError):
                self.assertIn(app.master.get("/", connection).body, ("one", "two"))
            connection.close()

    def test_a_module_that_is_written_in_place_and_slowly(self):
        with Watched("-w", "2") as app, Load(app.master, short=1, kept=2) as load:
            workers = set(app.master.workers())
            data = variant("two").read_bytes()
            size = len(data) // 8 + 1
            with open(app.module, "r+b") as file:
                file.truncate(0)
                for begin in range(0, len(data), size):
                    file.write(data[begin:begin + size])
                    file.flush()
                    time.sleep(0.25)
                    self.assertEqual(workers, set(app.master.workers()))
            app.master.expect("generation 2 serves")
            load.wait_for_more(100)
            app.wait_for("two")
            self.assertEqual([], load.failures)
            self.assertEqual(1, app.reloads())
            self.assertFalse([line for line in app.master.lines if "old module goes on" in line])

    def test_a_writer_that_never_closes(self):
        with Watched() as app:
            data = variant("two").read_bytes()
            with open(app.module, "r+b") as file:
                file.truncate(0)
                file.write(data)
                file.flush()
                app.master.expect("generation 2 serves")  # after a while, for it is whole
            app.wait_for("two")

    def test_broken_modules_are_not_taken(self):
        with Watched("--debug", "-w", "2") as app, Load(app.master) as load:
            workers = sorted(app.master.workers())
            half = app.folder.path / "half"
            half.write_bytes(variant("two").read_bytes()[:100_000])
            foreign = app.folder.path / "foreign"
            foreign.write_text("no module at all")
            for source, complaint in ((variant("throws"), "its factory threw: this build is broken"),
                                      (variant("unresolved"), "undefined symbol: .*nobody_has_defined_this"),
                                      (variant("crashes"), "SIGABRT"),
                                      (MODULES / "foreign.so", "this is no Indrik module"),
                                      (MODULES / "other_version.so", "build it again"),
                                      (half, "it is not whole: it has 100000 of"),
                                      (foreign, "it is no shared object")):
                shutil.copy(source, app.module.with_suffix(".new"))
                app.module.with_suffix(".new").rename(app.module)
                self.assertRegex(app.master.expect("the old module goes on"), complaint)
                status, page = app.browse()
                self.assertEqual(500, status)
                self.assertIn("The new build does not work", page)
                self.assertRegex(page.replace("&lt;", "<").replace("&gt;", ">"), complaint)
                self.assertEqual(("one", workers), (app.body(), sorted(app.master.workers())))
            app.put("two")
            app.master.expect("generation 2 serves")
            wait_until(lambda: app.browse() == (200, "two"), "the page")
            load.wait_for_more()
        self.assertEqual([], load.failures)

    def test_without_debug_browsers_see_nothing_of_it(self):
        with Watched() as app:
            app.put("throws")
            app.master.expect("the old module goes on")
            self.assertEqual((200, "one"), app.browse())

    def test_workers_that_are_replaced_while_the_module_is_broken(self):
        with Watched() as app:
            app.module.write_bytes(b"broken")
            app.master.expect("the old module goes on")
            for _ in range(3):
                worker, = app.master.wait_for_workers(1)
                os.kill(worker, 9)
                app.master.expect("is ready in slot")
                app.wait_for("one")

    def test_a_module_that_is_deleted_and_made_again(self):
        with Watched() as app:
            app.module.unlink()
            app.master.expect("is gone; waiting for it")
            app.wait_for("one")
            shutil.copy(variant("two"), app.module)
            app.master.expect("generation 2 serves")
            app.settle()
            self.assertEqual(("two", 1), (app.body(), app.reloads()))

    def test_a_build_folder_that_is_deleted_and_made_again(self):
        folder = Folder()
        build = folder.path / "out/build"
        build.mkdir(parents=True)
        shutil.copy(variant("one"), build / "app.so")
        with Master("--reload", command=[COMMAND, "out/build/app.so"], folder=folder) as master:
            Watched.wait_until_watching(master)
            shutil.rmtree(folder.path / "out")
            master.expect("is gone")
            build.mkdir(parents=True)
            shutil.copy(variant("two"), build / "app.so")
            master.expect("generation 2 serves")
            wait_until(lambda: master.get("/").body == "two", "the new module")
        folder.remove()

    def test_a_module_that_loads_but_does_not_start(self):
        with Watched("--debug") as app:
            app.folder.startup_file.write_text("throw")
            app.put("two")
            self.assertIn("no database today", app.master.expect("Reload failed, generation 1 stays"))
            app.wait_for("one")
            wait_until(lambda: "no database today" in app.browse()[1], "the notice")
            app.folder.startup_file.write_text("")
            (app.folder.path / "templates/page.html").write_text("mended")  # the new module gets another chance
            app.master.expect("serves at")
            app.wait_for("two")
            wait_until(lambda: app.browse() == (200, "two"), "the page")

    def test_hup_takes_what_is_on_the_disk(self):
        with Watched("--reload-engine", "poll") as app:
            app.put("two")
            app.master.send_signal(1)
            app.master.expect("generation 2 serves")
            app.wait_for("two")


class ReloadCommandTest(unittest.TestCase):
    def test_the_command_runs_first(self):
        with Watched("--debug", "--reload-command", "sh build.sh", "--reload-dir", "src") as app:
            path = app.folder.path
            (path / "src").mkdir()

            def build(script):
                (path / "build.sh").write_text(script)
                (path / "src/main.cpp").write_text(str(time.monotonic()))
            build(f"echo compiling; cp {variant('two')} new; mv new app.so")
            app.master.expect("compiling")
            app.master.expect("generation 2 serves")
            app.wait_for("two")
            build("echo 'main.cpp:3: error: <no> such thing' >&2; exit 1")
            app.master.expect("main.cpp:3: error: <no> such thing")
            app.master.expect("sh build.sh failed: exit code 1")
            self.assertIn("error: &lt;no&gt; such thing", app.browse()[1])
            app.wait_for("two")
            (path / "templates/page.html").write_text("another")  # the page stays until the build is mended
            app.master.expect("generation 3 serves")
            self.assertEqual(500, app.browse()[0])
            build(f"cp {variant('one')} new; mv new app.so")
            app.master.expect("generation 4 serves")
            wait_until(lambda: app.browse() == (200, "one"), "the page")
            build("true")  # nothing new comes of it
            app.master.expect("running sh build.sh")
            app.settle()
            self.assertEqual(3, app.reloads())

    def test_one_at_a_time_and_one_more(self):
        with Watched("--reload-command", "sh build.sh", "--reload-dir", "src") as app:
            path = app.folder.path
            (path / "build.sh").write_text("echo begin >> log; while [ ! -e go ]; do sleep 0.05; done; echo end >> log")
            (path / "src").mkdir()
            (path / "src/a.cpp").write_text("0")
            app.master.expect("running sh build.sh")
            for number in range(20):
                (path / "src/a.cpp").write_text(str(number))
                time.sleep(0.02)
            (path / "go").write_text("")
            app.master.expect("running sh build.sh")
            wait_until(lambda: (path / "log").read_text().count("end") == 2, "the second run")
            app.settle()
            self.assertEqual("begin\nend\nbegin\nend\n", (path / "log").read_text())

    def test_build_folders_within_the_sources_are_no_sources(self):
        with Watched("--reload-command", "sh build.sh") as app:
            path = app.folder.path
            (path / "build").mkdir()
            (path / "build/CMakeCache.txt").write_text("")
            (path / "build.sh").write_text("date +%N > build/made; echo object > main.o; echo run >> build/log")
            app.master.expect("running sh build.sh")
            app.settle()
            (path / "build/other").write_text("x")
            app.settle()
            self.assertEqual("run\n", (path / "build/log").read_text())

    def test_the_master_leaves_no_command_behind(self):
        with Watched("--reload-command", "echo $$ > pid; exec sleep 1000") as app:
            (app.folder.path / "main.cpp").write_text("x")
            pid = app.folder.path / "pid"
            wait_until(lambda: pid.exists() and pid.read_text().strip(), "the command")
            self.assertEqual(0, app.master.stop())
            wait_until(lambda: not pathlib.Path("/proc", pid.read_text().strip()).exists(), "its end")

    def test_a_folder_without_a_command_is_refused(self):
        with Master("--reload", "--reload-dir", "src", wait=False) as master:
            self.assertEqual(1, master.exit_status())
            self.assertIn("it needs a --reload-command", "\n".join(master.lines))


if __name__ == "__main__":
    unittest.main()
