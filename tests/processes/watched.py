"""A Master with --reload, and an application whose files can be changed."""

import contextlib
import shutil
import time

from master import COMMAND, MODULES, Folder, Master, wait_until


def variant(name):
    return MODULES / f"variant_{name}.so"


class Watched:
    """A Master that reloads app.so, in a folder with a template and a static file."""

    def __init__(self, *options, files=()):
        self.folder = Folder()
        path = self.folder.path
        (path / "templates").mkdir()
        (path / "static").mkdir()
        (path / "templates/page.html").write_text("page one")
        (path / "static/a.css").write_text("css one")
        self.module = path / "app.so"
        for file in files:
            (path / file).parent.mkdir(exist_ok=True)
            (path / file).write_text("first")
        shutil.copy(variant("one"), self.module)
        self.master = Master("--reload", *options, command=[COMMAND, "app.so"], folder=self.folder)

    def __enter__(self):
        self.master.__enter__()
        with self.on_error():
            self.wait_until_watching(self.master)
        return self

    @staticmethod
    def wait_until_watching(master):
        wait_until(lambda: any("Reload: watching" in line for line in master.lines), "the watch")

    @contextlib.contextmanager
    def on_error(self):
        try:
            yield
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise

    def __exit__(self, *error):
        self.master.__exit__(*error)
        self.folder.remove()

    def put(self, name):
        """As linkers and installers do: written beside, then renamed."""
        shutil.copy(variant(name), self.module.with_suffix(".new"))
        self.module.with_suffix(".new").rename(self.module)

    def body(self, path="/"):
        return self.master.get(path).body

    def wait_for(self, text, path="/"):
        """The old generation may take a connection while it retires."""
        wait_until(lambda: {self.body(path) for _ in range(3)} == {text}, text)

    def browse(self, path="/"):
        connection = self.master.connect()
        connection.request("GET", path, headers={"Accept": "text/html,*/*"})
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, body

    def reloads(self):
        return sum("serves at" in line for line in self.master.lines)

    def settle(self):
        """Gives changes that should not matter the time to matter."""
        time.sleep(1.5)
