"""Selective disclosure: digests in what was signed, and the values shown beside it.

Source: RFC 9901 (SD-JWT) section 4 (format) and 7.1 (processing).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from interop.certificates.presentation_reasons import (
    PRESENTATION_CLAIM_OVERWRITTEN,
    PRESENTATION_CLAIM_RESERVED,
    PRESENTATION_DIGEST_TWICE,
    PRESENTATION_DISCLOSURE_MALFORMED,
    PRESENTATION_DISCLOSURE_UNREFERENCED,
    PRESENTATION_HASH_UNKNOWN,
    PRESENTATION_TOO_LARGE,
)
from interop.crypto import base64url
from interop.errors import InteropError, TrustError
from interop.model.canonical import Json, canonical_bytes, read_json

HASH: Final = "sha-256"
DISCLOSURES_MAX: Final = 500
DEPTH_MAX: Final = 16
RESERVED: Final = frozenset({"_sd", "...", "_sd_alg"})


@dataclass(frozen=True, slots=True, repr=False)
class Disclosure:
    """One value that may be shown.

    Attributes:
        text: As it stands in the presentation.
        name: Name of the claim; None for an element of a list.
        value: The value.
    """

    text: str
    name: str | None
    value: Json

    @property
    def digest(self) -> str:
        """Return what stands for it in what was signed."""
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """Return the base64url SHA-256 of an ASCII ``text``."""
    return base64url.encode(hashlib.sha256(text.encode("ascii")).digest())


def disclose(name: str, value: Json, *, salt: str) -> Disclosure:
    """Return the disclosure of a claim; ``salt`` is new for each, 128 bits or more."""
    _require_free(name)
    return Disclosure(base64url.encode(canonical_bytes([salt, name, value])), name, value)


def read_disclosure(text: str, *, at: int) -> Disclosure:
    """Return the disclosure in ``text``, the ``at``-th of a presentation.

    Raises:
        TrustError: ``presentation-disclosure-malformed`` or ``presentation-claim-reserved``.
    """
    bad = TrustError(PRESENTATION_DISCLOSURE_MALFORMED.of(field=str(at)))
    try:
        parts = read_json(
            base64url.decode(text, field="disclosure"), error=TrustError, field="disclosure"
        )
    except InteropError:
        raise bad from None
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], str):
        raise bad
    match parts[1:]:
        case [str() as name, value]:
            _require_free(name)
            return Disclosure(text, name, value)
        case [value]:
            return Disclosure(text, None, value)
        case _:
            raise bad


def _require_free(name: str) -> None:
    if name in RESERVED:
        raise TrustError(PRESENTATION_CLAIM_RESERVED.of(field="disclosure", got=name))


def resolve(payload: Mapping[str, Json], disclosures: Iterable[Disclosure]) -> dict[str, Json]:
    """Return the claims of ``payload`` with what is disclosed put in its place.

    Raises:
        TrustError: ``presentation-hash-unknown``, ``presentation-digest-twice``,
            ``presentation-claim-overwritten``, ``presentation-disclosure-unreferenced``.
    """
    stated = payload.get("_sd_alg", HASH)
    if stated != HASH:
        raise TrustError(
            PRESENTATION_HASH_UNKNOWN.of(field="_sd_alg", expected=HASH, got=stated)
        )
    found = _Resolving(disclosures)
    claims = found.members(payload, 0)
    if found.left:
        raise TrustError(
            PRESENTATION_DISCLOSURE_UNREFERENCED.of(field="disclosure", got=len(found.left))
        )
    return claims


class _Resolving:
    """One pass over what was signed: every digest once, every disclosure in one place."""

    def __init__(self, disclosures: Iterable[Disclosure]) -> None:
        self.left: dict[str, Disclosure] = {}
        self._seen: set[str] = set()
        for one in disclosures:
            if one.digest in self.left:
                raise TrustError(PRESENTATION_DIGEST_TWICE.of(field="disclosure"))
            self.left[one.digest] = one

    def value(self, value: Json, depth: int) -> Json:
        if depth > DEPTH_MAX:
            raise TrustError(PRESENTATION_TOO_LARGE.of(field="depth", expected=DEPTH_MAX))
        if isinstance(value, dict):
            return self.members(value, depth + 1)
        if isinstance(value, list):
            return [kept for one in value for kept in self.element(one, depth + 1)]
        return value

    def members(self, given: Mapping[str, Json], depth: int) -> dict[str, Json]:
        kept = {
            name: self.value(value, depth)
            for name, value in given.items()
            if name not in {"_sd", "_sd_alg"}
        }
        if "..." in kept:
            raise TrustError(PRESENTATION_CLAIM_RESERVED.of(field="claims", got="..."))
        listed = given.get("_sd", [])
        for digest in listed if isinstance(listed, list) else [None]:
            shown = self.take(digest)
            if shown is None:
                continue
            if shown.name is None:
                raise TrustError(PRESENTATION_DISCLOSURE_UNREFERENCED.of(field="_sd", got=1))
            if shown.name in kept:
                raise TrustError(PRESENTATION_CLAIM_OVERWRITTEN.of(field="claims"))
            kept[shown.name] = self.value(shown.value, depth)
        return kept

    def element(self, one: Json, depth: int) -> list[Json]:
        if not (isinstance(one, dict) and set(one) == {"..."}):
            return [self.value(one, depth)]
        shown = self.take(one["..."])
        if shown is None:
            return []
        if shown.name is not None:
            raise TrustError(PRESENTATION_DISCLOSURE_UNREFERENCED.of(field="...", got=1))
        return [self.value(shown.value, depth)]

    def take(self, digest: Json) -> Disclosure | None:
        if not isinstance(digest, str):
            raise TrustError(PRESENTATION_DISCLOSURE_MALFORMED.of(field="_sd"))
        if digest in self._seen:
            raise TrustError(PRESENTATION_DIGEST_TWICE.of(field="_sd"))
        self._seen.add(digest)
        return self.left.pop(digest, None)
