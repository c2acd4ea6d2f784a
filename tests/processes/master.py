"""A real `indrik` with a test application, driven as an operator would: options, signals, log, sockets.

    with Master("-w", "2") as master:
        self.assertEqual(200, master.get("/pid").status)
        master.send_signal(signal.SIGHUP)
        master.expect("generation 2 serves")
"""

import collections
import contextlib
import http.client
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

COMMAND = os.environ["INDRIK_COMMAND"]
MODULES = pathlib.Path(os.environ["INDRIK_TEST_MODULES"])
APPLICATION = str(MODULES / "application.so")
PATIENCE = 30  # seconds; for a sanitized build on a busy machine
ANY_PORT = "127.0.0.1:0"

Answer = collections.namedtuple("Answer", "status headers body")


def wait_until(condition, what="it"):
    """Polls for what sends no event: processes that end, files that appear."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.005)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before the file was opened, or before it was read
        return False


def environment(**changes):
    """Ours without what would configure indrik, and root being allowed; None removes a variable."""
    result = {name: value for name, value in os.environ.items()
              if name not in ("PORT", "WEB_CONCURRENCY", "INDRIK_CMD_ARGS", "SENDFILE")}
    result["INDRIK_ALLOW_ROOT"] = "1"
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
    result.update({name: value for name, value in changes.items() if value is not None})
    return result


class Folder:
    """A scratch folder with the files that the test application reads."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="indrik-processes-"))
        self.journal_file = self.path / "journal"
        self.text_file = self.path / "text"
        self.startup_file = self.path / "startup"
        self.text_file.write_text("first")

    def environment(self):
        return {"TEST_JOURNAL": str(self.journal_file), "TEST_TEXT": str(self.text_file),
                "TEST_STARTUP": str(self.startup_file)}

    def journal(self):
        """[(event, pid)...] as the application wrote them."""
        if not self.journal_file.exists():
            return []
        return [(event, int(pid)) for event, pid in
                (line.split() for line in self.journal_file.read_text().splitlines())]

    def wait_for(self, event, count=1):
        wait_until(lambda: sum(entry[0] == event for entry in self.journal()) >= count, event)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Master:
    """Runs `indrik OPTION...` on a port of the kernel's choice; unless told otherwise, waits until all -w workers serve."""

    def __init__(self, *options, command=None, bind=ANY_PORT, folder=None, env=None, wait=True, startup=None,
                 pass_fds=()):
        self.folder = folder or Folder()
        self._owns_folder = folder is None
        if startup:
            self.folder.startup_file.write_text(startup)
        arguments = list(command or [COMMAND, APPLICATION]) + list(options)
        if bind:
            arguments += ["-b", bind]
        if "--log-level" not in arguments:
            arguments += ["--log-level", "debug"]
        self.process = subprocess.Popen(
            arguments, cwd=self.folder.path, env=environment(**self.folder.environment(), **(env or {})),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            pass_fds=pass_fds)
        self.pid = self.process.pid  # after an upgrade: the new master's
        self.group = self.pid
        self.lines = []
        self._new_lines = queue.Queue()
        self._readers = [threading.Thread(target=self._read, args=(stream,), daemon=True)
                         for stream in (self.process.stderr, self.process.stdout)]
        for reader in self._readers:
            reader.start()
        self.urls = []
        self._count = int(options[options.index("-w") + 1]) if "-w" in options and "auto" not in options else 1
        if wait:
            self.wait_until_serving()

    def wait_until_serving(self):
        line = self.expect("Listening at: ")
        self.urls = line.split("Listening at: ")[1].split(", ")
        for _ in range(self._count):
            self.expect("is ready in slot")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        self.process.wait()
        for reader in self._readers:
            reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        if error is not None:
            error.args = (f"{error}\n--- the log:\n" + "\n".join(self.lines),)
        if self._owns_folder:
            self.folder.remove()

    # ---- what it says

    def _read(self, stream):
        for line in stream:
            text = line.decode(errors="replace").rstrip("\n")
            self.lines.append(text)
            self._new_lines.put(text)
        self._new_lines.put(None)

    def expect(self, text):
        """The next line with `text` in it; lines before it are passed over."""
        deadline = time.monotonic() + PATIENCE
        ended = 0
        while ended < len(self._readers):
            try:
                line = self._new_lines.get(timeout=max(deadline - time.monotonic(), 0.001))
            except queue.Empty:
                break
            if line is None:
                ended += 1
            elif text in line:
                return line
        raise AssertionError(f"no line with {text!r}")

    def expect_pid(self, text):
        """The number behind "pid:" in the next line with `text`."""
        return int(re.search(r"pid: ?(\d+)", self.expect(text)).group(1))

    def exit_status(self):
        status = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return status

    # ---- what is done to it

    def send_signal(self, number):
        os.kill(self.pid, number)

    def stop(self, number=signal.SIGTERM):
        self.send_signal(number)
        return self.exit_status()

    def workers(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/children") as children:
            return [int(pid) for pid in children.read().split() if is_alive(int(pid))]

    def wait_for_workers(self, count):
        wait_until(lambda: len(self.workers()) == count, f"{count} workers, there are {self.workers()}")
        return self.workers()

    # ---- its clients

    def port(self, index=0):
        return int(self.urls[index].rsplit(":", 1)[1])

    def connect(self, index=0):
        return http.client.HTTPConnection("127.0.0.1", self.port(index), timeout=PATIENCE)

    def get(self, path, connection=None):
        own = connection is None
        connection = connection or self.connect()
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())
        finally:
            if own:
                connection.close()

    def send(self, path):
        """Sends a request without waiting: a raw socket whose answer read_answer() reads."""
        client = socket.create_connection(("127.0.0.1", self.port()), timeout=PATIENCE)
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return client


