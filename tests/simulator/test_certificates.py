"""The simulated certificate service as any SOAP stack would meet it."""

import httpx
import pytest
from lxml import etree

from interop.knowledge import Knowledge
from interop.simulator import World, create_simulator
from interop.simulator.clock import SteppedClock
from interop.simulator.server import Switch
from interop.simulator.world import CARD, LICENCE

PATH = "/320000/certificates"
XSD = "adapters/320000-jiangsu/certificate-inner.xsd"
WSDL = "adapters/320000-jiangsu/certificate.wsdl"
NAMESPACE = "urn:interop:sim:320000:certificate:1"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"


def _request(world: World, **changed: str) -> str:
    values = {
        "ACCESSID": world.account.id,
        "ACCESSTOKEN": world.account.token,
        "ZZLXDM": LICENCE,
        "CZZTDM": world.enterprise("enterprise-a").number,
        "CZZTDMLXDM": "001",
        "BJBH": "C-1",
        "SXBM": "outdoor-advertising",
        "YZSY": "仿真用证",
        **changed,
    }
    tags = {name: f"<{name}>{text}</{name}>" for name, text in values.items()}
    head, data = list(tags.values())[:2], list(tags.values())[2:]
    return f"<REQUEST><HEAD>{''.join(head)}</HEAD><DATA>{''.join(data)}</DATA></REQUEST>"


def _posted(http: httpx.Client, inner: str, operation: str = "invoke") -> httpx.Response:
    text = inner.replace("&", "&amp;").replace("<", "&lt;")
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<i:{operation} xmlns:i="{NAMESPACE}"><i:xml>{text}</i:xml></i:{operation}>'
        "</s:Body></s:Envelope>"
    )
    return http.post(PATH, content=body.encode(), headers={"Content-Type": "text/xml"})


def _inner(response: httpx.Response) -> etree._Element:
    assert response.status_code == 200
    text = etree.fromstring(response.content).findtext(f".//{{{NAMESPACE}}}return", "")
    declaration, _, document = text.partition("?>")
    assert 'encoding="GBK"' in declaration
    return etree.fromstring(document)


def _code(response: httpx.Response) -> str:
    return _inner(response).findtext("HEAD/CODE", "")


def test_the_contract_served_is_the_one_shipped(http: httpx.Client) -> None:
    served = http.get(PATH + "?wsdl")
    assert served.content == Knowledge().shelf.read(WSDL)
    assert served.headers["content-type"].startswith("text/xml")


def test_an_answer_fits_the_schema_and_says_that_it_is_simulated(
    http: httpx.Client, world: World
) -> None:
    response = _posted(http, _request(world))
    root = _inner(response)
    schema = etree.XMLSchema(etree.fromstring(Knowledge().shelf.read(XSD)))
    assert schema.validate(root)
    assert root.findtext("HEAD/CODE") == "0"
    assert "仿真" in root.findtext("HEAD/MSG", "")
    assert response.headers["x-simulation"] == "true"


def test_every_certificate_of_the_world_can_be_had(http: httpx.Client, world: World) -> None:
    asked = [(LICENCE, firm.number, "001", firm.editions) for firm in world.enterprises]
    asked += [(CARD, person.number, "111", 1) for person in world.persons]
    for type_code, number, scheme, count in asked:
        request = _request(world, ZZLXDM=type_code, CZZTDM=number, CZZTDMLXDM=scheme)
        assert len(_inner(_posted(http, request)).findall("DATA/CERT")) == count


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ACCESSTOKEN": "other"}, "401"),
        ({"ACCESSID": "other"}, "401"),
        ({"YZSY": ""}, "1002"),
        ({"YZSY": "用" * 201}, "1002"),
        ({"BJBH": ""}, "1002"),
        ({"ZZLXDM": "1"}, "1002"),
        ({"CZZTDMLXDM": "002"}, "1002"),
    ],
)
def test_a_request_outside_the_contract_is_answered_with_a_code(
    http: httpx.Client, world: World, changed: dict[str, str], code: str
) -> None:
    assert _code(_posted(http, _request(world, **changed))) == code


def test_the_longest_purpose_is_let_pass(http: httpx.Client, world: World) -> None:
    assert _code(_posted(http, _request(world, YZSY="用" * 200))) == "0"


@pytest.mark.parametrize("inner", ["", "<REQUEST>", "<RESPONSE/>", "<!DOCTYPE a><REQUEST/>"])
def test_an_inner_document_that_is_none(http: httpx.Client, inner: str) -> None:
    assert _code(_posted(http, inner)) == "1002"


def test_an_envelope_that_is_none_is_a_soap_fault(http: httpx.Client, world: World) -> None:
    for response in (
        http.post(PATH, content=b"no xml"),
        _posted(http, _request(world), operation="other"),
    ):
        assert response.status_code == 500
        fault = etree.fromstring(response.content).find(f"{SOAP}Body/{SOAP}Fault")
        assert fault is not None
        assert fault.findtext("faultcode") == "soap:Client"


def test_a_request_over_the_limit_is_refused(http: httpx.Client) -> None:
    assert http.post(PATH, content=b" " * 65_537).status_code == 413


def test_a_world_outside_the_contract_is_never_sent(
    http: httpx.Client, switch: Switch, world: World, clock: SteppedClock
) -> None:
    odd = world.enterprise("enterprise-a").model_copy(update={"capital": "很多"})
    changed = world.model_copy(update={"enterprises": (odd,)})
    switch.app = create_simulator(changed, clock=clock)
    assert _posted(http, _request(world)).status_code == 500
