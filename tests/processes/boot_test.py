"""How it starts: modules, factories, programs, help and version."""

import re
import signal
import subprocess
import unittest

from master import APPLICATION, COMMAND, MODULES, Master, environment, wait_until


def run(*arguments):
    return subprocess.run([COMMAND, *arguments], env=environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=30)


class BootTest(unittest.TestCase):
    def test_serves_the_default_application(self):
        with Master("-w", "2") as master:
            self.assertEqual((200, "first"), master.get("/")[::2])
            master.wait_for_workers(2)

    def test_serves_the_application_that_is_named(self):
        for name, text in (("other", "other"), ("make_app", "first")):
            with Master(command=[COMMAND, f"{APPLICATION}:{name}"]) as master:
                self.assertEqual(text, master.get("/").body)

    def test_a_program_serves_itself(self):
        with Master("-w", "2", command=[str(MODULES / "test_program")]) as master:
            self.assertEqual("first", master.get("/").body)
            self.assertEqual(0, master.stop())

    def test_a_relative_module_and_chdir(self):
        with Master("--chdir", str(MODULES), command=[COMMAND, "application.so"]) as master:
            self.assertEqual("first", master.get("/").body)

    def test_prints_its_version(self):
        for flag in ("--version", "-v"):
            result = run(flag)
            self.assertEqual(0, result.returncode)
            self.assertRegex(result.stdout, r"\Aindrik \d+\.\d+\.\d+\n\Z")

    def test_prints_help_for_80_columns(self):
        for flag in ("--help", "-h"):
            result = run(flag)
            self.assertEqual(0, result.returncode)
            self.assertIn("--workers", result.stdout)
            self.assertIn("MODULE", result.stdout)
            self.assertLess(max(map(len, result.stdout.splitlines())), 80)

    def test_raises_the_descriptor_limit(self):
        limited = ["sh", "-c", 'ulimit -S -n 100; exec "$0" "$@"', COMMAND, APPLICATION]
        with Master(command=limited) as master:
            with open(f"/proc/{master.workers()[0]}/limits") as limits:
                soft, hard = re.search(r"Max open files\s+(\d+)\s+(\d+)", limits.read()).groups()
            self.assertEqual(hard, soft)
            self.assertEqual(0, master.stop())

    def test_ignored_signals_of_the_parent_do_not_matter(self):
        # nohup and some process managers start their children like this.
        deaf = ["sh", "-c", 'trap "" HUP CHLD; exec "$0" "$@"', COMMAND, APPLICATION]
        with Master(command=deaf) as master:
            master.send_signal(signal.SIGHUP)
            master.expect("generation 2 serves")
            self.assertEqual(0, master.stop())

    def test_unknown_children_are_reaped(self):
        # As PID 1 it adopts orphans; a process that execs indrik hands its children over, too.
        parent = ["sh", "-c", 'sleep 0.3 & exec "$0" "$@"', COMMAND, APPLICATION]
        with Master(command=parent) as master:
            wait_until(lambda: any("Reaped an unknown child" in line for line in master.lines))
            self.assertEqual(200, master.get("/pid").status)
            self.assertEqual(0, master.stop())


if __name__ == "__main__":
    unittest.main()
