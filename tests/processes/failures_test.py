"""Workers that are killed, crash or block: replaced at once, and nobody who waits in their queue is cut off."""

import contextlib
import os
import signal
import time
import unittest

from master import Folder, Load, Master, is_alive, read_answer, wait_until


class FailuresTest(unittest.TestCase):
    def check_queue_survives(self, number):
        """A frozen worker's queue fills, then the worker dies."""
        with Master() as master:
            victim, = master.workers()
            os.kill(victim, signal.SIGSTOP)
            clients = [master.send("/pid") for _ in range(20)]
            start = time.monotonic()
            os.kill(victim, number)
            os.kill(victim, signal.SIGCONT)
            answers = [read_answer(client) for client in clients]
            self.assertLess(time.monotonic() - start, 5)
            replacement, = master.workers()
            self.assertEqual({(200, str(replacement))}, set(answers))
            self.assertNotEqual(victim, replacement)
            master.expect(f"Worker (pid:{victim})")

    def test_the_queue_of_a_killed_worker_is_served(self):
        self.check_queue_survives(signal.SIGKILL)

    def test_the_queue_of_a_crashed_worker_is_served(self):
        self.check_queue_survives(signal.SIGSEGV)

    def test_the_queue_of_a_blocked_worker_is_served(self):
        with Master("-t", "1") as master:
            victim, = master.workers()
            blocking = master.send("/block")
            master.folder.wait_for("block")
            clients = [master.send("/pid") for _ in range(20)]
            self.assertEqual(victim, master.expect_pid("WORKER TIMEOUT"))
            noticed = time.monotonic()
            answers = {read_answer(client) for client in clients}
            self.assertLess(time.monotonic() - noticed, 5)
            master.expect("Aborted by SIGABRT")
            master.expect(f"Worker (pid:{victim}) was sent SIGABRT!")
            replacement, = master.workers()
            self.assertEqual({(200, str(replacement))}, answers)
            with self.assertRaises(OSError):
                read_answer(blocking)

    def test_a_handler_that_crashes_costs_one_worker(self):
        with Master("-w", "2") as master:
            with self.assertRaises(OSError):
                read_answer(master.send("/crash"))
            master.expect("was sent SIGSEGV!")
            master.expect("is ready in slot")
            master.wait_for_workers(2)
            self.assertEqual(200, master.get("/pid").status)

    def test_a_module_that_crashes_at_each_request_is_restarted_with_pauses(self):
        with Master() as master:
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                with contextlib.suppress(OSError):
                    read_answer(master.send("/crash"))
            master.expect("the next one starts in 400 ms")
            births = sum("Booting worker" in line for line in list(master.lines))
            self.assertLess(births, 12)  # at once, then after 0, 0.1, 0.2, 0.4, 0.8, 0.8... seconds
            self.assertEqual(200, master.get("/pid").status)

    def test_a_crash_loop_may_have_a_limit(self):
        with Master("--crash-limit", "3", "--crash-window", "30s") as master:
            for _ in range(3):
                with contextlib.suppress(OSError):
                    read_answer(master.send("/crash"))
            master.expect("3 workers died within 30 s and nobody serves (--crash-limit): giving up")
            self.assertEqual(3, master.exit_status())

    def test_a_killed_worker_is_named_and_replaced(self):
        with Master("-w", "2") as master:
            victim = master.workers()[0]
            start = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            self.assertIn("Perhaps out of memory?", master.expect(f"(pid:{victim}) was sent SIGKILL!"))
            replacement = master.expect_pid("is ready")
            self.assertLess(time.monotonic() - start, 3)
            self.assertIn(replacement, master.workers())

    def test_killing_workers_costs_others_nothing(self):
        with Master("-w", "3") as master, Load(master, short=4, kept=0) as load:
            for _ in range(3):
                # Frozen first, so that nothing is in its hands but its queue.
                victim = master.workers()[0]
                os.kill(victim, signal.SIGSTOP)
                wait_until(lambda: load.failures or self.all_wait(load), "the frozen worker's queue")
                os.kill(victim, signal.SIGKILL)
                load.wait_for_more()
                    # What the worker had accepted before it froze is lost; at most one request of each client each time.
        self.assertLessEqual(len(load.failures), 12)

    @staticmethod
    def all_wait(load):
        before = load.answers
        time.sleep(0.05)
        return load.answers == before

    def test_workers_end_when_the_master_is_killed(self):
        with Master("-w", "2") as master:
            workers = master.workers()
            slow = master.send("/slow/500")
            master.folder.wait_for("slow")
            master.send_signal(signal.SIGKILL)
            self.assertEqual(200, read_answer(slow)[0])
            for worker in workers:
                wait_until(lambda: not is_alive(worker), f"the end of {worker}")
            master.folder.wait_for("cleaned", 2)

    def test_a_worker_may_be_retired_by_hand(self):
        with Master() as master:
            victim, = master.workers()
            slow = master.send("/slow/300")
            master.folder.wait_for("slow")
            os.kill(victim, signal.SIGTERM)
            self.assertEqual((200, str(victim)), read_answer(slow))
            replacement = master.expect_pid("is ready")
            self.assertEqual(str(replacement), master.get("/pid").body)

    def test_signals_for_masters_do_not_hurt_workers(self):
        with Master() as master:
            worker, = master.workers()
            for number in (signal.SIGHUP, signal.SIGUSR2, signal.SIGTTIN, signal.SIGTTOU, signal.SIGWINCH):
                os.kill(worker, number)
            self.assertEqual(str(worker), master.get("/pid").body)

    def test_a_failing_handler_hides_its_secret(self):
        with Master() as master:
            answer = master.get("/fail")
            self.assertEqual(500, answer.status)
            self.assertNotIn("secret", answer.body)
            master.expect("the secret of the failing handler")
            master.expect("#0 ")  # where it was thrown
        with Master("--debug") as master:
            self.assertIn("secret", master.get("/fail").body)

    def test_the_slot_keeps_trying_while_others_serve(self):
        folder = Folder()
        try:
            with Master("-w", "2", folder=folder) as master:
                folder.startup_file.write_text("throw")
                os.kill(master.workers()[0], signal.SIGKILL)
                master.expect("no database today")
                folder.startup_file.write_text("")
                master.expect("is ready")
                master.wait_for_workers(2)
        finally:
            folder.remove()


if __name__ == "__main__":
    unittest.main()
