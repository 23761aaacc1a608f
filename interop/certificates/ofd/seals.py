"""Seal signatures and seals (电子签章数据、电子印章数据) of both standards, as one form.

The two standards differ in where the signer's certificate stands, in how the seal maker signs
and in the types of times. Which one it is, is told by the structure: version numbers in the
wild say 1 to 4 for either.
Source: GM/T 0031-2014 (version 1), GB/T 38540-2020 (version 4).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from asn1crypto import cms, tsp

from interop.certificates.ofd.der import (
    BITS,
    GENERALIZED_TIME,
    OCTETS,
    SEQUENCE,
    UTC_TIME,
    Value,
    instant_in,
    instant_of,
    read_value,
)
from interop.certificates.ofd.reasons import SEAL_FORM, SEAL_KIND
from interop.crypto.sm2.der import tlv
from interop.errors import TrustError

SIGNED_VALUE_BYTES_MAX: Final = 8 * 1024 * 1024
# SM2 with SM3 by its own name, and by names of the key that packers write instead.
SM2_WITH_SM3: Final = frozenset(
    {"1.2.156.10197.1.501", "1.2.156.10197.1.301", "1.2.156.10197.1.301.1"}
)
# Signed data of PKCS #7 and of GM/T 0010, GB/T 35275: a signature without a seal.
SIGNED_DATA: Final = frozenset({"1.2.840.113549.1.7.2", "1.2.156.10197.6.1.4.2.2"})
CERTIFICATES: Final = 1
_V1_PARTS: Final = 2
_V1_SIGNED: Final = 7
_V4_PARTS: Final = (4, 5)
_V4_SIGNED: Final = (5, 6)
_CONTEXT: Final = 0xA0
_TEXT_BYTES_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Signed:
    """What somebody signed.

    Attributes:
        messages: The bytes that may have been signed: the first of them for most writers.
        certificate: DER of the signer's certificate.
        algorithm: Object identifier, dotted.
        signature: DER of r and s, or r and s in 64 bytes.
    """

    messages: tuple[bytes, ...]
    certificate: bytes
    algorithm: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal, made by a seal maker for certain signers.

    Attributes:
        identifier: esID; names the seal with its maker.
        name: Name on the seal, decoded leniently: for display alone.
        certificates: DER of each certificate that may use it, or
        digests: digest of each: name of the digest and value.
        valid_from: First instant of its validity.
        valid_until: Last instant of its validity.
        made: What its maker signed.
    """

    identifier: str
    name: str
    certificates: tuple[bytes, ...]
    digests: tuple[tuple[str, bytes], ...]
    valid_from: datetime
    valid_until: datetime
    made: Signed


@dataclass(frozen=True, slots=True)
class SealSignature:
    """The act of putting a seal on a document.

    Attributes:
        version: 1 for GM/T 0031, 4 for GB/T 38540.
        seal: The seal.
        time: When it was put on; None if that cannot be read.
        data_hash: Digest of the signature's file.
        signed: What the signer signed.
    """

    version: Literal[1, 4]
    seal: Seal
    time: datetime | None
    data_hash: bytes
    signed: Signed


def read_seal_signature(data: bytes, *, part: str) -> SealSignature:
    """Return the seal signature in a SignedValue.dat.

    Raises:
        TrustError: ``seal-kind`` for a signature without a seal; ``seal-form`` for anything
            else that is no seal signature; ``seal-time-unreadable``
    """
    if len(data) > SIGNED_VALUE_BYTES_MAX:
        raise TrustError(SEAL_FORM.of(field=part, got=f"{len(data)} bytes"))
    try:
        parts = read_value(data).parts()
        first = parts[0]
        if first.tag == 0x06 and first.oid() in SIGNED_DATA:  # noqa: PLR2004 -- an identifier
            raise TrustError(SEAL_KIND.of(field=part, got=first.oid()))
        if len(parts) == _V1_PARTS and first.tag == SEQUENCE:
            return _version_1(*parts)
        if len(parts) in _V4_PARTS:
            return _version_4(parts)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise TrustError(SEAL_FORM.of(field=part, got="ASN.1")) from None
    raise TrustError(SEAL_FORM.of(field=part, got=f"{len(parts)} values"))


