"""Draw views and documents of any mapping, derived from the declared domains of its codecs.

Documents come in every spelling the mapping reads: blanks around a value, months of one
digit, each code of a many-to-one list, ignored fields, empty text for what is optional.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from hypothesis import strategies as st

from interop.conformance.strategies.model import CERTIFICATE_IDS, resident_ids, usccs
from interop.lens.codecs import Domain
from interop.lens.mapping import Lens, Row
from interop.lens.paths import parts, place
from interop.lens.schema import MappingFile
from interop.model.canonical import Json

TEXT_CHARS_MAX: Final = 12

_INK: Final = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
_TEXTS: Final = st.one_of(
    st.sampled_from(
        ["测试有限公司", "甲·乙", "一般项目：广告制作\n许可项目：无", "A\tB", "&<>"]
    ),
    st.text(_INK, min_size=1, max_size=TEXT_CHARS_MAX).map(lambda text: text.strip() or "〇"),
)
_DAYS: Final = st.dates().map(lambda day: day.isoformat())
_BLANKS: Final = st.sampled_from(["", " ", "\n"])
_AROUND: Final = st.sampled_from(["{}", "{}", "{} ", " {}", "\n{}　"])

_VALUES: Final[Mapping[str, Callable[[Domain], st.SearchStrategy[Json]]]] = {
    "text": lambda _domain: _TEXTS,
    "date": lambda _domain: _DAYS,
    "date-or-open": lambda _domain: st.none() | _DAYS,
    "choice": lambda domain: st.sampled_from(domain.choices),
    "uscc": lambda _domain: usccs(),
    "resident-id": lambda _domain: resident_ids(),
    "cert-id": lambda _domain: CERTIFICATE_IDS,
    "region": lambda _domain: st.from_regex(r"[1-9][0-9]{5}", fullmatch=True),
}
_BAD: Final[Mapping[str, st.SearchStrategy[Json]]] = {
    "missing": st.sampled_from([None, "", " "]),
    "unreadable": st.sampled_from(["秘密\a", "\a秘密", "秘\a密"]),
    "not-text": st.sampled_from([False, 7, ["秘密"], {"秘密": "秘密"}]),
}


def values(domain: Domain) -> st.SearchStrategy[Json]:
    """Draw a canonical value of ``domain``."""
    return _VALUES[domain.kind](domain)


@st.composite
def views(draw: st.DrawFn, lens: Lens) -> Json:
    """Draw a canonical view that ``lens`` can write."""
    view: dict[str, Json] = {}
    for row in lens.rows:
        if not row.optional or draw(st.booleans()):
            place(view, parts(row.field), draw(values(row.codec.domain)))
    return view


@st.composite
def documents(draw: st.DrawFn, lens: Lens, file: MappingFile) -> Json:
    """Draw a document that ``lens`` can read, in any spelling that ``file`` allows."""
    document: dict[str, Json] = {}
    for lost in file.loss.ignore:
        if draw(st.booleans()):
            place(document, parts(lost.path), draw(_TEXTS))
    for row in lens.rows:
        absent = row.optional and draw(st.booleans())
        if not absent:
            value = draw(values(row.codec.domain))
            place(document, parts(row.source), draw(spellings(row, file, value)))
        elif draw(st.booleans()):
            place(document, parts(row.source), draw(_BLANKS))
    return document


@st.composite
def spellings(draw: st.DrawFn, row: Row, file: MappingFile, value: Json) -> str:
    """Draw a spelling that ``row`` reads as ``value``."""
    printed = row.codec.print(value)
    codes = file.codes.get(row.codec.spec.removeprefix("code:"), {})
    short = re.sub(r"(?<=[^0-9])0(?=[1-9](?:[^0-9]|$))", "", printed)
    same = sorted(code for code, meant in codes.items() if meant == value)
    dated = row.codec.domain.kind in {"date", "date-or-open"}
    found = [printed, *same, *([short] if dated else [])]
    text = draw(st.sampled_from(found)) if len(found) > 1 else printed
    return draw(_AROUND).format(text)


@st.composite
def planted(draw: st.DrawFn, lens: Lens, document: Json, count: int) -> Json:
    """Draw ``document`` with ``count`` faults in it, each in a field of its own.

    A required field is left out, a value is made unreadable or no text, or a field is added
    that no mapping knows.
    """
    faulty: dict[str, Json] = dict(document) if isinstance(document, dict) else {}
    rows = draw(
        st.lists(st.sampled_from(lens.rows), min_size=count, max_size=count, unique_by=id)
    )
    for number, row in enumerate(rows):
        kinds = ["unreadable", "not-text", "unknown"] + ["missing"] * (not row.optional)
        kind = draw(st.sampled_from(kinds))
        if kind == "unknown":
            faulty[f"未登记{number}"] = "秘密"
        else:
            faulty = _replaced(faulty, parts(row.source), draw(_BAD[kind]))
    return faulty


def _replaced(document: Json, path: tuple[str, ...], value: Json) -> dict[str, Json]:
    kept: dict[str, Json] = dict(document) if isinstance(document, dict) else {}
    kept[path[0]] = _replaced(kept.get(path[0]), path[1:], value) if path[1:] else value
    return kept
