"""The contestants of tests/bench/run: how each is started, and what its processes have used.

Every server listens on a free port of 127.0.0.1, is pinned to one CPU, and has one worker.
"""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BODY = b"Hello, World!"

NGINX_CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
worker_rlimit_nofile {files};
pid {directory}/nginx.pid;
error_log stderr crit;
events {{ worker_connections {connections}; }}
http {{
    access_log off;
    default_type "text/plain; charset=utf-8";
    keepalive_timeout 75s;
    keepalive_requests 1000000000;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ return 200 "Hello, World!"; }}
    }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def process_tree(pid):
    """`pid` and all its descendants."""
    pids = [pid]
    for parent in pids:
        try:
            children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text()
        except FileNotFoundError:
            continue
        pids.extend(int(child) for child in children.split())
    return pids


class Server:
    """One running contestant; close() ends it with all its processes."""

    def __init__(self, name, command, port, cpu, directory=None, environment=None):
        self.name = name
        self.port = port
        self._directory = directory
        self._complaints = tempfile.TemporaryFile()
        affinity = None if cpu is None else (lambda: os.sched_setaffinity(0, {cpu}))
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._complaints,
            start_new_session=True, preexec_fn=affinity, cwd=HERE,
            env={**os.environ, **(environment or {})})
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.close()
            raise

    def _wait_until_it_answers(self):
        request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode()
        deadline = time.monotonic() + 15
        answer = b""
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                    connection.sendall(request)
                    answer = b""
                    while not answer.endswith(BODY) and (piece := connection.recv(65536)):
                        answer += piece
                if answer.startswith(b"HTTP/1.1 200") and answer.endswith(BODY):
                    return
            except OSError:
                pass
            time.sleep(0.05)
        self._complaints.seek(0)
        complaint = self._complaints.read().decode(errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} does not answer on port {self.port}: {answer[:200]!r} {complaint}")

    def cpu_seconds(self):
        """User and system time of every process, from the scheduler's nanosecond count (its sum)."""
        total = 0
        for pid in process_tree(self._process.pid):
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                try:
                    total += int((task / "schedstat").read_text().split()[0])
                except FileNotFoundError:
                    continue  # a thread that has just ended
        return total / 1e9

    def memory_kib(self):
        """Proportional set size of every process: shared pages are counted once."""
        total = 0
        for pid in process_tree(self._process.pid):
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total

    def _kill(self):
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()

    def close(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                pass
        self._kill()  # whatever of its process group is left
        self._complaints.close()
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)


class Contestants:
    """Knows every contestant by name and starts it. `others` maps a label to a second build directory."""

    def __init__(self, build, others, cpu, connections):
        self._build = pathlib.Path(build)
        self._others = {label: pathlib.Path(path) for label, path in others.items()}
        self._cpu = cpu
        self._connections = connections

    def names(self):
        return ["bare", "indrik", *self._others, "nginx", "aiohttp"]

    def missing(self, name):
        """What stands in the way of starting `name`; None if nothing does."""
        if name == "bare":
            needed = [self._build / "bench/bare_epoll_server"]
        elif name == "nginx":
            return None if shutil.which("nginx", path=self._search_path()) else "nginx is not installed"
        elif name == "aiohttp":
            return None if shutil.which("gunicorn") else "gunicorn is not installed"
        else:
            build = self._others.get(name, self._build)
            needed = [build / "bin/indrik", build / "apps/hello.so"]
        absent = [str(path) for path in needed if not path.exists()]
        return f"{', '.join(absent)} is not built" if absent else None

    def start(self, name):
        port = free_port()
        if name == "bare":
            command = [str(self._build / "bench/bare_epoll_server"), str(port)]
            return Server(name, command, port, self._cpu)
        if name == "nginx":
            return self._start_nginx(port)
        if name == "aiohttp":
            command = [shutil.which("gunicorn"), "-k", "aiohttp.GunicornWebWorker", "-w", "1",
                       "-b", f"127.0.0.1:{port}", "--keep-alive", "75", "--log-level", "critical",
                       "--backlog", "4096", "aiohttp_hello:make_app"]
            return Server(name, command, port, self._cpu,
                          environment={"PYTHONDONTWRITEBYTECODE": "1"})
        build = self._others.get(name, self._build)
        command = [str(build / "bin/indrik"), str(build / "apps/hello.so"), "-w", "1",
                   "-b", f"127.0.0.1:{port}"]
        return Server(name, command, port, self._cpu)

    def _start_nginx(self, port):
        directory = tempfile.mkdtemp(prefix="indrik-bench-nginx-")
        configuration = pathlib.Path(directory, "nginx.conf")
        configuration.write_text(NGINX_CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "",
            directory=directory, port=port,
            # nginx closes idle connections when fewer than a sixteenth are free.
            files=self._connections * 2, connections=self._connections * 2))
        command = [shutil.which("nginx", path=self._search_path()), "-p", directory, "-c", str(configuration)]
        return Server("nginx", command, port, self._cpu, directory=directory)

    @staticmethod
    def _search_path():
        return os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
