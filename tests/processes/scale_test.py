"""TTIN and TTOU change the number of workers."""

import signal
import unittest

from master import Load, Master, is_alive, read_answer, wait_until


class ScaleTest(unittest.TestCase):
    def test_adds_and_takes_away(self):
        with Master() as master:
            first, = master.workers()
            for count in (2, 3):
                master.send_signal(signal.SIGTTIN)
                master.expect(f"Workers: {count}")
                master.expect("is ready")
                self.assertEqual(count, len(master.workers()))
            for count in (2, 1):
                master.send_signal(signal.SIGTTOU)
                master.expect(f"Workers: {count}")
                master.wait_for_workers(count)
            self.assertEqual([first], master.workers())

    def test_keeps_one(self):
        with Master() as master:
            worker, = master.workers()
            master.send_signal(signal.SIGTTOU)
            master.expect("Workers: 1")
            self.assertEqual(str(worker), master.get("/pid").body)

    def test_adding_loses_nothing(self):
        with Master() as master, Load(master) as load:
            for count in (2, 3, 4):
                master.send_signal(signal.SIGTTIN)
                master.expect(f"Workers: {count}")
                master.expect("is ready")
                load.wait_for_more()
        self.assertEqual([], load.failures)

    def test_the_new_worker_gets_its_share(self):
        with Master() as master:
            master.send_signal(signal.SIGTTIN)
            master.expect("is ready")
            pids = {master.get("/pid").body for _ in range(60)}
            self.assertEqual({str(pid) for pid in master.workers()}, pids)

    def test_who_goes_finishes_what_it_has(self):
        with Master("-w", "2") as master:
            clients = [master.send("/slow/800") for _ in range(20)]
            master.folder.wait_for("slow", 20)
            master.send_signal(signal.SIGTTOU)
            master.expect("Workers: 1")
            answers = [read_answer(client) for client in clients]
            self.assertEqual({200}, {status for status, _ in answers})
            gone = {int(body) for _, body in answers} - set(master.wait_for_workers(1))
            for worker in gone:
                wait_until(lambda: not is_alive(worker), f"the end of {worker}")


if __name__ == "__main__":
    unittest.main()
