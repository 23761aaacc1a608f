"""Draw views and documents of any mapping, derived from the declared domains of its codecs.

Documents come in every spelling the mapping reads: blanks around a value, months of one
digit, each code of a many-to-one list, ignored fields, empty text for what is optional,
fields that only the document knows in the members of lists.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Final

from hypothesis import reject
from hypothesis import strategies as st

from interop.conformance.strategies.model import CERTIFICATE_IDS, resident_ids, usccs
from interop.errors import KnowledgeError
from interop.lens.codec import Domain
from interop.lens.days import SHANGHAI
from interop.lens.gathering import Numbered, Zip
from interop.lens.mapping import Lens
from interop.lens.paths import Path, place
from interop.lens.plan import Branch, Fixed, ListRow, Row, Scope
from interop.lens.reading import fold
from interop.lens.schema import MappingFile
from interop.lens.steps import RAW, Embed, Join, Split
from interop.lens.template import read_template
from interop.lens.unfit import Unfit
from interop.model.canonical import Json

TEXT_CHARS_MAX: Final = 12
MEMBERS_MAX: Final = 3

_INK: Final = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
_TEXTS: Final = st.one_of(
    st.sampled_from(
        ["测试有限公司", "甲·乙", "一般项目：广告制作\n许可项目：无", "A\tB", "&<>", "𠮷𡋾"]
    ),
    st.text(_INK, min_size=1, max_size=TEXT_CHARS_MAX).map(lambda text: text.strip() or "〇"),
)
_NAMES: Final = st.text(
    st.sampled_from("王李张𠮷𡋾㐂测试·买提AZaz "), min_size=1, max_size=TEXT_CHARS_MAX
).map(lambda text: re.sub(r" *· *", "·", " ".join(text.split())) or "〇")
_HALVES: Final = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=TEXT_CHARS_MAX
)
_DAYS: Final = st.dates().map(lambda day: day.isoformat())
_INSTANTS: Final = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 -- the zone is laid on below
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 -- the zone is laid on below
).map(lambda at: at.replace(microsecond=0, tzinfo=SHANGHAI).isoformat())
_BLANKS: Final = st.sampled_from(["", " ", "\n"])
_AROUND: Final = st.sampled_from(["{}", "{}", "{} ", " {}", "\n{}　"])


def _decimals(digits: int = 12, places: int = 4) -> st.SearchStrategy[str]:
    whole = st.integers(0, 10**digits)
    fraction = st.integers(0, 10**places - 1).map(lambda n: f"{n:0{places}}".rstrip("0"))
    return st.tuples(whole, fraction).map(lambda pair: f"{pair[0]}.{pair[1]}".rstrip("."))


def _addresses(_domain: Domain) -> st.SearchStrategy[Json]:
    # Parts that a reader cuts elsewhere are outside the codec's domain.
    return st.fixed_dictionaries(
        {"detail": st.sampled_from(["星湖街1号", "世纪大道100号甲座", "人民路二段"])},
        optional={
            "province": st.sampled_from(["江苏省", "某某自治区"]),
            "city": st.sampled_from(["苏州市", "某某自治州"]),
            "district": st.sampled_from(["吴中区", "浦东新区", "某县"]),
        },
    ).map(dict)


def _amounts(_domain: Domain) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {"amount": _decimals(), "currency": st.sampled_from(["CNY", "USD", "EUR", "HKD"])}
    ).map(dict)


def _filled(domain: Domain) -> st.SearchStrategy[Json]:
    template = read_template(domain.template)
    if template is None:
        return st.nothing()
    parts = st.tuples(*(st.from_regex(p, fullmatch=True) for p in template.places))
    plain = parts.map(lambda found: tuple(re.sub(r"\W", "字", part) for part in found))
    return plain.filter(lambda found: _joins(domain.template, found)).map(template.filled)


def _joins(text: str, parts: tuple[str, ...]) -> bool:
    template = read_template(text)
    try:
        return template is not None and bool(template.join(parts))
    except Unfit:
        return False


def _lists(domain: Domain) -> st.SearchStrategy[Json]:
    if domain.item is None:
        return st.nothing()
    item = values(domain.item)
    if domain.avoid:
        item = item.filter(lambda value: domain.avoid not in str(value))
    return st.lists(item, min_size=1, max_size=MEMBERS_MAX)


_VALUES: Final[Mapping[str, Callable[[Domain], st.SearchStrategy[Json]]]] = {
    "text": lambda _domain: _TEXTS,
    "name": lambda _domain: _NAMES,
    "half": lambda _domain: _HALVES,
    "address": _addresses,
    "date": lambda _domain: _DAYS,
    "date-or-open": lambda _domain: st.none() | _DAYS,
    "instant": lambda _domain: _INSTANTS,
    "choice": lambda domain: st.sampled_from(domain.choices),
    "bool": lambda _domain: st.booleans(),
    "decimal": lambda _domain: _decimals(),
    "number": lambda _domain: _decimals(8, 2),
    "amount": _amounts,
    "uscc": lambda _domain: usccs(),
    "resident-id": lambda _domain: resident_ids(),
    "cert-id": lambda _domain: CERTIFICATE_IDS,
    "region": lambda _domain: st.from_regex(r"[1-9][0-9]{5}", fullmatch=True),
    "digits": lambda domain: st.from_regex(domain.choices[0], fullmatch=True),
    "template": _filled,
    "list": _lists,
}
_BAD: Final[Mapping[str, st.SearchStrategy[Json]]] = {
    "missing": st.sampled_from([None, "", " "]),
    "unreadable": st.sampled_from(["秘密\a", "\a秘密", "秘\a密"]),
    "not-text": st.just({"秘密": "秘密"}),
}


@cache
def values(domain: Domain) -> st.SearchStrategy[Json]:
    """Draw a canonical value of ``domain``."""
    return _VALUES[domain.kind](domain)


@st.composite
def views(draw: st.DrawFn, lens: Lens) -> Json:
    """Draw a canonical view that ``lens`` can write.

    Texts that the fixed text of a template would tear apart are drawn again.
    """
    view = draw(_views(lens.scope))
    if lens.folds:
        try:
            lens.create(view)
        except KnowledgeError:
            reject()
    return view


@st.composite
def _views(draw: st.DrawFn, scope: Scope) -> Json:
    view: dict[str, Json] = {}
    for row in scope.rows:
        if isinstance(row, Fixed) or (row.optional and draw(st.booleans())):
            continue
        place(view, row.field, draw(_members(row) if isinstance(row, ListRow) else _cell(row)))
    for row in scope.rows:
        if isinstance(row, Fixed):
            _fix(view, row)
    return view


def _cell(row: Row) -> st.SearchStrategy[Json]:
    return values(row.codec.domain)


def _members(row: ListRow) -> st.SearchStrategy[Json]:
    unique = (lambda member: repr(_at(member, row.key))) if row.key else None
    return st.lists(
        _views(row.scope), min_size=row.least, max_size=MEMBERS_MAX, unique_by=unique
    )


def _fix(view: dict[str, Json], row: Fixed) -> None:
    if not row.same_as:
        place(view, row.field, row.value)
    elif (shared := _at(view, row.same_as, missing=row)) is not row:
        place(view, row.field, shared)  # type: ignore[arg-type]  # a value of the view


def _at(value: object, path: Path, *, missing: object = None) -> object:
    for part in path:
        if not isinstance(value, dict) or part not in value:
            return missing
        value = value[part]
    return value


@st.composite
def documents(draw: st.DrawFn, lens: Lens, file: MappingFile) -> Json:
    """Draw a document that ``lens`` can read, in any spelling that ``file`` allows."""
    view = draw(views(lens))
    document = lens.compiled.create(view)
    _respell(draw, document, lens.scope, file)
    try:
        fold(document, lens.scope)
    except Unfit:
        reject()
    return document


def _respell(draw: st.DrawFn, document: Json, scope: Scope, file: MappingFile) -> None:
    if not isinstance(document, dict):
        return
    spare = set(_spare(scope))
    for path in _ignored(scope.documents):
        if path not in spare and draw(st.booleans()):
            place(document, path, draw(_TEXTS))
    opened = {step.source for step in scope.steps if isinstance(step, Split)}
    # What a step gathers is spelt as the step wants it.
    plain = [row for row in scope.rows if not isinstance(row, Fixed)]
    for row in (row for row in plain if not row.source[0].startswith(RAW)):
        if isinstance(row, Row) and row.source[:-1] not in opened:
            _respell_field(draw, document, row, file)
        elif isinstance(row, ListRow):
            members = _at(document, row.source)
            for member in members if isinstance(members, list) else []:
                _respell(draw, member, row.scope, file)


def _respell_field(
    draw: st.DrawFn, document: dict[str, Json], row: Row, file: MappingFile
) -> None:
    text = _at(document, row.source)
    if isinstance(text, str) and text and not row.codec.raw:
        place(document, row.source, draw(spellings(row, file, text)))
    elif (
        text is None
        and row.optional
        and not (row.codec.blank or row.codec.raw)
        and draw(st.booleans())
    ):
        # Nothing but JSON has a null.
        plain = file.mapping.format == "json" and not file.mapping.embedded
        place(document, row.source, draw(_BLANKS | st.none() if plain else _BLANKS))


def _spare(scope: Scope) -> Iterator[Path]:
    """Yield the fields that steps take away before reading."""
    for step in scope.steps:
        if isinstance(step, Join):
            yield from step.sources
        elif isinstance(step, Zip):
            yield from step.columns.values()
        elif isinstance(step, Numbered):
            numbers = range(1, step.most + 1)
            yield from (step.spell(one, number) for one in step.patterns for number in numbers)


def _ignored(tree: Branch, at: Path = ()) -> Iterator[Path]:
    for key, node in tree.below.items():
        if isinstance(node, Branch):
            yield from _ignored(node, (*at, key))
        elif node is None and not key.startswith(RAW) and not tree.open:
            yield (*at, key)


@st.composite
def spellings(draw: st.DrawFn, row: Row, file: MappingFile, text: str) -> str:
    """Draw a spelling that ``row`` reads as it reads ``text``."""
    codes = file.codes.get(row.codec.spec.removeprefix("code:"), {})
    short = re.sub(r"(?<=[^0-9])0(?=[1-9](?:[^0-9]|$))", "", text)
    same = sorted(code for code, meant in codes.items() if meant == codes.get(text))
    dated = row.codec.domain.kind in {"date", "date-or-open"}
    found = [text, *same, *([short] if dated else [])]
    return draw(_AROUND).format(draw(st.sampled_from(found)) if len(found) > 1 else text)


@st.composite
def planted(draw: st.DrawFn, lens: Lens, document: Json, count: int) -> Json:
    """Draw ``document`` with ``count`` faults in it, each in a place of its own.

    A required field is left out, a value is made unreadable or no text, or a field is added
    that no mapping knows. A file that is open to such fields has no more faults than
    :func:`faults_max` says.
    """
    faulty: dict[str, Json] = dict(document) if isinstance(document, dict) else {}
    known = _places(lens)
    spread = min(count, len(known))
    chosen = draw(
        st.lists(
            st.sampled_from(range(len(known))), min_size=spread, max_size=spread, unique=True
        )
    )
    root = _root(lens.scope)
    for number in range(count - spread):
        faulty = _replaced(faulty, (*root, f"未登记甲{number}"), "秘密")
    for number, at in enumerate(chosen):
        path, kinds = known[at]
        kind = draw(st.sampled_from(kinds))
        if kind == "unknown":
            faulty = _replaced(faulty, (*root, f"未登记{number}"), "秘密")
        else:
            faulty = _replaced(faulty, path, draw(_BAD[kind]))
    return faulty


def faults_max(lens: Lens, count: int) -> int:
    """Return ``count``, or how many faults a document of an open file can have."""
    return min(count, len(_places(lens))) if lens.head.open else count


def _places(lens: Lens) -> list[tuple[Path, list[str]]]:
    found = list(_targets(lens.scope))
    if lens.head.open:
        found = [(path, [kind for kind in kinds if kind != "unknown"]) for path, kinds in found]
    return found


def _root(scope: Scope) -> Path:
    """Return the way down to where unknown fields are refused."""
    at: Path = ()
    tree = scope.documents
    while tree.open:
        inner = [(k, b) for k, b in tree.below.items() if isinstance(b, Branch)]
        if not inner:
            break
        at, tree = (*at, inner[0][0]), inner[0][1]
    return at


def _targets(scope: Scope) -> Iterator[tuple[Path, list[str]]]:
    """Yield places that can be at fault by themselves, with the faults they can have."""
    opened = [step.source for step in scope.steps if isinstance(step, Split | Embed)]
    # What stands inside a text that is opened is no place of the document.
    free = partial(_outside, opened)
    yield from ((one, ["unreadable", "not-text", "unknown"]) for one in filter(free, opened))
    for step in scope.steps:
        if isinstance(step, Join):
            places = filter(free, step.sources)
            yield from ((one, ["unreadable", "not-text", "unknown"]) for one in places)
        elif isinstance(step, Zip):
            places = filter(free, step.columns.values())
            yield from ((one, ["not-text", "unknown"]) for one in places)
    for row in scope.rows:
        if isinstance(row, Row) and free(row.source):
            if row.source[0].startswith(RAW):
                continue
            missing = ["missing"] * (not row.optional and not row.codec.blank)
            yield row.source, ["unreadable", "not-text", "unknown", *missing]


def _outside(containers: list[Path], path: Path) -> bool:
    return not any(path[: len(one)] == one != path for one in containers)


def _replaced(document: Json, path: Path, value: Json) -> dict[str, Json]:
    kept: dict[str, Json] = dict(document) if isinstance(document, dict) else {}
    if not path[1:]:
        kept[path[0]] = value
        return kept
    held = kept.get(path[0])
    if isinstance(held, list) and held:
        kept[path[0]] = [_replaced(held[0], path[1:], value), *held[1:]]
    else:
        kept[path[0]] = _replaced(held, path[1:], value)
    return kept
