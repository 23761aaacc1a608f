"""The private keys that one gateway holds, and the files they lie in.

An embedder with a security module hands in its own ``Signer`` and ``OrganKey`` instead.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final, Self, get_args

from interop.crypto import base64url
from interop.crypto.keychain import Keychain
from interop.crypto.keys import PEM_BYTES_MAX, Use
from interop.crypto.profile import (
    PROFILES,
    Profile,
    ProfileName,
    SecretKey,
    Waiver,
    import_secret,
    profile_of,
    require_openable,
)
from interop.crypto.seal_reasons import (
    RING_EXISTS,
    RING_FORMER,
    RING_MALFORMED,
    RING_MISSING,
    RING_OPEN,
)
from interop.crypto.sm2.reasons import SM2_VERIFY_ONLY
from interop.errors import KnowledgeError, TrustError
from interop.model.canonical import Json, canonical_bytes, read_json
from interop.model.ports import Env

ORGAN_KEY_BYTES: Final = 32
ENVS: Final[tuple[Env, ...]] = get_args(Env)
ENV_FILE: Final = "env"
SIGNING_FILE: Final = "signing.pem"
DECRYPTION_FILE: Final = "decryption.pem"
# One for each decryption key that was replaced, by its kid.
FORMER_FILE: Final = "decryption.{kid}.pem"
FORMER_MAX: Final = 16
ORGAN_FILE: Final = "organ.key"
# Only beside keys of production-cn.
WAIVER_FILE: Final = "waiver"
FILE_MODE: Final = 0o600
DIRECTORY_MODE: Final = 0o700
_KEY_ID_LABEL: Final = b"interop organ key id v1"
_KEY_ID_CHARS: Final = 16


class OrganSecret:
    """The organ's key that wraps case keys, held in memory.

    Attributes:
        key_id: Names the key without telling anything about it.
    """

    __slots__ = ("_secret", "key_id")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        # A secret of full entropy: its labelled hash gives nothing away.
        named = hashlib.sha256(_KEY_ID_LABEL + secret).digest()
        self.key_id = f"organ-{base64url.encode(named)[:_KEY_ID_CHARS]}"

    def secret(self) -> bytes:
        """Return the 32 secret bytes."""
        return self._secret

    def __repr__(self) -> str:
        return f"OrganSecret(key_id={self.key_id!r})"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """What one gateway holds.

    Attributes:
        env: Environment the keys are for; nodes of one env refuse the others by name.
        signing: Key for batches, receipts and tokens: ES256 or SM2.
        decryption: Key that peers encrypt bodies to: ECDH-ES or SM2.
        organ: The organ's key for what is stored.
        waiver: Leave to hold keys of production-cn in software.
        former: Decryption keys that were replaced; they open what is still under way.
        profile: The algorithms that go with these keys.
    """

    env: Env
    signing: SecretKey
    decryption: SecretKey
    organ: OrganSecret
    waiver: Waiver | None = None
    former: tuple[SecretKey, ...] = ()
    profile: Profile = field(init=False)

    def __post_init__(self) -> None:
        """Find the profile of the keys.

        Raises:
            KnowledgeError: ``profile-mixed``, or ``ring-former-keys`` for more than 16 former
                ones.
        """
        if len(self.former) > FORMER_MAX:
            got = len(self.former)
            raise KnowledgeError(RING_FORMER.of(field="former", expected=FORMER_MAX, got=got))
        for key in self.former:
            profile_of(self.signing, key)
        # A frozen value is filled in once, here.
        object.__setattr__(self, "profile", profile_of(self.signing, self.decryption))

    @classmethod
    def generate(
        cls,
        *,
        env: Env,
        profile: ProfileName = "development",
        waiver: Waiver | None = None,
        random: Callable[[int], bytes] = os.urandom,
    ) -> Self:
        """Return a ring of new keys in software.

        Args:
            env: Environment the keys are for.
            profile: Which family of algorithms.
            waiver: Leave to hold keys of production-cn so; a gateway does not open without.
            random: Supplies the organ's key.

        Raises:
            TrustError: ``sm2-verify-only``: nothing on this machine signs with SM2.
        """
        return cls(
            env=env,
            signing=PROFILES[profile].generate(use="sig"),
            decryption=PROFILES[profile].generate(use="enc"),
            organ=OrganSecret(random(ORGAN_KEY_BYTES)),
            waiver=waiver,
        )

    @property
    def opener(self) -> Keychain:
        """Return what opens bodies that were encrypted to this gateway, now or formerly."""
        return Keychain(self.decryption, self.former)

    def renewed(self) -> Self:
        """Return the ring that follows: new keys in software, the organ's key as it was.

        What peers have encrypted to the decryption key of today still opens.

        Raises:
            TrustError: ``sm2-verify-only``: nothing on this machine signs with SM2.
            KnowledgeError: ``ring-former-keys``: no room for one more.
        """
        return replace(
            self,
            signing=self.profile.generate(use="sig"),
            decryption=self.profile.generate(use="enc"),
            former=(self.decryption, *self.former),
        )

    def require_openable(self, on: date) -> None:
        """Refuse keys that may not be used on this machine, or not any more.

        Args:
            on: Today, Asia/Shanghai.

        Raises:
            KnowledgeError: ``profile-…``.
        """
        keys = (self.signing, self.decryption, *self.former)
        require_openable(keys, self.waiver, on=on)

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Return the ring saved in ``directory``.

        Raises:
            KnowledgeError: ``ring-file-missing``, ``ring-file-open`` (readable by others) or
                ``ring-file-malformed``, with the file named; ``profile-mixed``;
                ``sm2-verify-only`` for keys of SM2 on a machine that only verifies.
        """
        return cls(
            env=_read_env(directory / ENV_FILE),
            signing=_read_key(directory / SIGNING_FILE, "sig"),
            decryption=_read_key(directory / DECRYPTION_FILE, "enc"),
            organ=_read_organ(directory / ORGAN_FILE),
            waiver=_read_waiver(directory / WAIVER_FILE),
            former=_read_former(directory),
        )

    def save(self, directory: Path) -> None:
        """Write the ring into ``directory``, readable by its owner alone.

        Raises:
            KnowledgeError: ``ring-file-exists``; nothing is overwritten.
        """
        contents = {
            ENV_FILE: f"{self.env}\n".encode("ascii"),
            SIGNING_FILE: self.signing.to_pem(),
            DECRYPTION_FILE: self.decryption.to_pem(),
            ORGAN_FILE: base64url.encode(self.organ.secret()).encode("ascii") + b"\n",
            **{FORMER_FILE.format(kid=key.kid): key.to_pem() for key in self.former},
            **_written(self.waiver),
        }
        directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        taken = [directory / name for name in contents if (directory / name).exists()]
        if taken:
            raise KnowledgeError(*(RING_EXISTS.of(field=str(path)) for path in taken))
        for name, content in contents.items():
            _write(directory / name, content)

    def public_jwks(self) -> list[dict[str, Json]]:
        """Return the public keys that peers put into their registry: signing, encryption."""
        return [self.signing.public.to_jwk(), self.decryption.public.to_jwk()]


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                raise KnowledgeError(RING_OPEN.of(field=str(path)))
            return file.read(PEM_BYTES_MAX + 1)
    except OSError:
        raise KnowledgeError(RING_MISSING.of(field=str(path))) from None


