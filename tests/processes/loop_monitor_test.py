"""--slow-callback: what blocks a worker's loop is in the log with its stack."""

import unittest

from troubled import troubled


class LoopMonitorTest(unittest.TestCase):
    def report(self, master, path):
        self.assertEqual(200, master.get(path).status)
        line = master.expect("The loop was blocked for")
        master.expect("#0 ")
        master.get("/pid")
        return line, "\n".join(master.lines)

    def test_a_handler_that_blocks_is_named(self):
        with troubled("--slow-callback", "50ms") as master:
            line, text = self.report(master, "/spin/300")
            self.assertRegex(line, r"\[WARNING\] \[indrik\.worker\] The loop was blocked for (3\d\d|[4-9]\d\d|\d{4,}) ms; "
                                   r"--slow-callback is 50 ms$")
            self.assertRegex(text, r"(?m)^  GET /spin/300, for \d+ s$")
            self.assertRegex(text, r"(?m)^#\d+ troubled::compute_for\(")
            self.assertRegex(text, r"(?m)^#\d+ troubled::spin\(indrik::web::Request&\)")

    def test_so_is_one_that_blocks_after_an_await(self):
        with troubled("--slow-callback", "50ms") as master:
            _, text = self.report(master, "/spin_later/200")
            self.assertRegex(text, r"(?m)^  GET /spin_later/200, for \d+ s$")
            self.assertRegex(text, r"(?m)^#\d+ troubled::spin_later\(indrik::web::Request&\)")

    def test_debug_mode_watches_from_100_ms_on(self):
        with troubled("--debug") as master:
            line, _ = self.report(master, "/spin/250")
            self.assertIn("--slow-callback is 100 ms", line)

    def test_waiting_is_no_blocking(self):
        with troubled("--slow-callback", "50ms") as master:
            self.assertEqual(200, master.get("/slow/300").status)
            self.report(master, "/spin/200")
            self.assertEqual(1, sum("The loop was blocked" in line for line in master.lines))

    def test_it_is_off_by_default(self):
        with troubled() as master:
            self.assertEqual(200, master.get("/spin/300").status)
            self.assertEqual(0, master.stop())
            self.assertFalse([line for line in master.lines if "The loop was blocked" in line])

    def test_a_hung_worker_is_reported_and_ends_all_the_same(self):
        with troubled("--slow-callback", "50ms", "-t", "2") as master:
            client = master.send("/block")
            master.expect("Aborted by SIGABRT")
            master.expect("troubled::wait_for_ever()")
            master.expect("is ready in slot")
            client.close()
            self.assertEqual(0, master.stop())


if __name__ == "__main__":
    unittest.main()
