"""Bytes to JSON: what is said is read, what is over a limit is refused by name."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.knowledge import (
    TABLES,
    Sheet,
    TomlValue,
    plain,
    sheets,
    toml_file,
    toml_of,
)
from interop.errors import KnowledgeError
from interop.knowledge import read_bytes
from interop.knowledge.reading import FILE_BYTES_MAX, KEY_PARTS_MAX, ROWS_MAX
from interop.model.canonical import INT_MAX, JSON_DEPTH_MAX, canonical_bytes


def refused(data: bytes | str, path: str = "x.toml") -> list[tuple[str, str]]:
    with pytest.raises(KnowledgeError) as caught:
        read_bytes(data if isinstance(data, bytes) else data.encode(), path)
    return [(reason.code, reason.field) for reason in caught.value.reasons]


@given(table=TABLES)
def test_toml_is_read_as_it_is_said_and_has_one_canonical_form(
    table: dict[str, TomlValue],
) -> None:
    value = read_bytes(toml_file(table), "x.toml")
    assert value == plain(table)
    canonical_bytes(value)


@given(sheet=sheets(), end=st.sampled_from(["\n", "\r\n"]))
def test_tsv_is_read_as_it_is_said(sheet: Sheet, end: str) -> None:
    lines = sheet.lines()
    assert read_bytes((end.join(lines) + end).encode(), "x.tsv") == sheet.value()
    # The last line may lack its end, unless it is empty and its end all there is of it.
    if lines[-1]:
        assert read_bytes(end.join(lines).encode(), "x.tsv") == sheet.value()


def test_moments_become_text() -> None:
    text = """
    day = 2026-03-02
    at = 2026-03-02T09:00:00+08:00
    local = 2026-03-02 09:00:00
    t = 09:00:00
    """
    assert read_bytes(text.encode(), "x.toml") == {
        "day": "2026-03-02",
        "at": "2026-03-02T09:00:00+08:00",
        "local": "2026-03-02T09:00:00",
        "t": "09:00:00",
    }


def test_a_file_has_256_kib() -> None:
    line = b"# "
    at_most = line + b"x" * (FILE_BYTES_MAX - len(line))
    assert FILE_BYTES_MAX == 256 * 1024
    assert read_bytes(at_most, "x.toml") == {}
    assert refused(at_most + b"x") == [("knowledge-too-large", "x.toml")]


@pytest.mark.parametrize(
    ("data", "byte"),
    [
        (b"a = '\xff'", "6"),
        (b"\xed\xa0\x80", "1"),
        (b"a = '\xe4\xb8", "6"),
        (b"\xef\xbb\xbfa = 1", "1"),
    ],
)
@pytest.mark.parametrize("path", ["x.toml", "x.tsv"])
def test_only_utf_8_without_a_byte_order_mark_is_read(
    data: bytes, byte: str, path: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_bytes(data, path)
    assert (caught.value.code, caught.value.reason.got) == ("knowledge-not-utf8", byte)


@given(table=TABLES, places=st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True))
def test_every_fraction_is_named(table: dict[str, TomlValue], places: list[int]) -> None:
    values: list[TomlValue] = [1, [1.5], {"x": -0.1}, float("inf"), float("nan"), 1e3, 2]
    wrong = {f"k{place}": values[place] for place in places}
    sound = {key: part for key, part in table.items() if key not in wrong}
    found = [("knowledge-fraction", f"x.toml.k{place}") for place in places if place]
    # The path goes down to the number itself.
    deep = {"x.toml.k1": "x.toml.k1.0", "x.toml.k2": "x.toml.k2.x"}
    expected = [(code, deep.get(field, field)) for code, field in found]
    data = toml_file({**sound, **wrong})
    if expected:
        assert refused(data) == expected
    else:
        assert read_bytes(data, "x.toml") == plain({**sound, **wrong})


@pytest.mark.parametrize("sign", ["", "-"])
def test_integers_stay_within_what_json_carries(sign: str) -> None:
    edge = int(f"{sign}{INT_MAX}")
    assert read_bytes(f"a = {edge}".encode(), "x.toml") == {"a": edge}
    beyond = f"{sign}{INT_MAX + 1}"
    assert refused(f"[b]\nc = [1, {beyond}]") == [
        ("knowledge-integer-too-large", "x.toml.b.c.1")
    ]
    # Python itself stops at 4300 digits, with an error of its own.
    assert refused(f"a = {sign}{'1' * 5000}") == [("knowledge-integer-too-large", "x.toml")]
    assert refused(f"a = 0x{'f' * 5000}") == [("knowledge-integer-too-large", "x.toml.a")]


def test_arrays_and_tables_nest_so_deep() -> None:
    for opening, closing in (("[", "]"), ("{a = ", "}")):
        depth = JSON_DEPTH_MAX - 1
        sound = f"a = {opening * depth}1{closing * depth}"
        assert read_bytes(sound.encode(), "x.toml")
        deeper = f"a = {opening * (depth + 1)}1{closing * (depth + 1)}"
        assert [code for code, _ in refused(deeper)] == ["knowledge-too-deep"]
        for many in (300, 20_000):
            deep = f"a = {opening * many}1{closing * many}"
            assert [code for code, _ in refused(deep)] == ["knowledge-too-deep"]


@given(
    parts=st.lists(
        st.sampled_from(["a", "1", "-", "a_b", '"x.y"', "'x.y'", r'"\""', '""']),
        min_size=KEY_PARTS_MAX - 1,
        max_size=KEY_PARTS_MAX + 2,
    ),
    dot=st.sampled_from([".", " . ", "\t."]),
    form=st.sampled_from(["{} = 1", "[{}]", "[[{}]]", "x = [{{ {} = 1 }}]"]),
)
def test_a_dotted_key_has_so_many_parts(parts: list[str], dot: str, form: str) -> None:
    text = "ok = 1\n" + form.format(dot.join(parts))
    if len(parts) <= KEY_PARTS_MAX:
        assert isinstance(read_bytes(text.encode(), "x.toml"), dict)
        return
    with pytest.raises(KnowledgeError) as caught:
        read_bytes(text.encode(), "x.toml")
    assert (caught.value.code, caught.value.reason.got) == ("knowledge-key-too-long", "2")


def test_dots_in_texts_and_comments_are_no_keys() -> None:
    dots = ".".join("a" * (KEY_PARTS_MAX + 5))
    texts = [f'"{dots}"', f"'{dots}'", f'"""{dots}\n{dots}"""', f"'''{dots}\n\"'''"]
    quoted = ['"""a"" ' + dots + '"""', '"""' + dots + ' \\""" """""']
    for text in (*texts, *quoted):
        value = read_bytes(f"a = {text} # {dots}\n# {dots}".encode(), "x.toml")
        assert dots in str(value)


