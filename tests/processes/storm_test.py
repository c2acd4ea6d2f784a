"""Signals in any order and in bursts, under load: a healthy server afterwards, and nothing grown in the master.

Ten seconds; INDRIK_TEST_STORM=60 makes it a minute. INDRIK_TEST_SEED repeats one.
"""

import os
import random
import signal
import time
import unittest

from master import Hammer, Master, wait_until

SECONDS = float(os.environ.get("INDRIK_TEST_STORM", "10"))
SEED = int(os.environ.get("INDRIK_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
SIGNALS = [signal.SIGHUP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH,
           signal.SIGCHLD]
WORKERS = 3


class StormTest(unittest.TestCase):
    def storm(self, kills, seconds):
        chance = random.Random(SEED)
        print(f"seed {SEED}", flush=True)
        with Master("-w", str(WORKERS), "-p", "pid") as master, Hammer(master, short=3, kept=6) as hammer:
            self.settle(master)
            before = self.measure(master)
            deadline = time.monotonic() + seconds
            sent = 0
            while time.monotonic() < deadline:
                for _ in range(chance.choice([1, 1, 1, 5, 20])):
                    self.one(master, chance, kills)
                    sent += 1
                time.sleep(chance.uniform(0, 0.15))
            self.settle(master)
            after = self.measure(master)
            counts = hammer.take()
            print(f"{sent} signals, {counts['short']} short and {counts['kept']} kept connections' requests, "
                  f"{counts['failed']} failed; master before {before}, after {after}", flush=True)
            self.assertEqual(before["descriptors"], after["descriptors"])
            self.assertEqual(0, after["zombies"])
            self.assertLess(after["kibibytes"], before["kibibytes"] + 1024)
            self.assertIn(int(master.get("/pid").body), master.workers())
            return counts

    @staticmethod
    def current(master):
        """Upgrades change the master."""
        try:
            master.pid = int((master.folder.path / "pid").read_text())
        except (FileNotFoundError, ValueError):
            pass
        return master.pid

    def one(self, master, chance, kills):
        pid = self.current(master)
        try:
            workers = [worker for worker in master.workers() if self.is_worker(worker)]
            if kills and workers and chance.random() < 0.2:
                os.kill(chance.choice(workers), chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV]))
            else:
                os.kill(pid, chance.choice(SIGNALS))
        except (ProcessLookupError, FileNotFoundError):
            pass

    @staticmethod
    def is_worker(pid):
        """And not a new master."""
        with open(f"/proc/{pid}/comm") as name:
            return name.read().startswith("indrik: worker")

    def settle(self, master):
        """The settings' number of workers, and no master but one."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                os.kill(self.current(master), signal.SIGHUP)
                time.sleep(3)
                if len(master.workers()) == WORKERS and not (master.folder.path / "pid.2").exists():
                    time.sleep(1.5)  # slots that close take a second
                    if len(master.workers()) == WORKERS:
                        return
            except (ProcessLookupError, FileNotFoundError):
                time.sleep(0.1)
        self.fail("not healthy")

    @staticmethod
    def measure(master):
        with open(f"/proc/{master.pid}/task/{master.pid}/children") as file:
            children = [int(pid) for pid in file.read().split()]
        zombies = 0
        for pid in children:
            with open(f"/proc/{pid}/stat") as stat:
                zombies += stat.read().rsplit(")", 1)[1].split()[0] == "Z"
        with open(f"/proc/{master.pid}/status") as status:
            resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        return {"descriptors": len(os.listdir(f"/proc/{master.pid}/fd")), "zombies": zombies,
                "kibibytes": resident}

    def test_signals_lose_nothing(self):
        counts = self.storm(kills=False, seconds=SECONDS)
        self.assertEqual((0, []), (counts["failed"], counts["failures"]))

    def test_signals_and_dying_workers(self):
        self.storm(kills=True, seconds=SECONDS)


if __name__ == "__main__":
    unittest.main()
