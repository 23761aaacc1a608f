"""Notices: every place filled, once; numbers apart; one notice asks for all."""

from datetime import date
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cases import Content, LifeCycle, NoticeTexts, compose, require_one_notice
from interop.cases.notices import CONTESTED, PLACES, lines_of, needed_places
from interop.conformance.strategies.cases import CONTENTS, SAYS, TEXTS
from interop.errors import CaseError, KnowledgeError
from interop.model.canonical import Json
from interop.model.case import Notice, NoticeDeadline, NoticeKind, Remedy
from interop.model.item import Basis
from interop.model.sensitive import Sensitive

KINDS = st.sampled_from(NoticeKind)
NAME = "王示例"
CONTENT = Content(
    case="C-2026-000001",
    item="设置大型户外广告审批",
    region="310115",
    applicant=Sensitive(NAME),
    on=date(2026, 3, 2),
    items=("营业执照", "场地使用权证明"),
    bases=(Basis(level="law", document="行政许可法", article="第三十二条", verified="no"),),
    detail="请于补正后交回窗口",
)


def supplement(*items: str, texts: NoticeTexts) -> Notice:
    content = Content(
        case="C-1", item="x", region="310115", applicant=Sensitive(NAME), on=CONTENT.on,
        items=items,
    )  # fmt: skip
    return compose(NoticeKind.SUPPLEMENT, content, texts=texts, serial=1)


def problems(texts: NoticeTexts, kind: str, **change: str) -> list[tuple[str, str, str]]:
    """Return what is found once one template was changed."""
    file = cast("dict[str, list[dict[str, Json]]]", texts.masked())
    rows = [{**row, **(change if row["kind"] == kind else {})} for row in file["template"]]
    broken = NoticeTexts.from_value(
        cast("Json", {**file, "template": rows}), error=KnowledgeError
    )
    return [(r.code, r.field, r.got) for r in NoticeTexts.check(broken)]


def day_told(told: NoticeDeadline) -> str:
    day = f"{told.due_on.year}年{told.due_on.month}月{told.due_on.day}日"
    return f"{told.zh}期限至{day}" + "（暂定，待放假安排公布后确定）" * told.provisional


def remedy_told(told: Remedy) -> str:
    return f"{told.zh}（《{told.basis.document}》{told.basis.article}）。"


@given(kind=KINDS, content=CONTENTS, serial=st.integers(1, 999_999))
def test_every_place_is_filled_and_nothing_is_filled_twice(
    kind: NoticeKind, content: Content, serial: int, texts: NoticeTexts
) -> None:
    template = texts.template(kind)
    notice = compose(kind, content, texts=texts, serial=serial)
    number = f"{content.region}〔{content.on.year}〕{template.prefix}-{serial:06d}"
    lines = [f"{place}. {line}" for place, line in enumerate(content.items, start=1)]
    norms = [f"《{basis.document}》{basis.article}" for basis in content.bases]
    # Python's own templates read each place once, too.
    expected = template.text.format(
        number=number,
        case=content.case,
        item=content.item,
        region=content.organ or content.region,
        on=f"{content.on.year}年{content.on.month}月{content.on.day}日",
        items="\n".join(lines),
        bases="；".join(norms) if norms else "—",
        deadlines="\n".join(map(day_told, content.deadlines)),
        remedies="\n".join(map(remedy_told, texts.remedies)),
        applicant=content.applicant.reveal(),
        detail=content.detail,
    )
    assert notice.text.reveal() == expected.strip()
    assert (notice.number, notice.kind, notice.on) == (number, kind, content.on)
    assert (notice.items, notice.bases) == (content.items, content.bases)
    assert (notice.case, notice.region) == (content.case, content.region)
    assert notice.deadlines == content.deadlines
    assert notice.remedies == (texts.remedies if kind in CONTESTED else ())


def test_a_name_that_looks_like_a_place_stays_a_name(texts: NoticeTexts) -> None:
    odd = Content(
        case="C-1", item="x", region="310115", applicant=Sensitive("{case}{nowhere}"),
        on=CONTENT.on,
    )  # fmt: skip
    notice = compose(NoticeKind.RECEIPT, odd, texts=texts, serial=1)
    assert "申请人：{case}{nowhere}\n" in notice.text.reveal()


