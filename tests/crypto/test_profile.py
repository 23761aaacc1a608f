"""Profiles: which keys may be used where, and for how long."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from interop.crypto import KeyRing, OrganSecret, Waiver, decrypt, encrypt
from interop.crypto.profile import (
    DEVELOPMENT,
    PRODUCTION_CN,
    PROFILES,
    digest_of,
    import_recipient,
    require_openable,
)
from interop.crypto.sm2 import Sm2Private, Sm2PrivateKey, Sm2PublicKey, default_backend
from interop.crypto.sm2.backend import KNOWN_MESSAGE, KNOWN_POINT, KNOWN_SIGNATURE
from interop.crypto.sm2.pure import PureBackend
from interop.crypto.spki import import_pem
from interop.errors import InteropError, KnowledgeError
from interop.model.canonical import Json
from tests.crypto.test_ring import NAMES
from tests.profiles import NATIONAL


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(InteropError) as caught:
        call()
    return caught.value.code


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    KeyRing.generate(env="test").save(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def national(tmp_path: Path) -> Path:
    waiver = Waiver("沪试办〔2026〕1号（构造）", date(2026, 6, 30))
    ring = KeyRing.generate(env="test", profile="production-cn", waiver=waiver)
    ring.save(tmp_path / "national")
    return tmp_path / "national"


@NATIONAL
def test_a_ring_of_production_cn_is_saved_and_loaded_with_its_waiver(national: Path) -> None:
    assert {path.name for path in national.iterdir()} == {*NAMES, "waiver"}
    assert {path.stat().st_mode & 0o777 for path in national.iterdir()} == {0o600}
    ring = KeyRing.load(national)
    assert ring.profile is PRODUCTION_CN
    assert ring.waiver == Waiver("沪试办〔2026〕1号（构造）", date(2026, 6, 30))
    signing, encryption = ring.public_jwks()
    assert (signing["crv"], signing["use"], encryption["use"]) == ("SM2", "sig", "enc")
    ring.signing.public.verify(ring.signing.sign(b"m"), b"m")
    recipient = import_recipient(encryption)
    assert (recipient.kid, recipient.enc) == (ring.decryption.kid, "SM4GCM")
    assert decrypt(encrypt(b"body", recipient), ring.decryption) == b"body"


@NATIONAL
@pytest.mark.parametrize("days", [-367, -366, -365, -1, 0, 1, 2])
def test_a_waiver_counts_through_its_last_day_and_within_a_year(
    national: Path, days: int
) -> None:
    ring = KeyRing.load(national)
    assert ring.waiver is not None
    on = ring.waiver.until + timedelta(days=days)
    if days > 0:
        assert code_of(lambda: ring.require_openable(on)) == "profile-waiver-over"
    elif days < -366:
        assert code_of(lambda: ring.require_openable(on)) == "profile-waiver-term"
    else:
        ring.require_openable(on)


BAD_WAIVERS = (
    b"",
    b"{}",
    b"[]",
    b'{"name":"x"}',
    b'{"name":"x","until":"tomorrow"}',
    b'{"name":"x","until":20260630}',
    b'{"name":"x","until":"2026-06-31"}',
    b'{"name":"x","until":"2026-06-30","more":1}',
)


@NATIONAL
def test_an_ill_formed_waiver_is_named(national: Path) -> None:
    for content in BAD_WAIVERS:
        (national / "waiver").write_bytes(content)
        with pytest.raises(KnowledgeError) as caught:
            KeyRing.load(national)
        assert Path(caught.value.reason.field).name == "waiver"
    (national / "waiver").write_bytes(b'{"name":"","until":"2026-06-30"}')
    assert code_of(lambda: KeyRing.load(national)) == "waiver-name"
    (national / "waiver").unlink()
    assert code_of(lambda: KeyRing.load(national).require_openable(date(2026, 1, 1))) == (
        "profile-software-keys"
    )


@NATIONAL
def test_keys_of_two_profiles_make_no_ring(saved: Path, national: Path) -> None:
    (saved / "signing.pem").write_bytes((national / "signing.pem").read_bytes())
    assert code_of(lambda: KeyRing.load(saved)) == "profile-mixed"


class Module:
    """A security module: it computes, and never gives a scalar away."""

    def __init__(self, inner: Sm2Private) -> None:
        self._inner = inner

    @property
    def point(self) -> bytes:
        return self._inner.point

    def sign(self, digest: bytes) -> bytes:
        return self._inner.sign(digest)

    def decrypt(self, sealed: bytes) -> bytes:
        return self._inner.decrypt(sealed)


@NATIONAL
def test_keys_in_a_security_module_need_no_waiver() -> None:
    inner = default_backend().private
    signing = Sm2PrivateKey(Module(inner(b"\1" * 32)), use="sig")
    decryption = Sm2PrivateKey(Module(inner(b"\2" * 32)), use="enc")
    ring = KeyRing("prod", signing, decryption, OrganSecret(b"k" * 32))
    assert ring.profile is PRODUCTION_CN
    ring.require_openable(date(2026, 1, 1))
    both = (signing, decryption)
    call = partial(require_openable, both, None, on=date(2026, 1, 1), backend=PureBackend())
    assert code_of(call) == "profile-no-backend"
    # One key in software is enough to need one.
    mixed = KeyRing("prod", signing, Sm2PrivateKey.generate(use="enc"), OrganSecret(b"k" * 32))
    assert code_of(lambda: mixed.require_openable(date(2026, 1, 1))) == "profile-software-keys"


def test_development_asks_for_nothing() -> None:
    ring = KeyRing.generate(env="sim")
    assert ring.profile is DEVELOPMENT
    ring.require_openable(date(2026, 1, 1))
    for ours in PROFILES.values():
        assert digest_of(ours.signing) == ours.digest


BAD_RECIPIENTS: dict[str, tuple[dict[str, Json], str]] = {
    "for signing": ({"use": "sig"}, "key-use"),
    "another algorithm": ({"alg": "ECDH-ES"}, "key-alg"),
    "private": ({"d": "AQ"}, "key-private"),
    "another name": ({"kid": "x"}, "key-kid"),
    "off the curve": ({"y": "A" * 43}, "key-point"),
    "short": ({"x": "AQ"}, "key-length"),
    "may only agree": ({"key_ops": ["deriveKey"]}, "key-ops"),
    "of P-256": ({"crv": "P-256"}, "key-alg"),
}


@pytest.mark.parametrize("name", BAD_RECIPIENTS)
def test_each_unsound_recipient_has_its_code(name: str) -> None:
    changes, code = BAD_RECIPIENTS[name]
    good = Sm2PublicKey(KNOWN_POINT).to_jwk()
    assert import_recipient({**good, "key_ops": ["wrapKey"]}).kid == good["kid"]
    assert code_of(lambda: import_recipient({**good, **changes})) == code


def test_a_public_key_serves_its_use_alone() -> None:
    verifying = Sm2PublicKey(KNOWN_POINT, use="sig")
    verifying.verify(KNOWN_SIGNATURE, KNOWN_MESSAGE)
    assert code_of(lambda: verifying.wrap(bytes)) == "key-use"
    opening = Sm2PublicKey(KNOWN_POINT)
    assert code_of(lambda: opening.verify(KNOWN_SIGNATURE, KNOWN_MESSAGE)) == "key-use"
    assert verifying != opening
    assert len({verifying, opening, Sm2PublicKey(KNOWN_POINT)}) == 2
    assert import_pem(opening.to_pem(), alg="SM2").alg == "SM2"
