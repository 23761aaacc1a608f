"""A receipt closes the batch it is for, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.cli.reasons_table import all_rows
from interop.conformance.strategies.exchange import EAST, NOW, WEST, introduced
from interop.errors import ExchangeError, InteropError
from interop.exchange import Receipt, verify_receipt
from interop.exchange.batch import ENVELOPES_MAX
from interop.exchange.receipt import (
    CODE_CHARS_MAX,
    RECEIPT_BYTES_MAX,
    Sent,
    Verdict,
    sign_receipt,
)

SENDER, RECIPIENT = introduced(EAST, WEST)
EDGE = 2**53 - 1
FIRST = 7
SENT = Sent(
    env="sim",
    sender=EAST,
    to=WEST,
    lane=0,
    epoch=1,
    first=FIRST,
    through=FIRST + 4,
    root="sha-256:ab",
)


def receipt(sent: Sent = SENT, verdicts: tuple[Verdict, ...] = ()) -> Receipt:
    same = {name: getattr(sent, name) for name in ("env", "lane", "epoch", "through", "root")}
    ends = {"from": sent.to, "to": sent.sender, "audit_head": "sha-256:cd", "at": NOW}
    return Receipt.model_validate({**same, **ends, "verdicts": verdicts})


def verified(data: bytes, sent: Sent = SENT) -> Receipt:
    return verify_receipt(data, sent=sent, peer=RECIPIENT.public)


def signed(one: Receipt) -> bytes:
    return sign_receipt(one, signer=RECIPIENT.own.signer)


@given(st.lists(st.integers(FIRST - 2, FIRST + 6), max_size=5))
def test_verdicts_lie_in_the_batch_each_once_and_in_order(numbers: list[int]) -> None:
    one = receipt(verdicts=tuple(Verdict(sequence=n, code="a-code") for n in numbers))
    span = range(SENT.first, SENT.through + 1)
    if numbers == [n for n in span if n in numbers]:
        assert verified(signed(one)) == one
    else:
        with pytest.raises(ExchangeError, match="exchange-receipt-mismatch") as refused:
            verified(signed(one))
        assert refused.value.reason.field == "verdicts"


def test_all_that_does_not_fit_is_told_at_once() -> None:
    other = Sent(
        env="test",
        sender=WEST,
        to=EAST,
        lane=1,
        epoch=2,
        first=FIRST,
        through=FIRST,
        root="sha-256:ef",
    )
    with pytest.raises(ExchangeError) as refused:
        verified(signed(receipt(other)))
    fields = [reason.field for reason in refused.value.reasons]
    assert fields == ["env", "from", "to", "lane", "epoch", "through", "root"]


def test_a_flipped_bit_anywhere_in_a_receipt_is_refused(*, nightly: bool) -> None:
    good = signed(receipt())
    for at in range(len(good)):
        for bit in range(8) if nightly else (at % 8,):
            data = bytearray(good)
            data[at] ^= 1 << bit
            with pytest.raises(InteropError):
                verified(bytes(data))


def test_a_receipt_with_a_verdict_for_every_message_is_still_read() -> None:
    sent = Sent(
        env="sim",
        sender=EAST,
        to=WEST,
        lane=63,
        epoch=EDGE,
        first=EDGE - ENVELOPES_MAX + 1,
        through=EDGE,
        root="sha-256:" + "a" * 64,
    )
    numbers = range(sent.first, sent.through + 1)
    worst = tuple(Verdict(sequence=n, code="c" * CODE_CHARS_MAX) for n in numbers)
    data = signed(receipt(sent, worst))
    assert len(data) <= RECEIPT_BYTES_MAX
    assert verified(data, sent).verdicts == worst


def test_every_code_of_the_project_fits_a_verdict() -> None:
    assert max(len(row.code) for row in all_rows()) <= CODE_CHARS_MAX