def test_a_notice_reads_as_an_official_paper_and_shows_its_text_to_nobody(
    texts: NoticeTexts,
) -> None:
    notice = compose(NoticeKind.SUPPLEMENT, CONTENT, texts=texts, serial=7)
    assert notice.number == "310115〔2026〕补正-000007"
    text = notice.text.reveal().splitlines()
    assert text[0] == notice.number
    assert "1. 营业执照" in text
    assert "2. 场地使用权证明" in text
    assert "依据：《行政许可法》第三十二条" in text
    assert "2026年3月2日" in text
    assert text[-1] == "请于补正后交回窗口"
    assert NAME in notice.text.reveal()
    assert NAME not in repr(notice) + str(notice.masked())


@given(kinds=st.tuples(KINDS, KINDS), serials=st.tuples(*[st.integers(1, 3)] * 2))
def test_numbers_are_the_same_only_for_the_same_kind_and_serial(
    kinds: tuple[NoticeKind, NoticeKind], serials: tuple[int, int], texts: NoticeTexts
) -> None:
    one, two = (
        compose(kind, CONTENT, texts=texts, serial=serial).number
        for kind, serial in zip(kinds, serials, strict=True)
    )
    assert (one == two) == (kinds[0] == kinds[1] and serials[0] == serials[1])


@given(data=st.data(), first=st.lists(TEXTS, min_size=1, max_size=4, unique=True))
@pytest.mark.requirement("YRD-CASE-004")
def test_a_later_notice_asks_for_nothing_new(
    data: st.DataObject, first: list[str], texts: NoticeTexts
) -> None:
    known = data.draw(st.lists(st.sampled_from(first), max_size=3))
    new = data.draw(st.lists(TEXTS.filter(lambda line: line not in first), max_size=3))
    receipt = compose(NoticeKind.RECEIPT, CONTENT, texts=texts, serial=1)
    # The first notice counts: a second one that slipped through widens nothing.
    earlier = (receipt, supplement(*first, texts=texts), supplement(*new, texts=texts))
    require_one_notice(earlier, known)
    if not new:
        return
    with pytest.raises(CaseError) as refused:
        require_one_notice(earlier, data.draw(st.permutations([*known, *new])))
    assert [r.code for r in refused.value.reasons] == ["notice-second-requirement"] * len(new)


@pytest.mark.requirement("YRD-CASE-004")
def test_the_first_notice_may_ask_for_anything_the_second_for_no_third_material(
    texts: NoticeTexts,
) -> None:
    require_one_notice((), ("营业执照", "场地使用权证明"))
    first = supplement("营业执照", "场地使用权证明", texts=texts)
    require_one_notice((first,), ("场地使用权证明",))
    with pytest.raises(CaseError) as refused:
        require_one_notice((first,), ("场地使用权证明", "物业同意书"))
    (reason,) = refused.value.reasons
    assert (reason.code, reason.got) == ("notice-second-requirement", "物业同意书")


def test_the_shipped_texts_are_sound_and_say_that_they_are_no_official_form(
    texts: NoticeTexts,
) -> None:
    assert NoticeTexts.check(texts) == ()
    assert texts.illustrative
    for kind in NoticeKind:
        text = compose(kind, CONTENT, texts=texts, serial=1).text.reveal()
        contested = kind in {NoticeKind.RULING, NoticeKind.REFUSAL, NoticeKind.NOT_REQUIRED}
        assert ("行政复议" in text) == ("行政诉讼" in text) == contested


def test_a_region_that_tells_no_remedy_is_found(texts: NoticeTexts) -> None:
    for left in texts.remedies:
        broken = texts.model_copy(update={"remedies": (left,)})
        (reason,) = NoticeTexts.check(broken)
        assert reason.code == "notice-remedy-missing"
        assert {reason.got, left.kind} == {"review", "litigation"}


@pytest.mark.parametrize("kind", NoticeKind)
def test_unknown_and_missing_places_are_found(texts: NoticeTexts, kind: NoticeKind) -> None:
    text = texts.template(kind).text
    for place in ("nowhere", "case ", "", "0"):
        found = problems(texts, kind, text=f"{text}{{{place}}}")
        assert found == [("notice-place-unknown", kind, place)]
    for place in PLACES:
        found = problems(texts, kind, text=text.replace(f"{{{place}}}", ""))
        wanted = place in needed_places(kind)
        needed = [("notice-place-missing", kind, place)] if wanted else []
        assert found == needed


