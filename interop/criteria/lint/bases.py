"""Legal bases that are no longer in force, or not yet, on the day an item is looked at."""

from collections.abc import Iterable, Iterator
from datetime import date

from interop.criteria.lint.reasons import NORM_NOT_YET, NORM_REPEALED
from interop.criteria.norms import Norm, standing_of
from interop.errors import Reason
from interop.model.item import Basis, ServiceItem


def stale_bases(item: ServiceItem, norms: Iterable[Norm], *, on: date) -> tuple[Reason, ...]:
    """Return each basis of ``item`` that is not in force on day ``on``, with its successor.

    Args:
        item: The item as a region runs it.
        norms: Editions and their days; what is not among them is not judged.
        on: Day of the decision, Asia/Shanghai. An item that takes effect later is looked at
            on its first day.
    """
    rows, day = tuple(norms), max(on, item.effective_from)
    return tuple(
        reason for path, basis in _bases(item) for reason in _stale(path, basis, rows, day)
    )


def _stale(path: str, basis: Basis, norms: tuple[Norm, ...], on: date) -> Iterator[Reason]:
    found = standing_of(basis, norms, on=on)
    if found is None:
        return
    called = f"{found.norm.document} {found.norm.edition}"
    if found.is_over:
        instead = found.norm.superseded_by or "—"
        yield NORM_REPEALED.of(field=path, expected=instead, got=called)
    else:
        yield NORM_NOT_YET.of(field=path, expected=found.norm.valid_from or "", got=called)


def _bases(item: ServiceItem) -> Iterator[tuple[str, Basis]]:
    named: list[tuple[str, Basis | None]] = [
        *((f"setting_basis[{n}]", basis) for n, basis in enumerate(item.setting_basis)),
        ("listed_as", item.listed_as),
        ("statutory.basis", item.statutory.basis),
        ("promised.basis", item.promised.basis),
        *((f"materials.{row.code}.basis", row.basis) for row in item.materials),
        *((f"clauses.{row.id}.basis", row.basis) for row in item.clauses),
    ]
    yield from ((path, basis) for path, basis in named if basis is not None)
