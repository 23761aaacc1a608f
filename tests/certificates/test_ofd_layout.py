"""Documents laid out as writers do, and several seals on one document."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from interop.certificates.ofd import Result, verify
from interop.conformance.sealing import (
    SIGNED_AT,
    SIGNS,
    Layout,
    Terms,
    content_files,
    issue,
    packed,
    put_seal,
    seal_signature,
)
from tests.certificates.sealed import AUTHORITY, OFFICE, TODAY, codes, judge

FILES = content_files()
LIST = f"{SIGNS}/Signatures.xml"
Change = Callable[[dict[str, bytes]], dict[str, bytes]]


def resealed(change: Change, signature: Change = dict) -> dict[str, bytes]:
    """Return a document changed before it is sealed, its signature's file before signing."""
    files = change(content_files())
    made = put_seal(files, OFFICE.act(), Layout(covered=tuple(files)))
    place = f"{SIGNS}/Sign_0/Signature.xml"
    made |= signature({place: made[place]})
    value = seal_signature(OFFICE.act(), made[place], place=f"/{place}")
    return {**made, f"{SIGNS}/Sign_0/SignedValue.dat": value}


def each(old: bytes, new: bytes) -> Change:
    return lambda files: {name: data.replace(old, new) for name, data in files.items()}


@pytest.mark.parametrize(
    ("change", "signature"),
    [
        (each(b"ofd:", b""), dict),
        (each(b"ofd", b"o"), each(b"ofd:", b"")),
        (each(b'xmlns:ofd="http://www.ofdspec.org/2016"', b'xmlns:ofd="urn:other"'), dict),
        (each(b"/Doc_0/Signs", b"Doc_0/Signs"), dict),
        (each(b"/Doc_0/Signs", b"./Doc_0/../Doc_0/Signs"), dict),
        (each(b"DocRoot", b"docroot"), each(b"FileRef", b"fileref")),
        (
            each(b"Doc_0/Document.xml", b"/doc_0/DOCUMENT.xml"),
            each(b"/Doc_0/Pages", b"/doc_0/pages"),
        ),
        (each(b"<?xml", b"\xef\xbb\xbf<?xml"), each(b"<?xml", b"\xef\xbb\xbf<?xml")),
        (dict, each(b"References CheckMethod", b"References checkmethod")),
        (dict, each(b"/Doc_0/Signs/Sign_0/SignedValue.dat", b"SignedValue.dat")),
        (dict, each(b"<ofd:CheckValue>", b"<ofd:CheckValue>\n  ")),
        (dict, each(b'FileRef="/', b'FileRef="')),
    ],
)
def test_writers_differ(change: Change, signature: Change) -> None:
    report = judge(resealed(change, signature))
    assert (report.verdict, codes(report)) == ("valid", set())


def moved(files: dict[str, bytes], old: str, new: str) -> dict[str, bytes]:
    return {name.replace(old, new): data for name, data in files.items()}


@pytest.mark.parametrize("folder", ["Doc_0/Signatures", "signs", "Doc_0/SIGNS/inner"])
def test_the_list_may_stand_anywhere(folder: str) -> None:
    files = content_files()
    files["OFD.xml"] = files["OFD.xml"].replace(SIGNS.encode(), folder.encode())
    layout = Layout(covered=tuple(files))
    made = put_seal(files, OFFICE.act(), layout)
    place = f"{SIGNS}/Sign_0/Signature.xml"
    written = made[place].replace(SIGNS.encode(), folder.encode())
    value = seal_signature(OFFICE.act(), written, place=f"/{place}")
    made |= {place: written, f"{SIGNS}/Sign_0/SignedValue.dat": value}
    assert judge(moved(made, SIGNS, folder)).verdict == "valid"


def test_files_of_signs_do_not_count() -> None:
    files = OFFICE.document() | {f"{SIGNS}/Sign_0/Seal.esl": b"x", f"{SIGNS}/Sign_9/more": b"y"}
    assert judge(files).verdict == "valid"


def test_the_list_cannot_exempt_a_folder_of_the_content() -> None:
    """The list is never signed: it may point to copies that somebody put beside the content."""
    files = OFFICE.document()
    annots = "Doc_0/Annots"
    files[LIST] = files[LIST].replace(b"Sign_0/Signature.xml", b"/Doc_0/Annots/Signature.xml")
    files[f"{annots}/Signature.xml"] = files[f"{SIGNS}/Sign_0/Signature.xml"]
    assert judge(files).verdict == "valid"
    files[f"{annots}/Annotations.xml"] = b"<shown/>"
    report = judge(files)
    assert (report.verdict, report.uncovered) == ("incomplete", (f"{annots}/Annotations.xml",))


def test_ofd_xml_never_counts_as_the_list_of_signatures() -> None:
    """Outside the references it could name itself the list, and so be no content any more."""
    files = content_files()
    left = tuple(name for name in files if name != "OFD.xml")
    made = put_seal(files, OFFICE.act(), Layout(covered=left))
    row = f'<ofd:Signature BaseLoc="/{SIGNS}/Sign_0/Signature.xml"/></ofd:OFD>'
    made["OFD.xml"] = (
        made["OFD.xml"]
        .replace(f"/{LIST}".encode(), b"/OFD.xml")
        .replace(b"</ofd:OFD>", row.encode())
    )
    report = judge(made)
    assert (report.verdict, report.uncovered) == ("incomplete", ("OFD.xml",))


def second(
    files: dict[str, bytes], *, later: int = 60, covered: tuple[str, ...] | None = None
) -> dict[str, bytes]:
    act = replace(OFFICE.act(), at=SIGNED_AT + timedelta(seconds=later))
    names = tuple(name for name in files if not name.startswith(SIGNS))
    return put_seal(files, act, Layout(number=1, covered=names if covered is None else covered))


