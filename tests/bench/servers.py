"""The contestants of tests/bench/run: how each is started, and what its processes have used.

Every server listens on a free port of 127.0.0.1, is pinned to one CPU, and has one worker.
"""

import dataclasses
import gzip
import http.client
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent

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
    types {{ text/html html; image/jpeg jpg; application/json json; }}
    default_type "text/plain; charset=utf-8";
    keepalive_timeout 75s;
    keepalive_requests 1000000000;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096{ssl};
{server}
    }}
}}
"""


@dataclasses.dataclass(frozen=True)
class Site:
    """What is served, by whichever server. Paths are relative to `folder`, in which Indrik is started."""

    module: str = "apps/hello.so"  # below Indrik's build directory
    nginx: str = 'location / { return 200 "Hello, World!"; }'
    bare: str = "bare_epoll_server"  # the yardstick's program
    arguments: tuple = ()  # of Indrik
    folder: pathlib.Path = HERE
    certificate: str = ""  # name.pem and name.key in the folder; empty: no TLS
    path: str = "/"  # what is asked for to see that it works
    body: bytes = b"Hello, World!"  # and its answer, decompressed
    load: tuple = ()  # what the load client is told besides


HELLO = Site()


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

    def __init__(self, name, command, port, cpu, site, directory=None, environment=None):
        self.name = name
        self.port = port
        self.site = site
        self._directory = directory
        self._complaints = tempfile.TemporaryFile()
        affinity = None if cpu is None else (lambda: os.sched_setaffinity(0, {cpu}))
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._complaints,
            start_new_session=True, preexec_fn=affinity, cwd=site.folder,
            env={**os.environ, "INDRIK_ALLOW_ROOT": "1", **(environment or {})})
        try:
            self._wait_until_it_answers(site)
        except BaseException:
            self.close()
            raise

    def _wait_until_it_answers(self, site):
        deadline = time.monotonic() + 15
        answer = None
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                answer = self._fetch(site)
                if answer == (200, site.body):
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        self._complaints.seek(0)
        complaint = self._complaints.read().decode(errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} does not answer on port {self.port}: {str(answer)[:200]} {complaint}")

    def _fetch(self, site):
        """(status, body)"""
        if site.certificate:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=2, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", site.path, headers={"Accept-Encoding": "gzip", "Connection": "close"})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.getheader("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return response.status, body

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

    def watch_peak_memory(self):
        """Starts the peak of the resident set anew, for peak_memory_kib."""
        for pid in process_tree(self._process.pid):
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")

    def resident_kib(self, peak=False):
        """Resident set of all processes, now or at its highest."""
        wanted = "VmHWM:" if peak else "VmRSS:"
        total = 0
        for pid in process_tree(self._process.pid):
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith(wanted):
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
        return ["bare", *self.indriks(), "nginx", "aiohttp"]

    def indriks(self):
        return ["indrik", *self._others]

    def is_indrik(self, name):
        return name in self.indriks()

    def missing(self, name):
        """What stands in the way of starting `name`; None if nothing does."""
        if name == "bare":
            needed = [self._build / "bench/bare_epoll_server", self._build / "bench/bare_websocket_server"]
        elif name == "nginx":
            return None if shutil.which("nginx", path=self._search_path()) else "nginx is not installed"
        elif name == "aiohttp":
            return None if shutil.which("gunicorn") else "gunicorn is not installed"
        else:
            build = self._others.get(name, self._build)
            needed = [build / "bin/indrik", build / "apps/hello.so", build / "bench/workloads.so"]
        absent = [str(path) for path in needed if not path.exists()]
        return f"{', '.join(absent)} is not built" if absent else None

    def start(self, name, site=HELLO):
        """aiohttp knows HELLO only."""
        port = free_port()
        if name == "bare":
            command = [str(self._build / "bench" / site.bare), str(port)]
            return Server(name, command, port, self._cpu, site)
        if name == "nginx":
            return self._start_nginx(port, site)
        if name == "aiohttp":
            command = [shutil.which("gunicorn"), "-k", "aiohttp.GunicornWebWorker", "-w", "1",
                       "-b", f"127.0.0.1:{port}", "--keep-alive", "75", "--log-level", "critical",
                       "--backlog", "4096", "aiohttp_hello:make_app"]
            return Server(name, command, port, self._cpu, site,
                          environment={"PYTHONDONTWRITEBYTECODE": "1"})
        build = self._others.get(name, self._build)
        command = [str(build / "bin/indrik"), str(build / site.module), "-w", "1",
                   "-b", f"127.0.0.1:{port}", *site.arguments]
        if site.certificate:
            command += [f"--certfile={site.certificate}.pem", f"--keyfile={site.certificate}.key"]
        return Server(name, command, port, self._cpu, site, environment={"TMPDIR": str(site.folder)})

    def _start_nginx(self, port, site):
        directory = tempfile.mkdtemp(prefix="indrik-bench-nginx-")
        server = [f"root {site.folder};", site.nginx]
        if site.certificate:
            server += [f"ssl_certificate {site.folder}/{site.certificate}.pem;",
                       f"ssl_certificate_key {site.folder}/{site.certificate}.key;",
                       "ssl_protocols TLSv1.2 TLSv1.3;"]
        configuration = pathlib.Path(directory, "nginx.conf")
        configuration.write_text(NGINX_CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "",
            directory=directory, port=port,
            ssl=" ssl" if site.certificate else "",
            server="\n".join(f"        {line}" for line in server),
            # nginx closes idle connections when fewer than a sixteenth are free.
            files=self._connections * 2, connections=self._connections * 2))
        command = [shutil.which("nginx", path=self._search_path()), "-p", directory, "-c", str(configuration)]
        return Server("nginx", command, port, self._cpu, site, directory=directory)

    @staticmethod
    def _search_path():
        return os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
