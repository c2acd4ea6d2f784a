"""The control socket: what it tells, what it does, whom it lets in, and what it survives."""

import concurrent.futures
import os
import shutil
import signal
import socket
import stat
import struct
import subprocess
import time
import unittest

from control import ControlledMaster, RawClient
from master import COMMAND, PATIENCE, Load, Master, environment, is_alive, wait_until


class ShowTest(unittest.TestCase):
    def test_it_tells_what_there_is(self):
        with ControlledMaster("-w", "2") as master:
            for _ in range(5):
                master.get("/pid")
            wait_until(lambda: sum(w["requests"] for w in master.ask("show", "workers")["workers"]) == 5,
                       "five requests")
            stats = master.ask("show", "stats")
            self.assertEqual(
                (master.pid, "application", "serving", 1), (stats["pid"], stats["name"], stats["state"], stats["generation"]))
            self.assertEqual({"current": 2, "target": 2, "processes": 2, "spawned": 2, "died": 0, "killed": 0}, stats["workers"])
            self.assertGreater(stats["uptime"], 0)
            workers = master.ask("show", "workers")["workers"]
            self.assertEqual(sorted(master.workers()), sorted(worker["pid"] for worker in workers))
            self.assertEqual([0, 1], [worker["slot"] for worker in workers])
            for worker in workers:
                self.assertEqual("ready", worker["state"])
                self.assertLess(worker["last_beat"], 2)
                self.assertGreater(worker["rss"], 1 << 20)
            listener, = master.ask("show", "listeners")["listeners"]
            self.assertEqual((master.urls[0], 2, 0), (listener["url"], listener["sockets"], listener["queue"]))
            config = {entry["name"]: entry for entry in master.ask("show", "config")["config"]}
            self.assertEqual(("2", "command line"), (config["workers"]["value"], config["workers"]["source"]))
            self.assertEqual("default", config["backlog"]["source"])
            self.assertEqual({"stats", "workers", "listeners"}, set(master.ask("show", "all")))

    def test_people_get_tables(self):
        with ControlledMaster() as master:
            shown = master.ctl("show", "workers").stdout.splitlines()
            self.assertRegex(shown[0], r"^ *PID  SLOT  GEN  STATE")
            self.assertRegex(shown[1], rf"^ *{master.workers()[0]} +0 +1  ready")
            self.assertRegex(master.ctl("show", "stats").stdout, r"application \(pid \d+\), Indrik \S+: serving for ")
            self.assertIn("worker kill PID", master.ctl("help").stdout)

    def test_a_queue_is_seen(self):
        with ControlledMaster() as master:
            worker, = master.workers()
            os.kill(worker, signal.SIGSTOP)
            clients = [socket.create_connection(("127.0.0.1", master.port())) for _ in range(3)]
            wait_until(lambda: master.ask("show", "workers")["workers"][0]["queue"] == 3, "three who wait")
            wait_until(lambda: master.ask("show", "workers")["workers"][0]["state"] == "silent", "the silence")
            os.kill(worker, signal.SIGCONT)
            for client in clients:
                client.close()


