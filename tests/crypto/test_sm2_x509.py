"""Chains of SM2 certificates, made by OpenSSL's own tool."""

import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from interop.crypto.sm2 import default_backend
from interop.crypto.sm2.pure import PureBackend
from interop.crypto.sm2.x509 import OTHERS_MAX, Sm2Certificate, verify_chain
from interop.crypto.spki import import_certificate
from interop.errors import TrustError

# The certificates are made later than this line.
NOW = datetime.now(UTC) + timedelta(hours=1)
AUTHORITY = "basicConstraints=critical,CA:TRUE{length}\nkeyUsage=critical,keyCertSign,cRLSign\n"
PERSON = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
DISTID = "distid:1234567812345678"


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as refused:
        call()
    return refused.value.code


@dataclass
class Office:
    """Issues certificates with the system's openssl.

    Attributes:
        folder: Where keys and certificates lie.
        openssl: The command.
        made: The certificates by name.
    """

    folder: Path
    openssl: str
    made: dict[str, Sm2Certificate] = field(default_factory=dict)

    def issue(self, name: str, by: str, extensions: str, *, days: int = 10) -> Sm2Certificate:
        """Return a certificate for ``name`` by ``by``, its own if they are one."""
        self._write(f"{name}.ext", extensions)
        self._run("genpkey", "-algorithm", "SM2", "-out", f"{name}.key")
        sign = ("-sm3", "-sigopt", DISTID)
        subject = f"/C=CN/O=constructed/CN={name}"
        request = ("req", "-new", "-key", f"{name}.key", "-subj", subject)
        self._run(*request, *sign, "-out", f"{name}.csr")
        signer: tuple[str, ...] = ("-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial")
        if name == by:
            signer = ("-signkey", f"{name}.key")
        request = ("x509", "-req", "-in", f"{name}.csr", "-vfyopt", DISTID)
        files = ("-extfile", f"{name}.ext", "-out", f"{name}.pem")
        self._run(*request, *signer, *sign, "-days", str(days), *files)
        self.made[name] = Sm2Certificate.read((self.folder / f"{name}.pem").read_bytes())
        return self.made[name]

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="ascii")

    def _run(self, *words: str) -> None:
        command = [self.openssl, *words]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)  # noqa: S603 -- a tool of the system


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("needs the command openssl")
    office = Office(tmp_path_factory.mktemp("office"), found)
    office.issue("root", "root", AUTHORITY.format(length=""))
    office.issue("middle", "root", AUTHORITY.format(length=",pathlen:0"))
    office.issue("leaf", "middle", PERSON, days=5)
    office.issue("below-leaf", "leaf", PERSON)
    office.issue("deep", "middle", AUTHORITY.format(length=""))
    office.issue("deepest", "deep", PERSON)
    office.issue("bare", "root", "subjectKeyIdentifier=hash\n")
    office.issue("below-bare", "bare", PERSON)
    no_sign = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature\n"
    office.issue("no-sign", "root", no_sign)
    office.issue("below-no-sign", "no-sign", PERSON)
    office.issue("odd", "root", PERSON + "nameConstraints=critical,permitted;DNS:.example\n")
    office.issue("other-root", "other-root", AUTHORITY.format(length=""))
    return office


def chain(office: Office, *names: str, at: datetime = NOW) -> tuple[Sm2Certificate, ...]:
    leaf, *others = (office.made[name] for name in names)
    return verify_chain(leaf, others, anchors=[office.made["root"]], at=at)


@pytest.mark.parametrize("pure", [True, False])
def test_a_chain_leads_to_its_anchor_in_any_order(office: Office, *, pure: bool) -> None:
    leaf, middle, root = (office.made[name] for name in ("leaf", "middle", "root"))
    backend = PureBackend() if pure else default_backend()
    for others in ([middle], [middle, root], [root, office.made["deep"], middle, leaf]):
        found = verify_chain(leaf, others, anchors=[root], at=NOW, backend=backend)
        assert found == (leaf, middle, root)


def test_a_pinned_certificate_is_its_own_anchor(office: Office) -> None:
    leaf = office.made["leaf"]
    assert verify_chain(leaf, [], anchors=[leaf], at=NOW) == (leaf,)


def test_a_certificate_gives_its_key_to_tokens(office: Office) -> None:
    data = (office.folder / "leaf.pem").read_bytes()
    assert import_certificate(data, alg="SM2", at=NOW, kid="leaf").kid == "leaf"
    middle = (office.folder / "middle.pem").read_bytes()
    calls = {
        "x509-key-usage": partial(import_certificate, middle, alg="SM2", at=NOW),
        "key-curve": partial(import_certificate, data, alg="ES256", at=NOW),
        "x509-not-valid": partial(
            import_certificate, data, alg="SM2", at=NOW + timedelta(days=99)
        ),
    }
    for code, call in calls.items():
        assert code_of(call) == code