N = 100_000
SLOW_FOR_SOMEBODY = {
    "a key of 20 000 parts": b"a." * 20_000 + b"a = 1",
    "quoted parts": b'"a\\"b".' * (N // 7) + b"a = 1",
    "keys of the most parts": (b".".join([b"a"] * KEY_PARTS_MAX) + b"\n") * (N // 64),
    "one long word": b"a" * N,
    "one long comment": b"# " + b"a" * N,
    "open texts": b'"' * N,
    "open literal texts": b"'" * N,
    "escaped quotes": b'"' + b'\\"' * (N // 2),
    "escaped quotes in a comment": b"#" + b'\\"' * (N // 2),
    "backslashes": b'"\\' * (N // 2),
    "words": b"a " * (N // 2),
    "blanks": b"a" + b"\t" * N,
    "quotes in a long text": b'a = """' + b'"" ' * (N // 3) + b'"""',
    "open arrays": b"a = " + b"[" * N,
    "open tables": b"a = " + b"{a=" * (N // 3),
    "hexadecimal": b"a = 0x" + b"f" * N,
    "decimal": b"a = " + b"1" * N,
    "fraction": b"a = 1." + b"1" * N,
}


@pytest.mark.parametrize("name", SLOW_FOR_SOMEBODY)
def test_hostile_files_cost_no_time(name: str) -> None:
    data = SLOW_FOR_SOMEBODY[name]
    started = time.process_time()
    with suppress(KnowledgeError):
        read_bytes(data, "x.toml")
    # A quadratic reader needs seconds to minutes for any of these.
    limit_s = 0.1 if name == "a key of 20 000 parts" else 0.5
    assert time.process_time() - started < limit_s


@pytest.mark.parametrize(
    "text",
    ["a", "a = ", "a = 1\na = 2", "[a", 'a = "\\ud800"', "a = 0000-00-00", "\x00", "é = 1"],
)
def test_bad_syntax_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_bytes(text.encode(), "x.toml")
    assert caught.value.code == "knowledge-toml-broken"
    assert "(at " in caught.value.reason.got


@pytest.mark.parametrize("head", ["", "\t", "a\t", "\ta", "a\t\tb", "a\ta"])
def test_every_column_has_a_name_of_its_own(head: str) -> None:
    assert refused(f"{head}\n1\t2\n", "x.tsv") == [("knowledge-tsv-heading", "x.tsv")]


@given(data=st.data(), sheet=sheets())
def test_every_line_with_too_few_or_too_many_cells_is_named(
    data: st.DataObject, sheet: Sheet
) -> None:
    lines = sheet.lines()
    wrong = data.draw(st.sets(st.integers(2, len(lines) + 1), min_size=1).map(sorted))
    lines += [lines[-1]] * (max(wrong) - len(lines)) if max(wrong) > len(lines) else []
    rows = [lines[0]]
    for number, line in enumerate(lines[1:], start=2):
        rows.append(line + "\tmore" if number in wrong else "\t".join(sheet.columns))
    found = refused("\n".join(rows) + "\n", "x.tsv")
    assert found == [("knowledge-tsv-cells", f"x.tsv:{number}") for number in wrong]


def test_a_table_has_so_many_lines() -> None:
    at_most = "a\n" + "1\n" * (ROWS_MAX - 1)
    value = read_bytes(at_most.encode(), "x.tsv")
    assert isinstance(value, dict)
    assert len(str(value["rows"])) > ROWS_MAX
    assert refused(at_most + "1\n", "x.tsv") == [("knowledge-too-many-rows", "x.tsv")]


@given(value=TABLES)
def test_what_the_writer_of_these_tests_says_is_one_line(value: dict[str, TomlValue]) -> None:
    assert "\n" not in toml_of(value)
