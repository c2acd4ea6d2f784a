"""Sockets that somebody else opened (LISTEN_FDS, fd://): kept through reloads and upgrades, never removed."""

import os
import pathlib
import signal
import socket
import tempfile
import unittest

from master import APPLICATION, COMMAND, Master

# As systemd does it: the descriptors from 3 on, and the process that they are for.
START = 'export LISTEN_PID=$$; exec "$0" "$@"'
NAMED = 'unset LISTEN_FDS; exec "$0" "$@"'


class InheritanceTest(unittest.TestCase):
    def start(self, sockets, *options, pid=START, **more):
        """A master that inherits these sockets, which stay open here, too."""
        for target, listening in enumerate(sockets, 3):
            os.dup2(listening.fileno(), 100 + target)
        moves = " ".join(f"{target}<&{100 + target} {100 + target}<&-"
                         for target in range(3, 3 + len(sockets)))
        command = ["bash", "-c", f"exec {moves}; {pid}", COMMAND, APPLICATION]
        try:
            return Master(*options, command=command, bind=None, wait=False,
                          env={"LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": "http"},
                          pass_fds=[100 + target for target in range(3, 3 + len(sockets))], **more)
        finally:
            for target in range(3, 3 + len(sockets)):
                os.close(100 + target)

    def serving(self, master, count):
        master._count = count
        master.wait_until_serving()
        return master

    def test_serves_them(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "s"
            tcp = socket.create_server(("127.0.0.1", 0))
            unix = socket.socket(socket.AF_UNIX)
            unix.bind(str(path))
            unix.listen()
            with tcp, unix, self.start([tcp, unix], "-w", "2") as master:
                self.serving(master, 2)
                self.assertEqual([f"http://127.0.0.1:{tcp.getsockname()[1]}", f"unix:{path}"], master.urls)
                self.assertEqual(200, master.get("/pid").status)
                self.check_changes(master, path)

    def check_changes(self, master, path):
        master.send_signal(signal.SIGHUP)
        master.expect("generation 2 serves")
        self.assertEqual(200, master.get("/pid").status)
        master.send_signal(signal.SIGUSR2)
        new = int(master.expect("the new master has pid").rsplit(" ", 1)[1])
        master.expect("is gone")
        master.pid = new
        self.assertEqual(200, master.get("/pid").status)
        master.send_signal(signal.SIGTERM)
        master.expect("Shutting down: Master")
        self.assertTrue(path.is_socket())  # systemd's, for the next start

    def test_descriptors_that_are_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "s"
            tcp = socket.create_server(("127.0.0.1", 0))
            unix = socket.socket(socket.AF_UNIX)
            unix.bind(str(path))
            unix.listen()
            with tcp, unix, self.start([tcp, unix], "-w", "2", "-b", "fd://3", "-b", "fd://4", pid=NAMED) as master:
                self.serving(master, 2)
                self.assertEqual([f"http://127.0.0.1:{tcp.getsockname()[1]}", f"unix:{path}"], master.urls)
                self.assertEqual(200, master.get("/pid").status)
                self.check_changes(master, path)

    def test_descriptors_that_cannot_be_served(self):
        with tempfile.TemporaryFile() as file, socket.create_server(("127.0.0.1", 0)) as tcp:
            for options, complaint in ((("-b", "fd://3"), "the inherited descriptor 3 does not listen"),
                                       (("-b", "fd://77"), "the inherited descriptor 77 does not listen"),
                                       (("-b", "fd://4", "-b", "fd://4"), "fd://4 is named twice"),
                                       (("-b", "fd://4", "-b", ":0"), "0.0.0.0:0 cannot stand beside sockets"),
                                       (("-b", "fd://x"), "has no number of a descriptor"),
                                       (("--metrics-bind", "fd://4"), "is for --bind alone")):
                with self.subTest(options), self.start([file, tcp], *options, pid=NAMED) as master:
                    master.expect(complaint)
                    self.assertEqual(1, master.exit_status())

    def test_who_connected_before_the_start_is_served(self):
        with socket.create_server(("127.0.0.1", 0)) as tcp:
            client = socket.create_connection(tcp.getsockname())
            client.sendall(b"GET /pid HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            with client, self.start([tcp]) as master:
                self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 200"))
                self.serving(master, 1)

    def test_those_for_another_process_are_not_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as tcp, \
                self.start([tcp], "-b", "127.0.0.1:0", pid='export LISTEN_PID=1; exec "$0" "$@"') as master:
            self.serving(master, 1)
            self.assertNotIn(str(tcp.getsockname()[1]), master.urls[0])

    def test_what_does_not_listen_is_refused(self):
        with socket.socket() as tcp:
            tcp.bind(("127.0.0.1", 0))
            with self.start([tcp]) as master:
                self.assertIn("the inherited descriptor 3 does not listen", master.expect("indrik: "))
                self.assertEqual(1, master.exit_status())


if __name__ == "__main__":
    unittest.main()
