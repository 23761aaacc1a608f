"""Broken and hostile packages: each refused by its own code, none unpacked to disk."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates.ofd import Package, package
from interop.certificates.ofd.package import ENTRIES_MAX, FOLDERS_MAX, RATIO_FREE_BYTES
from interop.certificates.ofd.xml import XML_DEPTH_MAX, XML_ELEMENTS_MAX, read_xml
from interop.conformance.sealing import packed
from interop.errors import TrustError
from tests.certificates.sealed import OFFICE, judge


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as refused:
        call()
    return refused.value.code


def archive(*entries: tuple[zipfile.ZipInfo | str, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for info, data in entries:
            opened.writestr(info, data)
        opened.comment = comment
    return out.getvalue()


def renamed(old: str, new: str) -> bytes:
    """Return a package with a name that the packer of the tests would not write."""
    assert len(old) == len(new)
    return archive((old, b"x")).replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../OFD.xml", "ofd-traversal"),
        ("a/../../b", "ofd-traversal"),
        ("/etc/passwd", "ofd-traversal"),
        ("C:/windows", "ofd-traversal"),
        ("Doc_0\\OFD.xml", "ofd-backslash"),
        ("..\\OFD.xml", "ofd-backslash"),
        ("a//b", "ofd-name"),
        ("a/./b", "ofd-name"),
        ("a\x00b", "ofd-name"),
        ("a\nb", "ofd-name"),
        ("/".join("a" * (FOLDERS_MAX + 1)), "ofd-depth"),
    ],
)
def test_names_that_lead_elsewhere(name: str, code: str) -> None:
    assert code_of(lambda: Package.read(renamed("x" * len(name), name))) == code


def test_a_name_as_deep_as_allowed() -> None:
    name = "/".join("a" * FOLDERS_MAX)
    assert set(Package.read(archive((name, b"x"))).parts) == {name}


@pytest.mark.parametrize("other", ["OFD.xml", "ofd.XML", "OFD.xml/"])
def test_names_that_differ_in_case_alone_are_the_same(other: str) -> None:
    data = archive(("OFD.xml", b"one"), ("XXX.xml" if other != "OFD.xml/" else "XXX.xml/", b""))
    changed = data.replace(b"XXX.xml", other.rstrip("/").encode())
    assert code_of(lambda: Package.read(changed)) == "ofd-twice"


def test_names_in_the_encodings_of_chinese_packers() -> None:
    name = "附件/文件.xml"
    for raw in (name.encode(), name.encode("gb18030")):
        plain = "x" * len(raw)
        data = archive((plain, b"x")).replace(plain.encode(), raw)
        assert set(Package.read(data).parts) == {name}
    broken = archive(("xxxx", b"x")).replace(b"xxxx", b"\xff\xff\xff\xff")
    assert code_of(lambda: Package.read(broken)) == "ofd-name"


def test_bombs_by_ratio_and_by_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        code_of(lambda: Package.read(archive(("a", bytes(RATIO_FREE_BYTES + 1))))) == "ofd-bomb"
    )
    assert len(Package.read(archive(("a", bytes(RATIO_FREE_BYTES)))).parts) == 1
    monkeypatch.setattr(package, "UNPACKED_BYTES_MAX", 100)
    two = archive(("a", b"x" * 51), ("b", b"x" * 50))
    assert code_of(lambda: Package.read(two)) == "ofd-bomb"
    assert len(Package.read(archive(("a", b"x" * 50), ("b", b"x" * 50))).parts) == 2


def test_a_size_that_lies_is_not_unpacked_beyond() -> None:
    data = bytearray(archive(("a", b"x" * 1000)))
    for magic, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(magic) + place
        assert struct.unpack_from("<L", data, at) == (1000,)
        struct.pack_into("<L", data, at, 10)
    assert code_of(lambda: Package.read(bytes(data))) == "ofd-data"


def test_too_many_and_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "ENTRIES_MAX", 2)
    assert ENTRIES_MAX > 2
    three = archive(("a", b""), ("b", b""), ("c", b""))
    assert code_of(lambda: Package.read(three)) == "ofd-entries"
    monkeypatch.setattr(package, "PACKAGE_BYTES_MAX", len(three) - 1)
    assert code_of(lambda: Package.read(three)) == "ofd-too-large"


def test_links_and_encrypted_files() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert code_of(lambda: Package.read(archive((link, b"/etc/passwd")))) == "ofd-symlink"
    data = bytearray(archive(("a", b"x")))
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + place] |= 1
    assert code_of(lambda: Package.read(bytes(data))) == "ofd-encrypted"


def test_other_methods_of_packing() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as opened:
        opened.writestr("a", b"x")
    assert code_of(lambda: Package.read(out.getvalue())) == "ofd-method"


def test_files_that_share_bytes() -> None:
    data = bytearray(archive(("a", b"x" * 9), ("b", b"y" * 9)))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    first_name = data.index(b"PK\x01\x02") + 46
    data[first_name : first_name + 1] = b"b"
    # Both rows of the directory now lead to the second file.
    at = data.index(b"PK\x03\x04", 10)
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 42, at)
    data[second + 46 : second + 47] = b"a"
    assert code_of(lambda: Package.read(bytes(data))) in {"ofd-header", "ofd-overlap"}


def test_a_quoted_overlap() -> None:
    """One file's data holds another file whole: readers disagree on what is there."""
    inner = archive(("inner", b"x"))
    local = inner[: inner.index(b"PK\x01\x02")]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as opened:
        opened.writestr("outer", local)
        at = out.getvalue().index(local)
        info = opened.getinfo("outer")
        twin = zipfile.ZipInfo("inner")
        twin.header_offset, twin.CRC = at, zlib.crc32(b"x")
        twin.compress_size, twin.file_size = 1, 1
        twin.create_system, twin.external_attr = info.create_system, info.external_attr
        with zipfile.ZipFile(io.BytesIO(inner)) as other:
            real = other.getinfo("inner")
            twin.compress_type, twin.compress_size = real.compress_type, real.compress_size
        opened.filelist.append(twin)
        opened.NameToInfo["inner"] = twin
    assert code_of(lambda: Package.read(out.getvalue())) == "ofd-overlap"


