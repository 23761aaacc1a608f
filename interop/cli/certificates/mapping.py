"""``interop certificates mapping``: field tables and code lists in spreadsheets, and back."""

import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from interop.cli.certificates.files import load
from interop.cli.certificates.reasons import TABLE_MALFORMED
from interop.cli.speech import Group
from interop.errors import KnowledgeError
from interop.knowledge import Knowledge, read_bytes
from interop.lens import MappingFile, check_mapping
from interop.lens.schema import FieldRule
from interop.model.canonical import Json

BOM: Final = "\ufeff"
COLUMNS: Final = ("表", "名称", "来源或代码", "编解码或含义", "选项")
FIELD: Final = "字段"
CODE: Final = "代码表"
SPLIT: Final = "拆分"
LOSS: Final = "损失"
BETWEEN: Final = " + "
# What a spreadsheet would take for a formula is written with a quote before it.
FORMULA: Final = ("=", "+", "-", "@", "\t")
ROWS_MAX: Final = 20_000

_FILE: Final = click.Path(path_type=Path, dir_okay=False, exists=True)
_TABLES: Final = re.compile(
    r"^\[+(?:codes\.[^\]]+|fields|splits|loss)\]+[^\n]*\n(?:(?!\[).*\n?)*", re.MULTILINE
)


@click.group(cls=Group)
def mapping() -> None:
    """把映射导出为表格，或从表格导入 · Mappings to spreadsheets and back."""


@mapping.command(name="export")
@click.argument("file", type=_FILE)
@click.option(
    "--csv",
    "target",
    type=click.Path(path_type=Path),
    help="写入的文件；不写则输出 · file to write; standard output without it",
)
def export(file: Path, *, target: Path | None) -> None:
    """导出字段、代码表与损失清单 · Export fields, code lists and the loss ledger.

    UTF-8 带 BOM，表头为中文，可用表格软件打开 · UTF-8 with a byte order mark, Chinese heads,
    for spreadsheet programs.
    """
    text = table(load(file, Knowledge()).file)
    if target is None:
        click.echo(text.removeprefix(BOM), nl=False)
        return
    target.write_text(text, encoding="utf-8", newline="")
    click.echo(str(target))


