"""A certificate service over SOAP, against the simulated one on loopback."""

import threading
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from lxml import etree

from interop.conformance.strategies.transport import XML_TEXT
from interop.errors import (
    ContractViolation,
    KnowledgeError,
    RegionError,
    RegionFault,
    RegionTimeout,
    RegionUnavailable,
    TrustError,
)
from interop.model.party import Party, Scheme
from interop.model.ports import CertificateSource
from interop.model.sensitive import Sensitive
from interop.simulator.certificates import fault
from interop.simulator.clients import Clients
from interop.simulator.wire import answer, wire
from interop.transport.adapter import Services
from interop.transport.envelope import _Pipe
from interop.transport.soap import Account, SoapCertificateSource, _declared, _element

PATH = "/320000/certificates"
DEADLINE_S = 0.3
# Loopback server and client share one interpreter.
SLACK_S = 0.6
NOWHERE = "http://127.0.0.1:9"

Case = tuple[str, type[RegionError], str]


def _never() -> datetime:
    raise AssertionError


def test_a_licence_comes_as_it_is(clients: Clients, url: str) -> None:
    firm = clients.world.enterprise("enterprise-a")
    served: CertificateSource = clients.source(url + PATH)
    assert served.region == "320000"
    (found,) = served.fetch(clients.licence(firm.key))
    assert found.startswith(b"<CERT>")
    root = etree.fromstring(found.decode())
    assert root.findtext("CZZTDM") == firm.number
    assert root.findtext("KZ/QYMC") == firm.name
    assert root.findtext("ZZYXQJZRQ") == "长期"


def test_a_name_beyond_gbk_survives_the_way(clients: Clients, url: str) -> None:
    person = clients.world.person("person-rare")
    (found,) = clients.source(url + PATH).fetch(clients.card(person.key))
    assert etree.fromstring(found).findtext("KZ/XM") == person.name
    assert "\U00020bb7" in person.name


def test_editions_come_in_the_order_sent_and_none_is_an_empty_answer(
    clients: Clients, url: str
) -> None:
    served = clients.source(url + PATH)
    found = served.fetch(clients.licence("enterprise-renewed"))
    ids = [etree.fromstring(one).findtext("ZZBS", "").split(".")[-2] for one in found]
    assert ids == ["001", "002"]
    assert served.fetch(clients.licence("enterprise-unknown")) == ()


@pytest.mark.parametrize(
    "case",
    [
        ("fault", RegionFault, "transport-soap-fault"),
        ("error-code", RegionFault, "transport-region-code"),
        ("wrong-namespace", ContractViolation, "transport-soap-shape"),
        ("gbk-mislabelled", ContractViolation, "transport-charset"),
        ("garbage", ContractViolation, "transport-charset"),
        ("html", ContractViolation, "transport-content-type"),
        ("empty", ContractViolation, "transport-reply-empty"),
        ("redirect", ContractViolation, "transport-redirect"),
        ("unavailable", RegionUnavailable, "transport-busy"),
        ("oversize", ContractViolation, "transport-reply-too-large"),
        ("truncated", ContractViolation, "transport-reply-broken"),
        ("drip", RegionTimeout, "transport-deadline"),
        ("timeout", RegionTimeout, "transport-deadline"),
    ],
    ids=lambda case: case[0],
)
def test_every_fault_has_its_class_in_time(
    clients: Clients, url: str, faults: dict[str, str], case: Case
) -> None:
    name, kind, code = case
    served = clients.source(url + PATH)
    served.fetch(clients.licence("enterprise-a"))
    faults["/320000"] = name
    started = time.monotonic()
    with pytest.raises(RegionError) as refused:
        served.fetch(clients.licence("enterprise-a"))
    assert time.monotonic() - started < DEADLINE_S + SLACK_S
    assert (type(refused.value), refused.value.code) == (kind, code)
    faults.clear()
    assert len(served.fetch(clients.licence("enterprise-a"))) == 1


def _inner(reply: str) -> bytes:
    text = f'<?xml version="1.0" encoding="GBK"?>{reply}'
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<r:invokeResponse xmlns:r="urn:interop:sim:320000:certificate:1">'
        f"<r:return>{text}</r:return></r:invokeResponse></s:Body></s:Envelope>"
    ).encode()


