"""Make sealed documents: keys, certificates, seals of both standards, whole OFD packages.

Everything is constructed: names say so, and the keys are thrown away. Each step takes its parts
as arguments, so a test can plant a fault in any of them and sign the rest properly.
"""

import base64
import io
import secrets
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from interop.crypto.sm2 import Sm2Private, default_backend
from interop.crypto.sm2.curve import SIZE, N, message_digest, signer_digest, sm3
from interop.crypto.sm2.der import OCTETS, SEQUENCE, integer, tlv

BITS: Final = 0x03
OID: Final = 0x06
UTF8: Final = 0x0C
SET: Final = 0x31
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
IA5: Final = 0x16
PRINTABLE: Final = 0x13
# SM2 with SM3; ecPublicKey on the curve SM2; the common name; three extensions.
SM2_WITH_SM3: Final = bytes.fromhex("06082a811ccf55018375")
KEY: Final = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
COMMON_NAME: Final = bytes.fromhex("0603550403")
BASIC_CONSTRAINTS: Final = bytes.fromhex("0603551d13")
KEY_USAGE: Final = bytes.fromhex("0603551d0f")
TRUE: Final = b"\x01\x01\xff"

BEGIN: Final = datetime(2020, 1, 1, tzinfo=UTC)
SIGNED_AT: Final = datetime(2024, 6, 3, 4, 5, 6, tzinfo=UTC)
END: Final = datetime(2030, 1, 1, tzinfo=UTC)
SIGNS: Final = "Doc_0/Signs"
Version = Literal[1, 4]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a key and a certificate.

    Attributes:
        name: Common name.
        key: Private key.
        certificate: DER.
    """

    name: str
    key: Sm2Private = field(repr=False)
    certificate: bytes = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Return the DER of r and s over ``message``."""
        raw = self.key.sign(message_digest(signer_digest(self.key.point), message))
        r, s = (int.from_bytes(half, "big") for half in (raw[:SIZE], raw[SIZE:]))
        return encode_dss_signature(r, s)


def new_key() -> Sm2Private:
    """Return a new private key of the backend that signs."""
    scalar = secrets.randbelow(N - 2) + 1
    return default_backend().private(scalar.to_bytes(SIZE, "big"))


def bits(content: bytes) -> bytes:
    """Return a bit string of whole bytes."""
    return tlv(BITS, b"\x00" + content)


