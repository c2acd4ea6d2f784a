"""`indrik ctl` beside a Master of one's own: a runtime folder that no other test sees."""

import json
import socket
import struct
import subprocess

from master import COMMAND, PATIENCE, Folder, Master, environment


class ControlledMaster(Master):
    """A Master whose control socket is in its own scratch folder."""

    def __init__(self, *options, env=None, folder=None, **more):
        folder = folder or Folder()
        self._folder_to_remove = folder
        super().__init__(*options, folder=folder, env={"XDG_RUNTIME_DIR": str(folder.path), **(env or {})}, **more)

    def __exit__(self, *error):
        super().__exit__(*error)
        self._folder_to_remove.remove()

    def ctl(self, *arguments, which=None):
        """The finished `indrik ctl`; `which` replaces the option that names this master."""
        which = ["--pid", str(self.pid)] if which is None else list(which)
        return subprocess.run([COMMAND, "ctl", *which, *arguments], capture_output=True, text=True, timeout=2 * PATIENCE,
                              cwd=self.folder.path, env=environment(XDG_RUNTIME_DIR=str(self.folder.path)))

    def ask(self, *command):
        """The data of a command that succeeds."""
        done = self.ctl("--json", *command)
        if done.returncode != 0:
            raise AssertionError(f"{command}: exit {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)

    def socket_path(self):
        path, = (self.folder.path / "indrik").glob(f"*-{self.pid}.sock")
        return path


class RawClient:
    """Speaks to a control socket byte by byte."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def send(self, value):
        text = json.dumps(value).encode()
        self.socket.sendall(struct.pack(">I", len(text)) + text)

    def _read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def receive(self):
        size, = struct.unpack(">I", self._read(4))
        return json.loads(self._read(size))

    def ask(self, value):
        self.send(value)
        return self.receive()
