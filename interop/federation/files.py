"""Schemas of the files in identity/: whom this gateway trusts, for what, and since when.

A region is added by a file named by its code; nothing here knows any region.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from interop.crypto import VerificationKey, import_public, import_recipient
from interop.errors import Reason, TrustError
from interop.federation.reasons import (
    ASSURANCE_LEVELS,
    ISSUER_ID,
    ISSUER_INCOMPLETE,
    ISSUER_KEY,
    ISSUER_KEY_TWICE,
    ISSUER_LIFETIME,
    ISSUER_SOURCES,
    ISSUER_TWICE,
    REGISTRY_DATES,
)
from interop.model.party import AssuranceLevel
from interop.model.ports import Env
from interop.model.record import Record

IssuerRole = Literal["idp", "gateway", "mandate", "hub"]
TokenType = Literal["at+jwt", "id_token", "logout+jwt", "mandate+jwt"]
KeyState = Literal["active", "retired", "revoked"]
Verified = Literal["yes", "secondary", "no"]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]

TOKEN_TTL_S_MAX: Final = 3_600
MANDATE_TTL_S_MAX: Final = 366 * 86_400
ISSUERS_MAX: Final = 32
KEYS_MAX: Final = 16
ALIASES_MAX: Final = 2
URL_CHARS_MAX: Final = 200
_CHARS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._/:")


class RegistryFile(Record):
    """identity/registry.toml: which registry this is and how long it may be relied on.

    Attributes:
        id: Identifier of the registry.
        version: Grows by one with every change.
        previous: Digest of the version before, empty for the first.
        valid_from: First day, Asia/Shanghai, inclusive.
        valid_until: Last day, Asia/Shanghai, inclusive; afterwards nobody is trusted.
        zh: Name in Chinese.
        en: Name in English.
        source: Where its rows come from.
        verified: Whether they were checked against official publication.
        modelled: True if it stands for an agreement that regions have yet to make.
    """

    id: str
    version: int = Field(ge=1)
    previous: str = ""
    valid_from: date
    valid_until: date
    zh: str
    en: str
    source: str
    verified: Verified
    modelled: bool


class AssuranceRow(Record):
    """One assurance level (实名等级) and what it means.

    Attributes:
        level: The level.
        zh: Name in Chinese.
        en: Name in English.
        meaning_zh: What the person has shown, in Chinese.
        meaning_en: What the person has shown, in English.
        source: Where the meaning is taken from.
        verified: Whether it was checked against the official text.
    """

    level: AssuranceLevel
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str
    source: str
    verified: Verified


class AssuranceFile(Record):
    """identity/assurance.toml: the levels that items ask for and issuers are mapped to.

    Attributes:
        effective: Day from which the rows apply, Asia/Shanghai.
        modelled: True if the levels are this library's own reading.
        level: One row per level.
    """

    effective: date
    modelled: bool
    level: tuple[AssuranceRow, ...]


class SubjectRule(Record):
    """How an issuer names people.

    Attributes:
        type: Only pairwise: an identifier means nothing outside the sector.
        sector: The sector the identifiers belong to.
    """

    type: Literal["pairwise"]
    sector: str


class IssuerKey(Record):
    """A public key and its three dates; all instants aware, inclusive.

    Attributes:
        jwk: Public JWK with kid, use and alg.
        use_from: Signs, or may be encrypted to, from here.
        sign_until: Signs, or may be encrypted to, until here.
        verify_until: What it signed is accepted until here.
        state: ``active``; ``retired`` still verifies; ``revoked`` does nothing.
        aliases: Other names of its algorithm that this issuer writes into headers:
            ``SM2withSM3`` or ``SM2SM3`` for SM2.
    """

    jwk: dict[str, JsonValue]
    use_from: AwareDatetime
    sign_until: AwareDatetime
    verify_until: AwareDatetime
    state: KeyState
    aliases: tuple[str, ...] = Field(default=(), max_length=ALIASES_MAX)

    @property
    def kid(self) -> str:
        """Return the key's identifier, empty if the JWK has none."""
        kid = self.jwk.get("kid")
        return kid if isinstance(kid, str) else ""

    @property
    def alg(self) -> str:
        """Return the algorithm the key is pinned to, empty if the JWK has none."""
        alg = self.jwk.get("alg")
        return alg if isinstance(alg, str) else ""

    def imported(self) -> VerificationKey:
        """Return the key, checked, and pinned to its algorithm under all its names.

        Raises:
            TrustError: A ``key-…`` code.
        """
        return import_public(self.jwk, alg=self.alg, aliases=frozenset(self.aliases))


