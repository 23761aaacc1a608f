"""The hot path of access tokens: a sure yes, fast; every other answer is left to the gates.

What is known of an issuer is laid out once as numbers and look-ups. Headers are remembered by
their bytes, and verdicts by a digest of the token, both only after a success. Nothing here
words a refusal, and nothing is skipped that refuses an attack.
"""

import re
import threading
from hashlib import sha256
from math import ceil, floor
from operator import itemgetter
from typing import Final, Generic, NamedTuple, TypeVar

from interop.crypto import TOKEN_BYTES_MAX, Header
from interop.crypto.jwk import sha256_check
from interop.errors import TrustError
from interop.federation.claims import ACCESS_TYP
from interop.federation.gates import RANKS, Need
from interop.federation.hot_claims import ENDS, HotClaims, HotMayAct, read_base64url, read_hot
from interop.federation.principal import principal_of
from interop.federation.registry import IssuerEntry, TrustRegistry, path_of
from interop.federation.trusted_key import SKEW_S_MAX, TrustedKey
from interop.model.party import AssuranceLevel, Principal

CACHE_S_MAX: Final = 60
VERDICTS_MAX: Final = 10_000
HEADERS_MAX: Final = 1_000
REGIONS_MAX: Final = 4_000
# Copied for every token: a new one would look its algorithm up first.
_SHA256: Final = sha256()

V = TypeVar("V")
# An assurance level and its rank.
_Level = tuple[AssuranceLevel, int]

_NAME: Final = r"[!-~]{1,255}"
# The salt's last character is looked at apart: what it may be hangs on the salt's length.
# INVARIANT: texts are parted by line ends, always as many, and no text may hold one; so none
# can pass for its neighbours.
_PROOF: Final = r"[\w-]{22,86}\n[\w-]{42}[AEIMQUYcgkosw048]"
_PARTY: Final = re.compile(rf"{_NAME}\n{_PROOF}", re.ASCII)
_WORD: Final = r"[!#-\[\]-~]+"
# The words of a scope come last; without a scope there are none.
_TOKEN: Final = re.compile(
    rf"[A-Za-z0-9._~:-]{{8,128}}\n{_NAME}\n{_PROOF}\n"
    rf"(?:(?=.{{1,1000}}\Z){_WORD}(?: {_WORD})*)?",
    re.ASCII,
)
_ACR: Final = re.compile(r"[ -~]{1,200}", re.ASCII)
_CLIENT: Final = re.compile(_NAME, re.ASCII)
_ISSUER: Final = re.compile(r"[!-~]{1,200}", re.ASCII)
_SESSION: Final = re.compile(r"[!-~]{1,512}", re.ASCII)
_REGION: Final = re.compile(r"[0-9]{6}", re.ASCII)
_THUMBPRINT: Final = re.compile(r"[\w-]{43}", re.ASCII)


class Verdict(NamedTuple):
    """That a token is sound, and what a caller's need is held against.

    Attributes:
        principal: Who is asking.
        rank: Rank of the assurance level.
        auth_time: When the person proved themselves, seconds since 1970.
        scope: Words of the token's scope, parted by spaces.
        jkt: Thumbprint of the key it is bound to; empty if none.
        since_s: When it was reached.
        until_s: Until when it may be relied on without looking again, exclusive.
    """

    principal: Principal
    rank: int
    auth_time: int
    scope: str
    jkt: str
    since_s: int
    until_s: int

    def meets(self, need: Need, now_s: int) -> bool:
        """Return whether this is enough for ``need``."""
        return (
            need.rank <= self.rank
            and (
                need.age_s_max is None or now_s - self.auth_time <= need.age_s_max + SKEW_S_MAX
            )
            and (not need.scope or {*need.scope.split()} <= {*self.scope.split(" ")})
        )


# What a named tuple's own constructor does, without its detour over keywords.
_new_verdict: Final = tuple.__new__


class _Key:
    """A signing key with its dates as whole seconds, rounded to the narrow side."""

    __slots__ = ("alg", "check", "check_sha256", "from_s", "path", "sign_until_s", "until_s")

    def __init__(
        self, trusted: TrustedKey, path: tuple[str, ...], registry_until_s: int
    ) -> None:
        row = trusted.row
        self.alg, self.check, self.path = trusted.key.alg, trusted.key.check, path
        self.check_sha256 = sha256_check(row.jwk, alg=trusted.key.alg)
        self.from_s = ceil(row.use_from.timestamp()) - SKEW_S_MAX
        self.sign_until_s = floor(row.sign_until.timestamp())
        self.until_s = min(floor(row.verify_until.timestamp()), registry_until_s)