def test_a_document_later_extended_by_another_valid_seal_says_so() -> None:
    extended = {**OFFICE.document(), "Doc_0/Annots/Annotations.xml": b"<stamp/>"}
    assert judge(extended).verdict == "incomplete"
    report = judge(second(extended))
    first, last = report.seals
    assert (report.verdict, report.uncovered, report.reasons) == ("valid", (), ())
    assert first.checks["later-extended"].result is Result.PASSED
    (note,) = first.checks["later-extended"].reasons
    assert (note.code, note.field) == ("seal-later-extended", "Doc_0/Annots/Annotations.xml")
    assert last.checks["later-extended"].result is Result.NOT_APPLICABLE


def test_a_second_seal_over_the_same_files() -> None:
    report = judge(second(OFFICE.document()))
    assert report.verdict == "valid"
    assert report.seals[0].checks["later-extended"].result is Result.PASSED


def test_an_extension_needs_a_seal_over_all_of_it() -> None:
    extended = {**OFFICE.document(), "Doc_0/Added.xml": b"<a/>"}
    report = judge(second(extended, covered=("Doc_0/Added.xml",)))
    assert report.verdict == "incomplete"
    assert report.seals[0].checks["later-extended"].result is Result.FAILED
    assert set(report.uncovered) == set(FILES) | {"Doc_0/Added.xml"}


def test_an_extension_by_an_earlier_seal_is_none() -> None:
    extended = {**OFFICE.document(), "Doc_0/Added.xml": b"<a/>"}
    assert judge(second(extended, later=-60)).verdict == "incomplete"


def test_an_extension_by_a_stranger_is_none() -> None:
    stranger = issue("stranger", issue("other", terms=Terms(authority=True)))
    extended = {**OFFICE.document(), "Doc_0/Added.xml": b"<a/>"}
    act = replace(OFFICE.act(), signer=stranger, at=SIGNED_AT + timedelta(minutes=1))
    names = tuple(name for name in extended if not name.startswith(SIGNS))
    report = judge(put_seal(extended, act, Layout(number=1, covered=names)))
    assert report.verdict == "tampered"
    assert report.uncovered == ("Doc_0/Added.xml",)
    assert "Doc_0/Added.xml" not in report.signed


def test_a_later_seal_does_not_heal_what_an_earlier_one_covered() -> None:
    changed = {**OFFICE.document(), "Doc_0/Document.xml": FILES["Doc_0/Document.xml"] + b" "}
    assert judge(second(changed)).verdict == "tampered"


def test_a_seal_taken_off_the_list_leaves_the_rest_judged() -> None:
    extended = second({**OFFICE.document(), "Doc_0/Added.xml": b"<a/>"})
    one = OFFICE.document()[LIST]
    report = judge({**extended, LIST: one})
    assert (report.verdict, report.uncovered) == ("incomplete", ("Doc_0/Added.xml",))


def test_several_documents_in_a_package_are_sealed_each_by_itself() -> None:
    files = content_files()
    body = files["OFD.xml"].split(b"</ofd:DocInfo>")[1].split(b"</ofd:OFD>")[0]
    other = b"<ofd:DocBody>" + body.replace(b"Doc_0", b"Doc_1")
    files["OFD.xml"] = files["OFD.xml"].replace(b"</ofd:OFD>", other + b"</ofd:OFD>")
    files |= {
        name.replace("Doc_0", "Doc_1"): data for name, data in files.items() if "Doc_0" in name
    }
    mine = tuple(name for name in files if "Doc_1" not in name)
    made = put_seal(files, OFFICE.act(), Layout(covered=mine))
    unsealed = {**made, "Doc_1/Signs/Signatures.xml": b"<Signatures/>"}
    report = judge(unsealed)
    assert (report.verdict, "seal-none" in codes(report)) == ("untrusted", True)
    assert "Doc_1/Document.xml" in report.uncovered
    theirs = tuple(name for name in files if "Doc_0" not in name)
    place = "Doc_1/Signs/Sign_0/Signature.xml"
    twin = put_seal(files, OFFICE.act(), Layout(covered=theirs))
    written = twin[f"{SIGNS}/Sign_0/Signature.xml"].replace(SIGNS.encode(), b"Doc_1/Signs")
    made |= {
        "Doc_1/Signs/Signatures.xml": twin[LIST],
        place: written,
        "Doc_1/Signs/Sign_0/SignedValue.dat": seal_signature(
            OFFICE.act(), written, place=place
        ),
    }
    assert judge(made).verdict == "valid"
    for document in ("Doc_0", "Doc_1"):
        left = f"{document}/More.xml"
        report = judge({**made, left: b"<a/>"})
        assert (report.verdict, report.uncovered) == ("incomplete", (left,))


def test_many_seals_are_refused() -> None:
    files = OFFICE.document()
    row = b'<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>'
    listed = files[LIST].replace(b"</ofd:Signatures>", row * 64 + b"</ofd:Signatures>")
    assert codes(judge({**files, LIST: listed})) == {"ofd-seals-many"}


@pytest.mark.parametrize("name", ["SignedInfo", "References", "SignedValue", "CheckValue"])
def test_what_stands_twice_or_never_is_refused(name: str) -> None:
    files = OFFICE.document()
    place = f"{SIGNS}/Sign_0/Signature.xml"
    renamed = files[place].replace(f"ofd:{name}".encode(), b"ofd:Other")
    report = verify(packed({**files, place: renamed}), anchors=AUTHORITY, at=TODAY)
    assert (codes(report), report.verdict) == ({"ofd-part-twice"}, "unreadable")
