"""How long verifying a small sealed document takes, with the library's SM2 and with Python's.

The document is constructed; the published ones, where they are at hand, are measured beside it.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.measure import interleave
from interop.certificates.ofd import Anchor, Package, verify
from interop.certificates.ofd.seals import read_seal_signature
from interop.conformance.sealing import Office, packed
from interop.crypto.sm2 import Sm2Backend
from interop.crypto.sm2.pure import PureBackend

GIVEN = Path(__file__).parents[1].parent / "shared" / "data" / "ofd"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"
AT = date(2026, 3, 2)


def run() -> dict[str, float | None]:
    """Return milliseconds per document; None for a document that is not at hand.

    ``ofd_verify_ms`` is the largest small document at hand, with the backend of this machine,
    keys warm, as in a service that meets the same seals again; ``ofd_verify_pure_ms`` the same
    with Python's and cold keys. The report is made anew from the bytes each time.
    """
    office = Office.open()
    anchors = (Anchor.read(office.authority.certificate),)
    documents: dict[str, tuple[bytes, tuple[Anchor, ...]]] = {}
    documents["constructed"] = (packed(office.document()), anchors)
    for name in ("signedFile", "999"):
        path = GIVEN / f"{name}.ofd"
        if path.is_file():
            documents[name] = _with_own_anchors(path.read_bytes())
    ours = {name: _work(*each, None) for name, each in documents.items()}
    timing = interleave(ours, rounds=15, repeat=5)
    largest = max(documents, key=lambda name: len(documents[name][0]))
    pure = interleave({"pure": _work(*documents[largest], PureBackend())}, rounds=3)
    milliseconds = {name: round(s * 1000, 2) for name, s in timing.medians.items()}
    return {
        "ofd_verify_ms": milliseconds[largest],
        "ofd_verify_pure_ms": round(pure.medians["pure"] * 1000, 2),
        "ofd_constructed_ms": milliseconds["constructed"],
        "ofd_signed_file_ms": milliseconds.get("signedFile"),
    }


def _with_own_anchors(data: bytes) -> tuple[bytes, tuple[Anchor, ...]]:
    sealed = read_seal_signature(Package.read(data).parts[VALUE], part=VALUE)
    pinned = (sealed.signed.certificate, sealed.seal.made.certificate)
    return data, tuple(Anchor.read(der) for der in pinned)


def _work(
    data: bytes, anchors: tuple[Anchor, ...], backend: Sm2Backend | None
) -> Callable[[], object]:
    return partial(verify, data, anchors=anchors, at=AT, backend=backend)
