"""The two published documents: sealed by tax offices with SES version 4."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates.ofd import CHECKS, Package, Result, Use, Verdict, verify
from interop.crypto.sm2.pure import PureBackend
from tests.certificates.sealed import TODAY, failed, given_document, own_anchors, seal_of

BOTH = ("signedFile.ofd", "999.ofd")


@pytest.mark.parametrize("name", BOTH)
def test_without_an_anchor_nobody_is_trusted(name: str) -> None:
    report = verify(given_document(name), at=TODAY)
    assert report.verdict is Verdict.UNTRUSTED
    assert report.uncovered == (("OFD.xml",) if name == "999.ofd" else ())
    assert failed(report) - {"coverage"} == {"issuer-trusted"}
    assert report.signed == frozenset()


@pytest.mark.parametrize(
    ("name", "verdict"), [("signedFile.ofd", Verdict.VALID), ("999.ofd", Verdict.INCOMPLETE)]
)
def test_with_their_own_signer_and_maker_pinned(name: str, verdict: Verdict) -> None:
    data = given_document(name)
    report = verify(data, anchors=own_anchors(data), at=TODAY)
    assert report.verdict is verdict
    (seal,) = report.seals
    assert (seal.version, tuple(seal.checks)) == (4, CHECKS)
    assert seal.signer.endswith("税务局")
    assert ("OFD.xml" in report.signed) == (name == "signedFile.ofd")
    assert "Doc_0/Document.xml" in report.signed


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("pinned", [0, 1])
def test_one_of_signer_and_maker_is_not_enough(name: str, pinned: int) -> None:
    data = given_document(name)
    anchors = own_anchors(data)
    assert verify(data, anchors=anchors[pinned : pinned + 1], at=TODAY).verdict == "untrusted"
    swapped = tuple(
        replace(anchor, uses=frozenset({use}))
        for anchor, use in zip(anchors, (Use.SEAL_MAKER, Use.SIGNER), strict=True)
    )
    assert verify(data, anchors=swapped, at=TODAY).verdict == "untrusted"


def test_the_day_of_asking_matters_only_before_the_signing_time() -> None:
    data = given_document("signedFile.ofd")
    anchors = own_anchors(data)

    def on(day: date) -> Verdict:
        return verify(data, anchors=anchors, at=day).verdict

    # Put on at 15:28 of 4 October 2020, Shanghai.
    assert (on(date(2020, 10, 3)), on(date(2020, 10, 4))) == ("expired", "valid")
    # Seal, maker and signer are long past their days by then.
    assert on(date(2040, 1, 1)) == "valid"


def test_the_seal_is_older_than_its_makers_certificate_and_still_judged_when_put_on() -> None:
    seal = seal_of(given_document("signedFile.ofd"))
    anchors = own_anchors(given_document("signedFile.ofd"))
    maker = anchors[1].certificate.parsed
    assert seal.seal.valid_from == datetime(2019, 10, 10, 16, tzinfo=UTC)
    assert maker.not_valid_before_utc == datetime(2019, 10, 16, tzinfo=UTC)
    assert seal.time == datetime(2020, 10, 4, 7, 28, 55, tzinfo=UTC)


def test_the_verifier_in_python_says_the_same() -> None:
    data = given_document("signedFile.ofd")
    anchors = own_anchors(data)
    own, other = (
        verify(data, anchors=anchors, at=TODAY, backend=backend)
        for backend in (None, PureBackend())
    )
    assert own == other
    assert own.verdict is Verdict.VALID


@given(draw=st.data())
@pytest.mark.parametrize("name", BOTH)
def test_any_changed_byte_of_the_file_is_detected_or_changes_nothing_in_it(
    name: str, draw: st.DataObject
) -> None:
    data = given_document(name)
    place = draw.draw(st.integers(0, len(data) - 1))
    changed = bytearray(data)
    changed[place] ^= draw.draw(st.integers(1, 255))
    report = verify(bytes(changed), anchors=own_anchors(data), at=TODAY)
    if report.verdict in {Verdict.VALID, Verdict.INCOMPLETE} and report.uncovered == (
        ("OFD.xml",) if name == "999.ofd" else ()
    ):
        before, after = Package.read(data).parts, Package.read(bytes(changed)).parts
        differs = {part for part in before if before[part] != after[part]}
        assert differs <= set(report.uncovered) | {"Doc_0/Signs/Signatures.xml"}
    assert all(
        each.checks["later-extended"].result is not Result.PASSED for each in report.seals
    )
