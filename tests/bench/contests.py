"""What tests/bench/run measures besides hello: files, TLS, compression, handshakes and uploads beside nginx, many routes beside
one, JSON beside text, and middlewares beside none. nginx is configured as those do who care for its speed; both serve the same bytes."""

import dataclasses
import json
import random
import subprocess

import clients
import servers

WHAT = ("files", "tls", "gzip", "handshakes", "routes", "answers", "websockets", "crowd", "uploads")
UPLOAD_BYTES = 100 * 1024 * 1024
UPLOAD_LIMIT_KIB = 1024
UPLOADS = (  # title, path, whether it is a form
    ("100 MiB to disk, raw body", "/raw", False),
    ("100 MiB to disk, multipart()", "/multipart", True),
    ("100 MiB to disk, post()", "/post", True),
)

NGINX_FILES = """sendfile on; tcp_nopush on;
        open_file_cache max=1000 inactive=20s; open_file_cache_min_uses 1; open_file_cache_valid 30s;"""
ROUTES = 1000


@dataclasses.dataclass(frozen=True)
class Contest:
    """Some contestants that serve the same; `limit` is for the ratio of Indrik's CPU time to that of `baseline`."""

    what: str
    title: str
    client: object
    sites: dict  # {contestant or label: Site}; "indrik" stands for every build of it
    limit: float
    baseline: str = "nginx"
    unit: str = "request"

    def entries(self, contestants, names):
        """(label, contestant, site) of everything to be started."""
        for label, site in self.sites.items():
            if label in ("bare", "nginx"):
                if label in names:
                    yield label, label, site
            elif label == "indrik":
                yield from ((name, name, site) for name in names if contestants.is_indrik(name))
            elif "indrik" in names:
                yield label, "indrik", site

    def targets(self, rows):
        """(text, ratio) of every row that is held against the limit."""
        for label, row in rows.items():
            if label != self.baseline and "ratio" in row:
                name = "" if label == "indrik" else f" ({label})"
                yield f"{self.title}{name}", row["ratio"]