class IssuerRow(Record):
    """One issuer: what it may issue and how its words are weighed.

    Attributes:
        id: Issuer identifier, compared byte for byte.
        env: Nodes of one env refuse the others.
        roles: ``idp`` and ``hub`` issue tokens, ``mandate`` mandates, ``gateway`` exchanges.
        token_types: JOSE ``typ`` values it may issue.
        ttl_s_max: Longest lifetime of what it issues, seconds.
        assurance: Its acr values and the level each is worth here.
        ceiling: No token of this issuer is worth more.
        sources: Of a hub: the sources that may have proved a person, each with its ceiling;
            if there are any, its tokens must name one (claim source).
        subject: How it names people.
        may_issue_for: Region codes; each covers what lies below it.
        audience: Of a gateway: what tokens for it carry in ``aud``.
        status: Where its status list is published, empty if nowhere.
        zh: Name in Chinese.
        en: Name in English.
        effective: Day from which the row applies, Asia/Shanghai.
        source: Where the row comes from.
        verified: Whether it was checked against official publication.
        modelled: True if the regional system publishes no such values.
        keys: Public keys; without any, nothing of this issuer is accepted.
    """

    id: str
    env: Env
    roles: tuple[IssuerRole, ...] = Field(min_length=1)
    token_types: tuple[TokenType, ...] = ()
    ttl_s_max: int = Field(default=0, ge=0)
    assurance: dict[str, AssuranceLevel] = Field(default_factory=dict)
    ceiling: AssuranceLevel | None = None
    sources: dict[str, AssuranceLevel] = Field(default_factory=dict)
    subject: SubjectRule | None = None
    may_issue_for: tuple[RegionCode, ...] = ()
    audience: str = ""
    status: str = ""
    zh: str
    en: str
    effective: date
    source: str
    verified: Verified
    modelled: bool
    keys: tuple[IssuerKey, ...] = Field(default=(), max_length=KEYS_MAX)


class IssuerFile(Record):
    """identity/issuers/<code>-<name>.toml: the issuers of one region.

    Attributes:
        region: Region code.
        zh: Name of the region in Chinese.
        issuer: One row per issuer and env.
    """

    region: RegionCode
    zh: str
    issuer: tuple[IssuerRow, ...] = Field(min_length=1, max_length=ISSUERS_MAX)


def check_registry(file: RegistryFile) -> tuple[Reason, ...]:
    """Return the problems of the file that its schema cannot say."""
    found = []
    if file.valid_until < file.valid_from:
        found.append(REGISTRY_DATES.of(field="valid_until"))
    if not _is_plain_url(file.id):
        found.append(ISSUER_ID.of(field="id", got=file.id))
    return tuple(found)


def check_assurance(file: AssuranceFile) -> tuple[Reason, ...]:
    """Return the problems of the file that its schema cannot say."""
    wanted = tuple(AssuranceLevel)
    if tuple(sorted((row.level for row in file.level), key=lambda level: level.rank)) == wanted:
        return ()
    return (ASSURANCE_LEVELS.of(field="level", expected=", ".join(wanted)),)


def check_issuers(file: IssuerFile) -> tuple[Reason, ...]:
    """Return every problem of the file that its schema cannot say, each with its path."""
    found: list[Reason] = []
    seen: set[tuple[str, str]] = set()
    for at, row in enumerate(file.issuer):
        if (row.env, row.id) in seen:
            found.append(ISSUER_TWICE.of(field=f"issuer.{at}.id", got=row.id))
        seen.add((row.env, row.id))
        found.extend(_row_problems(row, f"issuer.{at}"))
        found.extend(_key_problems(row.keys, f"issuer.{at}.keys"))
    return tuple(found)


def _row_problems(row: IssuerRow, path: str) -> Iterator[Reason]:
    if not _is_plain_url(row.id):
        yield ISSUER_ID.of(field=f"{path}.id", got=row.id)
    if row.status and not _is_plain_url(row.status):
        yield ISSUER_ID.of(field=f"{path}.status", got=row.status)
    if row.sources and "hub" not in row.roles:
        yield ISSUER_SOURCES.of(field=f"{path}.sources", got=row.id)
    for name in _missing(row):
        yield ISSUER_INCOMPLETE.of(field=path, expected=name)
    limit = TOKEN_TTL_S_MAX if {"idp", "hub"} & set(row.roles) else MANDATE_TTL_S_MAX
    if row.ttl_s_max > limit:
        yield ISSUER_LIFETIME.of(field=f"{path}.ttl_s_max", expected=limit, got=row.ttl_s_max)


def _missing(row: IssuerRow) -> Iterable[str]:
    needed: dict[str, object] = {}
    if {"idp", "hub"} & set(row.roles):
        needed = {
            "token_types": "at+jwt" in row.token_types,
            "ttl_s_max": row.ttl_s_max,
            "assurance": row.assurance,
            "ceiling": row.ceiling,
            "subject": row.subject,
            "may_issue_for": row.may_issue_for,
        }
    if "mandate" in row.roles:
        needed |= {
            "token_types": "mandate+jwt" in row.token_types,
            "ttl_s_max": row.ttl_s_max,
        }
    if "gateway" in row.roles:
        needed["audience"] = row.audience
    return (name for name, value in needed.items() if not value)


def _key_problems(keys: Iterable[IssuerKey], path: str) -> Iterator[Reason]:
    seen: set[str] = set()
    for at, key in enumerate(keys):
        where = f"{path}.{at}"
        if key.kid in seen:
            yield ISSUER_KEY_TWICE.of(field=where, got=key.kid)
        seen.add(key.kid)
        if not key.use_from <= key.sign_until <= key.verify_until:
            yield REGISTRY_DATES.of(field=where)
        if not key.kid or not key.alg:
            yield ISSUER_INCOMPLETE.of(field=f"{where}.jwk", expected="kid, alg")
            continue
        try:
            _import(key)
        except TrustError as fault:
            yield ISSUER_KEY.of(field=where, got=fault.code)


def _import(key: IssuerKey) -> None:
    if key.jwk.get("use") == "enc":
        import_recipient(key.jwk)
    else:
        key.imported()


def _is_plain_url(text: str) -> bool:
    parts = urlsplit(text)
    return (
        set(text) <= _CHARS
        and parts.scheme == "https"
        and bool(parts.hostname)
        and not text.endswith("/")
        and len(text) <= URL_CHARS_MAX
    )
