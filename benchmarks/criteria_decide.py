"""Explaining decisions: twelve conditions, 200 applicants, 51 % accepted, against peers.

What is measured is the full explanation: every failing condition by name, and for ours, three
values: every undecided one as well. The hand-written function lists failing conditions and
knows no missing fact. A peer that has no answer of all failing conditions at once is asked
each condition in turn, as its users do; it gets facts already in its own types (days as
numbers, decimals as floats), which favours it. All answers are compared before timing.
"""

import json
import random
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from importlib import import_module
from typing import Final, TypeAlias

from benchmarks.measure import interleave
from interop.criteria.codegen import generated
from interop.criteria.evaluation import Value
from interop.criteria.judge import Judge
from interop.criteria.parser import parse
from interop.criteria.vocabulary import vocabulary_of
from interop.model.item import FactDefinition, FactType

Facts: TypeAlias = dict[str, Value]
Plain: TypeAlias = dict[str, bool | int | float | str | list[str]]
Lister: TypeAlias = Callable[[Plain], tuple[str, ...]]

ON: Final = date(2026, 3, 2)
APPLICANTS: Final = 200
ACCEPTED: Final = 102
MISSING: Final = 0.15
ROUNDS: Final = 9
REPEAT: Final = {"hand": 100, "ours": 100, "ours_missing": 100}
KINDS: Final = ("company", "person", "school", "association")
DISTRICTS: Final = tuple(str(310101 + n) for n in range(12))
SERVED: Final = DISTRICTS[:10]
PAPERS: Final = ("deed", "plan", "photo", "consent")
PURPOSES: Final = ("shop", "office", "storage")

ENUMS: Final = {"kind": KINDS, "district": DISTRICTS, "purpose": PURPOSES}
FLAGS: Final = ("resident", "guarantee", "blacklisted", "appraised")
WHOLES: Final = ("age", "months", "staff", "capital")
DECIMALS: Final = ("area", "height")
DAYS: Final = ("licence_until", "founded")

# Name, ours, zen, CEL, Rego. A day is its number for the peers, `today` is handed in.
_SERVED: Final = ", ".join(f'"{code}"' for code in SERVED)
CONDITIONS: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    ("kind", 'kind != "association"', "", "", 'input.kind != "association"'),
    ("resident", "resident", "", "", "input.resident == true"),
    ("age", "age >= 18 && age <= 65", "", "", "input.age >= 18; input.age <= 65"),
    (
        "months",
        'kind != "person" || months >= 6',
        "",
        "",
        'input.kind != "person"||input.months >= 6',
    ),
    ("area", "area <= 300.5", "", "", "input.area <= 300.5"),
    (
        "district",
        f"district in [{_SERVED}]",
        "",
        "",
        f"input.district in {{{_SERVED}}}",
    ),
    (
        "papers",
        '"deed" in papers && "plan" in papers',
        "",
        "",
        '"deed" in input.papers; "plan" in input.papers',
    ),
    (
        "licence",
        "licence_until >= on.plus_days(60)",
        "licence_until >= today + 60",
        "licence_until >= today + 60",
        "input.licence_until >= input.today + 60",
    ),
    (
        "means",
        "(staff >= 5 && capital >= 100000) || (guarantee && capital >= 50000)"
        ' || kind == "school"',
        "",
        "",
        "input.staff >= 5; input.capital >= 100000"
        '||input.guarantee == true; input.capital >= 50000||input.kind == "school"',
    ),
    ("clean", "!blacklisted", "", "", "input.blacklisted == false"),
    ("height", "height <= 24 || appraised", "height <= 24 || appraised",
     "height <= 24.0 || appraised", "input.height <= 24||input.appraised == true"),
    (
        "purpose",
        '(purpose == "shop" || purpose == "office") && founded <= on',
        '(purpose == "shop" || purpose == "office") && founded <= today',
        '(purpose == "shop" || purpose == "office") && founded <= today',
        'input.purpose in {"shop", "office"}; input.founded <= input.today',
    ),
)  # fmt: skip
NAMES: Final = tuple(row[0] for row in CONDITIONS)


def run() -> dict[str, float | None]:
    """Return how many times longer each takes than the other; None where a peer is absent."""
    judge = ours()
    everyone = applicants()
    thinned = [thin(facts, number) for number, facts in enumerate(everyone)]
    rows = [plain(facts) for facts in everyone]
    peers = present_peers()
    same_answers(judge, everyone, thinned, peers)
    work: dict[str, Callable[[], object]] = {
        "hand": lambda: _times("hand", lambda: [by_hand(facts, ON) for facts in everyone]),
        "ours": lambda: _times("ours", lambda: [judge.explain(f, ON) for f in everyone]),
        "ours_missing": lambda: _times(
            "ours_missing", lambda: [judge.explain(f, ON) for f in thinned]
        ),
    }
    for name, lister in peers.items():
        work[name] = partial(_listed, lister, rows)
    medians = {
        name: seconds / REPEAT.get(name, 1)
        for name, seconds in interleave(work, rounds=ROUNDS).medians.items()
    }
    figures: dict[str, float | None] = {
        "explain_vs_hand": _ratio(medians, "ours", "hand"),
        "explain_missing_vs_hand": _ratio(medians, "ours_missing", "hand"),
    }
    for name in ("zen", "cel", "opa"):
        figures[f"{name}_vs_ours"] = _ratio(medians, name, "ours")
    for name, seconds in medians.items():
        figures[f"{name}_us"] = round(seconds / APPLICANTS * 1e6, 2)
    return figures


