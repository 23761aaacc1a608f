"""One side asks, the owner's fact answers; asking moves nothing."""

from collections.abc import Callable

import pytest

from interop.errors import CaseError
from interop.exchange import Message, post
from interop.gateway.asking import take_command
from interop.gateway.commands import COMMANDS_MAX
from interop.gateway.dossier import open_dossier
from interop.gateway.open import Gateway
from interop.model.canonical import Json
from interop.model.case import Command
from interop.simulator.applicants import PUDONG, SUZHOU
from tests.gateway.delta import Delta


@pytest.fixture
def delta(new_delta: Callable[[], Delta]) -> Delta:
    made = new_delta()
    made.open(PUDONG, acceptance=False)
    return made


@pytest.fixture
def number(delta: Delta) -> str:
    return delta.handed_over()


def refused(gateway: Gateway, number: str, fact: str) -> str:
    with pytest.raises(CaseError) as fault:
        gateway.ask_for(number, fact)
    return fault.value.code


def standing(gateway: Gateway, number: str) -> list[tuple[str, str, str]]:
    found = gateway.trace(number).commands
    return [(entry.id, entry.state, entry.answer) for entry in found]


def both(delta: Delta, number: str) -> list[tuple[str, str, str]]:
    """Return how the commands stand, once both sides show the same."""
    delta.work(1)
    found = standing(delta.suzhou, number)
    assert found == standing(delta.pudong, number)
    assert delta.refusals(SUZHOU) == delta.refusals(PUDONG) == []
    return found


def test_a_command_is_asked_once_changes_nothing_and_is_answered_by_the_owners_fact(
    delta: Delta, number: str
) -> None:
    delta.pudong.accept(number)
    delta.work(1)
    before = delta.suzhou.trace(number).case
    asked = delta.suzhou.ask_for(number, "hearing-asked", body={"party": "applicant"})
    assert delta.suzhou.ask_for(number, "hearing-asked", body={"party": "applicant"}) == asked
    other = delta.suzhou.ask_for(number, "hearing-asked", body={"party": "interested-party"})
    assert (asked.id, other.id) == ("receiving/1", "receiving/2")
    assert both(delta, number) == [("receiving/1", "open", ""), ("receiving/2", "open", "")]
    assert delta.suzhou.trace(number).case == before == delta.pudong.trace(number).case
    assert delta.pudong.commands(number).commands == (asked, other)
    assert delta.audited(PUDONG, number).count("command-hearing-asked") == 2
    # The fact says all that the second asks for, so it answers that one.
    delta.pudong.state(number, "hearing-asked", body={"party": "interested-party"})
    assert both(delta, number)[1] == ("receiving/2", "done", "handling:3")
    no: dict[str, Json] = {"answers": "receiving/1", "reason": "已过要求听证的期限"}
    delta.pudong.state(number, "command-declined", body=no)
    delta.pudong.state(number, "command-declined", body=no)
    assert both(delta, number)[0] == ("receiving/1", "declined", "handling:4")
    answer = delta.suzhou.commands(number).answers[-1]
    assert (answer.done, answer.reason) == (False, "已过要求听证的期限")
    # In a trace stands no word that a person wrote.
    assert "期限" not in delta.suzhou.trace(number).commands[0].to_bytes().decode()


def test_the_organ_asks_the_window_and_its_usual_verb_answers(
    delta: Delta, number: str
) -> None:
    delta.pudong.accept(number)
    delta.pudong.rule(number, "permitted", result_number="P-1")
    asked = delta.pudong.ask_for(number, "delivered")
    assert both(delta, number) == [(asked.id, "open", "")]
    delta.suzhou.deliver(number, method="window")
    assert both(delta, number) == [(asked.id, "done", "receiving:4")]


