"""Workers that block or stop: noticed after a second, their connections served by siblings, killed after --timeout."""

import os
import signal
import time
import unittest

from master import Hammer, Master, read_answer, wait_until


class HungTest(unittest.TestCase):
    def test_siblings_serve_the_queue(self):
        with Master("-w", "2", "-t", "20") as master:
            blocking = master.send("/block")
            master.folder.wait_for("block")
            victim = master.folder.journal()[-1][1]
            clients = [master.send("/pid") for _ in range(30)]  # about half wait for the blocked one
            self.assertEqual(victim, master.expect_pid("is silent"))
            start = time.monotonic()
            sibling, = set(master.workers()) - {victim}
            self.assertEqual({(200, str(sibling))}, {read_answer(client) for client in clients})
            self.assertLess(time.monotonic() - start, 5)
            # Whoever comes now goes to the sibling at once.
            answers = {read_answer(client) for client in [master.send("/pid") for _ in range(30)]}
            self.assertEqual({(200, str(sibling))}, answers)
            self.assertIn(victim, master.workers())
            blocking.close()

    def test_who_answers_again_gets_connections_again(self):
        with Master("-w", "2") as master:
            victim, other = master.workers()
            os.kill(victim, signal.SIGSTOP)
            self.assertEqual(victim, master.expect_pid("is silent"))
            self.assertEqual({str(other)}, {master.get("/pid").body for _ in range(20)})
            os.kill(victim, signal.SIGCONT)
            master.expect("answers again")
            wait_until(lambda: master.get("/pid").body == str(victim), "a connection for it")
            self.assertEqual([victim, other], master.workers())

    def test_nothing_is_lost_while_one_is_silent(self):
        with Master("-w", "3") as master, Hammer(master, short=4, kept=6) as hammer:
            victim = master.workers()[0]
            os.kill(victim, signal.SIGSTOP)
            master.expect("is silent")
            time.sleep(0.3)
            os.kill(victim, signal.SIGCONT)
            master.expect("answers again")
            counts = hammer.take()
            self.assertEqual((0, []), (counts["failed"], counts["failures"]))

    def test_past_the_timeout_it_is_replaced_in_its_slot(self):
        with Master("-w", "2", "-t", "2") as master:
            blocking = master.send("/block")
            master.folder.wait_for("block")
            victim = master.folder.journal()[-1][1]
            master.expect("is silent")
            self.assertEqual(victim, master.expect_pid("WORKER TIMEOUT"))
            master.expect(f"(pid:{victim}) was sent SIGABRT")
            master.expect("is ready in slot")
            self.assertEqual(2, len(master.wait_for_workers(2)))
            with self.assertRaises(OSError):
                read_answer(blocking)

    def test_a_worker_that_does_not_become_ready_is_replaced(self):
        with Master("--boot-timeout", "1s", startup="block", wait=False) as master:
            master.expect("WORKER TIMEOUT")
            master.expect("The application does not start")
            self.assertEqual(3, master.exit_status())

    def test_a_slow_boot_is_not_a_silent_worker(self):
        with Master("-t", "250ms", startup="slow") as master:
            self.assertEqual(200, master.get("/pid").status)
            self.assertNotIn("WORKER TIMEOUT", "\n".join(master.lines))

    def test_the_slot_of_a_worker_that_finishes_is_served(self):
        """Retired by hand, with a long request: its slot does not wait for it."""
        with Master("-w", "2") as master:
            slow = [master.send("/slow/1500") for _ in range(8)]
            master.folder.wait_for("slow", 8)
            victim = master.folder.journal()[-1][1]
            os.kill(victim, signal.SIGTERM)
            master.expect("is ready in slot")
            others = {str(pid) for pid in master.workers() if pid != victim}
            wait_until(lambda: {master.get("/pid").body for _ in range(20)} == others, "connections for both")
            self.assertEqual({200}, {read_answer(client)[0] for client in slow})


if __name__ == "__main__":
    unittest.main()
