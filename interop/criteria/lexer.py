"""Text of a condition to tokens; every bad character and literal is reported at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, cast

from interop.criteria.faults import Fault
from interop.criteria.nodes import FRACTION_DIGITS_MAX, NUMBER_DIGITS_MAX, TEXT_CHARS_MAX
from interop.criteria.reasons import NUMBER, TEXT, TOKEN

Kind = Literal["number", "text", "name", "sign", "end"]

ESCAPES: Final = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t"}

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+)
  | (?P<name>{_NAME}(?:\.{_NAME})*)
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<text>"(?:[^"\\\x00-\x1f]|\\.)*"|'(?:[^'\\\x00-\x1f]|\\.)*')
  | (?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\],+*.-])
  | (?P<open>["'])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``text`` is as written, ``at`` the offset it starts at."""

    kind: Kind
    text: str
    at: int


def tokens_of(text: str) -> tuple[tuple[Token, ...], tuple[Fault, ...]]:
    """Return the tokens of ``text``, closed by an ``end`` token, and every fault."""
    found: list[Token] = []
    faults: list[Fault] = []
    for hit in _TOKEN.finditer(text):
        kind, written, at = hit.lastgroup, hit[0], hit.start()
        if kind in {"name", "number", "text", "sign"}:
            found.append(Token(cast("Kind", kind), written, at))
            faults.extend(_literal_faults(found[-1]))
        elif kind == "open":
            faults.append(Fault(TEXT, at, got="no closing quote"))
        elif kind == "other":
            faults.append(Fault(TOKEN, at, got=written))
    return (*found, Token("end", "", len(text))), tuple(faults)


def text_of(token: Token) -> str:
    """Return the value of a text token, escapes resolved."""
    return _ESCAPE.sub(lambda hit: ESCAPES[hit[1]], token.text[1:-1])


def number_of(token: Token) -> int | Decimal:
    """Return the value of a number token: a decimal if it has a point."""
    return Decimal(token.text) if "." in token.text else int(token.text)


def _literal_faults(token: Token) -> Iterator[Fault]:
    if token.kind == "number":
        whole, _, fraction = token.text.partition(".")
        if len(whole + fraction) > NUMBER_DIGITS_MAX or len(fraction) > FRACTION_DIGITS_MAX:
            yield Fault(NUMBER, token.at)
    elif token.kind == "text":
        if len(token.text) - 2 > TEXT_CHARS_MAX:
            yield Fault(TEXT, token.at, got="too long")
        for hit in _ESCAPE.finditer(token.text[1:-1]):
            if hit[1] not in ESCAPES:
                yield Fault(TEXT, token.at + 1 + hit.start(), got=f"escape \\{hit[1]}")