HEAD = "<HEAD><CODE>0</CODE><MSG></MSG></HEAD>"
EMPTY = _inner("")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (_inner(f"<RESPONSE>{HEAD}"), "transport-xml-malformed"),
        (_inner("<RESPONSE/>"), "transport-xml-schema"),
        (_inner(f"<ANSWER>{HEAD}</ANSWER>"), "transport-soap-shape"),
        (_inner(f"<RESPONSE>{HEAD}<DATA><CERT/></DATA></RESPONSE>"), "transport-xml-schema"),
        (_inner(f"<RESPONSE>{HEAD.replace('0', 'OK')}</RESPONSE>"), "transport-xml-schema"),
        (_inner("张\ufffd"), "transport-text-damaged"),
        (_inner("<!DOCTYPE a><a/>"), "transport-xml-dtd"),
        (EMPTY, "transport-xml-malformed"),
        (
            EMPTY.replace(b"<r:return>", b"<r:return><!--").replace(b"</r:r", b"--></r:r", 1),
            "transport-soap-shape",
        ),
        (
            EMPTY.replace(b"<r:return>", b"<x>").replace(b"</r:return>", b"</x>"),
            "transport-soap-shape",
        ),
        (EMPTY.replace(b"<s:Body>", b"<s:Body/><s:Body>"), "transport-soap-shape"),
        (EMPTY.replace(b"<s:Body>", b"<s:Body><s:Extra/>"), "transport-soap-shape"),
        (EMPTY.replace(b"<s:Body>", b"<s:Body/>").replace(b"</s:Body>", b""), "-"),
        (b"<html>login</html>", "transport-soap-shape"),
    ],
)
def test_a_reply_that_breaks_the_contract_is_never_an_empty_success(
    clients: Clients, body: bytes, code: str
) -> None:
    with (
        wire(answer(200, "text/xml; charset=utf-8", body)) as served,
        pytest.raises(ContractViolation) as refused,
    ):
        clients.source(served.url).fetch(clients.licence("enterprise-a"))
    assert refused.value.code == (code if code != "-" else "transport-soap-shape")


def test_an_answer_without_certificates_is_empty(clients: Clients) -> None:
    body = _inner(f"<RESPONSE>{HEAD}</RESPONSE>")
    with wire(answer(200, "text/xml", body)) as served:
        assert clients.source(served.url).fetch(clients.licence("enterprise-a")) == ()


@pytest.mark.parametrize(
    ("reply", "case"),
    [
        (answer(200, "text/xml", fault("Server", "x")), (RegionFault, "transport-soap-fault")),
        (answer(500, "text/xml", fault("Server", "x")), (RegionFault, "transport-soap-fault")),
        (answer(500, "text/xml", EMPTY), (ContractViolation, "transport-soap-shape")),
        (answer(500, "text/html", b"<html/>"), (RegionFault, "transport-status")),
        (answer(404, "text/xml", EMPTY), (ContractViolation, "transport-status")),
        (answer(504, "text/xml", EMPTY), (RegionTimeout, "transport-status")),
    ],
)
def test_a_fault_counts_under_200_and_500(
    clients: Clients, reply: bytes, case: tuple[type[RegionError], str]
) -> None:
    with wire(reply) as served, pytest.raises(RegionError) as refused:
        clients.source(served.url).fetch(clients.licence("enterprise-a"))
    assert (type(refused.value), refused.value.code) == case


def test_the_text_of_a_fault_stays_out_since_it_may_name_a_person(clients: Clients) -> None:
    body = fault("Server", "沈示远 329901198803120017")
    with wire(answer(500, "text/xml", body)) as served, pytest.raises(RegionFault) as refused:
        clients.source(served.url).fetch(clients.licence("enterprise-a"))
    assert "沈示远" not in str(refused.value)
    assert "329901" not in str(refused.value)


def test_the_request_goes_to_the_pinned_address_in_the_declared_charset(
    clients: Clients,
) -> None:
    with wire(answer(503, "text/plain", b"-")) as served, pytest.raises(RegionUnavailable):
        clients.source(served.url + "/pinned").fetch(clients.licence("enterprise-a"))
    (request,) = served.requests
    assert request.startswith(b"POST /pinned HTTP/1.1")
    assert b'soapaction: "urn:interop:sim:320000:certificate:1:invoke"' in request.lower()
    assert b'encoding="GBK"' in request
    assert clients.licence("enterprise-a").grant.purpose.encode() in request


@given(text=XML_TEXT)
def test_what_gbk_lacks_goes_as_a_character_reference(text: str) -> None:
    declared = _declared(_element("A", text), "GBK")
    assert etree.fromstring(declared.encode("gbk")).text == text


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ud800"])
def test_what_xml_cannot_carry_is_refused_before_sending(character: str) -> None:
    with pytest.raises(ContractViolation, match="transport-request-invalid"):
        _element("YZSY", f"a{character}b")