@pytest.mark.parametrize("listed", [0, 1])
def test_a_file_that_the_directory_does_not_list(listed: int) -> None:
    data = archive(("a", b"x"), ("b", b"y"))
    start = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", start + 1)
    end = bytearray(data[data.index(b"PK\x05\x06") :])
    rows = data[start:second], data[second : data.index(b"PK\x05\x06")]
    row = rows[listed]
    struct.pack_into("<HHLL", end, 8, 1, 1, len(row), start)
    assert code_of(lambda: Package.read(data[:start] + row + bytes(end))) == "ofd-hidden"


def test_two_directories() -> None:
    data = archive(("a", b"x"), comment=b"...")
    assert set(Package.read(data).parts) == {"a"}
    inner = archive(("b", b"y"))
    tail = inner[inner.index(b"PK\x05\x06") :]
    assert (
        code_of(lambda: Package.read(archive(("a", b"x"), comment=tail + b"."))) == "ofd-no-zip"
    )


@pytest.mark.parametrize("place", [6, 8, 14, 18, 22, 30])
def test_a_header_that_differs_from_the_directory(place: int) -> None:
    data = bytearray(archive(("abc", b"x" * 100)))
    data[data.index(b"PK\x03\x04") + place] ^= 0x08 if place == 6 else 0x01
    if (
        place == 6
    ):  # a size that is told later may be missing here; a size that is there may not lie
        data[18] ^= 1
    assert code_of(lambda: Package.read(bytes(data))) in {"ofd-header", "ofd-encrypted"}


def test_a_packer_in_one_pass_tells_sizes_behind_the_data() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]  # a buffer
            return len(bytes(data))  # type: ignore[call-overload]  # likewise

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in OFFICE.document().items():
            opened.writestr(name, data)
    assert judge(pipe.data).verdict == "valid"