def _listed(lister: Lister, rows: list[Plain]) -> None:
    for row in rows:
        lister(row)


def _times(name: str, call: Callable[[], object]) -> None:
    for _ in range(REPEAT[name]):
        call()


def _ratio(medians: Mapping[str, float], above: str, below: str) -> float | None:
    return round(medians[above] / medians[below], 2) if above in medians else None


# Ours, and by hand.


def ours() -> Judge:
    """Return the twelve conditions, parsed and compiled."""
    nodes = [parse(row[1])[0] for row in CONDITIONS]
    vocabulary = vocabulary_of(definitions())
    return Judge(NAMES, generated([node for node in nodes if node is not None], vocabulary))


def definitions() -> tuple[FactDefinition, ...]:
    """Return the vocabulary of sixteen facts."""
    types = {
        **dict.fromkeys(FLAGS, FactType.BOOL),
        **dict.fromkeys(WHOLES, FactType.INT),
        **dict.fromkeys(DECIMALS, FactType.DECIMAL),
        **dict.fromkeys(DAYS, FactType.DATE),
        **dict.fromkeys(ENUMS, FactType.ENUM),
        "papers": FactType.SET,
    }
    lists = {**ENUMS, "papers": PAPERS}
    return tuple(
        FactDefinition(id=name, type=kind, zh=name, en=name, values=lists.get(name, ()))
        for name, kind in types.items()
    )


_SERVED_SET: Final = frozenset(SERVED)
_AREA_MAX: Final = Decimal("300.5")
_SIXTY_DAYS: Final = timedelta(days=60)


def by_hand(f: Facts, on: date) -> list[str]:  # noqa: C901 -- what a programmer would write
    """Return the failing conditions, written by hand; every fact has to be there."""
    failing: list[str] = []
    kind = f["kind"]
    if kind == "association":
        failing.append("kind")
    if not f["resident"]:
        failing.append("resident")
    if not 18 <= f["age"] <= 65:  # type: ignore[operator]  # facts are of many types
        failing.append("age")
    if kind == "person" and f["months"] < 6:  # type: ignore[operator]  # as above
        failing.append("months")
    if f["area"] > _AREA_MAX:  # type: ignore[operator]  # as above
        failing.append("area")
    if f["district"] not in _SERVED_SET:
        failing.append("district")
    papers = f["papers"]
    if "deed" not in papers or "plan" not in papers:  # type: ignore[operator]  # as above
        failing.append("papers")
    if f["licence_until"] < on + _SIXTY_DAYS:  # type: ignore[operator]  # as above
        failing.append("licence")
    if not (
        (f["staff"] >= 5 and f["capital"] >= 100000)  # type: ignore[operator]  # as above
        or (f["guarantee"] and f["capital"] >= 50000)  # type: ignore[operator]  # as above
        or kind == "school"
    ):
        failing.append("means")
    if f["blacklisted"]:
        failing.append("clean")
    if f["height"] > 24 and not f["appraised"]:  # type: ignore[operator]  # as above
        failing.append("height")
    if f["purpose"] not in {"shop", "office"} or f["founded"] > on:  # type: ignore[operator]  # as above
        failing.append("purpose")
    return failing


# Applicants.


def applicants() -> list[Facts]:
    """Return 200 applicants of whom 102 meet every condition, the same on every run."""
    draw = random.Random(12)  # noqa: S311 -- no secret, the same each time
    wanted = {True: ACCEPTED, False: APPLICANTS - ACCEPTED}
    found: list[Facts] = []
    while any(wanted.values()):
        facts = applicant(draw)
        accepted = not by_hand(facts, ON)
        if wanted[accepted]:
            wanted[accepted] -= 1
            found.append(facts)
    return found


