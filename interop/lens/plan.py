"""From the rules of a file to what reading and writing need: steps, rows and two trees."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, cast

from interop.lens.codec import Codec
from interop.lens.codecs import build_codec
from interop.lens.gathering import NUMBER, Numbered, Zip
from interop.lens.joining import joined, sound_template
from interop.lens.paths import Path, dotted, inside, parts
from interop.lens.schema import FieldRule, MappingFile
from interop.lens.steps import RAW, Embed, Join, Single, Split, Step
from interop.lens.unfit import Unfit
from interop.lens.xml import TEXT, XmlShape, embedded_json, embedded_xml
from interop.model.canonical import Json

LIST: Final = "[]"


@dataclass(frozen=True, slots=True)
class Row:
    """One canonical field, where it stands in the document and how it is spelt there.

    Attributes:
        field: Path in the view.
        source: Path in the unfolded document.
        shown: The source fields, for people.
        codec: How it is spelt.
        optional: Whether both sides may lack it.
        blank: Whether a document then holds empty text.
    """

    field: Path
    source: Path
    shown: str
    codec: Codec
    optional: bool
    blank: bool


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list of objects, aligned by ``key``; its members have rows of their own.

    ``least`` is 1 where an empty list could not be told from none: in XML, and where a list
    is gathered from texts.
    """

    field: Path
    source: Path
    shown: str
    key: Path
    optional: bool
    least: int
    scope: "Scope"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A canonical field that the document does not say: a constant, or another field's value.

    Attributes:
        field: Path in the view.
        value: The constant.
        same_as: Path of the other field, empty for a constant.
        optional: Whether it may be missing, as the other field may.
    """

    field: Path
    value: str
    same_as: Path = ()
    optional: bool = False


Leaf: TypeAlias = "Row | ListRow | Fixed | None"


@dataclass(slots=True)
class Branch:
    """An object of a tree: what may stand in it, and whether unknown fields may too."""

    below: "dict[str, Branch | Leaf]" = field(default_factory=dict)
    open: bool = False


Node: TypeAlias = "Branch | Leaf"


@dataclass(frozen=True, slots=True)
class Scope:
    """One level of lists: the document itself, or each member of a list.

    Attributes:
        rows: Fields of this level, in document order.
        steps: Places to open before reading, in order.
        documents: What may stand in an unfolded document.
        views: What may stand in a view.
    """

    rows: tuple[Row | ListRow | Fixed, ...]
    steps: tuple[Step, ...]
    documents: Branch
    views: Branch

    @property
    def folds(self) -> bool:
        """Return whether this level or one below has steps."""
        lists = (row for row in self.rows if isinstance(row, ListRow))
        return bool(self.steps) or any(row.scope.folds for row in lists)


@dataclass(slots=True)
class _Level:
    """What is known of a level before its rules are gone through."""

    file: MappingFile
    at: str
    root: Path
    steps: list[Step]
    spare: list[Path]


def scope_of(file: MappingFile) -> Scope:
    """Return the plan of a checked ``file``."""
    scope = _planned(file, None)
    # What stands in a text has lists and attributes too: the first plan tells where.
    return _planned(file, scope) if file.mapping.embedded else scope


def _planned(file: MappingFile, known: Scope | None) -> Scope:
    root = _root(file)
    level = _Level(file, "", root, [], [])
    opened = tuple(part.removesuffix(LIST) for part in root)
    for length, part in enumerate(root, start=1):
        if part.endswith(LIST):
            level.steps.append(Single(opened[:length]))
    level.root = opened
    for one in file.mapping.embedded:
        source = (*opened, *parts(one.path))
        xml = one.format == "xml-path"
        read, write = embedded_xml(_shape(one.root, known, source)) if xml else embedded_json()
        level.steps.append(Embed(one.path, source, read, write, one.format))
    ordered = _ordered(file)
    return _scope(level, tuple(file.rules()), views=file.loss.paths("absent"), order=ordered)


def _shape(root: str, known: Scope | None, at: Path) -> XmlShape:
    """Return the form of the document that stands in the text ``at``."""
    if known is None:
        return XmlShape(root)
    found = (lists_in(known), texts_in(known.documents))
    lists, texts = (
        frozenset(dotted(path[len(at) :]) for path in paths if inside(path, at))
        for paths in found
    )
    return XmlShape(root, lists=lists, attributed=texts)


def lists_in(scope: Scope, at: Path = ()) -> Iterator[Path]:
    """Yield the path of every list of a document."""
    for row in scope.rows:
        if isinstance(row, ListRow) and not row.source[0].startswith(RAW):
            yield (*at, *row.source)
            yield from lists_in(row.scope, (*at, *row.source))
        elif isinstance(row, Row) and row.codec.domain.kind == "list" and row.codec.raw:
            yield (*at, *row.source)


def texts_in(tree: Branch, at: Path = ()) -> Iterator[Path]:
    """Yield the path of every XML element whose text is its member ``#``."""
    for key, node in tree.below.items():
        if key == TEXT:
            yield at
        elif isinstance(node, Branch):
            yield from texts_in(node, (*at, key))
        elif isinstance(node, ListRow):
            yield from texts_in(node.scope.documents, (*at, key))


