"""What tests of operations need beside a Master: commands that end, and a service manager."""

import os
import pathlib
import socket
import subprocess
import unittest

from master import COMMAND, PATIENCE, environment

NOBODY = 65534

needs_root = unittest.skipUnless(os.geteuid() == 0, "needs root")


def run(*arguments, cwd=None, prefix=(), **env):
    """`indrik ARGUMENT...` until it ends."""
    return subprocess.run([*prefix, COMMAND, *map(str, arguments)], cwd=cwd, env=environment(**env), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=2 * PATIENCE, check=False)


def status_of(pid):
    """The fields of /proc/PID/status."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def owner_of(pid):
    """(user, group, further groups), each only if real, effective, saved and file system ids agree."""
    status = status_of(pid)
    user, = set(status["Uid"].split())
    group, = set(status["Gid"].split())
    return int(user), int(group), sorted(int(number) for number in status["Groups"].split())


class ServiceManager:
    """systemd's end of NOTIFY_SOCKET."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(PATIENCE)
        self._socket.bind(str(path))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._socket.close()

    def receive(self):
        return dict(line.split("=", 1) for line in self._socket.recv(4096).decode().splitlines())

    def wait_for(self, **fields):
        """The next message with these fields; those before it are returned, too."""
        passed = []
        while True:
            message = self.receive()
            if all(message.get(name) == value for name, value in fields.items()):
                return message, passed
            passed.append(message)

    def is_silent_for(self, seconds):
        self._socket.settimeout(seconds)
        try:
            return self._socket.recv(4096) is None
        except TimeoutError:
            return True
        finally:
            self._socket.settimeout(PATIENCE)