@mapping.command(name="import")
@click.argument("source", type=_FILE)
@click.option(
    "--onto",
    type=_FILE,
    required=True,
    help="给出文件头与样例的映射文件 · mapping file with head and examples",
)
@click.option("--csv", "_csv", is_flag=True, help="来源为 CSV · the source is CSV")
@click.option("--out", type=click.Path(path_type=Path), help="写入的文件 · file to write")
def import_(source: Path, *, onto: Path, _csv: bool, out: Path | None) -> None:
    """从表格导入，得到映射文件 · Import a table and give a mapping file.

    文件头与样例取自 --onto；结果不成立时拒绝 · Head and examples come from --onto; what is not
    sound is refused.
    """
    text = merged(_decoded(source.read_bytes()), onto.read_text(encoding="utf-8"))
    file = MappingFile.from_value(read_bytes(text.encode(), source.name), error=KnowledgeError)
    if problems := check_mapping(file):
        raise KnowledgeError(*problems)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def table(file: MappingFile) -> str:
    """Return ``file`` as one table."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(file):
        writer.writerow([_safe(cell) for cell in row])
    return BOM + held.getvalue()


def _rows(file: MappingFile) -> Iterator[tuple[str, str, str, str, str]]:
    for path, rule in file.rules():
        yield from _field(path, rule)
    for path, template in file.splits.items():
        yield SPLIT, "", path, template, ""
    for name, codes in file.codes.items():
        for code, value in codes.items():
            yield CODE, name, code, value, ""
    for name, line in file.loss.lines():
        yield LOSS, name, line.path, line.reason, ""


def _field(path: str, rule: FieldRule) -> Iterator[tuple[str, str, str, str, str]]:
    options: list[str] = [name for name in ("optional", "blank") if getattr(rule, name)]
    options += [
        f"{name}={getattr(rule, name)}"
        for name in ("join", "item", "key", "same_as")
        if getattr(rule, name)
    ]
    options += [f"value={rule.value}"] if rule.value is not None else []
    options += [f"max={rule.max}"] if rule.max != FieldRule.model_fields["max"].default else []
    yield FIELD, path, BETWEEN.join(rule.sources), rule.codec, " ; ".join(options)
    for name, inner in rule.rules():
        yield from _field(f"{path}.{name}", inner)


def _safe(cell: str) -> str:
    # A code such as 01 would lose its zero.
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) or cell.isdigit() else cell


def _plain(cell: str) -> str:
    return cell.removeprefix("'")


def merged(rows: str, onto: str) -> str:
    """Return a mapping file: head and examples of ``onto``, all else from the table.

    Raises:
        KnowledgeError: ``certificates-table-malformed``, every malformed row.
    """
    found = _cells(rows)
    wrong = [
        TABLE_MALFORMED.of(
            field=str(number), expected=", ".join(COLUMNS), got=f"{len(row)} columns"
        )
        for number, row in enumerate(found, start=1)
        if len(row) != len(COLUMNS)
        or (number == 1) != (tuple(row) == COLUMNS)
        or (number > 1 and row[0] not in {FIELD, CODE, SPLIT, LOSS})
    ]
    if wrong or not found or len(found) > ROWS_MAX:
        raise KnowledgeError(*wrong) if wrong else _malformed(1, f"{len(found)} rows")
    head, _, examples = onto.partition("[[examples]]")
    kept = _TABLES.sub("", head if head.endswith("\n") else f"{head}\n").rstrip()
    body = [kept, "", *_toml(found[1:])]
    if examples:
        body += ["", f"[[examples]]{examples.rstrip()}"]
    return "\n".join(body) + "\n"


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _malformed(1, "not UTF-8") from None


def _cells(rows: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(rows))
    try:
        return [[_plain(cell) for cell in row] for row in reader if any(row)]
    except csv.Error:
        raise _malformed(reader.line_num, f"> {csv.field_size_limit()}") from None


def _malformed(row: int, got: str) -> KnowledgeError:
    expected = ", ".join(COLUMNS)
    return KnowledgeError(TABLE_MALFORMED.of(field=str(row), expected=expected, got=got))


def _toml(rows: list[list[str]]) -> Iterator[str]:
    for name in dict.fromkeys(row[1] for row in rows if row[0] == CODE):
        yield f"[codes.{_quoted(name)}]"
        yield from (
            f"{_quoted(code)} = {_quoted(value)}"
            for kind, own, code, value, _ in rows
            if (kind, own) == (CODE, name)
        )
        yield ""
    splits = [row for row in rows if row[0] == SPLIT]
    if splits:
        yield "[splits]"
        yield from (f"{_quoted(path)} = {_quoted(text)}" for _, _, path, text, _ in splits)
        yield ""
    yield "[fields]"
    tree = _fields([row for row in rows if row[0] == FIELD])
    yield from (f"{_quoted(path)} = {_inline(rule)}" for path, rule in tree.items())
    losses = [row for row in rows if row[0] == LOSS]
    if losses:
        yield ""
        yield "[loss]"
    for name in dict.fromkeys(row[1] for row in losses):
        lines = [
            _inline({"path": row[2], "reason": row[3]}) for row in losses if row[1] == name
        ]
        yield f"{name} = [{', '.join(lines)}]"


def _fields(rows: list[list[str]]) -> dict[str, dict[str, Json]]:
    tree: dict[str, dict[str, Json]] = {}
    for _, path, source, codec, options in rows:
        rule = _rule(source, codec, options)
        *lists, name = re.split(r"(?<=\[\])\.", path)
        level: dict[str, Json] = tree  # type: ignore[assignment]  # rules are JSON
        for one in lists:
            held = level.setdefault(one, {})
            inner = held.setdefault("fields", {}) if isinstance(held, dict) else {}
            level = inner if isinstance(inner, dict) else {}
        level[name] = rule
    return tree


def _rule(source: str, codec: str, options: str) -> dict[str, Json]:
    rule: dict[str, Json] = {}
    sources: list[Json] = [one for one in source.split(BETWEEN) if one]
    if sources:
        rule["from"] = sources if len(sources) > 1 else sources[0]
    if codec and codec != "text":
        rule["codec"] = codec
    for option in filter(None, options.split(" ; ")):
        name, equals, value = option.partition("=")
        whole = name == "max" and value.isdecimal()
        rule[name] = (int(value) if whole else value) if equals else True
    return rule


def _quoted(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    )
    return f'"{escaped}"'


def _inline(value: Json) -> str:
    if isinstance(value, dict) and value.keys() == {"from"} and isinstance(value["from"], str):
        return _quoted(value["from"])
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_inline(below)}" for key, below in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else _quoted(str(value))


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key)
