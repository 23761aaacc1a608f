"""A region's document becomes a canonical certificate and another region's document."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates import (
    CertificateType,
    Fetched,
    certificate_of,
    read,
    supersede,
    view,
    write,
)
from interop.conformance.strategies.certificates import (
    AGENT,
    APPLICANT,
    AT,
    LICENCE,
    certified,
    grant,
    held,
)
from interop.conformance.strategies.lens import views
from interop.errors import ContractViolation, KnowledgeError
from interop.lens import Lens
from interop.model.canonical import Json, digest
from interop.model.certificate import CertificateStatus
from interop.model.party import Scheme
from interop.model.sensitive import MASK, Sensitive

FETCHED = Fetched(region="320000", grant=grant("applicant"), at=AT)
DOCUMENT = """<CERT>
  <ZZMC>营业执照</ZZMC>
  <ZZLXDM>11100000MB0143028R001</ZZLXDM>
  <ZZBH>T000001</ZZBH>
  <ZZBS>not an identifier at all</ZZBS>
  <ZZBFJG>测试市市场监督管理局</ZZBFJG>
  <ZZBFJGDM>320500</ZZBFJGDM>
  <ZZBFRQ>2024年03月01日</ZZBFRQ>
  <CZZT>测试1号有限公司</CZZT>
  <CZZTDM>91320500MA00000010</CZZTDM>
  <CZZTDMLXDM>001</CZZTDMLXDM>
  <ZZYXQQSRQ>2024年03月01日</ZZYXQQSRQ>
  <ZZYXQJZRQ>长期</ZZYXQJZRQ>
  <ZZZT>02</ZZZT>
  <ZZDJ>A</ZZDJ>
  <SSXZQH>320500</SSXZQH>
  <KZ>
    <QYMC>测试1号有限公司</QYMC>
    <QYLX>1130</QYLX>
    <FDDBR>测试甲</FDDBR>
    <ZCZB>500万元</ZCZB>
    <CLRQ>2024年03月01日</CLRQ>
    <JYFW>广告制作</JYFW>
    <ZS></ZS>
  </KZ>
