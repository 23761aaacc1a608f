"""Versions of a canonical type migrate by lenses, forwards and back.

Each step is a mapping file whose document is the old view and whose view is the new one. The
way from any version to any other is a chain of steps; nothing is lost that a step's loss
ledger does not name, since going back writes into the old view.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interop.errors import KnowledgeError
from interop.lens.mapping import Lens
from interop.lens.reasons import VERSION_UNREACHED
from interop.model.canonical import Json


@dataclass(frozen=True, slots=True)
class Migration:
    """The way from one version up to another, one lens a step.

    Attributes:
        steps: From the oldest step to the newest.
    """

    steps: tuple[Lens, ...]

    @classmethod
    def of(cls, steps: Mapping[int, Lens], *, start: int, end: int) -> "Migration":
        """Return the way from version ``start`` up to ``end``.

        Args:
            steps: Version to the lens that reads views of it into the next version.
            start: Version of the views at hand.
            end: Version wanted, not lower than ``start``.

        Raises:
            KnowledgeError: ``lens-version-unreached``: a step is missing.
        """
        missing = [version for version in range(start, end) if version not in steps]
        if missing or end < start:
            known = ", ".join(f"{one} → {one + 1}" for one in sorted(steps))
            raise KnowledgeError(
                VERSION_UNREACHED.of(field="canonical", expected=known, got=f"{start} → {end}")
            )
        return cls(tuple(steps[version] for version in range(start, end)))

    def up(self, view: Json) -> Json:
        """Return ``view`` in the newest version; raise ContractViolation with every fault."""
        for step in self.steps:
            view = step.get(view)
        return view

    def down(self, view: Json, old: Json) -> Json:
        """Return ``old`` saying what the newer ``view`` says."""
        return _down(view, old, self.steps)


def _down(view: Json, old: Json, steps: Sequence[Lens]) -> Json:
    if not steps:
        return view
    first, *rest = steps
    return first.put(_down(view, first.get(old), rest), old)
