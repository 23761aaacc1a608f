"""Contents of materials over HTTP: by parts, by ranges, and only to whom they belong."""

import itertools
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.errors import ExchangeError
from interop.exchange.materials import sign_material_ask
from interop.exchange.pieces import Piece, seal_piece
from interop.model.canonical import Json, digest
from interop.model.case import SubmittedMaterial
from interop.node.app import create_node
from interop.node.ranges import Span, Unsatisfiable, span_of
from interop.simulator.applicants import PUDONG, SUZHOU
from interop.simulator.server import serve
from interop.store.materials import CHUNK_BYTES
from tests.node.host import BEARER, call, send, told, until
from tests.node.stand import KEY, Stand, ask

DATA = b"%PDF-1.7 " + bytes(range(251)) * (5 * CHUNK_BYTES // 251) + b"end"
CODE = "design-drawings"


def declared(stand: Stand, reference: str, data: bytes = DATA) -> str:
    """Draft and receive a case at Suzhou whose drawings are ``data``; return its number."""
    filing: Any = stand.filing(stand.login(), reference)
    application = filing["application"]
    paper = {
        "code": CODE,
        "content_digest": digest(data),
        "size": len(data),
        "media_type": "application/pdf",
    }
    others = [one for one in application["materials"] if one["code"] != CODE]
    application["materials"] = [*others, paper]
    case = str(call(stand.urls[SUZHOU], "spare", filing)["case"])
    call(stand.urls[SUZHOU], "receive", {"case": case})
    return case


def at(base: str, case: str, code: str = CODE) -> str:
    return f"{base}/v1/cases/{case}/materials/{code}"


def put(url: str, data: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
    return ask("PUT", url, content=data, headers={**BEARER, **headers})


def get(url: str, **headers: str) -> httpx.Response:
    return ask("GET", url, headers={**BEARER, **headers})


@pytest.fixture(scope="module")
def kept(stand: Stand) -> str:
    """Where a content is kept that is complete."""
    url = at(stand.urls[SUZHOU], declared(stand, "MATERIALS-KEPT"))
    answer = put(url, iter([DATA[:1000], DATA[1000:]]))
    assert (answer.status_code, answer.json()["complete"]) == (200, True)
    return url


def test_a_window_brings_a_content_to_the_organ_at_its_own_door(stand: Stand) -> None:
    url = at(stand.urls[SUZHOU], case := declared(stand, "MATERIALS-BROUGHT"))
    assert put(url, DATA).status_code == 200
    call(stand.urls[SUZHOU], "hand_over", {"case": case})
    until(stand.urls[PUDONG], case, "concluded")
    paper = SubmittedMaterial(
        code=CODE, content_digest=digest(DATA), size=len(DATA), media_type="application/pdf"
    )
    here = stand.gateways[SUZHOU].station.directory
    piece = Piece(case, paper, 0, DATA[:CHUNK_BYTES])
    wire = seal_piece(piece, own=here.own, peer=here.find(PUDONG))
    organ = stand.peers[PUDONG].peer
    # All of it was fetched meanwhile, and that is what is answered.
    assert organ.piece(wire) == len(DATA)
    with pytest.raises(ExchangeError, match="exchange-piece-altered"):
        organ.piece(wire[:-1])
    stranger = seal_piece(replace(piece, case="X"), own=here.own, peer=here.find(PUDONG))
    with pytest.raises(ExchangeError, match="material-foreign"):
        organ.piece(stranger)


def test_a_supplement_is_declared_by_hosts_that_were_asked_for_one(stand: Stand) -> None:
    case = declared(stand, "MATERIALS-SUPPLEMENT")
    short: dict[str, Json] = {
        "code": "night-view",
        "content_digest": digest(DATA),
        "size": len(DATA),
    }
    paper: Json = {**short, "media_type": "application/pdf"}
    for region, named, material, code in (
        (SUZHOU, case, paper, "transition-illegal"),
        (SUZHOU, case, short, "record-invalid"),
        (PUDONG, "none", paper, "case-unknown"),
    ):
        body: Json = {"case": named, "materials": [material]}
        answer = send(stand.urls[region], "declare_supplement", body)
        assert told(answer, 422, "CaseError") == [code]


def test_a_content_goes_with_its_case_to_the_organ(stand: Stand, kept: str) -> None:
    case = kept.split("/")[-3]
    call(stand.urls[SUZHOU], "hand_over", {"case": case})
    until(stand.urls[PUDONG], case, "concluded")
    there = get(at(stand.urls[PUDONG], case))
    assert there.content == get(kept).content == DATA
    assert told(put(kept, DATA), 422, "CaseError") == ["material-closed"]
    # The peer's own door: by a signed question, and by nothing else.
    peer, own = stand.peers[SUZHOU], stand.gateways[PUDONG].station.directory.own
    question = sign_material_ask(own, to=SUZHOU, case=case, code=CODE, at=stand.clock())
    assert peer.material(question, case, CODE, first=3, last=5) == DATA[3:6]
    with pytest.raises(ExchangeError, match="material-not-held"):
        peer.material(question, case, "site-right", first=0, last=1)
    with pytest.raises(ExchangeError, match="material-range"):
        peer.material(question, case, CODE, first=len(DATA), last=len(DATA))
    door = f"{stand.urls[SUZHOU]}/exchange/materials/{case}/{CODE}"
    for header in ({}, {"Authorization": "Ask nothing"}, BEARER):
        assert ask("GET", door, headers=header).status_code in {403, 409}
    whole = ask("GET", door, headers={"Authorization": f"Ask {question.decode()}"})
    assert (whole.status_code, whole.content) == (200, DATA)


@given(data=st.data())
def test_any_partition_of_ranges_gives_the_same_bytes(kept: str, data: st.DataObject) -> None:
    near = st.sampled_from([0, CHUNK_BYTES, 4 * CHUNK_BYTES, len(DATA)]).flatmap(
        lambda border: st.integers(border - 2, border + 2)
    )
    cuts = data.draw(st.sets(near.filter(lambda n: 0 < n < len(DATA)), max_size=2))
    edges, found = [0, *sorted(cuts), len(DATA)], b""
    for first, after in itertools.pairwise(edges):
        answer = get(kept, Range=f"bytes={first}-{after - 1}")
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes {first}-{after - 1}/{len(DATA)}"
        found += answer.content
    assert found == DATA


@pytest.mark.parametrize(
    ("header", "size", "span"),
    [
        (None, 10, Span(0, 9, partial=False)),
        ("", 10, Span(0, 9, partial=False)),
        ("bytes=0-0", 10, Span(0, 0, partial=True)),
        ("bytes=9-9", 10, Span(9, 9, partial=True)),
        ("bytes=9-10", 10, Span(9, 9, partial=True)),
        ("bytes=3-", 10, Span(3, 9, partial=True)),
        ("bytes=-3", 10, Span(7, 9, partial=True)),
        ("bytes=-30", 10, Span(0, 9, partial=True)),
        ("bytes=5-4", 10, Span(0, 9, partial=False)),
        ("bytes=0-1,3-4", 10, Span(0, 9, partial=False)),
        ("lines=0-1", 10, Span(0, 9, partial=False)),
        ("bytes=-", 10, Span(0, 9, partial=False)),
        ("bytes=10-", 10, None),
        ("bytes=10-12", 10, None),
        ("bytes=-0", 10, None),
        ("bytes=0-", 0, None),
    ],
)
def test_a_range_is_read_as_the_standard_says(
    header: str | None, size: int, span: Span | None
) -> None:
    if span is not None:
        assert span_of(header, size) == span
        return
    with pytest.raises(Unsatisfiable):
        span_of(header, size)


def test_a_range_that_is_not_there_is_refused_with_the_size(kept: str) -> None:
    answer = get(kept, Range=f"bytes={len(DATA)}-")
    assert told(answer, 416, "CaseError") == ["material-range"]
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


def test_what_is_given_cannot_run_in_a_browser_or_stay_in_a_cache(kept: str) -> None:
    answer = get(kept)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert digest(DATA).partition(":")[2] not in answer.headers["etag"]


def head(url: str) -> tuple[int, str]:
    answer = ask("HEAD", url, headers=BEARER)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["upload-length"] == str(len(DATA))
    return int(answer.headers["upload-offset"]), answer.headers["upload-complete"]


@contextmanager
def cut_off(url: str, data: bytes) -> Iterator[None]:
    """Send the head of a request and a part of its body, and hang up after the block."""
    split = urlsplit(url)
    assert split.hostname is not None
    lines = [
        f"PUT {split.path} HTTP/1.1",
        f"Host: {split.netloc}",
        f"Content-Length: {len(DATA)}",
        *(f"{name}: {value}" for name, value in BEARER.items()),
    ]
    with socket.create_connection((split.hostname, split.port or 80), timeout=10) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + data)
        yield


def test_an_upload_that_was_cut_off_goes_on_where_it_was(stand: Stand) -> None:
    url = at(stand.urls[SUZHOU], declared(stand, "MATERIALS-CUT"))
    assert head(url) == (0, "?0")
    sent = 2 * CHUNK_BYTES + 1000
    with cut_off(url, DATA[:sent]):
        for _ in range(200):
            if head(url)[0] == 2 * CHUNK_BYTES:
                break
    held, complete = head(url)
    assert (held, complete) == (2 * CHUNK_BYTES, "?0")
    assert told(get(url), 404, "CaseError") == ["material-not-held"]
    refused = put(url, DATA[5:], **{"Upload-Offset": "5"})
    assert told(refused, 409, "CaseError") == ["material-offset"]
    assert refused.headers["upload-offset"] == str(held)
    answer = put(url, DATA[held:], **{"Upload-Offset": str(held)})
    assert answer.json() | {"case": ""} == {
        "case": "",
        "code": CODE,
        "media_type": "application/pdf",
        "size": len(DATA),
        "held": len(DATA),
        "complete": True,
    }
    assert head(url) == (len(DATA), "?1")
    assert put(url, DATA).status_code == 200
    assert get(url).content == DATA


def test_what_is_not_as_declared_is_refused(stand: Stand) -> None:
    url = at(stand.urls[SUZHOU], declared(stand, "MATERIALS-WRONG"))
    for data, code in (
        (DATA + b"!", "material-too-long"),
        (DATA[:-1] + b"!", "material-digest"),
        (b"<html>" + DATA[6:], "material-disguised"),
    ):
        assert told(put(url, iter([data])), 422, "CaseError") == [code]
    # A body that ends early keeps its whole parts and is not complete.
    assert told(put(url, DATA[: CHUNK_BYTES + 1]), 422, "CaseError") == ["material-cut"]
    assert head(url) == (CHUNK_BYTES, "?0")
    for offset in ("-1", "x", "1" * 17):
        refused = put(url, b"", **{"Upload-Offset": offset})
        assert told(refused, 400, "CaseError") == ["node-query-refused"]
    other = at(stand.urls[SUZHOU], url.split("/")[-3], "nothing")
    assert told(put(other, b"x"), 422, "CaseError") == ["material-not-declared"]
    assert told(get(at(stand.urls[SUZHOU], "nobody")), 422, "CaseError") == ["case-unknown"]


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_without_the_key_nothing_is_taken_or_given(stand: Stand, method: str) -> None:
    url = at(stand.urls[SUZHOU], "X")
    wrong = {"Authorization": "Bearer no"}
    answer = ask(method, url, content=b"" if method == "PUT" else None, headers=wrong)
    assert told(answer, 401, "TrustError") == ["node-key-refused"]


def test_a_shadow_takes_no_content_and_gives_none_to_peers(stand: Stand) -> None:
    node = create_node(stand.gateways[SUZHOU], api_key=KEY, shadow=True)
    with serve(node) as url:
        assert told(put(at(url, "X"), b""), 403, "CaseError") == ["node-only-advises"]
        door = f"{url}/exchange/materials/X/{CODE}"
        assert ask("GET", door, headers=BEARER).status_code == 503
