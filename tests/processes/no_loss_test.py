"""Operations under load lose no request: short connections and kept ones, with queues that are not empty by luck.

The workers are frozen for 100 ms around each signal. INDRIK_TEST_CONNECTIONS=100000 makes it the full test.
"""

import os
import signal
import time
import unittest

from master import Hammer, Master, frozen, wait_until

CONNECTIONS = int(os.environ.get("INDRIK_TEST_CONNECTIONS", "0"))  # of each test; 0: what a few seconds give


class NoLossTest(unittest.TestCase):
    def check(self, counts, what):
        self.assertEqual((0, []), (counts["failed"], counts["failures"]), what)
        self.assertGreater(counts["short"], 0, what)
        self.assertGreater(counts["kept"], 0, what)

    def repeat(self, hammer, step, what, times):
        """Runs the step `times` times, or until there were as many connections as are wanted."""
        total = {"short": 0, "kept": 0, "failed": 0, "failures": []}
        rounds = 0
        while rounds < times or total["short"] < CONNECTIONS:
            step()
            counts = hammer.take_answered()
            for name in total:
                total[name] += counts[name]
            self.assertEqual((0, []), (counts["failed"], counts["failures"]), what)
            rounds += 1
        self.check(total, what)
        print(f"{what}: {rounds} times, {total['short']} short connections, {total['kept']} requests on kept ones, "
              "0 failed", flush=True)

    @staticmethod
    def wait_for_silence(master, count):
        """Until as many workers are left, and a little longer."""
        master.wait_for_workers(count)
        time.sleep(0.1)

    def test_reload(self):
        with Master("-w", "4") as master, Hammer(master) as hammer:
            def step():
                with frozen(master.workers()):
                    master.send_signal(signal.SIGHUP)
                master.expect("Reloaded: generation")
                self.wait_for_silence(master, 4)
            self.repeat(hammer, step, "reload", 2)

    def test_scaling(self):
        with Master("-w", "2") as master, Hammer(master) as hammer:
            def step():
                for number, count in ((signal.SIGTTIN, 3), (signal.SIGTTIN, 4),
                                      (signal.SIGTTOU, 3), (signal.SIGTTOU, 2)):
                    with frozen(master.workers()):
                        master.send_signal(number)
                    master.expect(f"Workers: {count}")
                    if number == signal.SIGTTIN:
                        master.expect("is ready in slot")
                    self.wait_for_silence(master, count)
            self.repeat(hammer, step, "scaling up and down", 1)

    def test_upgrade(self):
        with Master("-w", "3") as master, Hammer(master) as hammer:
            def step():
                with frozen(master.workers()):
                    master.send_signal(signal.SIGUSR2)
                new = int(master.expect("the new master has pid").rsplit(" ", 1)[1])
                master.expect(f"of the new master (pid {new}) are ready")
                with frozen(master.workers()):
                    pass
                master.expect("is gone")
                master.pid = new
                self.wait_for_silence(master, 3)
            self.repeat(hammer, step, "upgrade", 1)

    def test_failing_upgrade(self):
        with Master("-w", "3") as master, Hammer(master) as hammer:
            workers = master.workers()

            def step():
                master.folder.startup_file.write_text("throw")
                with frozen(workers):
                    master.send_signal(signal.SIGUSR2)
                master.expect("Upgrade failed, everything stays")
                self.assertEqual(set(workers), set(master.workers()) & set(workers))
            self.repeat(hammer, step, "upgrade that fails", 1)

    def test_recycling(self):
        with Master("-w", "4", "--max-requests", "400", "--max-requests-jitter", "200") as master, \
                Hammer(master) as hammer:
            def step():
                for _ in range(4):
                    master.expect("it has answered --max-requests")
                    with frozen(master.workers()):
                        pass
            self.repeat(hammer, step, "recycling", 1)

    def test_killed_workers_cost_what_they_had_in_hand(self):
        """Their queues are served by others; only what they had accepted is lost."""
        with Master("-w", "4") as master, Hammer(master, short=6, kept=12) as hammer:
            hammer.take()
            rounds = 0
            connections = 0
            while rounds < 3 or connections < CONNECTIONS:
                victim = master.workers()[0]
                with frozen([victim]):
                    os.kill(victim, signal.SIGKILL)
                wait_until(lambda: victim not in master.workers(), "its end")
                self.wait_for_silence(master, 4)
                counts = hammer.take()
                # Each of the 18 clients had at most one request with it.
                self.assertLessEqual(counts["failed"], 18)
                connections += counts["short"]
                rounds += 1
            self.check(hammer.take_answered(), "afterwards")

    def test_a_reload_hardly_slows_anybody(self):
        with Master("-w", "4") as master, Hammer(master, short=2, kept=6) as hammer:
            time.sleep(1)
            hammer.take()
            time.sleep(2)
            before = hammer.take()
            for _ in range(2):  # a second each
                start = time.monotonic()
                master.send_signal(signal.SIGHUP)
                master.expect("Reloaded: generation")
                time.sleep(max(0, start + 1 - time.monotonic()))
            during = hammer.take()
            self.check(during, "reload")
            print(f"p99 before the reload {before['p99']:.2f} ms, in its second {during['p99']:.2f} ms", flush=True)
            # Twice on a quiet machine; this one may have two cores that compile as well.
            self.assertLess(during["p99"], 20 * before["p99"] + 100)


if __name__ == "__main__":
    unittest.main()