class CommandTest(unittest.TestCase):
    def test_scale(self):
        with ControlledMaster("-w", "2") as master, Load(master, short=2, kept=2) as load:
            self.assertEqual({"done": "4 workers serve"}, master.ask("--wait", "scale", "4"))
            self.assertEqual(4, len(master.workers()))
            self.assertEqual({"done": "5 workers serve"}, master.ask("--wait", "worker", "add"))
            self.assertEqual({"done": "3 workers serve"}, master.ask("--wait", "worker", "remove", "2"))
            self.assertEqual(3, len(master.workers()))
            for words, complaint in ((("scale", "0"), "1"), (("scale", "5000"), "1000"), (("scale", "many"), "many"),
                                     (("worker", "remove", "3"), "at least one worker stays")):
                refused = master.ctl(*words)
                self.assertEqual(1, refused.returncode, words)
                self.assertIn(complaint, refused.stderr)
            load.wait_for_more()
        self.assertEqual([], load.failures)

    def test_reload_waits_for_the_outcome(self):
        with ControlledMaster("-w", "2") as master:
            before = master.workers()
            self.assertEqual({"done": "generation 2 serves"}, master.ask("--wait", "reload"))
            wait_until(lambda: not set(before) & set(master.workers()), "the old ones' end")
            master.folder.startup_file.write_text("throw")
            failed = master.ctl("--wait", "reload")
            self.assertEqual((1, True), (failed.returncode, "no database today" in failed.stderr), failed)
            stats = master.ask("show", "stats")
            self.assertEqual((1, 1), (stats["reloads"], stats["failed_reloads"]))
            self.assertIn("no database today", stats["last_reload_error"])
            master.folder.startup_file.write_text("")
            self.assertEqual({"done": "reloading"}, master.ask("reload"))

    def test_each_of_several_reloads_has_its_own_outcome(self):
        with ControlledMaster() as master:
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                outcomes = list(pool.map(lambda _: master.ask("--wait", "reload")["done"], range(4)))
            for outcome in outcomes:
                self.assertRegex(outcome, r"generation \d serves")
            master.expect("generation 2 serves")

    def test_a_bad_configuration_is_told(self):
        with ControlledMaster("-c", "my.conf", command=["sh", "-c", 'echo "workers = 1" > my.conf; exec "$0" "$@"', COMMAND,
                                                        os.environ["INDRIK_TEST_MODULES"] + "/application.so"]) as master:
            (master.folder.path / "my.conf").write_text("workerz = 3\n")
            failed = master.ctl("reload")  # known at once, without --wait
            self.assertEqual(1, failed.returncode)
            self.assertIn('there is no setting "workerz"', failed.stderr)

    def test_a_killed_worker_is_replaced(self):
        with ControlledMaster() as master:
            for name in ("TERM", "QUIT", "KILL"):
                worker, = master.wait_for_workers(1)
                self.assertEqual(f"worker {worker} was sent SIG{name}", master.ask("worker", "kill", str(worker), name)["done"])
                wait_until(lambda: not is_alive(worker), "its end")
                wait_until(lambda: master.ask("show", "stats")["workers"]["current"] == 1, "its successor")
            self.assertIn("is none of the workers", master.ctl("worker", "kill", "1").stderr)
            # The first two ended as they were told.
            self.assertEqual(1, master.ask("show", "stats")["workers"]["died"])

    def test_reopen(self):
        with ControlledMaster("--log-file", "error.log", wait=False) as master:
            log = master.folder.path / "error.log"
            wait_until(lambda: log.exists() and "is ready" in log.read_text(), "a worker")
            log.rename(master.folder.path / "error.log.1")
            master.ask("reopen")
            wait_until(log.exists, "the new log")

    def test_shutdown(self):
        for how in ((), ("graceful",), ("quick",)):
            with ControlledMaster() as master:
                path = master.socket_path()
                done = master.ctl("--wait", "shutdown", *how)
                self.assertEqual(0, done.returncode, done.stderr)
                self.assertEqual(0, master.exit_status())
                self.assertFalse(path.exists())

    def test_unknown_commands(self):
        with ControlledMaster() as master:
            for words in (("dance",), ("show", "nothing"), ("worker",), ("worker", "kill"), ("shutdown", "now"), ("reload", "x")):
                refused = master.ctl(*words)
                self.assertEqual(1, refused.returncode, words)
                self.assertTrue(refused.stderr.startswith("indrik ctl: "), refused.stderr)
            for arguments in ((), ("--dance", "help"), ("--timeout",), ("--timeout", "soon", "help"), ("--json=1", "help")):
                self.assertEqual(2, master.ctl(*arguments).returncode, arguments)


