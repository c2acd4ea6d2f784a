"""Node's ws package against /ws/echo of apps/httpbin: node_ws_client.cjs. Environment: INDRIK_COMMAND, INDRIK_MODULE."""

import os
import pathlib
import subprocess
import unittest

import served


class Node(unittest.TestCase):
    def test_node_client(self):
        with served.Application(os.environ["INDRIK_COMMAND"], os.environ["INDRIK_MODULE"]) as server:
            script = pathlib.Path(__file__).with_name("node_ws_client.cjs")
            result = subprocess.run(["node", str(script), str(server.port)], capture_output=True, text=True, timeout=100)
        self.assertEqual(0, result.returncode, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"# pass [1-9]|\u2139 pass [1-9]")


if __name__ == "__main__":
    unittest.main()