@pytest.mark.parametrize("brace", ["{", "}", "{{", "}{", "{{case}"])
def test_a_brace_without_its_pair_is_found(texts: NoticeTexts, brace: str) -> None:
    text = texts.template(NoticeKind.RULING).text
    found = problems(texts, "ruling", text=text + brace)
    assert [code for code, _, _ in found] == ["notice-brace-alone"]


def test_all_problems_come_at_once(texts: NoticeTexts) -> None:
    found = problems(texts, "ruling", text="{who} {")
    assert {code for code, _, _ in found} == {
        "notice-place-unknown",
        "notice-place-missing",
        "notice-brace-alone",
    }
    assert len(found) == 2 + len(needed_places(NoticeKind.RULING))
    assert {"number", "case", "applicant", "region", "on", "items", "remedies"} == set(
        needed_places(NoticeKind.RULING)
    )
    assert "deadlines" in needed_places(NoticeKind.EXTENSION)


def test_two_kinds_never_share_a_prefix(texts: NoticeTexts) -> None:
    found = problems(texts, "refusal", prefix=texts.template(NoticeKind.RULING).prefix)
    assert found == [("notice-prefix-twice", "refusal", "决定")]
    with pytest.raises(KnowledgeError):
        problems(texts, "refusal", prefix="")


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_one_template(texts: NoticeTexts, kind: NoticeKind) -> None:
    own = texts.template(kind)
    rest = tuple(row for row in texts.templates if row.kind != kind)
    for rows, got in ((rest, "0"), ((*rest, own, own), "2")):
        broken = texts.model_copy(update={"templates": rows})
        found = [(r.code, r.field, r.got) for r in NoticeTexts.check(broken)]
        assert found == [("notice-template-count", kind, got)]


def test_a_notice_tells_each_value_that_the_life_cycle_wants_of_its_fact(
    texts: NoticeTexts, lifecycle: LifeCycle
) -> None:
    # Facts with a verb of their own have words of their own; a procedure's name is internal.
    own = {"received", "supplement-noticed", "accepted", "permitted", "rejected", "delivered"}
    for row in lifecycle.facts:
        if row.notice is None or row.type in own:
            continue
        body = {need.key: SAYS[need.key] for need in row.needs}
        template = texts.template(row.notice)
        told = "\n".join(lines_of(template, body, happened=row.zh))
        values = {line.key: line.values for line in template.lines}
        for key, value in body.items():
            if key == "procedure":
                continue
            shown = values[key].get(str(value), str(value))
            if shown.startswith("2026-"):
                shown = f"{date.fromisoformat(shown):%Y年%-m月%-d日}"
            assert shown in told, (row.type, key)
        assert (template.headline or told == row.zh) == (row.zh in told)


@given(value=st.lists(TEXTS, max_size=3) | TEXTS | st.integers(0, 99))
def test_what_a_fact_says_gives_one_line_each_and_nothing_gives_what_happened(
    value: list[str] | str | int, texts: NoticeTexts
) -> None:
    template = texts.template(NoticeKind.NOT_REQUIRED)
    body = cast("dict[str, Json]", {"reasons": value})
    said = [str(one) for one in (value if isinstance(value, list) else [value])]
    wanted = [" ".join(one.split()) for one in said if one.strip()]
    found = lines_of(template, body, happened="发生了什么")
    assert list(found) == (wanted or ["发生了什么"])
    assert lines_of(template, {}, happened="发生了什么") == ("发生了什么",)


@pytest.mark.parametrize("zh", ["理由", "{value}{value}", "{valu}"])
def test_a_line_shows_its_value_once(texts: NoticeTexts, zh: str) -> None:
    file = cast("dict[str, list[dict[str, Json]]]", texts.masked())
    lines: Json = [{"key": "reason", "zh": zh}]
    rows: list[Json] = [
        {**row, "lines": lines} if row["kind"] == "extension" else row
        for row in file["template"]
    ]
    broken = NoticeTexts.from_value(
        cast("Json", {**file, "template": rows}), error=KnowledgeError
    )
    (reason,) = NoticeTexts.check(broken)
    assert (reason.code, reason.field) == ("notice-place-missing", "extension.reason")
