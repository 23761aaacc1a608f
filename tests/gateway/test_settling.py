"""A dead letter parks its case on both sides; settled, the case moves again."""

import pytest

from interop.errors import CaseError
from interop.exchange import Envelope
from interop.gateway.settling import discard_letter, redrive_case, release_case
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.gateway.delta import START, Delta, Forgery


def test_a_refused_message_parks_its_case_on_both_sides_until_it_is_settled(
    delta: Delta,
) -> None:
    delta.open(PUDONG, acceptance=False)
    number = delta.handed_over(rounds=3)
    delta.forge_hand_over(
        number,
        Forgery(
            package=lambda package: package.model_copy(
                update={"unreachable": ("business-licence",)}
            )
        ),
    )
    assert delta.refusals() == ["handover-conflict"]
    for region in (SUZHOU, PUDONG):
        trace = delta.gateways[region].trace(number)
        assert (trace.parked, trace.parked_because) == (True, "handover-conflict")
    with pytest.raises(CaseError, match="case-parked"):
        delta.pudong.accept(number)
    here, there = delta.suzhou.station, delta.pudong.station
    assert [one.code for one in redrive_case(there, number)] == ["handover-conflict"]
    assert delta.pudong.trace(number).parked
    assert discard_letter(there, 1)
    assert not discard_letter(there, 1)
    assert redrive_case(there, number) == ()
    assert not delta.pudong.trace(number).parked
    assert delta.audited(PUDONG, number).count("released") == 1
    # The window is told by a person.
    assert release_case(here, number)
    assert not release_case(here, number)
    assert not delta.suzhou.trace(number).parked
    delta.pudong.accept(number)
    delta.work(3)
    assert delta.suzhou.trace(number).case == delta.pudong.trace(number).case


def test_the_release_of_a_case_that_is_not_known_is_refused(delta: Delta) -> None:
    with pytest.raises(CaseError, match="case-unknown"):
        release_case(delta.pudong.station, "nobody's")


def test_a_message_of_a_region_that_has_no_part_in_a_case_does_not_park_it(
    delta: Delta,
) -> None:
    number = delta.handed_over(rounds=3)
    for source, parks in (("330100", False), (SUZHOU, True)):
        poison = Envelope(
            id="poison", source=source, subject=number, time=START, sequence=1, data="-"
        )
        with delta.desk(PUDONG).store.transaction() as tx:
            delta.pudong.station.refused(tx, poison, "not-our-case")
        assert delta.pudong.trace(number).parked is parks