def test_what_may_not_be_asked_is_refused_by_name(delta: Delta, number: str) -> None:
    assert refused(delta.suzhou, number, "withdrawn") == "command-own-fact"
    assert refused(delta.suzhou, number, "accepted") == "command-not-askable"
    assert refused(delta.suzhou, number, "blessed") == "fact-unknown"
    assert refused(delta.pudong, number, "served") == "command-own-fact"
    fresh = delta.received(delta.filing(reference="HOST-2"))
    assert refused(delta.suzhou, fresh, "served") == "command-nobody-to-ask"
    assert standing(delta.suzhou, fresh) == standing(delta.suzhou, number) == []


def test_only_an_open_command_of_the_other_side_can_be_answered(
    delta: Delta, number: str
) -> None:
    delta.pudong.accept(number)
    for answers in ("receiving/1", "handling/1", ""):
        for fact, body in (
            ("command-declined", {"reason": "不采纳"}),
            ("hearing-asked", {"party": "applicant"}),
        ):
            said: dict[str, Json] = {**body, "answers": answers}
            if answers or fact == "command-declined":
                with pytest.raises(CaseError) as fault:
                    delta.pudong.state(number, fact, body=said)
                assert fault.value.code in {"command-unknown", "fact-value"}
    asked = delta.suzhou.ask_for(number, "served")
    delta.work(1)
    with pytest.raises(CaseError) as fault:
        delta.pudong.state(
            number, "hearing-asked", body={"party": "applicant", "answers": asked.id}
        )
    assert (fault.value.code, fault.value.reason.got) == ("command-unknown", asked.id)


def test_a_command_that_nobody_can_answer_any_more_is_out_of_time(
    delta: Delta, number: str
) -> None:
    delta.pudong.accept(number)
    delta.pudong.rule(number, "rejected", reasons=["示例"])
    delta.work(1)
    delta.suzhou.deliver(number, method="window")
    delta.work(1)
    # While the window's words are on their way the organ closes the file.
    asked = delta.suzhou.ask_for(number, "hearing-asked", body={"party": "applicant"})
    delta.pudong.close(number)
    assert both(delta, number) == [(asked.id, "out-of-time", "")]
    assert delta.pudong.trace(number).case.state == "archived"
    assert refused(delta.suzhou, number, "hearing-asked") == "command-out-of-time"


def test_a_forged_or_changed_command_is_not_taken(delta: Delta, number: str) -> None:
    desk, state_hash = delta.desk(SUZHOU), delta.row(SUZHOU, number).state_hash

    def sent(command: Command) -> list[str]:
        with desk.sit() as at:
            message = Message(commands=(command,), state_hash=state_hash)
            name = f"{number}/forged/{command.id}/{command.asks}"
            post(at.tx, message, peer=PUDONG, message_id=name, at=desk.now())
        delta.work(1)
        found = delta.refusals()
        return found[len(earlier) :]

    asked = delta.suzhou.ask_for(number, "served")
    delta.work(1)
    earlier = delta.refusals()
    changed = asked.model_copy(update={"asks": "owed-settled"})
    assert sent(changed) == ["command-conflict"]
    assert standing(delta.pudong, number) == [(asked.id, "open", "")]
    with delta.desk(PUDONG).sit() as at:
        dossier = open_dossier(at, number)
        for update, code in (
            ({"side": "handling", "asks": "withdrawn"}, "not-competent"),
            ({"asks": "accepted", "id": "receiving/9"}, "command-not-askable"),
        ):
            with pytest.raises(CaseError) as fault:
                take_command(at, dossier, asked.model_copy(update=update), source=SUZHOU)
            assert fault.value.code == code
        take_command(at, dossier, asked, source=SUZHOU)
    assert delta.audited(PUDONG, number).count("command-served") == 1


def test_there_is_an_end_of_asking(delta: Delta, number: str) -> None:
    with delta.desk(SUZHOU).sit() as at:
        dossier = open_dossier(at, number)
        for n in range(COMMANDS_MAX):
            one = Command(
                id=f"handling/{n}",
                case=number,
                side="handling",
                asks="withdrawn",
                at=delta.clock(),
                body={"n": n},
            )
            take_command(at, dossier, one, source=PUDONG)
    assert refused(delta.suzhou, number, "served") == "command-limit"
