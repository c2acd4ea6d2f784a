"""Certificates made on the spot, a master that speaks HTTPS, and clients that look closely."""

import http.client
import json
import pathlib
import ssl
import subprocess

from master import COMMAND, MODULES, PATIENCE, Folder, Load, Master

CONNECTION = str(MODULES / "connection.so")  # tells its clients what it knows of their connections


def run_openssl(*arguments, text=""):
    """What `openssl ARGUMENT...` printed on both outputs."""
    done = subprocess.run(["openssl", *map(str, arguments)], input=text.encode(), timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.decode(errors="replace")


class CertificateFolder(Folder):
    """A scratch folder that makes certificates: NAME.pem with NAME.key."""

    def issue(self, name, common_name="localhost", names="DNS:localhost", days=2, kind="ec"):
        """Signed by itself, so it is its own authority. The path of the certificate."""
        key = ["rsa:2048"] if kind == "rsa" else ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        certificate = self.path / f"{name}.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-days", str(days), "-subj", f"/CN={common_name}",
             "-keyout", self.path / f"{name}.key", "-out", certificate, "-addext", f"subjectAltName={names}"],
            check=True, capture_output=True)
        return certificate

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


def client_context(certificate, version=None, client=None):
    """Trusts `certificate`; shows that of `client`, NAME.pem with NAME.key."""
    context = ssl.create_default_context(cafile=certificate)
    if version:
        context.minimum_version = context.maximum_version = version
    if client:
        context.load_cert_chain(client, pathlib.Path(client).with_suffix(".key"))
    return context


class TLSMaster(Master):
    """Serves connection.so over HTTPS with site.pem, unless its options say otherwise."""

    def __init__(self, *options, folder, certificate=True, **arguments):
        (folder.path / "files").mkdir(exist_ok=True)
        if certificate and "--certfile" not in options:
            options = ("--certfile", "site.pem", "--keyfile", "site.key", *options)
        self.context = client_context(folder.path / "site.pem")
        super().__init__(*options, folder=folder, command=[COMMAND, CONNECTION], **arguments)

    def connect(self, index=0, context=None):
        return http.client.HTTPSConnection(
            "localhost", self.port(index), timeout=PATIENCE, context=context or self.context)

    def connection(self, context=None):
        """What it knows of a new connection."""
        client = self.connect(context=context)
        try:
            return json.loads(self.get("/connection", client).body)
        finally:
            client.close()


class TLSLoad(Load):
    """Load over HTTPS; a TLS connection that the server has ended breaks in words of its own."""

    def _count(self, ask):
        def translated():
            try:
                return ask()
            except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
                raise ConnectionResetError(str(error)) from error
        return super()._count(translated)
