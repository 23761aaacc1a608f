"""A seal service over REST, against the simulated one on loopback."""

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.transport import JSON_VALUES, tried
from interop.errors import (
    ContractViolation,
    InteropError,
    KnowledgeError,
    RegionFault,
    RegionUnavailable,
)
from interop.model.canonical import Json
from interop.model.ports import SealMark, SealService
from interop.model.sensitive import Sensitive
from interop.simulator.clients import Clients
from interop.simulator.wire import answer, wire
from interop.transport.adapter import AdapterFile, Services, resolve_extends
from interop.transport.adapter_checks import check_adapter
from interop.transport.rename import canonical
from interop.transport.seals import RestSealService
from tests.transport.conftest import NOW, clock

BASE = "/310000/seals/v1"
ORGAN = "113101159999011534"
JSON = "application/json"
NOWHERE = "http://127.0.0.1:1"
MARK: dict[str, Json] = {
    "机关代码": ORGAN,
    "印章名称": "章",
    "内容摘要": "sha-256:" + "0" * 64,
    "盖章时间": "2026-03-02T17:30:00+08:00",
    "盖章凭证": "e.y.z",
}


@pytest.fixture(scope="module")
def service(clients: Clients, url: str) -> RestSealService:
    return clients.seals(url + BASE)


@given(data=st.binary(min_size=1, max_size=200))
def test_what_comes_back_is_the_mark_of_what_was_sent(
    service: SealService, data: bytes
) -> None:
    mark = service.seal(data, organ=ORGAN)
    assert mark.content_digest == f"sha-256:{hashlib.sha256(data).hexdigest()}"
    assert (mark.organ, mark.sealed_at) == (ORGAN, NOW)
    assert mark.token


def test_an_organ_without_a_seal_is_refused_with_the_code_of_the_region(
    service: SealService,
) -> None:
    with pytest.raises(RegionFault) as refused:
        service.seal(b"x", organ="113101129999011298")
    assert (refused.value.code, refused.value.reason.got) == (
        "transport-region-code",
        "SIM-3004",
    )


def test_a_key_that_does_not_fit_and_a_service_that_is_down(
    shanghai: AdapterFile, url: str, service: SealService, faults: dict[str, str]
) -> None:
    wrong = RestSealService(
        shanghai, endpoint=url + BASE, secret=Sensitive("other"), clock=clock
    )
    with pytest.raises(RegionFault) as refused:
        wrong.seal(b"x", organ=ORGAN)
    assert refused.value.reason.got == "SIM-401"
    wrong.close()
    faults["/310000/seals"] = "unavailable"
    with pytest.raises(RegionUnavailable):
        service.seal(b"x", organ=ORGAN)


def sealed_by(clients: Clients, reply: Json) -> SealMark | InteropError:
    body = json.dumps(reply, ensure_ascii=False).encode()
    with wire(answer(200, JSON, body)) as served:
        found = tried(lambda: clients.seals(served.url).seal(b"x", organ=ORGAN))
        assert base64.b64encode(b"x") in served.requests[0]
    return found


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("内容摘要", "md5:00"),
        ("盖章时间", "2026-03-02T17:30:00"),
        ("盖章时间", "2026-03-02T20:30:00+08:00"),
        ("盖章时间", "昨天"),
        ("盖章凭证", "x" * 70_000),
        ("机关代码", ""),
    ],
)
def test_a_mark_that_cannot_be_one_is_refused_and_not_repeated(
    clients: Clients, field: str, value: str
) -> None:
    assert isinstance(sealed_by(clients, MARK), SealMark)
    refused = sealed_by(clients, MARK | {field: value})
    assert isinstance(refused, ContractViolation)
    assert {reason.code for reason in refused.reasons} == {"transport-reply-field"}
    if value:
        assert value[:20] not in str(refused)


@given(changed=st.dictionaries(st.sampled_from([*MARK, "新增"]), JSON_VALUES, max_size=3))
def test_whatever_is_answered_gives_a_mark_or_a_refusal(
    shanghai: AdapterFile, changed: dict[str, Json]
) -> None:
    made = RestSealService(
        shanghai, endpoint="http://127.0.0.1:1", secret=Sensitive("k"), clock=clock
    )
    assert shanghai.services.seals is not None
    fields = shanghai.services.seals.reply
    found = tried(lambda: made._mark(canonical(fields, MARK | changed)))
    if not changed.keys() & MARK.keys():
        assert isinstance(found, SealMark)
    made.close()


def test_a_region_without_the_service_has_no_client(shanghai: AdapterFile) -> None:
    without = shanghai.model_copy(update={"services": Services()})
    with pytest.raises(KnowledgeError, match="adapter-service-missing"):
        RestSealService(
            without, endpoint="http://127.0.0.1:1", secret=Sensitive("k"), clock=clock
        )


def test_a_district_inherits_the_service_and_never_the_organ(shanghai: AdapterFile) -> None:
    above = shanghai.model_copy(update={"organ": ORGAN})
    own = AdapterFile(
        code="310115", extends="310000", name_zh="区", name_en="district", source="x",
        since="2026-01-01",
    )  # fmt: skip
    whole = resolve_extends(own, above)
    assert (whole.services.seals, whole.organ) == (above.services.seals, "")


@pytest.mark.parametrize("table", ["request", "reply"])
def test_every_path_that_is_missing_is_named(shanghai: AdapterFile, table: str) -> None:
    seals = shanghai.services.seals
    assert seals is not None
    bare = seals.model_copy(update={table: ()})
    services = shanghai.services.model_copy(update={"seals": bare})
    files = {"openapi.json", "seals-openapi.json"}
    found = check_adapter(shanghai.model_copy(update={"services": services}), files)
    assert {reason.code for reason in found} == {"adapter-field"}
    assert {reason.field for reason in found} == {f"services.seals.{table}"}
    missing = check_adapter(shanghai, {"openapi.json"})
    assert [reason.field for reason in missing] == ["services.seals.openapi"]
