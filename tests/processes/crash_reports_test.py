"""What a worker says when it hangs or crashes: the signal, the requests in flight, the stack of the blocked thread."""

import http.client
import os
import signal
import time
import unittest

from master import COMMAND, PATIENCE, wait_until
from troubled import troubled


with open(COMMAND, "rb") as command:
    IS_SANITIZED = b"__asan_init" in command.read()  # the sanitizer's own report of crashes is the better one
not_sanitized = unittest.skipIf(IS_SANITIZED, "the sanitizer reports crashes itself")


class CrashReportsTest(unittest.TestCase):
    def report_of(self, path, *options, death):
        with troubled("-w", "1", *options) as master:
            waiting = master.send("/slow/60000?name=waiting")
            wait_until(lambda: master.get("/pid").status == 200, "an answer")
            client = master.send(path)
            master.expect("The stack when")
            master.expect(death)
            master.expect("is ready in slot")
            self.assertEqual(200, master.get("/pid").status)
            waiting.close()
            client.close()
            return "\n".join(master.lines)

    def test_a_hung_worker_says_what_it_was_doing(self):
        text = self.report_of("/block", "-t", "2", death="was sent SIGABRT")
        self.assertRegex(text, r"WORKER TIMEOUT \(pid:\d+\): its loop has been silent for \d+\.\d s, --timeout is 2\.0 s")
        self.assertIn("Aborted by SIGABRT, sent by the master because the loop was silent", text)
        self.assertRegex(text, r"(?m)^  GET /slow/60000\?name=waiting, for \d s$")
        self.assertRegex(text, r"(?m)^  GET /block, for \d s$")
        self.assertRegex(text, r"(?m)^#\d+ troubled::wait_for_ever\(\)")
        self.assertRegex(text, r"(?m)^#\d+ troubled::block\(indrik::web::Request&\)")

    def test_the_report_does_without_malloc(self):
        for _ in range(2):
            start = time.monotonic()
            text = self.report_of("/allocate", "-t", "2", death="was sent SIGABRT")
            self.assertIn("troubled::allocate_for_ever()", text)
            self.assertLess(time.monotonic() - start, PATIENCE)

    @not_sanitized
    def test_a_crash_has_address_and_stack(self):
        text = self.report_of("/null", death="was sent SIGSEGV")
        self.assertIn("Crashed: SIGSEGV at address 0x0", text)
        self.assertRegex(text, r"(?m)^#0 troubled::read_null\(int const\*\)")
        self.assertIn("  GET /null, for ", text)

    @not_sanitized
    def test_a_stack_that_overflows_is_reported_too(self):
        text = self.report_of("/overflow", death="was sent SIGSEGV")
        self.assertRegex(text, r"(?m)^#\d+ troubled::descend\(int\)")

    def test_an_abort_of_its_own(self):
        text = self.report_of("/abort", death="was sent SIGABRT")
        self.assertIn("Aborted by SIGABRT of its own", text)
        self.assertIn("troubled::give_up(indrik::web::Request&)", text)

    @not_sanitized
    def test_the_access_log_is_complete_when_a_worker_crashes(self):
        with troubled("-w", "1", "--access-logfile", "access.log") as master:
            for _ in range(5):
                master.get("/pid")
            with self.assertRaises((ConnectionError, http.client.HTTPException)):
                master.get("/null")
            master.expect("was sent SIGSEGV")
            self.assertEqual(5, (master.folder.path / "access.log").read_text().count("/pid"))

    def test_a_signal_from_outside_names_the_sender(self):
        with troubled("-w", "1") as master:
            os.kill(master.workers()[0], signal.SIGABRT)
            line = master.expect("Aborted by SIGABRT")
            self.assertIn(f"sent by process {os.getpid()}", line)


if __name__ == "__main__":
    unittest.main()
