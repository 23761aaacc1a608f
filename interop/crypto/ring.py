"""The private keys that one gateway holds, and the files they lie in.

An embedder with a security module hands in its own ``Signer`` and ``OrganKey`` instead.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, get_args

from interop.crypto import base64url
from interop.crypto.keys import PEM_BYTES_MAX, PrivateKey, Use
from interop.crypto.seal_reasons import RING_EXISTS, RING_MALFORMED, RING_MISSING, RING_OPEN
from interop.errors import KnowledgeError, TrustError
from interop.model.canonical import Json
from interop.model.ports import Env

ORGAN_KEY_BYTES: Final = 32
ENVS: Final[tuple[Env, ...]] = get_args(Env)
ENV_FILE: Final = "env"
SIGNING_FILE: Final = "signing.pem"
DECRYPTION_FILE: Final = "decryption.pem"
ORGAN_FILE: Final = "organ.key"
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
        signing: ES256 key for batches, receipts and tokens.
        decryption: ECDH-ES key that peers encrypt bodies to.
        organ: The organ's key for what is stored.
    """

    env: Env
    signing: PrivateKey
    decryption: PrivateKey
    organ: OrganSecret

    @classmethod
    def generate(cls, *, env: Env, random: Callable[[int], bytes] = os.urandom) -> Self:
        """Return a ring of new keys for ``env``; ``random`` supplies the organ's key."""
        return cls(
            env=env,
            signing=PrivateKey.generate(use="sig"),
            decryption=PrivateKey.generate(use="enc"),
            organ=OrganSecret(random(ORGAN_KEY_BYTES)),
        )

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Return the ring saved in ``directory``.

        Raises:
            KnowledgeError: ``ring-file-missing``, ``ring-file-open`` (readable by others) or
                ``ring-file-malformed``, with the file named.
        """
        return cls(
            env=_read_env(directory / ENV_FILE),
            signing=_read_key(directory / SIGNING_FILE, "sig"),
            decryption=_read_key(directory / DECRYPTION_FILE, "enc"),
            organ=_read_organ(directory / ORGAN_FILE),
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


def _read_key(path: Path, use: Use) -> PrivateKey:
    try:
        return PrivateKey.from_pem(_read(path), use=use)
    except TrustError as fault:
        raise KnowledgeError(
            RING_MALFORMED.of(field=str(path), expected="P-256", got=fault.code)
        ) from None


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
