"""减材料 in numbers: what exemptions spared, by item, and how many cases needed nothing."""

from collections.abc import Iterable

from pydantic import Field

from interop.model.judgement import Exemption
from interop.model.record import Record


class Savings(Record):
    """What sparing saved the applicants of one item.

    Attributes:
        item: Service item.
        cases: How many exemptions were counted.
        required: Materials the guide asked for, over all of them.
        spared: Of these, materials that certificates spared (减材料).
        owed: Of these, materials deferred or promised.
        nothing_asked: Cases in which nothing had to be handed in (零材料).
    """

    item: str
    cases: int = Field(ge=0)
    required: int = Field(ge=0)
    spared: int = Field(ge=0)
    owed: int = Field(ge=0)
    nothing_asked: int = Field(ge=0)

    @property
    def share_spared(self) -> float:
        """Return the share of required materials that was spared, 0 to 1."""
        return self.spared / self.required if self.required else 0.0

    @property
    def share_nothing_asked(self) -> float:
        """Return the share of cases that reached 零材料, 0 to 1."""
        return self.nothing_asked / self.cases if self.cases else 0.0


def count_savings(exemptions: Iterable[Exemption]) -> tuple[Savings, ...]:
    """Return the savings of each item, sorted by item.

    A case that asks for materials and has every one of them spared reached 零材料; papers
    handed in, and materials owed, count against it.
    """
    counted: dict[str, list[int]] = {}
    for one in exemptions:
        row = counted.setdefault(one.item, [0, 0, 0, 0, 0])
        whole = bool(one.required) and set(one.required) <= set(one.spared)
        found = (1, len(one.required), len(one.spared), len(one.owed), int(whole))
        counted[one.item] = [have + more for have, more in zip(row, found, strict=True)]
    names = ("cases", "required", "spared", "owed", "nothing_asked")
    return tuple(
        Savings.model_validate({"item": item, **dict(zip(names, row, strict=True))})
        for item, row in sorted(counted.items())
    )
