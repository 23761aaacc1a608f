"""``interop criteria ask``: what to ask next, told and as JSON."""

import io
import json
import sys
from collections.abc import Callable

import pytest

from interop.criteria.questions import Question
from tests.cli.runs import Ran

Run = Callable[..., Ran]
CASE = ("outdoor-advertising", "--region", "310115", "--on", "2026-03-02")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, str]]:
    """State facts on standard input."""

    def state(**facts: object) -> tuple[str, str]:
        named = {name.replace("__", "."): value for name, value in facts.items()}
        monkeypatch.setattr(
            sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(named).encode()))
        )
        return "--facts", "-"

    return state


def test_competence_comes_first(run: Run) -> None:
    lines = run("criteria", "ask", *CASE).out.splitlines()
    assert lines[0].startswith("1. site.authority: 设置地点是否在市级部门直接管理的区域")
    assert lines[0].endswith("(区级管理区域 / 市级管理区域)")
    english = run("criteria", "ask", *CASE, "--lang", "en").out.splitlines()
    assert english[2] == "3. facility.area: facility area"


def test_an_answer_spares_questions(run: Run, said: Callable[..., tuple[str, str]]) -> None:
    told = run("criteria", "ask", *CASE, *said(), "--json").json()
    assert (told["next"], told["purpose"]) == ("site.authority", "notice")
    assert isinstance(told["questions"], list)
    before = [Question.from_value(row).fact for row in told["questions"]]
    facts = {"site__authority": "district", "facility__top": "12"}
    told = run("criteria", "ask", *CASE, *said(**facts), "--json").json()
    assert isinstance(told["questions"], list)
    after = [Question.from_value(row).fact for row in told["questions"]]
    assert set(before) - set(after) == {"site.authority", "facility.top", "structure.appraised"}


def test_a_closed_door_ends_the_questions(
    run: Run, said: Callable[..., tuple[str, str]]
) -> None:
    facts = {"site__authority": "city", "site__region": "310115"}
    assert run("criteria", "ask", *CASE, *said(**facts)).out == "无需再问\n"
    english = run("criteria", "ask", *CASE, *said(**facts), "--lang", "en")
    assert english.out == "nothing more to ask\n"
    told = run("criteria", "ask", *CASE, *said(**facts), "--json").json()
    assert (told["next"], told["questions"]) == (None, [])


def test_a_pre_check_asks_less(run: Run, said: Callable[..., tuple[str, str]]) -> None:
    facts = {"site__kind": "heritage"}
    ways = [
        run("criteria", "ask", *CASE, *said(**facts), "--purpose", way).out.splitlines()
        for way in ("notice", "precheck")
    ]
    assert len(ways[1]) < len(ways[0])
    assert run("criteria", "ask", *CASE, "--purpose", "guess").code == 2
