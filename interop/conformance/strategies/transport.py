"""What travels to and from regional systems: texts, charsets, field tables, replies."""

import string
from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st

from interop.errors import FixedBy, InteropError, Reason, Side, redacted
from interop.model.canonical import Json
from interop.transport.adapter import FieldName

T = TypeVar("T")


def tried(call: Callable[[], T]) -> T | InteropError:
    """Return what ``call`` returns, or the refusal it raises; nothing else may be raised."""
    try:
        return call()
    except InteropError as refused:
        return refused


# Characters that XML 1.0 allows and that stay what they are when read back.
XML_TEXT = st.text(
    st.one_of(
        st.sampled_from("张三丰云桥示例·•﨑⼈\U00020bb7\U0002a6d6<>&\"'"),
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]),
    ),
    min_size=1,
    max_size=40,
)

CHARSETS = st.sampled_from(["utf-8", "gbk", "gb18030", "utf-16"])
LABELS = st.sampled_from(["utf-8", "gbk", "gb2312", "gb18030", "utf-16", ""])

# What each charset can write, so that a truthful label has something to be truthful about.
# GBK has the 20,902 characters of the first Unicode block of Han, and ASCII.
_HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
_ASCII = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
_ANY = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]).filter(
    lambda character: character not in "\ufffd\ufeff"
)
_GBK_TEXT = st.text(_HAN | _ASCII, min_size=1, max_size=40)
_ANY_TEXT = st.text(_HAN | _ANY, min_size=1, max_size=40)


def han_text(charset: str) -> st.SearchStrategy[str]:
    """Return texts with Chinese characters that ``charset`` can write."""
    return _GBK_TEXT if charset == "gbk" else _ANY_TEXT


_PATHS = ["alpha", "alpha_two", "beta.one", "beta.two", "gamma.deep.leaf"]
_NAMES = ["编号", "申请人/名称", "申请人/号码", "A/B/C", "状态", "ZZMC"]
_CODES = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1, max_size=6),
    st.text("受理准予不01", min_size=1, max_size=4),
    max_size=4,
).filter(lambda codes: len(set(codes.values())) == len(codes))


@st.composite
def field_tables(draw: st.DrawFn) -> tuple[FieldName, ...]:
    """Return a field table that check_adapter would let pass."""
    count = draw(st.integers(1, len(_PATHS)))
    paths = draw(st.permutations(_PATHS))[:count]
    names = draw(st.permutations(_NAMES))[:count]
    pairs = zip(paths, names, strict=True)
    return tuple(FieldName(path=path, name=name, codes=draw(_CODES)) for path, name in pairs)


def values_for(table: tuple[FieldName, ...]) -> st.SearchStrategy[dict[str, Json]]:
    """Return values that ``table`` can write: within its code lists, some left out."""
    values: dict[str, st.SearchStrategy[Json]] = {
        field.path: st.sampled_from(sorted(field.codes)) if field.codes else st.text(max_size=9)
        for field in table
    }
    return st.fixed_dictionaries({}, optional=values)


JSON_VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below),
    max_leaves=8,
)


@st.composite
def progress_replies(draw: st.DrawFn) -> dict[str, Json]:
    """Return replies of an acceptance system, sound or broken in up to three places."""
    reply: dict[str, Json] = {
        "办件编号": "C-1",
        "受理编号": draw(st.text(min_size=1, max_size=9)),
        "状态": draw(st.sampled_from(["受理", "准予", "不予"])),
        "日期": draw(st.dates()).isoformat(),
        "结果证照编号": draw(st.text(max_size=9)),
        "说明": draw(st.text(max_size=9)),
    }
    for key in draw(st.lists(st.sampled_from([*reply, "新增"]), max_size=3)):
        reply[key] = draw(JSON_VALUES)
    return reply


_SENTENCES = st.text(max_size=30).filter(lambda text: redacted(text) == text)


def reasons() -> st.SearchStrategy[Reason]:
    """Return reasons as another gateway might tell them."""
    return st.builds(
        Reason,
        code=st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8}){0,3}", fullmatch=True),
        side=st.sampled_from(Side),
        fixed_by=st.sampled_from(FixedBy),
        field=_SENTENCES,
        expected=_SENTENCES,
        got=_SENTENCES,
        zh=_SENTENCES,
        en=_SENTENCES,
        fix_zh=_SENTENCES,
        fix_en=_SENTENCES,
    )
