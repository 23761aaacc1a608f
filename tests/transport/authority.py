"""An authority of its own for one test: keys and certificates as PEM files."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from interop.model.sensitive import Sensitive
from interop.transport.tls import TlsFiles

DAY = timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """A root that issues certificates into its folder."""

    folder: Path
    name: str = "root"

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = _name(self.name)
        made = self._begun(name, name, self._key.public_key(), DAY)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.anchor = self.folder / f"{self.name}.pem"
        self.anchor.write_bytes(_pem(made.sign(self._key, hashes.SHA256())))

    def issue(
        self, *hosts: str, life: timedelta = DAY, passphrase: str = "", file: str = ""
    ) -> TlsFiles:
        """Return the files of who has these names and believes this root."""
        host = hosts[0]
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._begun(_name(host), _name(self.name), key.public_key(), life)
        names = x509.SubjectAlternativeName([_general(name) for name in hosts])
        made = made.add_extension(names, critical=False)
        stem = self.folder / (file or host)
        certificate, private = stem.with_suffix(".crt"), stem.with_suffix(".key")
        certificate.write_bytes(_pem(made.sign(self._key, hashes.SHA256())))
        secret = passphrase.encode()
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(secret)
                if secret
                else serialization.NoEncryption(),
            )
        )
        return TlsFiles(certificate, private, (self.anchor,), Sensitive(passphrase))

    def _begun(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePublicKey,
        life: timedelta,
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * DAY)
            .not_valid_after(now + life)
        )


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@cache
def shown(files: TlsFiles) -> ssl.SSLContext:
    """Return the TLS of a server that shows ``files`` and asks for nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    return context
