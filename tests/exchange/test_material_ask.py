"""The signed question for a content: for one gateway, of one environment, for some minutes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from interop.conformance.strategies.exchange import CASES, EAST, NOW, WEST, introduced
from interop.errors import ExchangeError, InteropError
from interop.exchange.materials import read_material_ask, sign_material_ask

ASKER, ASKED = introduced(EAST, WEST)


def question(to: str = WEST) -> bytes:
    return sign_material_ask(ASKER.own, to=to, case=CASES[0], code="form", at=NOW)


def test_a_question_is_read_as_it_was_asked() -> None:
    ask, peer = read_material_ask(question(), directory=ASKED.directory, at=NOW)
    assert (ask.sender, ask.to, ask.case, ask.code) == (EAST, WEST, CASES[0], "form")
    assert peer.region == EAST


@pytest.mark.parametrize(
    ("late", "taken"), [(300, True), (301, False), (-300, True), (-301, False)]
)
def test_it_counts_five_minutes_either_way(late: int, *, taken: bool) -> None:
    at = NOW + timedelta(seconds=late)
    if taken:
        assert read_material_ask(question(), directory=ASKED.directory, at=at)
        return
    with pytest.raises(ExchangeError, match="exchange-ask-stale"):
        read_material_ask(question(), directory=ASKED.directory, at=at)


def test_it_is_for_one_gateway_of_one_environment() -> None:
    other = replace(ASKER.own, env="prod" if ASKER.own.env != "prod" else "test")
    foreign = sign_material_ask(other, to=WEST, case=CASES[0], code="form", at=NOW)
    for data, code in ((question(EAST), "wrong-recipient"), (foreign, "wrong-env")):
        with pytest.raises(ExchangeError, match=f"exchange-{code}"):
            read_material_ask(data, directory=ASKED.directory, at=NOW)


@pytest.mark.parametrize("harm", ["", "a.b", "a.b.c", "é"])
def test_what_is_no_question_is_refused(harm: str) -> None:
    with pytest.raises(InteropError):
        read_material_ask(harm.encode(), directory=ASKED.directory, at=NOW)


def test_no_bit_of_it_can_be_changed() -> None:
    whole = question()
    for at in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[at] ^= 1
        with pytest.raises(InteropError):
            read_material_ask(bytes(changed), directory=ASKED.directory, at=NOW)
