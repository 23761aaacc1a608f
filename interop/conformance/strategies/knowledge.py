"""Draw knowledge files: values and the TOML and TSV that say them, and hostile bytes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from hypothesis import strategies as st

from interop.model.canonical import INT_MAX, Json

# What a TOML file can say, in Python's types.
TomlValue = (
    str
    | int
    | bool
    | float
    | date
    | datetime
    | time
    | list["TomlValue"]
    | dict[str, "TomlValue"]
)

TEXTS: Final = st.text(st.characters(codec="utf-8"), max_size=8)
INTEGERS: Final = st.one_of(
    st.integers(-INT_MAX, INT_MAX), st.sampled_from([0, INT_MAX, -INT_MAX])
)
MOMENTS: Final = st.one_of(
    st.dates(),
    st.datetimes(timezones=st.one_of(st.none(), st.just(UTC))),
    st.times(),
)
LEAVES: Final[st.SearchStrategy[TomlValue]] = st.one_of(TEXTS, INTEGERS, st.booleans(), MOMENTS)
TABLES: Final[st.SearchStrategy[dict[str, TomlValue]]] = st.dictionaries(
    TEXTS,
    st.recursive(
        LEAVES,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)
CELLS: Final = st.text(st.characters(codec="utf-8", exclude_characters="\t\n\r"), max_size=5)

# What readers of configuration files have stumbled over: each costs or breaks something.
TOKENS: Final = (
    b"=", b".", b"[", b"]", b"[[", b"]]", b"{", b"}", b",", b'"', b"'", b'"""', b"'''", b"\\",
    b'\\"', b"\\u", b"\\ud800", b"#", b"\n", b"\r", b"\r\n", b"\t", b" ", b"\x00", b"\x7f",
    b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"a", b"a.b", b"-", b"+", b"_", b"1",
    b"0x", b"0b1", b"1e9", b"inf", b"nan", b"1.5", b"9" * 20, b"1979-05-27", b"0000-00-00",
    b"T07:32:00", b"Z", b"+99:99", b"true", b"\xe4\xb8\xad",
)  # fmt: skip
REPEATS_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a TSV file says it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> list[str]:
        """Return the lines of the file, the heading first."""
        return ["\t".join(cells) for cells in (self.columns, *self.rows)]

    def value(self) -> Json:
        """Return what reading the file should give."""
        named = [dict(zip(self.columns, cells, strict=True)) for cells in self.rows]
        return {"rows": [{k: v for k, v in row.items() if v} for row in named]}


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Draw a table with at least one column; cells may be empty, headings not."""
    columns = draw(st.lists(CELLS.filter(bool), min_size=1, max_size=4, unique=True))
    row = st.tuples(*[CELLS] * len(columns))
    return Sheet(tuple(columns), tuple(draw(st.lists(row, max_size=4))))


def toml_of(value: TomlValue) -> str:
    """Return ``value`` in TOML, tables inline."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            # JSON escapes as TOML does, save one control character.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case date() | time():
            return value.isoformat()
        case dict():
            pairs = (f"{toml_of(key)} = {toml_of(part)}" for key, part in value.items())
            return f"{{ {', '.join(pairs)} }}"
        case list():
            return f"[{', '.join(map(toml_of, value))}]"
        case _:
            return repr(value)


def toml_file(table: dict[str, TomlValue]) -> bytes:
    """Return a TOML file, a line for each key."""
    lines = (f"{toml_of(key)} = {toml_of(part)}\n" for key, part in table.items())
    return "".join(lines).encode()


def plain(value: TomlValue) -> Json:
    """Return the JSON that reading ``value`` should give: moments become text."""
    match value:
        case date() | time():
            return value.isoformat()
        case dict():
            return {key: plain(part) for key, part in value.items()}
        case list():
            return [plain(part) for part in value]
        case _:
            return value


@st.composite
def hostile_files(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """Draw bytes more or less like a file: noise, tokens, or a file cut and spoilt."""
    tokens = st.builds(
        lambda token, times: token * times,
        st.sampled_from(TOKENS),
        st.integers(1, REPEATS_MAX),
    )
    noise = b"".join(draw(st.lists(st.one_of(tokens, st.binary(max_size=4)), max_size=12)))
    seed = draw(st.sampled_from([b"", *seeds]))
    start = draw(st.integers(0, len(seed)))
    stop = draw(st.integers(start, min(len(seed), start + 400)))
    return seed[start:stop] + noise + seed[stop : stop + 200]
