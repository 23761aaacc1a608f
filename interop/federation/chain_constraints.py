"""Constraints that a superior sets on what is below it.

Source: OpenID Federation 1.0 section 6.2; RFC 5280 section 4.2.1.10 (names).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from interop.errors import TrustError
from interop.federation.chain_reasons import (
    CHAIN_NAME,
    CHAIN_NAME_EXCLUDED,
    CHAIN_PATH_LENGTH,
    CONSTRAINT_MALFORMED,
)
from interop.model.canonical import Json

NAMES_MAX: Final = 256
FEDERATION_ENTITY: Final = "federation_entity"

_NAME: Final = re.compile(r"(?=.{1,253}\Z)\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*", re.ASCII)
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Constraints:
    """What one statement allows below it.

    Attributes:
        path_max: Most intermediates between the issuer and the subject of a chain.
        permitted: Names of which one must hold; None if every name may be.
        excluded: Names of which none may hold, whatever is permitted.
        types: Entity types that may be; None if every type may be.
    """

    path_max: int | None = None
    permitted: Names | None = None
    excluded: Names = ()
    types: frozenset[str] | None = None

    @classmethod
    def read(cls, value: Json, *, field: str) -> "Constraints":
        """Return the constraints in ``value``; those not understood are ignored.

        Raises:
            TrustError: ``constraint-malformed``.
        """
        if not isinstance(value, dict):
            raise _malformed(field, "no object")
        path = value.get("max_path_length")
        if "max_path_length" in value and (type(path) is not int or path < 0):
            raise _malformed(f"{field}.max_path_length", "no whole number from 0")
        naming = value.get("naming_constraints", {})
        if not isinstance(naming, dict):
            raise _malformed(f"{field}.naming_constraints", "no object")
        where = f"{field}.naming_constraints"
        permitted = _names(naming, "permitted", where) if "permitted" in naming else None
        types = None
        if "allowed_entity_types" in value:
            types = frozenset(_texts(value["allowed_entity_types"], f"{field}.entity_types"))
            if FEDERATION_ENTITY in types:
                raise _malformed(f"{field}.allowed_entity_types", FEDERATION_ENTITY)
        excluded = _names(naming, "excluded", where)
        return cls(path if isinstance(path, int) else None, permitted, excluded, types)

    def require(self, below: Sequence[str], *, place: str) -> None:
        """Refuse a chain whose entities ``below`` do not keep to this.

        Args:
            below: The chain's subject first, the subject of this statement last.
            place: Where the statement stands, for the reason.

        Raises:
            TrustError: ``chain-path-length``, ``chain-name-excluded`` or
                ``chain-name-not-permitted``.
        """
        between = len(below) - 1
        if self.path_max is not None and between > self.path_max:
            where = f"{place}.max_path_length"
            raise TrustError(
                CHAIN_PATH_LENGTH.of(field=where, expected=self.path_max, got=between)
            )
        if self.permitted is None and not self.excluded:
            return
        for entity in below:
            host = host_of(entity)
            if any(_holds(name, host) for name in self.excluded):
                raise TrustError(CHAIN_NAME_EXCLUDED.of(field=place, got=entity))
            if self.permitted is not None and not any(
                _holds(name, host) for name in self.permitted
            ):
                raise TrustError(CHAIN_NAME.of(field=place, got=entity))


def host_of(entity: str) -> str:
    """Return the domain name in an entity identifier that was found to be one."""
    return entity.removeprefix("https://").partition("/")[0].partition(":")[0]


def _holds(name: str, host: str) -> bool:
    """Return whether ``host`` is the name, or lies below one that begins with a period."""
    return host.endswith(name) if name.startswith(".") else host == name


def _texts(value: Json, field: str) -> Names:
    if not isinstance(value, list) or len(value) > NAMES_MAX:
        raise _malformed(field, "no array")
    texts = tuple(one for one in value if isinstance(one, str))
    if len(texts) != len(value):
        raise _malformed(field, "not of strings")
    return texts


def _names(naming: dict[str, Json], which: str, field: str) -> Names:
    names = _texts(naming.get(which, []), f"{field}.{which}")
    for name in names:
        if not _NAME.fullmatch(name):
            raise _malformed(f"{field}.{which}", "a name that is no domain in lower case")
    return names


def _malformed(field: str, got: str) -> TrustError:
    return TrustError(CONSTRAINT_MALFORMED.of(field=field, got=got))
