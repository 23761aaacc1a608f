from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from interop.conformance.strategies.crypto import a_ring
from interop.crypto import KeyRing, OrganSecret, PrivateKey, PublicKey, decrypt, encrypt
from interop.crypto.profile import ProfileName
from interop.crypto.ring import FORMER_MAX
from interop.errors import KnowledgeError, TrustError
from interop.model.ports import Env, OrganKey
from tests.profiles import BOTH, NATIONAL

NAMES = ("env", "signing.pem", "decryption.pem", "organ.key")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    KeyRing.generate(env="sim").save(tmp_path / "keys")
    return tmp_path / "keys"


def problem(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(KnowledgeError) as caught:
        call()
    return caught.value.code, Path(caught.value.reason.field).name


@pytest.mark.parametrize("env", ["prod", "test", "sim"])
def test_a_saved_ring_is_loaded_the_same(tmp_path: Path, env: Env) -> None:
    ring = KeyRing.generate(env=env)
    ring.save(tmp_path / "a" / "b")
    again = KeyRing.load(tmp_path / "a" / "b")
    assert (again.env, again.public_jwks()) == (ring.env, ring.public_jwks())
    assert again.organ.secret() == ring.organ.secret()
    assert again.organ.key_id == ring.organ.key_id
    again.signing.public.verify(ring.signing.sign(b"m"), b"m")


def test_files_are_for_their_owner_alone(saved: Path) -> None:
    assert sorted(path.name for path in saved.iterdir()) == sorted(NAMES)
    assert {path.stat().st_mode & 0o777 for path in saved.iterdir()} == {0o600}
    assert saved.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_overwritten(saved: Path, name: str) -> None:
    kept = (saved / name).read_bytes()
    for other in set(NAMES) - {name}:
        (saved / other).unlink()
    assert problem(lambda: KeyRing.generate(env="sim").save(saved)) == (
        "ring-file-exists",
        name,
    )
    assert (saved / name).read_bytes() == kept
    assert [path.name for path in saved.iterdir()] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(saved: Path, name: str) -> None:
    (saved / name).unlink()
    assert problem(lambda: KeyRing.load(saved)) == ("ring-file-missing", name)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_others_can_read_is_refused(saved: Path, name: str) -> None:
    Path(saved / name).chmod(0o640)
    assert problem(lambda: KeyRing.load(saved)) == ("ring-file-open", name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", [b"", b"rubbish\n", b"QQ\n", b"\xff" * 32])
def test_an_ill_formed_file_is_named(saved: Path, name: str, content: bytes) -> None:
    (saved / name).write_bytes(content)
    assert problem(lambda: KeyRing.load(saved)) == ("ring-file-malformed", name)


def test_public_keys_are_public_and_each_has_its_use() -> None:
    ring = KeyRing.generate(env="sim")
    signing, encryption = ring.public_jwks()
    assert PublicKey.from_jwk(signing, use="sig") == ring.signing.public
    assert PublicKey.from_jwk(encryption, use="enc") == ring.decryption.public
    assert "d" not in signing.keys() | encryption.keys()


def test_no_secret_shows() -> None:
    organ: OrganKey = OrganSecret(b"k" * 32)
    assert organ.secret() == b"k" * 32
    signing, decryption = PrivateKey.generate(use="sig"), PrivateKey.generate(use="enc")
    ring = KeyRing("sim", signing, decryption, OrganSecret(b"k" * 32))
    assert "kkk" not in repr(ring)
    assert ring.organ.key_id in repr(ring)
    assert OrganSecret(b"l" * 32).key_id != organ.key_id


@pytest.mark.parametrize("profile", BOTH)
def test_a_renewed_ring_opens_what_was_encrypted_to_the_former_ones(
    tmp_path: Path, profile: ProfileName
) -> None:
    first = a_ring(profile=profile)
    ring = first.renewed().renewed()
    ring.save(tmp_path / "keys")
    again = KeyRing.load(tmp_path / "keys")
    assert (again.public_jwks(), again.env, again.waiver, again.profile.name) == (
        ring.public_jwks(),
        first.env,
        first.waiver,
        profile,
    )
    assert again.organ.secret() == first.organ.secret()
    assert {ring.signing.kid, ring.decryption.kid}.isdisjoint(
        {first.signing.kid, first.decryption.kid}
    )
    assert len(ring.former) == 2
    for key in (ring.decryption, *ring.former, first.decryption):
        assert decrypt(encrypt(b"body", key.public), again.opener) == b"body"
    assert again.opener.kid == ring.decryption.kid
    stranger = first.renewed().decryption
    with pytest.raises(TrustError, match="jwe-other-recipient"):
        decrypt(encrypt(b"body", stranger.public), again.opener)
    with pytest.raises(TrustError, match="jwe-other-recipient"):
        decrypt(encrypt(b"body", first.decryption.public), ring.decryption)


def test_a_body_that_names_no_key_is_for_the_present_one() -> None:
    ring = KeyRing.generate(env="sim").renewed()
    for key, opens in ((ring.decryption, True), (ring.former[0], False)):
        wrapped = key.public.wrap(bytes)
        header = dict(wrapped.header)
        found = ring.opener.unwrap(header, wrapped.sealed) == wrapped.content_key
        assert found is opens
    with pytest.raises(TrustError, match="jwe-other-recipient"):
        ring.opener.unwrap({"kid": "another"}, b"")


def test_former_keys_are_files_of_their_own_and_judged_as_the_others(
    saved: Path, tmp_path: Path
) -> None:
    first = KeyRing.load(saved)
    first.renewed().save(tmp_path / "next")
    (former,) = (tmp_path / "next").glob("decryption.*.pem")
    assert former.name == f"decryption.{first.decryption.kid}.pem"
    former.chmod(0o640)
    assert problem(lambda: KeyRing.load(tmp_path / "next")) == ("ring-file-open", former.name)
    former.chmod(0o600)
    former.write_bytes(b"rubbish")
    assert problem(lambda: KeyRing.load(tmp_path / "next")) == (
        "ring-file-malformed",
        former.name,
    )
    former.unlink()
    assert KeyRing.load(tmp_path / "next").former == ()


def test_so_many_former_keys_are_held_and_no_more() -> None:
    ring = KeyRing.generate(env="sim")
    for _ in range(FORMER_MAX):
        ring = ring.renewed()
    assert len(set(ring.opener.kids)) == FORMER_MAX + 1
    assert problem(ring.renewed)[0] == "ring-former-keys"


@NATIONAL
def test_a_former_key_is_of_the_same_profile() -> None:
    national, plain = a_ring(profile="production-cn"), KeyRing.generate(env="sim")
    with pytest.raises(KnowledgeError, match="profile-mixed"):
        replace(plain, former=(national.decryption,))
