"""A region's acceptance system over REST with JSON under the region's own keys."""

import logging
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal, cast, get_args

from interop.errors import (
    ContractViolation,
    KnowledgeError,
    RegionFault,
    redacted,
)
from interop.model.canonical import Json, canonical_bytes, read_json
from interop.model.day import SHANGHAI, day_of
from interop.model.party import Party
from interop.model.ports import Clock, Progress, Registration
from interop.model.sensitive import Sensitive
from interop.transport.adapter import AdapterFile
from interop.transport.http import HttpClient, Reply, header_secret, require, segment
from interop.transport.reasons import ADAPTER_SERVICE_MISSING, REGION_CODE, REPLY_FIELD
from interop.transport.rename import canonical, renamed, unknown_keys
from interop.transport.way import DIRECT, Way

JSON: Final = "application/json"
STATUSES: Final = frozenset({200, 201})
REFUSALS: Final = range(400, 500)
# Statuses that speak of the way there, not of the case; `require` knows them.
WAY: Final = frozenset({408, 429})
KEYS_LOGGED_MAX: Final = 10

State = Literal["accepted", "permitted", "rejected"]
# Two clocks may disagree around midnight, not by more than a day.
SKEW: Final = timedelta(days=1)

# Shorter than any identity number, so that nothing personal passes for a code.
_CODE: Final = re.compile(r"[0-9A-Za-z._-]{1,15}")
_LOG: Final = logging.getLogger(__name__)


class RestAcceptanceSystem:
    """Register cases with one acceptance system; implements the port ``AcceptanceSystem``."""

    def __init__(
        self,
        adapter: AdapterFile,
        *,
        endpoint: str,
        secret: Sensitive,
        clock: Clock,
        way: Way = DIRECT,
    ) -> None:
        """Prepare the client; nothing is sent.

        Args:
            adapter: The region's file, with ``extends`` followed.
            endpoint: Base address.
            secret: API key, value of the named secret.
            clock: The source of now; a day of state in the future is refused.
            way: How the system is reached.

        Raises:
            KnowledgeError: No such service, or a secret that cannot be sent.
        """
        service = adapter.services.acceptance
        if service is None:
            raise KnowledgeError(ADAPTER_SERVICE_MISSING.of(field=f"{adapter.code}/acceptance"))
        self.region = adapter.code
        self._service = service
        self._clock = clock
        self._key = Sensitive(
            service.auth.prefix + header_secret(secret, field=service.secrets.key)
        )
        self._peer = f"{adapter.code}/acceptance"
        self._http = HttpClient(endpoint, limits=service.limits, peer=self._peer, way=way)
        self._known = {field.name.split("/")[0] for field in service.reply}
        self._reported: set[str] = set()

    def register(self, registration: Registration) -> Progress:
        """Register a case; the system answers the same to a repeated number.

        Raises:
            RegionError: Not reached, timed out, fault, or contract violated.
        """
        service = self._service
        tree = renamed(service.request, _values(registration), whitespace=service.whitespace)
        return self._call("POST", service.register_path, registration.case, tree)

    def progress(self, case: str) -> Progress:
        """Return how far the case is.

        Raises:
            RegionError: Not reached, timed out, fault, or contract violated.
            CaseError: ``transport-identifier`` for a number that cannot stand in an address.
        """
        path = self._service.progress_path.replace("{case}", segment(case, field="case"))
        return self._call("GET", path, case, None)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _call(self, method: str, path: str, case: str, body: Json) -> Progress:
        headers = {"Accept": JSON, self._service.auth.header: self._key.reveal()}
        data = b""
        if body is not None:
            data, headers["Content-Type"] = canonical_bytes(body), JSON
        reply = self._http.send(method, path, body=data, headers=headers)
        tree = json_of(reply, peer=self._peer, code_key=self._service.error.code)
        self._report(tree)
        return self._progress(canonical(self._service.reply, tree), case)

    def _progress(self, found: Mapping[str, str], case: str) -> Progress:
        wanted = {"case": case, "acceptance_number": "text", "state": "a state", "on": "a day"}
        absent = [
            REPLY_FIELD.of(field=path, expected=what, got="-")
            for path, what in wanted.items()
            if not found.get(path)
        ]
        if absent:
            raise ContractViolation(*absent)
        if found["case"] != case:
            raise _unusable("case", "the case asked for", "another")
        return Progress(
            case=case,
            acceptance_number=found["acceptance_number"],
            state=_state(found["state"]),
            on=self._day(found["on"]),
            result_number=found.get("result_number", ""),
            explanation=Sensitive(found.get("explanation", "")),
        )

    def _day(self, text: str) -> date:
        latest = day_of(self._clock() + SKEW)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise _unusable("on", "YYYY-MM-DD", "no such day") from None
        if day.isoformat() != text:
            raise _unusable("on", "YYYY-MM-DD", "another spelling")
        if day > latest:
            raise _unusable("on", f"a day until {latest}", day)
        return day

    def _report(self, tree: Json) -> None:
        # A new key is an additive change of theirs: let it pass, and say so once.
        new = [
            key for key in unknown_keys(self._service.reply, tree) if key not in self._reported
        ][:KEYS_LOGGED_MAX]
        if new and len(self._reported) < KEYS_LOGGED_MAX:
            self._reported.update(new)
            names = ", ".join(redacted(key)[:40] for key in new)
            _LOG.warning("%s: unknown keys in a reply are ignored: %s", self._peer, names)


def json_of(reply: Reply, *, peer: str, code_key: str) -> Json:
    """Return the JSON of an answer that says yes.

    Args:
        reply: The answer.
        peer: What reasons call the peer.
        code_key: Key of the error code in an answer that says no.

    Raises:
        RegionError: It says no, with the code of the region, or is no such answer.
    """
    if reply.status in REFUSALS and reply.status not in WAY and reply.media_type == JSON:
        tree = read_json(reply.body, error=ContractViolation, field=peer)
        code = tree.get(code_key) if isinstance(tree, dict) else None
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise _unusable("error", "an error code", reply.status)
        raise RegionFault(REGION_CODE.of(field=peer, expected="-", got=code))
    require(reply, peer=peer, media_types={JSON}, statuses=STATUSES)
    return read_json(reply.body, error=ContractViolation, field=peer)


def _values(registration: Registration) -> dict[str, Json]:
    values: dict[str, Json] = {
        "case": registration.case,
        "task_code": registration.task_code,
        "item_name": registration.item_name,
        "received_at": registration.received_at.astimezone(SHANGHAI).isoformat(
            timespec="seconds"
        ),
        "receiving_region": registration.receiving_region,
        "materials": list(registration.materials),
        "certificates": list(registration.certificates),
    }
    values.update(_party("applicant", registration.applicant))
    if registration.agent is not None:
        values.update(_party("agent", registration.agent))
    return values


def _party(role: str, party: Party) -> dict[str, Json]:
    return {
        f"{role}.name": party.name.reveal(),
        f"{role}.scheme": party.scheme.value,
        f"{role}.code": party.code.reveal(),
    }


def _state(text: str) -> State:
    # INVARIANT: an unknown state is refused by the code list already.
    if text not in get_args(State):
        raise _unusable("state", ", ".join(get_args(State)), "another")
    return cast("State", text)


def _unusable(field: str, expected: str, got: object) -> ContractViolation:
    return ContractViolation(REPLY_FIELD.of(field=field, expected=expected, got=got))