def generalized(at: datetime) -> bytes:
    """Return an instant as GeneralizedTime."""
    return tlv(GENERALIZED_TIME, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def utc_time(at: datetime) -> bytes:
    """Return an instant as UTCTime."""
    return tlv(UTC_TIME, at.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode())


def named(text: bytes, tag: int = UTF8) -> bytes:
    """Return a name of one common name; ``tag`` is the type of its text."""
    return tlv(SEQUENCE, tlv(SET, tlv(SEQUENCE, COMMON_NAME + tlv(tag, text))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a certificate says.

    Attributes:
        begin: First instant of validity.
        end: Last instant of validity.
        authority: Whether it may issue.
        usage: Content of the key usage bit string; None leaves the extension out.
        subject: DER of the subject; None makes it of the holder's name.
        extensions: More extensions, as DER.
    """

    begin: datetime = BEGIN
    end: datetime = END
    authority: bool = False
    usage: bytes | None = b"\x06\xc0"
    subject: bytes | None = None
    extensions: bytes = b""


def issue(name: str, by: Holder | None = None, terms: Terms | None = None) -> Holder:
    """Return a new holder whose certificate is by ``by``, or by itself."""
    said, key = terms or Terms(), new_key()
    subject = said.subject or named(name.encode())
    issuer = named(by.name.encode()) if by else subject
    constraints = tlv(SEQUENCE, TRUE) if said.authority else tlv(SEQUENCE, b"")
    extensions = _extension(BASIC_CONSTRAINTS, constraints)
    if said.usage is not None:
        usage = b"\x01\x06" if said.authority else said.usage
        extensions += _extension(KEY_USAGE, tlv(BITS, usage))
    parts = (
        tlv(0xA0, integer(2)),
        integer(secrets.randbits(63)),
        tlv(SEQUENCE, SM2_WITH_SM3),
        issuer,
        tlv(SEQUENCE, utc_time(said.begin) + utc_time(said.end)),
        subject,
        tlv(SEQUENCE, KEY + bits(b"\x04" + key.point)),
        tlv(0xA3, tlv(SEQUENCE, extensions + said.extensions)),
    )
    to_sign = tlv(SEQUENCE, b"".join(parts))
    holder = Holder(name, key, b"")
    signature = (by or holder).sign(to_sign)
    der = tlv(SEQUENCE, to_sign + tlv(SEQUENCE, SM2_WITH_SM3) + bits(signature))
    return replace(holder, certificate=der)


def _extension(name: bytes, value: bytes) -> bytes:
    return tlv(SEQUENCE, name + TRUE + tlv(OCTETS, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class SealTerms:
    """What a seal says.

    Attributes:
        version: 1 for GM/T 0031, 4 for GB/T 38540.
        maker: Who makes it.
        signers: DER of the certificates that may use it.
        digests: Whether it lists their digests (version 4).
        begin: First instant of validity.
        end: Last instant of validity.
        whole: Whether the maker signs information, certificate and algorithm as a sequence;
            None does as the standard of the version says.
    """

    version: Version = 4
    maker: Holder
    signers: Sequence[bytes]
    digests: bool = False
    begin: datetime = BEGIN
    end: datetime = END
    whole: bool | None = None


def make_seal(terms: SealTerms) -> bytes:
    """Return the DER of a seal."""
    time = utc_time if terms.version == 1 else generalized
    if terms.digests:
        rows = (tlv(PRINTABLE, b"SM3") + tlv(OCTETS, sm3(der)) for der in terms.signers)
        listed = b"".join(tlv(SEQUENCE, row) for row in rows)
    else:
        listed = b"".join(tlv(OCTETS, der) for der in terms.signers)
    kind = b"" if terms.version == 1 else integer(2 if terms.digests else 1)
    about = integer(1) + tlv(UTF8, "构造的印章".encode()) + kind + tlv(SEQUENCE, listed)
    about += time(terms.begin) + time(terms.begin) + time(terms.end)
    header = tlv(IA5, b"ES") + integer(terms.version) + tlv(IA5, b"CONSTRUCTED")
    picture = tlv(IA5, b"png") + tlv(OCTETS, b"picture") + integer(30) + integer(20)
    info = tlv(
        SEQUENCE,
        tlv(SEQUENCE, header)
        + tlv(IA5, b"31000000000001")
        + tlv(SEQUENCE, about)
        + tlv(SEQUENCE, picture),
    )
    maker = tlv(OCTETS, terms.maker.certificate) + SM2_WITH_SM3
    whole = terms.version == 1 if terms.whole is None else terms.whole
    signature = bits(terms.maker.sign(tlv(SEQUENCE, info + maker) if whole else info))
    if terms.version == 1:
        return tlv(SEQUENCE, info + tlv(SEQUENCE, maker + signature))
    return tlv(SEQUENCE, info + maker + signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Putting a seal on a document.

    Attributes:
        version: 1 for GM/T 0031, 4 for GB/T 38540.
        signer: Who signs.
        seal: DER of the seal.
        at: When.
        time: DER of the time; None writes ``at`` as the standard of the version says.
        algorithm: DER of the algorithm's identifier.
    """

    version: Version = 4
    signer: Holder
    seal: bytes
    at: datetime = SIGNED_AT
    time: bytes | None = None
    algorithm: bytes = SM2_WITH_SM3


def seal_signature(act: Act, signature_xml: bytes, *, place: str) -> bytes:
    """Return the SignedValue.dat over a Signature.xml."""
    first = act.version == 1
    time = act.time or (bits(utc_time(act.at)) if first else generalized(act.at))
    body = integer(act.version) + act.seal + time + bits(sm3(signature_xml))
    body += tlv(IA5, place.encode())
    signer = tlv(OCTETS, act.signer.certificate) + act.algorithm
    to_sign = tlv(SEQUENCE, body + (signer if first else b""))
    signature = bits(act.signer.sign(to_sign))
    return tlv(SEQUENCE, to_sign + (b"" if first else signer) + signature)


def content_files() -> dict[str, bytes]:
    """Return the files of a small document without a seal."""
    xml = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    root = f"""{xml}<ofd:OFD {space} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo>
<ofd:DocID>constructed</ofd:DocID><ofd:CustomDatas>
<ofd:CustomData Name="证照名称">构造证照</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>
<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>
<ofd:Signatures>/{SIGNS}/Signatures.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>"""
    document = f"""{xml}<ofd:Document {space}><ofd:Pages>
<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>"""
    page = f"""{xml}<ofd:Page {space}><ofd:Content><ofd:Layer><ofd:TextObject ID="7">
<ofd:TextCode>constructed</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>"""
    files = {
        "OFD.xml": root,
        "Doc_0/Document.xml": document,
        "Doc_0/Pages/Page_0/Content.xml": page,
    }
    return {name: text.encode() for name, text in files.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a signature's file is written.

    Attributes:
        number: Which signature of the document it is, from 0.
        covered: Files that are referred to.
        method: CheckMethod; its digest is SM3 whatever it is called, unless ``values`` says.
        algorithm: SignatureMethod.
        values: Digests that stand in place of the true ones, by file.
    """

    number: int = 0
    covered: Iterable[str]
    method: str = "1.2.156.10197.1.401"
    algorithm: str = "1.2.156.10197.1.501"
    values: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Return the folder of the signature."""
        return f"{SIGNS}/Sign_{self.number}"


def signature_xml(files: Mapping[str, bytes], layout: Layout) -> bytes:
    """Return the Signature.xml over some of ``files``."""
    rows = []
    for name in layout.covered:
        value = base64.b64encode(layout.values.get(name) or sm3(files[name])).decode()
        row = f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{value}</ofd:CheckValue>'
        rows.append(f"{row}</ofd:Reference>")
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<ofd:Signature {space}><ofd:SignedInfo><ofd:Provider ProviderName="constructed"/>
<ofd:SignatureMethod>{layout.algorithm}</ofd:SignatureMethod>
<ofd:References CheckMethod="{layout.method}">{"".join(rows)}</ofd:References>
</ofd:SignedInfo><ofd:SignedValue>/{layout.folder}/SignedValue.dat</ofd:SignedValue>
</ofd:Signature>"""
    return text.encode()


def put_seal(files: Mapping[str, bytes], act: Act, layout: Layout) -> dict[str, bytes]:
    """Return ``files`` with one more seal, after those that they have."""
    place = f"{layout.folder}/Signature.xml"
    written = signature_xml(files, layout)
    rows = "".join(
        f'<ofd:Signature ID="{n + 1}" Type="Seal" BaseLoc="Sign_{n}/Signature.xml"/>'
        for n in range(layout.number + 1)
    )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = f'<?xml version="1.0"?><ofd:Signatures {space}>{rows}</ofd:Signatures>'
    return {
        **files,
        f"{SIGNS}/Signatures.xml": listed.encode(),
        place: written,
        f"{layout.folder}/SignedValue.dat": seal_signature(act, written, place=f"/{place}"),
    }


def packed(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the package of ``files``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Office:
    """Those who take part: an authority, a seal maker and a signer below it."""

    authority: Holder
    maker: Holder
    signer: Holder

    @classmethod
    def open(cls) -> "Office":
        """Return an office with new keys."""
        authority = issue("constructed authority", terms=Terms(authority=True))
        maker, signer = (issue(f"constructed {who}", authority) for who in ("maker", "signer"))
        return cls(authority, maker, signer)

    def seal(self, version: Version = 4) -> bytes:
        """Return a seal for the signer."""
        signers = [self.signer.certificate]
        return make_seal(SealTerms(version=version, maker=self.maker, signers=signers))

    def act(self, version: Version = 4) -> Act:
        """Return the act of putting this seal on a document."""
        return Act(version=version, signer=self.signer, seal=self.seal(version))

    def document(self, version: Version = 4) -> dict[str, bytes]:
        """Return the files of a small document that is sealed as a whole."""
        files = content_files()
        return put_seal(files, self.act(version), Layout(covered=tuple(files)))
