from collections.abc import Callable
from pathlib import Path

import pytest

from interop.crypto import KeyRing, OrganSecret, PrivateKey, PublicKey
from interop.errors import KnowledgeError
from interop.model.ports import Env, OrganKey

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
