"""Which fields of a request say who asks, and from whom they are believed; in the application and in the access log."""

import json
import unittest

from certificates import CONNECTION
from master import COMMAND, Folder, Master

X_FORWARDED = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example"}
FORWARDED = {"Forwarded": 'for="[2001:db8::1]";proto=https;host=shop.example'}


class ForwardedTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        (self.folder.path / "files").mkdir()  # the application serves it

    def serve(self, *options):
        return Master("--access-logfile", "-", "--access-logformat", "from %(h)s", *options,
                      folder=self.folder, command=[COMMAND, CONNECTION])

    def ask(self, master, fields):
        """(remote, url) as the application sees them."""
        connection = master.connect()
        try:
            connection.request("GET", "/connection", headers=fields)
            seen = json.loads(connection.getresponse().read())
            return seen["remote"], seen["url"].split("/connection")[0]
        finally:
            connection.close()

    def test_x_forwarded_fields_of_this_machine_are_believed_by_default(self):
        with self.serve() as master:
            self.assertEqual(("192.0.2.1", "https://shop.example"), self.ask(master, X_FORWARDED))
            master.expect("from 192.0.2.1")
            self.assertEqual("127.0.0.1", self.ask(master, FORWARDED)[0])

    def test_the_standard_field_in_their_place(self):
        with self.serve("--forwarded-fields", "forwarded") as master:
            self.assertEqual(("2001:db8::1", "https://shop.example"), self.ask(master, FORWARDED))
            master.expect("from 2001:db8::1")
            self.assertEqual("127.0.0.1", self.ask(master, X_FORWARDED)[0])

    def test_others_are_not_believed(self):
        with self.serve("--forwarded-allow-ips", "10.0.0.0/8") as master:
            remote, url = self.ask(master, X_FORWARDED)
            self.assertEqual(("127.0.0.1", f"http://127.0.0.1:{master.port()}"), (remote, url))
            master.expect("from 127.0.0.1")

    def test_an_unknown_choice_is_refused(self):
        with Master("--forwarded-fields", "x-real-ip", wait=False) as master:
            self.assertEqual(1, master.exit_status())
            master.expect("--forwarded-fields")


if __name__ == "__main__":
    unittest.main()
