"""Whom this gateway trusts, and who it is itself in that registry."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from interop.crypto.ring import KeyRing
from interop.errors import KnowledgeError, TrustError
from interop.exchange import Correspondent, Directory, Own, Signatory
from interop.federation import (
    OpenedRegistry,
    RegistryFiles,
    SeenRegistry,
    TrustRegistry,
    open_registry,
    require_next,
)
from interop.federation.registry import GatewayEntry
from interop.federation.registry_reasons import REGISTRY_MALFORMED, REGISTRY_SIGNER
from interop.gateway.kinds import ASSURANCE, ISSUERS, REGISTRY
from interop.gateway.library import Library
from interop.gateway.trust_reasons import ENTRY_MISSING, KEY_NOT_HELD
from interop.model.canonical import Json, digest, read_json
from interop.model.ports import Clock, Env
from interop.store import versions
from interop.store.tx import Tx

KIND: Final = "trust-registry"
REGISTRY_BYTES_MAX: Final = 4 * 1024 * 1024


class SignedTrust:
    """A signed registry in a file, and the keys that may have signed it.

    The file may be replaced while the gateway runs; :meth:`renewed` notices it.

    Args:
        file: The compact JWS.
        signers: Public JWKs of the publisher, checked with them by another way.
    """

    def __init__(self, file: Path, *, signers: Iterable[Mapping[str, Json]]) -> None:
        self.file, self.signers = file, tuple(signers)
        self._taken = self._opened = b""

    @classmethod
    def load(cls, file: Path, signers: Path) -> Self:
        """Return the registry in ``file``, signed by one of the keys in ``signers``.

        Raises:
            KnowledgeError: ``registry-signer-unknown``: the second file holds no public keys.
        """
        return cls(file, signers=read_signers(signers))

    def open(self, now: datetime) -> OpenedRegistry:
        """Return what the file holds; raise as :func:`open_registry`."""
        data = self._bytes()
        self._opened = hashlib.sha256(data).digest()
        try:
            token = data.decode("ascii").strip()
        except UnicodeDecodeError:
            raise TrustError(REGISTRY_MALFORMED.of(field="registry", got="no ASCII")) from None
        return open_registry(token, signers=self.signers, now=now)

    def taken(self) -> None:
        """Note that what was opened last is in use."""
        self._taken = self._opened

    def renewed(self) -> bool:
        """Return whether the file holds something else than is in use."""
        return hashlib.sha256(self._bytes()).digest() != self._taken

    def _bytes(self) -> bytes:
        with self.file.open("rb") as file:
            return file.read(REGISTRY_BYTES_MAX + 1)


def read_signers(file: Path) -> tuple[Mapping[str, Json], ...]:
    """Return the public JWKs in a JSON file: one, a list, or a set with ``keys``.

    Raises:
        KnowledgeError: ``registry-signer-unknown`` if there are none.
    """
    value = read_json(file.read_bytes(), error=KnowledgeError, field=file.name)
    if isinstance(value, dict) and "keys" in value:
        value = value["keys"]
    rows = value if isinstance(value, list) else [value]
    found = tuple(row for row in rows if isinstance(row, dict) and row.get("use") != "enc")
    if not found:
        raise KnowledgeError(REGISTRY_SIGNER.of(field=str(file), expected="JWK"))
    return found


def files_of(library: Library) -> RegistryFiles:
    """Return the files of identity/.

    Raises:
        KnowledgeError: A file is missing or of another shape.
    """
    knowledge = library.knowledge
    return RegistryFiles(
        registry=knowledge.document(REGISTRY, "registry").value,
        assurance=knowledge.document(ASSURANCE, "assurance").value,
        issuers=tuple(document.value for document in knowledge.documents(ISSUERS)),
    )


def registry_of(library: Library, *, env: Env) -> TrustRegistry:
    """Return the registry of ``env`` in the folder identity/.

    Raises:
        KnowledgeError: Every problem of every file of identity/.
    """
    return files_of(library).trusted(env=env, covers=library.covers)


def keep_registry(tx: Tx, opened: OpenedRegistry, *, at: datetime) -> None:
    """Keep a signed registry as the one in use, if it follows on those that were.

    Raises:
        TrustError: As :func:`require_next`.
    """
    require_next(_seen(tx), opened)
    data = opened.content.to_bytes()
    key = f"{opened.version:012d} {opened.digest} {opened.id}"
    versions.keep(tx, digest=digest(data), kind=KIND, key=key, data=data, at=at)


def _seen(tx: Tx) -> SeenRegistry | None:
    keys = [row.key for row in versions.listed(tx) if row.kind == KIND]
    if not keys:
        return None
    version, files, name = max(keys).split(" ", 2)
    return SeenRegistry(id=name, version=int(version), files=files)


def own_entry(
    registry: TrustRegistry, region: str, keys: KeyRing, now: datetime
) -> GatewayEntry:
    """Return the registry's entry of this gateway, if it is valid and names these very keys.

    Raises:
        TrustError: ``registry-expired``, ``registry-not-yet-valid``,
            ``gateway-not-in-registry``, ``gateway-unknown``, ``gateway-without-key``.
    """
    registry.require_valid(now)
    entry = registry.gateway(region)
    if entry.region != region or keys.signing.kid not in entry.signing_keys(now):
        raise TrustError(ENTRY_MISSING.of(field="registry", expected=keys.env, got=region))
    return entry


def require_held(entry: GatewayEntry, keys: KeyRing, now: datetime) -> None:
    """Refuse keys that do not open what peers encrypt to this gateway.

    Else each message would become a dead letter; so it waits at its sender.

    Raises:
        TrustError: ``gateway-key-not-held``, or ``gateway-without-key``: nobody can encrypt.
    """
    kid = entry.encryption_key(now).kid
    if kid not in keys.opener.kids:
        raise TrustError(KEY_NOT_HELD.of(field="decryption", got=kid))


def directory_of(
    trusted: Callable[[], TrustRegistry], region: str, keys: KeyRing, clock: Clock
) -> Directory:
    """Return this gateway and how it finds others, with the keys that count at that time."""

    def find(code: str) -> Correspondent:
        entry, now = trusted().gateway(code), clock()
        return Correspondent(entry.region, entry.signing_keys(now), entry.encryption_key(now))

    def ours() -> Signatory:
        entry = trusted().gateway(region)
        return Signatory(entry.region, entry.known_keys())

    def verifies(kid: str) -> bool:
        try:
            return kid in trusted().gateway(region).signing_keys(clock())
        except TrustError:
            return False

    own = Own(region, keys.env, keys.signing, keys.opener, verifies)
    return Directory(own, find, ours)