def _read_key(path: Path, use: Use) -> SecretKey:
    try:
        return import_secret(_read(path), use=use)
    except TrustError as fault:
        if fault.code == SM2_VERIFY_ONLY.code:
            raise KnowledgeError(fault.reason) from None
        raise KnowledgeError(
            RING_MALFORMED.of(field=str(path), expected="P-256 | SM2", got=fault.code)
        ) from None


def _read_former(directory: Path) -> tuple[SecretKey, ...]:
    found = sorted(directory.glob(FORMER_FILE.format(kid="*")))[: FORMER_MAX + 1]
    return tuple(_read_key(path, "enc") for path in found)


def _written(waiver: Waiver | None) -> dict[str, bytes]:
    if waiver is None:
        return {}
    value: Json = {"name": waiver.name, "until": waiver.until.isoformat()}
    return {WAIVER_FILE: canonical_bytes(value) + b"\n"}


def _read_waiver(path: Path) -> Waiver | None:
    if not path.exists():
        return None
    value = read_json(_read(path), error=KnowledgeError, field=str(path))
    match value:
        case {"name": str(name), "until": str(until), **rest} if not rest:
            try:
                return Waiver(name, date.fromisoformat(until))
            except ValueError:
                pass
    raise KnowledgeError(
        RING_MALFORMED.of(field=str(path), expected="name, until", got="no waiver")
    )


def _read_env(path: Path) -> Env:
    text = _read(path).decode("ascii", "replace").strip()
    for env in ENVS:
        if text == env:
            return env
    raise KnowledgeError(
        RING_MALFORMED.of(field=str(path), expected=" | ".join(ENVS), got="no env")
    )


def _read_organ(path: Path) -> OrganSecret:
    data = _read(path)
    try:
        secret = base64url.decode(data.decode("ascii", "replace").strip(), field=str(path))
    except TrustError as fault:
        raise KnowledgeError(RING_MALFORMED.of(field=str(path), got=fault.code)) from None
    if len(secret) != ORGAN_KEY_BYTES:
        got = f"{len(secret)} bytes"
        raise KnowledgeError(
            RING_MALFORMED.of(field=str(path), expected=ORGAN_KEY_BYTES, got=got)
        )
    return OrganSecret(secret)
