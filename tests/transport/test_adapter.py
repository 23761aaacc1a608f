"""Adapter files: what the schema lets through and the check refuses."""

import pytest

from interop.errors import KnowledgeError
from interop.knowledge import Knowledge
from interop.model.canonical import Json, read_json
from interop.simulator.clients import ADAPTERS
from interop.simulator.world import World
from interop.transport.adapter import (
    AdapterFile,
    Services,
    endpoint_of,
    resolve_extends,
)
from interop.transport.adapter_checks import check_adapter

FILES = {"certificate.wsdl", "certificate-inner.xsd", "openapi.json", "seals-openapi.json"}


def _changed(adapter: AdapterFile, path: str, value: Json) -> AdapterFile:
    tree = read_json(adapter.to_bytes(), error=KnowledgeError)
    node = tree
    *above, last = path.split(".")
    for part in above:
        node = node[int(part)] if isinstance(node, list) else node[part]  # type: ignore[index]  # JSON
    node[int(last) if isinstance(node, list) else last] = value  # type: ignore[index]  # JSON
    return AdapterFile.from_value(tree, error=KnowledgeError)


def _codes(adapter: AdapterFile, files: set[str] = FILES) -> list[tuple[str, str]]:
    return [(reason.code, reason.field) for reason in check_adapter(adapter, files)]


def test_every_shipped_adapter_is_sound_and_says_that_it_is_illustrative(
    knowledge: Knowledge,
) -> None:
    documents = knowledge.documents(ADAPTERS)
    assert {d.code for d in documents} >= {"320000", "310000", "320500", "310115"}
    for document in documents:
        assert document.value.illustrative
        assert document.code == document.value.code


def test_no_shipped_adapter_holds_a_secret_value(knowledge: Knowledge, world: World) -> None:
    for path in knowledge.shelf.paths:
        if path.startswith("adapters/"):
            text = knowledge.shelf.read(path).decode()
            assert world.account.token not in text
            assert world.acceptance.key not in text
            assert world.seals.key not in text


def test_a_district_takes_the_services_of_its_province_and_keeps_its_gateway(
    knowledge: Knowledge,
) -> None:
    own = knowledge.document(ADAPTERS, "320500-suzhou").value
    parent = knowledge.document(ADAPTERS, "320000-jiangsu").value
    whole = resolve_extends(own, parent)
    assert whole.code == own.code
    assert whole.gateway == own.gateway
    assert whole.services.certificates == parent.services.certificates
    assert whole.extends == ""


def test_a_service_of_its_own_is_not_replaced(knowledge: Knowledge) -> None:
    parent = knowledge.document(ADAPTERS, "320000-jiangsu").value
    mine = parent.services.certificates
    assert mine is not None
    other = mine.model_copy(update={"endpoint": {"sim": "http://own.example/x"}})
    own = knowledge.document(ADAPTERS, "320500-suzhou").value
    own = own.model_copy(update={"services": Services(certificates=other)})
    assert resolve_extends(own, parent).services.certificates == other


@pytest.mark.parametrize(
    ("own", "parent"),
    [("320500-suzhou", "310000-shanghai"), ("310115-pudong", "320500-suzhou")],
)
def test_another_region_is_no_parent(knowledge: Knowledge, own: str, parent: str) -> None:
    documents = {d.place.key: d.value for d in knowledge.documents(ADAPTERS)}
    with pytest.raises(KnowledgeError, match="adapter-extends"):
        resolve_extends(documents[own], documents[parent])


@pytest.mark.parametrize("parent", ["310115", "310116", "320500", "320111", "310110"])
def test_extends_names_a_region_above(shanghai: AdapterFile, parent: str) -> None:
    district = shanghai.model_copy(update={"code": "310115", "extends": parent})
    assert ("adapter-extends", "310115") in _codes(district)


@pytest.mark.parametrize("parent", ["310000", "310100"])
def test_province_and_city_are_above(shanghai: AdapterFile, parent: str) -> None:
    district = shanghai.model_copy(update={"code": "310115", "extends": parent})
    assert _codes(district) == []


def test_an_adapter_that_says_nothing_is_refused(shanghai: AdapterFile) -> None:
    assert _codes(shanghai.model_copy(update={"services": Services()})) == [
        ("adapter-empty", "310000")
    ]


