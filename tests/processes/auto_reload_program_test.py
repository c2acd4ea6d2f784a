"""--reload for a program of its own (indrik::run): when it is built anew, the new program takes the old one's place."""

import shutil
import signal
import unittest

from master import MODULES, Folder, Load, Master, is_alive, wait_until
from watched import Watched


class WatchedProgram(Watched):
    """The program `site` in a folder with a template; `master.pid` stays the pid of the process that was started."""

    def __init__(self, *options):
        self.folder = Folder()
        (self.folder.path / "templates").mkdir()
        (self.folder.path / "templates/page.html").write_text("page one")
        self.module = self.folder.path / "site"
        self.put("one")
        self.master = Master("--reload", *options, command=[str(self.module)], folder=self.folder,
                             env={"XDG_RUNTIME_DIR": str(self.folder.path)})

    def put(self, name):
        shutil.copy(MODULES / f"test_program_{name}", self.module.with_suffix(".new"))
        self.module.with_suffix(".new").rename(self.module)

    def await_change(self, name):
        """The new master's pid."""
        pid = int(self.master.expect("the new master has pid").rsplit(" ", 1)[1])
        self.master.expect("all workers of the new master")
        self.master.expect("is gone")
        self.wait_for(name)
        return pid


class ProgramTest(unittest.TestCase):
    def test_a_new_program_is_served_and_nobody_is_lost(self):
        with WatchedProgram("-w", "2") as app, Load(app.master) as load:
            pids = {app.master.pid}
            for name in ("two", "one", "two"):
                app.put(name)
                pids.add(app.await_change(name))
                load.wait_for_more(100)
            self.assertEqual([], load.failures)
            self.assertEqual(4, len(pids))
            wait_until(lambda: sum(map(is_alive, pids)) == 2, "the end of those between the first and the last")
            app.master.send_signal(signal.SIGTERM)  # the first passes it on, and ends with what the last ended with
            self.assertEqual(0, app.master.exit_status())
            self.assertFalse(any(map(is_alive, pids)))

    def test_a_broken_program_is_not_taken(self):
        with WatchedProgram("--debug") as app:
            app.put("throws")
            app.master.expect("the old program goes on")
            status, page = app.browse()
            self.assertEqual(500, status)
            self.assertIn("this build is broken", page)
            self.assertEqual("one", app.body())
            app.put("crashes")
            app.master.expect("the old program goes on: it cannot be loaded: it was killed by SIGABRT")
            app.module.with_suffix(".new").write_bytes((MODULES / "test_program_two").read_bytes()[:100_000])
            app.module.with_suffix(".new").rename(app.module)
            app.master.expect("it is not whole")
            self.assertEqual("one", app.body())
            app.put("two")
            app.await_change("two")

    def test_a_program_that_does_not_start_is_ended_and_tried_again(self):
        with WatchedProgram("--debug", "--reload-extra-file", "startup") as app:
            app.folder.startup_file.write_text("throw")
            app.master.expect("Reload failed")
            app.put("two")
            app.master.expect("Upgrade failed, everything stays")
            self.assertIn("no database today", app.browse()[1])
            self.assertEqual("one", app.body())
            app.folder.startup_file.write_text("")
            app.await_change("two")

    def test_files_of_the_new_program_are_watched(self):
        with WatchedProgram() as app:
            app.put("two")
            app.await_change("two")
            wait_until(lambda: sum("Reload: watching" in line for line in app.master.lines) == 2, "the new watch")
            (app.folder.path / "templates/page.html").write_text("page two")
            app.master.expect("generation 2 serves")
            app.wait_for("page two", "/page")

    def test_ctl_finds_the_program_that_serves(self):
        with WatchedProgram() as app:
            app.put("two")
            pid = app.await_change("two")
            folder = app.folder.path / "indrik"
            wait_until(lambda: [path.name for path in folder.glob("*.sock")] == [f"indrik-{pid}.sock"], "one control socket")


if __name__ == "__main__":
    unittest.main()
