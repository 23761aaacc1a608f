"""Read every file and report every problem of every file at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from interop.errors import KnowledgeError, Reason
from interop.knowledge.kind import BELOW, Kind
from interop.knowledge.library import Knowledge
from interop.knowledge.reasons import FILE_UNKNOWN
from interop.model.canonical import Json, read_json
from interop.model.record import Record

# What may stand in a folder without being of a kind: contracts, anchors, words.
SUFFIXES_BESIDE: Final = {
    "adapters": (".wsdl", ".xsd", ".json", ".md"),
    "identity": (".pem", ".md"),
    "mappings": (".md",),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one file; the reason's field is the key path."""

    path: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class LegalSource:
    """One norm that a knowledge file rests on.

    Attributes:
        path: The file.
        where: Key path of the table inside it.
        document: Name of the norm, or of the source.
        article: Article, if one is named.
        verified: ``yes``, ``secondary`` or ``no``.
    """

    path: str
    where: str
    document: str
    article: str
    verified: str


def survey(knowledge: Knowledge, kinds: Iterable[Kind[Record]]) -> tuple[Problem, ...]:
    """Return every problem of every file, in the order of the paths; empty if all is well."""
    listed = tuple(kinds)
    problems: list[Problem] = []
    for path in knowledge.shelf.paths:
        of_path = [(kind, key) for kind in listed if (key := kind.key_of(path)) is not None]
        if not of_path and not path.endswith(SUFFIXES_BESIDE[path.partition("/")[0]]):
            problems.append(Problem(path, FILE_UNKNOWN.of(field=path)))
        for kind, key in of_path:
            problems.extend(_problems(knowledge, kind, key, path))
    return tuple(problems)


def _problems(knowledge: Knowledge, kind: Kind[Record], key: str, path: str) -> list[Problem]:
    try:
        knowledge.document(kind, key)
    except KnowledgeError as fault:
        return [Problem(path, _within(reason, path)) for reason in fault.reasons]
    return []


def _within(reason: Reason, path: str) -> Reason:
    """Return ``reason`` without the path, which a problem names by itself."""
    return replace(reason, field=reason.field.removeprefix(f"{path}{BELOW}"))


def legal_sources(
    knowledge: Knowledge, kinds: Iterable[Kind[Record]]
) -> tuple[LegalSource, ...]:
    """Return every table that names a document and says whether it was verified.

    This is the page a legal officer signs: what each row rests on, and what nobody has read
    in the official text yet.

    Raises:
        KnowledgeError: Every problem of the first file that has any; see :func:`survey`.
    """
    found: list[LegalSource] = []
    for kind in kinds:
        for document in knowledge.documents(kind):
            value = read_json(document.data, error=KnowledgeError, field=document.place.path)
            found.extend(_sources(value, document.place.path, ""))
    return tuple(found)


def _sources(value: Json, path: str, where: str) -> Iterable[LegalSource]:
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from _sources(part, path, f"{where}[{index}]")
    if not isinstance(value, dict):
        return
    name = value.get("document") or value.get("source")
    if isinstance(name, str) and isinstance(verified := value.get("verified"), str):
        yield LegalSource(path, where, name, str(value.get("article", "")), verified)
    for key, part in value.items():
        yield from _sources(part, path, f"{where}.{key}" if where else key)
