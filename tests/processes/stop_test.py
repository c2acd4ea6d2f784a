"""TERM ends gracefully, INT and QUIT quickly, a second INT sooner still."""

import os
import signal
import time
import unittest

from master import Master, read_answer, wait_until


class StopTest(unittest.TestCase):
    def test_term_finishes_what_is_asked(self):
        with Master("-w", "2") as master:
            clients = [master.send("/slow/600") for _ in range(4)]
            master.folder.wait_for("slow", 4)
            master.send_signal(signal.SIGTERM)
            self.assertEqual({200}, {read_answer(client)[0] for client in clients})
            self.assertEqual(0, master.exit_status())
            master.folder.wait_for("cleaned", 2)
            with self.assertRaises(ConnectionRefusedError):
                master.get("/pid")

    def test_term_answers_who_waits_in_the_queue(self):
        with Master() as master:
            worker, = master.workers()
            os.kill(worker, signal.SIGSTOP)
            clients = [master.send("/pid") for _ in range(20)]
            master.send_signal(signal.SIGTERM)
            master.expect("Handling signal: SIGTERM")
            os.kill(worker, signal.SIGCONT)
            self.assertEqual({(200, str(worker))}, {read_answer(client) for client in clients})
            self.assertEqual(0, master.exit_status())

    def test_term_does_not_wait_for_idle_connections(self):
        with Master() as master:
            idle = master.connect()
            master.get("/pid", idle)
            start = time.monotonic()
            self.assertEqual(0, master.stop())
            self.assertLess(time.monotonic() - start, 10)
            idle.close()

    def test_the_graceful_timeout_ends_patience(self):
        with Master("--graceful-timeout", "500ms") as master:
            slow = master.send("/slow/60000")
            master.folder.wait_for("slow")
            start = time.monotonic()
            self.assertEqual(0, master.stop())
            self.assertLess(time.monotonic() - start, 10)
            slow.close()

    def test_a_worker_that_cannot_end_is_killed(self):
        with Master("--graceful-timeout", "500ms") as master:
            blocking = master.send("/block")
            master.folder.wait_for("block")
            self.assertEqual(0, master.stop())
            self.assertTrue(any("did not end in time" in line for line in master.lines))
            blocking.close()

    def test_int_and_quit_do_not_wait(self):
        for number in (signal.SIGINT, signal.SIGQUIT):
            with Master() as master:
                slow = master.send("/slow/60000")
                master.folder.wait_for("slow")
                start = time.monotonic()
                self.assertEqual(0, master.stop(number))
                self.assertLess(time.monotonic() - start, 10)
                master.folder.wait_for("cleaned")
                slow.close()

    def test_int_after_term_cuts_it_short(self):
        with Master("--graceful-timeout", "10m") as master:
            slow = master.send("/slow/600000")
            master.folder.wait_for("slow")
            master.send_signal(signal.SIGTERM)
            master.expect("Handling signal: SIGTERM")
            start = time.monotonic()
            self.assertEqual(0, master.stop(signal.SIGINT))
            self.assertLess(time.monotonic() - start, 10)
            slow.close()

    def test_ctrl_c_reaches_the_whole_group(self):
        with Master("-w", "2") as master:
            os.killpg(master.pid, signal.SIGINT)
            self.assertEqual(0, master.exit_status())

    def test_term_while_booting(self):
        with Master("-w", "2", startup="slow", wait=False) as master:
            master.expect("Booting worker")
            self.assertEqual(0, master.stop())

    def test_the_pid_file_lives_as_long_as_the_master(self):
        with Master("-p", "indrik.pid") as master:
            file = master.folder.path / "indrik.pid"
            self.assertEqual(f"{master.pid}\n", file.read_text())
            second = Master("-p", "indrik.pid", folder=master.folder, wait=False)
            with second:
                self.assertEqual(1, second.exit_status())
                self.assertIn(f"living process {master.pid}", second.lines[-1])
            self.assertEqual(0, master.stop())
            wait_until(lambda: not file.exists(), "the removal of the pid file")


if __name__ == "__main__":
    unittest.main()
