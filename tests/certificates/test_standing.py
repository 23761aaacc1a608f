"""The quick yes never says more than the checks, and says it where nothing is unusual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates.hearing import (
    Bench,
    any_of,
    check_all,
    hear,
    judge,
    seat,
    subject_of,
)
from interop.certificates.standing import stands
from interop.conformance.strategies.certificates import (
    AT,
    DAY,
    LICENCE,
    Scene,
    scene,
)
from interop.conformance.strategies.exemption_defects import DEFECTS, scenes
from interop.model.certificate import Annotation


def compare(bench: Bench) -> list[tuple[bool, bool]]:
    """Return for each candidate of each requirement: the quick yes, and all checks passed."""
    found: list[tuple[bool, bool]] = []
    for material in bench.item.materials:
        for alternative in material.any_of:
            for evidence in alternative:
                for one in bench.ready.get(evidence.certificate, ()):
                    quick = stands(one, evidence, material.holder_role, bench.asked)
                    subject = subject_of(
                        bench, material, one.held, evidence=evidence, place="x"
                    )
                    found.append((quick, not any(check_all(subject).values())))
    return found


@given(asked=scenes(), day=st.integers(-40, 40), code=st.sampled_from(["", *sorted(DEFECTS)]))
def test_a_quick_yes_is_what_every_check_says(asked: Scene, day: int, code: str) -> None:
    moved = asked.ask(on=asked.question.on + day * DAY)
    changed = DEFECTS[code](moved) if code else moved
    # An annotated copy whose day has not passed is sound, and looked at closely all the same.
    close = any(one.annotation for one in changed.question.held)
    for quick, passed in compare(seat(changed.item, changed.question)):
        assert quick is passed or (close and passed)


def test_what_is_sound_takes_the_quick_way() -> None:
    found = compare(seat(scene().item, scene().question))
    assert found.count((True, True)) == 4
    assert (False, True) not in found


@pytest.mark.parametrize("code", DEFECTS)
def test_no_defect_gets_a_quick_yes(code: str) -> None:
    changed = DEFECTS[code](scene())
    bench = seat(changed.item, changed.question)
    assert not [
        one
        for one in bench.ready.get(LICENCE, ())
        if stands(one, changed.item.materials[1].any_of[0][0], "applicant", bench.asked)
    ]


def test_what_is_unusual_is_left_to_the_checks() -> None:
    # Lawful, and looked at closely all the same: an annotated copy, a grant issued twice.
    copy = Annotation(
        case=scene().question.case,
        item=scene().item.item,
        grantee=scene().question.grantee,
        purpose="测试",
        not_after=AT + DAY,
    )
    annotated = scene().on_licence(lambda one: one.model_copy(update={"annotation": copy}))
    twice = scene().ask(grants=(*scene().question.grants, *scene().question.grants))
    for asked in (annotated, twice):
        found = compare(seat(asked.item, asked.question))
        assert (False, True) in found
        assert (True, False) not in found


@given(asked=scenes())
def test_what_is_judged_at_once_is_what_a_full_hearing_finds(asked: Scene) -> None:
    bench = seat(asked.item, asked.question)
    for one in judge(bench):
        assert one.outcome == any_of(part.outcome for part in hear(bench, one.material))
        assert (one.heard is None) is (one.outcome == "pass")
