"""Joint applications (多地联办): one front, a case for each organ, one closing.

The window numbers the joint application and files each organ's part as a case of its own;
both ends find the parts by that number. It only ever lengthens a limit where the item says
that a government arranged joint handling.
"""

from datetime import datetime
from typing import Final

from interop.cases.joint import JointCase, join, require_closed
from interop.errors import CaseError
from interop.gateway import front
from interop.gateway.desk import Desk, Sitting
from interop.gateway.dossier import Dossier, deemed_case, open_dossier
from interop.gateway.filing import joint_lookup
from interop.gateway.step_reasons import JOINT_UNKNOWN
from interop.store import joint as rows

# What waits to be handed to the applicant.
WAITS: Final = "concluded"


def joint(desk: Desk, number: str, *, receiving: str = "") -> JointCase:
    """Return what the parts of a joint application have come to here.

    Args:
        desk: The gateway.
        number: The window's number for the joint application.
        receiving: Region of that window; this one if not given.

    Raises:
        CaseError: ``joint-unknown``.
    """
    with desk.sit() as at:
        return _joined(desk, _dossiers(at, number, receiving))


def deliver(
    desk: Desk, number: str, *, method: str, served_at: datetime | None = None
) -> JointCase:
    """Deliver all results of a joint application at once, when every organ has ended its part.

    What was delivered before stays as it was. A single result may still be delivered by
    itself: nobody has to wait for the others.

    Raises:
        CaseError: ``joint-unknown``, ``joint-not-concluded``, ``not-competent``,
            ``step-value-unknown``, ``step-time``.
    """
    with desk.sit() as at:
        found = _dossiers(at, number)
        require_closed(_joined(desk, found))
        return _joined(
            desk,
            [
                front.delivered(at, one, method=method, served_at=served_at)
                if one.case.state == WAITS
                else one
                for one in found
            ],
        )


def _joined(desk: Desk, dossiers: list[Dossier]) -> JointCase:
    return join(deemed_case(desk, dossier) for dossier in dossiers)


def _dossiers(at: Sitting, number: str, receiving: str = "") -> list[Dossier]:
    lookup = joint_lookup(at, number, receiving or at.desk.region)
    found = [open_dossier(at, row.number) for row in rows.parts(at.tx, lookup)]
    if not found:
        raise CaseError(JOINT_UNKNOWN.of(field="joint"))
    return found
