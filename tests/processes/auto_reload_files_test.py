"""--reload: templates, static and extra files, however they are changed."""

import shutil
import threading
import time
import unittest

from master import MODULES, Master, wait_until
from watched import Watched


class ContentTest(unittest.TestCase):
    def changed(self, app, generation):
        app.master.expect(f"generation {generation} serves")

    def test_templates_and_static_files(self):
        with Watched() as app:
            page = app.folder.path / "templates/page.html"
            page.write_text("page two")
            self.changed(app, 2)
            app.wait_for("page two", "/page")
            # As editors write: a new file over the old one, with a copy of the old one beside it.
            (page.parent / "4913").write_text("")
            (page.parent / "4913").unlink()
            page.rename(page.parent / "page.html~")
            page.write_text("page three")
            self.changed(app, 3)
            app.wait_for("page three", "/page")
            page.unlink()
            self.changed(app, 4)
            (page.parent / ".page.html.swp").write_text("scratch")
            page.write_text("page four")
            self.changed(app, 5)
            (app.folder.path / "static/a.css").write_text("css two")
            self.changed(app, 6)
            app.wait_for("css two", "/static/a.css")
            app.settle()
            self.assertEqual(5, app.reloads())

    def test_folders_that_are_made_later(self):
        with Watched() as app:
            deep = app.folder.path / "templates/deep/deeper"
            deep.mkdir(parents=True)
            (deep / "page.html").write_text("deep")
            self.changed(app, 2)
            (deep / "page.html").write_text("changed")
            self.changed(app, 3)
            shutil.rmtree(deep.parent)
            self.changed(app, 4)
            app.settle()
            self.assertEqual(3, app.reloads())

    def test_thousands_of_files_are_one_reload(self):
        files = [f"static/{folder}/{number}.txt" for folder in range(30) for number in range(100)]
        with Watched(files=files) as app:
            for file in files:
                (app.folder.path / file).touch()
            app.master.expect("and 2999 more changed")
            self.changed(app, 2)
            app.settle()
            self.assertEqual(1, app.reloads())

    def test_a_tree_that_comes_all_at_once(self):
        with Watched() as app:
            for folder in range(10):
                (app.folder.path / f"beside/{folder}").mkdir(parents=True)
                (app.folder.path / f"beside/{folder}/a.txt").write_text("first")
            (app.folder.path / "beside").rename(app.folder.path / "static/moved")
            app.master.expect("and 9 more changed")
            self.changed(app, 2)
            (app.folder.path / "static/moved/7/a.txt").write_text("second")
            self.changed(app, 3)

    def test_extra_files(self):
        with Watched("--reload-extra-file", "conf/**/*.toml", "--reload-extra-file", "one.txt") as app:
            inner = app.folder.path / "conf/a/b"
            inner.mkdir(parents=True)
            (inner / "x.toml").write_text("x")
            self.changed(app, 2)
            (inner / "x.json").write_text("x")
            (app.folder.path / "other.txt").write_text("x")
            app.settle()
            self.assertEqual(1, app.reloads())
            (app.folder.path / "one.txt").write_text("x")
            self.changed(app, 3)
            (app.folder.path / "conf/top.toml").write_text("x")
            self.changed(app, 4)

    def test_a_program_of_its_own_reloads_for_its_files(self):
        with Master("--reload", "--reload-extra-file", "one.txt", command=[str(MODULES / "test_program")]) as master:
            wait_until(lambda: master.get("/pid").status == 200, "an answer")
            (master.folder.path / "one.txt").write_text("x")
            master.expect("generation 2 serves")

    def test_by_polling(self):
        with Watched("--reload-engine", "poll") as app:
            (app.folder.path / "templates/page.html").write_text("page two")
            self.changed(app, 2)
            app.put("two")
            self.changed(app, 3)
            app.wait_for("two")

    def test_an_application_that_changes_its_own_files_does_not_reload_for_ever(self):
        with Watched() as app:
            stop = threading.Event()

            def write():
                while not stop.wait(0.05):
                    (app.folder.path / "static/log.txt").write_text(str(time.monotonic()))
            writer = threading.Thread(target=write)
            writer.start()
            try:
                app.master.expect("files keep changing")
            finally:
                stop.set()
                writer.join()


if __name__ == "__main__":
    unittest.main()
