"""indrik as PID 1 of a container: reaps orphans, heeds signals, stays through an upgrade."""

import os
import signal
import subprocess
import unittest

from master import APPLICATION, COMMAND, Master, is_alive, wait_until

UNSHARE = ["unshare", "--pid", "--fork", "--mount-proc"]
if os.geteuid() != 0:
    UNSHARE += ["--user", "--map-root-user"]


def namespaces_are_allowed():
    try:
        return subprocess.run([*UNSHARE, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except FileNotFoundError:
        return False


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


@unittest.skipUnless(namespaces_are_allowed(), "needs PID namespaces")
class ContainersTest(unittest.TestCase):
    def start(self, *options, before=""):
        """Its pid as we see it."""
        master = Master(*options, command=[*UNSHARE, "sh", "-c", f'{before} exec "$0" "$@"', COMMAND, APPLICATION])
        master.pid, = children(master.group)
        return master

    def test_orphans_are_reaped(self):
        # The shell, who is PID 1 before us, leaves a child; a child of that one outlives it.
        with self.start(before="(sleep 0.3 & exec sleep 0.1) &") as master:
            master.expect("Reaped an unknown child")
            wait_until(lambda: children(master.pid) == master.workers() and len(master.workers()) == 1,
                       "no child but the worker")
            self.assertEqual(200, master.get("/pid").status)

    def test_term_ends_it_with_0(self):
        with self.start("-w", "2") as master:
            master.send_signal(signal.SIGTERM)
            self.assertEqual(0, master.exit_status())

    def test_it_reloads_and_replaces(self):
        with self.start("-w", "2") as master:
            os.kill(master.workers()[0], signal.SIGKILL)
            master.expect("is ready in slot")
            master.send_signal(signal.SIGHUP)
            master.expect("generation 2 serves")
            self.assertEqual(200, master.get("/pid").status)

    def test_after_an_upgrade_it_stays_and_passes_signals_on(self):
        with self.start("-w", "2") as master:
            before = master.workers()
            master.send_signal(signal.SIGUSR2)
            master.expect("all workers of the new master")
            master.expect("is gone")
            new, = wait_for(lambda: children(master.pid), 1)
            for worker in before:
                wait_until(lambda: not is_alive(worker), "the end of an old worker")
            self.assertEqual(200, master.get("/pid").status)
            master.send_signal(signal.SIGHUP)
            master.expect("generation 2 serves")
            self.assertEqual([new], children(master.pid))
            # The second one is a child of the first, which goes.
            master.send_signal(signal.SIGUSR2)
            master.expect("is gone")
            wait_until(lambda: new not in children(master.pid), "the end of the second master")
            self.assertEqual(200, master.get("/pid").status)
            master.send_signal(signal.SIGHUP)
            master.expect("generation 2 serves")
            master.send_signal(signal.SIGTERM)
            self.assertEqual(0, master.exit_status())


def wait_for(listing, count):
    wait_until(lambda: len(listing()) == count, f"{count} of them")
    return listing()


if __name__ == "__main__":
    unittest.main()
