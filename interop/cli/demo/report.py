"""What the demonstration shows: one JSON object, or a page for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from rich.console import Console
from rich.table import Table

from interop.cli.demo.story import Outcome
from interop.cli.demo.words import NAMES, Words, words_in
from interop.errors import Lang
from interop.model.canonical import Json
from interop.model.day import SHANGHAI
from interop.model.item import ServiceItem
from interop.simulator.applicants import PUDONG, SUZHOU

Tree = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Report:
    """The run as figures, and whether every step verified.

    Attributes:
        body: What ``--json`` prints.
        failures: Names of the checks that did not hold; empty is success.
    """

    body: Tree
    failures: tuple[str, ...]


def report_on(outcome: Outcome, *, seconds: float, restarts: Mapping[str, int]) -> Report:
    """Return the report of a run; every claim is taken from what the nodes answered."""
    here, there = outcome.traces[SUZHOU], outcome.traces[PUDONG]
    exemption = _tree(outcome.draft["exemption"])
    receipts = {
        region: [_tree(entry) for entry in _list(trace["receipts"])]
        for region, trace in outcome.traces.items()
    }
    verified = {
        region: sum(entry["verified"] is True for entry in entries)
        for region, entries in receipts.items()
    }
    body: Tree = {
        "case": outcome.draft["case"],
        "state": _tree(here["case"])["state"],
        "materials": {"required": exemption["required"], "spared": exemption["spared"]},
        "receipts": {
            "verified": sum(verified.values()),
            "total": sum(len(entries) for entries in receipts.values()),
            "by": dict(verified),
        },
        "refused_reasons": _refusals(outcome.second),
        "window": [dict(reason.as_json()) for reason in outcome.window],
        "deadlines": _deadlines(there),
        "restarts": dict(restarts),
        "seconds": round(seconds, 2),
    }
    return Report(body, tuple(_failures(outcome, body)))


def _failures(outcome: Outcome, body: Tree) -> list[str]:
    here, there = outcome.traces[SUZHOU], outcome.traces[PUDONG]
    stated = [_tree(entry)["type"] for entry in _list(here["timeline"])]
    by = _tree(_tree(body["receipts"])["by"])
    kinds = {(r["kind"], r["effect"]) for r in map(_tree, _list(body["refused_reasons"]))}
    checks = {
        "delivered": body["state"] == "delivered",
        "same-case": here["case"] == there["case"],
        "nothing-twice": len(stated) == len(set(stated)),
        "two-spared": len(_list(_tree(body["materials"])["spared"])) == 2,  # noqa: PLR2004 -- the story's figure
        "receipts": _tree(body["receipts"])["verified"] == _tree(body["receipts"])["total"],
        "receipts-both": all(cast("int", n) > 0 for n in by.values()),
        "window-refused": [r.code for r in outcome.window] == ["not-competent"],
        "second-told-both": kinds == {("formal", "supplement"), ("substantive", "precheck")},
        "replayed": all(
            _tree(trace["replay"]) == {"decision": True, "exemption": True}
            for trace in (here, there)
        ),
    }
    return [name for name, holds in checks.items() if not holds]


def _refusals(decision: Tree) -> list[Json]:
    return [
        {
            "code": _tree(entry["reason"])["code"],
            "clause": entry["clause"],
            "kind": entry["kind"],
            "effect": entry["effect"],
            "zh": _tree(entry["reason"])["zh"],
            "en": _tree(entry["reason"])["en"],
            "basis": entry.get("basis"),
            "remedy": entry["remedy_zh"],
            "remedy_en": entry["remedy_en"],
        }
        for entry in map(_tree, _list(decision["outcomes"]))
    ]


def _deadlines(trace: Tree) -> Tree:
    names = {"C2": "statutory", "C9": "promised"}
    return {
        names[str(row["clock"])]: {
            "due_on": row["due_on"],
            "starts_on": row["starts_on"],
            "length": row["length"],
            "unit": row["unit"],
            "provisional": row["provisional"],
        }
        for row in map(_tree, _list(trace["deadlines"]))
        if row["clock"] in names
    }


def show(
    report: Report, outcome: Outcome, item: ServiceItem, *, lang: Lang, console: Console
) -> None:
    """Print the run for a person."""
    words, body = words_in(lang), report.body
    console.print(f"[bold]{words.title}[/]  {getattr(item, lang)}")
    console.print(f"[dim]{words.simulated}[/]\n")
    console.print(_timeline(outcome.traces[SUZHOU], words, lang))
    _show_materials(body, item, words, lang=lang, console=console)
    _show_second(body, words, lang=lang, console=console)
    console.print(f"[bold]{words.window}[/]")
    for reason in outcome.window:
        console.print(f"  {reason.code}: {reason.text(lang)}", highlight=False, soft_wrap=True)
    console.print(f"\n[bold]{words.deadlines}[/]")
    for name, row in ((k, _tree(v)) for k, v in _tree(body["deadlines"]).items()):
        note = f"  [yellow]{words.provisional}[/]" if row["provisional"] else ""
        console.print(
            f"  {getattr(words, name)}: {row['due_on']} "
            f"({words.counted.format(n=row['length'], start=row['starts_on'])}){note}",
            highlight=False,
            soft_wrap=True,
        )
    receipts = _tree(body["receipts"])
    console.print(
        f"\n[bold]{words.receipts}[/] {receipts['verified']}/{receipts['total']}"
        + "".join(f"  {NAMES[k][lang]} {v}" for k, v in _tree(receipts["by"]).items()),
        highlight=False,
        soft_wrap=True,
    )
    done = f"[green]{words.done}[/]" if not report.failures else f"[red]{words.failed}[/]"
    console.print(
        f"\n{done}  {body['case']}  {body['seconds']} s", highlight=False, soft_wrap=True
    )
    for name in report.failures:
        console.print(f"  [red]✗ {name}[/]")
    if "kept" in body:
        console.print(
            f"{words.kept}: {body['kept']}", highlight=False, soft_wrap=True, markup=False
        )


def _timeline(trace: Tree, words: Words, lang: Lang) -> Table:
    table = Table(title=words.timeline, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in (words.when, words.where, words.what, words.notice):
        table.add_column(heading, no_wrap=heading != words.notice)
    for entry in map(_tree, _list(trace["timeline"])):
        at = datetime.fromisoformat(str(entry["at"])).astimezone(SHANGHAI)
        region = NAMES.get(str(entry["region"]), {}).get(lang, str(entry["region"]))
        row = (f"{at:%m-%d %H:%M:%S}", region, str(entry[lang]), str(entry.get("notice", "")))
        table.add_row(*row)
    return table


def _show_materials(
    body: Tree, item: ServiceItem, words: Words, *, lang: Lang, console: Console
) -> None:
    names = {material.code: getattr(material, lang) for material in item.materials}
    materials = _tree(body["materials"])
    required = [names[str(code)] for code in _list(materials["required"])]
    spared = [names[str(code)] for code in _list(materials["spared"])]
    left = [name for name in required if name not in spared]
    joint = "、" if lang == "zh" else ", "
    console.print(f"\n[bold]{words.materials}[/]")
    console.print(
        f"  {words.before} ({len(required)}): {joint.join(required)}",
        highlight=False,
        soft_wrap=True,
    )
    console.print(
        f"  [green]{words.spared} ({len(spared)}): {joint.join(spared)}[/]",
        highlight=False,
        soft_wrap=True,
    )
    console.print(
        f"  {words.after} ({len(left)}): {joint.join(left)}\n", highlight=False, soft_wrap=True
    )


def _show_second(body: Tree, words: Words, *, lang: Lang, console: Console) -> None:
    console.print(f"[bold]{words.second}[/]")
    for entry in map(_tree, _list(body["refused_reasons"])):
        effect = words.supplement if entry["effect"] == "supplement" else words.precheck
        remedy = entry["remedy"] if lang == "zh" else entry["remedy_en"]
        basis = entry["basis"]
        console.print(
            f"  [{effect}] {entry[lang]}", highlight=False, soft_wrap=True, markup=False
        )
        if isinstance(basis, dict):
            article = basis.get("article", "")
            console.print(
                f"    {words.basis}: 《{basis['document']}》{article}",
                highlight=False,
                soft_wrap=True,
            )
        console.print(f"    {words.remedy}: {remedy}", highlight=False, soft_wrap=True)
    console.print()


def _tree(value: Json) -> Tree:
    return cast("Tree", value)


def _list(value: Json) -> list[Json]:
    return cast("list[Json]", value)
