"""What the tests of apps/httpbin have in common: the application, served by the real command. Environment: INDRIK_COMMAND,
INDRIK_MODULE."""

import json
import os
import unittest

import served


class HttpbinTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"])
        cls.enterClassContext(cls.server)

    def answer(self, method, path, body=None, headers=None):
        status, fields, text = self.server.request(method, path, body, headers)
        self.assertEqual(200, status, text)
        self.assertEqual("application/json", fields["Content-Type"])
        return json.loads(text)

    def assert_redirect(self, location, path, status=302):
        got, fields, _ = self.server.request("GET", path)
        self.assertEqual((status, location), (got, fields["Location"]))
        return fields

    def host(self):
        return f"127.0.0.1:{self.server.port}"

    def get(self, path, headers=None):
        return self.server.request("GET", path, None, headers)
