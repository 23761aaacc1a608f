"""Criteria as Chinese text, as an item guide (办事指南) prints them.

Source: 行政许可法 art. 30: bases, conditions and the list of all materials are made public.
"""

from collections.abc import Iterator
from typing import Final

from interop.criteria.criterion import Criterion, TypedClause, TypedMaterial
from interop.criteria.explanation import basis_text
from interop.criteria.wording import Part, Speaker
from interop.model.item import ClauseKind

KINDS: Final = (
    (ClauseKind.COMPETENCE, "属于本机关职权的情形"),
    (ClauseKind.NOT_REQUIRED, "需要取得许可的情形"),
    (ClauseKind.FORMAL, "形式要求（不符合的，一次性告知补正）"),
    (ClauseKind.SUBSTANTIVE, "许可条件（不影响受理）"),
)
MATERIALS: Final = "申请材料"
NECESSITY: Final = {"required": "必须提交", "optional": "可以提交", "deferrable": "可以容缺"}


def chinese_of(criterion: Criterion) -> str:
    """Return the criteria as Chinese text: each clause with its condition, basis and remedy."""
    item = criterion.item
    lines = [f"{item.zh}（{item.region}，{item.version}）", f"摘要：{criterion.digest}"]
    for kind, title in KINDS:
        rows = (row for row in criterion.clauses if row.clause.kind is kind)
        lines.extend(_section(title, [_clause(criterion, row) for row in rows]))
    papers = [_material(criterion, row) for row in criterion.materials]
    return "\n".join([*lines, *_section(MATERIALS, papers)])


def _section(title: str, entries: list[str]) -> Iterator[str]:
    if entries:
        yield title
        yield from (f"{number}. {entry}" for number, entry in enumerate(entries, start=1))


def _clause(criterion: Criterion, row: TypedClause) -> str:
    clause = row.clause
    basis = basis_text(clause.basis, "zh")
    said = f"{clause.zh}。条件：{_phrase(criterion, row)}。依据：{basis}。"
    return f"{said}办法：{clause.remedy_zh}。" if clause.remedy_zh else said


def _material(criterion: Criterion, row: TypedMaterial) -> str:
    material = row.material
    said = f"{material.zh}：{NECESSITY[material.necessity]}"
    if row.when is not None:
        said = f"{said}；适用情形：{_phrase(criterion, row)}"
    return f"{said}。依据：{basis_text(material.basis, 'zh')}。"


def _phrase(criterion: Criterion, row: TypedClause | TypedMaterial) -> str:
    speaker = Speaker(criterion.vocabulary, "zh")
    return "" if row.when is None else speaker.phrase(Part(row.when, wanted=True))