class Materials:
    """Files and certificates, made anew in a folder."""

    def __init__(self, folder):
        self.folder = folder
        folder.chmod(0o755)  # nginx drops its privileges
        source = random.Random(7)
        self._write("page.html", source.randbytes(10 * 1024))
        self._write("picture.jpg", source.randbytes(1024 * 1024))
        self._write("document.json", document(source))
        self._write_lines("lists.txt", (list_path(i) for i in range(ROUTES // 2)))
        self._write_lines("members.txt", (member_path(i, i) for i in range(ROUTES // 2)))
        self._write_lines("one_list.txt", [list_path(0)])
        self._write_lines("one_member.txt", (member_path(0, i) for i in range(ROUTES // 2)))
        self._make_certificate("ecdsa", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        self._make_certificate("rsa", ["-newkey", "rsa:2048"])

    def _write(self, name, content):
        (self.folder / name).write_bytes(content)

    def _write_lines(self, name, lines):
        self._write(name, "".join(f"{line}\n" for line in lines).encode())

    def _make_certificate(self, name, key):
        subprocess.run(
            ["openssl", "req", "-x509", *key, "-nodes", "-days", "30", "-subj", "/CN=localhost",
             "-keyout", f"{name}.key", "-out", f"{name}.pem"],
            cwd=self.folder, check=True, capture_output=True)

    def file(self, name):
        return servers.Site(
            "bench/workloads.so:files", NGINX_FILES, folder=self.folder,
            path=f"/{name}", load=("--path", f"/{name}"), body=(self.folder / name).read_bytes())

    def gzip(self, module, level):
        nginx = f"{NGINX_FILES} gzip on; gzip_types application/json; gzip_comp_level {level};"
        return dataclasses.replace(
            self.file("document.json"), module=f"bench/workloads.so:{module}", nginx=nginx)

    def hello(self, certificate):
        return servers.Site(folder=self.folder, certificate=certificate)

    def routes(self, application, paths):
        file = self.folder / paths
        return servers.Site(f"bench/workloads.so:{application}", folder=self.folder,
                            path=file.read_text().splitlines()[0], load=("--paths", str(file)))

    def answer(self, application, path, body=b"Hello, World!"):
        return servers.Site(f"bench/workloads.so:{application}", folder=self.folder, path=path,
                            load=("--path", path), body=body)

    def websocket(self):
        return servers.Site("bench/workloads.so:websocket_echo", folder=self.folder, bare="bare_websocket_server",
                            load=("--path", "/echo"))

    def uploads(self):
        return servers.Site(
            "bench/workloads.so:uploads", folder=self.folder, body=b"ready",
            arguments=("--limit-request-body", "200M"))


def document(source):
    """10 KiB of JSON as an interface would send it."""
    words = ("amber basin cedar delta ember fjord grove harbor island juniper kestrel lantern meadow nectar orchard pebble "
             "quarry ridge summit timber upland valley willow yonder zephyr").split()
    orders = []
    while len(json.dumps(orders)) < 10 * 1024:
        name = " ".join(source.choices(words, k=2)).title()
        orders.append({
            "id": source.randrange(10**6, 10**7),
            "reference": "%032x" % source.getrandbits(128),
            "created": f"2026-{source.randrange(1, 13):02}-{source.randrange(1, 29):02}T"
                       f"{source.randrange(24):02}:{source.randrange(60):02}:{source.randrange(60):02}Z",
            "customer": {"name": name, "email": name.lower().replace(" ", ".") + "@example.org",
                         "active": source.random() < 0.8},
            "lines": [{"sku": f"SKU-{source.randrange(10**5):05}", "quantity": source.randrange(1, 9),
                       "price": round(source.uniform(1, 500), 2)} for _ in range(source.randrange(1, 4))],
            "note": " ".join(source.choices(words, k=source.randrange(0, 12))) or None,
        })
    return json.dumps(orders).encode()


def list_path(number):
    areas = ("accounts", "invoices", "projects", "articles")
    return f"/api/v1/{areas[number % 4]}/resource{1000 + number}"


def member_path(number, member):
    return f"{list_path(number)}/{10000 + member}"


def make_all(materials, options, cpu):
    """Every contest with its client."""
    def lean(connections, more=(), headers=()):
        # On a core of its own it need not sleep, and no server pays for waking it.
        spin = () if cpu is None else ("--spin", "1")
        return clients.Lean(options.build, cpu, connections, options.seconds,
                            [*options.header, *headers], (*spin, *more))

    def versus_nginx(what, title, client, site, limit=1.0, **more):
        return Contest(what, title, client, {"nginx": site, "indrik": site}, limit, **more)

    yield versus_nginx("files", "static file of 10 KiB", lean(64),
                       materials.file("page.html"))
    yield versus_nginx("files", "static file of 1 MiB", lean(16),
                       materials.file("picture.jpg"))
    yield versus_nginx("tls", "hello over TLS 1.3, keep-alive", lean(64, more=("--tls", "1.3")),
                       materials.hello("ecdsa"))
    for module, level, remark in (("gzip", 1, ", both defaults"), ("gzip6", 6, "")):
        yield versus_nginx("gzip", f"10 KiB of JSON, gzip level {level}{remark}",
                           lean(64, headers=["Accept-Encoding: gzip"]),
                           materials.gzip(module, level))
    for version in ("1.3", "1.2"):
        for certificate, key in (("ecdsa", "ECDSA P-256"), ("rsa", "RSA 2048")):
            # Handshakes for each CPU second within 10 %: 1 / 0.9 of the time.
            yield versus_nginx("handshakes", f"full handshake, TLS {version}, {key}",
                               clients.Handshakes(options.build, cpu, options.seconds, version),
                               materials.hello(certificate), limit=1.11, unit="handshake")
    yield from beside_itself(materials, lean(64))
    spin = () if cpu is None else ("--spin", "1")
    sites = {"bare": materials.websocket(), "indrik": materials.websocket()}
    yield Contest("websockets", "WebSocket echo of 125 bytes", clients.WebSockets(options.build, cpu, 64, options.seconds, spin),
                  sites, 1.25, baseline="bare", unit="message")


def beside_itself(materials, client):
    """What Indrik's own parts cost."""
    for kind, one, many in (("without variables", "one_list", "lists"), ("with a variable", "one_member", "members")):
        sites = {"1 route": materials.routes(one, f"{one}.txt"),
                 "1,000 routes": materials.routes("thousand", f"{many}.txt")}
        yield Contest("routes", f"routes {kind}", client, sites, 1.10, baseline="1 route")
    sites = {"text": materials.answer("answers", "/text"),
             "JSON": materials.answer("answers", "/json", b'{"message":"Hello, World!"}')}
    yield Contest("answers", "JSON of a small described struct", client, sites, 1.10, baseline="text")
    sites = {"no middleware": materials.answer("no_middlewares", "/"),
             "5 middlewares": materials.answer("five_middlewares", "/")}
    yield Contest("answers", "five middlewares that do nothing", client, sites, 1.10, baseline="no middleware")
