"""The house keeps its sizes and its words."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
EMPTY_WORDS = re.compile(
    r"(Manager|Helper|Util|Utils|Base|Impl)$|^(helpers?|utils?|misc|common)$"
)
ROOT = Path(__file__).parents[1]
CODE = sorted(
    file
    for folder in ("interop", "examples", "benchmarks", "tests")
    for file in (ROOT / folder).rglob("*.py")
    if "_regions" not in file.parts
)


def _id(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _too_long(text: str) -> Iterator[str]:
    if text.count("\n") > MODULE_LINES_MAX:
        yield f"module: {text.count(chr(10))}"
    for node in _functions(_parsed(text)):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            yield f"{node.name}: {lines}"


def test_modules_and_functions_keep_their_size() -> None:
    texts = {_id(file): file.read_text(encoding="utf-8") for file in CODE}
    assert {name: long for name, text in texts.items() if (long := [*_too_long(text)])} == {}
    lines = "\n".join(["def long():", *["    pass"] * FUNCTION_LINES_MAX])
    assert [*_too_long(lines + "\n" * MODULE_LINES_MAX)] == ["module: 450", "long: 51"]


def _says_nothing(stem: str, text: str) -> Iterator[str]:
    tree = _parsed(text)
    if not ast.get_docstring(tree):
        yield "does not start by saying what it is"
    classes = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    yield from (name for name in (stem, *classes) if EMPTY_WORDS.search(name))


def test_names_say_something_and_every_module_says_what_it_is() -> None:
    files = [file for file in CODE if file.is_relative_to(ROOT / "interop")]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    found = {_id(file): [*_says_nothing(file.stem, text)] for file, text in texts.items()}
    assert {name: empty for name, empty in found.items() if empty} == {}
    told = [*_says_nothing("utils", "class CaseManager: ...")]
    assert told == ["does not start by saying what it is", "utils", "CaseManager"]


def test_the_gateway_only_wires() -> None:
    sizes = {f.name: f.read_text().count("\n") for f in (ROOT / "interop/gateway").glob("*.py")}
    assert {name: n for name, n in sizes.items() if n > 250} == {}


def test_no_region_district_or_vendor_is_named_in_the_engine() -> None:
    # Region differences live in knowledge files, never in code. The demo and the simulator
    # tell a story about regions; conformance draws them.
    told = {"cli", "simulator", "conformance"}
    code = re.compile(r"[\"'](?:31|32|33|34)\d{4}[\"']")
    named = [
        _id(file)
        for file in CODE
        if file.is_relative_to(ROOT / "interop")
        and file.relative_to(ROOT / "interop").parts[0] not in told
        and code.search(file.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_every_lint_exception_carries_its_code_and_a_reason() -> None:
    lint = r"noqa(?!: [A-Z]+\d+(?:, [A-Z]+\d+)* -- )"
    types = r"type: ignore(?!\[[a-z-]+(?:, ?[a-z-]+)*\]  ?# )"
    bare = re.compile(rf"#\s*(?:{lint}|{types})")
    allowed = {"tests/test_tidy.py"}
    found = [
        f"{_id(file)}:{number}"
        for file in CODE
        if _id(file) not in allowed
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line)
    ]
    assert found == []
