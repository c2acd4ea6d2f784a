"""--check-config, --print-config, settings of gunicorn's that are not needed here, and what several settings do."""

import os
import unittest

from master import APPLICATION, Folder, Master
from operations import run


class ConfigTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)

    def write(self, text):
        (self.folder.path / "indrik.conf").write_text(text)

    def check(self, *arguments, code=0, says="", **env):
        result = run(*arguments, cwd=self.folder.path, **env)
        self.assertEqual(code, result.returncode, result.stderr)
        self.assertIn(says, result.stderr)
        self.assertEqual(1 if says else 0, len(result.stderr.splitlines()), result.stderr)
        return result.stdout

    def test_print_config_tells_value_and_source(self):
        self.write("workers = 3\nbind = unix:/run/app.sock\nbind = :8080\n")
        text = self.check(APPLICATION, "--print-config", "--threads", "4", INDRIK_CMD_ARGS="--keep-alive 5s",
                          FORWARDED_ALLOW_IPS="10.0.0.1")
        for lines in ("# command line\nthreads = 4\n", "# indrik.conf:1\nworkers = 3\n", "# INDRIK_CMD_ARGS\nkeep_alive = 5s\n",
                      "# environment FORWARDED_ALLOW_IPS\nforwarded_allow_ips = 10.0.0.1\n", "# default\nbacklog = 2048\n",
                      "bind = unix:/run/app.sock\nbind = :8080\n", f"application = {APPLICATION}\n"):
            self.assertIn(lines, text)

    def test_what_it_prints_is_a_configuration_file(self):
        first = self.check(APPLICATION, "--print-config", "-w", "2", "-e", "NAME=a b", "--no-sendfile", "-m", "027")
        self.write(first)
        second = self.check("--print-config")
        values = [[line for line in text.splitlines() if not line.startswith("#")] for text in (first, second)]
        self.assertEqual(*values)
        self.assertIn("sendfile = false", second)
        self.assertIn("umask = 027", second)
        with Master(bind=None, command=[os.environ["INDRIK_COMMAND"]], folder=self.folder,
                    env={"INDRIK_CMD_ARGS": "-b 127.0.0.1:0"}) as master:
            master.wait_for_workers(2)

    def test_check_config_tries_everything(self):
        self.assertEqual("", self.check(APPLICATION, "--check-config"))
        self.assertEqual([], self.folder.journal())  # made, but not started
        self.check("missing.so", "--check-config", code=4, says="missing.so: there is no such file")
        self.check(f"{APPLICATION}:nothing", "--check-config", code=4, says="its factory threw: nothing can be made")
        self.check(APPLICATION, "--check-config", "--certfile", "none.pem", code=1, says="none.pem")
        self.check(APPLICATION, "--check-config", "--user", "no-such-user", code=1, says="--user: there is no user")
        self.check(APPLICATION, "--check-config", "--access-logfile", "-", "--access-logformat", "%(what)s", code=1,
                   says="--access-logformat")
        self.check(APPLICATION, "--check-config", "--forwarded-allow-ips", "10.1.0.0/8", code=1, says="--forwarded-allow-ips")
        self.check(APPLICATION, "--check-config", "--hooks", "none.so", code=1, says="--hooks: none.so: there is no such file")
        self.check(APPLICATION, "--check-config", "-w", "0", code=1, says="--workers: ")

    def test_settings_of_gunicorn_that_are_not_needed(self):
        self.check(APPLICATION, "--worker-class", "gevent", code=2, says="--worker-class: there is one kind of worker")
        self.check(APPLICATION, "-k", "gevent", code=2, says="there is one kind of worker")
        self.check(APPLICATION, "--reuse-port", code=2, says="--reuse-port: every worker has listening sockets of its own")
        self.write("workers = 1\nworker_tmp_dir = /dev/shm\n")
        self.check(APPLICATION, code=1, says="indrik.conf:2: worker_tmp_dir: heartbeats are in shared memory")

    def test_sendfile_from_the_environment(self):
        self.assertIn("# environment SENDFILE\nsendfile = n\n", self.check(APPLICATION, "--print-config", SENDFILE="n"))
        self.assertIn("# command line\nsendfile = false\n",
                      self.check(APPLICATION, "--print-config", "--no-sendfile", SENDFILE="yes"))
        self.check(APPLICATION, code=1, says="SENDFILE: ", SENDFILE="perhaps")

    def test_bad_values(self):
        for option, value in (("--threads", "0"), ("--threads", "many"), ("--umask", "9999"), ("--umask", "0888"), ("--env", "NAME"),
                              ("--env", "=x"), ("--header-map", "keep"), ("--forwarder-headers", "A: B")):
            with self.subTest(option=option, value=value):
                self.check(APPLICATION, f"{option}={value}", code=1, says=f"{option}: ")

    def test_variables_of_the_workers(self):
        with Master("-e", "TEST_VARIABLE=one", "--env", "OTHER=two=three", folder=self.folder) as master:
            self.assertEqual("one", master.get("/environment/TEST_VARIABLE").body)
            self.assertEqual("two=three", master.get("/environment/OTHER").body)

    def test_threads(self):
        with Master("--threads", "2") as master:
            self.assertEqual("2", master.get("/threads").body)
        with Master("--threads", "5") as master:
            self.assertEqual("5", master.get("/threads").body)

    def test_names_in_ps(self):
        with Master("--name", "shop") as master:
            worker, = master.workers()
            for pid, title in ((master.pid, "indrik: master [shop]"), (worker, "indrik: worker [shop]")):
                with open(f"/proc/{pid}/cmdline", "rb") as arguments:
                    self.assertEqual(title, arguments.read().split(b"\0")[0].decode())

    def test_captured_output(self):
        log = self.folder.path / "error.log"
        with Master("--capture-output", "--error-logfile", str(log), folder=self.folder, wait=False,
                    env={"TEST_PRINT": "yes"}) as master:
            self.folder.wait_for("started")
            self.assertEqual(0, master.stop())
        self.assertIn("printed by the application", log.read_text())
        self.assertEqual([], master.lines)

    def test_fields_with_underscores(self):
        fields = {"X_Odd": "1", "SCRIPT_NAME": "/app"}

        def seen(*options):
            with Master(*options) as master:
                connection = master.connect()
                connection.request("GET", "/underscores", headers=fields)
                response = connection.getresponse()
                answer = response.status, response.read().decode()
                connection.close()
                return answer

        self.assertEqual((200, "SCRIPT_NAME"), seen())
        self.assertEqual((200, ""), seen("--forwarded-allow-ips", "10.0.0.1"))
        self.assertEqual((200, "X_Odd"), seen("--forwarder-headers", "x_odd"))
        self.assertEqual((200, "SCRIPT_NAME,X_Odd"), seen("--header-map", "dangerous"))
        self.assertEqual(400, seen("--header-map", "refuse")[0])
        self.assertEqual((200, "SCRIPT_NAME,X_Odd"), seen("--header-map", "refuse", "--forwarder-headers", "SCRIPT_NAME,X_Odd"))
        self.assertEqual(400, seen("--header-map", "refuse", "--forwarder-headers", "SCRIPT_NAME,X_Odd",
                                   "--forwarded-allow-ips", "10.0.0.1")[0])

    def test_files_without_sendfile(self):
        content = os.urandom(3_000_000)
        (self.folder.path / "file").write_bytes(content)
        for options in ((), ("--no-sendfile",)):
            with self.subTest(options=options), Master(*options, folder=self.folder) as master:
                connection = master.connect()
                connection.request("GET", "/file")
                self.assertEqual(content, connection.getresponse().read())
                connection.close()


if __name__ == "__main__":
    unittest.main()
