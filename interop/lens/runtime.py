"""What compiled mappings call: reading and printing one value, aligning lists."""

from collections.abc import Callable, Hashable
from typing import Final, cast

from interop.lens.codec import Codec, read_value
from interop.lens.names import TEXT_CHARS_MAX, read_text
from interop.lens.paths import Path, place, remove
from interop.lens.reading import MEMBERS_MAX, key_of
from interop.lens.steps import blank
from interop.lens.unfit import Unfit
from interop.model.canonical import Json, canonical_bytes

KEPT_MAX: Final = 50_000  # readings remembered per field; days and codes of 130 years fit
MARK: Final = "|"  # stands between texts that are checked in one go
_BEFORE: Final = MARK + " "
_AFTER: Final = " " + MARK
ABSENT: Final = cast("Json", object())
EMPTY: Final[dict[str, Json]] = {}


class Trouble(ValueError):
    """Say that something is wrong; the slow way finds out what."""


class Kept(dict[Hashable, Json]):
    """Readings of one field by text, read once; never used for what can name a person."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[Json], Json]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: Hashable) -> Json:
        value = self._read(cast("Json", text))
        if len(self) < KEPT_MAX:
            self[text] = value
        return value


def reader(codec: Codec, *, optional: bool) -> Callable[[Json], Json]:
    """Return the function that reads one field; ABSENT where an optional one says nothing."""

    def read(value: Json) -> Json:
        if blank(value) and not (codec.blank and value is not None):
            if optional:
                return ABSENT
            raise Unfit
        return read_value(codec, value)

    return read


def all_plain(texts: tuple[str, ...]) -> bool:
    """Return whether every text can be taken as it is; False only asks for a closer look."""
    try:
        whole = MARK.join(texts)
    except TypeError:
        # No text at all, or the null of one that may be missing.
        return False
    return (
        whole.isprintable()
        and "" not in texts
        and len(whole) <= TEXT_CHARS_MAX
        and (" " not in whole or not _ragged(f"{MARK}{whole}{MARK}"))
    )


def _ragged(whole: str) -> bool:
    return _BEFORE in whole or _AFTER in whole


def text(value: Json) -> str:
    """Return a required text without blanks around it."""
    if not isinstance(value, str):
        raise Trouble
    return read_text(value)


def optional_text(value: Json) -> Json:
    """Return an optional text without blanks around it, or ABSENT."""
    return ABSENT if value is ABSENT or blank(value) else text(value)


def written(value: Json) -> str:
    """Return a text of a view; raise unless it is read back as itself."""
    if not isinstance(value, str) or read_text(value) != value:
        raise Trouble
    return value


def optional_written(value: Json) -> Json:
    """Return an optional text of a view, or ABSENT."""
    return value if value is ABSENT else written(value)


def members(value: Json, least: int) -> list[Json]:
    """Return the members of a list."""
    if not isinstance(value, list) or not least <= len(value) <= MEMBERS_MAX:
        raise Trouble
    return value


def optional_members(value: Json, least: int) -> Json:
    """Return the members of an optional list, or ABSENT."""
    if value is ABSENT or blank(value) or (least and value == []):
        return ABSENT
    return cast("Json", members(value, least))


def distinct(views: list[Json], key: Path) -> list[Json]:
    """Return ``views`` if no two have the same key."""
    if key and len({key_of(view, key) for view in views}) < len(views):
        raise Trouble
    return views


def aligned(
    views: Json,
    old: list[Json],
    *,
    key: Path,
    least: int,
    calls: tuple[Callable[..., Json], Callable[..., Json], Callable[..., Json]],
) -> list[Json]:
    """Return the members of a document that say ``views``.

    Each goes into the old member with its key, or with the same value where the list has no
    key; what the mapping does not touch stays with its member wherever that moves.

    Args:
        views: Members of the view.
        old: Members of the old document.
        key: What tells members apart.
        least: How many there have to be.
        calls: Compiled get, put and create of a member.
    """
    get, put, create = calls
    wanted = distinct(members(views, least), key)
    before = distinct([get(member) for member in old], key)
    if wanted == before:
        return old
    standing: dict[Hashable, list[Json]] = {}
    for view, member in zip(before, old, strict=True):
        standing.setdefault(_name(view, key), []).append(member)
    found: list[Json] = []
    for view in wanted:
        same = standing.get(_name(view, key))
        found.append(put(view, same.pop(0)) if same else create(view))
    return found


def created(
    views: Json, *, key: Path, least: int, create: Callable[[Json], Json]
) -> list[Json]:
    """Return the members of a new document that say ``views``."""
    return [create(view) for view in distinct(members(views, least), key)]


def _name(view: Json, key: Path) -> Hashable:
    return key_of(view, key) if key else canonical_bytes(view)


__all__ = [
    "ABSENT",
    "EMPTY",
    "TEXT_CHARS_MAX",
    "Kept",
    "Trouble",
    "aligned",
    "all_plain",
    "created",
    "distinct",
    "members",
    "optional_members",
    "optional_text",
    "optional_written",
    "place",
    "reader",
    "remove",
    "text",
    "written",
]