def _root(file: MappingFile) -> Path:
    """Return the path from what decoding gives down to the fields."""
    root, _ = file.root()
    named = parts(root) if root else ()
    return named[1:] if file.mapping.is_xml else named


def _ordered(file: MappingFile) -> Mapping[str, int]:
    return {path: at for at, path in enumerate(file.mapping.layout)}


def _scope(
    level: _Level,
    rules: Sequence[tuple[str, FieldRule]],
    *,
    views: Iterable[str] = (),
    order: Mapping[str, int] | None = None,
) -> Scope:
    texts = _texts(level, rules)
    splits = _below(level.file.splits, level.at)
    for path, template in splits.items():
        level.steps.append(Split(path, (*level.root, *parts(path)), sound_template(template)))
    rows = [_row(level, name, rule, texts) for name, rule in rules]
    rows.sort(key=lambda row: (order or {}).get(getattr(row, "shown", ""), 0))
    rows = [_settled(row, rows) for row in rows]
    ignored = [_placed(level, path, texts) for path in _below_all(level)]
    holders = [*level.spare, *((*level.root, *parts(path), RAW) for path in splits)]
    embeds = (step for step in level.steps if isinstance(step, Embed))
    holders += [(*step.source, RAW) for step in embeds]
    sources: list[tuple[Path, Leaf]] = [
        (row.source, row) for row in rows if not isinstance(row, Fixed)
    ]
    documents = _tree([*sources, *((path, None) for path in [*ignored, *holders])])
    _open(documents, level.root, file_open=level.file.mapping.open)
    fed: list[tuple[Path, Leaf]] = [(row.field, row) for row in rows]
    shown = _tree([*fed, *((parts(path), None) for path in views)])
    return Scope(tuple(rows), tuple(level.steps), documents, shown)


def _texts(level: _Level, rules: Sequence[tuple[str, FieldRule]]) -> frozenset[str]:
    """Return the XML elements that are read and carry attributes too; their text is ``#``."""
    known = {source for _, rule in rules for source in rule.sources}
    known.update(_below_all(level))
    carrying = {path.rpartition(".@")[0] for path in known if ".@" in path}
    return frozenset(path for path in carrying & known if _is_xml(level, path))


def _is_xml(level: _Level, path: str) -> bool:
    """Return whether ``path`` leads into XML: that of the document, or that of a text."""
    own = parts(f"{level.at}{path}".replace(LIST, ""))
    for one in level.file.mapping.embedded:
        if inside(own, parts(one.path)):
            return one.format == "xml-path"
    return level.file.mapping.is_xml


def _row(
    level: _Level, name: str, rule: FieldRule, texts: frozenset[str]
) -> Row | ListRow | Fixed:
    target = parts(name.removesuffix(LIST))
    if rule.value is not None:
        return Fixed(target, rule.value)
    if rule.same_as:
        return Fixed(target, "", parts(rule.same_as))
    if rule.fields:
        return _list(level, name, rule)
    spec, template = joined(rule)
    codec = build_codec(spec, codes=level.file.codes, field=name, item=rule.item)
    # INVARIANT: only files that check_mapping finds sound are planned.
    codec = cast("Codec", codec)
    if codec.domain.kind == "list" and _is_xml(level, rule.sources[0]):
        codec = replace(codec, print=_filled(codec))
    shown = "+".join(".".join(parts(path)) for path in rule.sources)
    if template is None:
        source = _placed(level, rule.sources[0], texts)
        return Row(target, source, shown, codec, rule.optional, rule.blank)
    sources = tuple(_placed(level, path, texts) for path in rule.sources)
    key = RAW + name
    step = Join(
        name, key, rule.sources, sources, template, optional=rule.optional, blank=rule.blank
    )
    level.steps.append(step)
    level.spare += sources
    return Row(target, (key,), shown, codec, rule.optional, blank=False)


