"""Archive package (归档信息包): what is kept of a concluded case, by digest.

The package lists every fact and notice with its digest, the facts in the order both sides
agree on. Whoever holds it can chain the digests and compare with the state hash: none is
missing and none was changed.
"""

from collections.abc import Iterable
from typing import Literal

from interop.cases import ordered
from interop.model.case import Case, CaseFact, CaseSide, Notice, NoticeKind
from interop.model.record import Record


class ArchivedFact(Record):
    """A fact in the package."""

    side: CaseSide
    seq: int
    type: str
    digest_of_fact: str


class ArchivedNotice(Record):
    """A notice in the package."""

    kind: NoticeKind
    number: str
    digest_of_notice: str


class ArchivePackage(Record):
    """The package; no personal value stands in it.

    Attributes:
        case: Case number.
        item: Service item.
        receiving: Receiving region.
        handling: Handling region.
        ruling: The ruling, or none if the case ended without one.
        state_hash: Digest over all facts in the order both sides agree on.
        facts: Every fact, in the order of ``state_hash``.
        notices: Every notice, by day and number.
    """

    case: str
    item: str
    receiving: str
    handling: str
    ruling: Literal["permitted", "rejected"] | None = None
    state_hash: str
    facts: tuple[ArchivedFact, ...]
    notices: tuple[ArchivedNotice, ...]


def archive_package(
    case: Case, facts: Iterable[CaseFact], notices: Iterable[Notice]
) -> ArchivePackage:
    """Return the archive package of a case, alike on both sides.

    Args:
        case: The folded case.
        facts: All its facts.
        notices: All its notices.

    Raises:
        CaseError: The facts have a gap, see :func:`interop.cases.ordered`.
    """
    return ArchivePackage(
        case=case.number,
        item=case.item,
        receiving=case.receiving,
        handling=case.handling,
        ruling=case.ruling,
        state_hash=case.state_hash,
        facts=tuple(
            ArchivedFact(side=f.side, seq=f.seq, type=f.type, digest_of_fact=f.digest())
            for f in ordered(facts)
        ),
        notices=tuple(
            ArchivedNotice(kind=n.kind, number=n.number, digest_of_notice=n.digest())
            for n in sorted(notices, key=lambda notice: (notice.on, notice.number))
        ),
    )