def test_a_search_for_a_chain_has_an_end(office: Office) -> None:
    leaf, middle = office.made["leaf"], office.made["middle"]
    many = [replace(middle, digest=str(number)) for number in range(OTHERS_MAX + 1)]
    root = [office.made["root"]]
    call = partial(verify_chain, leaf, many, anchors=root, at=NOW)
    assert code_of(call) == "x509-too-many"
    assert len(verify_chain(leaf, many[1:], anchors=root, at=NOW)) == 3
    # All of one name and each by the next: every order of them is a chain by names.
    ring = [replace(office.made["root"], digest=str(number)) for number in range(OTHERS_MAX)]
    wrong = [replace(office.made["root"], point=middle.point)]
    begun = time.monotonic()
    call = partial(verify_chain, ring[0], ring[1:], anchors=wrong, at=NOW)
    assert code_of(call) == "x509-signature"
    assert time.monotonic() - begun < 2
    # Without an end: a leaf below one of them, and no anchor of that name.
    strangers = [office.made["middle"]]
    begun = time.monotonic()
    call = partial(verify_chain, ring[0], ring[1:], anchors=strangers, at=NOW)
    assert code_of(call) == "x509-untrusted"
    assert time.monotonic() - begun < 0.5


REFUSED = {
    "no middle": (("leaf",), "x509-untrusted"),
    "another root": (("other-root",), "x509-untrusted"),
    "issued by a person": (("below-leaf", "leaf", "middle"), "x509-not-ca"),
    "issued without constraints": (("below-bare", "bare"), "x509-not-ca"),
    "key not for certificates": (("below-no-sign", "no-sign"), "x509-key-usage"),
    "too many authorities": (("deepest", "deep", "middle"), "x509-path-length"),
    "unknown critical extension": (("odd",), "x509-critical"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_fault_has_its_code(office: Office, name: str) -> None:
    names, code = REFUSED[name]
    assert code_of(lambda: chain(office, *names)) == code


@given(st.integers(-3, 14))
def test_both_end_days_count(office: Office, days: int) -> None:
    parsed = office.made["leaf"].parsed
    first, last = parsed.not_valid_before_utc, parsed.not_valid_after_utc
    at = first + timedelta(days=days)
    ends = (first, last, at)
    for moment in ends:
        if first <= moment <= last:
            chain(office, "leaf", "middle", at=max(moment, _latest(office)))
        else:
            refused = partial(chain, office, "leaf", "middle", at=moment)
            assert code_of(refused) == "x509-not-valid"


def _latest(office: Office) -> datetime:
    names = ("leaf", "middle", "root")
    return max(office.made[name].parsed.not_valid_before_utc for name in names)


# A changed bit may make the serial number negative, of which the parser warns.
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_every_changed_bit_is_refused(office: Office) -> None:
    der = office.made["leaf"].parsed.public_bytes(serialization.Encoding.DER)
    middle, root = office.made["middle"], office.made["root"]

    def verified(data: bytes) -> object:
        return verify_chain(Sm2Certificate.read(data), [middle], anchors=[root], at=NOW)

    assert verified(der)
    for place in range(8 * len(der)):
        changed = bytearray(der)
        changed[place // 8] ^= 1 << place % 8
        code = code_of(partial(verified, bytes(changed)))
        assert code.startswith(("x509-", "key-point")), place


def test_a_name_alone_makes_no_issuer(office: Office, tmp_path: Path) -> None:
    impostor = Office(tmp_path, office.openssl)
    impostor.issue("root", "root", AUTHORITY.format(length=""))
    impostor.issue("middle", "root", AUTHORITY.format(length=",pathlen:0"))
    false = impostor.issue("leaf", "middle", PERSON)
    others = [impostor.made["middle"], office.made["middle"]]
    refused = code_of(
        lambda: verify_chain(false, others, anchors=[office.made["root"]], at=NOW)
    )
    assert refused == "x509-signature"
    leaf = office.made["leaf"]
    found = verify_chain(leaf, others, anchors=[office.made["root"]], at=NOW)
    assert found == (leaf, office.made["middle"], office.made["root"])


def test_other_keys_and_other_things_are_no_sm2_certificate() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "p-256")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = (
        builder.public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    assert code_of(lambda: Sm2Certificate.read(pem)) == "x509-algorithm"
    for text in (b"", b"-----BEGIN CERTIFICATE-----\n", b"0" * 10, bytes(70_000)):
        assert code_of(partial(Sm2Certificate.read, text)) == "x509-malformed"