class _Issuer:
    """An issuer of access tokens, laid out for look-up."""

    __slots__ = ("entry", "keys", "levels", "regions", "sourced", "sources", "ttl_s_max")

    def __init__(self, entry: IssuerEntry, registry: TrustRegistry) -> None:
        self.entry = entry
        self.ttl_s_max = entry.row.ttl_s_max
        self.sourced = bool(entry.row.sources)
        self.levels: dict[str, _Level] = {
            acr: (entry.level(acr), RANKS[entry.level(acr)])
            for acr in entry.row.assurance
            if _ACR.fullmatch(acr) and entry.row.ceiling is not None
        }
        self.sources: dict[str, _Level] = {
            source: (level, RANKS[level])
            for source, level in entry.row.sources.items()
            if _ACR.fullmatch(source)
        }
        self.keys = {
            kid: _Key(trusted, path_of(registry, entry, kid=kid, source=None), registry.until_s)
            for kid, trusted in entry.signing.items()
            if trusted.row.state != "revoked"
        }
        self.regions: set[str] = set()

    def level(self, claims: HotClaims) -> _Level | None:
        level = self.levels.get(claims.acr)
        if level is None or not self.sourced:
            return None if claims.source is not None else level
        proved = self.sources.get(claims.source or "")
        return None if proved is None else min(level, proved, key=itemgetter(1))

    def covers(self, region: str) -> bool:
        if not _REGION.fullmatch(region) or not self.entry.may_issue_for(region):
            return False
        if len(self.regions) < REGIONS_MAX:
            self.regions.add(region)
        return True


_Sound = tuple[HotClaims, _Issuer, _Key, _Level]


class HotPath:
    """What one verifier remembers under one registry; a new registry begins a new one."""

    def __init__(self, registry: TrustRegistry, *, audience: str) -> None:
        self.registry, self._audience = registry, audience
        self._issuers: dict[str, _Issuer] = {}
        self._headers = _Bounded[tuple[str, str]](HEADERS_MAX)
        self._verdicts = _Bounded[Verdict](VERDICTS_MAX)

    def verdict(self, token: str, now_s: int) -> Verdict | None:
        """Return that ``token`` is sound at ``now_s``, or None if that is not sure here."""
        try:
            raw = token.encode("ascii")
        except UnicodeEncodeError:
            return None
        registry = self.registry
        if len(raw) > TOKEN_BYTES_MAX or not registry.from_s <= now_s < registry.until_s:
            return None
        signed, _, signature = raw.rpartition(b".")
        hashed = _SHA256.copy()
        hashed.update(signed)
        digest = hashed.digest()
        # INVARIANT: of the whole token, so that no other signature finds this verdict.
        name = digest + signature
        found = self._verdicts.get(name)
        if found is not None and found.since_s <= now_s < found.until_s:
            return found
        sound = self._judged(signed, signature, digest, now_s)
        if sound is None:
            return None
        verdict = self._verdict(sound, digest.hex(), now_s)
        if verdict is not None and now_s < verdict.until_s:
            self._verdicts.keep(name, verdict)
        return verdict

    def learn(self, token: str, header: Header) -> None:
        """Remember the header of ``token``, which has passed every gate."""
        head = token.partition(".")[0].encode("ascii")
        self._headers.keep(head, (header.alg, header.kid))

    def _judged(
        self, signed: bytes, signature: bytes, digest: bytes, now_s: int
    ) -> _Sound | None:
        head, _, body = signed.partition(b".")
        named = self._headers.get(head)
        if named is None:
            return None
        try:
            sound = self._fitting(read_hot(read_base64url(body)), named, now_s)
            if sound is not None:
                key, made = sound[2], read_base64url(signature)
                if key.check_sha256 is not None:
                    key.check_sha256(made, digest)
                else:
                    key.check(made, signed)
        except (ValueError, TrustError):
            return None
        return sound

    def _fitting(
        self, claims: HotClaims | None, named: tuple[str, str], now_s: int
    ) -> _Sound | None:
        if claims is None or claims.aud != self._audience:
            return None
        issuer = self._issuers.get(claims.iss) or self._laid_out(claims.iss)
        if issuer is None:
            return None
        iat, exp, nbf = claims.iat, claims.exp, claims.nbf
        if not (
            iat <= now_s + SKEW_S_MAX
            and iat < exp <= iat + issuer.ttl_s_max
            and now_s < exp + SKEW_S_MAX
            and claims.auth_time <= iat + SKEW_S_MAX
            and (nbf is None or now_s >= nbf - SKEW_S_MAX)
        ):
            return None
        key = issuer.keys.get(named[1])
        plain = claims.source is None and not issuer.sourced
        level = issuer.levels.get(claims.acr) if plain else issuer.level(claims)
        if (
            level is None
            or key is None
            or key.alg != named[0]
            or not key.from_s <= now_s < key.until_s
            or not key.from_s <= iat <= key.sign_until_s
            or not _are_plain(claims)
        ):
            return None
        return claims, issuer, key, level

    def _verdict(self, sound: _Sound, digest: str, now_s: int) -> Verdict | None:
        claims, issuer, key, (level, rank) = sound
        entry = issuer.entry
        region = entry.region if claims.region is None else claims.region
        if region not in issuer.regions and not issuer.covers(region):
            return None
        path = key.path
        if claims.source is not None:
            path = (*path[:-1], claims.source, path[-1])
        until_s = min(claims.exp, now_s + CACHE_S_MAX, key.until_s)
        told = (
            principal_of(claims, region, level, digest=digest, trust_path=path),
            rank,
            claims.auth_time,
            claims.scope or "",
            claims.cnf.jkt if claims.cnf else "",
            now_s,
            until_s,
        )
        return _new_verdict(Verdict, told)

    def _laid_out(self, name: str) -> _Issuer | None:
        try:
            entry = self.registry.issuer(name)
            entry.require_role("idp", "hub")
            entry.require_type(ACCESS_TYP)
        except TrustError:
            # Not remembered: names of nobody are without number.
            return None
        laid_out = self._issuers[name] = _Issuer(entry, self.registry)
        return laid_out


