"""Mutual TLS between gateways: each shows a certificate, each believes listed anchors alone.

Source: RFC 8446 section 4.4.2; RFC 9525 (names in certificates).
"""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from interop.errors import KnowledgeError
from interop.model.sensitive import Sensitive
from interop.transport.way_reasons import TLS_FILE


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What a node shows and whom it believes, as PEM files.

    Attributes:
        certificate: Its chain, its own certificate first.
        key: Its private key.
        anchors: Who may have issued the certificates of other nodes.
        passphrase: Of the private key; empty if it is not encrypted.
    """

    certificate: Path
    key: Path
    anchors: tuple[Path, ...]
    passphrase: Sensitive = field(default_factory=lambda: Sensitive(""))


def client_context(files: TlsFiles) -> ssl.SSLContext:
    """Return the TLS of calls to other nodes; raise as :func:`server_context`."""
    return _with(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), files)


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """Return the TLS of the endpoint for other nodes: who shows no certificate is refused.

    Raises:
        KnowledgeError: ``transport-tls-file``, naming the file.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    return _with(context, files)


def trusting(anchors: tuple[Path, ...]) -> ssl.SSLContext:
    """Return the TLS of a client that shows nothing and believes ``anchors`` alone.

    Without any it believes whom the system believes.

    Raises:
        KnowledgeError: ``transport-tls-file``, naming the file.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not anchors:
        context.load_default_certs()
    return _believing(context, anchors)


def _with(context: ssl.SSLContext, files: TlsFiles) -> ssl.SSLContext:
    try:
        # Always with a passphrase, or OpenSSL would ask for one on the terminal.
        context.load_cert_chain(
            files.certificate, files.key, password=files.passphrase.reveal()
        )
    except OSError as fault:
        names = f"{files.certificate.name}, {files.key.name}"
        raise KnowledgeError(TLS_FILE.of(field=names, got=_why(fault))) from None
    return _believing(context, files.anchors)


def _believing(context: ssl.SSLContext, anchors: tuple[Path, ...]) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for file in anchors:
        try:
            context.load_verify_locations(file)
        except OSError as fault:
            raise KnowledgeError(TLS_FILE.of(field=file.name, got=_why(fault))) from None
    return context


def _why(fault: OSError) -> str:
    if isinstance(fault, ssl.SSLError):
        return (fault.reason or "no PEM").lower().replace("_", " ")
    return fault.strerror or "unreadable"
