"""What changes from one registry to the next, in words of trust and not of text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from interop.federation.files import IssuerKey, IssuerRow, KeyState
from interop.federation.signed import RegistryFiles
from interop.model.party import AssuranceLevel

# What a new state of a key is called, and whether it widens trust.
STATES: Final[Mapping[KeyState, tuple[str, bool]]] = {
    "active": ("key-restored", True),
    "retired": ("key-retired", False),
    "revoked": ("key-revoked", False),
}
SETS: Final = {
    "roles": "role",
    "token_types": "token-type",
    "may_issue_for": "region",
}
LEVELS: Final = {"assurance": "acr", "sources": "source"}
TEXTS: Final = ("audience", "status", "zh", "en", "effective", "source", "verified", "modelled")
DATES: Final = ("use_from", "sign_until", "verify_until")


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        kind: What happened, such as ``key-revoked``.
        place: Issuer with env, and what of it.
        before: What stood there; empty if nothing.
        after: What stands there now; empty if nothing.
        widens: Whether somebody is trusted in more than before: these need a second look.
    """

    kind: str
    place: str
    before: str
    after: str
    widens: bool

    def as_json(self) -> dict[str, str | bool]:
        """Return the change as flat JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def changes(old: RegistryFiles, new: RegistryFiles) -> tuple[Change, ...]:
    """Return what changes from ``old`` to ``new``: the registry first, then each issuer."""
    return (*_of_registry(old, new), *_of_issuers(_rows(old), _rows(new)))


def _rows(files: RegistryFiles) -> dict[str, tuple[str, IssuerRow]]:
    return {
        f"{row.id} ({row.env})": (file.region, row)
        for file in files.issuers
        for row in file.issuer
    }


def _of_registry(old: RegistryFiles, new: RegistryFiles) -> Iterator[Change]:
    for name in ("id", "version", "valid_from", "valid_until"):
        before, after = getattr(old.registry, name), getattr(new.registry, name)
        if before != after:
            widens = name == "id" or (name == "valid_until" and after > before)
            widens = widens or (name == "valid_from" and after < before)
            kind = f"registry-{name.replace('_', '-')}"
            yield Change(kind, old.registry.id, str(before), str(after), widens)
    if old.assurance != new.assurance:
        before, after = (files.assurance.digest() for files in (old, new))
        yield Change("levels-reworded", "assurance", before, after, widens=True)


def _of_issuers(
    old: Mapping[str, tuple[str, IssuerRow]], new: Mapping[str, tuple[str, IssuerRow]]
) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield Change("issuer-removed", name, old[name][0], "", widens=False)
        elif name not in old:
            yield Change("issuer-added", name, "", new[name][0], widens=True)
            yield from _of_keys(name, (), new[name][1].keys)
        else:
            yield from _of_issuer(name, old[name], new[name])


def _of_issuer(
    name: str, old: tuple[str, IssuerRow], new: tuple[str, IssuerRow]
) -> Iterator[Change]:
    (old_region, before), (new_region, after) = old, new
    if old_region != new_region:
        yield Change("issuer-moved", name, old_region, new_region, widens=True)
    for field, word in SETS.items():
        yield from _of_set(word, name, getattr(before, field), getattr(after, field))
    for field, word in LEVELS.items():
        yield from _of_levels(word, name, getattr(before, field), getattr(after, field))
    yield from _of_bounds(name, before, after)
    if before.subject != after.subject:
        was, now = (row.subject.sector if row.subject else "" for row in (before, after))
        yield Change("subject-rule-changed", name, was, now, widens=True)
    for field in TEXTS:
        was, now = str(getattr(before, field)), str(getattr(after, field))
        if was != now:
            yield Change(f"{field}-changed", name, was, now, widens=field == "audience")
    yield from _of_keys(name, before.keys, after.keys)


def _of_set(word: str, name: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    before, after = set(old), set(new)
    for gone in sorted(before - after):
        yield Change(f"{word}-withdrawn", name, gone, "", widens=False)
    for come in sorted(after - before):
        yield Change(f"{word}-granted", name, "", come, widens=True)


def _of_levels(
    word: str,
    name: str,
    old: Mapping[str, AssuranceLevel],
    new: Mapping[str, AssuranceLevel],
) -> Iterator[Change]:
    for key in sorted(old.keys() | new.keys()):
        place = f"{name} {key}"
        if key not in new:
            yield Change(f"{word}-withdrawn", place, old[key], "", widens=False)
        elif key not in old:
            yield Change(f"{word}-granted", place, "", new[key], widens=True)
        elif old[key] != new[key]:
            yield _moved(word, place, (old[key], new[key]), new[key].rank > old[key].rank)


def _of_bounds(name: str, before: IssuerRow, after: IssuerRow) -> Iterator[Change]:
    if before.ceiling != after.ceiling:
        ranks = [-1 if row.ceiling is None else row.ceiling.rank for row in (before, after)]
        shown = (str(before.ceiling or ""), str(after.ceiling or ""))
        yield _moved("ceiling", name, shown, ranks[1] > ranks[0])
    if before.ttl_s_max != after.ttl_s_max:
        shown = (f"{before.ttl_s_max} s", f"{after.ttl_s_max} s")
        yield _moved("ttl", name, shown, after.ttl_s_max > before.ttl_s_max)


def _moved(word: str, place: str, shown: tuple[str, str], up: bool) -> Change:  # noqa: FBT001 -- which of two words
    kind = f"{word}-raised" if up else f"{word}-lowered"
    return Change(kind, place, str(shown[0]), str(shown[1]), widens=up)


def _of_keys(name: str, old: Iterable[IssuerKey], new: Iterable[IssuerKey]) -> Iterator[Change]:
    before, after = {key.kid: key for key in old}, {key.kid: key for key in new}
    for kid in sorted(before.keys() | after.keys()):
        place = f"{name} {kid}"
        if kid not in after:
            yield Change("key-removed", place, before[kid].state, "", widens=False)
        elif kid not in before:
            shown = f"{after[kid].state}, {after[kid].use_from.isoformat()}"
            yield Change("key-published", place, "", shown, widens=True)
        else:
            yield from _of_key(place, before[kid], after[kid])


def _of_key(place: str, before: IssuerKey, after: IssuerKey) -> Iterator[Change]:
    if before.jwk != after.jwk:
        yield Change("key-replaced", place, before.alg, after.alg, widens=True)
    if before.state != after.state:
        kind, widens = STATES[after.state]
        widens = widens or before.state == "revoked"
        yield Change(kind, place, before.state, after.state, widens)
    for field in DATES:
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            longer = now < was if field == "use_from" else now > was
            kind = f"key-{field.replace('_', '-')}"
            yield Change(kind, place, was.isoformat(), now.isoformat(), longer)