@pytest.mark.parametrize("extra", [b"\x00", b"more"])
def test_nothing_follows_the_end_of_a_stream(extra: bytes) -> None:
    stream = zlib.compressobj(wbits=-15)
    body = stream.compress(b"x" * 100) + stream.flush()
    assert package._inflated(body, 100, "a") == b"x" * 100
    assert code_of(lambda: package._inflated(body + extra, 100, "a")) == "ofd-data"
    assert code_of(lambda: package._inflated(body[:-1], 100, "a")) == "ofd-data"
    assert code_of(lambda: package._inflated(b"", 0, "a")) == "ofd-data"


@given(content=st.binary(max_size=300), level=st.integers(0, 9))
def test_the_last_bits_of_a_stream_are_not_free(content: bytes, level: int) -> None:
    stream = zlib.compressobj(level, wbits=-15)
    body = stream.compress(content) + stream.flush()
    assert package._inflated(body, len(content), "a") == content
    for bit in range(8):
        changed = body[:-1] + bytes([body[-1] ^ 1 << bit])
        try:
            found = package._inflated(changed, len(content), "a")
        except TrustError:
            continue
        assert found != content


@given(
    data=st.binary(max_size=200)
    | st.binary(max_size=60).map(lambda b: archive(("a", b))[:-9] + b)
)
def test_no_bytes_make_it_stumble(data: bytes) -> None:
    report = judge(data)
    assert (report.verdict, report.seals) == ("unreadable", ())


BOMB = b"""<!DOCTYPE a [<!ENTITY x "xxxx"><!ENTITY y "&x;&x;">]><a>&y;</a>"""
OUTSIDE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""


@pytest.mark.parametrize(
    "xml", [BOMB, OUTSIDE, b"<!DOCTYPE a><a/>", BOMB.decode().encode("utf-16")]
)
@pytest.mark.parametrize("recover", [True, False])
def test_document_types_and_entities(xml: bytes, *, recover: bool) -> None:
    assert code_of(lambda: read_xml(xml, part="OFD.xml", recover=recover)) == "ofd-xml-dtd"
    assert judge({**OFFICE.document(), "OFD.xml": xml}).reasons[0].code == "ofd-xml-dtd"


@pytest.mark.parametrize(
    "xml", [b"", b"<a>", b"<a></b>", b"text", b'<?xml version="1.0" encoding="nope"?><a/>']
)
def test_what_is_no_xml(xml: bytes) -> None:
    assert code_of(lambda: read_xml(xml, part="OFD.xml")) == "ofd-xml"


def test_depth_and_number_of_elements() -> None:
    deep = b"<a>" * XML_DEPTH_MAX + b"</a>" * XML_DEPTH_MAX
    assert read_xml(deep, part="a") is not None
    assert code_of(lambda: read_xml(b"<a>" + deep + b"</a>", part="a")) == "ofd-xml-limit"
    wide = b"<a>" + b"<b/>" * (XML_ELEMENTS_MAX - 1) + b"</a>"
    assert read_xml(wide, part="a") is not None
    assert (
        code_of(lambda: read_xml(wide.replace(b"</a>", b"<b/></a>"), part="a"))
        == "ofd-xml-limit"
    )


def test_a_mark_and_white_space_before_the_declaration_are_passed_over() -> None:
    assert read_xml(b'\xef\xbb\xbf \n<?xml version="1.0"?><a/>', part="a").tag == "a"


def test_missing_parts_are_named() -> None:
    files = OFFICE.document()
    for name in (
        "OFD.xml",
        "Doc_0/Document.xml",
        "Doc_0/Signs/Signatures.xml",
        "Doc_0/Signs/Sign_0/Signature.xml",
        "Doc_0/Signs/Sign_0/SignedValue.dat",
    ):
        report = judge({each: data for each, data in files.items() if each != name})
        assert report.verdict == "unreadable"
        assert [(r.code, r.field) for r in report.reasons] == [("ofd-part-missing", name)]


def test_the_package_of_the_tests_is_sound() -> None:
    files = OFFICE.document()
    assert dict(Package.read(packed(files)).parts) == files