class InstanceTest(unittest.TestCase):
    def test_each_instance_has_its_own_socket(self):
        with ControlledMaster() as one, ControlledMaster(folder=one.folder) as other:
            self.assertNotEqual(one.socket_path(), other.socket_path())
            self.assertEqual(other.pid, other.ask("show", "stats")["pid"])
            several = one.ctl("show", "stats", which=[])
            self.assertEqual(2, several.returncode)
            for master in (one, other):
                self.assertIn(f"application (--pid {master.pid})", several.stderr)
            other.stop()
            alone = one.ctl("show", "stats", which=[])
            self.assertIn(f"(pid {one.pid})", alone.stdout)

    def test_it_is_found_by_name_pid_file_and_path(self):
        with ControlledMaster("-p", "app.pid") as master:
            for which in (["--name", "application"], ["--pid", "app.pid"], ["-s", str(master.socket_path())], []):
                self.assertIn(f"(pid {master.pid})", master.ctl("show", "stats", which=which).stdout, which)
            for which, code in ((["--name", "other"], 3), (["--pid", "1"], 3), (["--pid", "none.pid"], 2),
                                (["-s", "none.sock"], 3)):
                missing = master.ctl("show", "stats", which=which)
                self.assertEqual(code, missing.returncode, missing.stderr)

    def test_a_path_of_the_operators_choice(self):
        with ControlledMaster("--control-socket", "run/my.sock", "--control-socket-mode", "0660",
                              command=["sh", "-c", 'mkdir -p run; exec "$0" "$@"', COMMAND,
                                       os.environ["INDRIK_TEST_MODULES"] + "/application.so"]) as master:
            path = master.folder.path / "run/my.sock"
            self.assertEqual(0o660, stat.S_IMODE(path.stat().st_mode))
            self.assertIn("serving", master.ctl("show", "stats", which=["-s", str(path)]).stdout)
            with Master("--control-socket", str(path), wait=False) as second:
                self.assertEqual(1, second.exit_status())
                self.assertIn(f"process {master.pid} listens there; each instance needs its own", "\n".join(second.lines))
            path.unlink()  # as a cleaner of /tmp would: it comes back
            wait_until(path.exists, "the socket")
            self.assertIn("serving", master.ctl("show", "stats", which=["-s", str(path)]).stdout)

    def test_it_is_private(self):
        with ControlledMaster() as master:
            self.assertEqual(0o600, stat.S_IMODE(master.socket_path().stat().st_mode))
            self.assertEqual(0o700, stat.S_IMODE(master.socket_path().parent.stat().st_mode))

    def test_without(self):
        with ControlledMaster("--no-control-socket") as master:
            self.assertFalse((master.folder.path / "indrik").exists())
            self.assertEqual(3, master.ctl("show", "stats").returncode)

    def test_what_killed_masters_leave_is_removed(self):
        with ControlledMaster() as master:
            left = master.socket_path()
            master.send_signal(signal.SIGKILL)
            master.process.wait()
            self.assertTrue(left.exists())
            self.assertEqual(3, master.ctl("show", "stats").returncode)
            with ControlledMaster(folder=master.folder):
                self.assertFalse(left.exists())

    def test_a_folder_of_others_is_not_used(self):
        with ControlledMaster(wait=False, command=["sh", "-c", 'mkdir -m 0777 -p indrik; chmod 0777 indrik; exec "$0" "$@"', COMMAND,
                                                   os.environ["INDRIK_TEST_MODULES"] + "/application.so"]) as master:
            self.assertIn("others may write to it", master.expect("There is no control socket"))
            master.expect("is ready in slot")

    def test_bad_settings(self):
        for options, complaint in ((("--control-socket", "none/my.sock"), "No such file"),
                                   (("--control-socket", "x" * 120), "too long"),
                                   (("--control-socket-mode", "rw"), "is no file mode"),
                                   (("--control-socket-mode", "7777"), "is no file mode")):
            with Master(*options, wait=False) as master:
                self.assertEqual(1, master.exit_status())
                self.assertIn(complaint, "\n".join(master.lines))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root, to be somebody else")
    def test_other_users_are_refused(self):
        path = f"/tmp/indrik-control-test-{os.getpid()}.sock"

        def as_nobody():
            return subprocess.run(
                ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", COMMAND, "ctl", "-s", path, "show", "stats"],
                capture_output=True, text=True, timeout=PATIENCE, env=environment())
        with ControlledMaster("--control-socket", path) as master:
            refused = as_nobody()  # by the file's mode
            self.assertEqual(4, refused.returncode, refused.stderr)
            os.chmod(path, 0o666)
            refused = as_nobody()  # by the kernel's word on who is there
            self.assertEqual(4, refused.returncode, refused.stderr)
            self.assertIn("may not command", refused.stderr)
            master.expect("user 65534")
        with ControlledMaster("--control-socket", path, "--control-socket-mode", "0666"):
            self.assertEqual(0, as_nobody().returncode)