def read_answer(client):
    """(status, body) of what send() asked; raises ConnectionResetError if it was cut off."""
    with client:
        response = http.client.HTTPResponse(client)
        response.begin()
        return response.status, response.read().decode()


class Hammer:
    """A fast client (clients/hammer.cpp) that counts every answer that does not come."""

    def __init__(self, master, short=6, kept=12, limit=0):
        self._process = subprocess.Popen(
            [str(MODULES / "hammer"), str(master.port()), str(short), str(kept), str(limit)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def take(self):
        """What has happened since the last time: short, kept, failed, failures, p50, p99, max (milliseconds)."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def take_answered(self):
        """The sum of what has happened, as soon as it holds an answered request of each kind: short, kept, failed, failures."""
        total = {"short": 0, "kept": 0, "failed": 0, "failures": []}

        def both_answered():
            counts = self.take()
            for name in total:
                total[name] += counts[name]
            return total["failed"] or (total["short"] and total["kept"])
        wait_until(both_answered, "answers on short connections and on kept ones")
        return total

    def finish(self):
        """What take() gives, when its limit is reached; at once if it has none."""
        return json.loads(self._process.communicate()[0].splitlines()[-1])


@contextlib.contextmanager
def frozen(pids, seconds=0.1):
    """These processes do nothing for so long, so that their queues fill; the body runs at the end of it."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it may just have ended
            os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(seconds)
        yield
        time.sleep(0.02)  # the master acts while they still sleep
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


class Load:
    """Clients that ask without pause, on short connections and on kept ones, and count what fails."""

    def __init__(self, master, short=3, kept=3):
        self._master = master
        self._stop = threading.Event()
        self.answers = 0
        self.failures = []
        self._threads = [threading.Thread(target=self._short) for _ in range(short)]
        self._threads += [threading.Thread(target=self._kept) for _ in range(kept)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        self.wait_for_more(50)
        return self

    def __exit__(self, *unused):
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def wait_for_more(self, count=50):
        """Until so many further requests have been answered."""
        goal = self.answers + count
        wait_until(lambda: self.answers >= goal or self.failures, f"{count} more answers")

    def _count(self, ask):
        try:
            answer = ask()
            if answer.status != 200:
                raise AssertionError(f"status {answer.status}")
            self.answers += 1  # a lost update does not matter
            return answer
        except Exception as error:  # whatever it is, it is a failed request
            self.failures.append(repr(error))
            self._stop.wait(0.01)
            return None

    def _short(self):
        while not self._stop.is_set():
            self._count(lambda: self._master.get("/pid"))

    def _kept(self):
        connection = self._master.connect()
        is_fresh = True

        def ask():
            nonlocal is_fresh
            try:
                answer = self._master.get("/pid", connection)
            except (ConnectionError, http.client.RemoteDisconnected):
                if is_fresh:
                    raise
                # The server closed the idle connection as the request was on its way: every client asks again.
                connection.close()
                answer = self._master.get("/pid", connection)
            is_fresh = False
            return answer

        while not self._stop.is_set():
            if self._count(ask) is None:
                connection.close()
                is_fresh = True
        connection.close()
