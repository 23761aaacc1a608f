"""Fill a reason row in both languages at once."""

from dataclasses import replace
from typing import Final, TypeAlias

from interop.errors import Lang, Reason, ReasonRow
from interop.model.item import FactType

# Chinese, English.
Words: TypeAlias = tuple[str, str]

EXPECTED_CHARS_MAX: Final = 400
NAME_SHOWN_CHARS_MAX: Final = 80

TYPE_WORDS: Final[dict[FactType, Words]] = {
    FactType.BOOL: ("是否（true、false）", "a yes or no (true, false)"),
    FactType.INT: ("整数", "an integer"),
    FactType.DECIMAL: ("小数", "a decimal"),
    FactType.DATE: ("日期", "a day"),
    FactType.ENUM: ("单选值", "one value of a list"),
    FactType.SET: ("多选值", "values of a list"),
    FactType.TEXT: ("文字", "text"),
}


def both(text: object) -> Words:
    """Return ``text`` as it stands in both languages."""
    return str(text), str(text)


def pick(words: Words, lang: Lang) -> str:
    """Return the words of ``lang``."""
    return words[0] if lang == "zh" else words[1]


def any_of(choices: tuple[Words, ...]) -> Words:
    """Return the choices joined by "or"."""
    return "或".join(zh for zh, _ in choices), " or ".join(en for _, en in choices)


def ascii_of(name: object) -> str:
    """Return a stranger's name for a field of a reason: ASCII, at most 80 characters."""
    return str(name).encode("ascii", "backslashreplace").decode()[:NAME_SHOWN_CHARS_MAX]


def worded(
    row: ReasonRow,
    *,
    field: str = "",
    expected: Words = ("", ""),
    got: Words = ("", ""),
) -> Reason:
    """Return the reason with each language's own words in its sentences.

    The attributes ``expected`` and ``got`` hold the English words.
    """
    zh = row.of(field=field, expected=_clipped(expected[0]), got=got[0])
    en = row.of(field=field, expected=_clipped(expected[1]), got=got[1])
    return replace(en, zh=zh.zh, fix_zh=zh.fix_zh)


def _clipped(text: str) -> str:
    return text if len(text) <= EXPECTED_CHARS_MAX else text[: EXPECTED_CHARS_MAX - 1] + "…"
