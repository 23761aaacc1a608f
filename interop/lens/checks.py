"""Every problem of a mapping file that its schema can't say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from interop.errors import Reason
from interop.lens.codec import Codec
from interop.lens.codecs import build_codec
from interop.lens.gathering import NUMBER
from interop.lens.joining import JOINED, joined
from interop.lens.paths import (
    PARTS_MAX,
    Path,
    inside,
    is_canonical,
    is_element,
    is_source,
    parts,
)
from interop.lens.plan import LIST
from interop.lens.reasons import (
    BLANK_MISFIT,
    CODE_LIST_EMPTY,
    CODE_LIST_QUOTIENT,
    CODE_LIST_UNUSED,
    CODEC_ARGUMENT,
    FIELD_MUST_BE_FED,
    FIELD_NEVER_FED,
    FIELD_UNDECLARED,
    KEY_MISFIT,
    LAYOUT_INCOMPLETE,
    LEDGER_STALE,
    LEDGER_UNREASONED,
    LIST_MISFIT,
    PATH_MALFORMED,
    PATH_OVERLAP,
    ROOT_MISFIT,
    RULE_MISFIT,
    SOURCE_UNNAMED,
    TEMPLATE_MALFORMED,
)
from interop.lens.schema import FieldRule, MappingFile
from interop.lens.template import read_template

GATHERING: Final = ("zip_split", "indexed")


def check_mapping(
    file: MappingFile, *, canonical: Mapping[str, bool] | None = None
) -> tuple[Reason, ...]:
    """Return every problem of ``file`` that its schema can't say; empty if it is sound.

    Args:
        file: The mapping file.
        canonical: Canonical path to whether it is required; lists end in ``[]``, their
            members follow as ``list[].member``. Without it, fields are just paths, and
            nothing is said about unknown or unfed ones.
    """
    return (
        *_head(file),
        *_paths(file),
        *(reason for path, rule in file.rules() for reason in _rule(file, path, rule)),
        *_shared(file),
        *_splits(file),
        *_code_lists(file),
        *_ledger(file),
        *_layout(file),
        *(_canonical(file, canonical) if canonical is not None else ()),
    )


def _head(file: MappingFile) -> Iterator[Reason]:
    head = file.mapping
    if not _root_fits(file) or (head.format == "xml-named") != bool(head.item):
        yield ROOT_MISFIT.of(field="mapping.root", got=head.root)
    if head.strict and not head.source:
        yield SOURCE_UNNAMED.of(field="mapping.source")
    fed = {path for path, _ in every_rule(file)}
    for path in head.requires_signed:
        if path not in fed:
            yield FIELD_UNDECLARED.of(field=f"mapping.requires_signed: {path}")
    for one in head.embedded:
        if not is_source(one.path):
            yield PATH_MALFORMED.of(field="mapping.embedded", expected=PARTS_MAX, got=one.path)
        if (one.format == "xml-path") != bool(one.root):
            yield ROOT_MISFIT.of(field="mapping.embedded", got=one.root)


def _root_fits(file: MappingFile) -> bool:
    root, namespaces = file.root()
    names = parts(root) if root else ()
    if not file.mapping.is_xml:
        named = all(name.removesuffix(LIST) for name in names)
        return not namespaces and named and is_source(root.replace(LIST, "") or "x")
    prefixes = {name.rpartition(":")[0] for name in names if ":" in name}
    return bool(names) and all(map(is_element, names)) and prefixes <= namespaces.keys()


def every_rule(file: MappingFile) -> Iterator[tuple[str, FieldRule]]:
    """Yield every rule with its canonical path, the members of lists too."""
    yield from _walk("", file.rules())


def _walk(at: str, rules: Iterable[tuple[str, FieldRule]]) -> Iterator[tuple[str, FieldRule]]:
    for name, rule in rules:
        yield at + name, rule
        if rule.fields:
            yield from _walk(f"{at}{name.removesuffix(LIST)}{LIST}.", rule.rules())


def _paths(file: MappingFile) -> Iterator[Reason]:
    sources = [(field, path) for field, rule in file.rules() for path in _own(rule)]
    sources += [("splits", path) for path in _unsplit(file)]
    sources += [("loss.ignore", path) for path in file.loss.paths("ignore") if LIST not in path]
    targets = [(field, field.removesuffix(LIST)) for field in file.fields]
    targets += [("loss.absent", path) for path in file.loss.paths("absent")]
    for listed, sound in ((sources, partial(_leads, file)), (targets, is_canonical)):
        for field, path in listed:
            if not sound(path):
                yield PATH_MALFORMED.of(field=field, expected=PARTS_MAX, got=path)
        yield from _overlaps(file, listed)
    for name, path in _opened(file):
        for field, other in sources:
            if field != name and inside(parts(path), parts(other)):
                yield PATH_OVERLAP.of(field=name, expected=field, got=path)


def _opened(file: MappingFile) -> Iterator[tuple[str, str]]:
    """Yield the texts of the document that are opened: no field is such a text itself."""
    yield from (("splits", path) for path in file.splits if LIST not in path)
    yield from (("mapping.embedded", one.path) for one in file.mapping.embedded)


def _leads(file: MappingFile, path: str) -> bool:
    """Return whether ``path`` can lead to a field: by keys, in XML by elements that can be."""
    own = parts(path)
    if not is_source(path) or file.mapping.format != "xml-path":
        return is_source(path)
    # What is inside a text goes by other names.
    for _, text in _opened(file):
        own = own[: len(parts(text))] if inside(own, parts(text)) else own
    prefixes = {part.lstrip("@").rpartition(":")[0] for part in own if ":" in part}
    return all(map(is_element, own)) and prefixes <= file.mapping.namespaces.keys() | {"xml"}


def _own(rule: FieldRule) -> tuple[str, ...]:
    """Return the source paths of ``rule`` at its own level."""
    if rule.codec.partition(":")[0] in GATHERING:
        # Members may share a column: several read the same text.
        found = dict.fromkeys(path for _, one in rule.rules() for path in one.sources)
        return tuple(path.replace(NUMBER, "0") for path in found)
    return rule.sources


def _unsplit(file: MappingFile) -> Iterator[str]:
    """Yield the split texts whose parts no field reads: their paths are free otherwise."""
    used = {path for _, rule in file.rules() for path in rule.sources}
    for path in file.splits:
        if LIST not in path and not any(inside(parts(one), parts(path)) for one in used):
            yield path


def _overlaps(file: MappingFile, listed: list[tuple[str, str]]) -> Iterator[Reason]:
    elements = "xml-path" in {
        file.mapping.format,
        *(one.format for one in file.mapping.embedded),
    }
    seen: dict[Path, str] = {}
    beside: dict[Path, str] = {}
    for field, path in sorted(listed, key=lambda pair: parts(pair[1])):
        own = parts(path)
        # Sorted by parts, a container comes right before what is in it; attributes of an
        # element stand beside its text.
        last = next(reversed(seen)) if seen else ()
        attribute = elements and own[-1].startswith("@") and own[:-1] == last
        if own in beside:
            yield PATH_OVERLAP.of(field=field, expected=beside[own], got=path)
        elif attribute:
            beside[own] = path
        elif seen and inside(own, last):
            yield PATH_OVERLAP.of(field=field, expected=seen[last], got=path)
        else:
            seen[own] = path


def _rule(file: MappingFile, path: str, rule: FieldRule) -> Iterator[Reason]:
    kinds = [
        bool(rule.sources) or bool(rule.fields),
        rule.value is not None,
        bool(rule.same_as),
    ]
    if sum(kinds) != 1:
        yield RULE_MISFIT.of(field=path)
        return
    if rule.blank and not rule.optional:
        yield BLANK_MISFIT.of(field=path)
    if rule.value is not None or rule.same_as:
        return
    if rule.fields:
        yield from _list(file, path, rule)
        return
    if path.endswith(LIST) and rule.codec.partition(":")[0] not in {"split", "list"}:
        yield LIST_MISFIT.of(field=path)
    yield from _codec(file, path, rule)


def _codec(file: MappingFile, path: str, rule: FieldRule) -> Iterator[Reason]:
    name, _, argument = rule.codec.partition(":")
    text = rule.join or _joining(name, argument, len(rule.sources))
    if text:
        template = read_template(text)
        if template is None or len(template.places) != len(rule.sources):
            yield TEMPLATE_MALFORMED.of(field=path, expected=len(rule.sources), got=text)
            return
    elif len(rule.sources) > 1:
        yield TEMPLATE_MALFORMED.of(field=path, expected=len(rule.sources), got=rule.codec)
        return
    if name == "join_date" and argument:
        yield CODEC_ARGUMENT.of(field=path, expected=name, got=rule.codec)
        return
    spec, _ = joined(rule)
    codec = build_codec(spec, codes=file.codes, field=path, item=rule.item)
    if not isinstance(codec, Codec):
        yield codec
    elif codec.raw and text:
        yield CODEC_ARGUMENT.of(field=path, expected="decimal, money_cn …", got=rule.codec)


def _joining(name: str, argument: str, count: int) -> str:
    if name == "join_date":
        return "{:Y}-{:M}-{:D}"
    if count < 2:  # noqa: PLR2004 -- one source needs no joining
        return ""
    return argument if name == "affix" else JOINED.get(name, "")


def _list(file: MappingFile, path: str, rule: FieldRule) -> Iterator[Reason]:
    name, _, argument = rule.codec.partition(":")
    gathering = name in GATHERING
    if not path.endswith(LIST) or rule.item or rule.join or rule.blank:
        yield LIST_MISFIT.of(field=path)
    if gathering == bool(rule.sources) or (not gathering and rule.codec != "text"):
        yield LIST_MISFIT.of(field=path)
    if name == "zip_split" and (not argument or argument != argument.strip()):
        yield CODEC_ARGUMENT.of(field=path, expected="zip_split:、", got=rule.codec)
    if name == "indexed" and argument:
        yield CODEC_ARGUMENT.of(field=path, expected="indexed", got=rule.codec)
    yield from _key(file, path, rule)
    for member, one in rule.rules():
        yield from _member(f"{path}.{member}", name, one)
        yield from _rule(file, f"{path}.{member}", one)
    yield from _member_paths(file, path, rule)


def _key(file: MappingFile, path: str, rule: FieldRule) -> Iterator[Reason]:
    member = dict(rule.rules()).get(rule.key)
    if not rule.key:
        if file.mapping.strict:
            yield KEY_MISFIT.of(field=path)
    elif member is None or member.optional or member.fields or not member.sources:
        yield KEY_MISFIT.of(field=path, got=rule.key)


def _member(path: str, kind: str, rule: FieldRule) -> Iterator[Reason]:
    if kind == "zip_split" and (len(rule.sources) != 1 or rule.fields):
        yield LIST_MISFIT.of(field=path)
    if kind == "indexed" and (rule.fields or not all(NUMBER in one for one in rule.sources)):
        yield LIST_MISFIT.of(field=path)
    if kind not in GATHERING and any(NUMBER in one for one in rule.sources):
        yield LIST_MISFIT.of(field=path)


def _member_paths(file: MappingFile, path: str, rule: FieldRule) -> Iterator[Reason]:
    sources = [(f"{path}.{name}", one) for name, rule in rule.rules() for one in _own(rule)]
    targets = [(f"{path}.{name}", name.removesuffix(LIST)) for name in rule.fields]
    # A list may stand in a text, whose form is not that of the document.
    leads = is_source if file.mapping.embedded else partial(_leads, file)
    for listed, sound in ((sources, leads), (targets, is_canonical)):
        for field, one in listed:
            if not sound(one):
                yield PATH_MALFORMED.of(field=field, expected=PARTS_MAX, got=one)
        yield from _overlaps(file, listed)


def _shared(file: MappingFile) -> Iterator[Reason]:
    """Yield what shares the source of a field that has none of its own."""
    levels = [dict(file.rules())]
    levels += [dict(rule.rules()) for _, rule in every_rule(file) if rule.fields]
    for level in levels:
        for path, rule in level.items():
            other = level.get(rule.same_as) if rule.same_as else None
            if rule.same_as and (other is None or not other.sources or other.fields):
                yield RULE_MISFIT.of(field=path, got=rule.same_as)


def _splits(file: MappingFile) -> Iterator[Reason]:
    for path, text in file.splits.items():
        if read_template(text) is None:
            yield TEMPLATE_MALFORMED.of(field=f"splits.{path}", expected="{a}…{b}", got=text)


def _code_lists(file: MappingFile) -> Iterator[Reason]:
    declared = set(file.loss.paths("quotient"))
    used = {
        spec.partition(":")[2]
        for _, rule in every_rule(file)
        for spec in (rule.codec, rule.item)
        if spec.startswith(("code:", "name:"))
    }
    for name, table in file.codes.items():
        if not table or any(code.strip() != code or not code for code in table):
            yield CODE_LIST_EMPTY.of(field=f"codes.{name}")
            continue
        times = Counter(table.values())
        merged = sorted(code for code, value in table.items() if times[value] > 1)
        if merged and name not in declared and file.mapping.strict:
            yield CODE_LIST_QUOTIENT.of(field=f"codes.{name}", got=", ".join(merged))
        if not merged and name in declared:
            yield LEDGER_STALE.of(field="loss.quotient", got=name)
        if name not in used and file.mapping.strict:
            yield CODE_LIST_UNUSED.of(field=f"codes.{name}")
    for name in sorted(declared - file.codes.keys()):
        yield LEDGER_STALE.of(field="loss.quotient", got=name)


def _ledger(file: MappingFile) -> Iterator[Reason]:
    for name, line in file.loss.lines():
        if file.mapping.strict and not line.reason.strip():
            yield LEDGER_UNREASONED.of(field=f"loss.{name}", got=line.path)


def _layout(file: MappingFile) -> Iterator[Reason]:
    head = file.mapping
    if not head.layout:
        return
    if not head.is_xml:
        yield LAYOUT_INCOMPLETE.of(field="mapping.layout", got=head.layout[0])
        return
    for path in head.layout:
        if head.format == "xml-path" and not is_element(path.replace(LIST, "")):
            yield PATH_MALFORMED.of(field="mapping.layout", expected=PARTS_MAX, got=path)
    known = set(file.loss.paths("ignore")) | set(_leaves(file))
    for path in sorted(known ^ set(head.layout)):
        yield LAYOUT_INCOMPLETE.of(field="mapping.layout", got=path)


def _leaves(file: MappingFile) -> Iterator[str]:
    """Yield every source path as a layout lists it; a text that is split counts once."""
    split = [parts(path) for path in file.splits]
    for _, rule in file.rules():
        if rule.fields and rule.codec.partition(":")[0] not in GATHERING:
            for _, member in rule.rules():
                yield from (f"{rule.sources[0]}{LIST}.{path}" for path in member.sources)
            continue
        for path in _own(rule):
            whole = next((one for one in split if inside(parts(path), one)), None)
            yield ".".join(whole) if whole else path


def _canonical(file: MappingFile, canonical: Mapping[str, bool]) -> Iterator[Reason]:
    absent = set(file.loss.paths("absent"))
    fed = dict(every_rule(file))
    for field in sorted((fed.keys() | absent) - canonical.keys()):
        yield FIELD_UNDECLARED.of(field=field)
    for field, needed in canonical.items():
        rule = fed.get(field)
        holder = field.rpartition(f"{LIST}.")[0]
        if holder and f"{holder}{LIST}" not in fed:
            continue
        if needed and (rule is None or rule.optional):
            yield FIELD_MUST_BE_FED.of(field=field)
        elif rule is None and field not in absent:
            yield FIELD_NEVER_FED.of(field=field)
