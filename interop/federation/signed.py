"""The signed trust registry: the files of identity/ as one JWS that works without a network.

The digest is over the files alone, so that a folder and the registry signed over it are the
same registry. Who signs is pinned beside it, never read from it.
Source: RFC 7515; OpenID Federation 1.0 section 8.7 (historical keys, for the history).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import AwareDatetime, Field

from interop.crypto import BATCH_BYTES_MAX, read_header, sign_compact, verify_bounded
from interop.crypto.algorithms import printable
from interop.errors import KnowledgeError, TrustError
from interop.federation.files import AssuranceFile, IssuerFile, RegistryFile
from interop.federation.reasons import REGISTRY_EXPIRED, TOKEN_HEADER_UNKNOWN
from interop.federation.registry import Covers, TrustRegistry, digest_of
from interop.federation.registry_reasons import (
    REGISTRY_AHEAD,
    REGISTRY_MALFORMED,
    REGISTRY_SEQUENCE,
    REGISTRY_SIGNER,
    REGISTRY_TYP,
)
from interop.federation.trusted_key import SKEW_S_MAX
from interop.model.canonical import Json
from interop.model.ports import Env, Signer
from interop.model.record import Record

SIGNED_TYP: Final = "delta-trust-registry+jwt"
HISTORY_MAX: Final = 500
_SKEW: Final = timedelta(seconds=SKEW_S_MAX)


class PastVersion(Record):
    """An earlier version and the digest over its files."""

    version: int = Field(ge=1)
    files: str = Field(min_length=1, max_length=200)


class RegistryFiles(Record):
    """The files of identity/ together.

    Attributes:
        registry: identity/registry.toml.
        assurance: identity/assurance.toml.
        issuers: Every file of identity/issuers/.
    """

    registry: RegistryFile
    assurance: AssuranceFile
    issuers: tuple[IssuerFile, ...]

    def content_digest(self) -> str:
        """Return the digest that :attr:`TrustRegistry.digest` shows, whatever the order."""
        return digest_of(self.registry, self.assurance, self.issuers)

    def trusted(self, *, env: Env, covers: Covers) -> TrustRegistry:
        """Return the registry of ``env``; raise as :meth:`TrustRegistry.of`."""
        return TrustRegistry.of(
            self.registry, self.assurance, self.issuers, env=env, covers=covers
        )


class SignedContent(Record):
    """What is signed.

    Attributes:
        version: As in ``files.registry``, told first.
        prev: Digest of the version before, empty for the first; as in ``files.registry``.
        iat: When it was signed; aware.
        exp: From when nobody may rely on it, even without a network; aware.
        history: Earlier versions, oldest first, so that a gateway that missed some can see
            that this one follows on the one it used.
        files: The registry itself.
    """

    version: int = Field(ge=1)
    prev: str
    iat: AwareDatetime
    exp: AwareDatetime
    history: tuple[PastVersion, ...] = Field(default=(), max_length=HISTORY_MAX)
    files: RegistryFiles


@dataclass(frozen=True, slots=True)
class OpenedRegistry:
    """A signed registry whose signature, signer and term have been verified.

    Attributes:
        content: What was signed.
        digest: Digest over its files.
        signer: kid of the pinned key that signed it.
    """

    content: SignedContent
    digest: str
    signer: str

    @property
    def id(self) -> str:
        """Return the identifier of the registry."""
        return self.content.files.registry.id

    @property
    def version(self) -> int:
        """Return its version."""
        return self.content.version

    def trusted(self, *, env: Env, covers: Covers) -> TrustRegistry:
        """Return the registry of ``env``, relied on until the signed end at most."""
        return self.content.files.trusted(env=env, covers=covers).ending(self.content.exp)


def sign_registry(
    files: RegistryFiles,
    signer: Signer,
    *,
    now: datetime,
    until: datetime,
    after: OpenedRegistry | None = None,
) -> str:
    """Return the registry as a compact JWS (delta-trust-registry+jwt).

    Args:
        files: What is signed; checked as a whole first.
        signer: The publisher's key.
        now: When it is signed, aware.
        until: From when nobody may rely on it, aware.
        after: The registry in use; the new one must be the next version and name its digest.

    Raises:
        KnowledgeError: Every problem of every file, or ``registry-sequence``.
        TrustError: ``jws-too-large`` over 4 MiB.
    """
    files.trusted(env="prod", covers=_nowhere)
    header = files.registry
    history: tuple[PastVersion, ...] = ()
    if after is not None:
        _require_successor(header, after)
        past = PastVersion(version=after.version, files=after.digest)
        history = (*after.content.history, past)[-HISTORY_MAX:]
    elif header.previous:
        history = (PastVersion(version=max(header.version - 1, 1), files=header.previous),)
    content = SignedContent(
        version=header.version,
        prev=header.previous,
        iat=now.astimezone(UTC).replace(microsecond=0),
        exp=until.astimezone(UTC).replace(microsecond=0),
        history=history,
        files=files,
    )
    return sign_compact(content.to_bytes(), signer, typ=SIGNED_TYP)


def open_registry(
    token: str, *, signers: Iterable[Mapping[str, Json]], now: datetime
) -> OpenedRegistry:
    """Return what ``token`` holds if a pinned key signed it and it is in its term.

    Args:
        token: Compact JWS of at most 4 MiB.
        signers: Public JWKs of the publisher, each with kid and alg.
        now: The present instant, aware.

    Raises:
        TrustError: ``registry-typ``, ``registry-signer-unknown``, ``registry-malformed``,
            ``registry-issued-later``, ``registry-expired``, or a code of form and signature.
    """
    header = read_header(token, bytes_max=BATCH_BYTES_MAX)
    if header.typ != SIGNED_TYP:
        got = printable(header.typ)
        raise TrustError(REGISTRY_TYP.of(field="typ", expected=SIGNED_TYP, got=got))
    for name in header.extra:
        raise TrustError(TOKEN_HEADER_UNKNOWN.of(field="header", got=printable(name)))
    pinned = {str(jwk.get("kid")): jwk for jwk in signers if jwk.get("use") != "enc"}
    jwk = pinned.get(header.kid)
    if jwk is None:
        known = ", ".join(sorted(pinned))
        raise TrustError(REGISTRY_SIGNER.of(field="kid", expected=known, got=header.kid))
    payload = verify_bounded(token, jwk, alg=str(jwk.get("alg")), bytes_max=BATCH_BYTES_MAX)
    content = _read(payload)
    _require_term(content, now)
    return OpenedRegistry(content, content.files.content_digest(), header.kid)


def _read(payload: bytes) -> SignedContent:
    try:
        content = SignedContent.from_json(payload, error=KnowledgeError, field="registry")
    except KnowledgeError as fault:
        first = fault.reason
        raise TrustError(REGISTRY_MALFORMED.of(field=first.field, got=first.got)) from None
    own = content.files.registry
    if (own.version, own.previous) != (content.version, content.prev):
        raise TrustError(REGISTRY_MALFORMED.of(field="version", got="two versions"))
    return content


def _require_term(content: SignedContent, now: datetime) -> None:
    if content.iat > now + _SKEW:
        ahead = int((content.iat - now).total_seconds())
        raise TrustError(REGISTRY_AHEAD.of(field="iat", expected=SKEW_S_MAX, got=ahead))
    if now >= content.exp:
        raise TrustError(REGISTRY_EXPIRED.of(field="exp", expected=content.exp))


def _require_successor(header: RegistryFile, after: OpenedRegistry) -> None:
    wanted = after.version + 1
    if (header.version, header.previous) != (wanted, after.digest):
        expected = f"{wanted}, previous = {after.digest}"
        got = f"{header.version}, previous = {header.previous}"
        raise KnowledgeError(REGISTRY_SEQUENCE.of(field="registry", expected=expected, got=got))


def _nowhere(_wide: str, _narrow: str) -> bool:
    return False
