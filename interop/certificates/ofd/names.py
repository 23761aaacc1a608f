"""The name in a certificate, for display: read leniently, never compared."""

from typing import Final

from interop.certificates.ofd.der import OID, SEQUENCE, read_value
from interop.certificates.ofd.seals import lenient_text
from interop.crypto.sm2.x509 import Sm2Certificate

_SET: Final = 0x31
_BMP: Final = 0x1E
NAME_CHARS_MAX: Final = 200
# The common name, else the unit, else the organisation.
_SHOWN: Final = ("2.5.4.3", "2.5.4.11", "2.5.4.10")


def display_name(certificate: Sm2Certificate) -> str:
    """Return the name that a certificate is shown under; its digest if it has none."""
    try:
        found = _texts(certificate.subject)
    except ValueError:
        return certificate.digest
    name = next((found[kind] for kind in _SHOWN if found.get(kind)), "")
    shown = "".join(char for char in name if char.isprintable()).strip()[:NAME_CHARS_MAX]
    return shown or certificate.digest


def _texts(subject: bytes) -> dict[str, str]:
    """Return the texts of a subject by type; of several the last, the most specific."""
    found = {}
    for group in read_value(subject).parts():
        for row in group.parts(_SET):
            kind, value = row.parts(SEQUENCE)
            big = value.tag == _BMP
            text = value.content.decode("utf-16-be", "replace") if big else None
            found[kind.of(OID).oid()] = text or lenient_text(value.content)
    return found
