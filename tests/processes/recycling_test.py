"""Workers that are replaced although nothing is wrong with them: --max-requests, --max-rss, --worker-lifetime."""

import time
import unittest

from master import Load, Master, wait_until


class RecyclingTest(unittest.TestCase):
    def test_after_so_many_requests_the_next_one_boots_first(self):
        with Master("--max-requests", "20") as master:
            first, = master.workers()
            for _ in range(25):
                self.assertEqual(200, master.get("/pid").status)
            self.assertEqual(first, master.expect_pid("will be replaced: it has answered --max-requests"))
            second = master.expect_pid("Booting worker")
            self.assertEqual(second, master.expect_pid("is ready in slot"))
            wait_until(lambda: master.workers() == [second], "the end of the first")
            self.assertEqual(str(second), master.get("/pid").body)

    def test_some_paths_do_not_count(self):
        with Master("--max-requests", "10", "--max-requests-exclude", "/pid") as master:
            first, = master.workers()
            for _ in range(30):
                master.get("/pid")
            time.sleep(0.6)  # it looks four times a second
            self.assertEqual([first], master.workers())
            for _ in range(10):
                master.get("/")
            self.assertEqual(first, master.expect_pid("it has answered --max-requests"))

    def test_one_at_a_time(self):
        with Master("-w", "3", "--worker-lifetime", "1s") as master, Load(master) as load:
            for _ in range(6):
                master.expect("it has reached --worker-lifetime")
            events = ["will be replaced" in line for line in list(master.lines)
                      if "will be replaced" in line or "is ready in slot" in line]
            # Three are ready at first; then each wish is followed by its fulfilment before the next.
            self.assertEqual([False] * 3 + [True, False] * 5 + [True], events[:14])
        self.assertEqual([], load.failures)

    def test_memory(self):
        # Any worker has more than that; the next one is as large, and gets its ten seconds.
        with Master("--max-rss", "1k") as master:
            first, = master.workers()
            start = time.monotonic()
            self.assertEqual(first, master.expect_pid("it has more memory than --max-rss"))
            self.assertGreater(time.monotonic() - start, 8)
            self.assertNotEqual(first, master.expect_pid("is ready in slot"))

    def test_who_cannot_be_replaced_goes_on(self):
        with Master("--max-requests", "5") as master:
            first, = master.workers()
            master.folder.startup_file.write_text("throw")
            for _ in range(6):
                master.get("/pid")
            master.expect("will be replaced")
            master.expect("The application does not start")
            self.assertEqual(str(first), master.get("/pid").body)
            master.folder.startup_file.write_text("")
            second = master.expect_pid("is ready in slot")
            wait_until(lambda: master.workers() == [second], "the end of the first")


if __name__ == "__main__":
    unittest.main()
