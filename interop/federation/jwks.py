"""Keys of an issuer from its published set: a source that no flood can move.

Known keys are found without a lock and without a call. An unknown kid may cause a call, at
most one per cooldown whoever asks and however often; a kid that a fresh set did not hold is
remembered as missing. Keys are never dropped for an unknown one: only a new set, read whole,
takes the place of the last. When the issuer does not answer, the last set serves on until its
highest age.
Source: RFC 7517 section 5; RFC 8725 section 3.10; RFC 5861 section 4 (stale-if-error).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from interop.crypto import VerificationKey, import_public
from interop.crypto.algorithms import printable
from interop.crypto.jwk import require_public
from interop.errors import InteropError, TrustError
from interop.federation.state_reasons import (
    JWKS_KID_TWICE,
    JWKS_KID_UNKNOWN,
    JWKS_LIMIT,
    JWKS_MALFORMED,
    JWKS_PRIVATE,
    JWKS_STALE,
)
from interop.model.canonical import Json, read_json
from interop.model.ports import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class JwksLimits:
    """Limits of a source.

    Attributes:
        fresh_s: Seconds for which a set is taken without asking again.
        stale_s_max: Seconds for which a set may serve at all.
        cooldown_s: Seconds between two calls, whatever their outcome.
        missing_s: Seconds for which a kid is remembered as missing.
        missing_max: How many such kids are remembered.
        bytes_max: Largest set.
        keys_max: Most keys in a set.
        deadline_s: Seconds for a call.
    """

    fresh_s: float = 600.0
    stale_s_max: float = 86_400.0
    cooldown_s: float = 30.0
    missing_s: float = 300.0
    missing_max: int = 1_024
    bytes_max: int = 64 * 1024
    keys_max: int = 32
    deadline_s: float = 5.0


DEFAULT: Final = JwksLimits()


@dataclass(frozen=True, slots=True)
class _Held:
    keys: Mapping[str, VerificationKey]
    read_at: float


class JwksSource:
    """The keys of one issuer; thread-safe."""

    def __init__(
        self,
        url: str,
        fetch: Fetch,
        *,
        algorithms: frozenset[str],
        limits: JwksLimits = DEFAULT,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the address; nothing is fetched yet.

        Args:
            url: Where the issuer publishes its keys, from the registry; never from a token.
            fetch: How to read it.
            algorithms: Keys of other algorithms are passed over.
            limits: Ages, sizes and times.
            ticks: Seconds of a clock that never steps back.
        """
        self._url, self._fetch, self._limits = url, fetch, limits
        self._algorithms, self._ticks = algorithms, ticks
        self._fresh_s = min(limits.fresh_s, limits.stale_s_max)
        self._held: _Held | None = None
        self._missing: OrderedDict[str, float] = OrderedDict()
        self._tried_at: float | None = None
        self._calling = threading.Lock()
        self._noting = threading.Lock()

    def key(self, kid: str) -> VerificationKey:
        """Return the key named ``kid``.

        Raises:
            TrustError: ``jwks-kid-unknown``; ``jwks-stale`` if no set is young enough.
        """
        now, held = self._ticks(), self._held
        if held is not None and now - held.read_at < self._fresh_s:
            found = held.keys.get(kid)
            if found is not None:
                return found
            if self._is_missing(kid, now):
                raise self._unknown(kid)
        return self._renewed(kid, now)

    def _renewed(self, kid: str, now: float) -> VerificationKey:
        self._renew(now)
        held = self._held
        if held is None or self._ticks() - held.read_at >= self._limits.stale_s_max:
            expected = int(self._limits.stale_s_max)
            raise TrustError(JWKS_STALE.of(field="jwks", expected=expected))
        found = held.keys.get(kid)
        if found is None:
            if held.read_at >= now:
                self._note_missing(kid, now)
            raise self._unknown(kid)
        return found

    def _renew(self, now: float) -> None:
        # Whoever comes while another calls goes on with what there is; only when there is
        # nothing yet does everybody wait for the first set.
        if not self._calling.acquire(blocking=self._held is None):
            return
        try:
            # INVARIANT: at most one call per cooldown, failed ones included.
            if self._tried_at is None or now - self._tried_at >= self._limits.cooldown_s:
                self._tried_at = now
                self._call()
        finally:
            self._calling.release()

    def _call(self) -> None:
        limits = self._limits
        try:
            data = self._fetch.get(
                self._url, bytes_max=limits.bytes_max, deadline_s=limits.deadline_s
            )
            keys = read_key_set(data, algorithms=self._algorithms, limits=limits)
        except InteropError:
            # The last set serves on; how old it may grow is judged where it is used.
            return
        self._held = _Held(keys, self._ticks())
        with self._noting:
            self._missing.clear()

    def _is_missing(self, kid: str, now: float) -> bool:
        noted = self._missing.get(kid)
        return noted is not None and now - noted < self._limits.missing_s

    def _note_missing(self, kid: str, now: float) -> None:
        with self._noting:
            self._missing[kid] = now
            while len(self._missing) > self._limits.missing_max:
                self._missing.popitem(last=False)

    def _unknown(self, kid: str) -> TrustError:
        return TrustError(JWKS_KID_UNKNOWN.of(field="kid", got=printable(kid)))

    def __repr__(self) -> str:
        return f"JwksSource({self._url!r})"


def read_key_set(
    data: bytes, *, algorithms: frozenset[str], limits: JwksLimits = DEFAULT
) -> dict[str, VerificationKey]:
    """Return the signing keys in a JWK set by kid.

    Keys without kid or alg, for encryption, or of other algorithms are passed over.

    Raises:
        TrustError: ``jwks-private`` if any key is private or symmetric, ``jwks-kid-twice``,
            ``jwks-malformed``, ``jwks-limit``, or a code of the key that is unsound.
    """
    found: dict[str, VerificationKey] = {}
    seen: set[str] = set()
    for jwk in _members(data, limits):
        _refuse_secret(jwk)
        kid, alg = jwk.get("kid"), jwk.get("alg")
        if not isinstance(kid, str) or not isinstance(alg, str):
            continue
        if kid in seen:
            raise TrustError(JWKS_KID_TWICE.of(field="kid"))
        seen.add(kid)
        if alg in algorithms and jwk.get("use", "sig") == "sig":
            found[kid] = import_public(jwk, alg=alg)
    return found


def _members(data: bytes, limits: JwksLimits) -> list[dict[str, Json]]:
    value = read_json(data, error=TrustError, field="jwks", bytes_max=limits.bytes_max)
    keys = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(keys, list):
        raise TrustError(JWKS_MALFORMED.of(field="keys", got="no list of keys"))
    if len(keys) > limits.keys_max:
        raise TrustError(JWKS_LIMIT.of(field="keys", expected=limits.keys_max, got=len(keys)))
    members = [key for key in keys if isinstance(key, dict)]
    if len(members) < len(keys):
        raise TrustError(JWKS_MALFORMED.of(field="keys", got="a key is no object"))
    return members


def _refuse_secret(jwk: Mapping[str, Json]) -> None:
    try:
        require_public(jwk)
    except TrustError:
        raise TrustError(JWKS_PRIVATE.of(field="keys")) from None
