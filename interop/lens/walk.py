"""Going through the trees of a plan in generated source: names of objects, closed worlds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from interop.lens.plan import Branch, Fixed, ListRow, Row
from interop.lens.steps import RAW

COUNTED_SHARE: Final = 2  # count optional fields one by one while they are no more than a half
ROOTS: Final = frozenset({"d", "v"})


def named(var: str, prefix: str, number: int) -> str:
    """Return the name of the object at position ``number`` of the one called ``var``."""
    return f"{prefix}{number}" if var in ROOTS else f"{var}_{number}"


@dataclass(frozen=True, slots=True)
class Walk:
    """Goes through trees; ``hold`` names an object that the source needs."""

    hold: Callable[[str, object], str]

    def containers(self, branch: Branch, var: str, prefix: str) -> Iterator[str]:
        """Yield lines that name every object of a tree and refuse unknown members."""
        yield from self._closed(branch, var)
        for number, (key, node) in enumerate(branch.below.items()):
            if isinstance(node, Branch):
                below = named(var, prefix, number)
                yield from self._container(node, var, key, below)
                yield from self.containers(node, below, prefix)

    def _container(self, node: Branch, var: str, key: str, below: str) -> Iterator[str]:
        if self.sure_tree(node):
            yield f"{below} = {var}[{key!r}]"
        else:
            yield f"{below} = {var}.get({key!r}, EMPTY)"
        yield f"if type({below}) is not dict: raise Trouble"

    def _closed(self, branch: Branch, var: str) -> Iterator[str]:
        if branch.open:
            return
        loose = [key for key, node in branch.below.items() if not self.sure(node)]
        tight = len(branch.below) - len(loose)
        hidden = any(key.startswith(RAW) for key in branch.below)
        if not hidden and len(loose) * COUNTED_SHARE <= len(branch.below):
            there = "".join(f" - ({key!r} in {var})" for key in loose)
            yield f"if len({var}){there} != {tight}: raise Trouble"
        else:
            keys = self.hold("k", frozenset(branch.below) | {RAW})
            yield f"if not {var}.keys() <= {keys}: raise Trouble"

    def sure(self, node: object) -> bool:
        """Return whether a member is in every document or view that is accepted."""
        if isinstance(node, Branch):
            return self.sure_tree(node)
        if isinstance(node, Fixed):
            return not node.optional
        return isinstance(node, Row | ListRow) and not node.optional

    def sure_tree(self, branch: Branch) -> bool:
        """Return whether an object is in every document or view that is accepted."""
        return any(self.sure(below) for below in branch.below.values())

    def places(
        self, branch: Branch, var: str, prefix: str
    ) -> Iterator[tuple[object, str, str]]:
        """Yield every leaf of a tree with the name of its object and its key."""
        for number, (key, node) in enumerate(branch.below.items()):
            if isinstance(node, Branch):
                below = named(var, prefix, number)
                yield from self.places(node, below, prefix)
            elif node is not None:
                yield node, var, key