def _are_plain(claims: HotClaims) -> bool:
    """Return whether every text is as the patterns of the claims ask, and the parties fit."""
    proof, agent = claims.proof, claims.act
    scope = claims.scope or ""
    if (
        claims.scope == ""
        or not _TOKEN.fullmatch(
            f"{claims.jti}\n{claims.sub}\n{proof.salt}\n{proof.mac}\n{scope}"
        )
        or proof.salt[-1] not in ENDS[len(proof.salt) & 3]
    ):
        return False
    if agent is None:
        if claims.kind != "person":
            return False
    elif (
        agent.kind != "person"
        or agent.sub == claims.sub
        or not _PARTY.fullmatch(f"{agent.sub}\n{agent.proof.salt}\n{agent.proof.mac}")
        or agent.proof.salt[-1] not in ENDS[len(agent.proof.salt) & 3]
    ):
        return False
    return (
        (claims.client_id is None or _CLIENT.fullmatch(claims.client_id) is not None)
        and (claims.cnf is None or _THUMBPRINT.fullmatch(claims.cnf.jkt) is not None)
        and (claims.sid is None or _SESSION.fullmatch(claims.sid) is not None)
        and (claims.may_act is None or _is_named(claims.may_act))
    )


def _is_named(who: HotMayAct) -> bool:
    return _CLIENT.fullmatch(who.sub) is not None and (
        who.iss is None or _ISSUER.fullmatch(who.iss) is not None
    )


class _Bounded(Generic[V]):
    """What was remembered under a name; the oldest tenth goes when it is full."""

    __slots__ = ("_held", "_lock", "_most", "get")

    def __init__(self, most: int) -> None:
        self._held: dict[bytes, V] = {}
        self._most, self._lock = most, threading.Lock()
        # Bound once: the read of the hot path takes no lock.
        self.get = self._held.get

    def keep(self, name: bytes, value: V) -> None:
        self._held[name] = value
        if len(self._held) > self._most:
            self._trim()

    def _trim(self) -> None:
        with self._lock:
            # The copy is made in one step, whatever other threads put in meanwhile.
            for old in list(self._held)[: self._most // 10]:
                self._held.pop(old, None)
