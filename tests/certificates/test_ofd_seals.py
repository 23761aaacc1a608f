"""Seals of both standards, made with own keys: each check fails for its own fault alone."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates.ofd import Anchor, Result, Use, Verdict, verify
from interop.certificates.ofd.der import read_value
from interop.conformance.sealing import (
    BEGIN,
    END,
    IA5,
    SIGNED_AT,
    Act,
    Layout,
    SealTerms,
    Terms,
    Version,
    bits,
    content_files,
    generalized,
    issue,
    make_seal,
    named,
    packed,
    put_seal,
)
from interop.crypto.sm2.curve import SIZE
from interop.crypto.sm2.der import INTEGER, OCTETS, SEQUENCE, tlv
from tests.certificates.sealed import AUTHORITY, OFFICE, TODAY, codes, failed, judge

VERSIONS: tuple[Version, ...] = (1, 4)
FILES = content_files()
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"
SECOND = timedelta(seconds=1)


def sealed(act: Act, layout: Layout | None = None) -> dict[str, bytes]:
    return put_seal(FILES, act, layout or Layout(covered=tuple(FILES)))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("whole", [True, False])
def test_a_sound_seal_is_valid(version: Version, *, whole: bool) -> None:
    seal = make_seal(
        SealTerms(
            version=version,
            maker=OFFICE.maker,
            signers=[OFFICE.signer.certificate],
            whole=whole,
        )
    )
    report = judge(sealed(replace(OFFICE.act(version), seal=seal)))
    (found,) = report.seals
    assert (report.verdict, found.version, found.signed_at) == ("valid", version, SIGNED_AT)
    assert (found.signer, report.uncovered, report.reasons) == ("constructed signer", (), ())
    assert found.checks["later-extended"].result is Result.NOT_APPLICABLE


def test_a_seal_may_list_digests_of_certificates() -> None:
    other = issue("somebody else", OFFICE.authority)
    for listed, verdict in ((OFFICE.signer, "valid"), (other, "tampered")):
        signers = [other.certificate, listed.certificate]
        seal = make_seal(SealTerms(maker=OFFICE.maker, signers=signers, digests=True))
        report = judge(sealed(replace(OFFICE.act(), seal=seal)))
        assert report.verdict == verdict


def _changed_file(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, "Doc_0/Document.xml": files["Doc_0/Document.xml"] + b" "}


def _lost_file(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if "Page_0" not in name}


def _added_file(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, "Doc_0/Added.xml": b"<a/>"}


def _changed_signature(files: dict[str, bytes]) -> dict[str, bytes]:
    name = "Doc_0/Signs/Sign_0/Signature.xml"
    return {**files, name: files[name] + b" "}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_changed_file, ("file-digests", "tampered", "seal-file-changed")),
        (_lost_file, ("file-digests", "tampered", "seal-reference-lost")),
        (_added_file, ("coverage", "incomplete", "seal-not-covered")),
        (_changed_signature, ("signature-hash", "tampered", "seal-signature-file-changed")),
    ],
)
def test_what_happens_to_the_files(
    version: Version,
    change: Callable[[dict[str, bytes]], dict[str, bytes]],
    found: tuple[str, str, str],
) -> None:
    check, verdict, code = found
    report = judge(change(OFFICE.document(version)))
    assert (failed(report), report.verdict, codes(report)) == ({check}, verdict, {code})


def _act(version: Version, **changes: object) -> Act:
    return replace(OFFICE.act(version), **changes)  # type: ignore[arg-type]  # one fault at a time


def _sealed_by(version: Version, **terms: object) -> bytes:
    plain = SealTerms(version=version, maker=OFFICE.maker, signers=[OFFICE.signer.certificate])
    return make_seal(replace(plain, **terms))  # type: ignore[arg-type]  # one fault at a time


@pytest.mark.parametrize("version", VERSIONS)
def test_a_signer_the_seal_does_not_list(version: Version) -> None:
    other = issue("somebody else", OFFICE.authority)
    report = judge(sealed(_act(version, signer=other)))
    assert (failed(report), report.verdict) == ({"signer-in-seal"}, "tampered")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_signature_by_another_key(version: Version) -> None:
    signer = replace(OFFICE.signer, key=OFFICE.maker.key)
    report = judge(sealed(_act(version, signer=signer)))
    assert (failed(report), codes(report)) == ({"signature"}, {"seal-signature-false"})


@pytest.mark.parametrize("version", VERSIONS)
def test_a_seal_by_another_key(version: Version) -> None:
    maker = replace(OFFICE.maker, key=OFFICE.signer.key)
    report = judge(sealed(_act(version, seal=_sealed_by(version, maker=maker))))
    assert (failed(report), codes(report)) == ({"seal-signature"}, {"seal-false"})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("owner", ["signer", "maker"])
def test_signer_and_maker_both_need_an_anchor(version: Version, owner: str) -> None:
    stranger = issue("stranger", issue("other authority", terms=Terms(authority=True)))
    seal = _sealed_by(version, maker=stranger)
    act = _act(version, seal=seal)
    if owner == "signer":
        seal = _sealed_by(version, signers=[stranger.certificate])
        act = _act(version, seal=seal, signer=stranger)
    report = judge(sealed(act))
    assert (failed(report), report.verdict) == ({"issuer-trusted"}, "untrusted")
    pinned = (*AUTHORITY, Anchor.read(stranger.certificate))
    assert verify(packed(sealed(act)), anchors=pinned, at=TODAY).verdict == "valid"


def test_an_anchor_vouches_only_for_its_use() -> None:
    data = packed(OFFICE.document())
    signers = Anchor.read(OFFICE.authority.certificate, uses=frozenset({Use.SIGNER}))
    maker = Anchor.read(OFFICE.maker.certificate, uses=frozenset({Use.SEAL_MAKER}))
    assert verify(data, anchors=[signers], at=TODAY).verdict == "untrusted"
    assert verify(data, anchors=[signers, maker], at=TODAY).verdict == "valid"


@pytest.mark.parametrize("usage", [b"\x05\x20", b"\x04\x10"])
def test_a_key_that_is_not_for_signing(usage: bytes) -> None:
    signer = issue("enciphers", OFFICE.authority, Terms(usage=usage))
    seal = _sealed_by(4, signers=[signer.certificate])
    report = judge(sealed(_act(4, signer=signer, seal=seal)))
    assert (failed(report), report.verdict) == ({"signer-validity"}, "untrusted")
    report = judge(sealed(_act(4, seal=_sealed_by(4, maker=signer))))
    assert (failed(report), report.verdict) == ({"seal-signature"}, "untrusted")


def test_a_certificate_without_key_usage_may_sign() -> None:
    signer = issue("plain", OFFICE.authority, Terms(usage=None))
    seal = _sealed_by(4, signers=[signer.certificate])
    assert judge(sealed(_act(4, signer=signer, seal=seal))).verdict == "valid"


# Near the borders of seal, signer and maker, which all begin and end together but for one.
NEAR = st.integers(-2, 2).map(lambda n: n * SECOND)


@given(
    version=st.sampled_from(VERSIONS),
    owner=st.sampled_from(["seal", "signer", "maker"]),
    end=st.booleans(),
    off=NEAR,
)
def test_all_are_judged_at_the_signing_time_ends_inclusive(
    version: Version, owner: str, off: timedelta, *, end: bool
) -> None:
    border = datetime(2024, 3, 1, tzinfo=UTC)
    begin, until = (BEGIN, border) if end else (border, END)
    signer, maker = OFFICE.signer, OFFICE.maker
    terms = Terms(begin=begin, end=until)
    if owner == "signer":
        signer = issue("short", OFFICE.authority, terms)
    if owner == "maker":
        maker = issue("short", OFFICE.authority, terms)
    dates = {"begin": begin, "end": until} if owner == "seal" else {}
    seal = _sealed_by(version, maker=maker, signers=[signer.certificate], **dates)
    report = judge(sealed(_act(version, signer=signer, seal=seal, at=border + off)))
    within = off <= timedelta() if end else off >= timedelta()
    check = {"seal": "seal-period", "maker": "seal-period", "signer": "signer-validity"}[owner]
    assert failed(report) - {"issuer-trusted"} == (set() if within else {check})
    assert report.verdict == ("valid" if within else "expired")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_signing_time_after_the_day_of_asking(version: Version) -> None:
    # 16:00 UTC is the next day in Shanghai.
    at = datetime(2024, 6, 3, 16, 0, tzinfo=UTC)
    files = sealed(_act(version, at=at))
    assert judge(files, at=date(2024, 6, 4)).verdict == "valid"
    report = judge(files, at=date(2024, 6, 3))
    assert (failed(report), report.verdict) == ({"signing-time"}, "expired")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("time", [b"99991231235959Z", b"00010101000000+1400"])
def test_a_signing_time_at_the_end_of_the_calendar(version: Version, time: bytes) -> None:
    report = judge(sealed(_act(version, time=tlv(0x18, time))))
    assert report.verdict == "expired"


@pytest.mark.parametrize(
    "time",
    [
        bits(b"2024-06-03 12:05:06"),
        bits(b"20240603040506Z"),
        bits(generalized(SIGNED_AT)),
        tlv(0x17, b"240603040506Z"),
        generalized(SIGNED_AT),
        bits(b"20240603120506+0800"),
    ],
)
def test_version_1_writes_its_time_in_many_ways(time: bytes) -> None:
    (seal,) = judge(sealed(_act(1, time=time))).seals
    assert seal.signed_at == SIGNED_AT


def test_without_a_time_nothing_can_be_judged() -> None:
    report = judge(sealed(_act(1, time=bits(b"some day"))))
    assert report.verdict == "unreadable"
    assert "seal-time-unreadable" in codes(report)


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("MD5", "seal-digest-weak"),
        ("sha-1", "seal-digest-weak"),
        ("1.3.14.3.2.26", "seal-digest-weak"),
        ("CRC32", "seal-digest-unknown"),
        ("", "seal-digest-unknown"),
    ],
)
def test_weak_and_unknown_digests_are_refused_by_name(method: str, code: str) -> None:
    report = judge(sealed(_act(4), Layout(covered=tuple(FILES), method=method)))
    assert (codes(report), report.verdict) == ({code}, "unreadable")


@pytest.mark.parametrize("method", ["SM3", "sm3", "1.2.156.10197.1.401"])
def test_sm3_goes_by_several_names(method: str) -> None:
    assert (
        judge(sealed(_act(4), Layout(covered=tuple(FILES), method=method))).verdict == "valid"
    )


@pytest.mark.parametrize("method", ["SHA256", "SHA-256", "2.16.840.1.101.3.4.2.1"])
def test_sha_256_is_accepted_for_files(method: str) -> None:
    values = {name: hashlib.sha256(data).digest() for name, data in FILES.items()}
    layout = Layout(covered=tuple(FILES), method=method, values=values)
    assert judge(sealed(_act(4), layout)).verdict == "valid"
    assert judge(sealed(_act(4), replace(layout, method="SM3"))).verdict == "tampered"


@pytest.mark.parametrize("version", VERSIONS)
def test_other_signature_algorithms_are_refused_by_name(version: Version) -> None:
    rsa = bytes.fromhex("06092a864886f70d01010b")
    report = judge(sealed(_act(version, algorithm=rsa)))
    assert (codes(report), report.verdict) == ({"seal-algorithm"}, "unreadable")
    layout = Layout(covered=tuple(FILES), algorithm="SHA1withRSA")
    assert judge(sealed(_act(version), layout)).verdict == "unreadable"
    layout = Layout(covered=tuple(FILES), algorithm="SM3WithSM2")
    assert judge(sealed(_act(version), layout)).verdict == "valid"


def test_a_seal_over_nothing_is_none() -> None:
    report = judge(sealed(_act(4), Layout(covered=())))
    assert report.verdict == "tampered"
    assert failed(report) == {"file-digests", "coverage"}


def test_a_document_without_a_seal_is_trusted_by_nobody() -> None:
    bare = FILES["OFD.xml"].replace(
        b"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>", b""
    )
    report = judge({**FILES, "OFD.xml": bare})
    assert (report.verdict, report.seals) == ("untrusted", ())
    assert report.uncovered == tuple(sorted(FILES))


SIGNED_DATA = {
    "pkcs7": bytes.fromhex("06092a864886f70d010702"),
    "gmt0010": bytes.fromhex("060a2a811ccf550601040202"),
}


@pytest.mark.parametrize("oid", SIGNED_DATA.values(), ids=SIGNED_DATA)
def test_a_signature_without_a_seal_is_refused_by_name(oid: bytes) -> None:
    files = OFFICE.document()
    report = judge({**files, VALUE: tlv(SEQUENCE, oid + tlv(0xA0, b""))})
    assert (codes(report), report.verdict) == ({"seal-kind"}, "unreadable")
    (seal,) = report.seals
    assert (seal.version, seal.checks["signature"].result) == (0, Result.FAILED)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x30\x80\x00\x00",
        b"\x30\x03\x02\x01\x04",
        b"seal",
        tlv(SEQUENCE, b"\x05\x00" * 4),
        tlv(INTEGER, b"\x01"),
        tlv(SEQUENCE, tlv(SEQUENCE, b"") + bits(b"")),
        b"\x30\x84\xff\xff\xff\xff",
    ],
)
def test_what_is_no_seal_signature_is_refused_by_name(value: bytes) -> None:
    report = judge({**OFFICE.document(), VALUE: value})
    assert (codes(report), report.verdict) == ({"seal-form"}, "unreadable")


@given(value=st.binary(max_size=60) | st.binary(max_size=60).map(lambda b: tlv(SEQUENCE, b)))
def test_no_bytes_make_it_stumble(value: bytes) -> None:
    assert judge({**OFFICE.document(), VALUE: value}).verdict == "unreadable"


def test_plain_numbers_are_a_signature_too() -> None:
    files = OFFICE.document()
    *front, signature = read_value(files[VALUE]).parts()
    r, s = decode_dss_signature(signature.bits())
    plain = r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big")
    value = tlv(SEQUENCE, b"".join(part.raw for part in front) + bits(plain))
    assert judge({**files, VALUE: value}).verdict == "valid"


@pytest.mark.parametrize(
    ("tag", "raw"),
    [
        (0x14, "构造单位".encode("gbk")),
        (0x0C, "构造单位".encode()),
        (0x1E, "构造单位".encode("utf-16-be")),
    ],
)
def test_names_are_read_leniently_for_display(tag: int, raw: bytes) -> None:
    signer = issue("x", OFFICE.authority, Terms(subject=named(raw, tag)))
    seal = _sealed_by(4, signers=[signer.certificate])
    report = judge(sealed(_act(4, signer=signer, seal=seal)))
    assert (report.verdict, report.seals[0].signer) == ("valid", "构造单位")
    assert "构造单位" not in repr(report)


def test_a_broken_certificate_is_refused_by_name() -> None:
    broken = replace(OFFICE.signer, certificate=b"\x30\x03\x02\x01\x01")
    seal = _sealed_by(4, signers=[broken.certificate])
    report = judge(sealed(_act(4, signer=broken, seal=seal)))
    assert report.verdict == "unreadable"
    assert "seal-certificate" in codes(report)
    assert failed(report) == {"signature", "issuer-trusted"}


def test_the_time_stamp_of_version_4_may_follow() -> None:
    files = OFFICE.document()
    inside = read_value(files[VALUE]).content
    stamped = tlv(SEQUENCE, inside + tlv(0xA0, bits(b"token")))
    assert judge({**files, VALUE: stamped}).verdict == "valid"
    wrong = tlv(SEQUENCE, inside + tlv(OCTETS, b"token"))
    assert judge({**files, VALUE: wrong}).verdict == "unreadable"
    assert (
        judge({**files, VALUE: tlv(SEQUENCE, inside + tlv(IA5, b"x") * 2)}).verdict
        == "unreadable"
    )


def test_every_verdict_is_reached_in_their_order() -> None:
    assert [verdict.value for verdict in Verdict] == [
        "unreadable", "tampered", "expired", "untrusted", "incomplete", "valid",
    ]  # fmt: skip
    late = _added_file(sealed(_act(4, at=datetime(2031, 1, 1, tzinfo=UTC))))
    assert verify(packed(late), at=date(2032, 1, 1)).verdict == "expired"
    assert verify(packed(_changed_file(late)), at=date(2032, 1, 1)).verdict == "tampered"
    assert verify(packed(_added_file(OFFICE.document())), at=TODAY).verdict == "untrusted"
