"""A time-stamping authority over HTTP (RFC 3161), as OpenSSL plays it."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil

_SETTINGS = """
[req]
distinguished_name = nobody
[nobody]
[stamps]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = city
[city]
serial = serial
crypto_device = builtin
signer_cert = certificate.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *arguments: str) -> bool:
    """Run OpenSSL in a folder; tell whether it was content."""
    with psutil.Popen(
        ["openssl", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        return bool(process.wait() == 0)


@contextmanager
def answering(folder: Path) -> Iterator[str]:
    """Answer time-stamp queries at the address that is returned; `certificate.pem` in the folder
    is whom to trust."""
    (folder / "tsa.cnf").write_text(_SETTINGS, encoding="utf-8")
    (folder / "serial").write_text("01", encoding="utf-8")
    made = ["-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "certificate.pem"]
    named = ["-subj", "/CN=authority", "-config", "tsa.cnf", "-extensions", "stamps"]
    assert openssl(folder, "req", "-x509", *made, *named)

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Date what is asked."""
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / "query.tsq").write_bytes(asked)
            query = ["-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "answer.tsr"]
            assert openssl(folder, "ts", "-reply", *query)
            self.send_response(200)
            self.end_headers()
            self.wfile.write((folder / "answer.tsr").read_bytes())

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Authority)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
