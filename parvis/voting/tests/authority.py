"""A time-stamping authority over HTTP (RFC 3161): the token it gives is a signed CMS (RFC 5652)."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from asn1crypto import algos, cms, tsp, x509 as ber
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from parvis.kernel import clock

_SHA256 = {"algorithm": "sha256"}
_POLICY = "1.2.3.4.1"


class Authority:
    """Who dates what it is shown, with a key and a certificate of its own."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = _certificate(self._key)
        self._signer = ber.Certificate.load(
            self.certificate.public_bytes(serialization.Encoding.DER)
        )
        self._given = 0

    def answer(self, query: bytes) -> bytes:
        """Return a TimeStampResp for a TimeStampReq, both DER."""
        asked = tsp.TimeStampReq.load(query)
        self._given += 1
        told: dict[str, object] = {
            "version": "v1",
            "policy": _POLICY,
            "message_imprint": asked["message_imprint"],
            "serial_number": self._given,
            "gen_time": clock.now().replace(microsecond=0),
            "nonce": asked["nonce"].native,
        }
        token = self._token(tsp.TSTInfo(told))
        granted = {"status": {"status": "granted"}, "time_stamp_token": token}
        return bytes(tsp.TimeStampResp(granted).dump())

    def _token(self, content: tsp.TSTInfo) -> cms.ContentInfo:
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [_SHA256],
                "encap_content_info": {"content_type": "tst_info", "content": content},
                "certificates": [self._signer],
                "signer_infos": [self._signature(content)],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})

    def _signature(self, content: tsp.TSTInfo) -> cms.SignerInfo:
        mark = hashlib.sha256(self._signer.dump()).digest()
        certificate = tsp.SigningCertificateV2({"certs": [{"cert_hash": mark}]})
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(content.dump()).digest()]},
                {"type": "signing_certificate_v2", "values": [certificate]},
            ]
        )
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.IssuerAndSerialNumber(
                    {"issuer": self._signer.issuer, "serial_number": self._signer.serial_number}
                ),
                "digest_algorithm": _SHA256,
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
                "signature": self._key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256()),
            }
        )


def _certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    today = clock.now()
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


@contextmanager
def answering(authority: Authority) -> Iterator[str]:
    """Let an authority answer at the address that is returned."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Date what is asked."""
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(authority.answer(asked))

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
