"""HUP: a new generation takes over without a lost request, or the old one stays."""

import os
import signal
import unittest

from master import COMMAND, APPLICATION, Load, Master, is_alive, read_answer, wait_until


class ReloadTest(unittest.TestCase):
    def hup(self, master, generation):
        master.send_signal(signal.SIGHUP)
        master.expect(f"generation {generation} serves")

    def test_no_request_is_lost(self):
        with Master("-w", "3") as master, Load(master) as load:
            for generation in (2, 3, 4):
                # Frozen for a moment, so that the queues are not empty by luck.
                frozen = master.workers()
                for worker in frozen:
                    os.kill(worker, signal.SIGSTOP)
                master.send_signal(signal.SIGHUP)
                load._stop.wait(0.1)
                for worker in frozen:
                    os.kill(worker, signal.SIGCONT)
                master.expect(f"generation {generation} serves")
                load.wait_for_more()
                for worker in frozen:
                    wait_until(lambda: not is_alive(worker), f"the end of {worker}")
        self.assertEqual([], load.failures)

    def test_the_master_does_not_grow(self):
        def descriptors():
            return len(os.listdir(f"/proc/{master.pid}/fd"))
        with Master("-w", "2", "--log-file", "error.log", wait=False) as master:
            log = master.folder.path / "error.log"
            wait_until(lambda: log.exists() and log.read_text().count("is ready") == 2, "two workers")
            before = descriptors()
            for generation in range(2, 7):
                master.send_signal(signal.SIGHUP)
                wait_until(lambda: f"generation {generation} serves" in log.read_text(), "the next generation")
            master.wait_for_workers(2)
            wait_until(lambda: descriptors() == before, f"{before} descriptors")  # the old workers are buried

    def test_the_new_generation_sees_what_changed(self):
        with Master("-w", "2") as master:
            before = master.workers()
            master.folder.text_file.write_text("second")
            self.hup(master, 2)
            for worker in before:
                wait_until(lambda: not is_alive(worker), f"the end of {worker}")
            self.assertEqual({"second"}, {master.get("/").body for _ in range(10)})

    def test_the_old_generation_finishes_what_it_has(self):
        with Master() as master:
            old, = master.workers()
            slow = master.send("/slow/600")
            master.folder.wait_for("slow")
            self.hup(master, 2)
            wait_until(lambda: master.get("/pid").body != str(old), "the new worker alone")
            self.assertEqual((200, str(old)), read_answer(slow))
            wait_until(lambda: not is_alive(old), f"the end of {old}")

    def test_nobody_retires_before_the_new_ones_are_ready(self):
        with Master() as master:
            old, = master.workers()
            master.folder.startup_file.write_text("slow")
            master.send_signal(signal.SIGHUP)
            master.expect("Booting worker")
            self.assertEqual(str(old), master.get("/pid").body)
            master.expect("generation 2 serves")

    def test_a_generation_that_fails_leaves_the_old_one(self):
        with Master("-w", "2") as master:
            before = sorted(master.workers())
            for startup, complaint in (("throw", "no database today"), ("crash", "SIGSEGV")):
                master.folder.startup_file.write_text(startup)
                master.send_signal(signal.SIGHUP)
                self.assertIn(complaint, master.expect("Reload failed, generation 1 stays"))
                self.assertEqual(200, master.get("/pid").status)
            wait_until(lambda: sorted(master.workers()) == before, "the old workers alone")

    def test_a_module_that_is_gone_leaves_the_old_one(self):
        with Master(command=[COMMAND, "app.so"], wait=False) as broken:
            broken.exit_status()
        master = Master(command=["sh", "-c", f'cp {APPLICATION} app.so; exec "$0" "$@"', COMMAND, "app.so"])
        with master:
            (master.folder.path / "app.so").unlink()
            master.send_signal(signal.SIGHUP)
            self.assertIn("no such file", master.expect("Reload failed"))
            self.assertEqual(200, master.get("/pid").status)

    def test_a_bad_configuration_leaves_everything(self):
        with Master("-c", "my.conf", command=["sh", "-c", 'echo "workers = 2" > my.conf; exec "$0" "$@"',
                                              COMMAND, APPLICATION]) as master:
            before = sorted(master.workers())
            (master.folder.path / "my.conf").write_text("workers = 2\nworkerz = 3\n")
            master.send_signal(signal.SIGHUP)
            self.assertIn('my.conf:2: there is no setting "workerz"', master.expect("Reload refused"))
            self.assertEqual(before, sorted(master.workers()))
            (master.folder.path / "my.conf").write_text("workers = 3\n")
            self.hup(master, 2)
            wait_until(lambda: len(master.workers()) == 3, "three workers")

    def test_addresses_may_change(self):
        def configure(*names):
            return "".join(f"bind = unix:{name}.sock\n" for name in names)
        start = f'printf "{configure("a")}" > indrik.conf; exec "$0" "$@"'
        with Master(bind=None, command=["sh", "-c", start, COMMAND, APPLICATION]) as master:
            sockets = [master.folder.path / f"{name}.sock" for name in "ab"]
            (master.folder.path / "indrik.conf").write_text(configure("a", "b"))
            self.hup(master, 2)
            self.assertEqual([True, True], [file.exists() for file in sockets])
            (master.folder.path / "indrik.conf").write_text(configure("b"))
            self.hup(master, 3)
            self.assertEqual([False, True], [file.exists() for file in sockets])


if __name__ == "__main__":
    unittest.main()
