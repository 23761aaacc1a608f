"""The steps of a case beyond the main way: facts of the table, commands, notices to print."""

from collections.abc import Mapping
from datetime import datetime

from interop.cases.joint import JointCase
from interop.gateway import asking, joining, sealing, stating
from interop.gateway.commands import Commands
from interop.gateway.desk import Desk
from interop.gateway.sealing import IssuedNotice
from interop.model.canonical import Json
from interop.model.case import Case, Command


class Steps:
    """What a gateway does with a case beyond the main way; part of its verbs."""

    def __init__(self, desk: Desk) -> None:
        """Take a wired desk; :meth:`interop.gateway.open.Gateway.open` wires one."""
        self._desk = desk

    def state(self, case: str, fact: str, *, body: Mapping[str, Json] | None = None) -> Case:
        """State a fact of the life-cycle table; with the same body it counts once.

        Args:
            case: Case number.
            fact: A type of the table, such as ``special-started`` or ``withdrawn``.
            body: What it says; the table's row names what it must.

        Raises:
            CaseError: ``not-competent``, ``transition-illegal``, or what the row wants; see
                :func:`interop.gateway.stating.state`.
        """
        return stating.state(self._desk, case, fact, body=body)

    def ask_for(
        self, case: str, fact: str, *, body: Mapping[str, Json] | None = None
    ) -> Command:
        """Ask the other side to state a fact; nothing changes until its owner answers.

        Raises:
            CaseError: ``command-own-fact``, ``command-not-askable``, ``command-…``; see
                :func:`interop.gateway.asking.ask_for`.
        """
        return asking.ask_for(self._desk, case, fact, body=body)

    def commands(self, case: str) -> Commands:
        """Return what the two sides have asked of each other, and the answers.

        Raises:
            CaseError: ``case-unknown``.
        """
        return asking.commands(self._desk, case)

    def notice(self, case: str, number: str) -> IssuedNotice:
        """Return a notice to be shown or printed, personal values in clear.

        Raises:
            CaseError: ``case-unknown``, ``notice-unknown``.
        """
        return sealing.issued(self._desk, case, number)

    def joint(self, number: str, *, receiving: str = "") -> JointCase:
        """Return what the organs of a joint application (联办) have come to.

        Args:
            number: The window's number for it, ``Application.joint``.
            receiving: Region of that window; this one if not given.

        Raises:
            CaseError: ``joint-unknown``.
        """
        return joining.joint(self._desk, number, receiving=receiving)

    def deliver_joint(
        self, number: str, *, method: str, served_at: datetime | None = None
    ) -> JointCase:
        """Deliver all results of a joint application at once, by this window.

        Raises:
            CaseError: ``joint-unknown``, ``joint-not-concluded`` while an organ has not ended
                its part; and as :meth:`interop.gateway.open.Gateway.deliver`.
        """
        return joining.deliver(self._desk, number, method=method, served_at=served_at)