def _filled(codec: Codec) -> Callable[[Json], Json]:
    """Return the printer of lists for XML, where an empty list could not be told from none."""

    def write(value: Json) -> Json:
        if value == []:
            raise Unfit
        return codec.print(value)

    return write


def _list(level: _Level, name: str, rule: FieldRule) -> ListRow:
    target = parts(name.removesuffix(LIST))
    kind, _, separator = rule.codec.partition(":")
    members = [(member, one) for member, one in rule.rules()]
    key = parts(rule.key) if rule.key else ()
    if kind not in {"zip_split", "indexed"}:
        source = _placed(level, rule.sources[0], frozenset())
        at = f"{level.at}{rule.sources[0]}{LIST}."
        scope = _scope(_Level(level.file, at, (), [], []), members)
        least = 1 if _is_xml(level, rule.sources[0]) else 0
        return ListRow(target, source, rule.sources[0], key, rule.optional, least, scope)
    virtual = RAW + name
    paths = tuple(dict.fromkeys(path for _, one in members for path in one.sources))
    if kind == "zip_split":
        optional = {path for _, one in members if one.optional for path in one.sources}
        columns = {path: _placed(level, path, frozenset()) for path in paths}
        level.steps.append(
            Zip(name, virtual, separator, columns, frozenset(optional), rule.optional)
        )
        level.spare += columns.values()
    else:
        root = level.root
        spell = _Spelling(root)
        level.steps.append(Numbered(virtual, paths, spell, rule.max, rule.optional))
        level.spare += [spell(path, n) for path in paths for n in range(1, rule.max + 1)]
    inner = [(member, _relative(one)) for member, one in members]
    scope = _scope(_Level(level.file, RAW, (), [], []), inner)
    return ListRow(target, (virtual,), "+".join(paths), key, rule.optional, 1, scope)


@dataclass(frozen=True, slots=True)
class _Spelling:
    root: Path

    def __call__(self, pattern: str, number: int) -> Path:
        return (*self.root, *parts(pattern.replace(NUMBER, str(number))))


def _relative(rule: FieldRule) -> FieldRule:
    """Return ``rule`` with its sources as the single keys that the step gathers them under."""
    keys = tuple(path.replace(".", "\\.") for path in rule.sources)
    return rule.model_copy(update={"source": keys if len(keys) > 1 else "".join(keys)})


def _settled(
    row: Row | ListRow | Fixed, rows: Iterable[Row | ListRow | Fixed]
) -> Row | ListRow | Fixed:
    """Return ``row``; a field that shares another's source is as optional as that one."""
    if isinstance(row, Fixed) and row.same_as:
        other = next(one for one in rows if one.field == row.same_as)
        return replace(row, optional=other.optional)
    return row


def _placed(level: _Level, path: str, texts: frozenset[str]) -> Path:
    named = (*level.root, *parts(path))
    return (*named, TEXT) if path in texts else named


def _below(table: Mapping[str, str], at: str) -> dict[str, str]:
    found = {
        path.removeprefix(at): value for path, value in table.items() if path.startswith(at)
    }
    return {path: value for path, value in found.items() if LIST not in path}


def _below_all(level: _Level) -> list[str]:
    ignored = (path for path in level.file.loss.paths("ignore") if path.startswith(level.at))
    below = (path.removeprefix(level.at) for path in ignored)
    return [path for path in below if LIST not in path]


def _tree(leaves: Iterable[tuple[Path, Leaf]]) -> Branch:
    tree = Branch()
    for path, leaf in leaves:
        at = tree
        for part in path[:-1]:
            at = cast("Branch", at.below.setdefault(part, Branch()))
        at.below.setdefault(path[-1], leaf)
    return tree


def _open(tree: Branch, root: Path, *, file_open: bool) -> None:
    """Mark what stands around the fields as open, and everything if the file is."""
    at = tree
    for part in root:
        at.open = True
        at = cast("Branch", at.below.setdefault(part, Branch()))
    if file_open:
        _open_below(at)


def _open_below(branch: Branch) -> None:
    branch.open = True
    for below in branch.below.values():
        if isinstance(below, Branch):
            _open_below(below)


def leaf_rows(scope: Scope, at: Path = ()) -> Iterator[tuple[str, Row | Fixed]]:
    """Yield every field that holds a value with its canonical path, members of lists too."""
    for row in scope.rows:
        path = dotted((*at, *row.field))
        if isinstance(row, ListRow):
            yield from leaf_rows(row.scope, (*at, *row.field[:-1], f"{row.field[-1]}{LIST}"))
        else:
            yield path, row
