"""What cannot be served: one clear line, gunicorn's exit codes, never an endless respawn."""

import unittest

from master import APPLICATION, COMMAND, MODULES, Master


class BadModulesTest(unittest.TestCase):
    def check(self, exit_status, *texts, module=APPLICATION, options=("-w", "3"), startup=None):
        with Master(*options, command=[COMMAND, str(module)], startup=startup, wait=False) as master:
            self.assertEqual(exit_status, master.exit_status())
            complaints = [line for line in master.lines
                          if "[CRITICAL]" in line or "[ERROR]" in line or line.startswith("indrik: ")]
            self.assertEqual(1, len(complaints), complaints)
            for text in texts:
                self.assertIn(text, complaints[0])
            self.assertLessEqual(sum("Booting worker" in line for line in master.lines), 3)

    def test_a_missing_module(self):
        self.check(4, "/nowhere/app.so: there is no such file", module="/nowhere/app.so")

    def test_a_file_that_is_no_shared_object(self):
        self.check(4, "cannot be loaded", "master.py", module=__file__.replace("bad_modules_test", "master"))

    def test_a_shared_object_that_is_no_indrik_module(self):
        self.check(4, "foreign.so", "no Indrik module", "INDRIK_APPLICATION", module=MODULES / "foreign.so")

    def test_a_module_of_another_version(self):
        self.check(4, "other_version.so", "Indrik 9.8.7", "this is Indrik 0.", module=MODULES / "other_version.so")

    def test_a_module_of_another_version_that_lacks_symbols(self):
        self.check(4, "Indrik 9.8.7", module=MODULES / "other_version_unresolved.so")

    def test_a_module_built_with_other_settings(self):
        self.check(4, "pointers of 16 bytes", "pointers of 8 bytes", module=MODULES / "other_abi.so")

    def test_a_factory_that_is_not_there(self):
        self.check(4, 'no application "absent"', '"make_app"', module=f"{APPLICATION}:absent")

    def test_a_factory_without_a_name(self):
        self.check(4, "after the colon", module=f"{APPLICATION}:")

    def test_a_factory_that_throws(self):
        self.check(4, "nothing can be made", module=f"{APPLICATION}:nothing")

    def test_a_startup_that_throws(self):
        self.check(3, "does not start", "no database today", startup="throw")

    def test_a_startup_that_crashes(self):
        self.check(3, "does not start", "SIGSEGV", startup="crash")

    def test_a_startup_that_blocks(self):
        with Master("-t", "1", startup="block", wait=False) as master:
            master.expect("WORKER TIMEOUT")
            master.expect("does not start")
            self.assertEqual(3, master.exit_status())

    def test_the_terminal_is_told_when_the_log_is_a_file(self):
        with Master("--log-file", "error.log", startup="throw", wait=False) as master:
            self.assertEqual(3, master.exit_status())
            self.assertEqual(1, len(master.lines), master.lines)
            self.assertRegex(master.lines[0], r"^indrik: The application does not start: .*no database today")
            self.assertIn("no database today", (master.folder.path / "error.log").read_text())


if __name__ == "__main__":
    unittest.main()
