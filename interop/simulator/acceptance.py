"""The simulated acceptance system: REST with Chinese keys.

It accepts at once on registration and rules at the first later question. Registration is
idempotent by case number; the state may be kept in a file so that it outlives a restart.
"""

import hmac
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from interop.errors import InteropError, KnowledgeError, RegionFault
from interop.model.canonical import Json, canonical_bytes, digest, read_json
from interop.model.day import day_of
from interop.model.ports import Clock
from interop.simulator.body import read_body
from interop.simulator.schema import JsonSchema
from interop.simulator.world import World
from interop.transport.adapter import RestAcceptance

JSON: Final = "application/json"
OK, BAD, DENIED, MISSING, CONFLICT = 200, 400, 401, 404, 409

Row = dict[str, Json]


class AcceptanceService:
    """Register cases and rule on them."""

    def __init__(
        self,
        service: RestAcceptance,
        *,
        openapi: bytes,
        world: World,
        clock: Clock,
        state: Path | None = None,
    ) -> None:
        """Load the contract and the state.

        Args:
            service: The adapter's description of this very service.
            openapi: Its contract.
            world: What the system knows.
            clock: The source of now.
            state: File that keeps the cases; memory only if not given.

        Raises:
            KnowledgeError: The contract or the state file is broken.
        """
        self._service = service
        self._schema = JsonSchema(read_json(openapi, error=KnowledgeError, field="openapi"))
        self._world = world
        self._clock = clock
        self._state = state
        self._lock = threading.Lock()
        self._rows: dict[str, Row] = _loaded(state)

    async def register(self, request: Request) -> Response:
        """Serve POST of a case."""
        if (denied := self._denied(request)) is not None:
            return denied
        data = await read_body(request, self._service.limits.request_bytes_max)
        return await run_in_threadpool(self._register, data)

    async def progress(self, request: Request) -> Response:
        """Serve GET of a case."""
        if (denied := self._denied(request)) is not None:
            return denied
        return await run_in_threadpool(self._progress, request.path_params["case"])

    def _denied(self, request: Request) -> Response | None:
        auth = self._service.auth
        given = request.headers.get(auth.header, "").encode()
        wanted = (auth.prefix + self._world.acceptance.key).encode()
        admitted = hmac.compare_digest(given, wanted)
        return None if admitted else refusal(DENIED, "SIM-401", "密钥无效")

    def _register(self, data: bytes) -> Response:
        try:
            case = read_json(data, error=RegionFault)
        except InteropError:
            return refusal(BAD, "SIM-1001", "请求不是合法的 JSON")
        if not isinstance(case, dict) or self._schema.problems("Registration", case):
            return refusal(BAD, "SIM-1002", "请求不符合接口契约")
        number, content = str(case["办件编号"]), digest(canonical_bytes(case))
        with self._lock:
            row = self._rows.get(number)
            if row is None:
                row = self._accepted(case, content)
                self._keep(number, row)
        if row["content"] != content:
            return refusal(CONFLICT, "SIM-1003", "同一办件编号的内容不同")
        return self._shown(row)

    def _progress(self, number: str) -> Response:
        with self._lock:
            row = self._rows.get(number)
            if row is None:
                return refusal(MISSING, "SIM-1004", "没有该办件")
            if _progress_of(row)["状态"] == "受理":
                row = self._ruled(row)
                self._keep(number, row)
        return self._shown(row)

    def _accepted(self, case: Mapping[str, Json], content: str) -> Row:
        today = day_of(self._clock())
        applicant = case["申请人"]
        holder = applicant["证件号码"] if isinstance(applicant, dict) else ""
        return {
            "content": content,
            "rejection": self._world.rejection(str(holder)),
            "progress": {
                "办件编号": case["办件编号"],
                "受理编号": f"SIM-{today.year}-{len(self._rows) + 1:06}",
                "状态": "受理",
                "日期": today.isoformat(),
            },
        }

    def _ruled(self, row: Row) -> Row:
        progress = dict(_progress_of(row))
        progress["日期"] = day_of(self._clock()).isoformat()
        if row["rejection"]:
            progress |= {"状态": "不予", "说明": row["rejection"]}
        else:
            number = str(progress["受理编号"]).replace("SIM-", "SIM-PERMIT-")
            progress |= {"状态": "准予", "结果证照编号": number}
        return {**row, "progress": progress}

    def _shown(self, row: Row) -> Response:
        progress = _progress_of(row)
        if problems := self._schema.problems("Progress", dict(progress)):
            msg = f"the answer does not fit its own contract: {problems}"
            raise ValueError(msg)
        return answered_json(OK, dict(progress))

    def _keep(self, number: str, row: Row) -> None:
        self._rows[number] = row
        if self._state is not None:
            whole = self._state.with_suffix(".new")
            whole.write_bytes(canonical_bytes({**self._rows}))
            whole.replace(self._state)


def _progress_of(row: Row) -> Mapping[str, Json]:
    progress = row["progress"]
    return progress if isinstance(progress, dict) else {}


def _loaded(state: Path | None) -> dict[str, Row]:
    if state is None or not state.exists():
        return {}
    rows = read_json(state.read_bytes(), error=KnowledgeError, field=state.name)
    return (
        {k: v for k, v in rows.items() if isinstance(v, dict)} if isinstance(rows, dict) else {}
    )


def refusal(status: int, code: str, message: str) -> Response:
    """Return a refusal as the contracts of the simulated services word it."""
    return answered_json(status, {"错误码": code, "错误信息": f"{message}（仿真）"})


def answered_json(status: int, body: Json) -> Response:
    """Return an answer of JSON, its keys in the order given."""
    data = json.dumps(body, ensure_ascii=False).encode()
    return Response(data, status_code=status, media_type=JSON)