def test_every_missing_contract_is_named(jiangsu: AdapterFile) -> None:
    assert _codes(jiangsu, set()) == [
        ("adapter-contract-missing", "services.certificates.wsdl"),
        ("adapter-contract-missing", "services.certificates.xsd"),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://region.example/x",
        "http:///x",
        "//region.example/x",
        "http://user@region.example/x",
        "http://user:pass@region.example/x",
        "http://region.example/x?fault=1",
        "http://region.example/x#y",
        "http://region.example:0/x",
        "http://region.example:99999/x",
        "http://region.example\\@other.example/",
        "http://region.example/a b",
        "http://region。example/",
        "http://region.example/\n",
        "http://[::1/",
        "",
    ],
)
def test_an_address_that_could_be_read_in_two_ways_is_refused(
    jiangsu: AdapterFile, url: str
) -> None:
    changed = _changed(jiangsu, "services.certificates.endpoint.sim", url)
    assert _codes(changed) == [("adapter-endpoint", "services.certificates.endpoint.sim")]


@pytest.mark.parametrize(("env", "sound"), [("prod", False), ("test", True), ("sim", True)])
def test_only_prod_insists_on_https(jiangsu: AdapterFile, env: str, *, sound: bool) -> None:
    plain = _changed(
        jiangsu, "services.certificates.endpoint", {env: "http://region.example:8080/x"}
    )
    secure = _changed(jiangsu, "services.certificates.endpoint", {env: "https://r.example/x"})
    assert (_codes(plain) == []) is sound
    assert _codes(secure) == []


def test_an_unknown_environment_is_refused(jiangsu: AdapterFile) -> None:
    with pytest.raises(KnowledgeError, match="record-invalid"):
        _changed(jiangsu, "services.certificates.endpoint", {"live": "https://r.example/x"})


@pytest.mark.parametrize(
    "case",
    [
        ("services.certificates.request.2.path", "holder.phone", "holder.phone"),
        ("services.certificates.request.2.path", "holder.code", "holder.code"),
        ("services.certificates.request.2.name", "REQUEST/DATA/CZZTDM", "holder.code"),
        ("services.certificates.request.4.codes", {"a": "1", "b": "1"}, "holder.scheme"),
        ("services.acceptance.reply.2.name", "日期", "on"),
    ],
)
def test_a_wrong_field_table_is_refused_by_path(
    jiangsu: AdapterFile, shanghai: AdapterFile, case: tuple[str, Json, str]
) -> None:
    path, value, got = case
    changed = _changed(jiangsu if "certificates" in path else shanghai, path, value)
    found = check_adapter(changed, FILES)
    assert "adapter-field" in {reason.code for reason in found}
    assert got in {reason.got for reason in found}


def test_a_name_cannot_be_both_a_value_and_an_object(shanghai: AdapterFile) -> None:
    changed = _changed(shanghai, "services.acceptance.request.0.name", "申请人")
    assert {code for code, _ in _codes(changed)} == {"adapter-field"}


def test_every_required_path_that_is_missing_is_named(shanghai: AdapterFile) -> None:
    changed = _changed(shanghai, "services.acceptance.reply", [])
    named = {reason.expected for reason in check_adapter(changed, FILES)}
    assert named == {"case", "acceptance_number", "state", "on"}


def test_the_address_of_another_environment_is_never_taken(jiangsu: AdapterFile) -> None:
    service = jiangsu.services.certificates
    assert service is not None
    assert endpoint_of(service, "sim").endswith("/320000/certificates")
    with pytest.raises(KnowledgeError, match="adapter-endpoint-missing"):
        endpoint_of(service, "prod")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("code", "32000"),
        ("services.certificates.protocol", "grpc"),
        ("services.certificates.charset", "BIG5"),
        ("services.certificates.wsdl", "../certificate.wsdl"),
        ("services.certificates.binding", "CertificateBinding"),
        ("services.certificates.limits.deadline_ms", 0),
        ("services.certificates.limits.deadline_ms", 3_600_000),
        ("services.certificates.secrets.account_token", "has space"),
        ("services.certificates.timeout", 5),
    ],
)
def test_what_is_unknown_or_out_of_range_is_refused(
    jiangsu: AdapterFile, path: str, value: Json
) -> None:
    with pytest.raises(KnowledgeError, match="record-invalid"):
        _changed(jiangsu, path, value)
