"""When materials count as received, and whose receipt starts the clock of the notice."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from interop.cases import ReceiptRules
from interop.cases.receipt import Agreement
from interop.conformance.strategies.cases import at_noon, told
from interop.model.item import Basis
from tests.cases.rules import Rules, received_on, said_on

YEAR_END = date(2026, 12, 31)
DOCUMENT = Basis(level="normative-document", document="协议（示例）", verified="no")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rest_day", "due", "accepted"),
    [
        ("same-day", "2026-02-28", "2026-02-21"),
        ("next-working-day", "2026-03-02", "2026-02-24"),
    ],
)
def test_a_receipt_on_a_rest_day_counts_as_the_region_says(
    rules: Rules, rest_day: str, due: str, accepted: str
) -> None:
    rule = {"rest_day": rest_day, "rule": DOCUMENT}
    own = receipt_rules(rules, **rule)
    facts = received_on(day("2026-02-21"))
    assert own.due(facts)["C1"].due_on == day(due)
    assert own.case(facts, on=day("2026-04-01")).accepted_on == day(accepted)
    # On a working day the rule changes nothing.
    assert own.due(received_on(day("2026-02-11")))["C1"].due_on == day("2026-02-25")


def receipt_rules(rules: Rules, **values: object) -> Rules:
    base = {"region": "310115", "version": "t", "source": "made up", "verified": "no"}
    receipt = ReceiptRules.model_validate(base | values, by_name=True, by_alias=True)
    assert ReceiptRules.check(receipt) == ()
    return Rules(rules.lifecycle, rules.clocks, rules.years, rules.calendar, receipt)


def agreement(**values: object) -> Agreement:
    base: dict[str, Any] = {
        "receiving": "320000",
        "handling": "310000",
        "counts": "handling",
        "effective_from": day("2026-01-01"),
        "document": DOCUMENT,
    }
    return Agreement.model_validate(base | values)


def test_an_agreement_says_whose_receipt_starts_the_clock(rules: Rules) -> None:
    here = told(
        *(("receiving", n, at_noon(day("2026-02-11"))) for n in
          ("submitted", "received", "handed-over"))
    )  # fmt: skip
    facts = said_on(("acknowledged", day("2026-02-14")), before=here)
    assert rules.due(facts)["C1"].due_on == day("2026-02-25")
    own = receipt_rules(rules, agreement=(agreement(),))
    assert "C1" not in own.due(here)
    assert not own.case(here, on=YEAR_END).deemed
    assert own.due(facts)["C1"].starts_on == day("2026-02-14")
    assert own.due(facts)["C1"].due_on == day("2026-02-28")
    assert own.case(facts, on=YEAR_END).accepted_on == day("2026-02-14")
    for other in (
        agreement(receiving="330000"),
        agreement(handling="310104"),
        agreement(effective_from=day("2026-02-12")),
        agreement(effective_until=day("2026-02-10")),
        agreement(counts="window"),
    ):
        unmoved = receipt_rules(rules, agreement=(other,))
        assert unmoved.due(facts)["C1"].due_on == day("2026-02-25")


def test_half_past_midnight_in_beijing_is_the_day_there(rules: Rules) -> None:
    early = datetime(2026, 2, 10, 16, 30, tzinfo=UTC)
    facts = told(("receiving", "submitted", early), ("receiving", "received", early))
    assert rules.due(facts)["C1"].starts_on == day("2026-02-11")
    assert rules.due(facts)["C1"].due_on == day("2026-02-25")


def test_problems_of_receipt_rules_are_found() -> None:
    base: dict[str, Any] = {"region": "x", "version": "t", "source": "s", "verified": "no"}
    unnamed = ReceiptRules.model_validate({**base, "rest_day": "next-working-day"})
    assert [r.code for r in ReceiptRules.check(unnamed)] == ["receipt-rule-unnamed"]
    twice = ReceiptRules.model_validate({**base, "agreement": (agreement(), agreement())})
    assert [(r.code, r.field) for r in ReceiptRules.check(twice)] == [
        ("receipt-agreement-twice", "agreement.1")
    ]