def test_a_request_that_does_not_fit_the_contract_is_not_sent(clients: Clients) -> None:
    short = Party(
        kind="person", scheme=Scheme.RESIDENT_ID, code=Sensitive("329901"), name=Sensitive("x")
    )
    query = clients.card("agent-a").model_copy(update={"holder": short})
    with (
        wire(answer(200, "text/xml", b"-")) as served,
        pytest.raises(ContractViolation) as refused,
    ):
        clients.source(served.url).fetch(query)
    assert served.requests == []
    assert {reason.field for reason in refused.value.reasons} == {"/REQUEST/DATA/CZZTDM"}
    assert "329901" not in str(refused.value)


@pytest.mark.parametrize(("left", "alive"), [(0, True), (-1, False)])
def test_the_last_instant_of_a_grant_counts_and_no_later(
    clients: Clients, url: str, left: int, *, alive: bool
) -> None:
    query = clients.licence("enterprise-a")
    now = query.grant.not_after - timedelta(hours=1)
    grant = query.grant.model_copy(update={"not_after": now + timedelta(seconds=left)})
    query = query.model_copy(update={"grant": grant})
    if alive:
        assert clients.source(url + PATH).fetch(query)
        return
    with wire() as served, pytest.raises(TrustError, match="transport-grant-expired"):
        clients.source(served.url).fetch(query)
    assert served.requests == []


def test_a_wrong_account_is_refused_by_the_region(clients: Clients, url: str) -> None:
    query = clients.card("agent-a")
    source = SoapCertificateSource(
        clients.certificates,
        clients.contracts,
        endpoint=url + PATH,
        account=Account(Sensitive("nobody"), Sensitive("nothing")),
        clock=lambda: query.grant.not_after,
    )
    with pytest.raises(RegionFault) as refused:
        source.fetch(query)
    source.close()
    assert refused.value.reason.got == "401"


def test_loading_the_contracts_opens_no_socket_and_no_file(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zeep  # loaded before the doors are shut

    assert zeep.__version__

    def shut(*_args: object, **_options: object) -> None:
        raise AssertionError

    for name in ("socket.socket", "socket.getaddrinfo", "builtins.open", "io.open", "os.open"):
        monkeypatch.setattr(name, shut)
    made = SoapCertificateSource(
        clients.certificates,
        clients.contracts,
        endpoint=NOWHERE,
        account=clients.account(),
        clock=_never,
    )
    monkeypatch.undo()
    made.close()


def _not_made(clients: Clients, **changed: object) -> str:
    options: dict[str, object] = {
        "adapter": clients.certificates,
        "contracts": clients.contracts,
        "account": clients.account(),
        **changed,
    }
    with pytest.raises(KnowledgeError) as refused:
        SoapCertificateSource(**options, endpoint=NOWHERE, clock=_never)  # type: ignore[arg-type]  # one at a time
    return refused.value.code


def test_what_is_missing_is_named(clients: Clients) -> None:
    bare = clients.certificates.model_copy(update={"services": Services()})
    assert _not_made(clients, adapter=bare) == "adapter-service-missing"
    assert _not_made(clients, contracts={}) == "adapter-contract-missing"
    spaced = Account(Sensitive("id"), Sensitive("two words"))
    assert _not_made(clients, account=spaced) == "transport-secret-malformed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'name="CertificateBinding"', b'name="OtherBinding"'),
        (b'<wsdl:operation name="invoke">', b'<wsdl:operation name="call">'),
        (b'<xs:element name="xml" type="xs:string"/>', b""),
        (b'element="tns:invoke"/>', b'element="tns:absent"/>'),
        (b"http://schemas.xmlsoap.org/soap/http", b"urn:smtp"),
    ],
    ids=["binding", "operation", "no-parameter", "no-element", "transport"],
)
def test_a_contract_without_the_operation_is_refused(
    clients: Clients, old: bytes, new: bytes
) -> None:
    wsdl = clients.contracts["certificate.wsdl"]
    assert old in wsdl
    broken = {**clients.contracts, "certificate.wsdl": wsdl.replace(old, new)}
    assert _not_made(clients, contracts=broken) == "transport-contract-invalid"


def test_what_a_contract_asks_to_load_is_never_loaded() -> None:
    pipe = _Pipe(lambda _data, _headers: "")
    with pytest.raises(KnowledgeError, match="transport-contract-import"):
        pipe.load("file:///etc/hostname")


def test_one_source_serves_many_threads(clients: Clients, url: str) -> None:
    served = clients.source(url + PATH)
    firms = [firm for firm in clients.world.enterprises if firm.editions == 1] * 3
    found: dict[int, bytes] = {}

    def fetch(index: int) -> None:
        (found[index],) = served.fetch(clients.licence(firms[index].key))

    threads = [threading.Thread(target=fetch, args=(n,)) for n in range(len(firms))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(firm.number.encode() in found[n] for n, firm in enumerate(firms))
