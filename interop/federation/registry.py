"""The trust registry: whom this gateway believes, for what, and by which keys.

It is built once from the files of identity/ and never changes; a new version is a new
registry. An issuer without keys is known but believed in nothing.
Source: OpenID Federation 1.0 (roles of anchors and keys); NIST SP 800-57 (key periods).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal, NoReturn, Self

from interop.crypto import Recipient, import_recipient
from interop.crypto.algorithms import printable
from interop.errors import KnowledgeError, TrustError
from interop.federation.files import (
    AssuranceFile,
    AssuranceRow,
    IssuerFile,
    IssuerKey,
    IssuerRole,
    IssuerRow,
    RegistryFile,
    TokenType,
    check_assurance,
    check_issuers,
    check_registry,
)
from interop.federation.reasons import (
    CLOCK_NAIVE,
    GATEWAY_UNKNOWN,
    GATEWAY_WITHOUT_KEY,
    ISSUER_OTHER_ENV,
    ISSUER_ROLE,
    ISSUER_TWICE,
    ISSUER_UNKNOWN,
    REGISTRY_EXPIRED,
    REGISTRY_NOT_YET_VALID,
    TOKEN_ACR_UNKNOWN,
    TOKEN_KEY_UNKNOWN,
)
from interop.federation.token_reasons import ISSUER_TOKEN_TYPE
from interop.federation.trusted_key import SKEW, TrustedKey
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.day import SHANGHAI
from interop.model.party import AssuranceLevel
from interop.model.ports import Env

Covers = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class IssuerEntry:
    """An issuer of this gateway's env.

    Attributes:
        region: Region code of the file it stands in.
        row: Its row.
        signing: Its signing keys by kid.
        covers: Whether one region code covers another.
    """

    region: str
    row: IssuerRow
    signing: Mapping[str, TrustedKey]
    covers: Covers

    @property
    def id(self) -> str:
        """Return the issuer identifier."""
        return self.row.id

    def require_role(self, *roles: IssuerRole) -> None:
        """Refuse an issuer that has none of ``roles``.

        Raises:
            TrustError: ``issuer-role``.
        """
        if not set(roles) & set(self.row.roles):
            wanted = ", ".join(roles)
            raise TrustError(ISSUER_ROLE.of(field="iss", expected=wanted, got=self.id))

    def require_type(self, name: TokenType) -> None:
        """Refuse an issuer that is not registered to issue this kind of token.

        Raises:
            TrustError: ``issuer-token-type``.
        """
        if name not in self.row.token_types:
            raise TrustError(ISSUER_TOKEN_TYPE.of(field="iss", expected=name, got=self.id))

    def key(self, kid: str, *, now: datetime) -> TrustedKey:
        """Return the signing key ``kid``, usable at ``now``.

        Raises:
            TrustError: ``token-key-unknown`` or as :meth:`TrustedKey.require_usable`.
        """
        found = self.signing.get(kid)
        if found is None:
            raise TrustError(TOKEN_KEY_UNKNOWN.of(field="kid", got=kid))
        found.require_usable(now)
        return found

    def level(self, acr: str, *, source: str | None = None) -> AssuranceLevel:
        """Return what ``acr`` of this issuer is worth here, at most its ceiling.

        Of a hub the source that proved the person has a ceiling of its own.

        Raises:
            TrustError: ``token-acr-unknown``; another issuer's acr is unknown too.
        """
        mapped, ceiling = self.row.assurance.get(acr), self.row.ceiling
        if mapped is None or ceiling is None:
            known = ", ".join(sorted(self.row.assurance))
            raise TrustError(
                TOKEN_ACR_UNKNOWN.of(field="acr", expected=known, got=printable(acr))
            )
        least = min(mapped, ceiling, key=lambda level: level.rank)
        proved = self.row.sources.get(source or "", least)
        return min(least, proved, key=lambda level: level.rank)

    def may_issue_for(self, region: str) -> bool:
        """Return whether a right of this issuer covers ``region``."""
        return any(is_covered(self.covers, wide, region) for wide in self.row.may_issue_for)


@dataclass(frozen=True, slots=True)
class GatewayEntry:
    """A gateway that batches, receipts and tokens are exchanged with.

    Attributes:
        id: Issuer identifier.
        region: Region code of the file it stands in.
        audience: What tokens for it carry in ``aud``.
        keys: Every key of its row.
    """

    id: str
    region: str
    audience: str
    keys: tuple[IssuerKey, ...]

    def signing_keys(self, at: datetime) -> dict[str, dict[str, Json]]:
        """Return the public JWKs that may verify at ``at``, by kid.

        Raises:
            TrustError: ``gateway-without-key``.
        """
        found = {
            key.kid: dict(key.jwk)
            for key in self.keys
            if key.jwk.get("use") != "enc" and _usable(key, at, key.verify_until)
        }
        return found or self._without("signing")

    def known_keys(self) -> dict[str, dict[str, Json]]:
        """Return every public JWK that ever signed for it and is not revoked, by kid."""
        return {
            key.kid: dict(key.jwk)
            for key in self.keys
            if key.jwk.get("use") != "enc" and key.state != "revoked"
        }

    def encryption_key(self, at: datetime) -> Recipient:
        """Return the newest key that bodies may be encrypted to at ``at``.

        Raises:
            TrustError: ``gateway-without-key``.
        """
        usable = [
            key
            for key in self.keys
            if key.jwk.get("use") == "enc"
            and key.state == "active"
            and _usable(key, at, key.sign_until)
        ]
        if not usable:
            self._without("encryption")
        return import_recipient(max(usable, key=lambda key: key.use_from).jwk)

    def _without(self, use: Literal["signing", "encryption"]) -> NoReturn:
        raise TrustError(GATEWAY_WITHOUT_KEY.of(field=self.id, expected=use))


@dataclass(frozen=True, slots=True)
class TrustRegistry:
    """Every issuer of one env.

    Attributes:
        header: The registry file.
        levels: Meaning of the assurance levels.
        env: The env of this gateway.
        digest: Digest over all files: two gateways with one digest trust the same.
        from_s: From when it may be relied on, seconds since 1970.
        until_s: Until when, exclusive.
        aliases: Other names of algorithms; each counts for the keys whose rows name it.
    """

    header: RegistryFile
    levels: tuple[AssuranceRow, ...]
    env: Env
    digest: str
    from_s: int
    until_s: int
    aliases: frozenset[str]
    _issuers: Mapping[str, IssuerEntry]
    _gateways: tuple[IssuerEntry, ...]
    _foreign: frozenset[str]
    _covers: Covers

    @classmethod
    def of(
        cls,
        registry: RegistryFile,
        assurance: AssuranceFile,
        issuers: Iterable[IssuerFile],
        *,
        env: Env,
        covers: Covers,
    ) -> Self:
        """Return the registry of ``env``.

        Args:
            registry: identity/registry.toml.
            assurance: identity/assurance.toml.
            issuers: Every file of identity/issuers/.
            env: The env of this gateway; issuers of others are refused by name.
            covers: Whether the first region code is the second or lies above it.

        Raises:
            KnowledgeError: Every problem of every file.
        """
        files = tuple(issuers)
        _require_sound(registry, assurance, files)
        rows = [(file.region, row) for file in files for row in file.issuer]
        own = {row.id: _entry(region, row, covers) for region, row in rows if row.env == env}
        return cls(
            header=registry,
            levels=assurance.level,
            env=env,
            digest=digest_of(registry, assurance, files),
            from_s=_midnight_s(registry.valid_from),
            until_s=_midnight_s(registry.valid_until + timedelta(days=1)),
            aliases=frozenset(
                name for e in own.values() for key in e.row.keys for name in key.aliases
            ),
            _issuers=own,
            _gateways=tuple(e for e in own.values() if "gateway" in e.row.roles),
            _foreign=frozenset(row.id for _, row in rows if row.env != env) - own.keys(),
            _covers=covers,
        )

    def ending(self, end: datetime) -> "TrustRegistry":
        """Return this registry, relied on until ``end`` at most."""
        return replace(self, until_s=min(self.until_s, int(end.timestamp())))

    def require_valid(self, now: datetime) -> None:
        """Refuse everything outside the registry's term, and a clock without a zone.

        Raises:
            TrustError: ``clock-without-zone``, ``registry-not-yet-valid`` or
                ``registry-expired``.
        """
        if now.tzinfo is None:
            raise TrustError(CLOCK_NAIVE.of(field="clock"))
        at = now.timestamp()
        if at < self.from_s:
            first = self.header.valid_from
            raise TrustError(REGISTRY_NOT_YET_VALID.of(field="registry", expected=first))
        if at >= self.until_s:
            last = datetime.fromtimestamp(self.until_s, SHANGHAI)
            raise TrustError(REGISTRY_EXPIRED.of(field="registry", expected=last))

    @property
    def issuers(self) -> Iterable[IssuerEntry]:
        """Return every issuer of this env."""
        return self._issuers.values()

    def issuer(self, id: str) -> IssuerEntry:  # noqa: A002 -- the word of the file
        """Return the issuer named exactly ``id``.

        Raises:
            TrustError: ``issuer-unknown`` or ``issuer-other-env``.
        """
        found = self._issuers.get(id)
        if found is not None:
            return found
        row = ISSUER_OTHER_ENV if id in self._foreign else ISSUER_UNKNOWN
        raise TrustError(row.of(field="iss", expected=self.env, got=printable(id)))

    @property
    def gateways(self) -> tuple[str, ...]:
        """Return the regions that have a gateway, by code."""
        return tuple(sorted(entry.region for entry in self._gateways))

    def gateway(self, region: str) -> GatewayEntry:
        """Return the gateway that serves ``region``: its own, else of the nearest above it.

        Raises:
            TrustError: ``gateway-unknown``.
        """
        serving = [
            entry for entry in self._gateways if is_covered(self._covers, entry.region, region)
        ]
        for entry in serving:
            if all(is_covered(self._covers, other.region, entry.region) for other in serving):
                return GatewayEntry(entry.id, entry.region, entry.row.audience, entry.row.keys)
        raise TrustError(GATEWAY_UNKNOWN.of(field="region", got=region))


def is_covered(covers: Covers, wide: str, narrow: str) -> bool:
    """Return whether ``wide`` is ``narrow`` or lies above it; unknown codes lie nowhere."""
    if wide == narrow:
        return True
    try:
        return covers(wide, narrow)
    except KnowledgeError:
        return False


def _usable(key: IssuerKey, at: datetime, until: datetime) -> bool:
    return key.state != "revoked" and key.use_from - SKEW <= at <= until


def _entry(region: str, row: IssuerRow, covers: Covers) -> IssuerEntry:
    # INVARIANT: no key counts before its row does, whichever way it is reached.
    begins = datetime.combine(row.effective, time(), SHANGHAI)
    dated = (k.model_copy(update={"use_from": max(k.use_from, begins)}) for k in row.keys)
    row = row.model_copy(update={"keys": tuple(dated)})
    signing = {
        key.kid: TrustedKey(key, key.imported())
        for key in row.keys
        if key.jwk.get("use") != "enc"
    }
    return IssuerEntry(region, row, signing, covers)


def _require_sound(
    registry: RegistryFile, assurance: AssuranceFile, files: Iterable[IssuerFile]
) -> None:
    problems = [*check_registry(registry), *check_assurance(assurance)]
    seen: set[tuple[str, str]] = set()
    for file in files:
        problems.extend(check_issuers(file))
        here = {(row.env, row.id) for row in file.issuer}
        problems.extend(ISSUER_TWICE.of(field=file.region, got=name) for _, name in seen & here)
        seen |= here
    if problems:
        raise KnowledgeError(*problems)


def digest_of(
    registry: RegistryFile, assurance: AssuranceFile, files: Iterable[IssuerFile]
) -> str:
    """Return the digest over all files of a registry, whatever their order."""
    parts: list[Json] = [*sorted(file.digest() for file in files)]
    whole: dict[str, Json] = {
        "registry": registry.digest(),
        "assurance": assurance.digest(),
        "issuers": parts,
    }
    return digest(canonical_bytes(whole))


def path_of(
    registry: TrustRegistry, issuer: IssuerEntry, *, kid: str, source: str | None
) -> tuple[str, ...]:
    """Return the trust path: registry, way, issuer, for a hub its source, key.

    The way is ``direct`` from one province to another, or ``hub`` over the national platform.
    """
    way = "hub" if "hub" in issuer.row.roles else "direct"
    if source is None:
        return (registry.digest, way, issuer.id, kid)
    return (registry.digest, way, issuer.id, source, kid)


def _midnight_s(day: date) -> int:
    return int(datetime.combine(day, time(), SHANGHAI).timestamp())
