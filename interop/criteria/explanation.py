"""One-time notice (一次性告知): everything to mend, each with its basis and its remedy.

Source: 行政许可法 art. 32 (1)(4): once, all of it, on the spot or within five days.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from interop.criteria.reasons import OTHER_ITEM
from interop.criteria.words import Words, pick
from interop.errors import CaseError, Lang
from interop.model.item import Basis, FactDefinition, ServiceItem
from interop.model.judgement import ClauseOutcome, Decision

TITLES: Final[dict[str, Words]] = {
    "acceptable": ("{name}：申请材料齐全、符合法定形式", "{name}: complete and in due form"),
    "supplement": (
        "{name}：一次性告知（补正）",
        "{name}: one-time notice",
    ),
    "not_competent": ("{name}：不予受理", "{name}: outside the remit of this organ"),
    "not_required": ("{name}：不受理", "{name}: no licence is required"),
    "undetermined": ("{name}：尚需说明", "{name}: more has to be stated"),
}
SECTIONS: Final[dict[str, Words]] = {
    "refuse": ("不予受理的理由", "why the case cannot be received here"),
    "not-required": ("不受理的理由", "why no licence is required"),
    "supplement": ("需要补正", "to be supplemented"),
    "precheck": ("预审提示（不影响受理）", "found beforehand (does not bar acceptance)"),
}
# Where the case goes no further here, what would have to be mended is not asked for.
CLOSING: Final = {"not_competent": "refuse", "not_required": "not-required"}
TO_STATE: Final = ("需要说明", "to be stated")
BASIS: Final = ("依据", "basis")
REMEDY: Final = ("办法", "remedy")
RECORD: Final = (
    "判断日 {on}，版本 {version}，条件摘要 {digest}，事实来源：{facts}",
    "decided on {on}, version {version}, criteria {digest}, facts from: {facts}",
)
SOURCES: Final[dict[str, Words]] = {
    "form": ("申报", "the form"),
    "application": ("办件登记", "the application"),
    "shared": ("共享数据", "shared data"),
    "certificate": ("电子证照", "certificate"),
}
NO_BASIS: Final = ("事项未载明", "not named by the item")


def one_time_notice(decision: Decision, item: ServiceItem, lang: Lang = "zh") -> str:
    """Return the notice on ``decision`` in plain text, one line for each thing to mend.

    Args:
        decision: The decision; its item and version must be those of ``item``.
        item: The item, for its name and the questions of its vocabulary.
        lang: Chinese or English.

    Raises:
        CaseError: ``notice-other-item``: the decision was made on another version.
    """
    if decision.criterion_digest != item.digest():
        raise CaseError(
            OTHER_ITEM.of(
                field="item",
                expected=f"{decision.item} {decision.region} {decision.version}",
                got=f"{item.item} {item.region} {item.version}",
            )
        )
    name = item.zh if lang == "zh" else item.en
    lines = [pick(TITLES[decision.intake], lang).format(name=name)]
    closing = CLOSING.get(decision.intake)
    failed = [outcome for outcome in decision.outcomes if outcome.outcome == "failed"]
    for effect, heading in SECTIONS.items():
        found = (_line(outcome, lang) for outcome in failed if outcome.effect == effect)
        if closing in {None, effect}:
            lines.extend(_section(heading, found, lang))
    if closing is not None:
        return "\n".join(lines)
    facts = {fact.id: fact for fact in item.facts}
    asked = (_question(facts[name], lang) for name in decision.missing_facts)
    lines.extend(_section(TO_STATE, asked, lang))
    return "\n".join(lines)


def record_line(decision: Decision, lang: Lang = "zh") -> str:
    """Return what a decision was made on: day, version, digest, and whence the facts came."""
    counts = Counter(_source(stated.source, lang) for stated in decision.stated)
    facts = ("、" if lang == "zh" else ", ").join(f"{name} {n}" for name, n in counts.items())
    return pick(RECORD, lang).format(
        on=decision.on,
        version=f"{decision.region} {decision.version}",
        digest=decision.criterion_digest,
        facts=facts or "—",
    )


def _source(source: str, lang: Lang) -> str:
    kind, _, of = source.partition(":")
    word = pick(SOURCES[kind], lang) if kind in SOURCES else source
    return f"{word} {of}" if of and kind in SOURCES else word


def _section(heading: Words, entries: Iterable[str], lang: Lang) -> list[str]:
    numbered = [f"{i}. {entry}" for i, entry in enumerate(entries, start=1)]
    return [pick(heading, lang), *numbered] if numbered else []


def _line(outcome: ClauseOutcome, lang: Lang) -> str:
    remedy = outcome.remedy_zh if lang == "zh" else outcome.remedy_en
    basis = basis_text(outcome.basis, lang)
    said = outcome.reason.text(lang)
    if lang == "zh":
        return f"{said}。{BASIS[0]}：{basis}。{REMEDY[0]}：{remedy}。"
    return f"{said}. {BASIS[1]}: {basis}. {REMEDY[1]}: {remedy}."


def basis_text(basis: Basis | None, lang: Lang) -> str:
    """Return how a norm is quoted; where none is named, that."""
    if basis is None:
        return pick(NO_BASIS, lang)
    return f"《{basis.document}》{basis.article}"


def _question(fact: FactDefinition, lang: Lang) -> str:
    if lang == "zh":
        return fact.question or fact.zh
    return fact.en