</CERT>""".encode()


@pytest.fixture(scope="session")
def licence(types: dict[str, CertificateType]) -> CertificateType:
    return types[LICENCE]


@pytest.fixture(scope="session")
def jiangsu(lenses: dict[str, Lens]) -> Lens:
    return lenses[f"{LICENCE}/320000"]


@pytest.fixture(scope="session")
def shanghai(lenses: dict[str, Lens]) -> Lens:
    return lenses[f"{LICENCE}/310000"]


def test_a_document_is_read_as_it_is_and_never_judged(
    licence: CertificateType, jiangsu: Lens
) -> None:
    found = read(DOCUMENT, mapping=jiangsu, type=licence, fetched=FETCHED)
    assert found.source_digest == digest(DOCUMENT)
    assert found.mapping_digest == jiangsu.digest
    assert (found.source_region, found.grant, found.fetched_at) == ("320000", "g-applicant", AT)
    one = found.certificate
    assert (one.type, one.status, one.trust_level) == (
        LICENCE,
        CertificateStatus.SUSPENDED,
        "A",
    )
    assert one.identifier.reveal() == "not an identifier at all"
    assert (one.valid_from, one.valid_until) == (date(2024, 3, 1), None)
    (holder,) = one.holders
    assert (holder.kind, holder.scheme) == ("organisation", Scheme.USCC)
    assert holder.code.reveal() == "91320500MA00000010"
    assert one.fields["company_type"].reveal() == "llc"
    assert "address" not in one.fields
    assert "测试甲" not in repr(found)


def test_jiangsu_becomes_shanghai(
    licence: CertificateType, jiangsu: Lens, shanghai: Lens
) -> None:
    found = read(DOCUMENT, mapping=jiangsu, type=licence, fetched=FETCHED)
    assert write(found.certificate, shanghai) == {
        "证照名称": "营业执照",
        "证照目录编码": "310100717000200",
        "证照编号": "T000001",
        "证照标识": "not an identifier at all",
        "发证机关": "测试市市场监督管理局",
        "发证机关代码": "320500",
        "发证日期": "2024-03-01",
        "持证主体": "测试1号有限公司",
        "持证主体证件号码": "91320500MA00000010",
        "持证主体证件类型": "统一社会信用代码",
        "有效期起": "2024-03-01",
        "有效期至": "长期",
        "证照状态": "暂扣",
        "可信等级": "A",
        "归属行政区划": "320500",
        "企业名称": "测试1号有限公司",
        "企业类型": "有限责任公司",
        "法定代表人": "测试甲",
        "注册资本": "500万元",
        "成立日期": "2024-03-01",
        "经营范围": "广告制作",
    }


@pytest.mark.parametrize("name", ["business-licence/320000", "resident-card/310000"])
@given(data=st.data())
def test_a_view_becomes_a_certificate_and_back(
    name: str,
    lenses: dict[str, Lens],
    types: dict[str, CertificateType],
    data: st.DataObject,
) -> None:
    drawn = data.draw(views(lenses[name]))
    certificate = certificate_of(drawn, type=types[name.split("/", maxsplit=1)[0]])
    assert view(certificate) == drawn
    assert certificate_of(view(certificate), type=types[certificate.type]) == certificate


def test_the_bytes_of_a_written_document_are_read_back(
    licence: CertificateType, jiangsu: Lens
) -> None:
    found = read(DOCUMENT, mapping=jiangsu, type=licence, fetched=FETCHED)
    again = jiangsu.encode(write(found.certificate, jiangsu))
    assert again.index(b"<ZZBH>") < again.index(b"<ZZBS>") < again.index(b"<KZ>")
    assert b"<ZS></ZS>" in again or b"<ZS/>" in again
    assert read(again, mapping=jiangsu, type=licence, fetched=FETCHED).certificate == (
        found.certificate
    )


def test_every_fault_of_a_document_is_named_without_its_values(
    licence: CertificateType, jiangsu: Lens
) -> None:
    faulty = DOCUMENT.decode().replace("2024年03月01日", "甲年乙月", 1)
    faulty = faulty.replace("<ZZZT>02", "<ZZZT>88").replace("MB0143028R001", "MB0143028R002")
    with pytest.raises(ContractViolation) as caught:
        read(faulty.encode(), mapping=jiangsu, type=licence, fetched=FETCHED)
    assert {one.field for one in caught.value.reasons} == {
        "cert.issued_on",
        "cert.status",
        "cert.type_code",
    }
    assert "甲年乙月" not in repr(caught.value.reasons)


def test_a_view_of_another_type_is_refused(
    types: dict[str, CertificateType], licence: CertificateType, jiangsu: Lens
) -> None:
    seen = jiangsu.get(jiangsu.decode(DOCUMENT))
    with pytest.raises(ContractViolation, match="certificate-of-another-type"):
        certificate_of(seen, type=types["resident-card"])
    assert certificate_of(seen, type=licence).type == LICENCE


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {"cert": {}},
        {"cert": {"holder": {"scheme": "passport"}}, "body": {"a": 1}},
    ],
)
def test_what_is_no_view_is_refused(licence: CertificateType, broken: Json) -> None:
    with pytest.raises(ContractViolation, match="record-invalid"):
        certificate_of(broken, type=licence)


def test_a_masked_value_is_never_read_back(licence: CertificateType, jiangsu: Lens) -> None:
    masked = DOCUMENT.replace("测试甲".encode(), MASK.encode())
    with pytest.raises(ContractViolation, match="record-invalid"):
        read(masked, mapping=jiangsu, type=licence, fetched=FETCHED)


def test_a_second_holder_is_never_left_out(shanghai: Lens) -> None:
    two = certified(holders=(APPLICANT, AGENT))(held(LICENCE, APPLICANT)).certificate
    with pytest.raises(KnowledgeError, match="certificate-holders-many"):
        write(two, shanghai)


def test_a_certificate_is_written_by_the_mapping_of_its_type(lenses: dict[str, Lens]) -> None:
    with pytest.raises(KnowledgeError, match="certificate-of-another-type"):
        write(held(LICENCE, APPLICANT).certificate, lenses["resident-card/310000"])


def test_only_the_highest_edition_is_current() -> None:
    first, second = (held(LICENCE, APPLICANT, version=version) for version in (1, 2))
    other = held(LICENCE, APPLICANT, serial=9)
    nameless = certified(identifier=Sensitive("?"))(first)
    marked = supersede([first, second, other, nameless, second])
    assert [one.superseded for one in marked] == [True, False, False, False, False]
    assert marked[1:] == (second, other, nameless, second)
    assert supersede(marked) == marked
