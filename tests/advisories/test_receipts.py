"""Named attacks on receipts: what is not the peer's word on this very batch closes nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from interop.conformance.strategies.exchange import (
    CASES,
    EAST,
    LANES,
    SOUTH,
    WEST,
    Party,
    Site,
    a_message,
    introduced,
    signed,
)
from interop.crypto import SecretKey, base64url
from interop.errors import ExchangeError, InteropError
from interop.exchange.batch import BATCH_TYP, ENVELOPES_MAX
from interop.exchange.receipt import RECEIPT_BYTES_MAX, RECEIPT_TYP
from interop.model.canonical import Json, canonical_bytes, read_json
from interop.store.channels import BatchRow
from interop.store.lanes import lane_of

CASE: Final = CASES[1]
LANE: Final = lane_of(CASE, LANES)
SENDER, RECIPIENT, THIRD = introduced(EAST, WEST, SOUTH)
STRANGER: Final = Party("340000")
KEY: Final = RECIPIENT.ring.signing
OTHER: Final = THIRD.ring.signing
EVIL: Final = STRANGER.ring.signing
NO_ROOT: Final = "sha-256:" + "0" * 64


@dataclass
class Answering:
    """A sender that waits for a receipt, and the right one."""

    site: Site
    row: BatchRow
    receipt: bytes
    earlier: bytes
    elsewhere: bytes


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    """A sender with an open batch; the right receipt closes it last."""
    folder = tmp_path_factory.mktemp("answering")
    east, west, south = (Site(party, folder) for party in (SENDER, RECIPIENT, THIRD))

    def sent(n: int, to: Site) -> tuple[BatchRow, bytes]:
        peer = to.party.region
        east.post(a_message(CASE, n), peer=peer, message_id=f"r{n}")
        row = east.batch(peer, LANE)
        assert row is not None
        return row, to.receive(row.wire)

    before, earlier = sent(1, west)
    east.close(before, earlier)
    _, elsewhere = sent(2, south)
    row, receipt = sent(3, west)
    yield Answering(east, row, receipt, earlier, elsewhere)
    east.close(row, receipt)
    for site in (east, west, south):
        site.store.close()


def sealed(payload: bytes, key: SecretKey = KEY, **changes: Json) -> bytes:
    return signed(payload, key, **{"typ": RECEIPT_TYP, **changes}).encode()


def resigned(answer: Answering, changes: dict[str, Json]) -> bytes:
    """Return the right receipt with changes, signed again by the peer."""
    value = read_json(payload_of(answer), error=ExchangeError)
    assert isinstance(value, dict)
    return sealed(canonical_bytes({**value, **changes}))


def unsigned(answer: Answering, changes: dict[str, Json]) -> bytes:
    """Return the right receipt with changes under the old signature."""
    parts = answer.receipt.split(b".")
    return b".".join((parts[0], resigned(answer, changes).split(b".")[1], parts[2]))


def payload_of(answer: Answering) -> bytes:
    return base64url.decode(answer.receipt.decode().split(".")[1], field="payload")


def rekeyed(answer: Answering, key: SecretKey, **changes: Json) -> bytes:
    return sealed(payload_of(answer), key, **changes)


def flipped(data: bytes, at: int) -> bytes:
    letter = b"B" if data[at : at + 1] == b"A" else b"A"
    return data[:at] + letter + data[at + 1 :]


def verdicts(*numbers: int) -> list[Json]:
    return [{"sequence": n, "code": "case-unknown"} for n in numbers]


Make = Callable[[Answering], bytes]


def other(changes: dict[str, Json]) -> Make:
    return lambda answer: resigned(answer, changes)


ELSE: Final[dict[str, Json]] = {
    "env": "prod",
    "from": SOUTH,
    "to": SOUTH,
    "lane": LANE + 1,
    "epoch": 2,
    "through": 3,
    "root": NO_ROOT,
}
LONG: Final[list[Json]] = [{"sequence": 2, "code": "c" * 65}]
RECEIPTS: Final[dict[str, tuple[Make, str]]] = {
    "byte flipped": (lambda a: flipped(a.receipt, 300), "jws-signature-invalid"),
    "byte of the signature flipped": (
        lambda a: flipped(a.receipt, len(a.receipt) - 20),
        "jws-signature-invalid",
    ),
    "truncated": (lambda a: a.receipt[:-22], "jws-signature-length"),
    "truncated before the signature": (lambda a: a.receipt[:-87], "jws-part-count"),
    "empty": (lambda _: b"", "jws-part-count"),
    "not ascii": (lambda a: a.receipt[:-1] + b"\xff", "base64url-alphabet"),
    "line end": (lambda a: a.receipt + b"\n", "jws-whitespace"),
    "oversize": (lambda a: a.receipt + b"A" * RECEIPT_BYTES_MAX, "jws-too-large"),
    "of the batch before": (lambda a: a.earlier, "exchange-receipt-mismatch"),
    "of another peer": (lambda a: a.elsewhere, "exchange-unknown-key"),
    "signed by another peer": (lambda a: rekeyed(a, OTHER), "exchange-unknown-key"),
    "signed by another peer under the right kid": (
        lambda a: rekeyed(a, OTHER, kid=KEY.kid),
        "jws-signature-invalid",
    ),
    "signed by ourselves": (
        lambda a: rekeyed(a, SENDER.ring.signing),
        "exchange-unknown-key",
    ),
    "alg none": (lambda a: rekeyed(a, KEY, alg="none"), "jws-alg-none"),
    "key in the header": (
        lambda a: rekeyed(a, EVIL, jwk=EVIL.public.to_jwk()),
        "jws-embedded-jwk",
    ),
    "the batch itself": (
        lambda a: str(json.loads(a.row.wire)["header"]).encode(),
        "exchange-wrong-type",
    ),
    "signed by the peer as a batch": (
        lambda a: rekeyed(a, KEY, typ=BATCH_TYP),
        "exchange-wrong-type",
    ),
    "root exchanged, not signed": (
        lambda a: unsigned(a, {"root": NO_ROOT}),
        "jws-signature-invalid",
    ),
    "verdict added, not signed": (
        lambda a: unsigned(a, {"verdicts": verdicts(2)}),
        "jws-signature-invalid",
    ),
    **{
        f"another {name}": (other({name: value}), "exchange-receipt-mismatch")
        for name, value in ELSE.items()
    },
    "verdict outside the batch": (
        other({"verdicts": verdicts(1)}),
        "exchange-receipt-mismatch",
    ),
    "verdict twice": (other({"verdicts": verdicts(2, 2)}), "exchange-receipt-mismatch"),
    "verdicts without end": (
        other({"verdicts": verdicts(*range(1, ENVELOPES_MAX + 2))}),
        "record-invalid",
    ),
    "verdict with a long code": (other({"verdicts": LONG}), "record-invalid"),
    "version of a later format": (other({"v": 2}), "record-invalid"),
    "unknown member": (other({"x": 1}), "record-invalid"),
    "member twice": (
        lambda a: sealed(b'{"root":"x",' + payload_of(a)[1:]),
        "json-malformed",
    ),
}


@pytest.mark.parametrize("name", RECEIPTS)
def test_an_attack_on_a_receipt_is_refused_by_name_and_closes_nothing(
    answering: Answering, name: str
) -> None:
    make, code = RECEIPTS[name]
    with pytest.raises(InteropError) as refused:
        answering.site.close(answering.row, make(answering))
    assert refused.value.code == code
    again = answering.site.batch(WEST, LANE)
    assert again is not None
    assert again.wire == answering.row.wire
