"""Whatever byte of a sealed document changes, it is detected or changes no file in it."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates.ofd import Package, Verdict
from interop.certificates.ofd.der import read_value
from interop.conformance.sealing import SIGNS, Version, content_files, packed
from tests.certificates.sealed import OFFICE, judge

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
VERSIONS: tuple[Version, ...] = (1, 4)
DOCUMENTS = {version: OFFICE.document(version) for version in VERSIONS}
PACKED = {
    (version, method): packed(DOCUMENTS[version], method=method)
    for version in VERSIONS
    for method in METHODS
}
COVERED = (*content_files(), f"{SIGNS}/Sign_0/Signature.xml")
VALUE = f"{SIGNS}/Sign_0/SignedValue.dat"
# Nobody signs the list of signatures.
FREE = {f"{SIGNS}/Signatures.xml"}


def changed(data: bytes, place: int, by: int) -> bytes:
    return data[:place] + bytes([data[place] ^ by]) + data[place + 1 :]


def passes_unseen(data: bytes, place: int, by: int) -> bool:
    """Return whether a changed byte leaves the document valid though a file differs."""
    after = changed(data, place, by)
    if judge(after).verdict is not Verdict.VALID:
        return False
    one, other = Package.read(data).parts, Package.read(after).parts
    names = set(one) ^ set(other) | {name for name in one if one[name] != other.get(name)}
    return not names <= FREE


@given(draw=st.data(), by=st.integers(1, 255))
@pytest.mark.parametrize("which", PACKED)
def test_any_byte_of_the_package(
    which: tuple[Version, int], draw: st.DataObject, by: int
) -> None:
    data = PACKED[which]
    assert not passes_unseen(data, draw.draw(st.integers(0, len(data) - 1)), by)


@given(draw=st.data(), by=st.integers(1, 255), name=st.sampled_from(COVERED))
@pytest.mark.parametrize("version", VERSIONS)
def test_any_byte_of_a_covered_file(
    version: Version, draw: st.DataObject, by: int, name: str
) -> None:
    files = DOCUMENTS[version]
    place = draw.draw(st.integers(0, len(files[name]) - 1))
    report = judge({**files, name: changed(files[name], place, by)})
    assert report.verdict in {Verdict.TAMPERED, Verdict.UNREADABLE}


def signed_slices(version: Version) -> range:
    """Return the places in SignedValue.dat behind its outermost head."""
    value = DOCUMENTS[version][VALUE]
    return range(len(value) - len(read_value(value).content), len(value))


@given(draw=st.data(), by=st.integers(1, 255))
@pytest.mark.parametrize("version", VERSIONS)
def test_any_byte_of_the_seal_signature(version: Version, draw: st.DataObject, by: int) -> None:
    files = DOCUMENTS[version]
    place = draw.draw(st.sampled_from(signed_slices(version)))
    assert judge({**files, VALUE: changed(files[VALUE], place, by)}).verdict != Verdict.VALID


@pytest.mark.nightly
@pytest.mark.parametrize("which", PACKED)
def test_every_bit_of_the_package(which: tuple[Version, int]) -> None:
    data = PACKED[which]
    unseen = [
        (place, bit)
        for place in range(len(data))
        for bit in range(8)
        if passes_unseen(data, place, 1 << bit)
    ]
    assert unseen == []


@pytest.mark.nightly
@pytest.mark.parametrize("version", VERSIONS)
def test_every_bit_of_every_covered_file(version: Version) -> None:
    files = DOCUMENTS[version]
    for name in (*COVERED, VALUE):
        places = signed_slices(version) if name == VALUE else range(len(files[name]))
        for place in places:
            for bit in range(8):
                data = changed(files[name], place, 1 << bit)
                assert judge({**files, name: data}).verdict is not Verdict.VALID, (name, place)