def _version_1(to_sign: Value, signature: Value) -> SealSignature:
    parts = to_sign.parts()
    if len(parts) != _V1_SIGNED:
        raise ValueError(len(parts))
    version, seal, time, data_hash, _about, certificate, algorithm = parts
    version.number()
    signed = Signed(
        (to_sign.raw,), certificate.of(OCTETS).content, algorithm.oid(), signature.bits()
    )
    return SealSignature(1, _seal(seal), _loose_time(time), data_hash.bits(), signed)


def _version_4(parts: tuple[Value, ...]) -> SealSignature:
    # What may follow is a time stamp over the signature, which nobody signed with it.
    to_sign, certificate, algorithm, signature, *stamp = parts
    for value in stamp:
        value.of(_CONTEXT, BITS)
    inner = to_sign.parts()
    if len(inner) not in _V4_SIGNED:
        raise ValueError(len(inner))
    version, seal, time, data_hash, _about, *_more = inner
    version.number()
    signed = Signed(
        (to_sign.raw,), certificate.of(OCTETS).content, algorithm.oid(), signature.bits()
    )
    return SealSignature(4, _seal(seal), _loose_time(time), data_hash.bits(), signed)


def _seal(value: Value) -> Seal:
    parts = value.parts()
    if len(parts) == _V1_PARTS:
        info, (certificate, algorithm, signature) = parts[0], parts[1].parts()
    else:
        info, certificate, algorithm, signature = parts
    whole = tlv(SEQUENCE, info.raw + certificate.raw + algorithm.raw)
    # GM/T 0031 has the maker sign information, certificate and algorithm as one sequence,
    # GB/T 38540 the information; writers of either do the other as well. Both name the seal.
    messages = (whole, info.raw) if len(parts) == _V1_PARTS else (info.raw, whole)
    made = Signed(messages, certificate.of(OCTETS).content, algorithm.oid(), signature.bits())
    _header, identifier, about, *_picture = info.parts()
    return _about(about, lenient_text(identifier.content), made)


def _about(value: Value, identifier: str, made: Signed) -> Seal:
    kind, name, *rest = value.parts()
    kind.number()
    as_certificates = True
    if rest[0].tag != SEQUENCE:
        as_certificates = rest.pop(0).number() == CERTIFICATES
    listed, _created, start, end = rest
    certificates: tuple[bytes, ...] = ()
    digests: tuple[tuple[str, bytes], ...] = ()
    rows = listed.parts()
    if as_certificates:
        certificates = tuple(row.of(OCTETS).content for row in rows)
    else:
        digests = tuple(_digest(row) for row in rows)
    return Seal(
        identifier=identifier,
        name=lenient_text(name.content),
        certificates=certificates,
        digests=digests,
        valid_from=instant_of(start),
        valid_until=instant_of(end),
        made=made,
    )


def _digest(row: Value) -> tuple[str, bytes]:
    kind, value = row.parts()
    return lenient_text(kind.content), value.of(OCTETS).content


def _loose_time(value: Value) -> datetime | None:
    """Return the signing time in any of the forms that writers use; None for another.

    Version 4 has a GeneralizedTime. Version 1 has a bit string of unsaid content: a time
    value, a time as text, or a time stamp token.
    """
    if value.tag in {UTC_TIME, GENERALIZED_TIME}:
        return instant_of(value)
    content = value.content if value.tag == OCTETS else value.bits()
    for read in (_as_value, _as_text, _as_token):
        try:
            return read(content)
        except (ValueError, TypeError, KeyError, IndexError):
            continue
    return None


def _as_value(content: bytes) -> datetime:
    return instant_of(read_value(content))


def _as_text(content: bytes) -> datetime:
    if len(content) > _TEXT_BYTES_MAX:
        raise ValueError(len(content))
    return instant_in(content.decode("ascii"))


def _as_token(content: bytes) -> datetime:
    token = cms.ContentInfo.load(content, strict=True)
    stamped = tsp.TSTInfo.load(token["content"]["encap_content_info"]["content"].contents)
    found: datetime = stamped["gen_time"].native
    return found.replace(microsecond=0)


def lenient_text(content: bytes) -> str:
    """Return text for display, whatever its encoding: the bytes themselves stay untouched."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
