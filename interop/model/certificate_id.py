"""The certificate identifier (电子证照标识).

Five parts after the national root: type code (credit code of the defining authority and
three digits), issuing authority, serial, version and check character. A new version is a new
edition of the same certificate; only the highest is current.

Source: GB/T 36904; ISO 7064 MOD 37,36 over the parts without dots and root.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from interop.errors import CaseError, Reason
from interop.model import uscc
from interop.model.inspection import TEXT_CHARS_MAX, Inspection, normal_spelling
from interop.model.iso7064 import ALPHANUMERIC, DIGITS, mod_37_36
from interop.model.reasons import (
    CERTIFICATE_ID_AUTHORITY,
    CERTIFICATE_ID_PART,
    CERTIFICATE_ID_PARTS,
    CERTIFICATE_ID_ROOT,
    IDENTIFIER_CHECK_CHARACTER,
    IDENTIFIER_LENGTH,
)

FIELD: Final = "certificate-id"
ROOT: Final = "1.2.156.3005.2"
PARTS: Final = ("type_code", "issuer_code", "serial", "version", "check")
TYPE_DIGITS: Final = 3
REGION_DIGITS: Final = 6
SERIAL_CHARS_MAX: Final = 32
VERSION_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class CertificateId:
    """A valid certificate identifier in its parts.

    Attributes:
        type_code: 21 characters, see the catalogue of certificate types.
        issuer_code: Credit code of the issuing authority; some cities use a region code.
        serial: At most 32 upper-case alphanumeric characters; personal.
        version: Three digits.
    """

    type_code: str
    issuer_code: str
    serial: str = field(repr=False)
    version: str

    @property
    def edition(self) -> int:
        """Return the version as a number; the highest edition is current."""
        return int(self.version)

    @property
    def certificate(self) -> tuple[str, str, str]:
        """Return what all editions of one certificate share."""
        return (self.type_code, self.issuer_code, self.serial)

    @property
    def text(self) -> str:
        """Return the identifier as written on the certificate; personal."""
        body = (self.type_code, self.issuer_code, self.serial, self.version)
        return ".".join((ROOT, *body, check_character("".join(body))))


def check_character(body: str) -> str:
    """Return the check character of type code, issuer code, serial and version, joined.

    Raises:
        CaseError: ``identifier-character``.
    """
    return mod_37_36(body.replace(".", ""))


def build(type_code: str, issuer_code: str, serial: str, version: str) -> str:
    """Return the identifier of these parts with its check character.

    Args:
        type_code: 21 characters.
        issuer_code: Credit code of the issuing authority, or a region code of six digits.
        serial: One to 32 upper-case alphanumeric characters.
        version: Three digits, such as ``001``.

    Raises:
        CaseError: ``certificate-id-part``, one for each part that is not as it should be.
    """
    found = tuple(_part_problems((type_code, issuer_code, serial, version)))
    if found:
        raise CaseError(*found)
    return CertificateId(type_code, issuer_code, serial, version).text


def parse(text: str) -> CertificateId:
    """Return the parts of a valid identifier.

    Raises:
        CaseError: With every error that :func:`inspect` finds.
    """
    found = inspect(text)
    if found.errors:
        raise CaseError(*found.errors)
    return CertificateId(*found.value.removeprefix(ROOT + ".").split(".")[:-1])


def inspect(text: str) -> Inspection:
    """Return what is wrong with the identifier ``text``, all of it.

    An issuer given by a region code of six digits, as some cities write it, is a warning.
    """
    value, warnings = normal_spelling(text, field=FIELD, separators="")
    if not 1 <= len(value) <= TEXT_CHARS_MAX:
        limit = f"1-{TEXT_CHARS_MAX}"
        length = IDENTIFIER_LENGTH.of(field=FIELD, expected=limit, got=len(value))
        return Inspection(value, (length,), warnings)
    rooted = value.startswith(ROOT + ".")
    root = () if rooted else (CERTIFICATE_ID_ROOT.of(field=FIELD, expected=ROOT),)
    parts = tuple(value.removeprefix(ROOT + ".").split("."))
    errors = (*root, *_problems(parts))
    if not errors and len(parts[1]) == REGION_DIGITS:
        warnings = (*warnings, CERTIFICATE_ID_AUTHORITY.of(field=PARTS[1]))
    return Inspection(value, errors, warnings)


def _problems(parts: tuple[str, ...]) -> tuple[Reason, ...]:
    if len(parts) != len(PARTS):
        return (CERTIFICATE_ID_PARTS.of(field=FIELD, expected=len(PARTS), got=len(parts)),)
    found = tuple(_part_problems(parts[:-1]))
    if found or check_character("".join(parts[:-1])) == parts[-1]:
        return found
    return (IDENTIFIER_CHECK_CHARACTER.of(field=FIELD, expected="GB/T 36904"),)


def _part_problems(parts: tuple[str, ...]) -> Iterator[Reason]:
    type_code, issuer, serial, version = parts
    defined_by, number = type_code[:-TYPE_DIGITS], type_code[-TYPE_DIGITS:]
    if not _plain_uscc(defined_by) or not _only(number, DIGITS, TYPE_DIGITS):
        yield _wrong("type_code", "18 (GB 32100) + 3 [0-9]", type_code)
    if not _only(issuer, DIGITS, REGION_DIGITS) and not _plain_uscc(issuer):
        yield _wrong("issuer_code", "18 (GB 32100)", issuer)
    if not _only(serial, ALPHANUMERIC, len(serial)) or len(serial) > SERIAL_CHARS_MAX:
        yield _wrong("serial", f"1-{SERIAL_CHARS_MAX} [0-9A-Z]", serial)
    if not _only(version, DIGITS, VERSION_DIGITS):
        yield _wrong("version", "3 [0-9]", version)


def _plain_uscc(text: str) -> bool:
    found = uscc.inspect(text)
    return found.ok and found.value == text


def _only(text: str, alphabet: str, length: int) -> bool:
    return bool(text) and len(text) == length and all(c in alphabet for c in text)


def _wrong(part: str, expected: str, got: str) -> Reason:
    return CERTIFICATE_ID_PART.of(field=part, expected=expected, got=len(got))