def applicant(draw: random.Random) -> Facts:
    """Return one applicant, sound in most respects."""

    def mostly(share: float) -> bool:
        return draw.random() < share

    papers = [paper for paper in PAPERS if mostly(0.97)]
    return {
        "kind": draw.choice(KINDS[:3] if mostly(0.97) else KINDS[3:]),
        "resident": mostly(0.96),
        "age": draw.randint(18, 65) if mostly(0.96) else draw.randint(14, 80),
        "months": draw.randint(6, 60) if mostly(0.9) else draw.randint(0, 8),
        "area": Decimal(draw.randint(100, 30_000 if mostly(0.95) else 60_000)) / 100,
        "district": draw.choice(SERVED if mostly(0.96) else DISTRICTS),
        "papers": frozenset(papers),
        "licence_until": ON + timedelta(days=draw.randint(60 if mostly(0.95) else 0, 900)),
        "staff": draw.randint(5 if mostly(0.95) else 0, 40),
        "capital": draw.randint(100_000 if mostly(0.95) else 0, 900_000),
        "guarantee": mostly(0.5),
        "blacklisted": mostly(0.02),
        "height": Decimal(draw.randint(20, 240 if mostly(0.9) else 400)) / 10,
        "appraised": mostly(0.7),
        "purpose": draw.choice(PURPOSES[:2] if mostly(0.97) else PURPOSES),
        "founded": ON - timedelta(days=draw.randint(0 if mostly(0.98) else -90, 4000)),
    }


def thin(facts: Facts, number: int) -> Facts:
    """Return the applicant with 15 % of the facts not stated."""
    draw = random.Random(number)  # noqa: S311 -- no secret, the same each time
    return {name: value for name, value in facts.items() if draw.random() >= MISSING}


def plain(facts: Facts) -> Plain:
    """Return the facts as the peers take them: decimals as floats, days as numbers."""
    found: Plain = {"today": ON.toordinal()}
    for name, value in facts.items():
        if isinstance(value, Decimal):
            found[name] = float(value)
        elif isinstance(value, date):
            found[name] = value.toordinal()
        else:
            found[name] = sorted(value) if isinstance(value, frozenset) else value
    return found


# Peers.


def present_peers() -> dict[str, Lister]:
    """Return the peers that are installed; say on standard error which are not."""
    found: dict[str, Lister] = {}
    for name, make in {"zen": zen, "cel": cel, "opa": opa}.items():
        try:
            found[name] = make()
        except ImportError as fault:
            print(f"{name}_vs_ours: {fault}; install the extra `bench`", file=sys.stderr)
    return found


def zen() -> Lister:
    """Return zen-engine, each condition compiled and asked in turn."""
    engine = import_module("zen")
    texts = [row[2] or row[1] for row in CONDITIONS]
    asked = [
        (name, engine.compile_expression(_in_zen(text)))
        for name, text in zip(NAMES, texts, strict=True)
    ]
    return lambda row: tuple(name for name, held in asked if not held.evaluate(row))


def _in_zen(text: str) -> str:
    return text.replace("&&", "and").replace("||", "or").replace("!b", "not b")


def cel() -> Lister:
    """Return cel-expr-python, each condition compiled and asked in turn."""
    engine = import_module("cel_expr_python.cel")
    kinds = engine.Type
    types = {
        **dict.fromkeys(FLAGS, kinds.BOOL),
        **dict.fromkeys((*WHOLES, *DAYS, "today"), kinds.INT),
        **dict.fromkeys(DECIMALS, kinds.DOUBLE),
        **dict.fromkeys(ENUMS, kinds.STRING),
        "papers": kinds.List(kinds.STRING),
    }
    env = engine.NewEnv(variables=types)
    asked = [(row[0], env.compile(row[3] or row[1])) for row in CONDITIONS]
    return lambda row: tuple(
        name for name, held in asked if not held.eval(data=row).plain_value()
    )


def opa() -> Lister:
    """Return Rego by regopy: one rule set that lists every failing condition."""
    engine = import_module("regopy")
    build = engine.Interpreter()
    build.add_module("criteria.rego", rego())
    bundle = build.build("x = data.criteria.failing")
    asked = engine.Interpreter()

    def failing(row: Plain) -> tuple[str, ...]:
        asked.set_input(row)
        output = json.loads(str(asked.query_bundle(bundle)))
        found = frozenset(output["bindings"]["x"])
        return tuple(name for name in NAMES if name in found)

    return failing


def rego() -> str:
    """Return the conditions as a Rego module."""
    rules = ["package criteria", "import rego.v1"]
    for name, *_, text in CONDITIONS:
        rules += [f"holds_{name} if {{ {part} }}" for part in text.split("||")]
        rules.append(f'failing contains "{name}" if {{ not holds_{name} }}')
    return "\n".join(rules)


def same_answers(
    judge: Judge, everyone: list[Facts], thinned: list[Facts], peers: Mapping[str, Lister]
) -> None:
    """Raise unless all name the same failing conditions, and unknown ones are sound."""
    for facts, some in zip(everyone, thinned, strict=True):
        expected = tuple(by_hand(facts, ON))
        answers = {name: lister(plain(facts)) for name, lister in peers.items()}
        answers["ours"], unknown = judge.explain(facts, ON)
        wrong = sorted(name for name, found in answers.items() if found != expected)
        failed, open_ = judge.explain(some, ON)
        if wrong or unknown or not set(failed) <= set(expected) <= set(failed) | set(open_):
            msg = f"answers differ: {', '.join(wrong) or 'with missing facts'}"
            raise RuntimeError(msg)
