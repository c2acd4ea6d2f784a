"""Options, configuration files, the environment; and what is wrong with them."""

import subprocess
import unittest

from master import APPLICATION, COMMAND, Folder, Master, environment


class SettingsTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)

    def refuse(self, *arguments, status=1, says, **env):
        result = subprocess.run([COMMAND, *arguments], cwd=self.folder.path, env=environment(**env),
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
        self.assertEqual(status, result.returncode, result.stderr)
        self.assertEqual(1, len(result.stderr.splitlines()), result.stderr)
        self.assertEqual("", result.stdout)
        self.assertTrue(result.stderr.startswith("indrik: "), result.stderr)
        self.assertIn(says, result.stderr)

    def test_unknown_options_are_named(self):
        self.refuse(APPLICATION, "--frobnicate", status=2, says="unknown option --frobnicate")
        self.refuse(APPLICATION, "--worker", "2", status=2, says="did you mean --workers?")

    def test_bad_values_name_their_option(self):
        for option, value in (("--workers", "some"), ("--workers", "0"), ("--timeout", "never"), ("--bind", "a:b:c"),
                              ("--backlog", "-5"), ("--keep-alive", "0"), ("--log-level", "loud"),
                              ("--limit-request-body", "1X"), ("--chdir", "/nowhere"), ("--config", "absent.conf"),
                              ("--pid", "/nowhere/pid"), ("--error-logfile", "/nowhere/log")):
            with self.subTest(option=option, value=value):
                self.refuse(APPLICATION, f"{option}={value}", says=f"{option}: ")

    def test_values_that_only_the_worker_can_judge(self):
        for option, value in (("--access-logformat", "%(nothing)s"), ("--access-logfile", "/nowhere/log"),
                              ("--forwarded-allow-ips", "10.1.0.0/8")):
            with self.subTest(option=option):
                options = [option, value] if option == "--access-logfile" else ["--access-logfile", "-", option, value]
                with Master(*options, wait=False) as master:
                    self.assertEqual(1, master.exit_status())
                    self.assertEqual(1, sum(option in line for line in master.lines), master.lines)

    def test_an_option_without_its_value(self):
        self.refuse(APPLICATION, "--workers", status=2, says="--workers needs a value")

    def test_no_module(self):
        self.refuse(status=2, says="no application is given")
        self.refuse(APPLICATION, APPLICATION, status=2, says="more than one MODULE")

    def test_bad_environment(self):
        self.refuse(APPLICATION, says="WEB_CONCURRENCY: ", WEB_CONCURRENCY="lots")
        self.refuse(APPLICATION, says="PORT: ", PORT="http")
        self.refuse(APPLICATION, status=2, says="INDRIK_CMD_ARGS: unknown option --what", INDRIK_CMD_ARGS="--what")

    def test_bad_configuration_files(self):
        (self.folder.path / "indrik.conf").write_text("# fine\nworkers = 2\nwokers = 3\n")
        self.refuse(APPLICATION, says='indrik.conf:3: there is no setting "wokers"')
        (self.folder.path / "other.conf").write_text("timeout = soon\n")
        self.refuse(APPLICATION, "-c", "other.conf", says='other.conf:1: timeout: "soon"')

    def test_the_file_the_arguments_and_the_command_line(self):
        (self.folder.path / "indrik.conf").write_text("workers = 3\nbind = 127.0.0.1:0\ngraceful-timeout = 2m\n")
        with Master(bind=None, folder=self.folder) as master:
            master.wait_for_workers(3)
        with Master(bind=None, folder=self.folder, env={"INDRIK_CMD_ARGS": "-w '2'"}) as master:
            master.wait_for_workers(2)
        with Master("-w", "1", bind=None, folder=self.folder, env={"INDRIK_CMD_ARGS": "-w 2"}) as master:
            master.wait_for_workers(1)

    def test_web_concurrency(self):
        with Master(env={"WEB_CONCURRENCY": "2"}) as master:
            master.wait_for_workers(2)

    def test_auto_workers(self):
        with Master("-w", "auto") as master:
            self.assertGreaterEqual(len(master.workers()), 1)

    def test_the_file_may_name_the_application(self):
        (self.folder.path / "indrik.conf").write_text(f"application = {APPLICATION}:other\n")
        with Master(command=[COMMAND], folder=self.folder) as master:
            self.assertEqual("other", master.get("/").body)

    def test_limits_reach_the_server(self):
        with Master("--limit-request-line", "100", "--limit-request-fields", "5") as master:
            self.assertEqual(414, master.get("/" + "x" * 200).status)
            connection = master.connect()
            connection.request("GET", "/pid", headers={f"X-{index}": "1" for index in range(10)})
            self.assertEqual(431, connection.getresponse().status)
            connection.close()


if __name__ == "__main__":
    unittest.main()
