"""Figures of a node as Prometheus reads them: counts and ages, nobody and no case named.

Source: Prometheus text exposition format 0.0.4.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from interop.gateway.figures import Figures

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float]


def exposition(
    figures: Figures, *, region: str, work_age_s: float, counts: Mapping[tuple[str, int], int]
) -> str:
    """Return the page.

    Args:
        figures: Figures of the gateway.
        region: Region code it acts for.
        work_age_s: Seconds since a round of work last finished; -1 if this node does none.
        counts: Answers of the application interface, by verb and status.
    """
    here = {"region": region}
    rows: tuple[tuple[str, str, str, Iterable[Sample]], ...] = (
        (
            "interop_cases",
            "gauge",
            "Cases by state.",
            [({**here, "state": state}, n) for state, n in figures.cases.items()],
        ),
        *_gauges(figures, here, work_age_s),
        (
            "interop_api_answers_total",
            "counter",
            "Answers of the application interface of this process.",
            [
                ({**here, "verb": verb, "status": str(status)}, n)
                for (verb, status), n in sorted(counts.items())
            ],
        ),
    )
    return "".join(_lines(rows))


def _gauges(
    figures: Figures, here: Mapping[str, str], work_age_s: float
) -> Iterator[tuple[str, str, str, Iterable[Sample]]]:
    told = {
        "cases_overdue": ("Cases past their last day, at most 10000.", figures.overdue),
        "cases_provisional": (
            "Cases whose last day waits for a calendar, at most 10000.",
            figures.provisional,
        ),
        "lanes_waiting": ("Lanes to send on or without a receipt.", figures.lanes),
        "tasks_due": ("Intents due, at most 10000.", figures.tasks),
        "oldest_task_age_seconds": ("Age of the oldest intent due.", figures.oldest_task_s),
        "audit_lines": ("Lines of the audit chain.", figures.lines),
        "work_age_seconds": ("Since a round of work last finished; -1: none.", work_age_s),
    }
    for name, (words, value) in told.items():
        yield f"interop_{name}", "gauge", words, [(here, value)]


def _lines(rows: Iterable[tuple[str, str, str, Iterable[Sample]]]) -> Iterator[str]:
    for name, kind, words, samples in rows:
        yield f"# HELP {name} {words}\n# TYPE {name} {kind}\n"
        for labels, value in samples:
            told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            yield f"{name}{{{told}}} {value:.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
