"""One trial of a mapping on a sample: what is read, what is at fault, what to write instead."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Final

from lxml import etree

from interop.cli.certificates.files import Loaded
from interop.errors import InteropError, Reason
from interop.lens import Fault, Lens
from interop.lens.codec import Codec, read_value
from interop.lens.codecs import build_codec
from interop.lens.paths import Path, dotted, find, masked, parts
from interop.lens.plan import Branch, Fixed, Row, leaf_rows
from interop.lens.reading import read, unfold
from interop.lens.unfit import Unfit
from interop.model.canonical import Json

UNKNOWN: Final = "lens-field-unknown"
MISSING: Final = "lens-field-missing"
GUESSES: Final = (
    "date:%Y-%m-%d", "date:%Y年%m月%d日", "date:%Y%m%d", "date:%Y/%m/%d", "date:%Y.%m.%d",
    "date_or_open:%Y-%m-%d|长期", "date_or_open:%Y年%m月%d日|长期", "date_or_open:%Y%m%d|长期",
    "date_or_open:%Y.%m.%d|长期", "date_or_open:%Y/%m/%d|长期",
    "datetime:%Y-%m-%d %H:%M:%S", "cert_id", "uscc", "resident_id", "money_cn", "region",
    "number", "bool", "split:;", "split:、",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One fault, ready to be shown.

    Attributes:
        fault: What is wrong.
        line: Line of the mapping file that reads the field, counted from 1; 0 if none does.
        value: The value in the sample, or its outline.
        suggestion: A line for the mapping file that would read it; empty if none is known.
    """

    fault: Fault
    line: int
    value: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What came out of one trial.

    Attributes:
        rows: Source path, its text, canonical path, value, target path, target text.
        faults: What the sample or the mapping has wrong.
        stubs: Lines for fields that the mapping does not know.
        refused: Why the target region's format cannot carry the certificate.
    """

    rows: tuple[tuple[str, str, str, str, str, str], ...]
    faults: tuple[Told, ...]
    stubs: tuple[str, ...]
    refused: tuple[Reason, ...] = ()
    view: Json = field(default=None, repr=False)


def unwrapped(data: bytes, lens: Lens) -> bytes:
    """Return the part of a pasted answer that the mapping is about: its root element."""
    if lens.xml is None:
        return data
    prefix, _, local = lens.xml.root.rpartition(":")
    uri = lens.xml.namespaces.get(prefix, "")
    wanted = f"{{{uri}}}{local}" if uri else local
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return data
    if root.getroottree().docinfo.internalDTD is not None or root.tag == wanted:
        return data
    inner = root.find(f".//{wanted}")
    return data if inner is None else etree.tostring(inner, encoding="UTF-8", with_tail=False)


def attempt(
    loaded: Loaded, data: bytes, *, target: Lens | None, known: Mapping[str, str], mask: bool
) -> Trial:
    """Return what comes out of reading ``data`` with ``loaded``.

    Args:
        loaded: The mapping file.
        data: The sample as pasted.
        target: Mapping of the region to write for, if any.
        known: Last part of a source path to canonical path, from other mappings.
        mask: Show outlines instead of values.

    Raises:
        KnowledgeError: The mapping file is not sound.
        ContractViolation: The sample is not well-formed.
    """
    lens = loaded.lens()
    document = lens.decode(unwrapped(data, lens))
    shower = _Shower(lens, document, mask=mask)
    faults = lens.diagnose(document)
    seen = tuple(shower.told(fault, loaded) for fault in faults if fault.code != UNKNOWN)
    strange = [fault for fault in faults if fault.code == UNKNOWN]
    stubber = _Stubs(set(loaded.file.fields), known)
    stubs = tuple(stub for fault in strange for stub in stubber.of(fault, shower))
    if faults:
        readable = read(unfold(document, lens.scope)[0], lens.scope)[0]
        return Trial(tuple(shower.rows(readable, None, None)), seen, stubs)
    view = lens.get(document)
    written, refused = _written(view, target)
    return Trial(tuple(shower.rows(view, target, written)), seen, stubs, refused, view)


def _written(view: Json, target: Lens | None) -> tuple[Json, tuple[Reason, ...]]:
    if target is None:
        return None, ()
    try:
        return target.create(view), ()
    except InteropError as fault:
        return None, fault.reasons


class _Shower:
    """Shows the values of one document, or their outlines."""

    def __init__(self, lens: Lens, document: Json, *, mask: bool) -> None:
        self.lens, self.document, self.mask = lens, document, mask
        self.unfolded = unfold(document, lens.scope)[0]
        self.root = _root(lens)

    def show(self, value: Json) -> str:
        """Return ``value`` as shown."""
        if value is None:
            return ""
        text = value if isinstance(value, str) else repr(value)
        return masked(text) if self.mask else text

    def raw(self, source: str) -> Json:
        """Return what the document holds at a source path of a fault."""
        return _found(_found(self.document, self.root), _steps(source))

    def told(self, fault: Fault, loaded: Loaded) -> Told:
        """Return ``fault`` with its line, value and a suggestion."""
        value = self.raw(fault.source)
        line = line_of(loaded.text, fault.field)
        shown = fault.masked if self.mask else self.show(value) or fault.masked
        return Told(fault, line, shown, _suggestion(fault, value, loaded, mask=self.mask))

    def rows(
        self, view: Json, target: Lens | None, written: Json
    ) -> Iterator[tuple[str, str, str, str, str, str]]:
        """Yield every field side by side."""
        there = dict(leaf_rows(target.scope)) if target else {}
        other = _Shower(target, written, mask=self.mask) if target else None
        for path, row in leaf_rows(self.lens.scope):
            known = self.show(_found(view, _steps(path)))
            wrote = other.side(there.get(path)) if other else ("", "")
            yield (*self.side(row), path, known, *wrote)

    def side(self, row: Row | Fixed | None) -> tuple[str, str]:
        """Return where a field stands in the document, and what is there."""
        if not isinstance(row, Row):
            return "", ""
        held = [self.raw(one) for one in row.shown.split("+") if one]
        # Not there as it stands: in a text, or beside attributes.
        if not any(held) or any(isinstance(one, dict) for one in held):
            held = [find(self.unfolded, row.source)]
        return row.shown, " + ".join(map(self.show, held))


def _root(lens: Lens) -> Path:
    """Return the way down to where the fields stand."""
    at, root = lens.scope.documents, list[str]()
    while at.open:
        step = next(((k, b) for k, b in at.below.items() if isinstance(b, Branch)), None)
        if step is None:
            break
        root.append(step[0])
        at = step[1]
    return tuple(root)


def _steps(path: str) -> Path:
    return parts(re.sub(r"\[(\d*)\]", r".[\1]", path))


def _found(value: Json, path: Path) -> Json:
    for part in path:
        if part.startswith("[") and part.endswith("]"):
            number = part[1:-1]
            if not isinstance(value, list):
                continue
            if not number:
                return value
            value = value[int(number)] if int(number) < len(value) else None
        elif isinstance(value, list) and len(value) == 1:
            value = find(value[0], (part,))
        else:
            value = find(value, (part,))
    return value


def line_of(text: str, field: str) -> int:
    """Return the line of a mapping file that feeds ``field``, counted from 1; 0 if none."""
    name = re.sub(r"\[\d*\].*", "", field)
    wanted = re.compile(rf'\s*"?{re.escape(name)}(\[\])?"?\s*=')
    for number, line in enumerate(text.splitlines(), start=1):
        if wanted.match(line):
            return number
    return 0


def _suggestion(fault: Fault, value: Json, loaded: Loaded, *, mask: bool) -> str:
    """Return a line that would read what is there."""
    if fault.code == MISSING:
        return f'"{fault.field}" = {{ from = {_quoted(fault.source)}, optional = true }}'
    if fault.codec.startswith("code:") and isinstance(value, str):
        name = fault.codec.partition(":")[2]
        values = ", ".join(sorted(set(loaded.file.codes.get(name, {}).values())))
        shown = masked(value) if mask else value.strip()
        return f'[codes.{name}]  {_quoted(shown)} = "…"  # {values}'
    codec = guess(value)
    if codec and codec != fault.codec:
        return f'"{fault.field}" = {{ from = {_quoted(fault.source)}, codec = "{codec}" }}'
    return ""


def guess(value: Json) -> str:
    """Return the first codec that reads ``value``; empty where only text does."""
    for spec in GUESSES:
        codec = build_codec(spec, codes={}, field="")
        if isinstance(codec, Codec) and _reads(codec, value):
            return spec
    return ""


def _reads(codec: Codec, value: Json) -> bool:
    try:
        read = read_value(codec, value)
    except Unfit:
        return False
    return not isinstance(read, list) or len(read) > 1


@dataclass(frozen=True, slots=True)
class _Stubs:
    """Lines for fields that a mapping does not know; ``fed`` grows by what they feed."""

    fed: set[str]
    known: Mapping[str, str]

    def of(self, fault: Fault, shower: _Shower) -> Iterator[str]:
        """Yield a line for each leaf of an unknown field."""
        at = parts(fault.source)[len(shower.root) :]
        yield from self._leaves(at, _found(shower.document, _steps(fault.source)))

    def _leaves(self, at: Path, value: Json) -> Iterator[str]:
        if isinstance(value, dict):
            for key, below in value.items():
                yield from self._leaves((*at, key), below)
        elif isinstance(value, list):
            path = _quoted(dotted(at))
            yield f'# [loss] ignore = [{{ path = {path}, reason = "…" }}]  # list'
        else:
            yield self._line(at, value)

    def _line(self, at: Path, value: Json) -> str:
        source = dotted(at)
        target = self._free(self.known.get(at[-1] if at else "", ""), source)
        codec = guess(value)
        if not codec:
            return f'"{target}" = {_quoted(source)}'
        return f'"{target}" = {{ from = {_quoted(source)}, codec = "{codec}" }}'

    def _free(self, known: str, source: str) -> str:
        """Return a canonical path that nothing feeds yet, and count it as fed."""
        name = f"body.{_ascii(source)}"
        numbered = (f"{name}_{number}" for number in count(2))
        found = next(
            one for one in chain([known, name], numbered) if one not in {"", *self.fed}
        )
        self.fed.add(found)
        return found


def _quoted(text: str) -> str:
    """Return ``text`` as a string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def _ascii(source: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", source.lower()).strip("_")
    return plain if plain and plain[0].isalpha() else "todo"
