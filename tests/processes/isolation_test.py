"""As in a container: PID 1 of its own, a root that cannot be written, a user without privileges; and full disks."""

import os
import pathlib
import signal
import subprocess
import unittest

from master import APPLICATION, COMMAND, Folder, Master, wait_until
from operations import needs_root, owner_of, run

USER = 10001

# Runs `indrik ARGUMENT...` as PID 1 and as $INDRIK_USER in a file system where only /tmp can be written, and that is empty.
ENTER = """
mount --make-rprivate / && mount -t proc proc /proc && mount -t tmpfs -o size=1m,mode=1777 tmpfs /tmp &&
mount -o remount,ro,bind / || exit 77
exec setpriv --reuid=$INDRIK_USER --regid=$INDRIK_USER --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
"""
CONTAINER = ["unshare", "--pid", "--mount", "--fork", "--kill-child", "sh", "-c", ENTER, "sh"]


def can_make_containers():
    """False also for a tree in /tmp, which is empty in there."""
    return subprocess.run([*CONTAINER, "test", "-x", COMMAND], env={**os.environ, "INDRIK_USER": str(USER)}, capture_output=True,
                          check=False).returncode == 0


class Container(Master):
    def __init__(self, *options, env=None, **arguments):
        env = {"INDRIK_ALLOW_ROOT": None, "INDRIK_USER": str(USER), **(env or {})}
        super().__init__(*options, command=[*CONTAINER, COMMAND, APPLICATION], env=env, wait=False, **arguments)
        self.wait_until_serving()
        # What signals go to is PID 1 of the container, the child of `unshare`.
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        self.pid_outside = self.pid
        self.pid, = (int(pid) for pid in children.split())

    def __exit__(self, *details):
        self.pid = self.pid_outside
        super().__exit__(*details)

    def run(self, script):
        """A shell of the container."""
        subprocess.run(["nsenter", "-t", str(self.pid), "--pid", "--mount", "sh", "-c", script], check=True)


@needs_root
class ContainersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not can_make_containers():
            raise unittest.SkipTest("no namespaces may be made here, or the tree is in /tmp")

    def test_pid_1_of_a_user_on_a_root_that_is_read_only(self):
        with Container("-w", "2") as master:
            namespaces = pathlib.Path(f"/proc/{master.pid}/status").read_text()
            self.assertEqual("1", namespaces.split("NSpid:")[1].splitlines()[0].split()[-1])
            self.assertEqual((USER, USER, []), owner_of(master.pid))
            self.assertEqual(200, master.get("/pid").status)
            workers = master.workers()
            self.assertEqual(2, len(workers))
            os.kill(workers[0], signal.SIGKILL)
            master.expect("is ready in slot")
            master.send_signal(signal.SIGHUP)
            master.expect("generation 2 serves")
            master.send_signal(signal.SIGTERM)
            self.assertEqual(0, master.exit_status())

    def test_int_and_quit_end_it_too(self):
        for number in (signal.SIGINT, signal.SIGQUIT):
            with self.subTest(number=number), Container() as master:
                master.send_signal(number)
                self.assertEqual(0, master.exit_status())

    def test_it_buries_what_others_leave_behind(self):
        with Container() as master:
            for _ in range(5):
                master.run("(sleep 0.1 & sleep 0.1 &) ")
            for _ in range(10):
                master.expect("Reaped an unknown child")
            wait_until(lambda: len(master.workers()) == 1, "one worker")
            children = pathlib.Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split()
            self.assertEqual(1, len(children))
            self.assertEqual(200, master.get("/pid").status)

    def test_port_and_web_concurrency(self):
        with Container(bind=None, env={"PORT": "0", "WEB_CONCURRENCY": "3"}) as master:
            self.assertTrue(master.urls[0].startswith("http://0.0.0.0:"))
            self.assertEqual(3, len(master.wait_for_workers(3)))

    def test_uploads_find_room(self):
        with Container() as master:
            connection = master.connect()
            connection.request("POST", "/echo", b"x" * 900_000)
            self.assertEqual(900_000, len(connection.getresponse().read()))
            connection.close()


@needs_root
class FullDisksTest(unittest.TestCase):
    """A file system of two pages, one of them taken."""

    ON_A_FULL_DISK = ["unshare", "--mount", "sh", "-c",
                      'mount -t tmpfs -o size=8k tmpfs "$DISK" && '
                      '{ head -c 8192 /dev/zero > "$DISK/filler"; } 2>/dev/null; exec "$@"', "sh"]

    @classmethod
    def setUpClass(cls):
        if not can_make_containers():
            raise unittest.SkipTest("no namespaces may be made here")

    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.disk = self.folder.path / "disk"
        self.disk.mkdir()

    def test_a_pid_file_that_has_no_room(self):
        result = run(APPLICATION, "-b", "127.0.0.1:0", "-p", self.disk / "pid", cwd=self.folder.path, prefix=self.ON_A_FULL_DISK,
                     DISK=str(self.disk))
        self.assertEqual(1, result.returncode)
        self.assertIn(f'indrik: --pid: "{self.disk}/pid" cannot be written: No space left on device', result.stderr)

    def test_logs_that_have_no_room_stop_nobody(self):
        with Master("--access-logfile", str(self.disk / "access.log"), "--error-logfile", str(self.disk / "error.log"),
                    command=[*self.ON_A_FULL_DISK, COMMAND, APPLICATION], bind="127.0.0.1:0", folder=self.folder,
                    env={"DISK": str(self.disk)}, wait=False) as master:
            self.folder.wait_for("started")
            self.assertIsNone(master.process.poll())
            self.assertEqual(0, master.stop())
            self.assertEqual([], master.lines)


class UnwritableTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)

    def refuse(self, *arguments, code=1, says):
        result = run(APPLICATION, "-b", "127.0.0.1:0", *arguments, cwd=self.folder.path)
        self.assertEqual(code, result.returncode, result.stderr)
        self.assertIn(says, result.stderr)
        self.assertEqual(1, sum(says in line for line in result.stderr.splitlines()), result.stderr)

    def test_files_and_folders(self):
        (self.folder.path / "file").write_text("")
        self.refuse("-p", "nowhere/pid", says='--pid: "nowhere/pid" cannot be written: No such file or directory')
        self.refuse("--error-logfile", "nowhere/log", says="--error-logfile: ")
        self.refuse("--error-logfile", ".", says="--error-logfile: ")
        self.refuse("--access-logfile", "file/log", says="--access-logfile")
        self.refuse("--chdir", "file", says='--chdir: "file": Not a directory')
        self.refuse("-b", "unix:nowhere/app.sock", says="--bind: unix:nowhere/app.sock")
        self.refuse("-b", "unix:file", says="--bind: unix:file exists and is no socket")
        self.refuse("--hooks", "file", says="--hooks: file: ")


if __name__ == "__main__":
    unittest.main()