class StrangersTest(unittest.TestCase):
    """Whatever a client does, the master goes on."""

    def test_the_wire_is_gunicorns(self):
        with ControlledMaster() as master, RawClient(master.socket_path()) as client:
            answer = client.ask({"id": 7, "command": "show stats"})
            self.assertEqual({"id", "status", "data"}, set(answer))
            self.assertEqual((7, "ok", master.pid), (answer["id"], answer["status"], answer["data"]["pid"]))
            answer = client.ask({"id": "x", "command": "dance"})
            self.assertEqual(("x", "error"), (answer["id"], answer["status"]))
            self.assertIn("there is no command", answer["error"])

    def test_requests_may_come_in_pieces_and_in_heaps(self):
        with ControlledMaster() as master, RawClient(master.socket_path()) as client:
            text = b'{"id": 1, "command": "show stats"}'
            wire = struct.pack(">I", len(text)) + text
            for byte in wire:
                client.socket.sendall(bytes([byte]))
            self.assertEqual(1, client.receive()["id"])
            client.socket.sendall(wire * 20)
            for _ in range(20):
                self.assertEqual("ok", client.receive()["status"])

    def test_nonsense(self):
        with ControlledMaster() as master:
            path = master.socket_path()
            with RawClient(path) as client:
                client.socket.sendall(struct.pack(">I", 3) + b"abc")
                self.assertEqual("error", client.receive()["status"])
                self.assertEqual("error", client.ask([1, 2])["status"])
                self.assertEqual("error", client.ask({"id": 1, "command": 5})["status"])
                self.assertEqual("ok", client.ask({"id": 1, "command": "help"})["status"])
            with RawClient(path) as client:
                client.socket.sendall(b"GET / HTTP/1.1\r\n\r\n")
                self.assertIn("too large", client.receive()["error"])
                self.assertRaises(EOFError, client.receive)

    def test_clients_that_take_nothing_or_say_nothing_hold_nobody_up(self):
        with ControlledMaster() as master:
            path = master.socket_path()
            lazy = [RawClient(path) for _ in range(8)]
            try:
                for client in lazy[:4]:
                    for _ in range(200):
                        try:
                            client.socket.settimeout(0.01)
                            client.send({"id": 1, "command": "show all"})
                        except TimeoutError:
                            break
                began = time.monotonic()
                self.assertEqual("serving", master.ask("show", "stats")["state"])
                self.assertEqual(200, master.get("/pid").status)
                self.assertLess(time.monotonic() - began, PATIENCE / 3)
            finally:
                for client in lazy:
                    client.socket.close()

    def test_there_are_so_many_clients_and_no_more(self):
        with ControlledMaster() as master:
            clients = [RawClient(master.socket_path()) for _ in range(16)]
            for client in clients:
                self.assertEqual("ok", client.ask({"id": 1, "command": "help"})["status"])
            with RawClient(master.socket_path()) as more:
                self.assertIn("too many clients", more.receive()["error"])
            for client in clients:
                client.socket.close()
            wait_until(lambda: master.ctl("show", "stats").returncode == 0, "a free place")

    def test_a_client_that_goes_away_while_it_waits(self):
        with ControlledMaster() as master:
            master.folder.startup_file.write_text("slow")
            with RawClient(master.socket_path()) as client:
                client.send({"id": 1, "command": "reload --wait"})
                master.expect("Booting worker")
            master.expect("generation 2 serves")
            self.assertEqual(2, master.ask("show", "stats")["generation"])

    def test_a_master_that_does_not_answer(self):
        with ControlledMaster() as master:
            master.send_signal(signal.SIGSTOP)
            try:
                late = master.ctl("--timeout", "300ms", "show", "stats")
                self.assertEqual(5, late.returncode)
                self.assertIn("no answer within 0.3 s", late.stderr)
            finally:
                master.send_signal(signal.SIGCONT)

    def test_workers_do_not_hold_the_socket(self):
        with ControlledMaster() as master:
            inode = os.readlink(f"/proc/{master.pid}/fd/{self.control_fd(master)}")
            worker, = master.workers()
            held = [os.readlink(f"/proc/{worker}/fd/{fd}") for fd in os.listdir(f"/proc/{worker}/fd")]
            self.assertNotIn(inode, held)

    def control_fd(self, master):
        with open("/proc/net/unix") as sockets:
            inodes = {line.split()[6] for line in sockets if f"-{master.pid}.sock" in line}
        for fd in os.listdir(f"/proc/{master.pid}/fd"):
            link = os.readlink(f"/proc/{master.pid}/fd/{fd}")
            if link.startswith("socket:") and link[8:-1] in inodes:
                return fd
        raise AssertionError("no control socket is open")


if __name__ == "__main__":
    unittest.main()
